"""The calendar makes reports, keeps its dates and grants exceptions."""

from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from agencies.models import Agency
from core.errors import BusinessRuleError, NotAllowedError, WrongStateError
from programs import services
from programs.calendar import closing_of
from programs.models import LockException, ProgressReport, ReportingPeriod
from tests.cast import member
from tests.factories import AgencyFactory
from tests.factories_programs import PeriodFactory, activity_in

pytestmark = pytest.mark.django_db

FIRST = date(2026, 1, 1)
APRIL = date(2026, 4, 1)


@pytest.fixture
def called(db):
    """The first quarter of 2026: opens on 1 January, due on 10 April."""
    return PeriodFactory(name="TW I 2026", starts_on=FIRST, ends_before=APRIL)


@pytest.fixture
def reporting(office, other_office):
    """Two offices that report every period."""
    Agency.objects.filter(pk__in=[office.pk, other_office.pk]).update(
        reports_progress=True
    )
    return office, other_office


@pytest.fixture
def closed(db):
    """A quarter whose grace ended ten days ago."""
    today = timezone.localdate()
    return PeriodFactory(
        name="TW tutup",
        starts_on=today - timedelta(120),
        ends_before=today - timedelta(30),
        due_on=today - timedelta(20),
        closes_on=today - timedelta(10),
    )


# ---- reports made by the calendar ----------------------------------------------------
def test_each_reporting_office_gets_a_report_when_the_period_opens(
    called, reporting, province
):
    assert services.open_due_reports(on=FIRST - timedelta(1)) == 0
    assert services.open_due_reports(on=FIRST) == 2

    reports = ProgressReport.objects.all()
    assert {report.agency for report in reports} == set(reporting)
    assert {(r.status, r.created_by, r.saved_by) for r in reports} == {
        ("draft", None, None)
    }


def test_the_report_has_a_line_per_running_activity(called, reporting, decree_line):
    office, _other = reporting
    running = activity_in(decree_line, agency=office)
    activity_in(decree_line, agency=office, is_closed=True)

    services.open_due_reports(on=FIRST)

    report = ProgressReport.objects.get(agency=office)
    assert [line.activity for line in report.lines.all()] == [running]


def test_making_them_again_makes_none(called, reporting, operator):
    office, _other = reporting
    own = services.start_report(office, period=called, by=operator)

    assert services.open_due_reports(on=APRIL) == 1
    assert services.open_due_reports(on=APRIL) == 0
    own.refresh_from_db()
    assert own.created_by == operator


def test_what_an_outage_missed_is_made_afterwards(called, reporting):
    PeriodFactory(name="TW II 2026", starts_on=APRIL, ends_before=date(2026, 7, 1))

    assert services.open_due_reports(on=date(2026, 8, 1)) == 4


def test_also_after_the_closing_so_that_nobody_is_hidden(closed, reporting, operator):
    office, _other = reporting

    assert services.open_due_reports(on=timezone.localdate()) == 2
    report = ProgressReport.objects.get(agency=office)
    with pytest.raises(WrongStateError, match="Minta pengecualian"):
        services.save_report_lines(report, lines=[], by=operator)


def test_a_period_that_is_not_called_gets_none(called, reporting):
    ReportingPeriod.objects.update(is_called=False)

    assert services.open_due_reports(on=APRIL) == 0


@pytest.mark.parametrize(
    ("life", "made"),
    [
        ({"valid_from": FIRST}, 1),
        ({"valid_from": FIRST + timedelta(1)}, 0),
        ({"valid_until": FIRST}, 0),
        ({"valid_until": FIRST + timedelta(1)}, 1),
        ({"reports_progress": False}, 0),
    ],
)
def test_only_offices_that_existed_when_it_opened(called, life, made):
    AgencyFactory(**{"reports_progress": True} | life)

    assert services.open_due_reports(on=APRIL) == made


def test_it_asks_the_same_number_of_queries_when_nothing_is_missing(
    called, reporting, queries_of
):
    services.open_due_reports(on=APRIL)
    few = queries_of(services.open_due_reports, on=APRIL)

    AgencyFactory.create_batch(5, reports_progress=True)
    PeriodFactory(name="TW II 2026", starts_on=APRIL, ends_before=date(2026, 7, 1))
    services.open_due_reports(on=APRIL)

    assert queries_of(services.open_due_reports, on=APRIL) == few


def test_the_command_says_how_many(called, reporting, capsys):
    call_command("open_reports", "--on", "2026-01-01")

    assert capsys.readouterr().out == "2 laporan dibuka\n"
    with pytest.raises(CommandError, match="YYYY-MM-DD"):
        call_command("open_reports", "--on", "kemarin")


# ---- periods -------------------------------------------------------------------------
def test_a_new_month_has_its_name_and_the_usual_dates(province, editor):
    period = services.create_period(
        kind="month", starts_on=date(2099, 3, 1), is_called=True, by=editor
    )

    assert (period.name, period.last_day) == ("Maret 2099", date(2099, 3, 31))
    assert (period.opens_on, period.due_on, period.closes_on) == (
        date(2099, 3, 1),
        date(2099, 4, 10),
        date(2099, 4, 20),
    )


@pytest.mark.parametrize(
    ("kind", "day", "sentence"),
    [
        ("quarter", date(2026, 2, 1), "1 Januari, 1 April, 1 Juli atau 1 Oktober"),
        ("month", date(2026, 2, 2), "hari pertama"),
        ("year", APRIL, "1 Januari"),
        ("month", date(9999, 12, 1), "antara 2000 dan 2100"),
        ("quarter", FIRST, "TW I 2026 sudah ada"),
    ],
)
def test_a_period_that_cannot_be(called, editor, kind, day, sentence):
    with pytest.raises(BusinessRuleError, match=sentence) as refused:
        services.create_period(kind=kind, starts_on=day, is_called=False, by=editor)

    assert set(refused.value.errors) == {"starts_on"}


