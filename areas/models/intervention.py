"""The catalogue of interventions: what can be built, and which measure it improves."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from areas.severity import Wording
from core.constraints import choices_known
from core.fields import RupiahField, VolumeField
from core.tracking import tracked


class InterventionUnit(models.TextChoices):
    """The unit in which a volume is planned; the same as that of the measure."""

    HECTARE = "ha", _("ha")
    METRE = "m", _("m")
    HOUSEHOLD = "hh", _("HH")
    BUILDING = "building", _("building units")


class InterventionQuerySet(models.QuerySet["Intervention"]):
    def offered(self) -> "InterventionQuerySet":
        """Those that a plan may use today, with their effects."""
        return self.filter(is_active=True).prefetch_related("effects")


@tracked()
class Intervention(models.Model):
    """A kind of work, such as a titian of timber, in a unit, with what it improves.

    A unit cost is kept only with its source: none is invented (design 4.15).
    """

    Unit = InterventionUnit

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=150)
    name_en = models.CharField(_("name in English"), max_length=150, blank=True)
    unit = models.CharField(_("unit"), max_length=10, choices=InterventionUnit)
    unit_cost = RupiahField(_("cost per unit (Rp)"), null=True, blank=True)
    cost_source = models.CharField(
        _("source of the cost"),
        max_length=300,
        blank=True,
        help_text=_("Document and year, such as the HSPK of the regency."),
    )
    source = models.CharField(_("source"), max_length=300, blank=True)
    is_active = models.BooleanField(_("offered"), default=True)

    objects = InterventionQuerySet.as_manager()

    class Meta:
        verbose_name = _("intervention")
        verbose_name_plural = _("interventions")
        ordering = ["code"]
        constraints = [
            choices_known("unit", InterventionUnit, name="intervention_unit_known"),
            models.CheckConstraint(
                condition=Q(unit_cost=None, cost_source="")
                | (Q(unit_cost__gte=0) & ~Q(cost_source="")),
                name="intervention_cost_has_source",
                violation_error_message=_(
                    "A cost per unit needs its source, and a source its cost."
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(self.wording)

    @property
    def wording(self) -> Wording:
        return Wording(self.name, self.name_en)


@tracked()
class InterventionEffect(models.Model):
    """One unit of the intervention takes `factor` units off the measure's volume."""

    intervention = models.ForeignKey(
        Intervention, on_delete=models.CASCADE, related_name="effects"
    )
    measure = models.SlugField(
        _("measure"), max_length=40, help_text=_("As the indicators of rule sets say.")
    )
    factor = VolumeField(_("per unit"), default=1)

    class Meta:
        verbose_name = _("effect")
        verbose_name_plural = _("effects")
        ordering = ["measure"]
        constraints = [
            models.UniqueConstraint(
                fields=["intervention", "measure"],
                name="intervention_effect_once",
                violation_error_message=_("The intervention has that effect already."),
            ),
            models.CheckConstraint(
                condition=Q(factor__gt=0),
                name="intervention_effect_positive",
                violation_error_message=_("The effect must be above 0."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure} × {self.factor}"
