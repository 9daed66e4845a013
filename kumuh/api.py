"""The API: one router, one version; schema and docs from local files."""

from importlib import import_module
from importlib.util import find_spec

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView
from rest_framework.routers import DefaultRouter

from areas.api.severity import SeverityScoreView

VIEWSETS = [
    ("agencies", "agencies.api.views", "AgencyViewSet"),
    ("regions", "agencies.api.views", "RegionViewSet"),
    ("decrees", "areas.api.views", "DecreeViewSet"),
    ("slum-areas", "areas.api.views", "SlumAreaViewSet"),
    ("neighbourhoods", "areas.api.views", "NeighbourhoodViewSet"),
    ("assessments", "areas.api.views", "AssessmentViewSet"),
    ("ledger-entries", "areas.api.ledger", "LedgerEntryViewSet"),
    ("programmes", "programs.api.views", "ProgrammeViewSet"),
    ("activities", "programs.api.views", "ActivityViewSet"),
    ("progress-reports", "programs.api.views", "ProgressReportViewSet"),
]

router = DefaultRouter()
for prefix, module, viewset in VIEWSETS:
    if find_spec(module):
        router.register(prefix, getattr(import_module(module), viewset), prefix)

urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", SpectacularSwaggerView.as_view(url_name="schema"), name="docs"),
    path("v1/severity-scores/", SeverityScoreView.as_view(), name="severity-scores"),
    path("v1/", include(router.urls)),
]
