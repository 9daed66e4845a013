"""The ledger of hectares: entries are added, never changed or removed."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency
from areas.models.area import Neighbourhood, SlumArea
from areas.models.decree import DecreeLine
from core.constraints import choices_known
from core.fields import HectaresField


class Outcome(models.TextChoices):
    """Three outcomes that are never added to each other (design 4.6)."""

    HANDLED = "handled", _("Handled")
    IMPROVED = "improved", _("Improved")
    CLEARED = "cleared", _("Out of slum")


class LedgerEntryQuerySet(models.QuerySet["LedgerEntry"]):
    def visible_to(self, user: Any) -> "LedgerEntryQuerySet":
        """Entries of the areas that the person may see."""
        return self.filter(decree_line__area__in=SlumArea.objects.visible_to(user))

    def known(
        self, *, as_of: date, known_at: datetime | None = None
    ) -> "LedgerEntryQuerySet":
        """Entries effective by `as_of`, and recorded before `known_at` if given."""
        entries = self.filter(effective_on__lte=as_of)
        return entries if known_at is None else entries.filter(recorded_at__lt=known_at)


class EntryKind(models.TextChoices):
    CREDIT = "credit", _("Credit")
    REVERSAL = "reversal", _("Reversal")


class LedgerEntry(models.Model):
    """Hectares of one unit for one outcome, under one decree line.

    A unit is an RT; where an area has none, it is the area itself by activity
    (`footprint` then names the activity). Triggers refuse UPDATE, DELETE and TRUNCATE
    and keep at most one live credit per unit, outcome and line (migration 0002).
    """

    Kind = EntryKind

    decree_line = models.ForeignKey(
        DecreeLine, on_delete=models.PROTECT, related_name="ledger"
    )
    neighbourhood = models.ForeignKey(
        Neighbourhood,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="ledger",
    )
    footprint = models.CharField(max_length=40, blank=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    hectares = HectaresField(_("hectares"))
    reverses = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reversed_by",
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    agency = models.ForeignKey(
        Agency,
        on_delete=models.PROTECT,
        related_name="ledger",
        verbose_name=_("reporting agency"),
    )
    cause = models.CharField(
        _("cause"), max_length=300, help_text=_("The activity, in its own words.")
    )
    period = models.CharField(_("period"), max_length=40)
    effective_on = models.DateField(_("effective on"))
    recorded_at = models.DateTimeField(_("recorded at"), auto_now_add=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    objects = LedgerEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        ordering = ["recorded_at", "pk"]
        indexes = [
            models.Index(
                fields=["decree_line", "outcome", "effective_on"],
                include=["hectares"],
                name="ledger_line_outcome",
            )
        ]
        constraints = [
            choices_known("outcome", Outcome, name="ledger_outcome_known"),
            choices_known("kind", EntryKind, name="ledger_kind_known"),
            models.CheckConstraint(
                condition=Q(kind="credit", hectares__gt=0, reverses=None)
                | (
                    Q(kind="reversal", hectares__lt=0, reverses__isnull=False)
                    & ~Q(reason="")
                ),
                name="ledger_credit_positive_reversal_explained",
            ),
            models.CheckConstraint(
                condition=Q(neighbourhood__isnull=False, footprint="")
                | (Q(neighbourhood=None) & ~Q(footprint="")),
                name="ledger_unit_is_rt_or_footprint",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("areas:ledger-entry", args=[self.pk])


class LiveCredit(models.Model):
    """The key of a credit that stands; the ledger's trigger writes it, nobody else."""

    entry = models.OneToOneField(
        LedgerEntry, on_delete=models.PROTECT, primary_key=True, related_name="live"
    )
    decree_line = models.ForeignKey(
        DecreeLine, on_delete=models.PROTECT, related_name="+"
    )
    neighbourhood = models.ForeignKey(
        Neighbourhood, on_delete=models.PROTECT, null=True, related_name="+"
    )
    footprint = models.CharField(max_length=40, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome)

    class Meta:
        verbose_name = _("live credit")
        verbose_name_plural = _("live credits")
        constraints = [
            models.UniqueConstraint(
                fields=["decree_line", "outcome", "neighbourhood", "footprint"],
                nulls_distinct=False,
                name="live_credit_once",
            )
        ]

    def __str__(self) -> str:
        return str(self.entry_id)
