"""The activities in the field: contract, RT, and who pays for them."""

from typing import Any

from django.db import models
from django.db.models import F, Q
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
from programs.models.programme import Programme


class ActivityQuerySet(models.QuerySet["Activity"]):
    def reported_by(self, agency: int) -> "ActivityQuerySet":
        """Those that an office has in its reports: it does the work, or pays for it."""
        paid = FundingLeg.objects.filter(agency=agency)
        return self.filter(
            Q(agency=agency) | Q(pk__in=paid.values("activity")),
            programme__is_draft=False,
        )

    def of_agency(self, agency: Any) -> "ActivityQuerySet":
        """Those that an agency carries out, or that are of its programmes."""
        return self.filter(Q(agency=agency) | Q(programme__agency=agency))

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
    contractor = models.CharField(_("contractor"), max_length=200, blank=True)
    contract_value = RupiahField(_("contract value (Rp)"), null=True, blank=True)
    contract_signed_on = models.DateField(_("SPK date"), null=True, blank=True)
    contract_ends_on = models.DateField(_("end of contract"), null=True, blank=True)
    handed_over_on = models.DateField(_("PHO date"), null=True, blank=True)
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
            models.CheckConstraint(
                condition=Q(contract_value=None) | Q(contract_value__gte=0),
                name="activity_contract_not_negative",
                violation_error_message=_("The contract value cannot be negative."),
            ),
            models.CheckConstraint(
                condition=Q(contract_signed_on=None)
                | (
                    (
                        Q(contract_ends_on=None)
                        | Q(contract_ends_on__gte=F("contract_signed_on"))
                    )
                    & (
                        Q(handed_over_on=None)
                        | Q(handed_over_on__gte=F("contract_signed_on"))
                    )
                ),
                name="activity_contract_dates_ordered",
                violation_error_message=_(
                    "The end and the PHO cannot lie before the SPK date."
                ),
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


class Directorate(models.TextChoices):
    """Which part of the ministries pays, where the money is from the APBN."""

    SETTLEMENTS = "settlements", _("Settlement areas (PKP)")
    SANITATION = "sanitation", _("Sanitation")
    WATER = "water", _("Drinking water")
    SELF_BUILT = "self_built", _("Self-built houses")
    OTHER = "other", _("Other directorate or ministry")


class FundingLegQuerySet(models.QuerySet["FundingLeg"]):
    def visible_to(self, user: Any) -> "FundingLegQuerySet":
        """Legs of the activities in sight, and those that the own agency reports."""
        return self.filter(
            Q(activity__in=Activity.objects.visible_to(user))
            | Q(agency__in=scope_of(user).agencies)
        )


@tracked()
class FundingLeg(models.Model):
    """One source of money of an activity (Rp); one agency reports its spending."""

    Directorate = Directorate

    activity = models.ForeignKey(
        Activity,
        on_delete=models.CASCADE,
        related_name="funding_legs",
        verbose_name=_("activity"),
    )
    fund = models.CharField(_("source of funds"), max_length=20, choices=Fund)
    directorate = models.CharField(
        _("directorate"), max_length=20, choices=Directorate, blank=True
    )
    agency = models.ForeignKey(
        Agency,
        on_delete=models.PROTECT,
        related_name="funding_legs",
        verbose_name=_("reported by"),
    )
    amount = RupiahField(_("amount (Rp)"))
    note = models.CharField(_("note"), max_length=300, blank=True)

    objects = FundingLegQuerySet.as_manager()

    class Meta:
        verbose_name = _("source of money")
        verbose_name_plural = _("sources of money")
        ordering = ["activity", "fund", "directorate", "pk"]
        constraints = [
            choices_known("fund", Fund, name="funding_leg_fund_known"),
            choices_known(
                "directorate",
                Directorate,
                name="funding_leg_directorate_known",
                blank=True,
            ),
            models.UniqueConstraint(
                fields=["activity", "fund", "directorate", "agency"],
                name="funding_leg_once",
                violation_error_message=_("This activity has that source already."),
            ),
            models.CheckConstraint(
                condition=Q(directorate="") | Q(fund="apbn"),
                name="funding_leg_directorate_of_apbn",
                violation_error_message=_(
                    "Only money of the APBN is of a directorate. Clear it, or choose"
                    " APBN."
                ),
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="funding_leg_positive",
                violation_error_message=_("The amount must be above 0."),
            ),
        ]

    def __str__(self) -> str:
        words = [self.get_fund_display(), self.get_directorate_display()]
        return " ".join(word for word in words if word)


class ContractAddendumQuerySet(models.QuerySet["ContractAddendum"]):
    def visible_to(self, user: Any) -> "ContractAddendumQuerySet":
        """Those of the activities in sight."""
        return self.filter(activity__in=Activity.objects.visible_to(user))


@tracked()
class ContractAddendum(models.Model):
    """A change of the contract: its value (Rp), its end, or both."""

    activity = models.ForeignKey(
        Activity,
        on_delete=models.CASCADE,
        related_name="addenda",
        verbose_name=_("activity"),
    )
    number = models.CharField(_("number"), max_length=100)
    signed_on = models.DateField(_("date"))
    value = RupiahField(_("new contract value (Rp)"), null=True, blank=True)
    ends_on = models.DateField(_("new end"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)

    objects = ContractAddendumQuerySet.as_manager()

    class Meta:
        verbose_name = _("addendum")
        verbose_name_plural = _("addenda")
        ordering = ["activity", "signed_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "number"],
                name="addendum_once",
                violation_error_message=_("This addendum is recorded already."),
            ),
            models.CheckConstraint(
                condition=Q(value=None) | Q(value__gte=0),
                name="addendum_not_negative",
                violation_error_message=_("The contract value cannot be negative."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("signed_on")),
                name="addendum_dates_ordered",
                violation_error_message=_("The new end lies before its date."),
            ),
        ]

    def __str__(self) -> str:
        return self.number
