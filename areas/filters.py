"""Filters of areas, RT, decrees and surveys: one set for page, CSV and API."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import django_filters
from django.db.models import BigIntegerField, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_filters.fields import ModelChoiceField

from agencies.models import Agency, Region
from areas.area_figures import ALL_ENTRIES, EntryScope, with_area_figures
from areas.figures import NOT_ASSESSED, NOT_GIVEN, Figures, figures
from areas.models import (
    AreaVillage,
    Assessment,
    Decree,
    DecreeLine,
    LedgerSource,
    LineSum,
    Neighbourhood,
    SlumArea,
)
from areas.models.ledger import EntryMethod, Fund
from areas.rule_set_filters import published_rule_sets
from areas.rules import Authority, Severity
from core.forms import DateInput
from core.views import filter_summary

LAST_YEAR = 2200
LONGEST_NUMBER = 20  # digits; more are no key and no year
IN_FORCE = (("yes", _("In force today")), ("no", _("Not in force today")))
REVIEW = (("due", _("due for review")), ("not_due", _("not due yet")))


def regencies(request: HttpRequest | None) -> QuerySet[Region]:
    """The regencies and cities in which the person sees areas."""
    if request is None:
        return Region.objects.none()
    areas = SlumArea.objects.visible_to(request.user)
    return Region.objects.filter(pk__in=areas.order_by().values("regency"))


def decrees(request: HttpRequest | None) -> QuerySet[Decree]:
    """The decrees that the person sees and that count; a draft has no figures."""
    if request is None:
        return Decree.objects.none()
    seen = Decree.objects.visible_to(request.user)
    return seen.exclude(status=Decree.Status.DRAFT)


def areas(request: HttpRequest | None) -> QuerySet[SlumArea]:
    """The areas that the person sees."""
    if request is None:
        return SlumArea.objects.none()
    return SlumArea.objects.visible_to(request.user)


@dataclass(frozen=True, slots=True)
class FigureQuery:
    """What the figures of a request are asked as: day, moment of knowing, entries."""

    as_of: date
    known_at: datetime | None = None
    entries: EntryScope = ALL_ENTRIES

    def of(self, areas: QuerySet, *, at_once: bool = False) -> QuerySet:
        """The areas with their figures as asked; `at_once` for sums over many."""
        return with_area_figures(
            areas,
            as_of=self.as_of,
            known_at=self.known_at,
            entries=self.entries,
            at_once=at_once,
        )

    def figures(
        self, areas: QuerySet, filters: Mapping[str, str] | None = None
    ) -> Figures:
        """The figures of these areas as asked; `filters` are the query behind them."""
        return figures(
            areas,
            as_of=self.as_of,
            known_at=self.known_at,
            entries=self.entries,
            filters=filters,
        )


def as_of(request: HttpRequest) -> date:
    """The day of the figures: `as_of` of the address, else today."""
    try:
        asked = parse_date(request.GET.get("as_of", ""))
    except ValueError:
        asked = None
    return asked or timezone.localdate()


def known_at(request: HttpRequest) -> datetime | None:
    """`known_at` of the address: the figures as they were known before that moment.

    A day means its end, so that what was recorded on it counts.
    """
    text = request.GET.get("known_at", "")
    try:
        day = parse_date(text)
        moment = parse_datetime(text) if day is None else None
    except ValueError:
        return None
    if day is not None:
        moment = datetime.combine(day + timedelta(days=1), time.min)
    if moment is None or timezone.is_aware(moment):
        return moment
    return timezone.make_aware(moment)


def figure_query(request: HttpRequest) -> FigureQuery:
    """How the request asks its figures. What cannot be read, its FilterSet refuses."""
    asked = request.GET

    def number(name: str, most: int) -> int | None:
        text = asked.get(name, "")
        if not (text.isascii() and text.isdigit() and len(text) < LONGEST_NUMBER):
            return None
        return int(text) if int(text) <= most else None

    entries = EntryScope(
        agency=number("agency", BigIntegerField.MAX_BIGINT),
        fund=asked.get("fund", ""),
        programme=asked.get("programme", ""),
        year=number("year", LAST_YEAR),
        method=asked.get("method", ""),
    )
    return FigureQuery(as_of(request), known_at(request), entries)


def stand_in_files(as_of: date | None, known_at: datetime | None) -> dict[str, str]:
    """The day of a file, and until when its rows were recorded: as asked, or now."""
    known = timezone.localtime(known_at or timezone.now())
    return {
        gettext("State of"): as_of.isoformat() if as_of else "",
        gettext("Recorded before"): known.isoformat(timespec="seconds"),
    }


def asked_filters(query: Mapping[str, str], filterset: Any) -> dict[str, str]:
    """What the address asks of the filters, name by name; blank ones left out.

    `filterset` is a FilterSet or its class.
    """
    names = filterset.base_filters
    return {name: query.get(name, "") for name in names if query.get(name)}


def reporting_agencies(request: HttpRequest | None) -> QuerySet[Agency]:
    """The agencies with entries that the person sees."""
    if request is None:
        return Agency.objects.none()
    sums = _visible_sums(request)
    return Agency.objects.filter(Exists(sums.filter(agency=OuterRef("pk"))))


def _visible_sums(request: HttpRequest) -> QuerySet[LineSum]:
    """What stands for the entries that the person sees: far fewer rows (ADR 10)."""
    visible = SlumArea.objects.visible_to(request.user)
    return LineSum.objects.filter(decree_line__area__in=visible)


def programmes(request: HttpRequest | None) -> QuerySet[LedgerSource]:
    """One row of the ledger's sources for each programme with entries in scope."""
    if request is None:
        return LedgerSource.objects.none()
    sums = _visible_sums(request)
    named = LedgerSource.objects.filter(Exists(sums.filter(source=OuterRef("pk"))))
    first = named.order_by("programme_key", "pk").distinct("programme_key")
    return LedgerSource.objects.filter(pk__in=first.values("pk"))


