"""A verified report that was changed behind the steps is seen."""

from decimal import Decimal

import pytest
from django.db import connection

from programs import services
from programs.drift import with_drift
from programs.models import ProgressReport, ReportLine, ReportLineUnit
from tests.factories_programs import activity_in, drafted, filled


def drifted() -> set[int]:
    found = with_drift(ProgressReport.objects.all()).filter(has_drifted=True)
    return set(found.values_list("pk", flat=True))


@pytest.fixture
def many(activity, decree_line, office, operator, head, verifier, period):
    """A verified report with one line of hectares, a nil one and one without units."""
    lines = [
        filled(activity, planned_percent=Decimal("99.5"), obstacle="land", note="Ada."),
        {
            "activity": activity_in(decree_line, agency=office, indicator="2b").pk,
            "is_nil": True,
            "note": "Belum dimulai.",
        },
        filled(
            activity_in(decree_line, agency=office, indicator="6a"),
            units=[],
            physical_percent=Decimal("12.34"),
            spent=Decimal("0.50"),
        ),
    ]
    report = drafted(office, by=operator, lines=lines, period=period)
    services.submit_report(report, by=head)
    return services.verify_report(report, method="desk", by=verifier)


def test_a_report_that_nobody_touched_has_not_drifted(many):
    assert drifted() == set()


@pytest.mark.parametrize(
    "change",
    [
        {"volume": Decimal("100.000001")},
        {"volume": None},
        {"physical_percent": Decimal("99.99")},
        {"planned_percent": None},
        {"spent": Decimal("450000000.01")},
        {"note": "Lain."},
        {"obstacle": "weather"},
        {"help_needed": "province"},
    ],
)
def test_every_figure_of_a_line_is_watched(many, activity, change):
    ReportLine.objects.filter(activity=activity).update(**change)

    assert drifted() == {many.pk}


def test_a_nil_line_that_is_none_any_more_is_seen(many):
    ReportLine.objects.filter(is_nil=True).update(is_nil=False)

    assert drifted() == {many.pk}


@pytest.mark.parametrize(
    "change",
    [
        {"reported": Decimal("1.6")},
        {"verified": Decimal("0.1")},
    ],
)
def test_the_hectares_of_a_unit_are_watched(many, units, change):
    ReportLineUnit.objects.filter(neighbourhood=units[0]).update(**change)

    assert drifted() == {many.pk}


def test_a_unit_that_is_gone_is_seen(many, units):
    ReportLineUnit.objects.filter(neighbourhood=units[0]).delete()

    assert drifted() == {many.pk}


def test_a_line_that_is_gone_or_new_is_seen(many, decree_line, office):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM programs_reportline WHERE is_nil")
    assert drifted() == {many.pk}

    ReportLine.objects.create(
        report=many, activity=activity_in(decree_line, agency=office), is_nil=True
    )
    assert drifted() == {many.pk}


def test_changed_back_is_no_drift(many, activity):
    ReportLine.objects.filter(activity=activity).update(volume=Decimal(1))
    ReportLine.objects.filter(activity=activity).update(volume=Decimal(100))

    assert drifted() == set()


def test_an_accepted_change_is_no_drift(many, activity, head, verifier, units):
    line = many.lines.get(activity=activity)
    given = [{"neighbourhood": units[0].pk, "hectares": Decimal("1.2"), "reason": "x"}]
    change = services.propose_change(
        line, values={"volume": Decimal(80), "units": given}, reason="Salah.", by=head
    )
    services.accept_change(change, by=verifier)

    assert drifted() == set()


def test_a_report_that_is_not_verified_never_drifts(submitted):
    ReportLine.objects.update(volume=Decimal(1))

    assert drifted() == set()


def test_a_ledger_correction_is_no_change_of_the_report(verified, verifier):
    from areas.ledger_corrections import reverse

    reverse(ReportLineUnit.objects.first().entry, reason="Ganda.", by=verifier)

    assert drifted() == set()
