"""The page on which an office fills in its report, phone first."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import View

from agencies.roles import Permission
from areas.views.common import require_page
from core import html
from core.errors import (
    BusinessRuleError,
    NotAllowedError,
    StaleError,
    WrongStateError,
)
from core.views import PreparedMixin
from core.workflow import OfferedStep
from programs import services, workflow
from programs.autosave import autosaved, is_autosave
from programs.calendar import closing_of
from programs.comments import load_comments
from programs.models import ProgressReport
from programs.report_forms import ReportEntry, version_in
from programs.services.common import running_without_line
from programs.sheet import sheet_of
from programs.views.reports import ReportScope, heading_of, shortened

OPENED = 6


class ReportEntryView(PreparedMixin, ReportScope, View):
    """GET shows the lines; POST saves them, and submits where that was pressed.

    A POST that asks for JSON is the page saving by itself (`programs.autosave`).
    """

    def prepare(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase | None:
        self.report = get_object_or_404(self.get_queryset(), pk=kwargs["pk"])
        require_page(request.user, Permission.REPORT_EDIT, agency=self.report.agency)
        if request.method == "POST" and is_autosave(request):
            return autosaved(request, self.report)
        if not workflow.may_edit(self.report, request.user):
            return self.too_late(request)
        return None

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.page(ReportEntry(sheet_of(self.report)))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        entry = ReportEntry(sheet_of(self.report), request.POST)
        if not entry.is_valid(self.report):
            return self.page(entry)
        try:
            services.save_report_lines(
                self.report,
                lines=entry.as_input(),
                note=request.POST.get("note"),
                nil_reason=entry.nil_reason,
                version=version_in(request.POST),
                by=request.user,
            )
        except StaleError as error:
            return self.page(entry, stale=str(error))
        except WrongStateError:
            return self.too_late(request)
        except BusinessRuleError as error:
            entry.add_errors(error)
            return self.page(entry)
        if request.POST.get("step") == workflow.SUBMIT.name:
            return self.submit(request)
        now = html.moment(timezone.now())
        messages.success(request, _("Saved %(now)s.") % {"now": now})
        return redirect(request.path)

    def submit(self, request: HttpRequest) -> HttpResponse:
        """What was typed is saved by now, whatever comes of the submission."""
        try:
            services.submit_report(self.report, by=request.user)
        except NotAllowedError as error:
            raise PermissionDenied(str(error)) from error
        except BusinessRuleError as error:
            messages.error(request, str(shortened(error)))
            return redirect(f"{request.path}#kurang")
        messages.success(request, _("The report is submitted."))
        return redirect(self.report)

    def too_late(self, request: HttpRequest) -> HttpResponse:
        report = ProgressReport.objects.select_related("period").get(pk=self.report.pk)
        reason = closing_of(report) if report.is_open else ""
        status = _("Not saved: the report is “%(status)s” by now.") % {
            "status": report.get_status_display()
        }
        messages.error(request, reason or status)
        return redirect(report)

    def page(self, entry: ReportEntry, *, stale: str = "") -> HttpResponse:
        report, user = self.report, self.request.user
        load_comments(line.line for line in entry.sheet.lines)
        offered = workflow.steps_for(report, user)
        context = {
            "report": report,
            "sheet": entry.sheet,
            "entry": entry,
            "stale": stale,
            "opened": _opened(entry),
            "submit": _without_missing(offered, report),
            "addable": running_without_line(report).count(),
            "note": self.request.POST.get("note", report.note),
            "nil_reason": report.nil_reason
            if entry.nil_reason is None
            else entry.nil_reason,
            **heading_of(report),
        }
        status = 409 if stale else 200
        return render(
            self.request, "programs/report_entry.html", context, status=status
        )


def _opened(entry: ReportEntry) -> set[int]:
    """The lines that stand open: those refused, and the first that lack something."""
    refused = [panel for panel in entry.panels if panel.has_errors]
    missing = [panel for panel in entry.panels if not panel.is_done]
    return {panel.sheet.line.pk for panel in [*refused, *missing[:OPENED]]}


def _without_missing(
    offered: list[OfferedStep], report: ProgressReport
) -> dict[str, Any]:
    """Submitting as this page has it: what is missing can be filled in right here.

    So only the role closes the button; what is missing is told when it is pressed.
    """
    step = next(item for item in offered if item.step == workflow.SUBMIT)
    entry = reverse("programs:report-entry", args=[report.pk])
    reasons = [r for r in step.reasons if not r.url.startswith(entry)]
    return {"label": step.label, "is_open": not reasons, "reasons": reasons}
