"""Reporting periods: months, quarters and years as rows."""

from datetime import date, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

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


@tracked()
class ReportingPeriod(models.Model):
    """A month, quarter or year as a row: half-open `[starts_on, ends_before)`."""

    Kind = PeriodKind

    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    name = models.CharField(_("name"), max_length=40, unique=True)
    starts_on = models.DateField(_("first day"))
    ends_before = models.DateField(_("day after the last"))
    due_on = models.DateField(_("due on"))

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
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def last_day(self) -> date:
        """The day on which the period's hectares take effect."""
        return self.ends_before - timedelta(days=1)

    def days_late(self, on: date) -> int:
        """How many days that day lies after the due date; 0 while in time."""
        return max((on - self.due_on).days, 0)
