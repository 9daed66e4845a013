"""What a line built, per RT and indicator: measures that the volume alone hides."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from areas.models import Neighbourhood
from core.fields import VolumeField
from core.tracking import tracked
from programs.models.report import ProgressReport, ReportLine


class PhysicalOutputQuerySet(models.QuerySet["PhysicalOutput"]):
    def visible_to(self, user: Any) -> "PhysicalOutputQuerySet":
        """Those of the reports in sight."""
        return self.filter(line__report__in=ProgressReport.objects.visible_to(user))


@tracked()
class PhysicalOutput(models.Model):
    """What this period added in one RT (none: the area): m, KK, units.

    `indicator` is a code of the activity's rule set. Length × width is the surface of a
    road; a drain has a length alone, a toilet units and households.
    """

    line = models.ForeignKey(
        ReportLine, on_delete=models.CASCADE, related_name="outputs"
    )
    neighbourhood = models.ForeignKey(
        Neighbourhood,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("RT"),
    )
    indicator = models.CharField(_("indicator"), max_length=4)
    length = VolumeField(_("length (m)"), null=True, blank=True)
    width = VolumeField(_("width (m)"), null=True, blank=True)
    households = models.PositiveIntegerField(
        _("households (KK)"), null=True, blank=True
    )
    units = models.PositiveIntegerField(_("units"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)

    objects = PhysicalOutputQuerySet.as_manager()

    class Meta:
        verbose_name = _("physical output")
        verbose_name_plural = _("physical outputs")
        ordering = ["line", "neighbourhood__rt_rw", "indicator", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["line", "neighbourhood", "indicator"],
                nulls_distinct=False,
                name="output_once",
                violation_error_message=_(
                    "This RT and indicator stand here twice. Keep one row."
                ),
            ),
            models.CheckConstraint(
                condition=(Q(length=None) | Q(length__gt=0))
                & (Q(width=None) | Q(width__gt=0, length__isnull=False)),
                name="output_measures_positive",
                violation_error_message=_(
                    "Length and width lie above 0, and a width needs its length."
                ),
            ),
            models.CheckConstraint(
                condition=Q(length__isnull=False)
                | Q(households__isnull=False)
                | Q(units__isnull=False),
                name="output_says_something",
                violation_error_message=_(
                    "Fill in a length, households or units, or remove the row."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.neighbourhood or self.line.activity.area}"
