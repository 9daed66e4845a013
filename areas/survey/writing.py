"""Carries plans out in bulk: RT, surveyed units and volumes go from the staged rows to
their tables inside the database, so that nothing grows with the number of RT.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.utils import timezone

from agencies.models import User
from areas.models import (
    AreaVillage,
    Assessment,
    Decree,
    DecreeLine,
    IndicatorValue,
    Neighbourhood,
    RuleSet,
    SlumArea,
    SurveyedUnit,
)
from areas.outcomes import settle_outcomes
from areas.rule_sets import rules_of
from areas.rules import Denominator
from areas.survey.columns import NEIGHBOURHOOD
from areas.survey.plan import AreaPlan, Effect, UnitPlan
from areas.survey.staging import TABLE
from core.tracking import insert_tracked

OPEN = (Assessment.Status.DRAFT, Assessment.Status.RETURNED)
FIGURES = [column.field for column in NEIGHBOURHOOD]
REQUIRED = {column.field for column in NEIGHBOURHOOD if column.required}
COPIED = [*(kind.value for kind in Denominator), "population"]
STAGED = f"pg_temp.{TABLE}"
RT = Neighbourhood._meta.db_table
UNITS = SurveyedUnit._meta.db_table
SURVEYS = Assessment._meta.db_table
Record = Sequence[Any]


class PlanWriter:
    """Writes the plans of one import, some areas at a time."""

    def __init__(self, decree: Decree, rule_set: RuleSet, by: User) -> None:
        self.decree = decree
        self.rule_set = rule_set
        self.by = by
        self.now = timezone.now()
        plan_for_growth()

    def write(self, plans: Sequence[AreaPlan]) -> None:
        """Store everything that the plans say is new or changed."""
        self._store_areas(plans)
        self._store_lines(plans)
        keys = store_units(plans)
        _store_villages(plans)
        self._store_surveys(plans, keys)

    def _store_areas(self, plans: Iterable[AreaPlan]) -> None:
        fresh = [plan for plan in plans if plan.area is None]
        for plan in fresh:
            plan.area = SlumArea(
                name=plan.name,
                agency=plan.agency,
                regency=plan.regency,
                is_demo=self.decree.is_demo,
            )
        SlumArea.objects.bulk_create([plan.area for plan in fresh if plan.area])

    def _store_lines(self, plans: Iterable[AreaPlan]) -> None:
        DecreeLine.objects.bulk_create(
            DecreeLine(
                decree=self.decree,
                area=plan.area,
                hectares=plan.new_line,
                village=plan.line_village if self.decree.is_per_village else None,
            )
            for plan in plans
            if plan.new_line is not None
        )
        # A line of a decree in force: earlier surveys of its area may now count.
        areas = [p.area.pk for p in plans if p.new_line is not None and p.area]
        settle_outcomes(areas, by=self.by)

    def _store_surveys(
        self, plans: Iterable[AreaPlan], keys: dict[int, int | None]
    ) -> None:
        """`keys` are those of the RT by row number; None is the area as a whole."""
        fresh = [plan for plan in plans if plan.same_survey is None]
        surveys = Assessment.objects.bulk_create(
            Assessment(
                area=plan.area,
                rule_set=self.rule_set,
                basis=Assessment.Basis.AREA if plan.is_whole else Assessment.Basis.RT,
                surveyed_on=plan.surveyed_on,
                status=Assessment.Status.SUBMITTED,
                created_by=self.by,
                submitted_by=self.by,
                submitted_at=self.now,
            )
            for plan in fresh
        )
        store_surveyed(
            [
                (row.number, survey.pk, keys[row.number])
                for survey, plan in zip(surveys, fresh, strict=True)
                for row in plan.rows
            ],
            list(rules_of(self.rule_set.pk).codes),
        )


def plan_for_growth() -> None:
    """Let the plans of triggers and foreign keys fit tables that grow a thousandfold.

    A session makes them once. Made while the tables are empty, they walk through all of
    the table for each of the million rows that follow.
    """
    with connection.cursor() as cursor:
        cursor.execute("DISCARD PLANS")
        for name in ("enable_seqscan", "jit"):  # jit: the costs look high now
            cursor.execute("SELECT set_config(%s, 'off', true)", [name])


def store_units(plans: Iterable[AreaPlan]) -> dict[int, int | None]:
    """Add new RT and change stored ones; the key of each row's RT by row number."""
    pairs = [(plan, unit) for plan in plans for unit in plan.units]
    fresh = [
        (unit.row.number, plan.area.pk)
        for plan, unit in pairs
        if plan.area and not plan.is_whole and unit.effect == Effect.NEW
    ]
    _change_units([unit for _plan, unit in pairs if unit.changes])
    keys: dict[int, int | None] = {
        unit.row.number: unit.stored.pk if unit.stored else None
        for _plan, unit in pairs
    }
    return keys | _add_units(fresh)


