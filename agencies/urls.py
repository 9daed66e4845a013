"""Addresses of the agencies' pages."""

from django.urls import path

from agencies import views

app_name = "agencies"
urlpatterns = [
    path("instansi/", views.AgencyListView.as_view(), name="agency-list"),
    path("instansi/<int:pk>/", views.AgencyDetailView.as_view(), name="agency-detail"),
]
