"""Files of the coordination: where they hang, who sees them, who may change them."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from agencies.access import can, require
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
from coordination.models.meeting import Phase
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


def meeting_of(owner: Owner) -> Meeting | None:
    """The meeting whose closing freezes these files; None: nothing freezes them."""
    if isinstance(owner, Speaker):
        return owner.meeting
    return owner if isinstance(owner, Meeting) else None


def is_closed(owner: Owner) -> bool:
    """Whether the minutes of the meeting whose files these are were closed."""
    meeting = meeting_of(owner)
    return meeting is not None and meeting.phase == Phase.CLOSED


def require_add(owner: Owner, by: Any) -> None:
    """Raise unless `by` may add files here now.

    Once the minutes are closed, who may close them adds what comes later: the signed
    scan, the material of a resource person. Otherwise as `require_remove`.
    """
    if is_closed(owner) and can(by, Permission.MEETING_CLOSE, agency=agency_of(owner)):
        return
    require_remove(owner, by)


def require_remove(owner: Owner, by: Any) -> None:
    """Raise unless `by` may remove files here now.

    Those of a meeting can be until its minutes are closed, those of an update as long
    as its commitment is pending.
    """
    if meeting := meeting_of(owner):
        require_editable(meeting, by)
        return
    require(by, PERMISSIONS[type(owner)], agency=agency_of(owner))
    if isinstance(owner, CommitmentUpdate) and not owner.commitment.is_pending:
        raise WrongStateError(
            _("The commitment is “%(state)s”: its evidence stays as it is.")
            % {"state": owner.commitment.get_state_display()}
        )


def may_add(owner: Owner, user: Any) -> bool:
    """`require_add` as a question."""
    return _lets(require_add, owner, user)


def may_remove(owner: Owner, user: Any) -> bool:
    """`require_remove` as a question."""
    return _lets(require_remove, owner, user)


def _lets(required: Callable[[Owner, Any], None], owner: Owner, user: Any) -> bool:
    try:
        required(owner, user)
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
