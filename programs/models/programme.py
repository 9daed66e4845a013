"""Programmes in the budget, and their activities in the field."""

from typing import Any

import pghistory
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.access import scope_of
from agencies.models import Agency
from areas.models import Neighbourhood, SlumArea
from areas.rules import HandlingPattern
from core.constraints import choices_known
from core.fields import RupiahField, VolumeField


class Fund(models.TextChoices):
    """Where the money comes from (domain.md 5.2)."""

    APBN = "apbn", "APBN"
    APBD_PROVINCE = "apbd_province", _("Provincial budget (APBD)")
    APBD_REGENCY = "apbd_regency", _("Regency/city budget (APBD)")
    DAK = "dak", "DAK"
    DAK_PPKT = "dak_ppkt", "DAK PPKT"
    VILLAGE_FUND = "village_fund", _("Village fund")
    BSPS = "bsps", "BSPS"
    GRANT = "grant", _("Grant")
    CSR = "csr", "CSR"
    SELF_HELP = "self_help", _("Self-help")
    OTHER = "other", _("Other")


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


@pghistory.track()
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


@pghistory.track()
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
        Neighbourhood, related_name="activities", verbose_name=_("RT"), blank=True
    )
    name = models.CharField(_("activity"), max_length=300)
    contract_number = models.CharField(_("contract number"), max_length=100, blank=True)
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
