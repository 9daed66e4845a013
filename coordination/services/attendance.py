"""The attendance list: people sign with the code, or the secretary writes them down."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from agencies.access import current_memberships
from agencies.models import Agency, User
from areas.services.checks import (
    Problems,
    check_and_save,
    put_values,
)
from coordination import workflow
from coordination.models import Attendance, Meeting
from coordination.models.meeting import Phase
from coordination.models.people import AttendedBy
from coordination.services.common import locked_meeting
from core.errors import WrongStateError


def meeting_of_code(code: str) -> Meeting:
    """The meeting in session that has this code, however it was typed.

    Raises WrongStateError for every other code: it does not say whether it was one.
    """
    typed = code.strip().upper()
    meetings = Meeting.objects.filter(phase=Phase.IN_SESSION, attendance_code=typed)
    is_code = typed.isascii() and typed.isalnum()
    meeting = meetings.select_related("agency").first() if is_code else None
    if meeting is None:
        raise WrongStateError(
            _("No meeting in session has this code. Ask in the room.")
        )
    return meeting


@transaction.atomic
def sign_attendance(
    *,
    code: str,
    name: str,
    agency: Agency,
    gender: str,
    position: str = "",
    by: User | None,
) -> Attendance:
    """Sign the list with the code that the room sees; `by` is None without an account.

    Raises BusinessRuleError (every problem by field; twice is told as such), and
    WrongStateError unless a meeting with this code is in session.
    """
    meeting = locked_meeting(meeting_of_code(code))
    meeting_of_code(code)  # it may have ended while we waited for the lock
    attendance = Attendance(meeting=meeting, via=AttendedBy.CODE, user=by)
    values = {"name": name, "position": position, "gender": gender, "agency": agency}
    problems = Problems()
    if agency not in agencies_to_sign(meeting, by):
        problems["agency"].append(_("This agency is not invited to the meeting."))
    return _stored(attendance, values, problems)


def agencies_to_sign(meeting: Meeting, user: Any) -> QuerySet[Agency]:
    """For which agencies one can sign: the host, the invited, the speakers' agencies.

    Somebody signed in also for their own ones.
    """
    expected = [meeting.agency_id]
    expected += meeting.invitations.values_list("agency", flat=True)
    expected += meeting.speakers.values_list("agency", flat=True)
    if user is not None:
        expected += [m.agency_id for m in current_memberships(user)]
    return Agency.objects.filter(pk__in=expected).order_by("short_name")


@transaction.atomic
def record_attendance(
    meeting: Meeting,
    *,
    name: str,
    agency: Agency,
    gender: str,
    position: str = "",
    by: User,
) -> Attendance:
    """Write somebody down by hand, from the session on until the meeting is closed."""
    meeting = _opened(meeting, by)
    attendance = Attendance(meeting=meeting, via=AttendedBy.HAND, recorded_by=by)
    values = {"name": name, "position": position, "gender": gender, "agency": agency}
    return _stored(attendance, values, Problems())


@transaction.atomic
def remove_attendance(attendance: Attendance, *, by: User) -> None:
    """Strike somebody who did not come after all."""
    _opened(attendance.meeting, by)
    Attendance.objects.filter(pk=attendance.pk).delete()


def require_opened(meeting: Meeting, by: User) -> None:
    """Raise unless `by` may write the list of the meeting now."""
    workflow.require_editable(meeting, by)
    if not meeting.is_writable:
        raise WrongStateError(_("The attendance list begins when the session is open."))


def _opened(meeting: Meeting, by: User) -> Meeting:
    """The meeting under a lock, whose list `by` may write now."""
    meeting = locked_meeting(meeting)
    require_opened(meeting, by)
    return meeting


def _stored(attendance: Attendance, values: Any, problems: Problems) -> Attendance:
    put_values(attendance, values)
    check_and_save(attendance, problems)
    return attendance
