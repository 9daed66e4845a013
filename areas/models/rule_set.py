"""Rule sets as rows: what a method of scoring measures, and its bands and bounds.

A published rule set never changes (trigger, migration 0004): an assessment names the
very rows it was scored with. Whoever wants another bound makes a new version.
"""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.access import holds
from agencies.roles import Permission
from areas.severity import (
    Denominator,
    HandlingPattern,
    Level,
    Scale,
    Severity,
    Wording,
)
from core.constraints import choices_known
from core.tracking import tracked


class RuleSetStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")


class RuleSetQuerySet(models.QuerySet["RuleSet"]):
    def visible_to(self, user: Any) -> "RuleSetQuerySet":
        """The published ones; administrators see the drafts as well."""
        if holds(user, Permission.ADMINISTER):
            return self.all()
        return self.published()

    def published(self) -> "RuleSetQuerySet":
        """Rule sets that surveys may name, the newest first."""
        return self.filter(status=RuleSetStatus.PUBLISHED).order_by(
            "-valid_from", "-version", "-pk"
        )

    def valid_on(self, day: date) -> "RuleSetQuerySet":
        """Published ones that hold on that day; the first is the one to use."""
        return self.published().filter(
            Q(valid_until=None) | Q(valid_until__gt=day), valid_from__lte=day
        )


@tracked()
class RuleSet(models.Model):
    """A method of scoring in one version: a Permen, or a correction of its tables."""

    Status = RuleSetStatus

    code = models.SlugField(
        _("code"),
        max_length=40,
        unique=True,
        help_text=_("As the API names it: permen-14-2018, then permen-14-2018-v2."),
    )
    method = models.SlugField(
        _("method"), max_length=30, help_text=_("The same for all versions.")
    )
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    title = models.CharField(_("title"), max_length=100)
    citation = models.CharField(_("citation"), max_length=200)
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(
        _("valid before"),
        null=True,
        blank=True,
        help_text=_("The first day on which it no longer holds."),
    )
    note = models.TextField(_("note"), blank=True)
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=RuleSetStatus,
        default=RuleSetStatus.DRAFT,
        editable=False,
    )
    based_on = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="revisions",
        verbose_name=_("based on"),
    )
    published_at = models.DateTimeField(_("published at"), null=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("published by"),
    )

    objects = RuleSetQuerySet.as_manager()

    class Meta:
        verbose_name = _("rule set")
        verbose_name_plural = _("rule sets")
        ordering = ["-valid_from", "-version", "-pk"]
        constraints = [
            choices_known("status", RuleSetStatus, name="rule_set_status_known"),
            models.UniqueConstraint(
                fields=["method", "version"],
                name="rule_set_version_once",
                violation_error_message=_("This method already has that version."),
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gt=F("valid_from")),
                name="rule_set_dates_ordered",
                violation_error_message=_("The end lies before the beginning."),
            ),
            models.CheckConstraint(
                condition=Q(status="draft", published_at=None)
                | Q(status="published", published_at__isnull=False),
                name="rule_set_published_at",
            ),
        ]

    def __str__(self) -> str:
        if self.version == 1:
            return self.title
        return f"{self.title} (v{self.version})"

    def get_absolute_url(self) -> str:
        return reverse("areas:rule-set-detail", args=[self.code])


