"""The support desk of this app: what the services own is only to read here."""

from django.contrib import admin

from areas.models import (
    ActingAgency,
    Assessment,
    Decree,
    DecreeLine,
    LedgerEntry,
    Neighbourhood,
    SlumArea,
    SurveyedUnit,
)
from core.admin import ReadOnlyAdmin, ReadOnlyInline


class DecreeLineInline(ReadOnlyInline):
    model = DecreeLine
    fields = ("area", "hectares")


class NeighbourhoodInline(ReadOnlyInline):
    model = Neighbourhood
    fields = ("rt_rw", "village", "hectares", "buildings", "households")


class SurveyedUnitInline(ReadOnlyInline):
    model = SurveyedUnit
    fields = ("neighbourhood", "surveyed_on", "hectares")


@admin.register(Decree)
class DecreeAdmin(ReadOnlyAdmin):
    list_display = ("number", "level", "region", "issued_on", "in_force_from")
    list_select_related = ("region",)
    search_fields = ("number", "title")
    inlines = (DecreeLineInline,)


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
