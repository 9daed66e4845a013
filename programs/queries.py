"""What pages and services ask about many activities at once, in few queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from areas.models import (
    Assessment,
    DecreeLine,
    IndicatorValue,
    LedgerEntry,
    LiveCredit,
    Neighbourhood,
)
from areas.models.ledger import Outcome
from areas.unit_history import Lineage
from programs.history.rules import target_of
from programs.models import (
    Activity,
    ActivityUnit,
    FundingLeg,
    ReportingPeriod,
    ReportLine,
)
from programs.rules import ZERO, Before

CreditKey = tuple[int, int | None, str]


@dataclass(frozen=True, slots=True)
class Baseline:
    """The volume that a survey found for an activity's indicator in its RT."""

    volume: Decimal
    surveyed_on: date


def footprint_of(activity_id: int) -> str:
    """What stands for an RT in the ledger where the area has none (design 4.5)."""
    return f"activity:{activity_id}"


def decree_lines_in_force(areas: Collection[int], on: date) -> dict[int, DecreeLine]:
    """The decree line that counts on that day, by area; absent where there is none."""
    lines = DecreeLine.objects.in_force(on).filter(area__in=areas)
    lines = lines.select_related("decree", "area", "sum")
    return {line.area_id: line for line in lines}


def live_credits(lines: Iterable[DecreeLine]) -> dict[CreditKey, LedgerEntry]:
    """The handled credits that stand under these lines, by line and unit."""
    kept = LiveCredit.objects.filter(
        decree_line__in=[line.pk for line in lines], outcome=Outcome.HANDLED
    ).select_related("entry__agency")
    return {_key_of(row): row.entry for row in kept}


def standing_for(entries: Iterable[LedgerEntry]) -> dict[int, list[LedgerEntry]]:
    """The credits that stand now for what each entry counted, by its key.

    The entry itself while it stands; after a correction the one of its unit, after an
    RT gave way to others theirs; none where it was taken back. Two queries.
    """
    asked = list(entries)
    lines = {entry.decree_line_id for entry in asked}
    kept = LiveCredit.objects.filter(decree_line__in=lines, outcome=Outcome.HANDLED)
    live = {_key_of(row): row.entry for row in kept.select_related("entry__agency")}
    heirs: dict[int, list[LedgerEntry]] = defaultdict(list)
    for heir in LedgerEntry.objects.filter(
        decree_line__in=lines, moved_from__isnull=False
    ):
        heirs[heir.moved_from_id or 0].append(heir)

    def standing(entry: LedgerEntry) -> list[LedgerEntry]:
        if found := live.get(_key_of(entry)):
            return [found]
        return [now for heir in heirs[entry.pk] for now in standing(heir)]

    return {entry.pk: standing(entry) for entry in asked}


def _key_of(row: LedgerEntry | LiveCredit) -> CreditKey:
    return (row.decree_line_id, row.neighbourhood_id, row.footprint)


def units_of_areas(areas: Collection[int]) -> dict[int, list[Neighbourhood]]:
    """The RT of each area, in order; areas without RT are absent."""
    units: dict[int, list[Neighbourhood]] = defaultdict(list)
    for unit in Neighbourhood.objects.filter(area__in=areas).defer("outline"):
        units[unit.area_id].append(unit)
    return dict(units)


def units_of_activities(activities: Collection[int]) -> dict[int, list[int]]:
    """The keys of the RT that each activity names; absent where it covers its area."""
    units: dict[int, list[int]] = defaultdict(list)
    rows = ActivityUnit.objects.filter(activity__in=activities)
    for activity, unit in rows.values_list("activity", "neighbourhood"):
        units[activity].append(unit)
    return dict(units)


def before(
    activities: Collection[int], period: ReportingPeriod, *, paid_by: int | None = None
) -> dict[int, Before]:
    """What earlier periods' reports said of each activity; drafts say nothing yet.

    A year's report contains its quarters': where both exist, the year counts. With
    `paid_by`, the money of an activity that several pay for is that agency's alone.
    """
    shared = set(
        FundingLeg.objects.filter(activity__in=activities)
        .order_by()
        .values_list("activity", flat=True)
        if paid_by
        else ()
    )
    earlier = _counted(activities, report__period__ends_before__lte=period.starts_on)
    by_activity: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for (activity, _agency), series in earlier.items():
        by_activity[activity] += series
    return {
        activity: _summed(rows, paid_by if activity in shared else None)
        for activity, rows in by_activity.items()
    }


