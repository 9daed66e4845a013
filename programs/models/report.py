"""The progress reports of the offices: lines, the RT they touched, and their rounds."""

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Case, F, OuterRef, Q, Subquery, Sum, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.access import scope_of
from agencies.models import Agency
from areas.models import LedgerEntry, Neighbourhood
from core.constraints import choices_known, filled_together
from core.counting import counted
from core.fields import HectaresField, RupiahField, VolumeField
from core.tracking import tracked
from programs.models.activity import Activity
from programs.models.period import ReportingPeriod
from programs.rules import BEHIND_PLAN


class ProgressReportQuerySet(models.QuerySet["ProgressReport"]):
    def visible_to(self, user: Any) -> "ProgressReportQuerySet":
        """Reports of the own agency, and of agencies in the own region."""
        scope = scope_of(user)
        return self.filter(
            scope.regions_q("agency__region_id") | Q(agency__in=scope.agencies)
        )

    def with_sums(self) -> "ProgressReportQuerySet":
        """Add `line_count`, `incomplete_count` and hectares `reported` and `verified`.

        `verified` is None until the report is verified: not known is not zero.
        """
        units = (
            ReportLineUnit.objects.filter(line__report=OuterRef("pk"))
            .order_by()
            .values("line__report")
        )
        lines = ReportLine.objects.filter(report=OuterRef("pk")).order_by()
        return self.annotate(
            line_count=counted(lines),
            incomplete_count=counted(lines.of_reports_not_nil().incomplete()),
            reported=Coalesce(
                Subquery(units.annotate(sum=Sum("reported")).values("sum")),
                Decimal(0),
                output_field=HectaresField(),
            ),
            verified=Case(
                When(
                    verified_at__isnull=False,
                    then=Coalesce(
                        Subquery(units.annotate(sum=Sum("verified")).values("sum")),
                        Decimal(0),
                        output_field=HectaresField(),
                    ),
                )
            ),
        )


class ReportStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    RETURNED = "returned", _("Returned")
    VERIFIED = "verified", _("Verified")


class ReportMethod(models.TextChoices):
    DESK = "desk", _("Desk")
    FIELD = "field", _("Field visit")


