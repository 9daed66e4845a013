"""Reporting periods and the progress reports of the offices."""

from datetime import date, timedelta
from typing import Any

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.access import scope_of
from agencies.models import Agency
from areas.models import LedgerEntry, Neighbourhood
from core.constraints import choices_known, filled_together
from core.fields import HectaresField, RupiahField, VolumeField
from programs.models.programme import Activity


class PeriodKind(models.TextChoices):
    MONTH = "month", _("Month")
    QUARTER = "quarter", _("Quarter")
    YEAR = "year", _("Year")


@pghistory.track()
class ReportingPeriod(models.Model):
    """A month, quarter or year as a row: half-open `[starts_on, ends_before)`."""

    Kind = PeriodKind

    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    name = models.CharField(_("name"), max_length=40, unique=True)
    starts_on = models.DateField(_("first day"))
    ends_before = models.DateField(_("day after the last"))
    due_on = models.DateField(_("due on"))

    class Meta:
        verbose_name = _("reporting period")
        verbose_name_plural = _("reporting periods")
        ordering = ["-starts_on", "kind"]
        constraints = [
            choices_known("kind", PeriodKind, name="period_kind_known"),
            models.UniqueConstraint(
                fields=["kind", "starts_on"], name="period_once_per_kind_and_start"
            ),
            models.CheckConstraint(
                condition=Q(ends_before__gt=F("starts_on"), due_on__gte=F("starts_on")),
                name="period_dates_ordered",
                violation_error_message=_("The end lies before the beginning."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def last_day(self) -> date:
        """The day on which the period's hectares take effect."""
        return self.ends_before - timedelta(days=1)


class ProgressReportQuerySet(models.QuerySet["ProgressReport"]):
    def visible_to(self, user: Any) -> "ProgressReportQuerySet":
        """Reports of the own agency, and of agencies in the own region."""
        scope = scope_of(user)
        return self.filter(
            scope.regions_q("agency__region_id") | Q(agency__in=scope.agencies)
        )


class ReportStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    RETURNED = "returned", _("Returned")
    VERIFIED = "verified", _("Verified")


class ReportMethod(models.TextChoices):
    DESK = "desk", _("Desk")
    FIELD = "field", _("Field visit")


@pghistory.track()
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
    note = models.TextField(_("note"), blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
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


@pghistory.track()
class ReportLine(models.Model):
    """One activity in a report: increments of this period, except physical progress.

    `physical_percent` is how far the work stands at the period's end (0–100).
    """

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
    spent = RupiahField(_("money spent (Rp)"), null=True, blank=True)
    volume = VolumeField(_("volume done"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("report line")
        verbose_name_plural = _("report lines")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "activity"], name="report_line_once"
            ),
            models.CheckConstraint(
                condition=Q(physical_percent=None)
                | Q(physical_percent__range=(0, 100)),
                name="report_line_percent_range",
                violation_error_message=_("Physical progress is between 0 and 100 %."),
            ),
            models.CheckConstraint(
                condition=(Q(spent=None) | Q(spent__gte=0))
                & (Q(volume=None) | Q(volume__gte=0)),
                name="report_line_not_negative",
                violation_error_message=_("Money and volume cannot be negative."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.activity)


@pghistory.track()
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
        ordering = ["neighbourhood__rt_rw", "pk"]
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


@pghistory.track()
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

    class Meta:
        verbose_name = _("round")
        verbose_name_plural = _("rounds")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.step
