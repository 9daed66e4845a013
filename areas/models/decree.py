"""Decrees (SK): who fixed which areas at how many hectares, when."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import (
    Count,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Cast, Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.access import scope_of
from agencies.models import Region
from areas.models.area import SlumArea
from areas.rights import editable_decrees_q
from core.constraints import choices_known
from core.fields import HectaresField
from core.tracking import tracked


class DecreeQuerySet(models.QuerySet["Decree"]):
    def visible_to(self, user: Any) -> "DecreeQuerySet":
        """Decrees of the own region or above it, and those naming a visible area.

        Drafts are seen only by who may edit them.
        """
        lines = DecreeLine.objects.filter(
            decree=OuterRef("pk"), area__in=SlumArea.objects.visible_to(user)
        )
        scope = scope_of(user)
        above = {code for region in scope.regions for code in _above(region)}
        return self.filter(
            scope.regions_q("region_id") | Q(region__in=above) | Exists(lines)
        ).filter(~Q(status="draft") | editable_decrees_q(user))

    def with_totals(self) -> "DecreeQuerySet":
        """Add the count of lines, and their sums as printed and as they are now.

        `hectares` has the area corrections, `printed_hectares` is without them.
        """
        lines = (
            DecreeLine.objects.filter(decree=OuterRef("pk")).order_by().values("decree")
        )
        count = lines.annotate(count=Count("pk")).values("count")
        printed = lines.annotate(all=Sum("hectares")).values("all")
        now = lines.annotate(
            all=Sum(F("hectares") + Coalesce("sum__corrected", Decimal(0)))
        ).values("all")
        return self.annotate(
            area_count=Coalesce(Subquery(count), 0),
            hectares=Subquery(now),
            printed_hectares=Subquery(printed),
        )

    def review_due(self, on: date) -> "DecreeQuerySet":
        """Decrees that hold on that day and whose `review_due_on` has come."""
        years = Func(
            Value(settings.DECREE_REVIEW_YEARS),
            template="make_interval(years => %(expressions)s)",
            output_field=DurationField(),
        )
        due = ExpressionWrapper(
            F("issued_on") + years, output_field=models.DateTimeField()
        )
        decrees = self.in_force(on).alias(due=Cast(due, models.DateField()))
        return decrees.filter(due__lte=on)

    def in_force(
        self, on: date, *, known_at: datetime | None = None
    ) -> "DecreeQuerySet":
        """Decrees that hold on that day (as was known then); the end is exclusive."""
        return self.filter(holding_q(on, known_at))


def decree_path(decree: "Decree", name: str) -> str:
    """Where the file is kept: by its content, never by the name that came with it."""
    return f"sk/{decree.file_sha256}.pdf"


def _above(code: str) -> list[str]:
    """The codes of the regions in which a region lies: `63` for `63.71`."""
    parts = code.split(".")
    return [".".join(parts[:length]) for length in range(1, len(parts))]


class DecreeStatus(models.TextChoices):
    """A draft counts nowhere; a superseded one still counts for the days it held."""

    DRAFT = "draft", _("Draft")
    IN_FORCE = "in_force", _("In force")
    SUPERSEDED = "superseded", _("Superseded")


class DecreeScope(models.TextChoices):
    """Which areas of its region a decree is about, by the authority over them."""

    ALL = "all", _("all authorities")
    REGENCY = "regency", _("authority of the regency/city")
    PROVINCE = "province", _("authority of the province")
    CENTRAL = "central", _("authority of the central government")


class CountingUnit(models.TextChoices):
    """Whose hectares decide on the authority: the area's, or those of its village."""

    AREA = "area", _("per area")
    VILLAGE = "village", _("per village (desa/kelurahan)")


class DecreeLevel(models.TextChoices):
    GOVERNOR = "governor", _("Governor")
    REGENT = "regent", _("Regent")
    MAYOR = "mayor", _("Mayor")