@tracked()
class ProgressReport(models.Model):
    """What one office did in one period; the province verifies it."""

    Status = ReportStatus

    Method = ReportMethod

    agency = models.ForeignKey(
        Agency,
        on_delete=models.PROTECT,
        related_name="reports",
        verbose_name=_("agency"),
    )
    period = models.ForeignKey(
        ReportingPeriod,
        on_delete=models.PROTECT,
        related_name="reports",
        verbose_name=_("period"),
    )
    status = models.CharField(
        _("status"), max_length=10, choices=Status, default=Status.DRAFT
    )
    version = models.PositiveIntegerField(
        _("version"), default=0, editable=False, help_text=_("Counts every saving.")
    )
    note = models.TextField(_("note"), blank=True)
    nil_reason = models.TextField(
        _("nil"), blank=True, help_text=_("Why nothing happened in the whole period.")
    )
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text=_("Nobody: the calendar made it."),
    )
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )
    submitted_at = models.DateTimeField(_("submitted at"), null=True, editable=False)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )
    return_reason = models.TextField(_("reason for return"), blank=True)
    mend_by = models.DateField(
        _("to be mended by"), null=True, blank=True, editable=False
    )
    verified_at = models.DateTimeField(_("verified at"), null=True, editable=False)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )
    method = models.CharField(
        _("verified how"), max_length=10, choices=Method, blank=True
    )
    visited_on = models.DateField(_("date of visit"), null=True, blank=True)
    officers = models.CharField(_("officers"), max_length=300, blank=True)
    minutes_number = models.CharField(
        _("number of the verification minutes"), max_length=100, blank=True
    )

    objects = ProgressReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("progress report")
        verbose_name_plural = _("progress reports")
        ordering = ["-period__starts_on", "agency__name", "pk"]
        constraints = [
            choices_known("status", ReportStatus, name="report_status_known"),
            choices_known(
                "method", ReportMethod, name="report_method_known", blank=True
            ),
            models.UniqueConstraint(
                fields=["agency", "period"],
                name="report_once_per_agency_and_period",
                violation_error_message=_(
                    "This office already has a report for that period."
                ),
            ),
            filled_together("submitted_at", "submitted_by", name="report_submitted"),
            filled_together("verified_at", "verified_by", name="report_verified"),
            models.CheckConstraint(
                condition=Q(status="draft", submitted_at=None, verified_at=None)
                | Q(status="submitted", submitted_at__isnull=False, verified_at=None)
                | (
                    Q(status="returned", submitted_at=None, verified_at=None)
                    & Q(mend_by__isnull=False)
                    & ~Q(return_reason="")
                )
                | Q(
                    status="verified",
                    submitted_at__isnull=False,
                    verified_at__isnull=False,
                ),
                name="report_status_agrees_with_stamps",
            ),
            models.CheckConstraint(
                condition=Q(verified_at=None, method="")
                | Q(verified_at__isnull=False, method="desk")
                | Q(
                    verified_at__isnull=False, method="field", visited_on__isnull=False
                ),
                name="report_method_when_verified",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agency} {self.period}"

    def get_absolute_url(self) -> str:
        return reverse("programs:report-detail", args=[self.pk])

    @property
    def is_open(self) -> bool:
        """Whether its lines may still be edited."""
        return self.status in (self.Status.DRAFT, self.Status.RETURNED)


class ReportLineQuerySet(models.QuerySet["ReportLine"]):
    def incomplete(self) -> "ReportLineQuerySet":
        """Lines that keep their report a draft: `rules.missing_in` in SQL."""
        is_money_only = ~Q(activity__agency=F("report__agency"))
        behind = Q(planned_percent__gt=F("physical_percent") + BEHIND_PLAN)
        work = (
            Q(volume=None)
            | Q(physical_percent=None)
            | (behind & Q(obstacle=""))
            | Q(obstacle=Obstacle.OTHER, note="")
        )
        blank = Q(spent=None) | (~is_money_only & work)
        return self.filter(Q(is_nil=True, note="") | (Q(is_nil=False) & blank))

    def of_reports_not_nil(self) -> "ReportLineQuerySet":
        """Lines of reports that are not nil as a whole."""
        return self.filter(report__nil_reason="")


class Obstacle(models.TextChoices):
    """What holds the work up, from the list; the note says more."""

    LAND = "land", _("Land or right of way")
    RESIDENTS = "residents", _("Residents refuse or delay")
    PROCUREMENT = "procurement", _("Procurement")
    CONTRACTOR = "contractor", _("Contractor")
    MATERIAL = "material", _("Material or labour")
    WEATHER = "weather", _("Weather, flood or tide")
    MONEY = "money", _("Budget or payment")
    DESIGN = "design", _("Design or permit")
    OTHER = "other", _("Other")


class Help(models.TextChoices):
    """Whose help an obstacle needs."""

    REGENCY = "regency", _("Regency/city government")
    PROVINCE = "province", _("Province")
    CENTRAL = "central", _("Ministry or balai")
    POKJA = "pokja", _("Pokja PKP")
    NONE = "none", _("None, the office solves it")


@tracked()
class ReportLine(models.Model):
    """One activity in a report: increments of this period, except physical progress.

    `physical_percent` is how far the work stands at the period's end (0–100), and
    `planned_percent` how far it should. Blank is "not filled in yet"; "nothing
    happened" is `is_nil` with its reason as the note.
    """

    Obstacle = Obstacle

    Help = Help

    report = models.ForeignKey(
        ProgressReport, on_delete=models.CASCADE, related_name="lines"
    )
    activity = models.ForeignKey(
        Activity, on_delete=models.PROTECT, related_name="report_lines"
    )
    physical_percent = models.DecimalField(
        _("physical progress (%)"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
    )
    planned_percent = models.DecimalField(
        _("planned progress (%)"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
    )
    spent = RupiahField(_("money spent (Rp)"), null=True, blank=True)
    volume = VolumeField(_("volume done"), null=True, blank=True)
    obstacle = models.CharField(
        _("obstacle"), max_length=20, choices=Obstacle, blank=True
    )
    help_needed = models.CharField(
        _("help needed"), max_length=20, choices=Help, blank=True
    )
    is_nil = models.BooleanField(
        _("nil"), default=False, help_text=_("No progress; the note says why.")
    )
    note = models.TextField(_("note"), blank=True)

    objects = ReportLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("report line")
        verbose_name_plural = _("report lines")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "activity"], name="report_line_once"
            ),
            models.CheckConstraint(
                condition=(
                    Q(physical_percent=None) | Q(physical_percent__range=(0, 100))
                )
                & (Q(planned_percent=None) | Q(planned_percent__range=(0, 100))),
                name="report_line_percent_range",
                violation_error_message=_("Physical progress is between 0 and 100 %."),
            ),
            choices_known(
                "obstacle", Obstacle, name="report_line_obstacle_known", blank=True
            ),
            choices_known(
                "help_needed", Help, name="report_line_help_known", blank=True
            ),
            models.CheckConstraint(
                condition=(Q(spent=None) | Q(spent__gte=0))
                & (Q(volume=None) | Q(volume__gte=0)),
                name="report_line_not_negative",
                violation_error_message=_("Money and volume cannot be negative."),
            ),
            models.CheckConstraint(
                condition=Q(is_nil=False)
                | Q(physical_percent=None, spent=None, volume=None),
                name="report_line_nil_has_no_figures",
                violation_error_message=_("A nil line has no figures."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.activity)


@tracked()
class ReportLineUnit(models.Model):
    """One RT (or, where the area has none, the area) that a line touched.

    Once verified it points down to the ledger: `entry` is the credit it caused,
    `counted_in` the credit of another report that already stood for this unit.
    """

    line = models.ForeignKey(ReportLine, on_delete=models.CASCADE, related_name="units")
    neighbourhood = models.ForeignKey(
        Neighbourhood, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reported = HectaresField(_("reported (ha)"))
    verified = HectaresField(_("verified (ha)"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    verifier_reason = models.CharField(
        _("reason of the verifier"), max_length=300, blank=True
    )
    entry = models.OneToOneField(
        LedgerEntry,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="report_unit",
    )
    counted_in = models.ForeignKey(
        LedgerEntry,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="repeated_by",
    )

    class Meta:
        verbose_name = _("unit touched")
        verbose_name_plural = _("units touched")
        ordering = ["neighbourhood__rt_rw", "neighbourhood", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["line", "neighbourhood"],
                nulls_distinct=False,
                name="report_unit_once_per_line",
            ),
            models.CheckConstraint(
                condition=Q(reported__gte=0)
                & (Q(verified=None) | Q(verified__gte=0, verified__lte=F("reported"))),
                name="report_unit_verified_within_reported",
                violation_error_message=_(
                    "Verified hectares lie between 0 and the reported hectares."
                ),
            ),
            models.CheckConstraint(
                condition=Q(entry=None, counted_in=None)
                | Q(entry__isnull=False, counted_in=None, verified__gt=0)
                | Q(entry=None, counted_in__isnull=False, verified=0),
                name="report_unit_one_way_to_the_ledger",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.neighbourhood or self.line.activity.area}: {self.reported} ha"


@tracked()
class ReportRound(models.Model):
    """One step of a report: all rounds are kept (submitted, returned, verified)."""

    report = models.ForeignKey(
        ProgressReport, on_delete=models.CASCADE, related_name="rounds"
    )
    step = models.CharField(_("step"), max_length=20)
    at = models.DateTimeField(_("at"), auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.TextField(_("reason"), blank=True)
    hectares = HectaresField(_("hectares"), null=True, blank=True)
    figures = models.JSONField(null=True, editable=False)

    class Meta:
        verbose_name = _("round")
        verbose_name_plural = _("rounds")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.step
