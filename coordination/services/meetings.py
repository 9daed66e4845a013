"""Planning a meeting and taking it from phase to phase; closing it is `closing`."""

import secrets
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, TypedDict, Unpack

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.access import can, require
from agencies.models import Agency, User
from agencies.roles import Permission
from areas.services.checks import Problems, check_fields, one_line, save_checked
from coordination import workflow
from coordination.models import File, Meeting, MeetingSeries, WorkingGroup
from coordination.models.meeting import FIRST_MOMENT, LAST_MOMENT, Phase
from coordination.notices import tell_invited
from coordination.services.common import begun, editable_meeting
from coordination.services.guests import invite_agency
from coordination.texts import put_texts
from core import html
from core.errors import BusinessRuleError, WrongStateError
from core.workflow import Step

# Read aloud and typed on a phone: no 0 and O, 1 and I, 5 and S, 2 and Z, 8 and B.
CODE_LETTERS = "ACDEFGHJKLMNPQRTUVWXY34679"
CODE_LENGTH = 6


class MeetingValues(TypedDict, total=False):
    """What a meeting has besides its host.

    `new_series` names a series of the host, which begins with this meeting where there
    is none of that name yet.
    """

    title: str
    kind: str
    series: MeetingSeries | None
    new_series: str
    group: WorkingGroup | None
    place: str
    starts_at: datetime
    ends_at: datetime
    chair: str
    chair_position: str
    secretary: User
    letter_number: str
    letter_on: date | None
    letter_note: str
    signed_by: str
    signer_position: str
    summary: str
    minutes_number: str


@transaction.atomic
def plan_meeting(
    *,
    agency: Agency,
    guests: Iterable[tuple[Agency, str]] = (),
    by: User,
    **values: Unpack[MeetingValues],
) -> Meeting:
    """A meeting that `agency` hosts; whoever plans it is its secretary by default.

    `guests` are invited at once: agencies, each with the name of a person or none.
    Raises BusinessRuleError with every problem by field.
    """
    require(by, Permission.MEETING_EDIT, agency=agency)
    meeting = Meeting(agency=agency, created_by=by, secretary=by)
    meeting = _stored(meeting, values)
    for guest, person in guests:
        invite_agency(meeting, agency=guest, person=person, by=by)
    return meeting


@transaction.atomic
def remove_meeting(meeting: Meeting, *, by: User) -> None:
    """Take back a meeting that is only planned, with its agenda and its guests.

    Raises WrongStateError once the invitations are out, BusinessRuleError while files
    hang on it.
    """
    meeting = editable_meeting(meeting, by)
    if meeting.phase != Phase.PLANNED:
        raise WrongStateError(
            _("The invitations are out: this meeting can only be moved or held.")
        )
    if File.objects.filter(Q(meeting=meeting) | Q(speaker__meeting=meeting)).exists():
        raise BusinessRuleError(
            _("Files hang on the meeting or its resource persons. Remove them first.")
        )
    meeting.delete()


@transaction.atomic
def update_meeting(
    meeting: Meeting, *, by: User, **values: Unpack[MeetingValues]
) -> Meeting:
    """Change what is named in `values`, until the meeting is closed.

    Who is invited already is told when it moves to another time or place.
    """
    meeting = editable_meeting(meeting, by)
    before = (meeting.starts_at, meeting.place)
    meeting = _stored(meeting, values)
    if meeting.phase == Phase.INVITED and before != (meeting.starts_at, meeting.place):
        tell_invited(meeting, meeting.invitations.all(), has_moved=True)
    return meeting


@transaction.atomic
def send_invitations(meeting: Meeting, *, by: User) -> Meeting:
    """The invitations are out: the people of the invited agencies are told.

    Raises BusinessRuleError that lists what is missing.
    """
    meeting = begun(workflow.INVITE, meeting, by)
    meeting = _in_phase(meeting, workflow.INVITE, invited_at=timezone.now())
    tell_invited(meeting, meeting.invitations.all())
    return meeting


