"""Surveys and verified reports of one area over the years, for tests of its history."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from agencies.models import User
from areas import services as area_services
from areas.models import Assessment, SlumArea
from programs import services
from programs.models import Activity, ProgressReport, ReportingPeriod
from tests.factories_areas import rule_set, volumes_of
from tests.factories_programs import PeriodFactory, drafted, filled

BASE_ON = date(2020, 5, 1)
LATER_ON = date(2022, 1, 31)
OLD_RULES = "permen-02-2016"


def survey(
    area: SlumArea,
    on: date = BASE_ON,
    *,
    by: User,
    verifier: User,
    rules: str = "permen-14-2018",
    more: Mapping[str, int] | None = None,
    **volumes: Any,
) -> Assessment:
    """A verified survey with the same volumes in each RT: `v4b=60` and the like."""
    draft = area_services.start_assessment(
        area, surveyed_on=on, by=by, rule_set=rule_set(rules)
    )
    asked = volumes_of(**volumes) | {c: Decimal(v) for c, v in (more or {}).items()}
    entries = [
        area_services.UnitEntry(
            unit, on, {code: asked.get(code, Decimal(0)) for code in draft.rules.codes}
        )
        for unit in area.neighbourhoods.all()
    ]
    area_services.save_volumes(draft, entries, by=by)
    return _verified(draft, by=by, verifier=verifier)


def corrected(
    assessment: Assessment, *, by: User, verifier: User, **volumes: Any
) -> Assessment:
    """A verified correction with other volumes in each RT."""
    draft = area_services.correct_assessment(
        assessment, reason="Salah baca kuesioner", by=by
    )
    entries = [
        area_services.UnitEntry(unit, draft.surveyed_on, volumes_of(**volumes))
        for unit in draft.area.neighbourhoods.all()
    ]
    area_services.save_volumes(draft, entries, by=by)
    return _verified(draft, by=by, verifier=verifier)


def _verified(draft: Assessment, *, by: User, verifier: User) -> Assessment:
    submitted = area_services.submit_assessment(draft, by=by)
    return area_services.verify_assessment(submitted, by=verifier)


def year_of(year: int) -> ReportingPeriod:
    return PeriodFactory(
        kind="year",
        name=f"Tahun {year}",
        starts_on=date(year, 1, 1),
        ends_before=date(year + 1, 1, 1),
        due_on=date(year + 1, 1, 10),
    )


def reported(
    *activities: Activity, year: int, by: User, verifier: User, **values: Any
) -> ProgressReport:
    """The year's verified report with these activities, their whole volume done."""
    lines = [
        filled(activity, volume=activity.volume, units=[]) | values
        for activity in activities
    ]
    report = drafted(activities[0].agency, by=by, lines=lines, period=year_of(year))
    report = services.submit_report(report, by=by)
    return services.verify_report(report, method="desk", by=verifier)
