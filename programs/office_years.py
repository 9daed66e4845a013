"""The timeliness of offices over the periods of a year, as the page and files show it.

A row per office with its duty of each period; the shares count what is judged already.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django_filters import FilterSet

from agencies.models import Agency
from programs.calendar_filters import reporting_agencies
from programs.duties import Duty, duties_of
from programs.models import ReportingPeriod
from programs.timeliness import Share


@dataclass(frozen=True, slots=True)
class OfficeYear:
    """One office: its duties by the key of their period."""

    agency: Agency
    duties: Mapping[int, Duty]

    @property
    def share(self) -> Share:
        return _share(self.duties.values())


@dataclass(frozen=True, slots=True)
class Board:
    """The offices and the periods that a filter chose."""

    periods: Sequence[ReportingPeriod] = ()
    rows: Sequence[OfficeYear] = field(default_factory=list)

    @property
    def duties(self) -> list[Duty]:
        return [duty for row in self.rows for duty in row.duties.values()]

    @property
    def share(self) -> Share:
        return _share(self.duties)

    def share_of(self, period: ReportingPeriod) -> Share:
        """That of all offices in one period."""
        return _share(duty for duty in self.duties if duty.period.pk == period.pk)


def _share(duties: Iterable[Duty]) -> Share:
    return Share.of(duty.timing for duty in duties if duty.is_owed)


def called_periods(on: date) -> QuerySet[ReportingPeriod]:
    """What timeliness is asked of: the called periods that have opened, in order."""
    return ReportingPeriod.objects.called(on).order_by("starts_on", "ends_before", "pk")


def board_of(filterset: FilterSet, on: date) -> Board:
    """What a valid `TimelinessFilter` over `called_periods` finds, in four queries."""
    periods = list(filterset.qs)
    agencies: Any = reporting_agencies(filterset.request).order_by("short_name", "pk")
    if chosen := filterset.form.cleaned_data.get("agency"):
        agencies = agencies.filter(pk=chosen.pk)
    offices = list(agencies)
    by_office: dict[int, dict[int, Duty]] = {office.pk: {} for office in offices}
    for duty in duties_of(agencies, periods, on):
        by_office[duty.agency.pk][duty.period.pk] = duty
    return Board(periods, [OfficeYear(a, by_office[a.pk]) for a in offices])
