"""Reporting periods: the rows of a year."""

from datetime import date

import pytest
from django.core.management import CommandError, call_command

from programs import services
from programs.models import ReportingPeriod

pytestmark = pytest.mark.django_db


def test_a_year_has_four_quarters_and_itself():
    rows = [
        (p.name, p.starts_on, p.last_day, p.due_on) for p in services.make_periods(2026)
    ]

    assert rows == [
        ("TW I 2026", date(2026, 1, 1), date(2026, 3, 31), date(2026, 4, 10)),
        ("TW II 2026", date(2026, 4, 1), date(2026, 6, 30), date(2026, 7, 10)),
        ("TW III 2026", date(2026, 7, 1), date(2026, 9, 30), date(2026, 10, 10)),
        ("TW IV 2026", date(2026, 10, 1), date(2026, 12, 31), date(2027, 1, 10)),
        ("Tahun 2026", date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 10)),
    ]


def test_making_them_again_changes_nothing():
    services.make_periods(2026)
    ReportingPeriod.objects.filter(name="TW I 2026").update(due_on=date(2026, 4, 20))

    services.make_periods(2026)

    assert ReportingPeriod.objects.count() == 5
    assert ReportingPeriod.objects.get(name="TW I 2026").due_on == date(2026, 4, 20)


def test_months_are_made_when_asked_and_called_by_nobody():
    rows = services.make_periods(2026, months=True)

    months = [period for period in rows if period.kind == "month"]
    assert [period.name for period in months][:2] == ["Januari 2026", "Februari 2026"]
    assert (months[11].last_day, months[11].due_on) == (
        date(2026, 12, 31),
        date(2027, 1, 10),
    )
    assert {period.kind for period in rows if period.is_called} == {"quarter"}


def test_the_command_prints_a_line_each(capsys):
    call_command("make_periods", "2026")

    lines = capsys.readouterr().out.splitlines()
    call_command("make_periods", "2026", "--months")
    assert len(capsys.readouterr().out.splitlines()) == 17
    assert len(lines) == 5
    assert lines[0] == "TW I 2026: 2026-01-01 sampai 2026-03-31, tenggat 2026-04-10"


def test_the_command_refuses_an_impossible_year():
    with pytest.raises(CommandError, match="2000"):
        call_command("make_periods", "26")


@pytest.mark.parametrize(
    ("day", "late"),
    [(date(2026, 7, 9), 0), (date(2026, 7, 10), 0), (date(2026, 7, 16), 6)],
)
def test_days_late(day, late):
    period = services.make_periods(2026)[1]

    assert period.days_late(day) == late
