"""Addresses of this app's pages."""

from django.urls import include, path

from areas.views import (
    area_forms,
    areas,
    assessments,
    decree_steps,
    decrees,
    entry,
    neighbourhoods,
    recap,
    steps,
    why,
)

app_name = "areas"

AREAS = [
    path("", areas.AreaListView.as_view(), name="area-list"),
    path("baru/", area_forms.AreaCreateView.as_view(), name="area-create"),
    path("angka/<slug:code>/", why.FigureWhyView.as_view(), name="area-figure"),
    path("rekap/", recap.RecapView.as_view(), name="recap"),
    path("<int:pk>/", areas.AreaDetailView.as_view(), name="area-detail"),
    path("<int:pk>/ubah/", area_forms.AreaEditView.as_view(), name="area-edit"),
    path(
        "<int:pk>/penilaian/",
        areas.AreaAssessmentsView.as_view(),
        name="area-assessments",
    ),
    path("<int:pk>/buku-besar/", areas.AreaLedgerView.as_view(), name="area-ledger"),
    path("<int:pk>/riwayat/", areas.AreaTrailView.as_view(), name="area-trail"),
    path(
        "<int:pk>/rt/baru/",
        neighbourhoods.NeighbourhoodCreateView.as_view(),
        name="neighbourhood-create",
    ),
    path(
        "rt/<int:pk>/ubah/",
        neighbourhoods.NeighbourhoodEditView.as_view(),
        name="neighbourhood-edit",
    ),
    path(
        "rt/<int:pk>/nomor/",
        neighbourhoods.NeighbourhoodRenumberView.as_view(),
        name="neighbourhood-renumber",
    ),
]

DECREES = [
    path("", decrees.DecreeListView.as_view(), name="decree-list"),
    path("baru/", decrees.DecreeCreateView.as_view(), name="decree-create"),
    path("<int:pk>/", decrees.DecreeDetailView.as_view(), name="decree-detail"),
    path("<int:pk>/ubah/", decrees.DecreeEditView.as_view(), name="decree-edit"),
    path("<int:pk>/kawasan/", decrees.DecreeLinesView.as_view(), name="decree-lines"),
    path(
        "<int:pk>/unggah/",
        decree_steps.DecreeUploadView.as_view(),
        name="decree-upload",
    ),
    path("<int:pk>/berkas/", decree_steps.DecreeFileView.as_view(), name="decree-file"),
    path(
        "<int:pk>/padanan/",
        decree_steps.DecreeMappingView.as_view(),
        name="decree-mapping",
    ),
    path(
        "<int:pk>/perbandingan/",
        decree_steps.DecreeComparisonView.as_view(),
        name="decree-comparison",
    ),
    path(
        "<int:pk>/berlakukan/",
        decree_steps.DecreeEnactView.as_view(),
        name="decree-enact",
    ),
]

ASSESSMENTS = [
    path("", assessments.AssessmentListView.as_view(), name="assessment-list"),
    path("baru/", assessments.AssessmentCreateView.as_view(), name="assessment-create"),
    path(
        "verifikasi/",
        steps.AssessmentVerifyManyView.as_view(),
        name="assessment-verify-many",
    ),
    path(
        "<int:pk>/",
        assessments.AssessmentDetailView.as_view(),
        name="assessment-detail",
    ),
    path("<int:pk>/isi/", entry.AssessmentEntryView.as_view(), name="assessment-entry"),
    path(
        "<int:pk>/isi/<int:unit>/",
        entry.AssessmentUnitView.as_view(),
        name="assessment-unit",
    ),
    path(
        "<int:pk>/isi/kawasan/",
        entry.AssessmentWholeView.as_view(),
        name="assessment-whole",
    ),
    path(
        "<int:pk>/lokasi/",
        assessments.AssessmentSiteView.as_view(),
        name="assessment-site",
    ),
    path(
        "<int:pk>/koreksi/",
        assessments.AssessmentCorrectView.as_view(),
        name="assessment-correct",
    ),
    path(
        "<int:pk>/ajukan/",
        steps.AssessmentSubmitView.as_view(),
        name="assessment-submit",
    ),
    path(
        "<int:pk>/kembalikan/",
        steps.AssessmentReturnView.as_view(),
        name="assessment-return",
    ),
    path(
        "<int:pk>/verifikasi/",
        steps.AssessmentVerifyView.as_view(),
        name="assessment-verify",
    ),
]

urlpatterns = [
    path("kawasan/", include(AREAS)),
    path("sk/", include(DECREES)),
    path("penilaian/", include(ASSESSMENTS)),
    path("", include("areas.geometry.urls")),
    path("", include("areas.ledger_urls")),
    path("", include("areas.transfer_urls")),
    path("", include("areas.rule_set_urls")),
    path("", include("areas.survey_urls")),
    path("hasil-terbitan/", include("areas.published.urls")),
]
