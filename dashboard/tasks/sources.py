"""Where tasks come from: for each kind its rows in the database and how one reads.

The rows are those whose step the workflow leaves open to the person, by permission and
by who did the step before; what a record still lacks is told on its page.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.access import agencies_q, scope_of
from agencies.roles import Permission
from areas.models import Assessment, AuthorityTransfer, LedgerChange
from areas.transfer_workflow import with_steps
from core import html
from dashboard.tasks.commitments import SOURCES as COMMITMENT_SOURCES
from dashboard.tasks.source import Rows, Source
from dashboard.tasks.task import Task, TaskKind, state_of
from programs.calendar import open_on, window_of_report
from programs.models import ProgressReport, ReportChange

P = Permission
ReportStatus = ProgressReport.Status


# ---- reports of the own office -------------------------------------------------------
def _own_reports(user: Any, on: date, status: str) -> QuerySet[ProgressReport]:
    mine = ProgressReport.objects.filter(agencies_q(user, P.REPORT_EDIT), status=status)
    return open_on(mine, on).select_related("agency", "period")


def _returned(user: Any, on: date) -> Rows:
    return _own_reports(user, on, ReportStatus.RETURNED)


def _overdue(user: Any, on: date) -> Rows:
    return _own_reports(user, on, ReportStatus.DRAFT).filter(period__due_on__lt=on)


def _to_report(user: Any, on: date) -> Rows:
    return _own_reports(user, on, ReportStatus.DRAFT).filter(period__due_on__gte=on)


def _draft_task(kind: TaskKind) -> Callable[[Any, date], Task]:
    def task(report: ProgressReport, on: date) -> Task:
        last = window_of_report(report).last_day
        due_on = report.period.due_on
        is_late = due_on < on and last is not None
        return Task(
            kind=kind,
            title=_("Hand in the report on %(period)s") % {"period": report.period},
            place=report.agency.short_name,
            url=reverse("programs:report-entry", args=[report.pk]),
            state=state_of(due_on, on),
            due_on=due_on,
            since=report.period.opens_on,
            note=_("Still taken until %(date)s.") % {"date": html.day(last)}
            if is_late
            else "",
        )

    return task


def _returned_task(report: ProgressReport, on: date) -> Task:
    return Task(
        kind=TaskKind.RETURNED,
        title=_("Mend the report on %(period)s") % {"period": report.period},
        place=report.agency.short_name,
        url=reverse("programs:report-entry", args=[report.pk]),
        state=state_of(report.mend_by, on),
        due_on=report.mend_by,
        note=report.return_reason,
    )


# ---- reports of others ---------------------------------------------------------------
def _not_own(user: Any, path: str) -> Q:
    """Nobody judges a report of an agency to which they belong."""
    return ~Q(**{f"{path}__in": scope_of(user).agencies})


def _to_verify(user: Any, on: date) -> Rows:
    return (
        ProgressReport.objects.filter(
            agencies_q(user, P.REPORT_VERIFY),
            _not_own(user, "agency"),
            status=ReportStatus.SUBMITTED,
        )
        .exclude(submitted_by=user)
        .select_related("agency", "period")
    )


def _verify_task(report: ProgressReport, on: date) -> Task:
    assert report.submitted_at is not None
    return Task(
        kind=TaskKind.VERIFY,
        title=_("Verify the report on %(period)s") % {"period": report.period},
        place=report.agency.short_name,
        url=reverse("programs:report-review", args=[report.pk]),
        state=state_of(None, on),
        since=timezone.localdate(report.submitted_at),
    )


def _changes(user: Any, on: date) -> Rows:
    return (
        ReportChange.objects.open()
        .filter(
            agencies_q(user, P.REPORT_VERIFY, "report__agency"),
            _not_own(user, "report__agency"),
        )
        .exclude(asked_by=user)
        .select_related("report__agency", "report__period")
    )


def _change_task(change: ReportChange, on: date) -> Task:
    return Task(
        kind=TaskKind.CHANGE,
        title=_("Decide on a change of the report on %(period)s")
        % {"period": change.report.period},
        place=change.report.agency.short_name,
        url=change.get_absolute_url(),
        state=state_of(None, on),
        since=timezone.localdate(change.asked_at),
        note=change.reason,
    )


# ---- assessments, ledger, authority --------------------------------------------------
def _surveys(user: Any, permission: Permission, status: str) -> QuerySet[Assessment]:
    return (
        Assessment.objects.visible_to(user)
        .filter(agencies_q(user, permission, "area__agency"), status=status)
        .select_related("area__agency")
    )


def _surveys_returned(user: Any, on: date) -> Rows:
    """Of the own agency, or begun by the person: not those of the whole province."""
    own = Q(area__agency__in=scope_of(user).agencies) | Q(created_by=user)
    status = Assessment.Status.RETURNED
    return _surveys(user, P.ASSESSMENT_EDIT, status).filter(own)


def _surveys_to_verify(user: Any, on: date) -> Rows:
    found = _surveys(user, P.ASSESSMENT_VERIFY, Assessment.Status.SUBMITTED)
    return found.exclude(submitted_by=user)


def _survey_returned_task(assessment: Assessment, on: date) -> Task:
    return Task(
        kind=TaskKind.SURVEY_RETURNED,
        title=_("Mend the assessment of %(area)s") % {"area": assessment.area},
        place=assessment.area.agency.short_name,
        url=assessment.get_absolute_url(),
        state=state_of(None, on),
        since=assessment.surveyed_on,
        note=assessment.return_reason,
    )


def _survey_task(assessment: Assessment, on: date) -> Task:
    assert assessment.submitted_at is not None
    return Task(
        kind=TaskKind.SURVEY_VERIFY,
        title=_("Verify the assessment of %(area)s") % {"area": assessment.area},
        place=assessment.area.agency.short_name,
        url=assessment.get_absolute_url(),
        state=state_of(None, on),
        since=timezone.localdate(assessment.submitted_at),
    )


def _corrections(user: Any, on: date) -> Rows:
    permitted = agencies_q(user, P.LEDGER_APPROVE, "decree_line__area__agency")
    return (
        LedgerChange.objects.visible_to(user)
        .filter(permitted, status=LedgerChange.Status.PROPOSED)
        .exclude(proposed_by=user)
        .select_related("decree_line__area__agency")
    )


def _correction_task(change: LedgerChange, on: date) -> Task:
    area = change.decree_line.area
    return Task(
        kind=TaskKind.LEDGER,
        title=_("Decide on a correction of the ledger: %(area)s") % {"area": area},
        place=area.agency.short_name,
        url=change.get_absolute_url(),
        state=state_of(None, on),
        since=timezone.localdate(change.proposed_at),
        note=change.reason,
    )


def _transfers(user: Any, on: date) -> Rows:
    """Asked of the own agency, or of one that has nobody here to answer."""
    records = agencies_q(user, P.TRANSFER_RECORD, "area__agency")
    return (
        with_steps(AuthorityTransfer.objects.visible_to(user))
        .filter(
            agencies_q(user, P.TRANSFER_ANSWER, "to_agency")
            | (records & Q(answers_itself=False)),
            status=AuthorityTransfer.Status.ASKED,
        )
        .exclude(asked_by=user)
    )


def _transfer_task(transfer: AuthorityTransfer, on: date) -> Task:
    return Task(
        kind=TaskKind.TRANSFER,
        title=_("Answer the request to take over %(area)s") % {"area": transfer.area},
        place=transfer.to_agency.short_name,
        url=transfer.get_absolute_url(),
        state=state_of(None, on),
        since=timezone.localdate(transfer.asked_at),
        note=transfer.reason,
    )


SOURCES = (
    Source(
        TaskKind.RETURNED,
        (P.REPORT_EDIT,),
        _returned,
        _returned_task,
        ("mend_by", "pk"),
    ),
    Source(
        TaskKind.OVERDUE,
        (P.REPORT_EDIT,),
        _overdue,
        _draft_task(TaskKind.OVERDUE),
        ("period__due_on", "pk"),
    ),
    Source(
        TaskKind.REPORT,
        (P.REPORT_EDIT,),
        _to_report,
        _draft_task(TaskKind.REPORT),
        ("period__due_on", "pk"),
    ),
    Source(
        TaskKind.VERIFY,
        (P.REPORT_VERIFY,),
        _to_verify,
        _verify_task,
        ("submitted_at", "pk"),
    ),
    Source(
        TaskKind.CHANGE,
        (P.REPORT_VERIFY,),
        _changes,
        _change_task,
        ("asked_at", "pk"),
    ),
    Source(
        TaskKind.SURVEY_RETURNED,
        (P.ASSESSMENT_EDIT,),
        _surveys_returned,
        _survey_returned_task,
        ("surveyed_on", "pk"),
    ),
    Source(
        TaskKind.SURVEY_VERIFY,
        (P.ASSESSMENT_VERIFY,),
        _surveys_to_verify,
        _survey_task,
        ("submitted_at", "pk"),
    ),
    Source(
        TaskKind.LEDGER,
        (P.LEDGER_APPROVE,),
        _corrections,
        _correction_task,
        ("proposed_at", "pk"),
    ),
    Source(
        TaskKind.TRANSFER,
        (P.TRANSFER_ANSWER, P.TRANSFER_RECORD),
        _transfers,
        _transfer_task,
        ("asked_at", "pk"),
    ),
    *COMMITMENT_SOURCES,
)
