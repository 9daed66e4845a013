"""Pages of activities: one activity with what was reported on it, and its forms."""

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import DetailView

from agencies.access import can
from agencies.roles import Permission
from areas.models import LedgerEntry, SlumArea
from areas.views.common import action, require_page
from core import html
from core.views import ServiceFormView
from programs import queries, services
from programs.comments import comments_on
from programs.forms import ActivityForm, AreaChoiceForm
from programs.models import Activity, Programme, ProgressReport, ReportLine
from programs.rules import Limits, baseline_warning
from programs.sheet import unit_name
from programs.tables import activity_chip, status_chip
from programs.views.footprints import footprint_part
from programs.views.funding import funding_part
from programs.views.programmes import editable_programme


class ActivityDetailView(LoginRequiredMixin, DetailView):
    template_name = "programs/activity_detail.html"

    def get_queryset(self) -> QuerySet:
        activities = Activity.objects.visible_to(self.request.user)
        return activities.select_related("programme__agency", "agency", "area__agency")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        activity = self.object
        return super().get_context_data(
            chip=activity_chip(activity),
            facts=_facts(activity),
            units=[unit_name(unit) for unit in activity.neighbourhoods.all()],
            warning=warning_of(activity),
            funding=funding_part(activity, self.request.user),
            footprint=footprint_part(activity, self.request.user),
            lines=reported_lines(activity, self.request.user),
            actions=self._actions(),
            comments=comments_on(activity),
            crumbs=[
                (_("Programmes"), reverse("programs:programme-list")),
                (activity.programme, activity.programme.get_absolute_url()),
            ],
            **kwargs,
        )

    def _actions(self) -> list[dict[str, Any]]:
        activity, user = self.object, self.request.user
        url = reverse("programs:activity-files", args=[activity.pk])
        files = action(_("Photos and documents"), url, "camera")
        found = [*ledger_actions(activity, user), files]
        if not can(user, Permission.PROGRAMME_EDIT, agency=activity.programme.agency):
            return found
        url = reverse("programs:activity-edit", args=[activity.pk])
        return [*found, action(_("Edit"), url, "edit")]


class ActivityFormView(ServiceFormView):
    form_class = ActivityForm
    template_name = "programs/activity_form.html"
    done_message = gettext_lazy("The activity is stored.")
    programme: Programme
    area: SlumArea
    activity: Activity | None = None

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {
            "user": self.request.user,
            "programme": self.programme,
            "area": self.area,
            "instance": self.activity,
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        target = self.activity or self.programme
        return super().get_context_data(
            programme=self.programme,
            area=self.area,
            activity=self.activity,
            cancel_url=target.get_absolute_url(),
            **kwargs,
        )


class ActivityCreateView(ActivityFormView):
    """First the area (`?area=`), because its RT are offered; then the activity."""

    def prepare(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase | None:
        self.programme = editable_programme(request, kwargs["pk"])
        choice = AreaChoiceForm(request.GET or None, user=request.user)
        if not choice.is_valid():
            return self.ask_for_area(request, choice)
        self.area = choice.cleaned_data["area"]
        return None

    def ask_for_area(self, request: HttpRequest, form: AreaChoiceForm) -> HttpResponse:
        context = {
            "form": form,
            "programme": self.programme,
            "cancel_url": self.programme.get_absolute_url(),
        }
        return render(request, "programs/activity_area.html", context)

    def call_service(self, form: Any) -> Activity:
        return services.create_activity(
            self.programme, area=self.area, by=self.request.user, **form.cleaned_data
        )


class ActivityEditView(ActivityFormView):
    def prepare(self, request: HttpRequest, **kwargs: Any) -> None:
        activities = Activity.objects.visible_to(request.user)
        self.activity = get_object_or_404(
            activities.select_related("programme__agency", "area__agency"),
            pk=kwargs["pk"],
        )
        self.programme, self.area = self.activity.programme, self.activity.area
        require_page(
            request.user, Permission.PROGRAMME_EDIT, agency=self.programme.agency
        )

    def call_service(self, form: Any) -> Activity:
        assert self.activity is not None
        return services.update_activity(
            self.activity, by=self.request.user, **form.cleaned_data
        )


def ledger_actions(activity: Activity, user: Any) -> list[dict[str, Any]]:
    """The way to its entries in the ledger, where the person sees any."""
    key = queries.footprint_of(activity.pk)
    entry = LedgerEntry.objects.visible_to(user).filter(source__key=key).first()
    if entry is None:
        return []
    url = reverse("areas:ledger-work", args=[entry.source_id])
    return [action(_("Its ledger"), url, "document")]


def warning_of(activity: Activity) -> str:
    """Said where the activity does more than the survey found lacking; else empty."""
    baseline = queries.baselines([activity]).get(activity.pk)
    return baseline_warning(
        Limits(
            volume=activity.volume,
            unit=activity.unit,
            indicator=activity.indicator,
            baseline=baseline.volume if baseline else None,
            surveyed_on=baseline.surveyed_on if baseline else None,
        )
    )


def reported_lines(activity: Activity, user: Any) -> list[dict[str, Any]]:
    """What the reports that the person sees say of it, the latest first."""
    reports = ProgressReport.objects.visible_to(user)
    lines = (
        ReportLine.objects.filter(activity=activity, report__in=reports)
        .select_related("report__period", "report__agency")
        .prefetch_related("units")
        .order_by("-report__period__starts_on", "-pk")
    )
    return [
        {
            "line": line,
            "chip": status_chip(line.report),
            "reported": sum(unit.reported for unit in line.units.all()),
            "verified": _verified(line),
        }
        for line in lines
    ]


def _verified(line: ReportLine) -> Any:
    """The verified hectares; None before verification, which is not zero."""
    if line.report.verified_at is None:
        return None
    return sum(unit.verified or 0 for unit in line.units.all())


def _facts(activity: Activity) -> list[dict[str, Any]]:
    area = activity.area
    return [
        {"label": _("Slum area"), "value": area, "url": area.get_absolute_url()},
        {"label": _("Indicator"), "value": activity.indicator_name},
        {
            "label": _("Volume"),
            "value": html.figure(activity.volume, None),
            "note": activity.unit,
        },
        {"label": _("Carried out by"), "value": activity.agency.short_name},
        {"label": _("Value"), "value": html.rupiah(activity.budget)},
        {
            "label": _("Contract"),
            "value": activity.contract_number or "–",
            "note": activity.get_pattern_display(),
        },
    ]
