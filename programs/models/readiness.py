"""How ready an area is for DAK PPKT: one answer per criterion and budget year."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from areas.models import SlumArea
from core.constraints import choices_known
from core.tracking import tracked


class ReadinessState(models.TextChoices):
    MET = "met", _("Met")
    NOT_MET = "not_met", _("Not met")
    NOT_NEEDED = "not_needed", _("Not needed")


class ReadinessCheckQuerySet(models.QuerySet["ReadinessCheck"]):
    def visible_to(self, user: Any) -> "ReadinessCheckQuerySet":
        """Those of the areas in sight."""
        return self.filter(area__in=SlumArea.objects.visible_to(user))


@tracked()
class ReadinessCheck(models.Model):
    """The answer to one criterion of `programs.readiness`; no row: not looked at."""

    State = ReadinessState

    area = models.ForeignKey(
        SlumArea,
        on_delete=models.PROTECT,
        related_name="readiness",
        verbose_name=_("slum area"),
    )
    year = models.PositiveSmallIntegerField(_("budget year"))
    criterion = models.CharField(_("criterion"), max_length=40)
    state = models.CharField(_("state"), max_length=12, choices=State)
    document_number = models.CharField(_("document number"), max_length=100, blank=True)
    dated_on = models.DateField(_("date of the document"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    objects = ReadinessCheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("readiness criterion")
        verbose_name_plural = _("readiness criteria")
        ordering = ["area", "-year", "pk"]
        constraints = [
            choices_known("state", ReadinessState, name="readiness_state_known"),
            models.UniqueConstraint(
                fields=["area", "year", "criterion"], name="readiness_once"
            ),
            models.CheckConstraint(
                condition=Q(year__range=(2000, 2100)),
                name="readiness_year_plausible",
                violation_error_message=_("The year must lie between 2000 and 2100."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.get_state_display()}"
