"""Pages of programmes: the list, one programme with its activities, its forms."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet, Sum
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import DetailView

from agencies.access import can, holds, require_any
from agencies.roles import Permission
from areas.views.common import action, require_page
from core import html
from core.errors import NotAllowedError
from core.views import FilteredListView, ServiceFormView, StepView
from programs import services
from programs.budgets import budget_part, over_budget
from programs.filters import ProgrammeFilter
from programs.forms import ProgrammeForm
from programs.models import Activity, Programme
from programs.programme_steps import steps_for
from programs.sipd import chain_of
from programs.tables import (
    ACTIVITY_COLUMNS,
    PROGRAMME_COLUMNS,
    programme_chip,
    sums_of,
)

ACTIVITIES_SHOWN = 500


class ProgrammeListView(FilteredListView):
    filterset_class = ProgrammeFilter
    columns = PROGRAMME_COLUMNS
    default_order = ("-year", "code", "pk")
    template_name = "programs/programme_list.html"
    export_name = "program"

    def get_queryset(self) -> QuerySet:
        programmes = Programme.objects.visible_to(self.request.user)
        return programmes.with_sums().select_related("agency")

    def get_totals(self, queryset: QuerySet) -> Mapping[str, Any]:
        """Sums of the running programmes; the page says what the drafts come to."""
        running = queryset.filter(is_draft=False)
        return sums_of(running, "budget_now", "contracted", "activity_count")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        planned = self.object_list.filter(is_draft=True).order_by()
        kwargs["drafts"] = planned.aggregate(count=Count("pk"), worth=Sum("contracted"))
        actions = []
        if holds(self.request.user, Permission.PROGRAMME_EDIT):
            simulation = reverse("programs:simulation")
            url = reverse("programs:programme-create")
            actions.append(action(_("What-if"), simulation, "eye"))
            actions.append(action(_("New programme"), url, "plus", primary=True))
        return super().get_context_data(actions=actions, **kwargs)


class ProgrammeDetailView(LoginRequiredMixin, DetailView):
    template_name = "programs/programme_detail.html"

    def get_queryset(self) -> QuerySet:
        programmes = Programme.objects.visible_to(self.request.user)
        return programmes.with_sums().select_related("agency")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        programme = self.object
        seen = (
            Activity.objects.visible_to(self.request.user)
            .filter(programme=programme)
            .select_related("area", "agency", "programme")
        )
        counted = seen.aggregate(count=Count("pk"))["count"]
        return super().get_context_data(
            activities=seen[:ACTIVITIES_SHOWN],
            hidden=programme.activity_count - counted,
            beyond=max(counted - ACTIVITIES_SHOWN, 0),
            columns=ACTIVITY_COLUMNS,
            chips=programme_chip(programme),
            steps=self._steps(),
            facts=_facts(programme),
            chain=chain_of(programme),
            budget=budget_part(programme, self.request.user),
            warning=over_budget(programme),
            actions=self._actions(),
            crumbs=[
                (_("Programmes"), reverse("programs:programme-list")),
                (programme.agency.short_name, ""),
            ],
            **kwargs,
        )

    def _steps(self) -> list[dict[str, Any]]:
        """What a draft plan can become; nothing for a running programme."""
        if not self.object.is_draft:
            return []
        url = reverse("programs:programme-activate", args=[self.object.pk])
        hint = _(
            "Its activities can then be reported on, and count in the sums of"
            " programmes."
        )
        return [
            {
                "name": item.name,
                "label": item.label,
                "url": url,
                "is_open": item.is_open,
                "reasons": item.reasons,
                "icon": "check",
                "hint": hint,
            }
            for item in steps_for(self.object, self.request.user)
        ]

    def _actions(self) -> list[dict[str, Any]]:
        programme = self.object
        if not can(
            self.request.user, Permission.PROGRAMME_EDIT, agency=programme.agency
        ):
            return []
        edit, add = (
            reverse("programs:programme-edit", args=[programme.pk]),
            reverse("programs:activity-create", args=[programme.pk]),
        )
        return [
            action(_("Edit"), edit, "edit"),
            action(_("New activity"), add, "plus", primary=True),
        ]


class ProgrammeFormView(ServiceFormView):
    form_class = ProgrammeForm
    template_name = "programs/programme_form.html"
    done_message = gettext_lazy("The programme is stored.")
    programme: Programme | None = None

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {
            "user": self.request.user,
            "instance": self.programme,
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            programme=self.programme,
            cancel_url=self.programme.get_absolute_url()
            if self.programme
            else reverse("programs:programme-list"),
            **kwargs,
        )


class ProgrammeCreateView(ProgrammeFormView):
    def prepare(self, request: HttpRequest, **kwargs: Any) -> None:
        _require_any_programme(request.user)

    def call_service(self, form: Any) -> Programme:
        return services.create_programme(by=self.request.user, **form.cleaned_data)


class ProgrammeEditView(ProgrammeFormView):
    def prepare(self, request: HttpRequest, **kwargs: Any) -> None:
        self.programme = editable_programme(request, kwargs["pk"])

    def call_service(self, form: Any) -> Programme:
        assert self.programme is not None
        return services.update_programme(
            self.programme, by=self.request.user, **form.cleaned_data
        )


class ProgrammeActivateView(StepView):
    """A draft plan becomes a running programme."""

    done_message = gettext_lazy(
        "The programme is running: its activities can be reported on."
    )

    def get_queryset(self) -> QuerySet:
        programmes = Programme.objects.visible_to(self.request.user)
        return programmes.select_related("agency")

    def take_step(self, record: Programme) -> None:
        services.activate_programme(record, by=self.request.user)


def editable_programme(request: HttpRequest, pk: int) -> Programme:
    """The programme; 404 outside the scope, 403 without the right."""
    programmes = Programme.objects.visible_to(request.user).select_related("agency")
    programme = get_object_or_404(programmes, pk=pk)
    require_page(request.user, Permission.PROGRAMME_EDIT, agency=programme.agency)
    return programme


def _require_any_programme(user: Any) -> None:
    try:
        require_any(user, Permission.PROGRAMME_EDIT)
    except NotAllowedError as error:
        raise PermissionDenied(str(error)) from error


def _facts(programme: Any) -> list[dict[str, Any]]:
    return [
        {"label": _("Agency"), "value": programme.agency.short_name},
        {"label": _("Year"), "value": str(programme.year)},
        {"label": _("Source of funds"), "value": programme.get_fund_display()},
        {"label": _("Origin"), "value": programme.get_origin_display() or "–"},
        {"label": _("Budget"), "value": html.rupiah(programme.budget_now)},
        {
            "label": _("Value of activities"),
            "value": html.rupiah(programme.contracted),
            "note": _("%(count)s activities") % {"count": programme.activity_count},
        },
    ]
