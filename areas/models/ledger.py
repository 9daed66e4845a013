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
from areas.models.assessment import Assessment
from areas.models.decree import DecreeLine
from core.constraints import choices_known
from core.fields import HectaresField


class Outcome(models.TextChoices):
    """Three outcomes that are never added to each other (design 4.6), and the base.

    `decreed` is the base itself: only corrections of a decree line's hectares have it.
    """

    HANDLED = "handled", _("Handled")
    IMPROVED = "improved", _("Improved")
    CLEARED = "cleared", _("Out of slum")
    DECREED = "decreed", _("Area in decree")


WHOLE_AREA = "kawasan"  # the footprint of an outcome that a survey of the area decides


_UNLINKED = {"reverses": None, "relapse_of": None, "moved_from": None}
_WORK = ~Q(outcome="decreed")
# What each kind of entry must be like: its sign, its link, its reason.
KIND_RULES = (
    Q(kind="credit", hectares__gt=0, **_UNLINKED) & _WORK
    | Q(kind="reversal", reverses__isnull=False, relapse_of=None, moved_from=None)
    & _WORK
    & ~Q(reason="")
    & ~Q(hectares=0)
    | Q(
        kind="relapse",
        hectares__lt=0,
        relapse_of__isnull=False,
        reverses=None,
        moved_from=None,
        outcome__in=["improved", "cleared"],
    )
    | Q(
        kind="rebaseline",
        hectares__lt=0,
        reverses__isnull=False,
        relapse_of=None,
        moved_from=None,
    )
    & _WORK
    & ~Q(reason="")
    | Q(
        kind="rebaseline",
        hectares__gt=0,
        reverses=None,
        relapse_of=None,
        moved_from__isnull=False,
    )
    & _WORK
    & ~Q(reason="")
    | Q(kind="correction", outcome="decreed", method="document", **_UNLINKED)
    & ~Q(reason="")
    & ~Q(document="")
    & ~Q(hectares=0)
)


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
    """What an entry does (ADR 9).

    A credit opens a unit; a reversal takes an entry back because it never was right; a
    relapse ends what was right until then; a re-baseline moves a credit to the RT that
    took the place of another; an area correction changes the base of a decree line.
    """

    CREDIT = "credit", _("Credit")
    REVERSAL = "reversal", _("Reversal")
    RELAPSE = "relapse", _("Slum again")
    REBASELINE = "rebaseline", _("Re-baseline")
    AREA_CORRECTION = "correction", _("Area correction")


class EntryMethod(models.TextChoices):
    """How what the entry says was established."""

    DESK = "desk", _("desk")
    FIELD = "field", _("field")
    SURVEY = "survey", _("compared surveys")
    DOCUMENT = "document", _("document")


class Fund(models.TextChoices):
    """Where the money comes from (domain.md 5.2)."""

    APBN = "apbn", "APBN"
    APBD_PROVINCE = "apbd_province", _("Provincial budget (APBD)")
    APBD_REGENCY = "apbd_regency", _("Regency/city budget (APBD)")
    DAK = "dak", "DAK"
    DAK_PPKT = "dak_ppkt", "DAK PPKT"
    VILLAGE_FUND = "village_fund", _("Village fund")
    BSPS = "bsps", "BSPS"
    GRANT = "grant", _("Grant")
    CSR = "csr", "CSR"
    SELF_HELP = "self_help", _("Self-help")
    OTHER = "other", _("Other")


class LedgerSource(models.Model):
    """The work behind entries, as the figures group it: programme and fund.

    The ledger stands below the programmes, so it keeps its own row of each activity;
    `key` names it and is written by whoever posts its entries.
    """

    key = models.CharField(max_length=40, unique=True)
    activity = models.CharField(_("activity"), max_length=300)
    programme = models.CharField(_("programme"), max_length=350)
    programme_key = models.CharField(max_length=40)
    year = models.PositiveSmallIntegerField(_("year"))
    fund = models.CharField(_("source of funds"), max_length=20, choices=Fund)

    class Meta:
        verbose_name = _("source of entries")
        verbose_name_plural = _("sources of entries")
        ordering = ["programme", "activity", "pk"]
        indexes = [models.Index(fields=["programme_key"], name="ledger_source_prog")]

    def __str__(self) -> str:
        return self.activity


