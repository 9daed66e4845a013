"""Pages of published results: the sources, one source, one row of it, deletion."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet, Sum
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import DetailView, FormView

from agencies.access import holds, require_any
from agencies.roles import Permission
from areas.models import PublishedResult, PublishedSource
from areas.published import summary
from areas.published.filters import PublishedResultFilter, PublishedSourceFilter
from areas.published.forms import DeleteForm
from areas.published.services import delete_published
from areas.published.tables import (
    AUTHORITY_COLUMNS,
    RESULT_COLUMNS,
    SOURCE_COLUMNS,
    code_columns,
    count_of,
    not_recomputable_chip,
    place_of,
    recap_columns,
)
from areas.rule_sets import rules_of
from areas.rules import Rules
from areas.tables import severity_badge
from areas.views.common import action
from core import html
from core.errors import NotAllowedError
from core.tables import Column
from core.views import FilteredListView, PreparedMixin, ServiceFormMixin


def may_manage(user: Any) -> bool:
    """Whether this person may import and delete published results."""
    return holds(user, Permission.DECREE_EDIT)


class SourceListView(FilteredListView):
    filterset_class = PublishedSourceFilter
    columns = SOURCE_COLUMNS
    default_order = ("-published_on", "-pk")
    template_name = "areas/published_list.html"
    export_name = "hasil-terbitan"

    def get_queryset(self) -> QuerySet:
        found = PublishedSource.objects.visible_to(self.request.user)
        return found.select_related("rule_set").annotate(
            row_count=Count("results"), hectares=Sum("results__hectares")
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        actions = []
        if may_manage(self.request.user):
            url = reverse("areas:published-import")
            label = _("Import published results")
            actions.append(action(label, url, "upload", primary=True))
        return super().get_context_data(
            actions=actions, mark=not_recomputable_chip(), **kwargs
        )


class SourceDetailView(FilteredListView):
    """One source: what it says of itself, and its rows."""

    filterset_class = PublishedResultFilter
    default_order = ("row", "pk")
    template_name = "areas/published_detail.html"
    export_name = "hasil-terbitan-per-rt"

    @cached_property
    def source(self) -> PublishedSource:
        found = PublishedSource.objects.visible_to(self.request.user)
        found = found.select_related("rule_set", "region", "imported_by")
        return get_object_or_404(found, pk=self.kwargs["pk"])

    @cached_property
    def rules(self) -> Rules:
        return rules_of(self.source.rule_set_id)

    def get_queryset(self) -> QuerySet:
        return PublishedResult.objects.filter(source=self.source)

    def get_columns(self) -> Sequence[Column]:
        return (*RESULT_COLUMNS, *code_columns(self.rules.codes))

    def get_totals(self, queryset: QuerySet) -> Mapping[str, Any]:
        return {"hectares": queryset.order_by().aggregate(sum=Sum("hectares"))["sum"]}

    def get_export_meta(self) -> Mapping[str, str]:
        """Every row says where it comes from, and that it cannot be checked."""
        return {
            _("Source"): self.source.title,
            _("Rule set"): self.source.rule_set.title,
            _("Note"): _("Published results without volumes, cannot be re-computed"),
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        source = self.source
        rows = self.get_queryset()
        recap = summary.recap(self.object_list)
        return super().get_context_data(
            source=source,
            mark=not_recomputable_chip(),
            facts=source_facts(source, summary.agreement(rows, self.rules)),
            recap=recap,
            recap_totals=summary.recap_totals(recap),
            recap_columns=recap_columns(source.get_absolute_url()),
            authority=summary.compare_authority(rows),
            authority_columns=AUTHORITY_COLUMNS,
            actions=self._actions(),
            crumbs=source_crumbs(),
            **kwargs,
        )

    def _actions(self) -> list[dict[str, Any]]:
        if not may_manage(self.request.user):
            return []
        url = reverse("areas:published-delete", args=[self.source.pk])
        return [action(_("Delete"), url, "trash")]


class ResultView(LoginRequiredMixin, DetailView):
    """One RT with its scores and needs, as published."""

    template_name = "areas/published_result.html"

    def get_queryset(self) -> QuerySet:
        found = PublishedResult.objects.visible_to(self.request.user)
        return found.select_related("source__rule_set", "village")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        result: PublishedResult = self.object
        rules = rules_of(result.source.rule_set_id)
        crumbs = [*source_crumbs(), (result.source, result.source.get_absolute_url())]
        return super().get_context_data(
            result=result,
            title=place_of(result),
            mark=not_recomputable_chip(),
            facts=result_facts(result),
            groups=score_groups(result, rules),
            highest=rules.max_total,
            crumbs=crumbs,
            **kwargs,
        )


class SourceDeleteView(PreparedMixin, ServiceFormMixin, FormView):
    """Asks before a source and its rows are removed."""

    form_class = DeleteForm
    template_name = "areas/published_delete.html"
    done_message = gettext_lazy("The published results are deleted.")
    source: PublishedSource

    def prepare(self, request: HttpRequest, **kwargs: Any) -> None:
        found = PublishedSource.objects.visible_to(request.user)
        self.source = get_object_or_404(found, pk=kwargs["pk"])
        try:
            require_any(request.user, Permission.DECREE_EDIT)
        except NotAllowedError as error:
            raise PermissionDenied(str(error)) from error

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            source=self.source, count=self.source.results.count(), **kwargs
        )

    def call_service(self, form: Any) -> None:
        delete_published(self.source, by=self.request.user)

    def get_success_url(self) -> str:
        return reverse("areas:published-list")


def source_crumbs() -> list[tuple[Any, str]]:
    return [(_("Published results"), reverse("areas:published-list"))]


def source_facts(
    source: PublishedSource, found: summary.Agreement
) -> list[dict[str, Any]]:
    """What the document is, and how far it agrees with itself."""
    left_out = _("%(count)s rows without hectares") % {"count": found.without_hectares}
    return [
        {
            "label": _("Published by"),
            "value": source.publisher,
            "note": source.region_name,
        },
        {"label": _("Published on"), "value": html.day(source.published_on)},
        {
            "label": _("Rule set"),
            "value": source.rule_set.title,
            "note": source.rule_set.citation,
        },
        {
            "label": _("Size"),
            "value": html.figure(found.hectares),
            "note": left_out if found.without_hectares else _("ha, sum of the rows"),
        },
        {
            "label": _("Scores add up to the published total"),
            "value": count_of(found.sums_equal, found.rows),
            "note": _("rows"),
        },
        {
            "label": _("Class is that of the total"),
            "value": count_of(found.classes_equal, found.rows),
            "note": _("rows"),
        },
    ]


def result_facts(result: PublishedResult) -> list[dict[str, Any]]:
    known = result.village
    return [
        {"label": _("District (kecamatan)"), "value": result.district_name or "–"},
        {
            "label": _("Village (kelurahan/desa)"),
            "value": result.village_name,
            "note": known.pk if known else _("as written in the document"),
        },
        {"label": _("Hamlet (kampung)"), "value": result.hamlet_name or "–"},
        {"label": _("Slum area"), "value": result.area_name or "–"},
        {"label": _("Area (ha)"), "value": html.figure(result.hectares)},
        {"label": _("Authority as published"), "value": result.authority or "–"},
        {
            "label": _("Published total"),
            "value": html.figure(result.total, 0),
            "note": _("sum of the scores: %(sum)s") % {"sum": result.computed_total},
        },
        {"label": _("Published severity"), "value": severity_badge(result.severity)},
        {"label": _("Row in the file"), "value": html.figure(result.row, 0)},
    ]


def score_groups(result: PublishedResult, rules: Rules) -> list[dict[str, Any]]:
    """Scores and needs by aspect, each with the heading that it was read from."""
    mapping = result.source.mapping
    return [
        {
            "aspect": aspect,
            "rows": [
                {
                    "indicator": row,
                    "score": result.scores.get(row.code),
                    "need": result.needs.get(row.code, ""),
                    "need_heading": mapping.get(f"need_{row.code}", ""),
                }
                for row in rules.indicators_of(aspect)
            ],
        }
        for aspect in rules.aspects
    ]
