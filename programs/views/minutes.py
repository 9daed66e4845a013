"""The minutes of a verification as a file."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.views.generic import View

from core.errors import WrongStateError
from programs.minutes import minutes_of
from programs.minutes_pdf import minutes_pdf
from programs.models import ProgressReport
from programs.views.reports import ReportScope


class ReportMinutesView(LoginRequiredMixin, ReportScope, View):
    """The PDF; before the report is verified, the report and why there is none."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        report = get_object_or_404(self.get_queryset(), pk=kwargs["pk"])
        try:
            return pdf_response(report)
        except WrongStateError as error:
            messages.error(request, str(error))
            return redirect(report)


def pdf_response(report: ProgressReport) -> HttpResponse:
    """The minutes of a verified report; page and API answer with them alike."""
    content = minutes_pdf(minutes_of(report))
    place = slugify(f"{report.agency.short_name} {report.period.name}")
    disposition = content_disposition_header(False, f"berita-acara-{place}.pdf")
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": disposition or ""},
    )
