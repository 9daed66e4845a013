"""The page on which the province checks a report, then verifies or returns it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.generic import View

from agencies.roles import Permission
from areas.views.common import require_page
from core.errors import BusinessRuleError, NotAllowedError, WrongStateError
from programs import services, workflow
from programs.forms import ReturnForm, VerificationForm
from programs.models import ProgressReport
from programs.review_forms import ReportReview
from programs.rounds import changes
from programs.sheet import sheet_of
from programs.views.reports import (
    ReportScope,
    heading_of,
    last_submission,
    rounds_of,
    step_panel,
)


class ReportReviewView(LoginRequiredMixin, ReportScope, View):
    """GET shows what was reported; POST verifies, or returns with a reason."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        self.report = get_object_or_404(self.get_queryset(), pk=kwargs["pk"])
        require_page(request.user, Permission.REPORT_VERIFY, agency=self.report.agency)
        if self.report.status != ProgressReport.Status.SUBMITTED:
            return redirect(self.report)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        review = ReportReview(sheet_of(self.report))
        return self.page(review, VerificationForm(), ReturnForm())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            if request.POST.get("step") == workflow.RETURN.name:
                return self.send_back(request)
            return self.verify(request)
        except NotAllowedError as error:
            raise PermissionDenied(str(error)) from error
        except WrongStateError as error:
            messages.error(request, str(error))
            return redirect(self.report)

    def send_back(self, request: HttpRequest) -> HttpResponse:
        form = ReturnForm(request.POST)
        if not form.is_valid():
            review = ReportReview(sheet_of(self.report), request.POST)
            return self.page(review, VerificationForm(request.POST), form)
        services.return_report(self.report, by=request.user, **form.cleaned_data)
        messages.success(request, _("The report is returned."))
        return redirect(self.report)

    def verify(self, request: HttpRequest) -> HttpResponse:
        review = ReportReview(sheet_of(self.report), request.POST)
        form = VerificationForm(request.POST)
        decisions = review.decisions()
        if not (form.is_valid() and not review.has_errors):
            return self.page(review, form, ReturnForm())
        try:
            services.verify_report(
                self.report,
                decisions=decisions,
                by=request.user,
                **form.cleaned_data,
            )
        except WrongStateError:
            raise
        except BusinessRuleError as error:
            _tell(error, review, form)
            return self.page(review, form, ReturnForm())
        messages.success(request, _("Verified. The hectares stand in the ledger."))
        return redirect(self.report)

    def page(
        self, review: ReportReview, form: VerificationForm, back: ReturnForm
    ) -> HttpResponse:
        report = self.report
        offered = workflow.steps_for(report, self.request.user)
        steps = {item.name: step_panel(report, item) for item in offered}
        previous = last_submission(report, before=1)
        differences = (
            changes(previous.figures, review.sheet)
            if previous and previous.figures
            else []
        )
        context = {
            "report": report,
            "sheet": review.sheet,
            "review": review,
            "form": form,
            "return_form": back,
            "verify": steps[workflow.VERIFY.name],
            "send_back": steps[workflow.RETURN.name],
            "rounds": rounds_of(report),
            "is_again": previous is not None,
            "changes": differences,
            "changed": {change.number for change in differences},
            **heading_of(report),
        }
        return render(self.request, "programs/report_review.html", context)


def _tell(
    error: BusinessRuleError, review: ReportReview, form: VerificationForm
) -> None:
    """Every refusal at its input; what has none stands above the form."""
    for sentence in review.add_errors(error):
        form.add_error(None, sentence)
    for name, sentences in error.errors.items():
        for sentence in sentences if name in form.fields else ():
            form.add_error(name, sentence)
    if not error.errors:
        form.add_error(None, str(error))
