"""Surveys and what follows from them: dated volumes under a named rule set."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Case, Count, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from areas.models.area import Neighbourhood, NeighbourhoodQuerySet, SlumArea
from areas.models.rule_set import RuleIndicator, RuleSet
from areas.severity import Denominator, LandStatus, Rules, Severity
from core.constraints import choices_known, filled_together
from core.fields import HectaresField, VolumeField
from core.tracking import tracked


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    def visible_to(self, user: Any) -> "AssessmentQuerySet":
        """Assessments of the areas that the person may see."""
        return self.filter(area__in=SlumArea.objects.visible_to(user))

    def standing(self, known_at: datetime | None = None) -> "AssessmentQuerySet":
        """Verified ones that no verified correction has taken the place of.

        With `known_at`, as it stood then: what was verified later does not count.
        """
        known = _verified(known_at)
        # Asked of each candidate by its index: NOT EXISTS becomes a join over all of
        # them, once for every area that wants its latest survey.
        correction = Assessment.objects.filter(known, corrects=OuterRef("pk"))
        return (
            self.filter(known)
            .alias(corrected_by=Subquery(correction.values("pk")[:1]))
            .filter(corrected_by=None)
        )

    def all_standing(self, known_at: datetime | None = None) -> "AssessmentQuerySet":
        """The same as `standing`, asked at once: for what reads most of them."""
        known = _verified(known_at)
        corrections = Assessment.objects.filter(known, corrects__isnull=False)
        return self.filter(known).exclude(pk__in=corrections.values("corrects"))

    def with_progress(self) -> "AssessmentQuerySet":
        """Add how far the survey is: what `areas.results.progress_of` needs.

        `rt_total` (RT of the area), `rt_started` (with any volume), `rt_complete` (with
        all of them) and `above` (volumes above their denominator); all None for a
        verified one, which carries its own coverage.
        """
        of_area = Neighbourhood.every.filter(area=OuterRef("area"))
        neighbourhoods = of_area.existing(OuterRef("surveyed_on"))
        # A survey of the area as a whole has one unit, which is no RT.
        whole = When(basis=AssessmentBasis.AREA, then=Value(1))
        units = SurveyedUnit.objects.filter(assessment=OuterRef("pk"))
        above = IndicatorValue.objects.above_denominator().filter(
            unit__assessment=OuterRef("pk")
        )
        return self.annotate(
            rt_total=Case(
                When(status=AssessmentStatus.VERIFIED, then=Value(None)),
                whole,
                default=_unless_verified(neighbourhoods, "area"),
                output_field=models.IntegerField(),
            ),
            rt_started=_unless_verified(units, "assessment"),
            rt_complete=_unless_verified(units.complete(), "assessment"),
            above=_unless_verified(above, "unit__assessment"),
        )


def _verified(known_at: datetime | None) -> Q:
    """Verified, and before that moment where one is given."""
    known = Q(status=AssessmentStatus.VERIFIED)
    return known if known_at is None else known & Q(verified_at__lt=known_at)


def _unless_verified(rows: models.QuerySet, key: str) -> Case:
    """The number of rows; not counted at all for a verified assessment."""
    grouped = rows.order_by().values(key).annotate(number=Count("pk"))
    return Case(
        When(status="verified", then=Value(None)),
        default=Coalesce(Subquery(grouped.values("number")), 0),
        output_field=models.IntegerField(),
    )


class AssessmentBasis(models.TextChoices):
    """What was surveyed: each RT, or only the area as a whole (weaker)."""

    RT = "rt", _("per RT")
    AREA = "area", _("area as a whole")


class AssessmentStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    RETURNED = "returned", _("Returned")
    VERIFIED = "verified", _("Verified")


@tracked()
class Assessment(models.Model):
    """One survey of an area. Volumes are entered; the rest is computed.

    A verified one is immutable and keeps its results; before that, they are computed
    from the units each time.
    """

    Status = AssessmentStatus

    Basis = AssessmentBasis

    LandStatus = LandStatus

    area = models.ForeignKey(
        SlumArea,
        on_delete=models.PROTECT,
        related_name="assessments",
        verbose_name=_("slum area"),
    )
    rule_set = models.ForeignKey(
        RuleSet,
        on_delete=models.PROTECT,
        related_name="assessments",
        verbose_name=_("rule set"),
    )
    basis = models.CharField(
        _("surveyed"), max_length=5, choices=AssessmentBasis, default=AssessmentBasis.RT
    )
    corrects = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="correction",
        verbose_name=_("corrects"),
    )
    correction_reason = models.TextField(
        _("reason for the correction"), blank=True, editable=False
    )
    is_strategic = models.BooleanField(_("strategic location"), null=True, blank=True)
    strategic_basis = models.CharField(
        _("basis of the strategic location"), max_length=300, blank=True
    )
    has_social_need = models.BooleanField(
        _("social, economic and cultural condition"), null=True, blank=True
    )
    social_basis = models.CharField(
        _("basis of the social condition"), max_length=300, blank=True
    )
    land_status = models.CharField(
        _("land tenure"), max_length=10, choices=LandStatus, blank=True
    )
    land_basis = models.CharField(
        _("basis of the land tenure"), max_length=300, blank=True
    )
    conforms_to_plan = models.BooleanField(
        _("conforms to the spatial plan (RTR)"), null=True, blank=True
    )
    plan_basis = models.CharField(
        _("basis of the conformity"),
        max_length=300,
        blank=True,
        help_text=_("Such as the number of the SKRK."),
    )
    surveyed_on = models.DateField(_("survey date"))
    status = models.CharField(
        _("status"), max_length=10, choices=Status, default=Status.DRAFT
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("created by"),
    )
    submitted_at = models.DateTimeField(_("submitted at"), null=True, editable=False)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("submitted by"),
    )
    return_reason = models.TextField(_("reason for return"), blank=True)
    verified_at = models.DateTimeField(_("verified at"), null=True, editable=False)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("verified by"),
    )
    total = models.PositiveSmallIntegerField(
        _("total score"), null=True, editable=False
    )
    severity = models.CharField(
        _("severity"), max_length=10, choices=Severity, blank=True, editable=False
    )
    results = models.JSONField(null=True, editable=False)
    hectares = HectaresField(_("surveyed area (ha)"), null=True, editable=False)

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
            choices_known("basis", AssessmentBasis, name="assessment_basis_known"),
            choices_known(
                "land_status",
                LandStatus,
                name="assessment_land_status_known",
                blank=True,
            ),
            models.CheckConstraint(
                condition=Q(corrects=None, correction_reason="")
                | (Q(corrects__isnull=False) & ~Q(correction_reason="")),
                name="assessment_correction_has_reason",
            ),
            models.UniqueConstraint(
                fields=["area", "surveyed_on"],
                condition=Q(corrects=None),
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
                "hectares",
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
    def rules(self) -> Rules:
        """The rule set by which it is scored, for ever."""
        # The rows of a rule set are models of this package, so the reader imports it.
        from areas.rule_sets import rules_of

        return rules_of(self.rule_set_id)

    @property
    def is_per_rt(self) -> bool:
        return self.basis == self.Basis.RT

    @property
    def places(self) -> NeighbourhoodQuerySet:
        """The RT that the area had on the day of the survey."""
        of_area = Neighbourhood.every.filter(area=self.area_id)
        return of_area.existing(self.surveyed_on)

    @property
    def is_open(self) -> bool:
        """Whether its volumes may still be edited."""
        return self.status in (self.Status.DRAFT, self.Status.RETURNED)


class SurveyedUnitQuerySet(models.QuerySet["SurveyedUnit"]):
    def complete(self) -> "SurveyedUnitQuerySet":
        """Units with every volume that the rule set of their assessment asks for."""
        values = IndicatorValue.objects.filter(unit=OuterRef("pk")).order_by()
        filled = values.values("unit").annotate(number=Count("pk")).values("number")
        indicators = RuleIndicator.objects.filter(
            rule_set=OuterRef("assessment__rule_set")
        ).order_by()
        asked = indicators.values("rule_set").annotate(number=Count("pk"))
        return self.annotate(
            filled=Subquery(filled), asked=Subquery(asked.values("number"))
        ).filter(filled=F("asked"))


@tracked()
class SurveyedUnit(models.Model):
    """One RT in an assessment, with the denominators as they were on that day.

    Without a neighbourhood it is the area as a whole (`basis` "area").
    """

    assessment = models.ForeignKey(
        Assessment, on_delete=models.CASCADE, related_name="units"
    )
    neighbourhood = models.ForeignKey(
        Neighbourhood, on_delete=models.PROTECT, null=True, related_name="surveys"
    )
    surveyed_on = models.DateField(_("survey date"))
    hectares = HectaresField(_("area (ha)"))
    buildings = models.PositiveIntegerField(_("buildings"))
    households = models.PositiveIntegerField(_("households (KK)"))
    ideal_road_m = VolumeField(_("ideal road length (m)"))
    ideal_drainage_m = VolumeField(_("ideal drainage length (m)"))
    existing_road_m = VolumeField(_("existing road length (m)"), null=True, blank=True)
    population = models.PositiveIntegerField(_("population"), null=True, blank=True)
    open_space_m2 = VolumeField(
        _("public open space (m²)"),
        null=True,
        blank=True,
        help_text=_("The eighth aspect of KOTAKU: recorded, not scored."),
    )

    objects = SurveyedUnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("surveyed RT")
        verbose_name_plural = _("surveyed RT")
        ordering = ["neighbourhood__rt_rw", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "neighbourhood"],
                nulls_distinct=False,
                name="surveyed_unit_once",
            ),
            models.CheckConstraint(
                condition=Q(
                    hectares__gt=0, ideal_road_m__gte=0, ideal_drainage_m__gte=0
                )
                & (Q(existing_road_m=None) | Q(existing_road_m__gte=0))
                & (Q(open_space_m2=None) | Q(open_space_m2__gte=0)),
                name="surveyed_unit_denominators_not_negative",
            ),
        ]

    def __str__(self) -> str:
        if self.neighbourhood is None:
            return gettext("area as a whole")
        return str(self.neighbourhood)


class IndicatorValueQuerySet(models.QuerySet["IndicatorValue"]):
    def above_denominator(self) -> "IndicatorValueQuerySet":
        """Volumes that their unit's denominator does not bear, or that have none."""
        divided_by = RuleIndicator.objects.filter(
            rule_set=OuterRef("unit__assessment__rule_set"), code=OuterRef("code")
        ).values("denominator")
        limits = (
            When(divided_by=kind.value, then=F(f"unit__{kind.value}"))
            for kind in Denominator
        )
        limit = Case(*limits, output_field=VolumeField())
        return self.annotate(divided_by=Subquery(divided_by), limit=limit).filter(
            Q(volume__gt=F("limit")) | Q(limit=None)
        )


@tracked()
class IndicatorValue(models.Model):
    """The volume of one indicator in one surveyed RT, in the indicator's unit."""

    unit = models.ForeignKey(
        SurveyedUnit, on_delete=models.CASCADE, related_name="values"
    )
    code = models.CharField(_("indicator"), max_length=4)
    volume = VolumeField(_("volume"))

    objects = IndicatorValueQuerySet.as_manager()

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