@tracked()
class Decree(models.Model):
    """A surat keputusan fixing where slum areas lie (Permen 14/2018 Ps. 37)."""

    Level = DecreeLevel
    Status = DecreeStatus
    Scope = DecreeScope
    CountingUnit = CountingUnit

    number = models.CharField(_("decree number"), max_length=100, unique=True)
    title = models.CharField(_("about"), max_length=300, blank=True)
    level = models.CharField(_("issued by"), max_length=10, choices=Level)
    region = models.ForeignKey(
        Region,
        on_delete=models.PROTECT,
        related_name="decrees",
        verbose_name=_("region"),
        limit_choices_to={"level__in": [Region.Level.PROVINCE, Region.Level.REGENCY]},
    )
    scope = models.CharField(
        _("about areas under"), max_length=10, choices=Scope, default=Scope.ALL
    )
    counting_unit = models.CharField(
        _("authority is counted"),
        max_length=10,
        choices=CountingUnit,
        default=CountingUnit.AREA,
        help_text=_("As the decree names its unit: 10 and 15 ha are compared with it."),
    )
    supersedes = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="successors",
        verbose_name=_("supersedes"),
    )
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=Status,
        default=Status.DRAFT,
        editable=False,
    )
    enacted_at = models.DateTimeField(_("recorded as valid"), null=True, editable=False)
    ended_at = models.DateTimeField(_("end recorded"), null=True, editable=False)
    file = models.FileField(
        _("file (PDF)"), upload_to=decree_path, max_length=200, blank=True
    )
    file_name = models.CharField(max_length=200, blank=True, editable=False)
    file_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    issued_on = models.DateField(_("date of the decree"))
    in_force_from = models.DateField(_("in force from"))
    in_force_until = models.DateField(
        _("in force until"),
        null=True,
        blank=True,
        help_text=_("The first day on which it no longer holds; empty while it holds."),
    )
    is_demo = models.BooleanField(_("example data"), default=False, editable=False)

    objects = DecreeQuerySet.as_manager()

    class Meta:
        verbose_name = _("decree")
        verbose_name_plural = _("decrees")
        ordering = ["-issued_on", "number"]
        constraints = [
            choices_known("level", DecreeLevel, name="decree_level_known"),
            models.CheckConstraint(
                condition=Q(in_force_from__gte=F("issued_on")),
                name="decree_in_force_after_issue",
                violation_error_message=_(
                    "A decree cannot be in force before its own date."
                ),
            ),
            models.CheckConstraint(
                condition=Q(in_force_until=None)
                | Q(in_force_until__gt=F("in_force_from")),
                name="decree_in_force_ordered",
                violation_error_message=_("The end lies before the beginning."),
            ),
            choices_known("status", DecreeStatus, name="decree_status_known"),
            choices_known("scope", DecreeScope, name="decree_scope_known"),
            choices_known("counting_unit", CountingUnit, name="decree_unit_known"),
            models.CheckConstraint(
                condition=Q(status="draft", enacted_at=None, ended_at=None)
                | Q(status="in_force", enacted_at__isnull=False, ended_at=None)
                | Q(
                    status="superseded",
                    enacted_at__isnull=False,
                    ended_at__isnull=False,
                ),
                name="decree_status_agrees_with_stamps",
            ),
            models.CheckConstraint(
                condition=Q(status="superseded", in_force_until__isnull=False)
                | (~Q(status="superseded") & Q(in_force_until=None)),
                name="decree_end_only_when_superseded",
            ),
            models.UniqueConstraint(
                fields=["supersedes"],
                condition=~Q(status="draft"),
                name="decree_superseded_once",
                violation_error_message=_(
                    "Another decree has already superseded that one."
                ),
            ),
            ExclusionConstraint(
                name="decree_one_in_force",
                expressions=[
                    ("level", RangeOperators.EQUAL),
                    ("region", RangeOperators.EQUAL),
                    ("scope", RangeOperators.EQUAL),
                    ("is_demo", RangeOperators.EQUAL),
                    (
                        Func(
                            "in_force_from",
                            "in_force_until",
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=~Q(status="draft"),
                violation_error_message=_(
                    "Another decree of this issuer about the same areas holds on those"
                    " days. Say which decree it supersedes."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("areas:decree-detail", args=[self.pk])

    @property
    def is_draft(self) -> bool:
        return self.status == DecreeStatus.DRAFT

    @property
    def is_per_village(self) -> bool:
        """Whether 10 and 15 ha are compared with all hectares of a village."""
        return self.counting_unit == CountingUnit.VILLAGE

    def is_in_force(self, on: date) -> bool:
        """Whether the decree holds on that day; a draft never does."""
        return (
            not self.is_draft
            and self.in_force_from <= on
            and (self.in_force_until is None or on < self.in_force_until)
        )

    @property
    def review_due_on(self) -> date:
        """By when its areas have to be looked at again: at least every five years.

        Permen PUPR 14/2018 Pasal 38 (1): at least once in five years.
        """
        years = settings.DECREE_REVIEW_YEARS
        try:
            return self.issued_on.replace(year=self.issued_on.year + years)
        except ValueError:  # 29 February
            return self.issued_on.replace(year=self.issued_on.year + years, day=28)


class DecreeLineQuerySet(models.QuerySet["DecreeLine"]):
    def visible_to(self, user: Any) -> "DecreeLineQuerySet":
        """Lines of the areas that the person may see; of drafts, see `Decree`."""
        return self.filter(area__in=SlumArea.objects.visible_to(user)).filter(
            ~Q(decree__status="draft") | editable_decrees_q(user, "decree__")
        )

    def in_force(
        self, on: date, *, known_at: datetime | None = None
    ) -> "DecreeLineQuerySet":
        """One line per area: of the decrees that hold on that day, the latest.

        An area named by a mayor and by the governor counts once, under the newer one.
        With `known_at`, as it was written down then.
        """
        candidates = _holding(on, known_at).filter(area=OuterRef("area"))
        latest = candidates.order_by(*LATEST).values("pk")[:1]
        return self.filter(pk=Subquery(latest))

    def all_in_force(
        self, on: date, *, known_at: datetime | None = None
    ) -> "DecreeLineQuerySet":
        """The same, found for every area at once: for figures over many areas.

        The planner then knows that there is about one line an area, and does not
        compare each area with each line.
        """
        holding = _holding(on, known_at)
        latest = holding.order_by("area_id", *LATEST).distinct("area_id")
        return self.filter(pk__in=latest.values("pk"))


LATEST = ("-decree__issued_on", "-decree__pk")


def holding_q(on: date, known_at: datetime | None, prefix: str = "") -> Q:
    """The condition that a decree holds on that day, as was known before `known_at`.

    A decree entered later did not hold yet, and an end entered later was not known.
    """

    def q(name: str, value: Any) -> Q:
        return Q(**{f"{prefix}{name}": value})

    not_ended = q("in_force_until", None) | q("in_force_until__gt", on)
    if known_at is None:
        return ~q("status", "draft") & q("in_force_from__lte", on) & not_ended
    return (
        q("enacted_at__lt", known_at)
        & q("in_force_from__lte", on)
        & (not_ended | q("ended_at__gte", known_at))
    )


def _holding(on: date, known_at: datetime | None) -> "DecreeLineQuerySet":
    """The lines of all decrees that hold on that day."""
    lines = DecreeLine.objects.filter(holding_q(on, known_at, "decree__"))
    return lines if known_at is None else lines.filter(recorded_at__lt=known_at)


@tracked()
class DecreeLine(models.Model):
    """One area at the hectares that the decree prints. The ledger counts under a line.

    Once the decree holds, a trigger keeps the line as it is: what was printed wrong is
    corrected by an entry of the ledger, what changed by a new decree. `village` is
    named where the decree counts the authority per village.
    """

    decree = models.ForeignKey(
        Decree,
        on_delete=models.PROTECT,
        related_name="lines",
        verbose_name=_("decree"),
    )
    area = models.ForeignKey(
        SlumArea,
        on_delete=models.PROTECT,
        related_name="decree_lines",
        verbose_name=_("slum area"),
    )
    hectares = HectaresField(_("decreed area (ha)"))
    village = models.ForeignKey(
        Region,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("village"),
        limit_choices_to={"level": Region.Level.VILLAGE},
    )
    recorded_at = models.DateTimeField(auto_now_add=True, editable=False)

    objects = DecreeLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("decree line")
        verbose_name_plural = _("decree lines")
        ordering = ["area__name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["decree", "area"],
                name="decree_line_area_once",
                violation_error_message=_("The area is already in this decree."),
            ),
            models.CheckConstraint(
                condition=Q(hectares__gt=0),
                name="decree_line_hectares_positive",
                violation_error_message=_("The area must be above 0 ha."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.decree_id}/{self.area_id}"

    @property
    def hectares_now(self) -> Decimal:
        """As printed, plus the area corrections of the ledger; select `sum` along."""
        total = getattr(self, "sum", None)
        return self.hectares + (total.corrected if total else 0)
