"""Pages of data health: all checks, and the rows of one."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from core.tables import Column
from core.views import FilteredListView
from dashboard.health.check import Check, CheckSeverity, Result, run_checks
from dashboard.health.filters import HealthFilter
from dashboard.health.registry import BY_CODE, CHECKS
from dashboard.health.tables import RESULT_COLUMNS, severity_chip


class HealthListView(LoginRequiredMixin, TemplateView):
    """Every check with its number of rows, in the scope of the person."""

    template_name = "dashboard/health_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        results = run_checks(CHECKS, self.request.user)
        return super().get_context_data(
            columns=RESULT_COLUMNS,
            results=[result for result in results if not result.is_fine],
            fine=[result for result in results if result.is_fine],
            tally=tally_of(results),
            **kwargs,
        )


def tally_of(results: Sequence[Result]) -> list[tuple[str, int]]:
    """How many checks of each severity have rows, as chips: only those with any."""
    counted = {
        severity: sum(
            1
            for result in results
            if result.check.severity == severity and result.count
        )
        for severity in CheckSeverity
    }
    return [(severity_chip(key), number) for key, number in counted.items() if number]


class HealthCheckView(FilteredListView):
    """The rows of one check, each leading to where it is put right."""

    filterset_class = HealthFilter
    template_name = "dashboard/health_check.html"
    paginate_by = 50

    def get(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        self.check: Check = check_or_404(kwargs["code"])
        self.default_order = self.check.order
        self.export_name = f"kesehatan-data-{self.check.code}"
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Any]:
        return self.check.rows(self.request.user)

    def get_columns(self) -> Sequence[Column]:
        return self.check.columns

    def get_export_meta(self) -> Mapping[str, str]:
        return {_("Check"): str(self.check.title)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            check=self.check,
            chip=severity_chip(self.check.severity),
            crumbs=[
                (_("Data health"), reverse("dashboard:health-list")),
                (self.check.title, ""),
            ],
            **kwargs,
        )


def check_or_404(code: str) -> Check:
    try:
        return BY_CODE[code]
    except KeyError:
        raise Http404 from None
