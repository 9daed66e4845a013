"""Storing the outline of an activity's work in an area without RT."""

from collections.abc import Collection
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from agencies.access import can, require
from agencies.models import Agency
from agencies.roles import Permission
from areas.footprints import beyond_area, credit_of
from areas.ledger import lock_lines
from areas.models import DecreeLine, Footprint, LedgerEntry, Neighbourhood, SlumArea
from areas.outlines import Outline
from core.errors import BusinessRuleError, WrongStateError
from core.numbers import format_decimal

SOURCE_LENGTH = 300


@transaction.atomic
def set_footprint(
    area: SlumArea,
    *,
    key: str,
    outline: Outline,
    source: str,
    agencies: Collection[Agency],
    by: Any,
) -> Footprint:
    """Where the work that `key` names lay; a later outline replaces an earlier one.

    `agencies` are those whose work it is: `by` needs the right in one of them. Raises
    BusinessRuleError at `outline`, and WrongStateError where the area is counted by
    RT or the footprint has been credited: both count by what they said then.
    """
    require_footprint_edit(by, agencies)
    # What a verification reads of this under the same lock then stays as it is.
    lines = DecreeLine.objects.filter(area=area).order_by()
    lock_lines(lines.values_list("pk", flat=True))
    if text := closed_reason(area, key):
        raise WrongStateError(text)
    if problems := _problems(area, outline):
        raise BusinessRuleError(errors={"outline": problems})
    footprint = Footprint.objects.filter(area=area, key=key).first()
    footprint = footprint or Footprint(area=area, key=key)
    for name, value in outline.as_fields().items():
        setattr(footprint, name, value)
    footprint.outline_source = source.strip()[:SOURCE_LENGTH]
    footprint.recorded_by = by
    footprint.save()
    return footprint


def may_edit_footprint(user: Any, agencies: Collection[Agency]) -> bool:
    """Whether `user` may draw the work of these agencies: programme and executor."""
    return any(can(user, Permission.PROGRAMME_EDIT, agency=one) for one in agencies)


def require_footprint_edit(user: Any, agencies: Collection[Agency]) -> None:
    """Raise `NotAllowedError`, with a sentence, unless `may_edit_footprint`."""
    if not may_edit_footprint(user, agencies):
        require(user, Permission.PROGRAMME_EDIT, agency=next(iter(agencies)))


def closed_reason(area: SlumArea, key: str) -> str:
    """Why the footprint cannot be drawn or changed; empty where it can."""
    if Neighbourhood.objects.filter(area=area).exists():
        return _(
            "%(area)s is counted by RT, so a footprint credits nothing there. Name the"
            " RT in the activity instead."
        ) % {"area": area.name}
    entry = credit_of(area, key)
    if entry is None:
        return ""
    return credited_sentence(entry)


def credited_sentence(entry: LedgerEntry) -> str:
    """That the footprint of this entry stays as it was when that was posted."""
    return _(
        "This footprint has been credited by entry #%(entry)s (%(agency)s, %(period)s),"
        " so it stays as it is."
    ) % {
        "entry": entry.pk,
        "agency": entry.agency.short_name,
        "period": entry.period,
    }


def _problems(area: SlumArea, outline: Outline) -> list[str]:
    if outline.hectares <= 0:
        return [_("The outline encloses no area.")]
    beyond = beyond_area(area, outline.geometry)
    most = Decimal(settings.OUTLINE_DIFFERENCE_PERCENT)
    share = beyond / outline.hectares * 100
    if share <= most:
        return []
    return [
        _(
            "%(beyond)s of %(hectares)s ha lie beyond the outline of %(area)s"
            " (%(share)s %%, at most %(most)s %% may). Draw the part inside the area,"
            " or have the area's outline corrected."
        )
        % {
            "beyond": format_decimal(beyond),
            "hectares": format_decimal(outline.hectares),
            "area": area.name,
            "share": format_decimal(share),
            "most": format_decimal(most, None),
        }
    ]