@tracked()
class RuleAspect(models.Model):
    """One of the aspects whose means make the mean of an area."""

    rule_set = models.ForeignKey(
        RuleSet, on_delete=models.CASCADE, related_name="aspects"
    )
    code = models.CharField(_("code"), max_length=4)
    name = models.CharField(_("name"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("aspect")
        verbose_name_plural = _("aspects")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["rule_set", "code"],
                name="rule_aspect_once",
                violation_error_message=_("The rule set already has that code."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.code}. {self.wording}"

    @property
    def wording(self) -> Wording:
        return Wording(self.name, self.name_en)


@tracked()
class RuleIndicator(models.Model):
    """One criterion: what is measured, and what its volume is divided by."""

    rule_set = models.ForeignKey(
        RuleSet, on_delete=models.CASCADE, related_name="indicators"
    )
    aspect = models.CharField(_("aspect"), max_length=4, help_text=_("Its code."))
    code = models.CharField(_("code"), max_length=4)
    measure = models.SlugField(
        _("measure"),
        max_length=40,
        help_text=_("What is measured, whatever the rule set calls it."),
    )
    name = models.CharField(_("wording"), max_length=300)
    name_en = models.CharField(_("wording in English"), max_length=300, blank=True)
    short_name = models.CharField(_("short name"), max_length=100)
    short_name_en = models.CharField(
        _("short name in English"), max_length=100, blank=True
    )
    denominator = models.CharField(
        _("denominator"),
        max_length=20,
        choices=Denominator,
        help_text=_("It gives the volume its unit as well."),
    )
    source = models.CharField(_("source"), max_length=300, blank=True)
    is_verified = models.BooleanField(_("verified"), default=False)

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        ordering = ["code"]
        constraints = [
            choices_known(
                "denominator", Denominator, name="rule_indicator_denominator_known"
            ),
            models.UniqueConstraint(
                fields=["rule_set", "code"],
                name="rule_indicator_once",
                violation_error_message=_("The rule set already has that code."),
            ),
            models.UniqueConstraint(
                fields=["rule_set", "measure"],
                name="rule_indicator_measure_once",
                violation_error_message=_("The rule set measures that already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.short_wording}"

    @property
    def wording(self) -> Wording:
        return Wording(self.name, self.name_en)

    @property
    def short_wording(self) -> Wording:
        return Wording(self.short_name, self.short_name_en)


@tracked()
class RuleBound(models.Model):
    """From `lowest` on, `result` holds: bands, class bounds, density, levels."""

    rule_set = models.ForeignKey(
        RuleSet, on_delete=models.CASCADE, related_name="bounds"
    )
    scale = models.CharField(_("scale"), max_length=20, choices=Scale)
    lowest = models.DecimalField(_("from"), max_digits=9, decimal_places=2)
    result = models.CharField(
        _("result"),
        max_length=20,
        help_text=_(
            "A score (5), a severity (heavy, moderate, light), a level (high, medium)"
            " or legal."
        ),
    )
    source = models.CharField(_("source"), max_length=300, blank=True)
    is_verified = models.BooleanField(_("verified"), default=False)

    class Meta:
        verbose_name = _("bound")
        verbose_name_plural = _("bounds")
        ordering = ["scale", "-lowest"]
        constraints = [
            choices_known("scale", Scale, name="rule_bound_scale_known"),
            models.UniqueConstraint(
                fields=["rule_set", "scale", "lowest"],
                name="rule_bound_once",
                violation_error_message=_("The scale already has that bound."),
            ),
            models.CheckConstraint(
                condition=Q(lowest__gte=0),
                name="rule_bound_not_negative",
                violation_error_message=_("A bound cannot be negative."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_scale_display()}: ≥ {self.lowest:f} → {self.result}"


@tracked()
class RuleDecision(models.Model):
    """Severity × considerations × land → priority, its letter code, the pattern."""

    rule_set = models.ForeignKey(
        RuleSet, on_delete=models.CASCADE, related_name="decisions"
    )
    severity = models.CharField(_("severity"), max_length=10, choices=Severity)
    consideration = models.CharField(_("considerations"), max_length=10, choices=Level)
    is_legal = models.BooleanField(_("legal land"))
    priority = models.PositiveSmallIntegerField(_("priority"))
    code = models.CharField(_("letter code"), max_length=4)
    pattern = models.CharField(
        _("pattern of handling"), max_length=20, choices=HandlingPattern
    )
    source = models.CharField(_("source"), max_length=300, blank=True)
    is_verified = models.BooleanField(_("verified"), default=False)

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["priority", "-is_legal"]
        constraints = [
            choices_known("severity", Severity, name="rule_decision_severity_known"),
            choices_known(
                "consideration", Level, name="rule_decision_consideration_known"
            ),
            choices_known(
                "pattern", HandlingPattern, name="rule_decision_pattern_known"
            ),
            models.UniqueConstraint(
                fields=["rule_set", "severity", "consideration", "is_legal"],
                name="rule_decision_once",
                violation_error_message=_("The table already has that row."),
            ),
            models.CheckConstraint(
                condition=Q(priority__range=(1, 9)),
                name="rule_decision_priority_range",
                violation_error_message=_("The priority lies between 1 and 9."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.priority} {self.code}"
