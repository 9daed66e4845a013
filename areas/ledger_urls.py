"""Addresses of the ledger, part of `areas`."""

from django.urls import path

from areas import ledger_views, slum_again
from areas.views import ledger_changes

urlpatterns = [
    path("buku-besar/", ledger_views.LedgerListView.as_view(), name="ledger-list"),
    path(
        "buku-besar/kumuh-kembali/",
        slum_again.SlumAgainView.as_view(),
        name="ledger-slum-again",
    ),
    path(
        "buku-besar/instansi/<int:pk>/",
        ledger_views.AgencyLedgerView.as_view(),
        name="ledger-agency",
    ),
    path(
        "buku-besar/pekerjaan/<int:pk>/",
        ledger_views.WorkLedgerView.as_view(),
        name="ledger-work",
    ),
    path(
        "buku-besar/<int:pk>/",
        ledger_views.LedgerEntryView.as_view(),
        name="ledger-entry",
    ),
    path(
        "buku-besar/<int:pk>/koreksi/",
        ledger_changes.EntryChangeView.as_view(),
        name="ledger-entry-correct",
    ),
    path(
        "buku-besar/baris-sk/<int:pk>/koreksi/",
        ledger_changes.LineChangeView.as_view(),
        name="ledger-line-correct",
    ),
    path(
        "buku-besar/koreksi/",
        ledger_changes.LedgerChangeListView.as_view(),
        name="ledger-change-list",
    ),
    path(
        "buku-besar/koreksi/<int:pk>/",
        ledger_changes.LedgerChangeView.as_view(),
        name="ledger-change",
    ),
    path(
        "buku-besar/koreksi/<int:pk>/setujui/",
        ledger_changes.LedgerChangeApproveView.as_view(),
        name="ledger-change-approve",
    ),
    path(
        "buku-besar/koreksi/<int:pk>/tolak/",
        ledger_changes.LedgerChangeRejectView.as_view(),
        name="ledger-change-reject",
    ),
]
