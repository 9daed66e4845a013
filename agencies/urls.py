"""Addresses of the agencies' pages."""

from django.urls import path

from agencies import notice_views, views

app_name = "agencies"
urlpatterns = [
    path("instansi/", views.AgencyListView.as_view(), name="agency-list"),
    path("instansi/<int:pk>/", views.AgencyDetailView.as_view(), name="agency-detail"),
    path("pemberitahuan/", notice_views.NoticeListView.as_view(), name="notice-list"),
    path(
        "pemberitahuan/pilihan/",
        notice_views.NoticeChoicesView.as_view(),
        name="notice-choices",
    ),
    path(
        "pemberitahuan/dibaca/",
        notice_views.NoticeReadAllView.as_view(),
        name="notice-read-all",
    ),
    path(
        "pemberitahuan/<int:pk>/buka/",
        notice_views.NoticeOpenView.as_view(),
        name="notice-open",
    ),
    path(
        "pemberitahuan/<int:pk>/dibaca/",
        notice_views.NoticeReadView.as_view(),
        name="notice-read",
    ),
]
