"""Slum areas, their RT units, and who acts in them."""

from datetime import date
from typing import Any, cast

from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.access import scope_of
from agencies.models import Agency, Region
from core.constraints import choices_known, filled_together
from core.fields import HectaresField, VolumeField
from core.tracking import tracked


class SlumAreaQuerySet(models.QuerySet["SlumArea"]):
    def visible_to(self, user: Any) -> "SlumAreaQuerySet":
        """Areas of the own regions, and those where the own agency acts."""
        scope = scope_of(user)
        acts_there = ActingAgency.objects.filter(
            area=OuterRef("pk"), agency__in=scope.agencies
        )
        return self.filter(scope.regions_q("regency_id") | Exists(acts_there))

    def with_figures(self, on: date) -> "SlumAreaQuerySet":
        """Add hectares, authority and severity as of that day: `areas.figures`."""
        # The figures sum up models of three modules, so they stand above this one.
        from areas.figures import with_area_figures

        return cast("SlumAreaQuerySet", with_area_figures(self, as_of=on))


class AreaTypology(models.TextChoices):
    ON_WATER = "on_water", _("On water")
    WATERSIDE = "waterside", _("Waterside")
    LOWLAND = "lowland", _("Lowland")
    UPLAND = "upland", _("Hills or upland")
    HAZARD = "hazard", _("Disaster-prone")


class Outlined(models.Model):
    """What lies somewhere: its outline, the box around it, and its measured hectares.

    `outline_hectares` are those inside the outline, on the ellipsoid; they stand beside
    decree and survey and never take their place. Earlier outlines are in the trail.
    """

    outline = models.JSONField(
        _("outline"),
        null=True,
        blank=True,
        help_text=_("GeoJSON Polygon or MultiPolygon, WGS84."),
    )
    min_lon = models.FloatField(null=True, editable=False)
    min_lat = models.FloatField(null=True, editable=False)
    max_lon = models.FloatField(null=True, editable=False)
    max_lat = models.FloatField(null=True, editable=False)
    outline_hectares = HectaresField(
        _("hectares of the outline"), null=True, editable=False
    )
    outline_source = models.CharField(
        _("source of the outline"),
        max_length=300,
        blank=True,
        default="",
        db_default="",
        editable=False,
    )

    class Meta:
        abstract = True


OUTLINE_FIELDS = (
    "outline",
    "min_lon",
    "min_lat",
    "max_lon",
    "max_lat",
    "outline_hectares",
)


