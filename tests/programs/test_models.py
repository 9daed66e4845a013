"""What the database refuses by itself, whatever code writes to it."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from programs.models import (
    Activity,
    ActivityUnit,
    Programme,
    ProgressReport,
    ReportingPeriod,
    ReportLine,
    ReportLineUnit,
)
from tests.factories import UserFactory
from tests.factories_ledger import credit_unit
from tests.factories_programs import PeriodFactory, ProgrammeFactory


def refuses(constraint, queryset, **values):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        queryset.update(**values)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("period_kind_known", {"kind": "week"}),
        ("period_dates_ordered", {"ends_before": date(2021, 10, 1)}),
        ("period_calendar_ordered", {"due_on": date(2021, 9, 30)}),
        ("period_calendar_ordered", {"opens_on": date(2022, 1, 11)}),
        ("period_calendar_ordered", {"closes_on": date(2022, 1, 9)}),
    ],
)
def test_period(constraint, values):
    PeriodFactory()

    refuses(constraint, ReportingPeriod.objects, **values)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("programme_fund_known", {"fund": "emas"}),
        ("programme_year_plausible", {"year": 1999}),
        ("programme_origin_known", {"origin": "wangsit"}),
    ],
)
def test_programme(constraint, values):
    ProgrammeFactory()

    refuses(constraint, Programme.objects, **values)


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("activity_pattern_known", {"pattern": "demolition"}),
        ("activity_volume_positive", {"volume": 0}),
        ("activity_budget_not_negative", {"budget": -1}),
    ],
)
def test_activity(activity, constraint, values):
    refuses(constraint, Activity.objects, **values)


def test_an_rt_stands_once_in_an_activity(activity, units):
    ActivityUnit.objects.create(activity=activity, neighbourhood=units[0])

    with pytest.raises(IntegrityError, match="activity_unit_once"):
        ActivityUnit.objects.create(activity=activity, neighbourhood=units[0])


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("report_status_agrees_with_stamps", {"status": "submitted"}),
        ("report_status_agrees_with_stamps", {"status": "returned"}),
        ("report_submitted", {"submitted_by": UserFactory}),
        ("report_verified", {"verified_by": UserFactory}),
        ("report_method_known", {"method": "drone"}),
        ("report_method_when_verified", {"method": "desk"}),
    ],
)
def test_report(draft, constraint, values):
    values = {key: v() if callable(v) else v for key, v in values.items()}

    refuses(constraint, ProgressReport.objects, **values)


def test_a_field_visit_has_its_date(verified):
    refuses("report_method_when_verified", ProgressReport.objects, method="field")


def test_a_submitted_report_keeps_its_stamp(submitted):
    refuses(
        "report_status_agrees_with_stamps",
        ProgressReport.objects,
        submitted_at=None,
        submitted_by=None,
    )


def test_a_verified_report_has_who_and_when(verified):
    refuses("report_verified", ProgressReport.objects, verified_by=None)


def test_one_report_per_office_and_period(draft):
    with pytest.raises(IntegrityError, match="report_once_per_agency_and_period"):
        ProgressReport.objects.create(
            agency=draft.agency, period=draft.period, created_by=draft.created_by
        )


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("report_line_percent_range", {"physical_percent": Decimal("100.01")}),
        ("report_line_not_negative", {"spent": -1}),
        ("report_line_not_negative", {"volume": -1}),
        ("report_line_nil_has_no_figures", {"is_nil": True}),
    ],
)
def test_line(draft, constraint, values):
    refuses(constraint, ReportLine.objects, **values)


def test_an_activity_stands_once_in_a_report(draft, activity):
    with pytest.raises(IntegrityError, match="report_line_once"):
        ReportLine.objects.create(report=draft, activity=activity)


@pytest.mark.parametrize(
    "values",
    [{"reported": -1}, {"verified": -1}, {"verified": Decimal("1.500001")}],
)
def test_verified_lies_within_reported(draft, units, values):
    rows = ReportLineUnit.objects.filter(neighbourhood=units[0])

    refuses("report_unit_verified_within_reported", rows, **values)


def test_an_rt_stands_once_in_a_line(draft, units):
    with pytest.raises(IntegrityError, match="report_unit_once_per_line"):
        ReportLineUnit.objects.create(
            line=draft.lines.get(), neighbourhood=units[0], reported=1
        )


def test_a_unit_has_its_own_entry_or_anothers_never_both(draft, units, decree_line):
    entry = credit_unit(decree_line, units[0]).entry
    rows = ReportLineUnit.objects.filter(neighbourhood=units[0])

    for values in (
        {"entry": entry, "counted_in": entry, "verified": 1},
        {"entry": entry, "verified": 0},
        {"counted_in": entry, "verified": 1},
    ):
        refuses("report_unit_one_way_to_the_ledger", rows, **values)


def test_every_change_of_a_report_is_in_the_trail(draft, activity, operator):
    trail = ReportLine.objects.get().events

    ReportLine.objects.update(volume=3)
    ReportLineUnit.objects.all().delete()

    assert list(trail.values_list("pgh_label", flat=True)) == [
        "insert",
        "update",
        "update",
    ]
    deleted = ReportLineUnit.pgh_event_model.objects.filter(pgh_label="delete")
    assert deleted.count() == 2