def _add_units(records: Sequence[Record]) -> dict[int, int]:
    """`records` are (row number, area); the keys of the new RT by row number."""
    if not records:
        return {}
    added = insert_tracked(
        Neighbourhood,
        ["area_id", "village_id", "rt_rw", *FIGURES],
        f"SELECT new.area, village_code, rt_rw, {', '.join(FIGURES)} FROM {STAGED}"
        " JOIN unnest(%s::int[], %s::bigint[]) AS new (number, area) USING (number)"
        " ORDER BY number",
        _columns(records, 2),
        returning=["id", "area_id", "village_id", "rt_rw"],
    )
    key_of = {tuple(place): key for key, *place in added}
    places = _rows(
        f"SELECT number, new.area, village_code, rt_rw FROM {STAGED}"
        " JOIN unnest(%s::int[], %s::bigint[]) AS new (number, area) USING (number)",
        _columns(records, 2),
    )
    return {number: key_of[tuple(place)] for number, *place in places}


def _change_units(units: Sequence[UnitPlan]) -> None:
    """Give stored RT the figures of their rows; a blank leaves what is stored.

    Surveys still being entered divide by the new figures, submitted ones do not.
    """
    records = [(u.row.number, u.stored.pk) for u in units if u.stored]
    if not records:
        return
    figures = ", ".join(f"{name} = coalesce(row.{name}, rt.{name})" for name in FIGURES)
    _run(
        f"UPDATE {RT} AS rt SET {figures} FROM {STAGED} AS row"
        " JOIN unnest(%s::int[], %s::bigint[]) AS old (number, unit) USING (number)"
        " WHERE rt.id = old.unit",
        _columns(records, 2),
    )
    copied = ", ".join(f"{name} = rt.{name}" for name in COPIED)
    _run(
        f"UPDATE {UNITS} AS unit SET {copied} FROM {RT} AS rt, {SURVEYS} AS survey"
        " WHERE rt.id = ANY(%s) AND unit.neighbourhood_id = rt.id"
        " AND survey.id = unit.assessment_id AND survey.status = ANY(%s)",
        [[key for _number, key in records], list(OPEN)],
    )


def _store_villages(plans: Iterable[AreaPlan]) -> None:
    """An area stretches over the villages of its rows."""
    wanted = {
        (plan.area.pk, unit.village.pk)
        for plan in plans
        for unit in plan.units
        if plan.area
    }
    AreaVillage.objects.bulk_create(
        [AreaVillage(area_id=area, village_id=code) for area, code in sorted(wanted)],
        ignore_conflicts=True,
    )


def store_surveyed(records: Sequence[Record], codes: list[str]) -> None:
    """`records` are (row number, assessment, RT or None): units and their volumes."""
    if not records:
        return
    copied = ", ".join(
        f"row.{name}" if name in REQUIRED else f"coalesce(row.{name}, rt.{name})"
        for name in COPIED
    )
    added = insert_tracked(
        SurveyedUnit,
        [
            *("assessment_id", "neighbourhood_id", "surveyed_on", "open_space_m2"),
            *COPIED,
        ],
        f"SELECT new.survey, new.unit, row.surveyed_on, row.open_space_m2, {copied}"
        f" FROM {STAGED} AS row"
        " JOIN unnest(%s::int[], %s::bigint[], %s::bigint[])"
        " AS new (number, survey, unit) USING (number)"
        f" LEFT JOIN {RT} AS rt ON rt.id = new.unit ORDER BY number",
        _columns(records, 3),
        returning=["id", "assessment_id", "neighbourhood_id"],
    )
    unit_of = {(survey, rt): key for key, survey, rt in added}
    units = [(number, unit_of[survey, rt]) for number, survey, rt in records]
    insert_tracked(
        IndicatorValue,
        ["unit_id", "code", "volume"],
        f"SELECT new.unit, code.name, row.volumes[code.place] FROM {STAGED} AS row"
        " JOIN unnest(%s::int[], %s::bigint[]) AS new (number, unit) USING (number)"
        " CROSS JOIN unnest(%s::text[]) WITH ORDINALITY AS code (name, place)",
        [*_columns(units, 2), codes],
    )


def _run(sql: str, parameters: list[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)


def _rows(sql: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _columns(records: Iterable[Record], width: int) -> list[Any]:
    """The records as one list per column, for `unnest`."""
    return [[record[place] for record in records] for place in range(width)]
