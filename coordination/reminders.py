"""Who is reminded of a meeting or of a commitment, and when."""

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import User
from agencies.models.notice import NoticeKind
from agencies.notices import in_indonesian, tell
from agencies.roles import Permission
from coordination.commitment_notices import OF_THE_AGENCY
from coordination.models import Commitment, Invitation
from coordination.models.commitment import CommitmentState
from coordination.models.meeting import Phase
from coordination.models.people import Response
from coordination.notices import invited_key, members_of, people_of
from core import html
from programs.reminders import REACH_DAYS, Rung, rung_on

# Said to be done is with the secretariat: nobody of the agency is reminded.
REMINDED = (
    CommitmentState.OPEN,
    CommitmentState.ACCEPTED,
    CommitmentState.IN_PROGRESS,
)


def agency_people(commitment: Commitment) -> list[User]:
    """Who reports on it."""
    return people_of([commitment.agency], Permission.COMMITMENT_UPDATE)


def with_head(commitment: Commitment) -> list[User]:
    """And who may bind the office."""
    return people_of([commitment.agency], *OF_THE_AGENCY)


def with_host(commitment: Commitment) -> list[User]:
    """And the secretariat of the meeting in which it was promised."""
    host = people_of([commitment.meeting.agency], Permission.MEETING_EDIT)
    return [*with_head(commitment), *host]


LADDER = (
    Rung(-7, NoticeKind.PROMISE_DUE, agency_people),
    Rung(-1, NoticeKind.PROMISE_DUE, agency_people),
    Rung(1, NoticeKind.PROMISE_DUE, agency_people),
    Rung(7, NoticeKind.PROMISE_DUE, with_head),
    Rung(14, NoticeKind.PROMISE_DUE, with_host),
)


@transaction.atomic
def remind_of_commitments(on: date) -> int:
    """Tell whom the ladder names on that day; how many notices are new.

    Each rung is told once. Where days were missed only the newest rung is told.
    """
    near = Commitment.objects.filter(
        state__in=REMINDED,
        due_on__gte=on - timedelta(days=REACH_DAYS),
        due_on__lte=on - timedelta(days=LADDER[0].days),
    ).select_related("agency", "meeting__agency")
    return sum(_remind_of(commitment, on) for commitment in near.order_by("pk"))


def _remind_of(commitment: Commitment, on: date) -> int:
    rung = rung_on(commitment.due_on, on, LADDER)
    if rung is None:
        return 0
    return tell(
        rung.people(commitment),
        kind=rung.kind,
        key=f"commitment:{commitment.pk}:due:{commitment.due_on}:{rung.days:+d}",
        text=_sentence(commitment, on),
        url=commitment.get_absolute_url(),
    )


def _sentence(commitment: Commitment, on: date) -> str:
    with in_indonesian():
        words = {
            "agency": commitment.agency.short_name,
            "text": commitment.text,
            "date": html.day(commitment.due_on),
            "days": abs((commitment.due_on - on).days),
        }
        if on < commitment.due_on:
            text = _(
                "%(agency)s has a commitment due on %(date)s, in %(days)s days: "
                "%(text)s"
            )
        elif on == commitment.due_on:
            text = _("%(agency)s has a commitment due today, %(date)s: %(text)s")
        else:
            text = _(
                "The commitment of %(agency)s was due on %(date)s, %(days)s days ago: "
                "%(text)s"
            )
        return text % words


# ---- meetings ------------------------------------------------------------------------
@transaction.atomic
def remind_of_meetings(on: date) -> int:
    """Tell the people of the invited who did not decline, the day before; how many.

    Each is told once of a day, on the day itself where the day before was missed.
    """
    near = Invitation.objects.filter(
        meeting__phase=Phase.INVITED,
        meeting__starts_at__date__range=(on, on + timedelta(days=1)),
    ).exclude(response=Response.DECLINED)
    rows = near.select_related("agency", "meeting").order_by("meeting", "agency", "pk")
    return sum(_remind_of_meeting(invitation) for invitation in rows)


def _remind_of_meeting(invitation: Invitation) -> int:
    """One agency is told once, however many of its people are invited by name."""
    meeting, agency = invitation.meeting, invitation.agency
    with in_indonesian():
        text = _("Reminder of the meeting “%(meeting)s”: %(when)s, %(place)s.") % {
            "meeting": meeting.title,
            "when": html.moment(meeting.starts_at),
            "place": meeting.place,
        }
    return tell(
        members_of(agency),
        kind=NoticeKind.INVITED,
        key=f"{invited_key(meeting, agency)}:reminder:{meeting.held_on}",
        text=text,
        url=meeting.get_absolute_url(),
    )
