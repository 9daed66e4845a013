"""Pages of areas: the list, the parts of one area, and its form."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from agencies.access import agencies_for, can
from agencies.roles import Permission
from areas import presenters
from areas.authority import authorities_of
from areas.facts import area_facts
from areas.filters import SlumAreaFilter, as_of, figure_query
from areas.models import Assessment, SlumArea
from areas.outlines import draw
from areas.results import conclusions_of, result_of, totals_of
from areas.tables import AREA_COLUMNS, coverage_text, severity_badge, status_chip
from areas.trail import trail_of
from areas.unit_ledger import ledger_of
from areas.views.common import action, url_or_none, visible_area
from core import html
from core.views import FilteredListView


class AreaListView(FilteredListView):
    filterset_class = SlumAreaFilter
    columns = AREA_COLUMNS
    default_order = ("name", "pk")
    template_name = "areas/area_list.html"
    export_name = "kawasan-kumuh"

    def get_queryset(self) -> QuerySet:
        areas = SlumArea.objects.visible_to(self.request.user)
        asked = figure_query(self.request)
        return asked.of(areas).select_related("agency", "regency")

    def get_totals(self, queryset: QuerySet) -> Mapping[str, Any]:
        sums = queryset.order_by().aggregate(
            sum_decreed=Sum("decreed"),
            sum_handled=Sum("handled"),
            sum_unhandled=Sum("unhandled"),
        )
        return {
            key.removeprefix("sum_"): value or Decimal(0) for key, value in sums.items()
        }

    def get_export_meta(self) -> Mapping[str, str]:
        return {_("State of"): as_of(self.request).isoformat()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            as_of=as_of(self.request),
            actions=self._actions(),
            importing=url_or_none("areas:survey-import"),
            **kwargs,
        )

    def _actions(self) -> list[dict[str, Any]]:
        if not agencies_for(self.request.user, Permission.AREA_EDIT):
            return []
        return [
            action(_("New area"), reverse("areas:area-create"), "plus", primary=True)
        ]


class AreaPart(LoginRequiredMixin, TemplateView):
    """One part (tab) of an area; its head is the same on all of them."""

    area: Any

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.area = visible_area(request, kwargs["pk"])
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        area, user = self.area, self.request.user
        return super().get_context_data(
            area=area,
            facts=area_facts(area),
            chips=severity_badge(area.severity) or "",
            tabs=tabs_of(area),
            crumbs=[(_("Areas"), reverse("areas:area-list")), (area.regency, "")],
            as_of=timezone.localdate(),
            may_edit=can(user, Permission.AREA_EDIT, agency=area.agency),
            actions=self._actions(),
            **kwargs,
        )

    def _actions(self) -> list[dict[str, Any]]:
        area, user = self.area, self.request.user
        found = []
        if simulation := url_or_none("programs:simulation"):
            found.append(action(_("What-if"), f"{simulation}?area={area.pk}", "eye"))
        if can(user, Permission.AREA_EDIT, agency=area.agency):
            url = reverse("areas:area-edit", args=[area.pk])
            found.append(action(_("Edit"), url, "edit"))
        if can(user, Permission.ASSESSMENT_EDIT, agency=area.agency):
            url = start_url(area)
            found.append(action(_("New assessment"), url, "plus", primary=True))
        return found


class AreaDetailView(AreaPart):
    """The profile: what and where the area is, its RT, its decrees."""

    template_name = "areas/area_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        area = self.area
        lines = area.decree_lines.select_related("decree", "sum").order_by(
            "-decree__issued_on", "pk"
        )
        authorities = authorities_of(lines)
        return super().get_context_data(
            profile=_profile(area),
            drawing=draw(area.outline) if area.outline else None,
            units=area.neighbourhoods.select_related("village"),
            lines=[(line, authorities[line.pk].label) for line in lines],
            acting=area.acting_agencies.select_related("agency"),
            **kwargs,
        )


class AreaAssessmentsView(AreaPart):
    """The surveys: the latest verified one beside the first, and all of them."""

    template_name = "areas/area_assessments.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = list(
            Assessment.objects.filter(area=self.area)
            .with_progress()
            .select_related("area__agency")
        )
        standing = set(
            Assessment.objects.standing()
            .filter(area=self.area)
            .values_list("pk", flat=True)
        )
        verified = [row for row in rows if row.pk in standing]
        return super().get_context_data(
            assessments=[_survey(row) for row in rows],
            start_url=start_url(self.area),
            **self._compared(verified),
            **kwargs,
        )

    def _compared(self, verified: list[Assessment]) -> dict[str, Any]:
        """The latest result, and the first if that is another one."""
        if not verified:
            return {}
        latest, first = verified[0], verified[-1]
        base = (
            first
            if first.rule_set_id == latest.rule_set_id and first != latest
            else None
        )
        now, before = result_of(latest), result_of(base) if base else None
        assert now is not None  # a verified survey has its result
        rules = latest.rules
        found = conclusions_of(latest, now)
        assert found is not None
        return {
            "latest": latest,
            "simulation_url": _simulation_url(self.area),
            "base": base,
            "result": now,
            "base_result": before,
            "rule_set": rules,
            "groups": presenters.indicator_groups(rules, now, before),
            "ruler": presenters.ruler(rules, now.total, before and before.total),
            "why": presenters.why(self.area, found),
            "services": presenters.services_of(found, rules),
            "densities": presenters.densities_of(found),
            "totals": totals_of(latest),
        }


class AreaLedgerView(AreaPart):
    """The hectares of the area, RT by RT and entry by entry."""

    template_name = "areas/area_ledger.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            ledger=ledger_of(self.area, as_of=timezone.localdate()), **kwargs
        )


class AreaTrailView(AreaPart):
    """Who changed what in the area, its RT, surveys and decree lines."""

    template_name = "areas/area_trail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(trail=trail_of(self.area), **kwargs)


def _simulation_url(area: SlumArea) -> str:
    url = url_or_none("programs:simulation")
    return f"{url}?area={area.pk}" if url else ""


def start_url(area: SlumArea) -> str:
    """Where a survey of this area begins."""
    return f"{reverse('areas:assessment-create')}?area={area.pk}"


def _survey(assessment: Assessment) -> dict[str, Any]:
    return {
        "row": assessment,
        "chip": status_chip(assessment),
        "coverage": coverage_text(assessment),
        "badge": severity_badge(assessment.severity),
    }


def tabs_of(area: SlumArea) -> list[dict[str, Any]]:
    """The parts of an area, each with its own address."""
    names = (
        (_("Profile"), "areas:area-detail"),
        (_("Assessment"), "areas:area-assessments"),
        (_("Development"), "programs:area-history"),
        (_("Ledger"), "areas:area-ledger"),
        (_("Trail"), "areas:area-trail"),
    )
    return [
        {"label": label, "url": url}
        for label, name in names
        if (url := url_or_none(name, area.pk))
    ]


def _profile(area: Any) -> list[dict[str, Any]]:
    point = ""
    if area.latitude is not None:
        point = f"{area.latitude:f}, {area.longitude:f}"
    villages = ", ".join(village.name for village in area.villages.all())
    rows = [
        (_("Responsible office"), area.agency),
        (_("Villages"), villages),
        (_("Typology"), area.get_typology_display()),
        (_("Point (latitude, longitude)"), point),
    ]
    return [{"label": label, "value": value or html.NOTHING} for label, value in rows]
