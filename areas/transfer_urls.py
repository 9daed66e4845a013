"""Addresses of transfers and of who acts in an area, part of `areas`."""

from django.urls import path

from areas.views import transfers

urlpatterns = [
    path("peralihan/", transfers.TransferListView.as_view(), name="transfer-list"),
    path(
        "peralihan/<int:pk>/",
        transfers.TransferDetailView.as_view(),
        name="transfer-detail",
    ),
    path(
        "peralihan/<int:pk>/terima/",
        transfers.TransferAcceptView.as_view(),
        name="transfer-accept",
    ),
    path(
        "peralihan/<int:pk>/tolak/",
        transfers.TransferRefuseView.as_view(),
        name="transfer-refuse",
    ),
    path(
        "kawasan/<int:pk>/peralihan/baru/",
        transfers.TransferAskView.as_view(),
        name="transfer-ask",
    ),
    path(
        "kawasan/<int:pk>/pelaksana/",
        transfers.ActingAgencyView.as_view(),
        name="acting-agency",
    ),
    path(
        "kawasan/pelaksana/<int:pk>/akhiri/",
        transfers.ActingAgencyEndView.as_view(),
        name="acting-agency-end",
    ),
]
