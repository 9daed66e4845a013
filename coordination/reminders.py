"""Who is reminded of a commitment, and when: the ladder of its due date."""

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import User
from agencies.models.notice import NoticeKind
from agencies.notices import in_indonesian, tell
from agencies.roles import Permission
from coordination.commitment_notices import OF_THE_AGENCY
from coordination.models import Commitment
from coordination.models.commitment import CommitmentState
from coordination.notices import people_of
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
