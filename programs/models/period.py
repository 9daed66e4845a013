"""Reporting periods: months, quarters and years as rows."""

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.access import scope_of
from agencies.models import Agency
from core.constraints import choices_known
from core.tracking import tracked


class PeriodKind(models.TextChoices):
    MONTH = "month", _("Month")
    QUARTER = "quarter", _("Quarter")
    YEAR = "year", _("Year")


class ReportingPeriodQuerySet(models.QuerySet["ReportingPeriod"]):
    def started(self, on: date) -> "ReportingPeriodQuerySet":
        """Periods that have begun by that day: only they can be reported on."""
        return self.filter(starts_on__lte=on)

    def called(self, on: date) -> "ReportingPeriodQuerySet":
        """Periods whose reports every reporting office owes by then."""
        return self.filter(is_called=True, opens_on__lte=on)


@tracked()
class ReportingPeriod(models.Model):
    """A month, quarter or year as a row: half-open `[starts_on, ends_before)`.

    Reports are filled in from `opens_on`, are due by the end of `due_on`, and may still
    come, late, by the end of `closes_on`. Without `closes_on` it never closes. Days are
    those of the project's zone (WITA).
    """

    Kind = PeriodKind

    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    name = models.CharField(_("name"), max_length=40, unique=True)
    starts_on = models.DateField(_("first day"))
    ends_before = models.DateField(_("day after the last"))
    opens_on = models.DateField(_("opens on"))
    due_on = models.DateField(_("due on"))
    closes_on = models.DateField(
        _("last day of grace"),
        null=True,
        blank=True,
        help_text=_("After it nothing can be submitted; blank: it stays open."),
    )
    is_called = models.BooleanField(
        _("every office reports"),
        default=True,
        help_text=_("The calendar makes the report of each office when it opens."),
    )

    objects = ReportingPeriodQuerySet.as_manager()

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
            models.CheckConstraint(
                condition=Q(opens_on__gte=F("starts_on"), opens_on__lte=F("due_on"))
                & (Q(closes_on=None) | Q(closes_on__gte=F("due_on"))),
                name="period_calendar_ordered",
                violation_error_message=_(
                    "Opening, due date and end of grace follow one another, none before"
                    " the first day."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("programs:period-detail", args=[self.pk])

    @property
    def last_day(self) -> date:
        """The day on which the period's hectares take effect."""
        return self.ends_before - timedelta(days=1)

    def days_late(self, on: date) -> int:
        """How many days that day lies after the due date; 0 while in time."""
        return max((on - self.due_on).days, 0)


class LockExceptionQuerySet(models.QuerySet["LockException"]):
    def visible_to(self, user: Any) -> "LockExceptionQuerySet":
        """Those of the own agency, and of agencies in the own region."""
        scope = scope_of(user)
        return self.filter(
            scope.regions_q("agency__region_id") | Q(agency__in=scope.agencies)
        )


@tracked()
class LockException(models.Model):
    """One office may still report on a closed period, to the end of a day."""

    period = models.ForeignKey(
        ReportingPeriod,
        on_delete=models.PROTECT,
        related_name="exceptions",
        verbose_name=_("period"),
    )
    agency = models.ForeignKey(
        Agency,
        on_delete=models.PROTECT,
        related_name="lock_exceptions",
        verbose_name=_("agency"),
    )
    until = models.DateField(_("until"))
    reason = models.CharField(_("reason"), max_length=300)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    granted_at = models.DateTimeField(_("granted at"), auto_now_add=True)

    objects = LockExceptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("exception from the closing")
        verbose_name_plural = _("exceptions from the closing")
        ordering = ["-granted_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="lock_exception_has_reason",
                violation_error_message=_("Say why this office may still report."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.agency} {self.period}"
