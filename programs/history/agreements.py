"""How far later surveys agree with baseline − verified volumes, counted two ways."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django_filters import FilterSet

from programs.history.queries import Agreement, agreements_of
from programs.history.rules import Tally


@dataclass(frozen=True, slots=True)
class Agreed:
    """How many of these indicators agree; `touched` are those with verified volumes."""

    label: str
    per_rt: Tally
    by_area: Tally
    touched_per_rt: Tally
    touched_by_area: Tally
    url: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """The rows of a list, and the agreement of the surveys behind it.

    The sums leave the filters `same` and `touched` aside: of rows chosen because they
    differ, none agrees.
    """

    rows: Sequence[Agreement]
    overall: Agreed
    years: Sequence[Agreed]
    surveys: Sequence[Agreed]


def found_by(filterset: FilterSet) -> Found:
    """What a valid filter finds, in the order of area, date and indicator."""
    chosen: Mapping[str, Any] = filterset.form.cleaned_data
    rows = agreements_of(filterset.qs, chosen["indicator"])
    return Found(
        [row for row in rows if _is_chosen(row, chosen)],
        agreed("", rows),
        _by_year(rows),
        _by_survey(rows),
    )


def agreed(label: str, rows: Iterable[Agreement], url: str = "") -> Agreed:
    every = list(rows)
    touched = [row for row in every if row.is_touched]
    return Agreed(
        label,
        *_tallies(every),
        *_tallies(touched),
        url=url,
    )


def _tallies(rows: Sequence[Agreement]) -> tuple[Tally, Tally]:
    per_rt = sum(row.comparison.is_same for row in rows)
    by_area = sum(row.comparison.is_same_by_area for row in rows)
    return Tally(per_rt, len(rows)), Tally(by_area, len(rows))


def _is_chosen(row: Agreement, chosen: Mapping[str, Any]) -> bool:
    same, touched = chosen["same"], chosen["touched"]
    return (not same or row.comparison.is_same == (same == "yes")) and (
        not touched or row.is_touched == (touched == "yes")
    )


def _by_year(rows: Iterable[Agreement]) -> list[Agreed]:
    groups: dict[int, list[Agreement]] = {}
    for row in rows:
        groups.setdefault(row.year, []).append(row)
    return [agreed(str(year), groups[year]) for year in sorted(groups)]


def _by_survey(rows: Iterable[Agreement]) -> list[Agreed]:
    """By area and survey, those that agree least first."""
    groups: dict[int, list[Agreement]] = {}
    for row in rows:
        groups.setdefault(row.survey.pk, []).append(row)
    found = [
        agreed(f"{group[0].area} {group[0].year}", group, group[0].get_absolute_url())
        for group in groups.values()
    ]
    return sorted(found, key=lambda row: row.per_rt.share or 0)
