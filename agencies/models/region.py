"""Administrative regions with the codes of the Ministry of Home Affairs."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.constraints import choices_known


class RegionQuerySet(models.QuerySet["Region"]):
    def within(self, code: str) -> "RegionQuerySet":
        """The region of this code and all below it: codes are dotted paths."""
        return self.filter(Q(code=code) | Q(code__startswith=f"{code}."))


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
        ]

    def __str__(self) -> str:
        return self.name


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
