"""Offices, ministries and organisations."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.models.region import Region
from core.constraints import choices_known
from core.tracking import tracked


class AgencyQuerySet(models.QuerySet["Agency"]):
    def named(self, name: str) -> "AgencyQuerySet":
        """Agencies that bear or bore this name: PUPR finds both PU and PKP."""
        return self.filter(
            Q(name__iexact=name)
            | Q(short_name__iexact=name)
            | Q(pk__in=AgencyAlias.objects.filter(name__iexact=name).values("agency"))
        )


class AgencyLevel(models.TextChoices):
    CENTRAL = "central", _("Central government")
    PROVINCE = "province", _("Province")
    REGENCY = "regency", _("Regency/city")
    OTHER_PROVINCE = "other_province", _("Other province")
    NON_GOVERNMENT = "non_government", _("Non-government")


class AgencyKind(models.TextChoices):
    HOUSING_OFFICE = "housing_office", _("Housing office")
    MINISTRY = "ministry", _("Ministry")
    COMMUNITY = "community", _("Community organisation")
    UNIVERSITY = "university", _("University")
    COMPANY = "company", _("Company")
    OTHER = "other", _("Other")


@tracked()
class Agency(models.Model):
    """Who is responsible for, pays for or carries out work in slum areas."""

    Level = AgencyLevel

    Kind = AgencyKind

    name = models.CharField(_("name"), max_length=200, unique=True)
    short_name = models.CharField(_("short name"), max_length=60, unique=True)
    level = models.CharField(_("level"), max_length=20, choices=Level)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    region = models.ForeignKey(
        Region,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="agencies",
        verbose_name=_("region"),
        help_text=_("What its members may see; empty for central agencies."),
    )
    valid_from = models.DateField(_("exists since"), null=True, blank=True)
    valid_until = models.DateField(_("existed until"), null=True, blank=True)
    reports_progress = models.BooleanField(
        _("reports every period"),
        default=False,
        help_text=_("The calendar makes a progress report of it for each period."),
    )
    contact = models.CharField(
        _("whom to call"),
        max_length=200,
        blank=True,
        help_text=_("Name and telephone number; closed steps name them."),
    )
    is_demo = models.BooleanField(_("example data"), default=False)

    objects = AgencyQuerySet.as_manager()

    class Meta:
        verbose_name = _("agency")
        verbose_name_plural = _("agencies")
        ordering = ["name"]
        constraints = [
            choices_known("level", AgencyLevel, name="agency_level_known"),
            choices_known("kind", AgencyKind, name="agency_kind_known"),
            models.CheckConstraint(
                condition=~Q(level__in=["province", "regency"])
                | Q(region__isnull=False),
                name="agency_regional_has_region",
                violation_error_message=_(
                    "An office of a province or regency needs its region."
                ),
            ),
            models.CheckConstraint(
                condition=Q(valid_from=None)
                | Q(valid_until=None)
                | Q(valid_until__gt=F("valid_from")),
                name="agency_life_span_ordered",
                violation_error_message=_("The end lies before the beginning."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("agencies:agency-detail", args=[self.pk])


@tracked()
class AgencyAlias(models.Model):
    """Another or former name, with its dates: Kementerian PUPR became PU and PKP."""

    agency = models.ForeignKey(Agency, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(_("name"), max_length=200)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("alias")
        verbose_name_plural = _("aliases")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "name"],
                name="agency_alias_once",
                violation_error_message=_("This agency already has this alias."),
            ),
            models.CheckConstraint(
                condition=Q(valid_from=None)
                | Q(valid_until=None)
                | Q(valid_until__gt=F("valid_from")),
                name="agency_alias_dates_ordered",
                violation_error_message=_("The end lies before the beginning."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def is_current(self, on: date) -> bool:
        """Whether the name was in use on that day; ranges are half-open."""
        return (self.valid_from is None or self.valid_from <= on) and (
            self.valid_until is None or on < self.valid_until
        )
