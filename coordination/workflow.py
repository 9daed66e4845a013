"""A meeting's life as a table of steps, and who finds which of them open."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.access import can, require
from agencies.roles import Permission
from coordination.models import Meeting, Minutes
from coordination.models.commitment import CommitmentState
from coordination.models.meeting import Phase
from core.errors import WrongStateError
from core.workflow import OfferedStep, Reason, Step, require_state, state_reasons

INVITE = Step(
    "invite",
    gettext_lazy("Send the invitations"),
    frozenset({Phase.PLANNED}),
    Phase.INVITED,
    Permission.MEETING_EDIT,
)
OPEN = Step(
    "open",
    gettext_lazy("Open the session"),
    frozenset({Phase.INVITED}),
    Phase.IN_SESSION,
    Permission.MEETING_EDIT,
)
END = Step(
    "end",
    gettext_lazy("End the session"),
    frozenset({Phase.IN_SESSION}),
    Phase.DRAFT,
    Permission.MEETING_EDIT,
)
REOPEN = Step(
    "reopen",
    gettext_lazy("Go on with the session"),
    frozenset({Phase.DRAFT}),
    Phase.IN_SESSION,
    Permission.MEETING_EDIT,
)
CLOSE = Step(
    "close",
    gettext_lazy("Close the minutes"),
    frozenset({Phase.DRAFT}),
    Phase.CLOSED,
    Permission.MEETING_CLOSE,
)
STEPS = (INVITE, OPEN, END, REOPEN, CLOSE)


def steps_for(meeting: Meeting, user: Any) -> list[OfferedStep]:
    """Every step as `user` finds it on `meeting`, in the order of a meeting's life."""
    return [OfferedStep.of(step, _reasons(step, meeting, user)) for step in STEPS]


def may_edit(meeting: Meeting, user: Any) -> bool:
    """Whether `user` may change the meeting, its agenda and its guests now."""
    return meeting.phase != Phase.CLOSED and can(
        user, Permission.MEETING_EDIT, agency=meeting.agency
    )


def may_write(meeting: Meeting, user: Any) -> bool:
    """Whether `user` may write what the meeting agrees on now."""
    return meeting.is_writable and may_edit(meeting, user)


def require_step(step: Step, meeting: Meeting, by: Any) -> None:
    """Raise NotAllowedError or WrongStateError unless `by` may take the step.

    To be asked about a row that was just locked. Completeness is the service's.
    """
    require(by, Permission(step.permission), agency=meeting.agency)
    require_state(step, meeting.phase, meeting.get_phase_display())


def require_editable(meeting: Meeting, by: Any) -> None:
    """Raise unless `by` may change the meeting, which must not be closed."""
    require(by, Permission.MEETING_EDIT, agency=meeting.agency)
    if meeting.phase == Phase.CLOSED:
        raise WrongStateError(
            _("The minutes are closed. A correction is written as an addendum.")
        )


def require_writable(meeting: Meeting, by: Any) -> None:
    """Raise unless `by` may write outcomes: in session or while in draft."""
    require_editable(meeting, by)
    if not meeting.is_writable:
        raise WrongStateError(
            _(
                "What is agreed is written in session or in the draft of the minutes."
                " The meeting is “%(phase)s”: open the session first."
            )
            % {"phase": meeting.get_phase_display()}
        )


def missing_of(step: Step, meeting: Meeting) -> list[Reason]:
    """What the meeting still lacks for the step, each with where it is filled in."""
    if step is INVITE:
        return _missing_to_invite(meeting)
    if step is CLOSE:
        return _missing_to_close(meeting)
    return []


def _reasons(step: Step, meeting: Meeting, user: Any) -> list[Reason]:
    if found := state_reasons(step, meeting.phase, meeting.get_phase_display()):
        return found
    if not can(user, Permission(step.permission), agency=meeting.agency):
        found.append(
            Reason(
                _("This is for the secretariat of %(agency)s.")
                % {"agency": meeting.agency.short_name}
            )
        )
    return [*found, *missing_of(step, meeting)]


def _missing_to_invite(meeting: Meeting) -> list[Reason]:
    url = meeting.get_absolute_url()
    found = []
    if not meeting.items.exists():
        found.append(Reason(_("The agenda is empty. Add an item."), f"{url}#agenda"))
    if not meeting.invitations.exists():
        found.append(Reason(_("Nobody is invited yet."), f"{url}#undangan"))
    return found


def _missing_to_close(meeting: Meeting) -> list[Reason]:
    url = meeting.get_absolute_url()
    found = []
    edit = reverse("coordination:meeting-edit", args=[meeting.pk])
    if not meeting.minutes_number:
        found.append(Reason(_("The minutes have no number yet."), edit))
    found += [Reason(text, edit) for text in _number_taken(meeting)]
    if not meeting.attendances.exists():
        text = _("Nobody is on the attendance list.")
        found.append(Reason(text, f"{url}#hadir"))
    for item in meeting.items.filter(done_at=None):
        text = _("Item %(item)s is still open. Mark it done, or remove it.")
        found.append(Reason(text % {"item": item}, f"{url}#agenda"))
    promised = meeting.commitments.exclude(state=CommitmentState.DROPPED)
    if not (meeting.decisions.exists() or promised.exists()):
        text = _("The minutes say nothing yet: no decision, no commitment.")
        found.append(Reason(text, url))
    return found


def _number_taken(meeting: Meeting) -> list[str]:
    """Why the number cannot be used: the host has given it in that year already."""
    if not meeting.minutes_number:
        return []
    taken = Minutes.objects.filter(
        number__iexact=meeting.minutes_number,
        meeting__agency=meeting.agency_id,
        meeting__starts_at__year=meeting.held_on.year,
    ).select_related("meeting")
    text = _(
        "The number %(number)s stands on the minutes of “%(meeting)s” already. Give"
        " these another number."
    )
    return [
        text % {"number": row.number, "meeting": row.meeting.title}
        for row in taken.defer("pdf", "docx", "content")
    ]
