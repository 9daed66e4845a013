"""Addresses of the ledger, part of `areas`."""

from django.urls import path

from areas import ledger_views

urlpatterns = [
    path("buku-besar/", ledger_views.LedgerListView.as_view(), name="ledger-list"),
    path(
        "buku-besar/<int:pk>/",
        ledger_views.LedgerEntryView.as_view(),
        name="ledger-entry",
    ),
]
