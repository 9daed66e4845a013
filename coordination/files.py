"""Files of the coordination: where they hang, who sees them, who may change them."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from agencies.access import require
from agencies.models import Agency
from agencies.roles import Permission
from coordination.models import (
    CommitmentUpdate,
    Meeting,
    Outreach,
    Practice,
    Speaker,
    WorkingGroup,
)
from coordination.workflow import require_editable
from core.errors import NotAllowedError, WrongStateError

Owner: TypeAlias = (
    Meeting | Speaker | CommitmentUpdate | WorkingGroup | Outreach | Practice
)
# What files can hang on, by its name in addresses, and what is fetched with it.
PLACES: Mapping[str, tuple[type[Model], tuple[str, ...]]] = {
    "rapat": (Meeting, ("agency",)),
    "narasumber": (Speaker, ("meeting__agency", "agency")),
    "kabar": (CommitmentUpdate, ("commitment__agency",)),
    "pokja": (WorkingGroup, ("agency",)),
    "sosialisasi": (Outreach, ("agency",)),
    "praktik": (Practice, ("agency",)),
}
PERMISSIONS: Mapping[type[Model], Permission] = {
    CommitmentUpdate: Permission.COMMITMENT_UPDATE,
    WorkingGroup: Permission.GROUP_EDIT,
    Outreach: Permission.OUTREACH_EDIT,
    Practice: Permission.PRACTICE_EDIT,
}


def place_of(owner: Any) -> str:
    """The name of this kind of record in addresses."""
    kinds = {model: name for name, (model, _related) in PLACES.items()}
    return kinds[type(owner)]


def in_sight_of(user: Any, place: str) -> QuerySet[Any]:
    """The records of this kind that the person sees, with what rights need."""
    model, related = PLACES[place]
    rows = model._default_manager.visible_to(user)  # type: ignore[attr-defined]
    return rows.select_related(*related)


def agency_of(owner: Owner) -> Agency:
    """The agency that keeps the record."""
    if isinstance(owner, Speaker):
        return owner.meeting.agency
    if isinstance(owner, CommitmentUpdate):
        return owner.commitment.agency
    return owner.agency


def require_edit(owner: Owner, by: Any) -> None:
    """Raise unless `by` may add and remove files here now.

    Those of a meeting can be changed until its minutes are closed, those of an update
    as long as its commitment is pending.
    """
    if isinstance(owner, Meeting | Speaker):
        meeting = owner if isinstance(owner, Meeting) else owner.meeting
        require_editable(meeting, by)
        return
    require(by, PERMISSIONS[type(owner)], agency=agency_of(owner))
    if isinstance(owner, CommitmentUpdate) and not owner.commitment.is_pending:
        raise WrongStateError(
            _("The commitment is “%(state)s”: its evidence stays as it is.")
            % {"state": owner.commitment.get_state_display()}
        )


def may_edit(owner: Owner, user: Any) -> bool:
    """`require_edit` as a question."""
    try:
        require_edit(owner, user)
    except (NotAllowedError, WrongStateError):
        return False
    return True


def title_of(owner: Owner) -> str:
    """The record in words."""
    if isinstance(owner, CommitmentUpdate):
        return str(owner.commitment)
    return str(owner)


def page_of(owner: Owner) -> str:
    """The page of the record that the files belong to."""
    if isinstance(owner, Speaker):
        return owner.meeting.get_absolute_url()
    if isinstance(owner, CommitmentUpdate):
        return owner.commitment.get_absolute_url()
    return owner.get_absolute_url()
