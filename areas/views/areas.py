"""Pages of areas: the list, the parts of one area, and its form."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from agencies.access import agencies_for, can
from agencies.roles import Permission
from areas import presenters
from areas.authority import authorities_of
from areas.decree_tables import corrected_note
from areas.facts import area_facts
from areas.filters import (
    FigureQuery,
    SlumAreaFilter,
    asked_filters,
    figure_query,
    stand_in_files,
)
from areas.geojson import area_collection
from areas.geometry.drawing import draw
from areas.ledger_change_steps import correct_url
from areas.models import Assessment, DecreeLine, SlumArea
from areas.results import conclusions_of, result_of, totals_of
from areas.standing import standing_of, with_actors
from areas.tables import (
    AREA_COLUMNS,
    REMAINING,
    coverage_text,
    severity_badge,
    status_chip,
)
from areas.trail import trail_of
from areas.transfer_tables import status_chip as status_of
from areas.unit_history import unit_history
from areas.unit_ledger import ledger_of
from areas.views.common import action, url_or_none, visible_area
from areas.why import figure_links
from core import html
from core.exports import Note
from core.tables import Column
from core.views import FilteredListView


class AreaListView(FilteredListView):
    filterset_class = SlumAreaFilter
    default_order = ("name", "pk")
    template_name = "areas/area_list.html"
    export_name = "kawasan-kumuh"
    export_formats = ("csv", "xlsx", "geojson")

    @cached_property
    def asked(self) -> FigureQuery:
        return figure_query(self.request)

    def get_queryset(self) -> QuerySet:
        areas = SlumArea.objects.visible_to(self.request.user)
        areas = self.asked.of(areas).select_related("agency", "regency")
        return areas if self.get_format() == "geojson" else areas.defer("outline")

    def get_columns(self) -> Sequence[Column]:
        if self.asked.entries.is_all:
            return AREA_COLUMNS
        return [column for column in AREA_COLUMNS if column.name not in REMAINING]

    def get_totals(self, queryset: QuerySet) -> Mapping[str, Any]:
        names = [column.name for column in self.get_columns() if column.name]
        sums = queryset.order_by().aggregate(
            **{f"sum_{name}": Sum(name) for name in names}
        )
        return {name: sums[f"sum_{name}"] or Decimal(0) for name in names}

    def get_export_meta(self) -> Mapping[str, str]:
        return stand_in_files(self.asked.as_of, self.asked.known_at)

    def get_export_notes(self) -> list[Note]:
        numbers = self.object_list.order_by().values_list("decree_number", flat=True)
        baseline = sorted(filter(None, numbers.distinct()))
        return [(_("Decrees"), ", ".join(baseline)), *super().get_export_notes()]

    def export_geojson(self) -> HttpResponseBase:
        return area_collection(
            self.object_list,
            asked=self.asked,
            filters=asked_filters(self.request.GET, self.filterset),
            filename=self.export_name,
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        query = urlencode(asked_filters(self.request.GET, self.filterset))
        return super().get_context_data(
            as_of=self.asked.as_of,
            known_at=self.asked.known_at,
            entry_filters=self.filterset.entry_summary,
            figure_links=figure_links(query),
            recap_url=f"{reverse('areas:recap')}?{query}",
            actions=self._actions(),
            importing=url_or_none("areas:survey-import"),
            **kwargs,
        )

    def _actions(self) -> list[dict[str, Any]]:
        if not agencies_for(self.request.user, Permission.AREA_EDIT):
            return []
        return [
            action(_("Import of outlines"), reverse("areas:outline-import"), "map"),
            action(_("New area"), reverse("areas:area-create"), "plus", primary=True),
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
        lines = (
            DecreeLine.objects.visible_to(self.request.user)
            .filter(area=area)
            .select_related("area__agency", "decree", "sum")
            .order_by("-decree__issued_on", "pk")
        )
        authorities = authorities_of(lines)
        return super().get_context_data(
            profile=_profile(area),
            drawing=draw(area.outline) if area.outline else None,
            units=area.neighbourhoods.select_related("village"),
            lines=[
                {
                    "line": line,
                    "authority": authorities[line.pk].label,
                    "corrected": corrected_note(line.hectares, line.hectares_now),
                    "correct_url": correct_url(line, self.request.user),
                }
                for line in lines
            ],
            unit_history=unit_history(area),
            **self._authority(),
            **kwargs,
        )

    def _authority(self) -> dict[str, Any]:
        """Whose authority the area is, who acts there, and what has been asked."""
        area, user = self.area, self.request.user
        rows = area.acting_agencies.select_related("agency")
        transfers = area.transfers.select_related("to_agency").order_by("-pk")
        return {
            "standing": with_actors(standing_of(area, timezone.localdate()), rows),
            "transfers": [(transfer, status_of(transfer)) for transfer in transfers],
            "may_ask": can(user, Permission.TRANSFER_ASK, agency=area.agency),
        }


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
        (_("Programmes"), "programs:area-programmes"),
        (_("Ledger"), "areas:area-ledger"),
        (_("Map"), "areas:area-map"),
        (_("Documents"), "programs:area-files"),
        (_("DAK readiness"), "programs:area-readiness"),
        (_("Comments"), "programs:area-comments"),
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
