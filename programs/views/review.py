"""The page on which the province checks a report, then verifies or returns it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.generic import View

from agencies.roles import Permission
from areas.views.common import require_page
from core.errors import BusinessRuleError, NotAllowedError, WrongStateError
from core.views import PreparedMixin
from programs import services, workflow
from programs.comments import comments_on, load_comments
from programs.forms import ReturnForm, VerificationForm
from programs.models import ProgressReport
from programs.review_forms import ReportReview
from programs.rounds import changes
from programs.sheet import sheet_of
from programs.views.comments import tell_untold
from programs.views.reports import (
    ReportScope,
    heading_of,
    last_submission,
    rounds_of,
    step_panel,
)

SAVE, REST = "marks", "rest"


class ReportReviewView(PreparedMixin, ReportScope, View):
    """GET shows what was reported; POST keeps marks, verifies, or returns."""

    def prepare(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase | None:
        self.report = get_object_or_404(self.get_queryset(), pk=kwargs["pk"])
        require_page(request.user, Permission.REPORT_VERIFY, agency=self.report.agency)
        if self.report.status != ProgressReport.Status.SUBMITTED:
            return redirect(self.report)
        return None

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        review = ReportReview(sheet_of(self.report))
        return self.page(review, VerificationForm(), ReturnForm())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        step = request.POST.get("step")
        try:
            if step == workflow.RETURN.name:
                return self.send_back(request)
            if step in (SAVE, REST):
                return self.save(request, with_rest=step == REST)
            return self.verify(request)
        except NotAllowedError as error:
            raise PermissionDenied(str(error)) from error
        except WrongStateError as error:
            messages.error(request, str(error))
            return redirect(self.report)

    def save(self, request: HttpRequest, *, with_rest: bool) -> HttpResponse:
        """Keep what was marked; with the rest: accept what says nothing special."""
        review = ReportReview(sheet_of(self.report), request.POST)
        form = VerificationForm(request.POST)
        if not review.is_valid():
            return self.page(review, form, ReturnForm())
        left = 0
        try:
            with transaction.atomic():
                self.keep(review)
                if with_rest:
                    left = services.mark_rest_as_reported(self.report, by=request.user)
        except WrongStateError:
            raise
        except BusinessRuleError as error:
            _tell(error, review, form)
            return self.page(review, form, ReturnForm())
        messages.success(request, _("The marks are kept; nothing is decided yet."))
        if left:
            text = _("%(count)s lines want a closer look and have no mark yet.")
            messages.warning(request, text % {"count": left})
        return redirect(f"{request.path}#h-putus")

    def keep(self, review: ReportReview) -> None:
        """The marks and comments as typed; part of whatever step was taken."""
        untold = services.save_marks(
            self.report,
            marks=review.marks(),
            comments=review.comments(),
            by=self.request.user,
        )
        tell_untold(self.request, untold)

    def send_back(self, request: HttpRequest) -> HttpResponse:
        form = ReturnForm(request.POST)
        review = ReportReview(sheet_of(self.report), request.POST)
        if not (form.is_valid() and review.is_valid()):
            return self.page(review, VerificationForm(request.POST), form)
        try:
            with transaction.atomic():
                self.keep(review)
                services.return_report(
                    self.report, by=request.user, **form.cleaned_data
                )
        except WrongStateError:
            raise
        except BusinessRuleError as error:
            facts = VerificationForm(request.POST)
            _tell(error, review, facts)
            return self.page(review, facts, form)
        messages.success(request, _("The report is returned."))
        return redirect(self.report)

    def verify(self, request: HttpRequest) -> HttpResponse:
        review = ReportReview(sheet_of(self.report), request.POST)
        form = VerificationForm(request.POST)
        decisions = review.decisions()
        if not (form.is_valid() and not review.has_errors):
            return self.page(review, form, ReturnForm())
        try:
            with transaction.atomic():
                self.keep(review)
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
        load_comments(line.line for line in review.sheet.lines)
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
            "comments": comments_on(report),
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
