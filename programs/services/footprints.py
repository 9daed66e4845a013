"""The outline of an activity's work, in areas without RT."""

from typing import Any, BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import Agency
from areas.geometry.one_outline import read_one_outline
from areas.models import Footprint
from areas.outlines import Outline, read_outline
from areas.services.footprints import (
    closed_reason,
    may_edit_footprint,
    set_footprint,
)
from core.errors import BusinessRuleError
from programs.models import Activity
from programs.queries import footprint_of


def agencies_of(activity: Activity) -> list[Agency]:
    """Whose work it is: who carries it out, and whose programme it is."""
    return [activity.agency, activity.programme.agency]


def may_draw(user: Any, activity: Activity) -> bool:
    """Whether `user` may say where the activity's work lay."""
    return may_edit_footprint(user, agencies_of(activity))


def drawing_closed(activity: Activity) -> str:
    """Why its footprint cannot be drawn or changed; empty where it can."""
    return closed_reason(activity.area, footprint_of(activity.pk))


@transaction.atomic
def set_activity_footprint(
    activity: Activity, *, outline: Outline, source: str, by: Any
) -> Footprint:
    """Store where the work lay; `source` says where the drawing comes from.

    Raises BusinessRuleError at `outline`, WrongStateError where it is closed.
    """
    return set_footprint(
        activity.area,
        key=footprint_of(activity.pk),
        outline=outline,
        source=source,
        agencies=agencies_of(activity),
        by=by,
    )


def read_footprint(
    activity: Activity, *, file: BinaryIO | None, layer: str, text: str
) -> tuple[Outline, str]:
    """The outline in a map file, or in a GeoJSON text, with its source in words.

    Raises BusinessRuleError at `file`, `layer` or `text`.
    """
    if (file is None) == (not text.strip()):
        told = _("Give a map file or a GeoJSON text, one of the two.")
        raise BusinessRuleError(errors={"file": [told]})
    if file is not None:
        name = str(getattr(file, "name", "") or "")
        return read_one_outline(file, name, activity.area, layer=layer)
    try:
        return read_outline(text), _("GeoJSON, pasted")
    except BusinessRuleError as error:
        raise BusinessRuleError(errors={"text": error.errors["outline"]}) from error
