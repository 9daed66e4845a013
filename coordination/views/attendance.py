"""The attendance list: signing with the code, also without an account; by hand."""

from typing import Any, cast

from allauth.account.adapter import get_adapter
from allauth.core import ratelimit
from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.generic import FormView, TemplateView

from agencies.models import Agency, User
from coordination import services
from coordination.meeting_forms import AttendanceForm, CodeForm
from coordination.models import Attendance, Meeting
from coordination.services.attendance import (
    agencies_to_sign,
    meeting_of_code,
    require_opened,
)
from coordination.views.common import MeetingPartForm, MeetingPartStep
from core.errors import WrongStateError
from core.views import ServiceFormMixin

TRIES, TRY_SECONDS = 30, 600  # wrong codes from one address, which many may share


class AttendanceCreateView(MeetingPartForm):
    """Somebody is written down by hand."""

    form_class = AttendanceForm
    anchor = "hadir"
    title = _("Write somebody down")
    done_message = _("The person is on the attendance list.")

    def require(self) -> None:
        require_opened(self.meeting, self.user)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"agencies": Agency.objects.all()}

    def call_service(self, form: Any) -> Attendance:
        return services.record_attendance(
            self.meeting, by=self.user, **form.cleaned_data
        )


class AttendanceRemoveView(MeetingPartStep):
    model = Attendance
    anchor = "hadir"
    done_message = _("The person is off the attendance list.")

    def take_step(self, record: Attendance, **values: Any) -> None:
        services.remove_attendance(record, by=self.user)


class CodeView(FormView):
    """Where the code is typed by whoever cannot scan it; open to everybody."""

    form_class = CodeForm
    template_name = "coordination/attendance_code.html"

    def form_valid(self, form: Any) -> HttpResponse:
        code = form.cleaned_data["code"]
        return redirect("coordination:attendance-sign", code=code)


def may_try(request: HttpRequest) -> bool:
    """Count a wrong code; whether its address may try another one."""
    key = f"attendance-code:{get_adapter().get_client_ip(request)}"
    tries = cache.get(key, 0) + 1
    cache.set(key, tries, TRY_SECONDS)
    return bool(tries <= TRIES)


@method_decorator(never_cache, name="dispatch")
class SignView(ServiceFormMixin, FormView):
    """Signing the list of the meeting in session that has this code; for everybody.

    Attempts are counted by address: an office shares one, so many may sign from it,
    but few codes may be tried.
    """

    form_class = AttendanceForm
    template_name = "coordination/attendance_sign.html"
    done_message = _("Thank you. You are on the attendance list.")
    meeting: Meeting

    @property
    def person(self) -> User | None:
        """The person signed in; none without an account."""
        user = self.request.user
        return cast(User, user) if user.is_authenticated else None

    def dispatch(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        try:
            self.meeting = meeting_of_code(kwargs["code"])
        except WrongStateError as error:
            if not may_try(request):
                return ratelimit.respond_429(request)
            messages.error(request, str(error))
            return redirect("coordination:attendance-enter")
        if request.method == "POST" and not ratelimit.consume(
            request, action="attendance"
        ):
            return ratelimit.respond_429(request)
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        agencies = agencies_to_sign(self.meeting, self.person)
        return super().get_form_kwargs() | {
            "agencies": agencies,
            "user": self.person,
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(meeting=self.meeting, **kwargs)

    def call_service(self, form: Any) -> Attendance:
        return services.sign_attendance(
            code=self.kwargs["code"], by=self.person, **form.cleaned_data
        )

    def get_success_url(self) -> str:
        return reverse("coordination:attendance-done")

    def get_done_url(self, result: Any) -> str:
        return self.get_success_url()

    def get_wrong_state_url(self) -> str:
        return reverse("coordination:attendance-enter")


class SignedView(TemplateView):
    """What whoever has signed sees; nothing of the meeting."""

    template_name = "coordination/attendance_done.html"
