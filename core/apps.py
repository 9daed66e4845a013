"""Plumbing without a domain word."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"
