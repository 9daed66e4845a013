"""Addresses of the pages across apps."""

from django.urls import path

from dashboard.health.views import HealthCheckView, HealthListView
from dashboard.tasks.views import TaskListView
from dashboard.views import HomeView

app_name = "dashboard"

urlpatterns = [
    path("", HomeView.as_view(), name="home"),
    path("tugas/", TaskListView.as_view(), name="tasks"),
    path("kesehatan-data/", HealthListView.as_view(), name="health-list"),
    path("kesehatan-data/<slug:code>/", HealthCheckView.as_view(), name="health-check"),
]
