"""The practice library: strategies that worked elsewhere."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.access import scope_of
from agencies.models import Agency
from areas.models.area import AreaTypology
from areas.rules import HandlingPattern
from core.fields import RupiahField
from core.tracking import tracked


class PracticeQuerySet(models.QuerySet["Practice"]):
    def visible_to(self, user: Any) -> "PracticeQuerySet":
        """Published ones for everybody of an agency; drafts for the agency's own."""
        scope = scope_of(user)
        if not (scope.agencies or scope.everything):
            return self.none()
        if scope.everything:
            return self.all()
        return self.filter(Q(is_published=True) | Q(agency__in=scope.agencies))


@tracked()
class Practice(models.Model):
    """What was done where, what it cost and gave, and under which conditions.

    `agency` keeps the record; `source` says where it is from. Cost in rupiah, with what
    it was for in `cost_note`.
    """

    title = models.CharField(_("practice"), max_length=200)
    agency = models.ForeignKey(
        Agency,
        on_delete=models.PROTECT,
        related_name="practices",
        verbose_name=_("kept by"),
    )
    place = models.CharField(
        _("place"), max_length=200, help_text=_("Such as Kota Bandung, Jawa Barat.")
    )
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    problem = models.TextField(_("problem"))
    approach = models.TextField(_("approach"))
    cost = RupiahField(_("cost (Rp)"), null=True, blank=True)
    cost_note = models.CharField(_("for what"), max_length=300, blank=True)
    results = models.TextField(_("results"))
    conditions = models.TextField(_("conditions"), blank=True)
    contact = models.CharField(_("contact"), max_length=300, blank=True)
    source = models.CharField(
        _("source"),
        max_length=500,
        help_text=_("Document, presentation or address from which this is known."),
    )
    indicators = ArrayField(
        models.CharField(max_length=4), verbose_name=_("indicators"), default=list
    )
    typologies = ArrayField(
        models.CharField(max_length=20, choices=AreaTypology),
        verbose_name=_("typologies"),
        default=list,
        blank=True,
    )
    patterns = ArrayField(
        models.CharField(max_length=20, choices=HandlingPattern),
        verbose_name=_("patterns of handling"),
        default=list,
        blank=True,
    )
    is_published = models.BooleanField(
        _("published"), default=False, help_text=_("Offered to all agencies.")
    )
    is_demo = models.BooleanField(_("example data"), default=False, editable=False)

    objects = PracticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("practice")
        verbose_name_plural = _("practices")
        ordering = ["title", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "title", "place"],
                name="practice_once",
                violation_error_message=_("This practice is in the library already."),
            ),
            models.CheckConstraint(
                condition=Q(cost=None) | Q(cost__gt=0),
                name="practice_cost_positive",
                violation_error_message=_(
                    "The cost is above 0. Leave it blank where it is not known."
                ),
            ),
            models.CheckConstraint(
                condition=Q(year=None) | Q(year__range=(1990, 2100)),
                name="practice_year_bounded",
                violation_error_message=_("The year lies between 1990 and 2100."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("coordination:practice-detail", args=[self.pk])
