"""Decrees (SK): who fixed which areas at how many hectares, when."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.access import scope_of
from agencies.models import Region
from areas.models.area import SlumArea
from areas.rules import Authority, authority_of
from core.constraints import choices_known
from core.fields import HectaresField
from core.tracking import tracked


class DecreeQuerySet(models.QuerySet["Decree"]):
    def visible_to(self, user: Any) -> "DecreeQuerySet":
        """Decrees of the own region or above it, and those naming a visible area."""
        lines = DecreeLine.objects.filter(
            decree=OuterRef("pk"), area__in=SlumArea.objects.visible_to(user)
        )
        scope = scope_of(user)
        above = {code for region in scope.regions for code in _above(region)}
        return self.filter(
            scope.regions_q("region_id") | Q(region__in=above) | Exists(lines)
        )

    def with_totals(self) -> "DecreeQuerySet":
        """Add `area_count` and `hectares`, the sum of the lines, to every decree."""
        lines = (
            DecreeLine.objects.filter(decree=OuterRef("pk")).order_by().values("decree")
        )
        count = lines.annotate(count=Count("pk")).values("count")
        hectares = lines.annotate(sum=Sum("hectares")).values("sum")
        return self.annotate(
            area_count=Coalesce(Subquery(count), 0), hectares=Subquery(hectares)
        )

    def in_force(self, on: date) -> "DecreeQuerySet":
        """Decrees that hold on that day; the end is exclusive."""
        return self.filter(
            Q(in_force_until=None) | Q(in_force_until__gt=on), in_force_from__lte=on
        )


def _above(code: str) -> list[str]:
    """The codes of the regions in which a region lies: `63` for `63.71`."""
    parts = code.split(".")
    return [".".join(parts[:length]) for length in range(1, len(parts))]


class DecreeLevel(models.TextChoices):
    GOVERNOR = "governor", _("Governor")
    REGENT = "regent", _("Regent")
    MAYOR = "mayor", _("Mayor")


@tracked()
class Decree(models.Model):
    """A surat keputusan fixing where slum areas lie (Permen 14/2018 Ps. 37)."""

    Level = DecreeLevel

    number = models.CharField(_("decree number"), max_length=100, unique=True)
    title = models.CharField(_("about"), max_length=300, blank=True)
    level = models.CharField(_("issued by"), max_length=10, choices=Level)
    region = models.ForeignKey(
        Region,
        on_delete=models.PROTECT,
        related_name="decrees",
        verbose_name=_("region"),
        limit_choices_to={"level__in": [Region.Level.PROVINCE, Region.Level.REGENCY]},
    )
    issued_on = models.DateField(_("date of the decree"))
    in_force_from = models.DateField(_("in force from"))
    in_force_until = models.DateField(
        _("in force until"),
        null=True,
        blank=True,
        help_text=_("The first day on which it no longer holds; empty while it holds."),
    )
    is_demo = models.BooleanField(_("example data"), default=False, editable=False)

    objects = DecreeQuerySet.as_manager()

    class Meta:
        verbose_name = _("decree")
        verbose_name_plural = _("decrees")
        ordering = ["-issued_on", "number"]
        constraints = [
            choices_known("level", DecreeLevel, name="decree_level_known"),
            models.CheckConstraint(
                condition=Q(in_force_from__gte=F("issued_on")),
                name="decree_in_force_after_issue",
                violation_error_message=_(
                    "A decree cannot be in force before its own date."
                ),
            ),
            models.CheckConstraint(
                condition=Q(in_force_until=None)
                | Q(in_force_until__gt=F("in_force_from")),
                name="decree_in_force_ordered",
                violation_error_message=_("The end lies before the beginning."),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("areas:decree-detail", args=[self.pk])

    def is_in_force(self, on: date) -> bool:
        """Whether the decree holds on that day; the end is exclusive."""
        return self.in_force_from <= on and (
            self.in_force_until is None or on < self.in_force_until
        )


class DecreeLineQuerySet(models.QuerySet["DecreeLine"]):
    def visible_to(self, user: Any) -> "DecreeLineQuerySet":
        """Lines of the areas that the person may see."""
        return self.filter(area__in=SlumArea.objects.visible_to(user))

    def in_force(self, on: date) -> "DecreeLineQuerySet":
        """One line per area: of the decrees that hold on that day, the latest.

        An area named by a mayor and by the governor counts once, under the newer one.
        """
        candidates = _holding(on).filter(area=OuterRef("area")).order_by(*LATEST)
        return self.filter(pk=Subquery(candidates.values("pk")[:1]))

    def all_in_force(self, on: date) -> "DecreeLineQuerySet":
        """The same, found for every area at once: for figures over many areas.

        The planner then knows that there is about one line an area, and does not
        compare each area with each line.
        """
        latest = _holding(on).order_by("area_id", *LATEST).distinct("area_id")
        return self.filter(pk__in=latest.values("pk"))


LATEST = ("-decree__issued_on", "-decree__pk")


def _holding(on: date) -> "DecreeLineQuerySet":
    """The lines of all decrees that hold on that day."""
    return DecreeLine.objects.filter(
        Q(decree__in_force_until=None) | Q(decree__in_force_until__gt=on),
        decree__in_force_from__lte=on,
    )


@tracked()
class DecreeLine(models.Model):
    """One area at its decreed hectares. The ledger counts under a line."""

    decree = models.ForeignKey(
        Decree,
        on_delete=models.PROTECT,
        related_name="lines",
        verbose_name=_("decree"),
    )
    area = models.ForeignKey(
        SlumArea,
        on_delete=models.PROTECT,
        related_name="decree_lines",
        verbose_name=_("slum area"),
    )
    hectares = HectaresField(_("decreed area (ha)"))

    objects = DecreeLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("decree line")
        verbose_name_plural = _("decree lines")
        ordering = ["area__name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["decree", "area"],
                name="decree_line_area_once",
                violation_error_message=_("The area is already in this decree."),
            ),
            models.CheckConstraint(
                condition=Q(hectares__gt=0),
                name="decree_line_hectares_positive",
                violation_error_message=_("The area must be above 0 ha."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.decree_id}/{self.area_id}"

    @property
    def authority(self) -> Authority:
        """Whose authority the area is by its size (UU 23/2014, lampiran D)."""
        return authority_of(self.hectares)
