"""Outreach (sosialisasi): prevention with the people living there (domain.md 1.11)."""

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.access import scope_of
from agencies.models import Agency, Region
from areas.models import SlumArea
from coordination.models.commitment import Commitment
from core.constraints import choices_known
from core.tracking import tracked


class Prevention(models.TextChoices):
    """The ways of preventing new slums (PP 14/2016 Pasal 102-105)."""

    CONTROL = "control", _("Supervision and control")
    MENTORING = "mentoring", _("Empowerment: mentoring")
    INFORMATION = "information", _("Empowerment: information service")


class Topic(models.TextChoices):
    RIVERBANK = "riverbank", _("Riverbanks")
    HEALTHY_HOME = "healthy_home", _("Healthy homes")
    SANITATION = "sanitation", _("Sanitation and wastewater")
    WATER = "water", _("Drinking water")
    WASTE = "waste", _("Household waste")
    FIRE = "fire", _("Fire safety")
    PERMITS = "permits", _("Permits and building rules")
    LAND = "land", _("Land and tenure")
    OTHER = "other", _("Other")


class OutreachQuerySet(models.QuerySet["Outreach"]):
    def visible_to(self, user: Any) -> "OutreachQuerySet":
        """Those in the own region, of the own agency, or with it as a partner."""
        scope = scope_of(user)
        partner = OutreachPartner.objects.filter(agency__in=scope.agencies)
        return self.filter(
            scope.regions_q("regency_id")
            | Q(agency__in=scope.agencies)
            | Q(pk__in=partner.values("outreach"))
        )


@tracked()
class Outreach(models.Model):
    """One event: who held it where, about what, and how many women and men came."""

    title = models.CharField(_("title"), max_length=200)
    held_on = models.DateField(_("date"))
    agency = models.ForeignKey(
        Agency,
        on_delete=models.PROTECT,
        related_name="outreach",
        verbose_name=_("held by"),
    )
    partners = models.ManyToManyField(
        Agency,
        through="OutreachPartner",
        related_name="+",
        verbose_name=_("together with"),
        blank=True,
    )
    regency = models.ForeignKey(
        Region,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("regency/city"),
        limit_choices_to={"level": Region.Level.REGENCY},
    )
    place = models.CharField(_("place"), max_length=300)
    areas = models.ManyToManyField(
        SlumArea,
        through="OutreachArea",
        related_name="outreach",
        verbose_name=_("slum areas"),
        blank=True,
    )
    prevention = models.CharField(_("prevention"), max_length=12, choices=Prevention)
    topics = ArrayField(
        models.CharField(max_length=12, choices=Topic), verbose_name=_("topics")
    )
    women = models.PositiveIntegerField(_("women"))
    men = models.PositiveIntegerField(_("men"))
    material = models.TextField(_("material"), blank=True)
    follow_up = models.TextField(_("follow-up"), blank=True)
    commitment = models.ForeignKey(
        Commitment,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="outreach",
        verbose_name=_("commitment"),
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    is_demo = models.BooleanField(_("example data"), default=False, editable=False)

    objects = OutreachQuerySet.as_manager()

    class Meta:
        verbose_name = _("outreach")
        verbose_name_plural = _("outreach")
        ordering = ["-held_on", "-pk"]
        constraints = [
            choices_known("prevention", Prevention, name="outreach_prevention_known"),
            models.UniqueConstraint(
                fields=["agency", "title", "held_on", "place"],
                name="outreach_once",
                violation_error_message=_("This event is recorded already."),
            ),
            models.CheckConstraint(
                condition=Q(women__lte=100_000) & Q(men__lte=100_000),
                name="outreach_people_bounded",
                violation_error_message=_("At most 100,000 people fit."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("coordination:outreach-detail", args=[self.pk])


@tracked()
class OutreachPartner(models.Model):
    """An agency that holds it as well, such as TP PKK."""

    outreach = models.ForeignKey(Outreach, on_delete=models.CASCADE, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("partner of an outreach")
        verbose_name_plural = _("partners of outreach")
        ordering = ["outreach", "agency"]
        constraints = [
            models.UniqueConstraint(
                fields=["outreach", "agency"], name="outreach_partner_once"
            )
        ]

    def __str__(self) -> str:
        return str(self.agency)


@tracked()
class OutreachArea(models.Model):
    """A slum area whose people it was for."""

    outreach = models.ForeignKey(Outreach, on_delete=models.CASCADE, related_name="+")
    area = models.ForeignKey(SlumArea, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("area of an outreach")
        verbose_name_plural = _("areas of outreach")
        ordering = ["outreach", "area"]
        constraints = [
            models.UniqueConstraint(
                fields=["outreach", "area"], name="outreach_area_once"
            )
        ]

    def __str__(self) -> str:
        return str(self.area)