class LedgerEntry(models.Model):
    """Hectares of one unit for one outcome, under one decree line.

    A unit is an RT; where an area has none, it is the area itself by activity
    (`footprint` then names the activity). `improved` and `cleared` follow from surveys
    of the area, so their unit is the whole area. Triggers refuse UPDATE, DELETE and
    TRUNCATE and keep at most one live credit per unit, outcome and line (migration
    0002).
    """

    Kind = EntryKind
    Method = EntryMethod

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
    relapse_of = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="relapses",
    )
    moved_from = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="moved_to",
    )
    assessment = models.ForeignKey(
        Assessment,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="ledger",
    )
    source = models.ForeignKey(
        LedgerSource,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="ledger",
    )
    method = models.CharField(_("established by"), max_length=10, choices=EntryMethod)
    document = models.CharField(_("document number"), max_length=100, blank=True)
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
            choices_known("method", EntryMethod, name="ledger_method_known"),
            models.CheckConstraint(condition=KIND_RULES, name="ledger_kind_rules"),
            models.CheckConstraint(
                condition=Q(kind="correction", neighbourhood=None, footprint="")
                | (~Q(kind="correction") & Q(neighbourhood__isnull=False, footprint=""))
                | (~Q(kind="correction") & Q(neighbourhood=None) & ~Q(footprint="")),
                name="ledger_unit_is_rt_or_footprint",
            ),
            models.CheckConstraint(
                condition=~Q(outcome__in=["improved", "cleared"])
                | Q(assessment__isnull=False, footprint=WHOLE_AREA, method="survey"),
                name="ledger_survey_outcomes_have_survey",
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


class LineSum(models.Model):
    """Sums of the ledger, by all that figures group by; its trigger writes them.

    Figures of today and of any `as_of` add these up instead of the entries (ADR 10);
    `known_at` reads the entries. A data-health check proves both equal.
    """

    decree_line = models.ForeignKey(
        DecreeLine, on_delete=models.PROTECT, related_name="sums"
    )
    outcome = models.CharField(max_length=10, choices=Outcome)
    effective_on = models.DateField()
    method = models.CharField(max_length=10, choices=EntryMethod)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    source = models.ForeignKey(
        LedgerSource, on_delete=models.PROTECT, null=True, related_name="+"
    )
    hectares = HectaresField()
    entries = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("sum of entries")
        verbose_name_plural = _("sums of entries")
        indexes = [
            models.Index(
                fields=["decree_line", "outcome", "effective_on"],
                include=["hectares"],
                name="line_sum_lookup",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "decree_line",
                    "outcome",
                    "effective_on",
                    "method",
                    "agency",
                    "source",
                ],
                nulls_distinct=False,
                name="line_sum_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.decree_line_id} {self.outcome} {self.effective_on}"


class LineTotal(models.Model):
    """All entries of a decree line by outcome: one row a line, for figures of today.

    Right for every `as_of` from `last_effective_on` on; before that, figures add up
    `LineSum`. Written by the same trigger, proven by the same check. `corrected` is
    what area corrections add to the hectares that the decree prints.
    """

    decree_line = models.OneToOneField(
        DecreeLine, on_delete=models.PROTECT, primary_key=True, related_name="sum"
    )
    handled = HectaresField(default=0)
    improved = HectaresField(default=0)
    cleared = HectaresField(default=0)
    corrected = HectaresField(default=0)
    last_effective_on = models.DateField()

    class Meta:
        verbose_name = _("total of a decree line")
        verbose_name_plural = _("totals of decree lines")

    def __str__(self) -> str:
        return str(self.decree_line_id)