@transaction.atomic
def open_session(meeting: Meeting, *, by: User) -> Meeting:
    """The session begins: people sign with the code, outcomes can be written."""
    meeting = begun(workflow.OPEN, meeting, by)
    return _in_phase(
        meeting,
        workflow.OPEN,
        opened_at=timezone.now(),
        attendance_code=_free_code(),
        current_item=meeting.items.first(),
    )


@transaction.atomic
def end_session(meeting: Meeting, *, by: User) -> Meeting:
    """The session is over: the code is worth nothing, the minutes are in draft."""
    meeting = begun(workflow.END, meeting, by)
    return _in_phase(meeting, workflow.END, ended_at=timezone.now(), current_item=None)


@transaction.atomic
def reopen_session(meeting: Meeting, *, by: User) -> Meeting:
    """The session goes on, with the code that it had."""
    meeting = begun(workflow.REOPEN, meeting, by)
    return _in_phase(meeting, workflow.REOPEN, ended_at=None)


def _in_phase(meeting: Meeting, step: Step, **values: Any) -> Meeting:
    """Stored in the phase to which the step leads, with these values."""
    for name, value in values.items():
        setattr(meeting, name, value)
    meeting.phase = step.target
    meeting.save(update_fields=["phase", *values])
    return meeting


def _free_code() -> str:
    """A code that no meeting in session has."""
    while True:
        code = "".join(secrets.choice(CODE_LETTERS) for _letter in range(CODE_LENGTH))
        if not Meeting.objects.filter(attendance_code=code).exists():
            return code


def _stored(meeting: Meeting, values: Mapping[str, Any]) -> Meeting:
    """Checked as a whole, then saved."""
    values = dict(values)
    new_series = one_line(values.pop("new_series", ""))
    put_texts(meeting, values)
    problems = _problems_of(meeting)
    if new_series and values.get("series"):
        problems["new_series"].append(_("Choose a series or name a new one, not both."))
    check_fields(meeting, problems)
    problems.raise_any()
    if new_series:
        meeting.series, _is_new = MeetingSeries.objects.get_or_create(
            agency=meeting.agency, name=new_series[:200]
        )
    save_checked(meeting)
    return meeting


def _problems_of(meeting: Meeting) -> Problems:
    """What the fields alone do not show, each at its field."""
    problems = Problems()
    if not can(meeting.secretary, Permission.MEETING_EDIT, agency=meeting.agency):
        text = _("The secretary is somebody of %(agency)s who may keep its meetings.")
        problems["secretary"].append(text % {"agency": meeting.agency.short_name})
    if meeting.group_id and meeting.kind != Meeting.Kind.GROUP_SESSION:
        problems["group"].append(
            _("Only a session of the Pokja PKP names a Pokja or Forum.")
        )
    if meeting.series and meeting.series.agency_id != meeting.agency_id:
        problems["series"].append(_("This is the series of another office."))
    _check_moments(meeting, problems)
    return problems


def _check_moments(meeting: Meeting, problems: Problems) -> None:
    begins, ends = meeting.starts_at, meeting.ends_at
    for name, moment in (("starts_at", begins), ("ends_at", ends)):
        if moment and not FIRST_MOMENT <= moment < LAST_MOMENT:
            problems[name].append(_("Check the year: it is from 2000 to 2100."))
    if begins and ends and ends <= begins:
        problems["ends_at"].append(_("The meeting ends before it begins."))
    if not (meeting.pk and begins) or "starts_at" in problems:
        return
    early = meeting.commitments.filter(due_on__lt=meeting.held_on)
    if row := early.order_by("due_on", "number").first():
        problems["starts_at"].append(
            _("Commitment %(number)s is due on %(day)s already, before this day.")
            % {"number": row.number, "day": html.day(row.due_on)}
        )
