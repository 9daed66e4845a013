"""Programmes in the budget, and their activities in the field."""

from typing import Any

from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from agencies.access import scope_of
from agencies.models import Agency
from areas.models import Neighbourhood, RuleSet, SlumArea
from areas.models.ledger import Fund
from areas.rule_sets import rules_of
from areas.rules import HandlingPattern, Indicator
from core.constraints import choices_known
from core.fields import RupiahField, VolumeField
from core.tracking import tracked


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    def visible_to(self, user: Any) -> "ProgrammeQuerySet":
        """Programmes of agencies in scope, and those active in a visible area."""
        scope = scope_of(user)
        acting = Activity.objects.filter(area__in=SlumArea.objects.visible_to(user))
        return self.filter(
            scope.regions_q("agency__region_id")
            | Q(agency__in=scope.agencies)
            | Q(pk__in=acting.values("programme"))
        )

    def with_sums(self) -> "ProgrammeQuerySet":
        """Add `activity_count` and `contracted`: the sum of their values (Rp)."""
        activities = (
            Activity.objects.filter(programme=OuterRef("pk"))
            .order_by()
            .values("programme")
        )
        counted = activities.annotate(count=Count("pk")).values("count")
        summed = activities.annotate(sum=Sum("budget")).values("sum")
        return self.annotate(
            activity_count=Coalesce(Subquery(counted), 0), contracted=Subquery(summed)
        )


@tracked()
class Programme(models.Model):
    """A programme, kegiatan or sub-kegiatan of one year, with its SIPD code."""

    code = models.CharField(_("SIPD code"), max_length=40)
    name = models.CharField(_("name"), max_length=300)
    year = models.PositiveSmallIntegerField(_("year"))
    agency = models.ForeignKey(
        Agency,
        on_delete=models.PROTECT,
        related_name="programmes",
        verbose_name=_("agency"),
    )
    budget = RupiahField(_("budget (Rp)"), null=True, blank=True)
    fund = models.CharField(_("source of funds"), max_length=20, choices=Fund)
    is_draft = models.BooleanField(
        _("draft"),
        default=False,
        help_text=_("Still a plan: its activities are not offered in reports."),
    )
    is_demo = models.BooleanField(_("example data"), default=False, editable=False)

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        ordering = ["-year", "code", "pk"]
        constraints = [
            choices_known("fund", Fund, name="programme_fund_known"),
            models.UniqueConstraint(
                fields=["agency", "year", "code", "fund"],
                name="programme_once_per_agency_and_year",
                violation_error_message=_(
                    "This agency already has that code and source of funds this year."
                ),
            ),
            models.CheckConstraint(
                condition=Q(year__range=(2000, 2100)),
                name="programme_year_plausible",
                violation_error_message=_("The year must lie between 2000 and 2100."),
            ),
            models.CheckConstraint(
                condition=Q(budget=None) | Q(budget__gte=0),
                name="programme_budget_not_negative",
                violation_error_message=_("The budget cannot be negative."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("programs:programme-detail", args=[self.pk])


class ActivityQuerySet(models.QuerySet["Activity"]):
    def visible_to(self, user: Any) -> "ActivityQuerySet":
        """Activities in the areas that the person may see, and the own agency's."""
        return self.filter(
            Q(area__in=SlumArea.objects.visible_to(user))
            | Q(agency__in=scope_of(user).agencies)
        )


@tracked()
class Activity(models.Model):
    """The work in the field: one area, its RT, one indicator, so much volume."""

    programme = models.ForeignKey(
        Programme,
        on_delete=models.PROTECT,
        related_name="activities",
        verbose_name=_("programme"),
    )
    agency = models.ForeignKey(
        Agency,
        on_delete=models.PROTECT,
        related_name="activities",
        verbose_name=_("carried out by"),
    )
    area = models.ForeignKey(
        SlumArea,
        on_delete=models.PROTECT,
        related_name="activities",
        verbose_name=_("slum area"),
    )
    neighbourhoods = models.ManyToManyField(
        Neighbourhood,
        through="ActivityUnit",
        related_name="activities",
        verbose_name=_("RT"),
        blank=True,
    )
    name = models.CharField(_("activity"), max_length=300)
    contract_number = models.CharField(_("contract number"), max_length=100, blank=True)
    rule_set = models.ForeignKey(
        RuleSet,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("rule set"),
        help_text=_("To which the code of the indicator belongs."),
    )
    indicator = models.CharField(_("indicator"), max_length=4)
    volume = VolumeField(_("volume"))
    unit = models.CharField(_("unit"), max_length=30)
    pattern = models.CharField(
        _("pattern of handling"), max_length=20, choices=HandlingPattern, blank=True
    )
    budget = RupiahField(_("value (Rp)"), null=True, blank=True)
    is_closed = models.BooleanField(
        _("finished"), default=False, help_text=_("No longer offered in new reports.")
    )

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        ordering = ["name", "pk"]
        constraints = [
            choices_known(
                "pattern", HandlingPattern, name="activity_pattern_known", blank=True
            ),
            models.CheckConstraint(
                condition=Q(volume__gt=0),
                name="activity_volume_positive",
                violation_error_message=_("The volume must be above 0."),
            ),
            models.CheckConstraint(
                condition=Q(budget=None) | Q(budget__gte=0),
                name="activity_budget_not_negative",
                violation_error_message=_("The value cannot be negative."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("programs:activity-detail", args=[self.pk])

    @property
    def measured(self) -> Indicator | None:
        """The indicator that the work improves, under the activity's rule set."""
        return rules_of(self.rule_set_id).by_code.get(self.indicator)

    @property
    def indicator_unit(self) -> str:
        """The unit in which surveys measure the indicator; usually `unit` as well."""
        indicator = self.measured
        with translation.override("id"):
            return str(indicator.unit) if indicator else ""

    @property
    def indicator_name(self) -> str:
        """The indicator as pages name it: code and short name."""
        indicator = self.measured
        return f"{self.indicator} {indicator.short_name}" if indicator else ""


@tracked()
class ActivityUnit(models.Model):
    """An RT in which an activity works; an activity without any covers its area."""

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="+")
    neighbourhood = models.ForeignKey(
        Neighbourhood, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("RT of an activity")
        verbose_name_plural = _("RT of activities")
        ordering = ["neighbourhood__rt_rw", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "neighbourhood"], name="activity_unit_once"
            )
        ]

    def __str__(self) -> str:
        return str(self.neighbourhood)