def test_the_dates_of_a_period_are_moved(called, editor):
    services.set_period_calendar(
        called,
        opens_on=date(2026, 3, 1),
        due_on=date(2026, 4, 15),
        closes_on=date(2026, 4, 30),
        is_called=False,
        by=editor,
    )

    called.refresh_from_db()
    assert (called.opens_on, called.due_on, called.closes_on, called.is_called) == (
        date(2026, 3, 1),
        date(2026, 4, 15),
        date(2026, 4, 30),
        False,
    )


def test_all_wrong_dates_are_told_at_once(called, editor):
    with pytest.raises(BusinessRuleError) as refused:
        services.set_period_calendar(
            called,
            opens_on=date(2025, 12, 31),
            due_on=date(2025, 12, 30),
            closes_on=date(2025, 12, 29),
            is_called=True,
            by=editor,
        )

    assert refused.value.errors == {
        "opens_on": ["Jangan sebelum hari pertama periode, 1 Jan 2026."],
        "due_on": ["Jangan sebelum hari dibukanya pengisian."],
        "closes_on": ["Jangan sebelum hari tenggatnya."],
    }


@pytest.mark.parametrize("person", ["operator", "head", "verifier", "administrator"])
def test_only_who_keeps_the_calendar_changes_it(called, request, person, office):
    by = request.getfixturevalue(person)

    with pytest.raises(NotAllowedError):
        services.create_period(kind="year", starts_on=FIRST, is_called=False, by=by)
    with pytest.raises(NotAllowedError):
        services.set_period_calendar(
            called,
            opens_on=FIRST,
            due_on=APRIL,
            closes_on=None,
            is_called=True,
            by=by,
        )
    with pytest.raises(NotAllowedError):
        services.grant_exception(
            called, agency=office, until=APRIL, reason="Banjir", by=by
        )


def test_a_data_manager_of_one_office_does_not_keep_the_calendar(
    called, office, province
):
    by = member("salah", office, "province_editor")

    with pytest.raises(NotAllowedError):
        services.create_period(kind="year", starts_on=FIRST, is_called=False, by=by)


def test_without_a_provincial_office_the_role_is_enough(office):
    by = member("sendiri", office, "province_editor")

    period = services.create_period(
        kind="year", starts_on=FIRST, is_called=False, by=by
    )

    assert period.name == "Tahun 2026"


# ---- exceptions ----------------------------------------------------------------------
def test_an_exception_opens_the_closed_period_for_one_office(
    closed, reporting, operator, stranger, editor
):
    today = timezone.localdate()
    office, other = reporting
    services.open_due_reports(on=today)
    own = ProgressReport.objects.get(agency=office)
    others = ProgressReport.objects.get(agency=other)

    services.grant_exception(
        closed, agency=office, until=today, reason="Banjir di kantor.", by=editor
    )

    services.save_report_lines(own, lines=[], by=operator)
    with pytest.raises(WrongStateError, match="TW tutup ditutup pada"):
        services.save_report_lines(others, lines=[], by=stranger)


def test_the_office_is_told_of_its_exception(
    closed, reporting, operator, stranger, editor
):
    today = timezone.localdate()
    services.open_due_reports(on=today)

    services.grant_exception(
        closed, agency=reporting[0], until=today, reason="Banjir", by=editor
    )

    notice = operator.notices.get(key__startswith="exception:")
    assert notice.text.startswith("Disperkim Banjarmasin masih boleh melapor TW tutup")
    assert notice.text.endswith(": Banjir")
    report = ProgressReport.objects.get(agency=reporting[0])
    assert notice.url == report.get_absolute_url()
    assert not stranger.notices.filter(key__startswith="exception:").exists()


def test_the_latest_exception_counts(closed, office, operator, editor):
    today = timezone.localdate()
    for days in (30, 0):
        services.grant_exception(
            closed,
            agency=office,
            until=today + timedelta(days),
            reason="Banjir",
            by=editor,
        )

    report = services.start_report(office, period=closed, by=operator)

    assert LockException.objects.count() == 2
    assert not closing_of(report, today)
    assert "ditutup" in closing_of(report, today + timedelta(1))


def test_everything_wrong_with_an_exception_is_told_at_once(closed, office, editor):
    with pytest.raises(BusinessRuleError) as refused:
        services.grant_exception(
            closed, agency=office, until=closed.closes_on, reason=" ", by=editor
        )

    assert set(refused.value.errors) == {"until", "reason"}
    assert len(refused.value.errors["until"]) == 2
    assert refused.value.errors["reason"] == [
        "Tuliskan mengapa kantor ini masih boleh melapor."
    ]


def test_a_period_that_never_closes_needs_no_exception(called, office, editor):
    with pytest.raises(BusinessRuleError, match="tidak ditutup"):
        services.grant_exception(
            called, agency=office, until=date(2099, 1, 1), reason="Banjir", by=editor
        )


def test_who_has_submitted_needs_none_either(submitted, editor):
    period = submitted.period
    period.closes_on = period.due_on
    period.save()

    with pytest.raises(BusinessRuleError, match="sudah mengajukan laporannya"):
        services.grant_exception(
            period,
            agency=submitted.agency,
            until=date(2099, 1, 1),
            reason="Banjir",
            by=editor,
        )
