"""Who is reminded of a report that has not come, and when: the ladder of a due date."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.models import Agency, User
from agencies.models.notice import NoticeKind
from agencies.notices import in_indonesian, tell
from agencies.roles import Permission
from core import html
from programs.duties import Duty, duties_of
from programs.models import ProgressReport, ReportingPeriod
from programs.notices import due_key, holders_of, members_with

Status = ProgressReport.Status
REACH_DAYS = 30  # after an outage longer than this nobody is reminded any more


@dataclass(frozen=True, slots=True)
class Rung:
    """So many days from the due date (before it: negative) these people are told.

    `people` finds them from what is due: here of an agency that owes a report.
    """

    days: int
    kind: NoticeKind
    people: Callable[[Any], list[User]]


def office(agency: Agency) -> list[User]:
    """Reporters and head."""
    return members_with(agency, Permission.REPORT_EDIT)


def heads(agency: Agency) -> list[User]:
    """The head; the reporters of an office that has none here."""
    return members_with(agency, Permission.REPORT_SUBMIT) or office(agency)


def province(agency: Agency) -> list[User]:
    """Who keeps the calendar, and who verifies this office's reports."""
    return [
        *holders_of(agency, Permission.CALENDAR_EDIT),
        *holders_of(agency, Permission.REPORT_VERIFY),
    ]


LADDER = (
    Rung(-7, NoticeKind.DUE, office),
    Rung(-1, NoticeKind.DUE, office),
    Rung(1, NoticeKind.OVERDUE, office),
    Rung(7, NoticeKind.OVERDUE, heads),
    Rung(14, NoticeKind.OVERDUE, province),
)
# Whoever mends a returned report was told the day when it came back.
MENDING = LADDER[1:]


@transaction.atomic
def remind(on: date) -> int:
    """Tell whom the ladder names on that day; how many notices are new.

    Each rung is told once. Where days were missed only the newest rung is told, not all
    of them. The due date of an office is the period's, later with an exception or a
    returned report.
    """
    agencies = Agency.objects.filter(reports_progress=True).order_by("pk")
    duties = duties_of(agencies, _periods(on), on)
    return sum(_remind_of(duty, on) for duty in duties if is_open(duty))


def rung_on(due_on: date, on: date, ladder: tuple[Rung, ...] = LADDER) -> Rung | None:
    """The newest rung that has come by that day; None before and long after them."""
    days = (on - due_on).days
    reached = [rung for rung in ladder if rung.days <= days <= REACH_DAYS]
    return reached[-1] if reached else None


def is_open(duty: Duty) -> bool:
    """Whether the office still has to hand the report in."""
    return duty.report is None or duty.report.is_open


def due_day(duty: Duty) -> date:
    """By when the office has to hand it in."""
    days = [duty.period.due_on]
    if duty.exception:
        days.append(duty.exception.until)
    if _is_mending(duty) and duty.report and duty.report.mend_by:
        days.append(duty.report.mend_by)
    return max(days)


def _is_mending(duty: Duty) -> bool:
    return duty.report is not None and duty.report.status == Status.RETURNED


def _periods(on: date) -> QuerySet[ReportingPeriod]:
    """Called periods of which some office may stand on the ladder."""
    since = on - timedelta(days=REACH_DAYS)
    mending = Q(reports__status=Status.RETURNED, reports__mend_by__gte=since)
    return (
        ReportingPeriod.objects.called(on)
        .filter(Q(due_on__gte=since) | Q(exceptions__until__gte=since) | mending)
        .order_by("pk")
        .distinct()
    )


def _remind_of(duty: Duty, on: date) -> int:
    due_on = due_day(duty)
    rung = rung_on(due_on, on, MENDING if _is_mending(duty) else LADDER)
    if rung is None:
        return 0
    key = f"{due_key(duty.period.pk, duty.agency.pk)}{due_on}:{rung.days:+d}"
    report = duty.report
    return tell(
        rung.people(duty.agency),
        kind=rung.kind,
        key=key,
        text=_sentence(duty, due_on, on),
        url=report.get_absolute_url() if report else reverse("programs:report-list"),
    )


def _sentence(duty: Duty, due_on: date, on: date) -> str:
    with in_indonesian():
        words = {
            "agency": duty.agency.short_name,
            "period": duty.period.name,
            "date": html.day(due_on),
            "days": abs((due_on - on).days),
        }
        if on < due_on:
            text = _(
                "The report of %(agency)s for %(period)s is due on %(date)s, in"
                " %(days)s days."
            )
        elif on == due_on:
            text = _("The report of %(agency)s for %(period)s is due today, %(date)s.")
        else:
            text = _(
                "The report of %(agency)s for %(period)s was due on %(date)s, %(days)s"
                " days ago, and has not come."
            )
        return text % words
