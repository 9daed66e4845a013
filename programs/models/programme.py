"""Programmes in the budget: their budgets and targets, by version."""

from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.access import scope_of
from agencies.models import Agency
from areas.models import SlumArea
from areas.models.ledger import Fund
from core.constraints import choices_known
from core.fields import RupiahField, VolumeField
from core.tracking import tracked


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    def visible_to(self, user: Any) -> "ProgrammeQuerySet":
        """Programmes of agencies in scope, and those active in a visible area."""
        scope = scope_of(user)
        activities = apps.get_model("programs", "Activity").objects
        acting = activities.filter(area__in=SlumArea.objects.visible_to(user))
        return self.filter(
            scope.regions_q("agency__region_id")
            | Q(agency__in=scope.agencies)
            | Q(pk__in=acting.values("programme"))
        )

    def with_sums(self) -> "ProgrammeQuerySet":
        """Add `activity_count`, `contracted` (the sum of their values, Rp) and
        `budget_now` (the budget of the newest version, Rp)."""
        activities = (
            apps.get_model("programs", "Activity")
            .objects.filter(programme=OuterRef("pk"))
            .order_by()
            .values("programme")
        )
        newest = BudgetVersion.objects.filter(programme=OuterRef("pk"))
        counted = activities.annotate(count=Count("pk")).values("count")
        summed = activities.annotate(sum=Sum("budget")).values("sum")
        return self.annotate(
            activity_count=Coalesce(Subquery(counted), 0),
            contracted=Subquery(summed),
            budget_now=Subquery(newest.order_by("-number").values("amount")[:1]),
        )


class ProgrammeOrigin(models.TextChoices):
    """How the programme came into the budget."""

    RKPD = "rkpd", "RKPD"
    MUSRENBANG = "musrenbang", "Musrenbang"
    POKIR = "pokir", "Pokir DPRD"
    DAK_PROPOSAL = "dak_proposal", _("DAK proposal")


@tracked()
class Programme(models.Model):
    """A programme, kegiatan or sub-kegiatan of one year, with its SIPD code.

    Its budget stands in its versions: murni first, then each perubahan.
    """

    Origin = ProgrammeOrigin

    code = models.CharField(_("SIPD code"), max_length=40)
    name = models.CharField(_("name"), max_length=300)
    year = models.PositiveSmallIntegerField(_("year"))
    agency = models.ForeignKey(
        Agency,
        on_delete=models.PROTECT,
        related_name="programmes",
        verbose_name=_("agency"),
    )
    fund = models.CharField(
        _("source of funds"),
        max_length=20,
        choices=Fund,
        help_text=_("The main one; each activity may have others beside it."),
    )
    origin = models.CharField(
        _("origin"), max_length=20, choices=ProgrammeOrigin, blank=True
    )
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
            choices_known(
                "origin", ProgrammeOrigin, name="programme_origin_known", blank=True
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("programs:programme-detail", args=[self.pk])

    @property
    def budget(self) -> Decimal | None:
        """The budget of the newest version (Rp); in lists, prefetch `budgets`."""
        versions = list(self.budgets.all())
        return versions[-1].amount if versions else None


class VersionKind(models.TextChoices):
    ORIGINAL = "original", _("Murni")
    AMENDED = "amended", _("Perubahan")


class BudgetVersionQuerySet(models.QuerySet["BudgetVersion"]):
    def visible_to(self, user: Any) -> "BudgetVersionQuerySet":
        """Those of the programmes in sight."""
        return self.filter(programme__in=Programme.objects.visible_to(user))


@tracked()
class BudgetVersion(models.Model):
    """What a programme may spend, as one version of the budget says (Rp).

    `number` is 1 for the murni and counts on with every perubahan.
    """

    Kind = VersionKind

    programme = models.ForeignKey(
        Programme,
        on_delete=models.CASCADE,
        related_name="budgets",
        verbose_name=_("programme"),
    )
    number = models.PositiveSmallIntegerField(_("version"), editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, editable=False)
    amount = RupiahField(_("budget (Rp)"), null=True, blank=True)
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    document_number = models.CharField(
        _("document"), max_length=100, blank=True, help_text=_("DPA or DPPA number.")
    )

    objects = BudgetVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("budget version")
        verbose_name_plural = _("budget versions")
        ordering = ["programme", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "number"], name="budget_version_once"
            ),
            models.CheckConstraint(
                condition=Q(number=1, kind="original")
                | Q(number__gt=1, kind="amended"),
                name="budget_version_murni_first",
            ),
            models.CheckConstraint(
                condition=Q(amount=None) | Q(amount__gte=0),
                name="budget_version_not_negative",
                violation_error_message=_("The budget cannot be negative."),
            ),
        ]

    def __str__(self) -> str:
        name = str(self.get_kind_display())
        return name if self.number == 1 else f"{name} {self.number - 1}"


class TargetMeasure(models.TextChoices):
    HECTARES = "hectares", _("Hectares handled (ha)")
    LENGTH = "length", _("Length (m)")
    HOUSEHOLDS = "households", _("Households (KK)")
    HOUSES = "houses", _("Houses (unit)")
    OTHER_UNITS = "units", _("Other facilities (unit)")


class TargetQuerySet(models.QuerySet["Target"]):
    def visible_to(self, user: Any) -> "TargetQuerySet":
        """Those of the programmes in sight."""
        return self.filter(version__in=BudgetVersion.objects.visible_to(user))


@tracked()
class Target(models.Model):
    """What a version of the budget promises, one row a measure."""

    Measure = TargetMeasure

    version = models.ForeignKey(
        BudgetVersion,
        on_delete=models.CASCADE,
        related_name="targets",
        verbose_name=_("budget version"),
    )
    measure = models.CharField(_("measure"), max_length=20, choices=Measure)
    value = VolumeField(_("target"))

    objects = TargetQuerySet.as_manager()

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ["version", "measure"]
        constraints = [
            choices_known("measure", TargetMeasure, name="target_measure_known"),
            models.UniqueConstraint(
                fields=["version", "measure"],
                name="target_once",
                violation_error_message=_("This version has that target already."),
            ),
            models.CheckConstraint(
                condition=Q(value__gt=0),
                name="target_positive",
                violation_error_message=_("A target lies above 0."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_measure_display()}: {self.value}"