class ProgrammeField(ModelChoiceField):
    """A programme by its name; the address has its key."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.programme} ({obj.year})"


class ProgrammeFilter(django_filters.ModelChoiceFilter):
    field_class = ProgrammeField


class EntryFilters(django_filters.FilterSet):
    """Which entries the outcomes count: the figures have them already.

    `figure_query` reads the same names from the address, before any filtering.
    """

    agency = django_filters.ModelChoiceFilter(
        queryset=reporting_agencies,
        method="unchanged",
        label=_("Reporting agency"),
        empty_label=_("all"),
    )
    fund = django_filters.ChoiceFilter(
        choices=[*Fund.choices, (NOT_GIVEN, _("not given"))],
        method="unchanged",
        label=_("Source of funds"),
        empty_label=_("all"),
    )
    programme = ProgrammeFilter(
        queryset=programmes,
        to_field_name="programme_key",
        method="unchanged",
        label=_("Programme"),
        empty_label=_("all"),
        null_label=_("not given"),
        null_value=NOT_GIVEN,
    )
    year = django_filters.NumberFilter(
        method="unchanged",
        label=_("Year of the work"),
        min_value=1990,
        max_value=LAST_YEAR,
        decimal_places=0,
    )
    method = django_filters.ChoiceFilter(
        choices=EntryMethod.choices,
        method="unchanged",
        label=_("Established by"),
        empty_label=_("all"),
    )
    as_of = django_filters.DateFilter(
        method="unchanged",
        label=_("State of"),
        widget=DateInput,
        input_formats=["%Y-%m-%d"],
    )
    known_at = django_filters.IsoDateTimeFilter(
        method="unchanged", label=_("As known at the end of"), widget=DateInput
    )

    # Which entries count; the form keeps them closed until one is used.
    entry_names = ("agency", "fund", "programme", "year", "method")
    advanced: tuple[str, ...] = (*entry_names, "known_at")

    @property
    def uses_advanced(self) -> bool:
        return any(self.data.get(name) for name in self.advanced)

    @property
    def entry_summary(self) -> list[tuple[str, str]]:
        """The filters of entries in force, as (label, value) texts."""
        fields = self.form.fields
        labels = {str(fields[name].label) for name in self.entry_names}
        return [pair for pair in filter_summary(self) if pair[0] in labels]

    def unchanged(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        """The figures have it: see `figure_query`."""
        return queryset


class SlumAreaFilter(EntryFilters):
    """Of areas with the figures of `figure_query`."""

    q = django_filters.CharFilter(method="named", label=_("Area or village"))
    regency = django_filters.ModelChoiceFilter(
        queryset=regencies, label=_("Regency/city"), empty_label=_("all")
    )
    severity = django_filters.ChoiceFilter(
        choices=[*Severity.choices, (NOT_ASSESSED, _("Not assessed"))],
        method="of_class",
        label=_("Severity"),
        empty_label=_("all"),
    )
    authority = django_filters.ChoiceFilter(
        choices=Authority.choices, label=_("Authority"), empty_label=_("all")
    )
    decree = django_filters.ModelChoiceFilter(
        queryset=decrees,
        method="under_decree",
        label=_("Decree in force"),
        empty_label=_("all"),
    )
    typology = django_filters.ChoiceFilter(
        choices=[*SlumArea.Typology.choices, (NOT_GIVEN, _("not given"))],
        method="of_typology",
        label=_("Typology"),
        empty_label=_("all"),
    )

    advanced = ("decree", "typology", *EntryFilters.advanced)

    class Meta:
        model = SlumArea
        fields = ("q", "regency", "severity", "authority", "as_of")  # these first

    def named(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """The area's name, or that of a village over which it stretches."""
        villages = AreaVillage.objects.filter(
            area=OuterRef("pk"), village__name__icontains=value
        )
        return queryset.filter(Q(name__icontains=value) | Exists(villages))

    def of_class(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(severity=None if value == NOT_ASSESSED else value)

    def under_decree(self, queryset: QuerySet, name: str, value: Decree) -> QuerySet:
        """Areas that count under this decree, so that its figures add up."""
        lines = DecreeLine.objects.filter(decree=value)
        return queryset.filter(line_id__in=lines.values("pk"))

    def of_typology(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(typology="" if value == NOT_GIVEN else value)


class NeighbourhoodFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(
        field_name="rt_rw", lookup_expr="icontains", label=_("RT/RW")
    )
    area = django_filters.ModelChoiceFilter(queryset=areas, label=_("Area"))
    village = django_filters.CharFilter(
        field_name="village_id", label=_("Code of the village")
    )

    class Meta:
        model = Neighbourhood
        fields: list[str] = []


class DecreeFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="named", label=_("Number or title"))
    level = django_filters.ChoiceFilter(
        choices=Decree.Level.choices, label=_("Issued by"), empty_label=_("all")
    )
    in_force = django_filters.ChoiceFilter(
        choices=IN_FORCE, method="holding", label=_("In force"), empty_label=_("all")
    )
    status = django_filters.ChoiceFilter(
        choices=Decree.Status.choices, label=_("Status"), empty_label=_("all")
    )
    scope = django_filters.ChoiceFilter(
        choices=Decree.Scope.choices,
        label=_("About areas under"),
        empty_label=_("all"),
    )
    review = django_filters.ChoiceFilter(
        choices=REVIEW, method="reviewed", label=_("Review"), empty_label=_("all")
    )

    class Meta:
        model = Decree
        fields: list[str] = []

    def named(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(Q(number__icontains=value) | Q(title__icontains=value))

    def holding(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        holding = Decree.objects.in_force(timezone.localdate()).values("pk")
        if value == "yes":
            return queryset.filter(pk__in=holding)
        return queryset.exclude(pk__in=holding)

    def reviewed(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Of the decrees that hold today: the review has come, or not yet."""
        today = timezone.localdate()
        due = Decree.objects.review_due(today).values("pk")
        if value == "due":
            return queryset.filter(pk__in=due)
        holding = Decree.objects.in_force(today).values("pk")
        return queryset.filter(pk__in=holding).exclude(pk__in=due)


class AssessmentFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(
        field_name="area__name", lookup_expr="icontains", label=_("Area")
    )
    regency = django_filters.ModelChoiceFilter(
        field_name="area__regency",
        queryset=regencies,
        label=_("Regency/city"),
        empty_label=_("all"),
    )
    status = django_filters.ChoiceFilter(
        choices=Assessment.Status.choices, label=_("Status"), empty_label=_("all")
    )
    severity = django_filters.ChoiceFilter(
        choices=Severity.choices, label=_("Severity"), empty_label=_("all")
    )
    rule_set = django_filters.ModelChoiceFilter(
        queryset=published_rule_sets,
        to_field_name="code",
        label=_("Rule set"),
        empty_label=_("all"),
    )
    basis = django_filters.ChoiceFilter(
        choices=Assessment.Basis.choices,
        label=_("What was surveyed"),
        empty_label=_("all"),
    )
    year = django_filters.NumberFilter(
        field_name="surveyed_on",
        lookup_expr="year",
        label=_("Year of the survey"),
        min_value=1990,
        max_value=LAST_YEAR,
    )

    class Meta:
        model = Assessment
        fields: list[str] = []


class AssessmentApiFilter(AssessmentFilter):
    """Programs also ask for one area."""

    area = django_filters.ModelChoiceFilter(queryset=areas, label=_("Area"))
