"""Verifying the reports chosen in the list: what is in them, then one by one."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from agencies.roles import Permission
from areas.views.common import HoldsAnywhereMixin
from programs.bulk import MOST, candidates, verify_reports
from programs.forms import VerificationForm
from programs.models import ProgressReport
from programs.views.reports import ReportScope

CHOSEN = "laporan"


class ReportVerifyManyView(HoldsAnywhereMixin, ReportScope, View):
    """GET (`?laporan=1&laporan=2`) shows the chosen reports; POST verifies each."""

    permission = Permission.REPORT_VERIFY

    def get(self, request: HttpRequest) -> HttpResponse:
        chosen = self.chosen(request.GET.getlist(CHOSEN))
        if not chosen:
            messages.error(request, _("Choose the reports in the list first."))
            return redirect(f"{reverse('programs:report-list')}?status=submitted")
        form = VerificationForm(initial={"method": ProgressReport.Method.DESK})
        return self.page(chosen, form)

    def post(self, request: HttpRequest) -> HttpResponse:
        chosen = self.chosen(request.POST.getlist(CHOSEN))
        form = VerificationForm(request.POST)
        if not (chosen and form.is_valid()):
            return self.page(chosen, form)
        results = verify_reports(chosen, by=self.user, **form.cleaned_data)
        context = {"results": results, "crumbs": self.crumbs()}
        return render(request, "programs/report_verified.html", context)

    def chosen(self, keys: list[str]) -> list[ProgressReport]:
        """Those in sight, in the order of the list; `MOST` at most."""
        known = [key for key in keys if key.isdecimal() and len(key) < 19]
        reports = self.get_queryset().filter(pk__in=known)
        return list(reports.order_by("-period__starts_on", "agency__short_name", "pk"))[
            :MOST
        ]

    def crumbs(self) -> list[Any]:
        return [(_("Reports"), reverse("programs:report-list"))]

    def page(
        self, chosen: list[ProgressReport], form: VerificationForm
    ) -> HttpResponse:
        context = {
            "candidates": candidates(chosen, self.user),
            "form": form,
            "crumbs": self.crumbs(),
        }
        return render(self.request, "programs/report_verify_many.html", context)
