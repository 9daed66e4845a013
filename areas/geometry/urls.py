"""Addresses of maps and of the import of outlines, part of `areas`."""

from django.urls import path

from areas.geometry import views

urlpatterns = [
    path("kawasan/<int:pk>/peta/", views.AreaMapView.as_view(), name="area-map"),
    path(
        "kawasan/<int:pk>/peta/versi/",
        views.AreaOutlinesView.as_view(),
        name="area-outlines",
    ),
    path("impor-peta/", views.OutlineImportView.as_view(), name="outline-import"),
    path(
        "impor-peta/simpan/",
        views.OutlineConfirmView.as_view(),
        name="outline-confirm",
    ),
]
