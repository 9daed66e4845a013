"""Around a person's tasks: what waits for others, and what they finished."""

from typing import Any

from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.access import agencies_q, scope_of
from agencies.roles import Permission
from areas.models import Assessment, AuthorityTransfer, LedgerChange
from dashboard.tasks.task import Waiting
from programs import workflow
from programs.models import ProgressReport, ReportChange, ReportRound

MOST = 6
ROUNDS = {
    workflow.SUBMIT.name: gettext_lazy("Submitted the report on %(period)s"),
    workflow.RETURN.name: gettext_lazy("Returned the report on %(period)s"),
    workflow.VERIFY.name: gettext_lazy("Verified the report on %(period)s"),
}


def waiting_of(user: Any) -> list[Waiting]:
    """What others have to do before this person's work goes on, the oldest first."""
    rows = [
        *_with_verifiers(user),
        *_with_offices(user),
        *_changes_asked(user),
        *_corrections_proposed(user),
        *_transfers_asked(user),
    ]
    return sorted(rows, key=lambda row: row.at)[:MOST]


def finished_by(user: Any) -> list[Waiting]:
    """The last steps that this person took, the latest first."""
    rows = [*_rounds(user), *_surveys_verified(user), *_corrections_decided(user)]
    return sorted(rows, key=lambda row: row.at, reverse=True)[:MOST]


# ---- waiting -------------------------------------------------------------------------
def _with_verifiers(user: Any) -> list[Waiting]:
    reports = ProgressReport.objects.filter(
        agencies_q(user, Permission.REPORT_EDIT), status=ProgressReport.Status.SUBMITTED
    )
    found = reports.select_related("agency", "period").order_by("submitted_at", "pk")
    return [
        Waiting(
            title=_("Report on %(period)s at the verifier")
            % {"period": report.period.name},
            place=report.agency.short_name,
            url=report.get_absolute_url(),
            at=timezone.localdate(report.submitted_at),
        )
        for report in found[:MOST]
    ]


def _with_offices(user: Any) -> list[Waiting]:
    """Returned by a verifier, to be mended by its office; since it was returned."""
    reports: Any = ProgressReport.objects.filter(
        agencies_q(user, Permission.REPORT_VERIFY),
        status=ProgressReport.Status.RETURNED,
    ).exclude(agency__in=scope_of(user).agencies)
    returned = Q(rounds__step=workflow.RETURN.name)
    found = reports.annotate(returned_at=Max("rounds__at", filter=returned))
    return [
        Waiting(
            title=_("Returned report on %(period)s") % {"period": report.period.name},
            place=report.agency.short_name,
            url=report.get_absolute_url(),
            at=timezone.localdate(report.returned_at),
        )
        for report in found.select_related("agency", "period").order_by(
            "returned_at", "pk"
        )[:MOST]
    ]


def _changes_asked(user: Any) -> list[Waiting]:
    found = ReportChange.objects.open().filter(asked_by=user)
    return [
        Waiting(
            title=_("Change of the report on %(period)s asked for")
            % {"period": change.report.period.name},
            place=change.report.agency.short_name,
            url=change.get_absolute_url(),
            at=timezone.localdate(change.asked_at),
        )
        for change in found.select_related("report__agency", "report__period").order_by(
            "asked_at", "pk"
        )[:MOST]
    ]


def _corrections_proposed(user: Any) -> list[Waiting]:
    found = LedgerChange.objects.filter(
        proposed_by=user, status=LedgerChange.Status.PROPOSED
    )
    return [
        Waiting(
            title=_("Correction of the ledger proposed"),
            place=change.decree_line.area.name,
            url=change.get_absolute_url(),
            at=timezone.localdate(change.proposed_at),
        )
        for change in found.select_related("decree_line__area").order_by(
            "proposed_at", "pk"
        )[:MOST]
    ]


def _transfers_asked(user: Any) -> list[Waiting]:
    found = AuthorityTransfer.objects.filter(
        asked_by=user, status=AuthorityTransfer.Status.ASKED
    )
    return [
        Waiting(
            title=_("Transfer of %(area)s asked for") % {"area": transfer.area.name},
            place=transfer.to_agency.short_name,
            url=transfer.get_absolute_url(),
            at=timezone.localdate(transfer.asked_at),
        )
        for transfer in found.select_related("area", "to_agency").order_by(
            "asked_at", "pk"
        )[:MOST]
    ]


# ---- finished ------------------------------------------------------------------------
def _rounds(user: Any) -> list[Waiting]:
    found = ReportRound.objects.filter(by=user, step__in=ROUNDS)
    seen = ProgressReport.objects.visible_to(user)
    return [
        Waiting(
            title=str(ROUNDS[step.step]) % {"period": step.report.period.name},
            place=step.report.agency.short_name,
            url=step.report.get_absolute_url(),
            at=timezone.localdate(step.at),
        )
        for step in found.filter(report__in=seen)
        .select_related("report__agency", "report__period")
        .order_by("-at", "-pk")[:MOST]
    ]


def _surveys_verified(user: Any) -> list[Waiting]:
    found = Assessment.objects.visible_to(user).filter(verified_by=user)
    return [
        Waiting(
            title=_("Verified an assessment"),
            place=assessment.area.name,
            url=assessment.get_absolute_url(),
            at=timezone.localdate(assessment.verified_at),
        )
        for assessment in found.select_related("area").order_by("-verified_at", "-pk")[
            :MOST
        ]
    ]


def _corrections_decided(user: Any) -> list[Waiting]:
    found = LedgerChange.objects.visible_to(user).filter(decided_by=user)
    return [
        Waiting(
            title=_("Decided on a correction of the ledger"),
            place=change.decree_line.area.name,
            url=change.get_absolute_url(),
            at=timezone.localdate(change.decided_at),
        )
        for change in found.select_related("decree_line__area").order_by(
            "-decided_at", "-pk"
        )[:MOST]
    ]
