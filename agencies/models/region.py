"""Administrative regions with the codes of the Ministry of Home Affairs."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.constraints import choices_known


class RegionQuerySet(models.QuerySet["Region"]):
    def within(self, code: str) -> "RegionQuerySet":
        """The region of this code and all below it: codes are dotted paths."""
        return self.filter(Q(code=code) | Q(code__startswith=f"{code}."))

    def valid(self, on: date) -> "RegionQuerySet":
        """Regions whose code exists on that day; the end is exclusive."""
        return self.filter(
            Q(valid_from=None) | Q(valid_from__lte=on),
            Q(valid_until=None) | Q(valid_until__gt=on),
        )


class RegionLevel(models.TextChoices):
    PROVINCE = "province", _("Province")
    REGENCY = "regency", _("Regency/city")
    DISTRICT = "district", _("District (kecamatan)")
    VILLAGE = "village", _("Village (kelurahan/desa)")


class Region(models.Model):
    """A province, kabupaten/kota, kecamatan or kelurahan/desa (Kepmendagri codes).

    The code is the key: `63.71.01.1001` lies in `63.71.01`, in `63.71`, in `63`.
    Regions live here and not in `areas`, because an agency's scope is a region (ADR 3).
    """

    Level = RegionLevel

    code = models.CharField(_("code"), max_length=13, primary_key=True)
    name = models.CharField(_("name"), max_length=100)
    level = models.CharField(_("level"), max_length=10, choices=Level)
    kind = models.CharField(_("kind"), max_length=20)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("parent region"),
    )

    valid_from = models.DateField(_("code valid from"), null=True, blank=True)
    valid_until = models.DateField(
        _("code valid until"),
        null=True,
        blank=True,
        help_text=_("The first day on which the code no longer exists."),
    )
    replaced_by = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replaces",
        verbose_name=_("replaced by"),
    )

    objects = RegionQuerySet.as_manager()

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering = ["code"]
        indexes = [models.Index(fields=["level", "name"], name="region_level_name")]
        constraints = [
            choices_known("level", RegionLevel, name="region_level_known"),
            models.CheckConstraint(
                condition=Q(code__regex=r"^\d\d(\.\d\d(\.\d\d(\.\d{4})?)?)?$"),
                name="region_code_format",
                violation_error_message=_("The code is like 63.71.01.1001."),
            ),
            models.CheckConstraint(
                condition=Q(level="province", parent=None)
                | (~Q(level="province") & Q(parent__isnull=False)),
                name="region_parent_unless_province",
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None)
                | Q(valid_from=None)
                | Q(valid_until__gt=F("valid_from")),
                name="region_validity_ordered",
                violation_error_message=_("The end lies before the beginning."),
            ),
            models.CheckConstraint(
                condition=Q(replaced_by=None) | Q(valid_until__isnull=False),
                name="region_replaced_has_end",
                violation_error_message=_(
                    "Enter the day from which the other code takes its place."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def is_valid(self, on: date) -> bool:
        """Whether the code exists on that day; the end is exclusive."""
        return (self.valid_from is None or self.valid_from <= on) and (
            self.valid_until is None or on < self.valid_until
        )


class RegionBoundary(models.Model):
    """An indicative outline of a region, loaded from a file; never a legal boundary."""

    region = models.OneToOneField(
        Region, on_delete=models.CASCADE, primary_key=True, related_name="boundary"
    )
    geometry = models.JSONField(help_text="GeoJSON Polygon or MultiPolygon, WGS84")
    min_lon = models.FloatField()
    min_lat = models.FloatField()
    max_lon = models.FloatField()
    max_lat = models.FloatField()
    source = models.CharField(max_length=200, blank=True)
    loaded_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("region boundary")
        verbose_name_plural = _("region boundaries")

    def __str__(self) -> str:
        return str(self.region_id)
