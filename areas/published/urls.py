"""Addresses of published results, part of `areas`."""

from django.urls import path

from areas.published import import_views, views

urlpatterns = [
    path("", views.SourceListView.as_view(), name="published-list"),
    path("impor/", import_views.PublishedImportView.as_view(), name="published-import"),
    path(
        "impor/kolom/",
        import_views.PublishedMappingView.as_view(),
        name="published-mapping",
    ),
    path(
        "impor/simpan/",
        import_views.PublishedConfirmView.as_view(),
        name="published-confirm",
    ),
    path("<int:pk>/", views.SourceDetailView.as_view(), name="published-detail"),
    path("<int:pk>/hapus/", views.SourceDeleteView.as_view(), name="published-delete"),
    path("rt/<int:pk>/", views.ResultView.as_view(), name="published-result"),
]
