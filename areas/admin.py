"""The support desk of this app: what the services own is only to read here."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from areas import services
from areas.models import (
    ActingAgency,
    Assessment,
    Decree,
    DecreeLine,
    Intervention,
    InterventionEffect,
    LedgerEntry,
    LineSuccession,
    Neighbourhood,
    PublishedResult,
    PublishedSource,
    RuleAspect,
    RuleBound,
    RuleDecision,
    RuleIndicator,
    RuleSet,
    SlumArea,
    SurveyedUnit,
)
from core.admin import ReadOnlyAdmin, ReadOnlyInline
from core.errors import BusinessRuleError, NotAllowedError


class DecreeLineInline(ReadOnlyInline):
    model = DecreeLine
    fields = ("area", "hectares", "village", "recorded_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        lines = super().get_queryset(request)
        return lines.select_related("area", "village", "decree")


class LineSuccessionInline(ReadOnlyInline):
    """What the decree made of the lines of the one that it supersedes."""

    model = LineSuccession
    fields = ("old_line", "new_line", "kind", "note")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        rows = super().get_queryset(request)
        return rows.select_related("old_line", "new_line")


class NeighbourhoodInline(ReadOnlyInline):
    model = Neighbourhood
    fields = ("rt_rw", "village", "hectares", "buildings", "households")


class SurveyedUnitInline(ReadOnlyInline):
    model = SurveyedUnit
    fields = ("neighbourhood", "surveyed_on", "hectares")


@admin.register(Decree)
class DecreeAdmin(ReadOnlyAdmin):
    list_display = (
        "number",
        "level",
        "region",
        "status",
        "issued_on",
        "in_force_from",
        "in_force_until",
    )
    list_select_related = ("region",)
    list_filter = ("status", "level", "scope", "counting_unit")
    search_fields = ("number", "title")
    readonly_fields = ("status", "enacted_at", "ended_at", "file_name", "file_sha256")
    inlines = (DecreeLineInline, LineSuccessionInline)


@admin.register(SlumArea)
class SlumAreaAdmin(ReadOnlyAdmin):
    list_display = ("name", "regency", "agency")
    list_select_related = ("regency", "agency")
    list_filter = ("regency",)
    search_fields = ("name",)
    inlines = (NeighbourhoodInline,)


@admin.register(Neighbourhood)
class NeighbourhoodAdmin(ReadOnlyAdmin):
    list_display = ("rt_rw", "area", "village", "hectares")
    list_select_related = ("area", "village")
    search_fields = ("rt_rw", "area__name")


@admin.register(Assessment)
class AssessmentAdmin(ReadOnlyAdmin):
    list_display = ("area", "surveyed_on", "status", "total", "severity")
    list_select_related = ("area",)
    list_filter = ("status", "severity")
    search_fields = ("area__name",)
    inlines = (SurveyedUnitInline,)


@admin.register(LedgerEntry)
class LedgerEntryAdmin(ReadOnlyAdmin):
    list_display = (
        "id",
        "decree_line",
        "neighbourhood",
        "outcome",
        "kind",
        "hectares",
        "effective_on",
        "agency",
    )
    list_select_related = ("decree_line", "neighbourhood", "agency")
    list_filter = ("outcome", "kind")
    search_fields = ("decree_line__area__name", "cause")


@admin.register(ActingAgency)
class ActingAgencyAdmin(admin.ModelAdmin):
    """Who else works in an area, with the letter that allows it: edited here."""

    list_display = ("area", "agency", "document")
    list_select_related = ("area", "agency")
    search_fields = ("area__name", "agency__name", "document")
    autocomplete_fields = ("area",)


# ---- rule sets ----------------------------------------------------------------------
class RuleAspectInline(admin.TabularInline):
    model = RuleAspect
    extra = 0


class RuleIndicatorInline(admin.StackedInline):
    model = RuleIndicator
    extra = 0


class RuleBoundInline(admin.TabularInline):
    model = RuleBound
    extra = 0


class RuleDecisionInline(admin.TabularInline):
    model = RuleDecision
    extra = 0


@admin.register(RuleSet)
class RuleSetAdmin(admin.ModelAdmin):
    """Drafts are edited here; what is published is only to read, for ever.

    A draft comes from a published version, by the action, and goes by the step on its
    page.
    """

    list_display = ("__str__", "code", "status", "valid_from", "valid_until")
    list_filter = ("status", "method")
    search_fields = ("code", "title", "citation")
    readonly_fields = (
        "code",
        "method",
        "version",
        "based_on",
        "status",
        "published_at",
        "published_by",
    )
    inlines = (
        RuleAspectInline,
        RuleIndicatorInline,
        RuleBoundInline,
        RuleDecisionInline,
    )
    actions = ("make_version", "publish")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or obj.status == RuleSet.Status.DRAFT)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: Any = None
    ) -> RuleSet | None:
        """Locked while its form is saved: nobody publishes it in between."""
        found = super().get_object(request, object_id, from_field)
        if found is not None and request.method == "POST":
            return RuleSet.objects.select_for_update().filter(pk=found.pk).first()
        return found

    @admin.action(description=gettext_lazy("Make a new version"), permissions=["view"])
    def make_version(self, request: HttpRequest, queryset: QuerySet) -> None:
        self._take(request, queryset, services.revise_rule_set, _("drafted"))

    @admin.action(description=gettext_lazy("Publish"), permissions=["view"])
    def publish(self, request: HttpRequest, queryset: QuerySet) -> None:
        self._take(request, queryset, services.publish_rule_set, _("published"))

    def _take(
        self,
        request: HttpRequest,
        queryset: QuerySet,
        service: Callable[..., RuleSet],
        done: str,
    ) -> None:
        """The step for each chosen rule set; each refusal is told beside its code."""
        for rule_set in queryset:
            try:
                result = service(rule_set, by=request.user)
            except (BusinessRuleError, NotAllowedError) as error:
                text, level = f"{rule_set.code}: {error}", messages.ERROR
            else:
                text, level = f"{result.code}: {done}.", messages.SUCCESS
            self.message_user(request, text, level)


# ---- the catalogue of interventions -------------------------------------------------
class InterventionEffectInline(admin.TabularInline):
    model = InterventionEffect
    extra = 0


@admin.register(Intervention)
class InterventionAdmin(admin.ModelAdmin):
    """A cost per unit only with its source. What is no longer offered stays listed."""

    list_display = ("name", "code", "unit", "unit_cost", "is_active")
    list_filter = ("unit", "is_active")
    search_fields = ("code", "name", "name_en")
    inlines = (InterventionEffectInline,)

    def get_readonly_fields(
        self, request: HttpRequest, obj: Model | None = None
    ) -> tuple[str, ...]:
        """Plans and the API name the code."""
        return ("code",) if obj else ()

    def has_delete_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        return False


# ---- what others published ----------------------------------------------------------
@admin.register(PublishedSource)
class PublishedSourceAdmin(ReadOnlyAdmin):
    list_display = ("title", "publisher", "published_on", "region_name", "rule_set")
    list_select_related = ("rule_set",)
    search_fields = ("title", "publisher", "region_name")


@admin.register(PublishedResult)
class PublishedResultAdmin(ReadOnlyAdmin):
    list_display = ("source", "row", "village_name", "rt_rw", "total", "severity")
    list_select_related = ("source",)
    list_filter = ("source", "severity")
    search_fields = ("village_name", "rt_rw", "area_name")
