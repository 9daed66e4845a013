"""Results that somebody published without volumes: kept apart, never re-computed."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.access import current_memberships
from agencies.models import Region
from areas.models.rule_set import RuleSet
from areas.severity import Severity
from core.constraints import choices_known
from core.fields import HectaresField
from core.tracking import tracked


class PublishedSourceQuerySet(models.QuerySet["PublishedSource"]):
    def visible_to(self, user: Any) -> "PublishedSourceQuerySet":
        """All of them for every member of an agency: they were published anyway."""
        return self if current_memberships(user) else self.none()


@tracked()
class PublishedSource(models.Model):
    """A document with scores but without denominators, as somebody published it.

    Its figures cannot be re-computed, so no figure of ours ever uses them.
    """

    title = models.CharField(_("title"), max_length=200, unique=True)
    publisher = models.CharField(_("published by"), max_length=200)
    published_on = models.DateField(_("published on"))
    url = models.URLField(_("address"), max_length=500, blank=True)
    rule_set = models.ForeignKey(
        RuleSet,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("rule set"),
    )
    region = models.ForeignKey(
        Region,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("region"),
        help_text=_("The regency/city, where the application knows it."),
    )
    region_name = models.CharField(_("region as written"), max_length=100)
    mapping = models.JSONField(_("column mapping"), editable=False)
    imported_at = models.DateTimeField(_("imported at"), auto_now_add=True)
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("imported by"),
    )

    objects = PublishedSourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("published results")
        verbose_name_plural = _("published results")
        ordering = ["-published_on", "-pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("areas:published-detail", args=[self.pk])


class PublishedResultQuerySet(models.QuerySet["PublishedResult"]):
    def visible_to(self, user: Any) -> "PublishedResultQuerySet":
        return self.filter(source__in=PublishedSource.objects.visible_to(user))


@tracked()
class PublishedResult(models.Model):
    """One RT of such a document: its scores, and total and class as published.

    `scores` maps indicator codes to 0, 1, 3 or 5; `needs` maps them to what the source
    calls the need, as text in the source's own unit. `total` and `severity` are those
    of the source; `computed_total` is the sum of the scores.
    """

    source = models.ForeignKey(
        PublishedSource, on_delete=models.CASCADE, related_name="results"
    )
    row = models.PositiveIntegerField(_("row in the file"))
    district_name = models.CharField(_("kecamatan"), max_length=100, blank=True)
    village_name = models.CharField(_("kelurahan/desa"), max_length=100)
    hamlet_name = models.CharField(_("kampung"), max_length=100, blank=True)
    area_name = models.CharField(_("area name"), max_length=200, blank=True)
    rt_rw = models.CharField(_("RT/RW"), max_length=30, blank=True)
    village = models.ForeignKey(
        Region,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("village"),
    )
    hectares = HectaresField(_("area (ha)"), null=True)
    authority = models.CharField(_("authority as published"), max_length=40, blank=True)
    needs = models.JSONField(_("needs"), default=dict)
    scores = models.JSONField(_("scores"))
    computed_total = models.PositiveSmallIntegerField(_("sum of the scores"))
    total = models.PositiveSmallIntegerField(_("published total"))
    severity = models.CharField(
        _("published severity"), max_length=10, choices=Severity
    )

    objects = PublishedResultQuerySet.as_manager()

    class Meta:
        verbose_name = _("published result")
        verbose_name_plural = _("published results per RT")
        ordering = ["source", "row"]
        constraints = [
            choices_known("severity", Severity, name="published_severity_known"),
            models.UniqueConstraint(
                fields=["source", "row"], name="published_row_once"
            ),
            models.CheckConstraint(
                condition=Q(hectares=None) | Q(hectares__gte=0),
                name="published_hectares_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.village_name} {self.rt_rw}"
