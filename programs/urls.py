"""Addresses of programmes, activities and reports."""

from django.urls import path

from programs.history.views import AgreementListView, AreaHistoryView
from programs.simulation.views import SimulationView
from programs.views import (
    activities,
    entry,
    footprints,
    programmes,
    reports,
    review,
    units,
)

app_name = "programs"

urlpatterns = [
    path(
        "kawasan/<int:pk>/perkembangan/", AreaHistoryView.as_view(), name="area-history"
    ),
    path("penilaian/kecocokan/", AgreementListView.as_view(), name="agreement-list"),
    path("program/", programmes.ProgrammeListView.as_view(), name="programme-list"),
    path(
        "program/baru/",
        programmes.ProgrammeCreateView.as_view(),
        name="programme-create",
    ),
    path(
        "program/<int:pk>/",
        programmes.ProgrammeDetailView.as_view(),
        name="programme-detail",
    ),
    path(
        "program/<int:pk>/ubah/",
        programmes.ProgrammeEditView.as_view(),
        name="programme-edit",
    ),
    path(
        "program/<int:pk>/jalankan/",
        programmes.ProgrammeActivateView.as_view(),
        name="programme-activate",
    ),
    path(
        "program/<int:pk>/kegiatan/baru/",
        activities.ActivityCreateView.as_view(),
        name="activity-create",
    ),
    path(
        "kegiatan/<int:pk>/",
        activities.ActivityDetailView.as_view(),
        name="activity-detail",
    ),
    path(
        "kegiatan/<int:pk>/ubah/",
        activities.ActivityEditView.as_view(),
        name="activity-edit",
    ),
    path(
        "kegiatan/<int:pk>/jejak/",
        footprints.ActivityFootprintView.as_view(),
        name="activity-footprint",
    ),
    path(
        "kawasan/rt/<int:pk>/pecah/", units.UnitSplitView.as_view(), name="unit-split"
    ),
    path(
        "kawasan/<int:pk>/gabung-rt/",
        units.UnitMergeView.as_view(),
        name="unit-merge",
    ),
    path("simulasi/", SimulationView.as_view(), name="simulation"),
    path("laporan/", reports.ReportListView.as_view(), name="report-list"),
    path("laporan/baru/", reports.ReportStartView.as_view(), name="report-start"),
    path("laporan/<int:pk>/", reports.ReportDetailView.as_view(), name="report-detail"),
    path("laporan/<int:pk>/isi/", entry.ReportEntryView.as_view(), name="report-entry"),
    path(
        "laporan/<int:pk>/tambah-kegiatan/",
        reports.ReportAddLinesView.as_view(),
        name="report-add-lines",
    ),
    path(
        "laporan/<int:pk>/ajukan/",
        reports.ReportSubmitView.as_view(),
        name="report-submit",
    ),
    path(
        "laporan/<int:pk>/kembalikan/",
        reports.ReportReturnView.as_view(),
        name="report-return",
    ),
    path(
        "laporan/<int:pk>/periksa/",
        review.ReportReviewView.as_view(),
        name="report-review",
    ),
]
