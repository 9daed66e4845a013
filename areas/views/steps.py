"""The steps of a survey: submit, return, verify one, verify many."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from agencies.roles import Permission
from areas import services
from areas.assessment_forms import ReasonForm
from areas.models import Assessment
from areas.views.assessments import AssessmentScope
from areas.views.common import require_page
from core.errors import BusinessRuleError
from core.views import StepView


class AssessmentStepView(AssessmentScope, StepView):
    """One step of a survey; the person comes back to the survey."""


class AssessmentSubmitView(AssessmentStepView):
    done_message = gettext_lazy("Submitted. The province now verifies it.")

    def take_step(self, record: Assessment) -> None:
        services.submit_assessment(record, by=self.request.user)


class AssessmentReturnView(AssessmentStepView):
    done_message = gettext_lazy("Returned. The office reads your reason.")
    title = gettext_lazy("Return the assessment")
    submit_label = gettext_lazy("Return")
    form_class = ReasonForm

    def require_page(self, record: Assessment) -> None:
        agency = record.area.agency
        require_page(self.request.user, Permission.ASSESSMENT_VERIFY, agency=agency)

    def take_step(self, record: Assessment, reason: str) -> None:
        services.return_assessment(record, reason=reason, by=self.request.user)


class AssessmentVerifyView(AssessmentStepView):
    done_message = gettext_lazy("Verified. The result is stored and final.")

    def take_step(self, record: Assessment) -> None:
        services.verify_assessment(record, by=self.request.user)


class AssessmentVerifyManyView(AssessmentScope, View):
    """Verify the chosen surveys, all or none."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return redirect("areas:assessment-list")

    def post(self, request: HttpRequest) -> HttpResponse:
        keys = [key for key in request.POST.getlist("assessments") if key.isdecimal()]
        chosen = list(self.get_queryset().filter(pk__in=keys))
        try:
            services.verify_assessments(chosen, by=request.user)
        except BusinessRuleError as error:
            messages.error(request, _("Nothing was verified:"))
            for sentences in error.errors.values():
                for sentence in sentences:
                    messages.error(request, sentence)
        else:
            done = _("%(count)s assessments were verified.") % {"count": len(chosen)}
            messages.success(request, done)
        return redirect(f"{reverse('areas:assessment-list')}?status=submitted")
