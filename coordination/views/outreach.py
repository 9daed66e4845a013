"""Pages of outreach: list, one event, its form."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import DetailView

from agencies.access import can, holds
from agencies.roles import Permission
from areas.models import SlumArea
from areas.views.common import HoldsAnywhereMixin, action, require_page
from coordination import services
from coordination.models import Commitment, Outreach
from coordination.outreach_filters import OutreachFilter
from coordination.outreach_forms import OutreachForm
from coordination.outreach_tables import (
    OUTREACH_COLUMNS,
    topics_text,
    with_people,
    with_ties,
)
from coordination.views.common import RecordRemoveView
from coordination.views.files import files_page
from core import html
from core.numbers import format_decimal
from core.views import FilteredListView, ServiceFormView
from programs.tables import sums_of


class OutreachListView(FilteredListView):
    filterset_class = OutreachFilter
    columns = OUTREACH_COLUMNS
    default_order = ("-held_on", "-pk")
    template_name = "coordination/outreach_list.html"
    export_name = "sosialisasi"

    def get_queryset(self) -> QuerySet:
        user = self.request.user
        seen = Outreach.objects.visible_to(user).select_related("agency", "regency")
        return with_ties(with_people(seen), user)

    def get_totals(self, queryset: QuerySet) -> Mapping[str, Any]:
        return sums_of(queryset, "women", "men", "people")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        actions = []
        if holds(self.request.user, Permission.OUTREACH_EDIT):
            url = reverse("coordination:outreach-create")
            actions.append(action(_("Record outreach"), url, "plus", primary=True))
        return super().get_context_data(actions=actions, **kwargs)


class OutreachScope(LoginRequiredMixin):
    """Events in the person's sight; the others do not exist (404)."""

    request: HttpRequest

    def get_queryset(self) -> QuerySet:
        seen = Outreach.objects.visible_to(self.request.user)
        return with_people(seen.select_related("agency", "regency"))


class OutreachDetailView(OutreachScope, DetailView):
    template_name = "coordination/outreach_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        event, user = self.object, self.request.user
        seen = SlumArea.objects.visible_to(user)
        areas = list(event.areas.filter(pk__in=seen.order_by().values("pk")))
        commitments = Commitment.objects.visible_to(user).select_related("agency")
        return super().get_context_data(
            facts=_facts(event),
            areas=areas,
            hidden=event.areas.count() - len(areas),
            partners=event.partners.all(),
            commitment=commitments.filter(pk=event.commitment_id).first(),
            sections=_sections(event),
            files_url=files_page(event),
            files=event.files.select_related("uploaded_by"),
            actions=self._actions(),
            crumbs=[
                (_("Outreach"), reverse("coordination:outreach-list")),
                (event.regency, ""),
            ],
            **kwargs,
        )

    def _actions(self) -> list[dict[str, Any]]:
        event, user = self.object, self.request.user
        if not can(user, Permission.OUTREACH_EDIT, agency=event.agency):
            return []
        url = reverse("coordination:outreach-edit", args=[event.pk])
        remove = reverse("coordination:outreach-remove", args=[event.pk])
        return [
            action(_("Edit"), url, "edit", primary=True),
            action(_("Remove"), remove, "trash"),
        ]


class OutreachFormView(ServiceFormView):
    form_class = OutreachForm
    template_name = "coordination/outreach_form.html"
    done_message = gettext_lazy("The outreach is stored.")
    event: Outreach | None = None

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {
            "user": self.request.user,
            "instance": self.event,
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            event=self.event,
            cancel_url=self.event.get_absolute_url()
            if self.event
            else reverse("coordination:outreach-list"),
            **kwargs,
        )


class OutreachCreateView(HoldsAnywhereMixin, OutreachFormView):
    permission = Permission.OUTREACH_EDIT

    def call_service(self, form: Any) -> Outreach:
        return services.record_outreach(by=self.request.user, **form.cleaned_data)


class OutreachEditView(OutreachScope, OutreachFormView):
    def prepare(self, request: HttpRequest, **kwargs: Any) -> None:
        self.event = get_object_or_404(self.get_queryset(), pk=kwargs["pk"])
        agency = self.event.agency
        require_page(request.user, Permission.OUTREACH_EDIT, agency=agency)

    def call_service(self, form: Any) -> Outreach:
        assert self.event is not None
        return services.change_outreach(
            self.event, by=self.request.user, **form.cleaned_data
        )


class OutreachRemoveView(OutreachScope, RecordRemoveView):
    list_name = "coordination:outreach-list"
    title = gettext_lazy("Remove the outreach")
    submit_label = gettext_lazy("Remove")
    done_message = gettext_lazy("The outreach is removed.")

    def require_page(self, record: Outreach) -> None:
        permission = Permission.OUTREACH_EDIT
        require_page(self.request.user, permission, agency=record.agency)

    def take_step(self, record: Outreach, **values: Any) -> None:
        services.remove_outreach(record, by=self.request.user)


def _facts(event: Any) -> list[dict[str, Any]]:
    return [
        {"label": _("Date"), "value": html.day(event.held_on)},
        {"label": _("Held by"), "value": event.agency.short_name},
        {"label": _("Place"), "value": event.place},
        {
            "label": _("Participants"),
            "value": html.figure(event.people, 0),
            "note": _("%(women)s women, %(men)s men")
            % {
                "women": format_decimal(event.women, 0),
                "men": format_decimal(event.men, 0),
            },
        },
        {"label": _("Topics"), "value": topics_text(event)},
        {
            "label": _("Prevention"),
            "value": event.get_prevention_display(),
            "note": "PP 14/2016 Pasal 102–105",
        },
    ]


def _sections(event: Outreach) -> list[tuple[str, str]]:
    """What there is to read, heading by heading; blank ones are left out."""
    parts = ((_("Material"), event.material), (_("Follow-up"), event.follow_up))
    return [(heading, text) for heading, text in parts if text]
