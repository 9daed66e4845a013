"""Support desk: periods may be corrected; what a service owns is only looked at."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.admin import ReadOnlyAdmin, ReadOnlyInline
from programs.models import (
    Activity,
    ActivityUnit,
    Attachment,
    BudgetVersion,
    Comment,
    ContractAddendum,
    FundingLeg,
    LineMark,
    LockException,
    PhysicalOutput,
    Programme,
    ProgressReport,
    ReadinessCheck,
    ReportChange,
    ReportingPeriod,
    ReportLine,
    ReportLineUnit,
    ReportRound,
    SipdCode,
    Target,
)


@admin.register(ReportingPeriod)
class ReportingPeriodAdmin(admin.ModelAdmin):
    list_display = ["name", "kind", "opens_on", "due_on", "closes_on", "is_called"]
    list_filter = ["kind", "is_called"]
    search_fields = ["name"]


@admin.register(LockException)
class LockExceptionAdmin(ReadOnlyAdmin):
    list_display = ["period", "agency", "until", "reason", "granted_by", "granted_at"]
    list_select_related = ["period", "agency", "granted_by"]


class BudgetVersionInline(ReadOnlyInline):
    model = BudgetVersion


class TargetInline(ReadOnlyInline):
    model = Target


@admin.register(Programme)
class ProgrammeAdmin(ReadOnlyAdmin):
    inlines = [BudgetVersionInline]
    list_display = ["code", "name", "year", "agency", "fund", "budget_now"]
    list_filter = ["year", "fund"]
    list_select_related = ["agency"]
    search_fields = ["code", "name"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Programme]:
        return Programme.objects.with_sums()

    @admin.display(description=_("budget (Rp)"))
    def budget_now(self, programme: Any) -> Any:
        return programme.budget_now


class ActivityUnitInline(ReadOnlyInline):
    model = ActivityUnit


class FundingLegInline(ReadOnlyInline):
    model = FundingLeg


class ContractAddendumInline(ReadOnlyInline):
    model = ContractAddendum


@admin.register(BudgetVersion)
class BudgetVersionAdmin(ReadOnlyAdmin):
    inlines = [TargetInline]
    list_display = ["programme", "number", "kind", "amount", "decided_on"]
    list_filter = ["kind"]
    list_select_related = ["programme"]


@admin.register(SipdCode)
class SipdCodeAdmin(ReadOnlyAdmin):
    list_display = ["code", "name", "year", "level", "source"]
    list_filter = ["year", "level"]
    search_fields = ["code", "name"]


@admin.register(ReadinessCheck)
class ReadinessCheckAdmin(ReadOnlyAdmin):
    list_display = ["area", "year", "criterion", "state", "updated_by", "updated_at"]
    list_filter = ["year", "state"]
    list_select_related = ["area", "updated_by"]


@admin.register(Activity)
class ActivityAdmin(ReadOnlyAdmin):
    inlines = [ActivityUnitInline, FundingLegInline, ContractAddendumInline]
    list_display = ["name", "programme", "area", "indicator", "volume", "is_closed"]
    list_filter = ["indicator", "is_closed"]
    list_select_related = ["programme", "area"]
    search_fields = ["name", "contract_number"]


class ReportLineInline(ReadOnlyInline):
    model = ReportLine


class ReportRoundInline(ReadOnlyInline):
    model = ReportRound


@admin.register(ProgressReport)
class ProgressReportAdmin(ReadOnlyAdmin):
    inlines = [ReportLineInline, ReportRoundInline]
    list_display = ["agency", "period", "status", "submitted_at", "verified_at"]
    list_filter = ["status", "period"]
    list_select_related = ["agency", "period"]


class ReportLineUnitInline(ReadOnlyInline):
    model = ReportLineUnit


class PhysicalOutputInline(ReadOnlyInline):
    model = PhysicalOutput


@admin.register(ReportLine)
class ReportLineAdmin(ReadOnlyAdmin):
    inlines = [ReportLineUnitInline, PhysicalOutputInline]
    list_display = ["activity", "report", "volume", "physical_percent", "spent"]
    list_select_related = ["activity", "report__agency", "report__period"]


@admin.register(Attachment)
class AttachmentAdmin(ReadOnlyAdmin):
    list_display = ["name", "kind", "stage", "distance_m", "uploaded_by", "uploaded_at"]
    list_filter = ["kind", "stage", "position_source"]
    list_select_related = ["uploaded_by"]
    search_fields = ["name", "caption"]


@admin.register(ReportChange)
class ReportChangeAdmin(ReadOnlyAdmin):
    list_display = ["report", "line", "state", "asked_by", "asked_at", "decided_by"]
    list_filter = ["state"]
    list_select_related = [
        "report__agency",
        "report__period",
        "line__activity",
        "asked_by",
        "decided_by",
    ]


@admin.register(LineMark)
class LineMarkAdmin(ReadOnlyAdmin):
    list_display = ["line", "mark", "reason", "by", "at"]
    list_filter = ["mark"]
    list_select_related = ["line__activity", "by"]


@admin.register(Comment)
class CommentAdmin(ReadOnlyAdmin):
    list_display = ["text", "by", "at"]
    list_select_related = ["by"]
    search_fields = ["text"]
