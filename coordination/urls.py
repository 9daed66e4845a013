"""Addresses of meetings, commitments, groups, outreach and practices."""

from django.urls import URLPattern

app_name = "coordination"

urlpatterns: list[URLPattern] = []
