"""The page on which an office writes what a line of its report built."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy

from agencies.roles import Permission
from areas.views.common import require_page
from core.errors import WrongStateError
from core.views import ServiceFormView
from programs import services
from programs.models import ProgressReport, ReportLine
from programs.output_forms import MOST_ROWS, OutputsForm, as_initial, initial_rows
from programs.services.common import require_open


class ReportOutputsView(ServiceFormView):
    """All rows of the line at once; "another row" adds room for one more."""

    form_class = OutputsForm
    template_name = "programs/report_outputs.html"
    done_message = gettext_lazy("The physical output is stored.")
    line: ReportLine

    def prepare(self, request: HttpRequest, **kwargs: Any) -> None:
        reports = ProgressReport.objects.visible_to(request.user)
        report = get_object_or_404(
            reports.select_related("agency", "period"), pk=kwargs["pk"]
        )
        lines = report.lines.select_related("activity__area")
        lines = lines.prefetch_related("outputs__neighbourhood")
        self.line = get_object_or_404(lines, pk=kwargs["line"])
        self.line.report = report
        require_page(request.user, Permission.REPORT_EDIT, agency=report.agency)

    @cached_property
    def stored(self) -> list[Any]:
        return initial_rows(self.line)

    @cached_property
    def rows(self) -> int:
        """How many rows the form has."""
        text = self.request.POST.get("row_count", "")
        sent = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0
        return max(1, min(sent or len(self.stored), MOST_ROWS))

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"line": self.line, "rows": self.rows}

    def get_initial(self) -> dict[str, Any]:
        return as_initial(self.stored)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "another" not in request.POST:
            return super().post(request, *args, **kwargs)
        self.rows = min(self.rows + 1, MOST_ROWS)
        form = OutputsForm(initial=request.POST.dict(), line=self.line, rows=self.rows)
        return self.render_to_response(self.get_context_data(form=form))

    def call_service(self, form: OutputsForm) -> None:
        services.set_outputs(self.line, rows=form.values(), by=self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            line=self.line,
            report=self.line.report,
            closed=self._closed(),
            cancel_url=self.get_success_url(),
            **kwargs,
        )

    def _closed(self) -> str:
        """Why nothing can be changed here; empty while the report is open."""
        try:
            require_open(self.line.report)
        except WrongStateError as error:
            return str(error)
        return ""

    def get_success_url(self) -> str:
        entry = reverse("programs:report-entry", args=[self.line.report_id])
        return f"{entry}#k{self.line.pk}"

    def get_wrong_state_url(self) -> str:
        return self.line.report.get_absolute_url()
