"""Pages of requests to transfer areas, and of who acts in an area."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import DetailView

from agencies.roles import Permission
from areas import services
from areas.models import ActingAgency, AuthorityTransfer, SlumArea
from areas.standing import Standing, standing_of
from areas.transfer_filters import TransferFilter
from areas.transfer_forms import AcceptForm, ActingAgencyForm, AskForm, RefuseForm
from areas.transfer_tables import TRANSFER_COLUMNS, status_chip
from areas.transfer_workflow import may_answer, steps_for, with_steps
from areas.views.common import require_page, visible_area
from core import html
from core.views import FilteredListView, ServiceFormView, StepView
from core.workflow import OfferedStep


class TransferScope(LoginRequiredMixin):
    """The requests that the person may see."""

    request: HttpRequest

    def get_queryset(self) -> QuerySet[AuthorityTransfer]:
        return with_steps(AuthorityTransfer.objects.visible_to(self.request.user))


class TransferListView(FilteredListView):
    filterset_class = TransferFilter
    columns = TRANSFER_COLUMNS
    default_order = ("-asked_at", "-pk")
    template_name = "areas/transfer_list.html"
    export_name = "permohonan-peralihan"

    def get_queryset(self) -> QuerySet[AuthorityTransfer]:
        return with_steps(AuthorityTransfer.objects.visible_to(self.request.user))


class TransferDetailView(TransferScope, DetailView):
    template_name = "areas/transfer_detail.html"
    context_object_name = "transfer"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        transfer, user = self.object, self.request.user
        seen = SlumArea.objects.visible_to(user).filter(pk=transfer.area_id).exists()
        return super().get_context_data(
            chip=status_chip(transfer),
            facts=_facts(transfer, area_is_seen=seen),
            answer=_answer(transfer) if transfer.answered_at else [],
            steps=[
                _shown_step(transfer, offered) for offered in steps_for(transfer, user)
            ],
            crumbs=[
                (_("Requests for transfer"), reverse("areas:transfer-list")),
                (transfer.area.regency, ""),
            ],
            **kwargs,
        )


class AreaFormView(ServiceFormView):
    """A form about one area; who may not gets no form."""

    permission: Permission
    area: Any

    def prepare(self, request: HttpRequest, **kwargs: Any) -> None:
        self.area = visible_area(request, kwargs["pk"])
        require_page(request.user, self.permission, agency=self.area.agency)

    @cached_property
    def today(self) -> date:
        return timezone.localdate()

    @cached_property
    def standing(self) -> Standing:
        return standing_of(self.area, self.today)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            area=self.area,
            standing=self.standing,
            cancel_url=self.area_url,
            **kwargs,
        )

    @property
    def area_url(self) -> str:
        return f"{self.area.get_absolute_url()}#kewenangan"


class TransferAskView(AreaFormView):
    permission = Permission.TRANSFER_ASK
    form_class = AskForm
    template_name = "areas/transfer_form.html"
    done_message = gettext_lazy("Asked. The agency now answers with its letter.")

    def get_form_kwargs(self) -> dict[str, Any]:
        own = {"area": self.area, "standing": self.standing, "on": self.today}
        return super().get_form_kwargs() | own

    def call_service(self, form: Any) -> AuthorityTransfer:
        return services.ask_transfer(
            self.area, by=self.request.user, **form.cleaned_data
        )


class ActingAgencyView(AreaFormView):
    """Let an agency act in the area, or change its letter."""

    permission = Permission.AREA_EDIT
    form_class = ActingAgencyForm
    template_name = "areas/acting_agency_form.html"
    done_message = gettext_lazy("Stored. The agency's members now see the area.")

    def get_initial(self) -> dict[str, Any]:
        """Reached from an agency that acts already: its letter is to be changed."""
        wanted = self.request.GET.get("agency", "")
        rows = self.area.acting_agencies.all()
        row = next((row for row in rows if str(row.agency_id) == wanted), None)
        return {"agency": row.agency_id, "document": row.document} if row else {}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"area": self.area, "on": self.today}

    def call_service(self, form: Any) -> ActingAgency:
        return services.add_acting_agency(
            self.area, by=self.request.user, **form.cleaned_data
        )

    def get_done_url(self, result: Any) -> str:
        return self.area_url


class ActingAgencyEndView(LoginRequiredMixin, DetailView):
    """Asks once, then the agency no longer acts in the area."""

    template_name = "areas/acting_agency_end.html"
    context_object_name = "row"

    def get_queryset(self) -> QuerySet[ActingAgency]:
        areas = SlumArea.objects.visible_to(self.request.user)
        rows = ActingAgency.objects.filter(area__in=areas)
        return rows.select_related("area__agency", "agency")

    def get_object(self, queryset: Any = None) -> ActingAgency:
        row = get_object_or_404(self.get_queryset(), pk=self.kwargs["pk"])
        agency = row.area.agency
        require_page(self.request.user, Permission.AREA_EDIT, agency=agency)
        return row

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = self.get_object()
        services.end_acting_agency(row, by=request.user)
        done = _("%(agency)s no longer acts in %(area)s.")
        messages.success(request, done % {"agency": row.agency, "area": row.area})
        return redirect(f"{row.area.get_absolute_url()}#kewenangan")


class AnswerView(TransferScope, StepView):
    """One answer; who may not answer is told before the form is shown."""

    def require_page(self, record: AuthorityTransfer) -> None:
        if not may_answer(record, self.request.user):
            # The asked agency's own permission: its refusal says whom to ask.
            require_page(
                self.request.user,
                Permission.TRANSFER_ANSWER,
                agency=record.to_agency,
            )


class TransferAcceptView(AnswerView):
    title = gettext_lazy("Accept the transfer")
    submit_label = gettext_lazy("Accept")
    done_message = gettext_lazy("Accepted. The agency now acts in the area.")
    form_class = AcceptForm

    def take_step(self, record: AuthorityTransfer, **values: Any) -> None:
        services.accept_transfer(record, by=self.request.user, **values)


class TransferRefuseView(AnswerView):
    title = gettext_lazy("Refuse the transfer")
    submit_label = gettext_lazy("Refuse")
    done_message = gettext_lazy("Refused. The office reads why.")
    form_class = RefuseForm

    def take_step(self, record: AuthorityTransfer, **values: Any) -> None:
        services.refuse_transfer(record, by=self.request.user, **values)


LOOK: Mapping[str, tuple[str, str]] = {
    "accept": ("check", "primary"),
    "refuse": ("return", "return"),
}
FORMS: Mapping[str, type[AcceptForm]] = {"accept": AcceptForm, "refuse": RefuseForm}


def _shown_step(transfer: AuthorityTransfer, offered: OfferedStep) -> dict[str, Any]:
    icon, tone = LOOK[offered.name]
    return {
        "name": offered.name,
        "label": offered.label,
        "url": reverse(f"areas:transfer-{offered.name}", args=[transfer.pk]),
        "is_open": offered.is_open,
        "reasons": offered.reasons,
        "icon": icon,
        "tone": tone,
        "form": FORMS[offered.name](auto_id=f"id_{offered.name}_%s"),
    }


def _facts(
    transfer: AuthorityTransfer, *, area_is_seen: bool
) -> list[Mapping[str, Any]]:
    area = transfer.area
    return [
        {
            "label": _("Area"),
            "value": area,
            "url": area.get_absolute_url() if area_is_seen else "",
            "note": area.regency,
        },
        {
            "label": _("Authority by size"),
            "value": transfer.get_authority_display(),
            "note": _("when it was asked"),
        },
        {
            "label": _("Asked agency"),
            "value": transfer.to_agency,
            "note": transfer.to_agency.get_level_display(),
        },
        {
            "label": _("Letter"),
            "value": transfer.letter_number,
            "note": html.day(transfer.letter_on),
        },
        {
            "label": _("Asked by"),
            "value": transfer.asked_by,
            "note": html.moment(transfer.asked_at),
        },
    ]


def _answer(transfer: AuthorityTransfer) -> list[Mapping[str, Any]]:
    return [
        {
            "label": _("Letter of the answer"),
            "value": transfer.answer_number,
            "note": html.day(transfer.answer_on),
        },
        {
            "label": _("Answered by"),
            "value": transfer.answered_by,
            "note": html.moment(transfer.answered_at),
        },
        {"label": _("Note"), "value": transfer.answer_note or "–"},
    ]
