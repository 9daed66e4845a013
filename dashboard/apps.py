"""Pages that read across the apps, and the example data; no model."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DashboardConfig(AppConfig):
    name = "dashboard"
    verbose_name = _("Dashboard")

    def ready(self) -> None:
        from core.demo import register
        from dashboard.demo.presence import demo_is_there

        register(demo_is_there)