def spent_by(activities: Collection[int]) -> dict[tuple[int, int], Decimal]:
    """The money that each agency reported on each activity so far, drafts left out."""
    return {
        key: sum((row["spent"] or ZERO for row in series), ZERO)
        for key, series in _counted(activities).items()
    }


def _counted(
    activities: Collection[int], **during: Any
) -> dict[tuple[int, int], list[Mapping[str, Any]]]:
    """The reported lines by activity and agency, quarters inside a year left out."""
    lines = (
        ReportLine.objects.filter(activity__in=activities, **during)
        .exclude(report__status="draft")
        .order_by("report__period__starts_on", "-report__period__ends_before")
        .values(
            "activity",
            "volume",
            "spent",
            "physical_percent",
            "report__agency",
            "report__period__ends_before",
        )
    )
    counted: dict[tuple[int, int], list[Mapping[str, Any]]] = defaultdict(list)
    for line in lines:
        series = counted[line["activity"], line["report__agency"]]
        ends = line["report__period__ends_before"]
        if not series or ends > series[-1]["report__period__ends_before"]:
            series.append(line)
    return counted


def _summed(rows: list[Mapping[str, Any]], paid_by: int | None) -> Before:
    percents = [row["physical_percent"] for row in rows]
    paid = [row for row in rows if paid_by in (None, row["report__agency"])]
    return Before(
        volume=sum((row["volume"] or ZERO for row in rows), ZERO),
        spent=sum((row["spent"] or ZERO for row in paid), ZERO),
        physical_percent=next((p for p in reversed(percents) if p is not None), None),
    )


def baselines(activities: Collection[Activity]) -> dict[int, Baseline]:
    """The baseline of each activity that has one, by its key.

    The survey is the latest standing one per RT up to the end of the programme's year:
    what is surveyed after the work cannot be its baseline. An activity has none where
    its unit is not the indicator's own, where the survey's rule set does not measure
    that, or where one of its RT was not surveyed. RT that took the place of others
    have the volumes of those.
    """
    comparable = [a for a in activities if a.unit == a.indicator_unit]
    surveys = _surveys({a.area_id for a in comparable})
    chosen = {}
    for activity in comparable:
        survey = _latest(
            surveys[activity.area_id], date(activity.programme.year, 12, 31)
        )
        target = target_of(activity.measured, survey.rules) if survey else None
        if survey and target:
            chosen[activity.pk] = survey, target.code
    units = units_of_activities(list(chosen))
    lineage = Lineage.of_areas({a.area_id for a in comparable})
    volumes = _volumes(
        {survey.pk for survey, _code in chosen.values()},
        {code for _survey, code in chosen.values()},
    )
    found = {}
    for key, (survey, code) in chosen.items():
        by_unit = volumes.get((survey.pk, code), {})
        wanted = lineage.as_surveyed(units.get(key, list(by_unit)), by_unit.keys())
        if wanted:
            volume = sum((by_unit[unit] for unit in wanted), ZERO)
            found[key] = Baseline(volume, survey.surveyed_on)
    return found


def _surveys(areas: Collection[int]) -> Mapping[int, list[Assessment]]:
    """The standing surveys per RT by area, latest first."""
    surveys: dict[int, list[Assessment]] = defaultdict(list)
    rows: QuerySet[Assessment] = (
        Assessment.objects.standing()
        .filter(area__in=areas, basis=Assessment.Basis.RT)
        .only("area_id", "surveyed_on", "rule_set_id")
    )
    for survey in rows.order_by("-surveyed_on", "-pk"):
        surveys[survey.area_id].append(survey)
    return surveys


def _latest(surveys: list[Assessment], on: date) -> Assessment | None:
    return next((survey for survey in surveys if survey.surveyed_on <= on), None)


def _volumes(
    surveys: Collection[int], codes: Collection[str]
) -> dict[tuple[int, str], dict[int, Decimal]]:
    """Volume by RT, by survey and indicator."""
    volumes: dict[tuple[int, str], dict[int, Decimal]] = defaultdict(dict)
    rows = IndicatorValue.objects.filter(unit__assessment__in=surveys, code__in=codes)
    for survey, code, unit, volume in rows.order_by().values_list(
        "unit__assessment", "code", "unit__neighbourhood", "volume"
    ):
        volumes[survey, code][unit] = volume
    return dict(volumes)
