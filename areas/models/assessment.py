"""Surveys and what follows from them: dated volumes under a named rule set."""

from typing import Any

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from areas.models.area import Neighbourhood, SlumArea
from areas.rules import PERMEN_14_2018, RULE_SETS, Severity
from core.constraints import choices_known, filled_together
from core.fields import HectaresField, VolumeField


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    def visible_to(self, user: Any) -> "AssessmentQuerySet":
        """Assessments of the areas that the person may see."""
        return self.filter(area__in=SlumArea.objects.visible_to(user))


class AssessmentStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    RETURNED = "returned", _("Returned")
    VERIFIED = "verified", _("Verified")


@pghistory.track()
class Assessment(models.Model):
    """One survey of an area. Volumes are entered; the rest is computed.

    A verified one is immutable and keeps its results; before that, they are computed
    from the units each time.
    """

    Status = AssessmentStatus

    area = models.ForeignKey(
        SlumArea, on_delete=models.PROTECT, related_name="assessments"
    )
    rule_set = models.CharField(
        _("rule set"), max_length=40, default=PERMEN_14_2018.code
    )
    surveyed_on = models.DateField(_("survey date"))
    status = models.CharField(
        _("status"), max_length=10, choices=Status, default=Status.DRAFT
    )
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    submitted_at = models.DateTimeField(null=True, editable=False)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )
    return_reason = models.TextField(_("reason for return"), blank=True)
    verified_at = models.DateTimeField(null=True, editable=False)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )
    total = models.PositiveSmallIntegerField(
        _("total score"), null=True, editable=False
    )
    severity = models.CharField(
        _("severity"), max_length=10, choices=Severity, blank=True, editable=False
    )
    results = models.JSONField(null=True, editable=False)

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        ordering = ["-surveyed_on", "-pk"]
        indexes = [
            models.Index(
                fields=["area", "-surveyed_on", "-id"],
                condition=Q(status="verified"),
                name="assessment_latest_verified",
            )
        ]
        constraints = [
            choices_known("status", AssessmentStatus, name="assessment_status_known"),
            models.CheckConstraint(
                condition=Q(rule_set__in=sorted(RULE_SETS)),
                name="assessment_rule_set_known",
            ),
            models.UniqueConstraint(
                fields=["area", "surveyed_on"],
                name="assessment_once_per_area_and_day",
                violation_error_message=_(
                    "This area already has an assessment of that date."
                ),
            ),
            filled_together(
                "submitted_at", "submitted_by", name="assessment_submitted"
            ),
            filled_together(
                "verified_at",
                "verified_by",
                "total",
                "results",
                name="assessment_verified",
            ),
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
                name="assessment_status_agrees_with_stamps",
            ),
            models.CheckConstraint(
                condition=Q(verified_at=None, severity="")
                | Q(verified_at__isnull=False, severity__in=Severity.values),
                name="assessment_severity_when_verified",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area} {self.surveyed_on:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return reverse("areas:assessment-detail", args=[self.pk])

    @property
    def is_open(self) -> bool:
        """Whether its volumes may still be edited."""
        return self.status in (self.Status.DRAFT, self.Status.RETURNED)


@pghistory.track()
class SurveyedUnit(models.Model):
    """One RT in an assessment, with the denominators as they were on that day."""

    assessment = models.ForeignKey(
        Assessment, on_delete=models.CASCADE, related_name="units"
    )
    neighbourhood = models.ForeignKey(
        Neighbourhood, on_delete=models.PROTECT, related_name="surveys"
    )
    surveyed_on = models.DateField(_("survey date"))
    hectares = HectaresField(_("area (ha)"))
    buildings = models.PositiveIntegerField(_("buildings"))
    households = models.PositiveIntegerField(_("households (KK)"))
    ideal_road_m = VolumeField(_("ideal road length (m)"))
    ideal_drainage_m = VolumeField(_("ideal drainage length (m)"))

    class Meta:
        verbose_name = _("surveyed RT")
        verbose_name_plural = _("surveyed RT")
        ordering = ["neighbourhood__rt_rw", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "neighbourhood"], name="surveyed_unit_once"
            ),
            models.CheckConstraint(
                condition=Q(
                    hectares__gt=0, ideal_road_m__gte=0, ideal_drainage_m__gte=0
                ),
                name="surveyed_unit_denominators_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return str(self.neighbourhood)


@pghistory.track()
class IndicatorValue(models.Model):
    """The volume of one indicator in one surveyed RT, in the indicator's unit."""

    unit = models.ForeignKey(
        SurveyedUnit, on_delete=models.CASCADE, related_name="values"
    )
    code = models.CharField(_("indicator"), max_length=4)
    volume = VolumeField(_("volume"))

    class Meta:
        verbose_name = _("indicator value")
        verbose_name_plural = _("indicator values")
        ordering = ["code", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "code"], name="indicator_value_once"
            ),
            models.CheckConstraint(
                condition=Q(volume__gte=0),
                name="indicator_value_not_negative",
                violation_error_message=_("A volume cannot be negative."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.volume}"
