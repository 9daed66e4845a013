"""Around a person's tasks: what waits for others, and what they finished."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Max, Q, QuerySet
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


@dataclass(frozen=True, slots=True)
class Told:
    """How the rows of one kind are told: by `at` (a moment), the first of them only."""

    at: str
    title: Callable[[Any], str]
    place: Callable[[Any], str]
    record: Callable[[Any], Any] = lambda row: row
    is_latest_first: bool = False

    def rows(self, found: QuerySet[Any]) -> list[Waiting]:
        sign = "-" if self.is_latest_first else ""
        return [
            Waiting(
                title=self.title(row),
                place=self.place(row),
                url=self.record(row).get_absolute_url(),
                at=timezone.localdate(getattr(row, self.at)),
            )
            for row in found.order_by(f"{sign}{self.at}", f"{sign}pk")[:MOST]
        ]


# ---- waiting -------------------------------------------------------------------------
def _with_verifiers(user: Any) -> list[Waiting]:
    reports = ProgressReport.objects.filter(
        agencies_q(user, Permission.REPORT_EDIT), status=ProgressReport.Status.SUBMITTED
    )
    told = Told(
        "submitted_at",
        lambda row: _("Report on %(period)s at the verifier") % {"period": row.period},
        lambda row: row.agency.short_name,
    )
    return told.rows(reports.select_related("agency", "period"))


def _with_offices(user: Any) -> list[Waiting]:
    """Returned by a verifier, to be mended by its office; since it was returned."""
    reports: Any = ProgressReport.objects.filter(
        agencies_q(user, Permission.REPORT_VERIFY),
        status=ProgressReport.Status.RETURNED,
    ).exclude(agency__in=scope_of(user).agencies)
    returned = Q(rounds__step=workflow.RETURN.name)
    found = reports.annotate(returned_at=Max("rounds__at", filter=returned))
    told = Told(
        "returned_at",
        lambda row: _("Returned report on %(period)s") % {"period": row.period},
        lambda row: row.agency.short_name,
    )
    return told.rows(found.select_related("agency", "period"))


def _changes_asked(user: Any) -> list[Waiting]:
    told = Told(
        "asked_at",
        lambda row: (
            _("Change of the report on %(period)s asked for")
            % {"period": row.report.period}
        ),
        lambda row: row.report.agency.short_name,
    )
    found = ReportChange.objects.open().filter(asked_by=user)
    return told.rows(found.select_related("report__agency", "report__period"))


def _corrections_proposed(user: Any) -> list[Waiting]:
    told = Told(
        "proposed_at",
        lambda row: _("Correction of the ledger proposed"),
        lambda row: row.decree_line.area.name,
    )
    found = LedgerChange.objects.filter(
        proposed_by=user, status=LedgerChange.Status.PROPOSED
    )
    return told.rows(found.select_related("decree_line__area"))


def _transfers_asked(user: Any) -> list[Waiting]:
    told = Told(
        "asked_at",
        lambda row: _("Transfer of %(area)s asked for") % {"area": row.area.name},
        lambda row: row.to_agency.short_name,
    )
    found = AuthorityTransfer.objects.filter(
        asked_by=user, status=AuthorityTransfer.Status.ASKED
    )
    return told.rows(found.select_related("area", "to_agency"))


# ---- finished ------------------------------------------------------------------------
def _rounds(user: Any) -> list[Waiting]:
    told = Told(
        "at",
        lambda row: str(ROUNDS[row.step]) % {"period": row.report.period},
        lambda row: row.report.agency.short_name,
        record=lambda row: row.report,
        is_latest_first=True,
    )
    found = ReportRound.objects.filter(
        by=user, step__in=ROUNDS, report__in=ProgressReport.objects.visible_to(user)
    )
    return told.rows(found.select_related("report__agency", "report__period"))


def _surveys_verified(user: Any) -> list[Waiting]:
    told = Told(
        "verified_at",
        lambda row: _("Verified an assessment"),
        lambda row: row.area.name,
        is_latest_first=True,
    )
    found = Assessment.objects.visible_to(user).filter(verified_by=user)
    return told.rows(found.select_related("area"))


def _corrections_decided(user: Any) -> list[Waiting]:
    told = Told(
        "decided_at",
        lambda row: _("Decided on a correction of the ledger"),
        lambda row: row.decree_line.area.name,
        is_latest_first=True,
    )
    found = LedgerChange.objects.visible_to(user).filter(decided_by=user)
    return told.rows(found.select_related("decree_line__area"))
