"""The API: one router, one version; schema and docs from local files."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from agencies.api.views import AgencyViewSet, NoticeViewSet, RegionViewSet
from areas.api.assessments import AssessmentViewSet
from areas.api.decrees import DecreeViewSet
from areas.api.figures import FiguresView
from areas.api.footprints import FootprintViewSet
from areas.api.ledger import LedgerEntryViewSet
from areas.api.ledger_changes import LedgerChangeViewSet
from areas.api.published import PublishedResultViewSet, PublishedSourceViewSet
from areas.api.rule_sets import InterventionViewSet, RuleSetViewSet
from areas.api.severity import SeverityScoreView
from areas.api.transfers import AuthorityTransferViewSet
from areas.api.views import (
    NeighbourhoodViewSet,
    SlumAreaViewSet,
)
from coordination.api.collaboration import CollaborationViewSet
from coordination.api.files import CoordinationFileViewSet
from coordination.api.groups import WorkingGroupViewSet
from coordination.api.meetings import (
    AgendaItemViewSet,
    MeetingSeriesViewSet,
    MeetingViewSet,
)
from coordination.api.outcomes import (
    CommitmentLinkViewSet,
    CommitmentViewSet,
    DecisionViewSet,
)
from coordination.api.outreach import OutreachViewSet
from coordination.api.people import (
    AttendanceViewSet,
    InvitationViewSet,
    SpeakerViewSet,
)
from coordination.api.practices import PracticeViewSet
from core.api import Router
from dashboard.api.health import DataHealthViewSet
from dashboard.api.tasks import TaskViewSet
from programs.api.attachments import AttachmentViewSet
from programs.api.budgets import (
    AddendumViewSet,
    BudgetVersionViewSet,
    FundingLegViewSet,
    SipdCodeViewSet,
    TargetViewSet,
)
from programs.api.calendar import (
    LockExceptionViewSet,
    ReportingPeriodViewSet,
    TimelinessViewSet,
)
from programs.api.comments import CommentViewSet
from programs.api.history import AgreementViewSet, AssessmentHistoryViewSet
from programs.api.outputs import PhysicalOutputViewSet
from programs.api.readiness import ReadinessCheckViewSet
from programs.api.report_changes import ReportChangeViewSet
from programs.api.review import ReportReviewViewSet
from programs.api.simulation import SimulationView
from programs.api.views import ActivityViewSet, ProgrammeViewSet

router = Router()
for prefix, viewset in (
    ("agencies", AgencyViewSet),
    ("regions", RegionViewSet),
    ("decrees", DecreeViewSet),
    ("slum-areas", SlumAreaViewSet),
    ("neighbourhoods", NeighbourhoodViewSet),
    ("assessments", AssessmentViewSet),
    ("assessment-histories", AssessmentHistoryViewSet),
    ("assessment-agreements", AgreementViewSet),
    ("rule-sets", RuleSetViewSet),
    ("interventions", InterventionViewSet),
    ("published-sources", PublishedSourceViewSet),
    ("published-results", PublishedResultViewSet),
    ("footprints", FootprintViewSet),
    ("ledger-entries", LedgerEntryViewSet),
    ("authority-transfers", AuthorityTransferViewSet),
    ("ledger-changes", LedgerChangeViewSet),
    ("programmes", ProgrammeViewSet),
    ("budget-versions", BudgetVersionViewSet),
    ("targets", TargetViewSet),
    ("activities", ActivityViewSet),
    ("funding-legs", FundingLegViewSet),
    ("contract-addenda", AddendumViewSet),
    ("sipd-codes", SipdCodeViewSet),
    ("readiness-checks", ReadinessCheckViewSet),
    ("physical-outputs", PhysicalOutputViewSet),
    ("progress-reports", ReportReviewViewSet),
    ("report-changes", ReportChangeViewSet),
    ("comments", CommentViewSet),
    ("reporting-periods", ReportingPeriodViewSet),
    ("lock-exceptions", LockExceptionViewSet),
    ("timeliness", TimelinessViewSet),
    ("attachments", AttachmentViewSet),
    ("practices", PracticeViewSet),
    ("outreach", OutreachViewSet),
    ("meetings", MeetingViewSet),
    ("meeting-series", MeetingSeriesViewSet),
    ("decisions", DecisionViewSet),
    ("commitments", CommitmentViewSet),
    ("commitment-links", CommitmentLinkViewSet),
    ("agenda-items", AgendaItemViewSet),
    ("invitations", InvitationViewSet),
    ("speakers", SpeakerViewSet),
    ("attendances", AttendanceViewSet),
    ("working-groups", WorkingGroupViewSet),
    ("coordination-files", CoordinationFileViewSet),
    ("collaboration", CollaborationViewSet),
    ("data-health", DataHealthViewSet),
    ("tasks", TaskViewSet),
    ("notices", NoticeViewSet),
):
    router.register(prefix, viewset, prefix)

urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", SpectacularSwaggerView.as_view(url_name="schema"), name="docs"),
    path("v1/figures/", FiguresView.as_view(), name="figures"),
    path("v1/simulations/", SimulationView.as_view(), name="simulations"),
    path("v1/severity-scores/", SeverityScoreView.as_view(), name="severity-scores"),
    path("v1/", include(router.urls)),
]
