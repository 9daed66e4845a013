"""Where work lay in an area that has no RT."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from areas.models.area import SlumArea
from core.fields import HectaresField
from core.tracking import tracked


@tracked()
class Footprint(models.Model):
    """The outline of one activity's work; `key` is the `footprint` of its credits.

    Its hectares on the ellipsoid bound what is credited, less what earlier footprints
    of the same outcome cover. Once credited, a trigger keeps it as it is.
    """

    area = models.ForeignKey(
        SlumArea,
        on_delete=models.PROTECT,
        related_name="footprints",
        verbose_name=_("slum area"),
    )
    key = models.CharField(max_length=40)
    outline = models.JSONField(_("outline"))
    min_lon = models.FloatField()
    min_lat = models.FloatField()
    max_lon = models.FloatField()
    max_lat = models.FloatField()
    outline_hectares = HectaresField(_("hectares of the outline"))
    outline_source = models.CharField(_("source of the outline"), max_length=300)
    recorded_at = models.DateTimeField(_("recorded at"), auto_now_add=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("footprint")
        verbose_name_plural = _("footprints")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["area", "key"], name="footprint_once"),
            models.CheckConstraint(
                condition=Q(outline_hectares__gt=0), name="footprint_has_hectares"
            ),
        ]

    def __str__(self) -> str:
        return self.key