@tracked()
class SlumArea(Outlined):
    """A kawasan kumuh named in a decree; its identity outlives decrees."""

    Typology = AreaTypology

    name = models.CharField(_("area name"), max_length=200)
    agency = models.ForeignKey(
        Agency,
        on_delete=models.PROTECT,
        related_name="areas",
        verbose_name=_("responsible office"),
        help_text=_("The office that keeps this area's records."),
    )
    regency = models.ForeignKey(
        Region,
        on_delete=models.PROTECT,
        related_name="slum_areas",
        verbose_name=_("regency/city"),
        limit_choices_to={"level": Region.Level.REGENCY},
    )
    villages = models.ManyToManyField(
        Region,
        through="AreaVillage",
        related_name="+",
        verbose_name=_("villages"),
        blank=True,
    )
    typology = models.CharField(
        _("typology"), max_length=20, choices=Typology, blank=True
    )
    latitude = models.DecimalField(
        _("latitude"), max_digits=9, decimal_places=6, null=True, blank=True
    )
    longitude = models.DecimalField(
        _("longitude"), max_digits=9, decimal_places=6, null=True, blank=True
    )
    is_demo = models.BooleanField(_("example data"), default=False, editable=False)

    objects = SlumAreaQuerySet.as_manager()

    class Meta:
        verbose_name = _("slum area")
        verbose_name_plural = _("slum areas")
        ordering = ["name", "pk"]
        indexes = [
            models.Index(
                "min_lon", "max_lon", "min_lat", "max_lat", name="slum_area_bbox"
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["regency", "name"],
                name="slum_area_name_once_per_regency",
                violation_error_message=_(
                    "This regency/city already has an area of that name."
                ),
            ),
            choices_known(
                "typology", AreaTypology, name="slum_area_typology_known", blank=True
            ),
            filled_together("latitude", "longitude", name="slum_area_point_whole"),
            filled_together(*OUTLINE_FIELDS, name="slum_area_outline_has_bbox"),
            models.CheckConstraint(
                condition=Q(latitude=None)
                | (
                    Q(latitude__range=(-11, 6), longitude__range=(95, 141))
                    & ~Q(latitude=0, longitude=0)
                ),
                name="slum_area_point_in_indonesia",
                violation_error_message=_(
                    "The point lies outside Indonesia: latitude −11 to 6, longitude"
                    " 95 to 141. Are they swapped?"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("areas:area-detail", args=[self.pk])


@tracked()
class AreaVillage(models.Model):
    """A kelurahan or desa over which an area stretches."""

    area = models.ForeignKey(SlumArea, on_delete=models.PROTECT, related_name="+")
    village = models.ForeignKey(
        Region,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("village"),
        limit_choices_to={"level": Region.Level.VILLAGE},
    )

    class Meta:
        verbose_name = _("village of an area")
        verbose_name_plural = _("villages of areas")
        ordering = ["village"]
        constraints = [
            models.UniqueConstraint(
                fields=["area", "village"], name="area_village_once"
            )
        ]

    def __str__(self) -> str:
        return str(self.village)


class NeighbourhoodQuerySet(models.QuerySet["Neighbourhood"]):
    def visible_to(self, user: Any) -> "NeighbourhoodQuerySet":
        """RT of the areas that the person may see."""
        return self.filter(area__in=SlumArea.objects.visible_to(user))

    def existing(self, on: Any) -> "NeighbourhoodQuerySet":
        """Of `every` RT those that were there on that day (a date or an OuterRef).

        Not those that others took the place of by then, nor those that came later.
        """
        inner = OuterRef(on) if isinstance(on, OuterRef) else on
        born_later = Neighbourhood.every.filter(
            pk=OuterRef("pk"), came_from__effective_on__gt=inner
        )
        return self.filter(
            Q(retired_on=None) | Q(retired_on__gt=on), ~Exists(born_later)
        )

    def with_since(self) -> "NeighbourhoodQuerySet":
        """Add `since`: the day from which the RT took another's place; else None."""
        came = (
            Neighbourhood.every.filter(pk=OuterRef("pk"))
            .order_by("-came_from__effective_on")
            .values("came_from__effective_on")[:1]
        )
        return self.annotate(since=Subquery(came))


class CurrentNeighbourhoods(models.Manager.from_queryset(NeighbourhoodQuerySet)):  # type: ignore[misc]
    """RT that exist: those that were split, merged or renumbered are left out."""

    def get_queryset(self) -> NeighbourhoodQuerySet:
        return super().get_queryset().filter(retired_on=None)


@tracked()
class Neighbourhood(Outlined):
    """An RT inside an area: the counting unit, with what its percentages divide by.

    `objects` are those that exist; `every` has also those that others took the place
    of (`retired_on`), which surveys and ledger still name.
    """

    area = models.ForeignKey(
        SlumArea, on_delete=models.PROTECT, related_name="neighbourhoods"
    )
    village = models.ForeignKey(
        Region,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("village"),
        limit_choices_to={"level": Region.Level.VILLAGE},
    )
    rt_rw = models.CharField(_("RT/RW"), max_length=30)
    hectares = HectaresField(_("area (ha)"))
    buildings = models.PositiveIntegerField(_("buildings"))
    population = models.PositiveIntegerField(_("population"), null=True, blank=True)
    households = models.PositiveIntegerField(_("households (KK)"))
    ideal_road_m = VolumeField(_("ideal road length (m)"))
    ideal_drainage_m = VolumeField(_("ideal drainage length (m)"))
    existing_road_m = VolumeField(
        _("existing road length (m)"),
        null=True,
        blank=True,
        help_text=_("Only some rule sets ask for it."),
    )
    retired_on = models.DateField(
        _("no longer there since"), null=True, blank=True, editable=False
    )

    objects = CurrentNeighbourhoods()
    every = NeighbourhoodQuerySet.as_manager()

    class Meta:
        verbose_name = _("RT")
        verbose_name_plural = _("RT")
        ordering = ["rt_rw", "pk"]
        constraints = [
            filled_together(*OUTLINE_FIELDS, name="neighbourhood_outline_has_bbox"),
            models.UniqueConstraint(
                fields=["area", "village", "rt_rw"],
                condition=Q(retired_on=None),
                name="neighbourhood_once_per_area",
                violation_error_message=_("This RT is already in the area."),
            ),
            models.CheckConstraint(
                condition=Q(hectares__gt=0),
                name="neighbourhood_hectares_positive",
                violation_error_message=_("The area must be above 0 ha."),
            ),
            models.CheckConstraint(
                condition=Q(ideal_road_m__gte=0, ideal_drainage_m__gte=0)
                & (Q(existing_road_m=None) | Q(existing_road_m__gte=0)),
                name="neighbourhood_lengths_not_negative",
                violation_error_message=_("A length cannot be negative."),
            ),
        ]

    def __str__(self) -> str:
        return self.rt_rw


@tracked()
class ActingAgency(models.Model):
    """An agency that works in an area, whatever the law's authority says.

    Its members see the area. `document` is the letter that allows it where the
    authority by size (UU 23/2014) lies elsewhere.
    """

    area = models.ForeignKey(
        SlumArea,
        on_delete=models.CASCADE,
        related_name="acting_agencies",
        verbose_name=_("slum area"),
    )
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="+", verbose_name=_("agency")
    )
    document = models.CharField(_("document number"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("acting agency")
        verbose_name_plural = _("acting agencies")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["area", "agency"], name="acting_agency_once"
            )
        ]

    def __str__(self) -> str:
        return str(self.agency)
