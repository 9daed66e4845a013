"""The pages of the calendar: who has not reported, exceptions, timeliness."""

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.timezone import get_default_timezone

from agencies.models import Agency
from programs import services
from programs.models import (
    LockException,
    ProgressReport,
    ReportingPeriod,
    ReportRound,
)
from tests.factories import AgencyFactory, RegionFactory
from tests.factories_programs import PeriodFactory, activity_in, drafted, filled

pytestmark = pytest.mark.django_db

LIST = reverse("programs:period-list")
TIMELINESS = reverse("programs:timeliness-list")
REPORTS = reverse("programs:report-list")
TODAY = timezone.localdate()


@pytest.fixture
def reporting(office, other_office):
    """Two offices that report every period; one of them can be called."""
    Agency.objects.filter(pk__in=[office.pk, other_office.pk]).update(
        reports_progress=True
    )
    Agency.objects.filter(pk=other_office.pk).update(contact="Bu Rina, 0812 5000 77")
    return office, other_office


@pytest.fixture
def closed(reporting):
    """A quarter whose grace is over: nobody has reported, one office is not made."""
    period = PeriodFactory(
        name="TW tutup",
        starts_on=TODAY - timedelta(120),
        ends_before=TODAY - timedelta(30),
        due_on=TODAY - timedelta(20),
        closes_on=TODAY - timedelta(10),
    )
    services.open_due_reports(on=TODAY)
    ProgressReport.objects.filter(agency=reporting[1]).delete()
    return period


@pytest.fixture
def reported(reporting, submitted):
    """The fourth quarter of 2021, which one office has submitted long after."""
    return submitted


def called_quarters(year):
    """The periods of a year, whose quarters were called though they are over."""
    services.make_periods(year)
    quarters = ReportingPeriod.objects.filter(kind="quarter", starts_on__year=year)
    quarters.update(is_called=True)


def first_sent(report, on):
    """As if its first submission had been on that day, at noon."""
    moment = datetime(on.year, on.month, on.day, 12, tzinfo=get_default_timezone())
    ReportRound.objects.filter(report=report).update(at=moment)


# ---- the list ------------------------------------------------------------------------
def test_the_list_counts_the_offices_that_one_sees(client, log_in, reported):
    services.open_due_reports(on=TODAY)
    counted = {}
    for person in ("verifier", "stranger"):
        log_in(person)
        (row,) = client.get(LIST).context["object_list"]
        counted[person] = (row.offices, row.submitted, row.verified, row.in_time)

    assert counted == {"verifier": (2, 1, 0, 0), "stranger": (1, 0, 0, 0)}


def test_in_time_is_asked_of_the_first_submission(
    client, log_in, reported, verifier, head
):
    """Returned and sent again years later: it still came in time."""
    services.return_report(reported, reason="Foto belum ada.", by=verifier)
    first_sent(reported, date(2022, 1, 5))
    services.submit_report(reported, by=head)
    log_in("verifier")

    (row,) = client.get(LIST).context["object_list"]

    assert row.in_time == 1
    for timing, found in (("in_time", 1), ("late", 0)):
        page = client.get(REPORTS, {"timing": timing})
        assert len(page.context["object_list"]) == found
    assert "hari terlambat" not in client.get(REPORTS).content.decode()


def test_the_list_asks_as_much_for_more_periods(client, log_in, reported, queries_of):
    log_in("editor")
    few = queries_of(client.get, LIST)

    services.make_periods(2023, months=True)
    services.open_due_reports(on=TODAY)

    assert queries_of(client.get, LIST) == few


def test_periods_are_filtered_and_exported(client, log_in, reported):
    called_quarters(2023)
    log_in("viewer")

    page = client.get(LIST, {"year": "2023", "called": "yes"})
    file = client.get(LIST, {"year": "2023", "kind": "year", "format": "csv"})

    assert len(page.context["object_list"]) == 4
    assert "Tahun 2023" in file.getvalue().decode()


# ---- one period ----------------------------------------------------------------------
def test_an_office_without_a_report_stands_there_too(client, log_in, closed, reporting):
    log_in("verifier")

    page = client.get(closed.get_absolute_url())

    duties = page.context["duties"]
    assert {duty.agency for duty in duties} == set(reporting)
    assert {duty.timing for duty in duties} == {"missing"}
    text = page.content.decode()
    assert "Tidak melapor" in text
    assert "terlambat 20 hari" in text
    assert "Bu Rina, 0812 5000 77" in text


def test_who_has_not_reported_stands_first(client, log_in, reported, other_office):
    log_in("verifier")

    duties = client.get(reported.period.get_absolute_url()).context["duties"]

    assert [duty.agency for duty in duties] == [other_office, reported.agency]
    assert [duty.timing for duty in duties] == ["overdue", "late"]


def test_an_office_sees_itself_only(client, log_in, closed, other_office):
    log_in("stranger")

    duties = client.get(closed.get_absolute_url()).context["duties"]

    assert [duty.agency for duty in duties] == [other_office]


def test_a_nil_report_is_said(client, log_in, reporting, operator, head, period):
    office, _other = reporting
    report = services.start_report(office, period=period, by=operator)
    ProgressReport.objects.filter(pk=report.pk).update(nil_reason="Belum kontrak.")
    services.submit_report(report, by=head)
    log_in("verifier")

    page = client.get(period.get_absolute_url())

    assert "Diajukan, nihil" in page.content.decode()


def test_a_period_asks_as_much_for_more_offices(client, log_in, closed, queries_of):
    log_in("editor")
    few = queries_of(client.get, closed.get_absolute_url())

    AgencyFactory.create_batch(6, reports_progress=True)
    services.open_due_reports(on=TODAY)

    assert queries_of(client.get, closed.get_absolute_url()) == few


# ---- exceptions ----------------------------------------------------------------------
def test_an_exception_is_given_from_the_page(client, log_in, closed, office, editor):
    log_in("editor")
    page = client.get(closed.get_absolute_url()).content.decode()
    url = reverse("programs:exception-create", args=[closed.pk])
    assert f"{url}?agency={office.pk}" in page
    form = client.get(url, {"agency": office.pk}).context["form"]
    assert str(form["agency"].value()) == str(office.pk)

    values = {"agency": office.pk, "until": TODAY, "reason": "Kantor kebanjiran."}
    done = client.post(url, values, follow=True)

    assert LockException.objects.get().granted_by == editor
    assert "Pengecualian diberikan." in done.content.decode()
    assert "Kantor kebanjiran." in done.content.decode()
    states = {duty.agency: duty.timing for duty in done.context["duties"]}
    assert states[office] == "overdue"


def test_a_refused_exception_says_everything_at_its_fields(
    client, log_in, closed, office
):
    log_in("editor")
    url = reverse("programs:exception-create", args=[closed.pk])

    page = client.post(
        url, {"agency": office.pk, "until": closed.closes_on, "reason": "Banjir"}
    )

    assert page.status_code == 200
    assert len(page.context["form"].errors["until"]) == 2
    assert "Pilih hari sesudah penutupan" in page.content.decode()


def test_who_does_not_keep_the_calendar_sees_no_way_to_it(client, log_in, closed):
    log_in("verifier")

    page = client.get(closed.get_absolute_url()).content.decode()

    assert "pengecualian/" not in page
    assert "/ubah/" not in page


# ---- the dates -----------------------------------------------------------------------
def test_the_dates_are_moved_on_a_page(client, log_in, closed):
    log_in("editor")
    url = reverse("programs:period-edit", args=[closed.pk])
    form = client.get(url).context["form"]
    values = {name: form[name].value() or "" for name in form.fields}
    values["closes_on"] = TODAY

    client.post(url, values)

    closed.refresh_from_db()
    assert (closed.closes_on, closed.is_called) == (TODAY, True)


def test_wrong_dates_are_told_at_their_fields(client, log_in, closed):
    log_in("editor")
    url = reverse("programs:period-edit", args=[closed.pk])

    page = client.post(
        url, {"opens_on": "2026-01-01", "due_on": "2025-01-01", "is_called": "on"}
    )

    assert "Jangan sebelum hari dibukanya pengisian." in page.content.decode()


def test_a_month_is_made_on_a_page(client, log_in, editor):
    log_in("editor")

    done = client.post(
        reverse("programs:period-create"),
        {"kind": "month", "starts_on": "2026-03-01"},
        follow=True,
    )

    assert ReportingPeriod.objects.get().name == "Maret 2026"
    assert "Maret 2026" in done.content.decode()
    assert not ReportingPeriod.objects.get().is_called


# ---- timeliness ----------------------------------------------------------------------
@pytest.fixture
def year(reporting, operator, head, decree_line):
    """2021: of four quarters one office sent the first in time and the second late."""
    office, _other = reporting
    called_quarters(2021)
    activity = activity_in(decree_line, agency=office)
    for number, sent in enumerate((date(2021, 4, 10), date(2021, 7, 12))):
        period = ReportingPeriod.objects.filter(kind="quarter").order_by("starts_on")[
            number
        ]
        report = drafted(office, by=operator, lines=[filled(activity)], period=period)
        services.submit_report(report, by=head)
        first_sent(report, sent)
    return office


def test_the_share_of_an_office_and_year(client, log_in, year, other_office):
    log_in("verifier")

    page = client.get(TIMELINESS, {"year": "2021"})

    shares = {
        row.agency: (row.share.in_time, row.share.due)
        for row in page.context["object_list"]
    }
    assert shares == {year: (1, 4), other_office: (0, 4)}
    assert (page.context["share"].in_time, page.context["share"].due) == (1, 8)
    text = page.content.decode()
    assert "1 dari 8 laporan masuk tepat waktu (12,50\xa0%)" in strip_tags(text)
    assert "terlambat 2 hari" in text


def test_the_year_that_runs_is_shown_unless_asked_otherwise(client, log_in, year):
    log_in("verifier")

    page = client.get(TIMELINESS)

    assert str(TODAY.year) in dict(page.context["filter_summary"]).values()
    assert page.context["share"].due == 0


def test_timeliness_is_sorted_and_exported(client, log_in, year):
    log_in("verifier")

    rows = client.get(TIMELINESS, {"year": 2021, "sort": "-share"}).context[
        "object_list"
    ]
    file = client.get(TIMELINESS, {"year": 2021, "format": "csv"}).getvalue().decode()
    book = client.get(TIMELINESS, {"year": 2021, "format": "xlsx"})

    assert rows[0].agency == year
    assert "Tepat waktu;" in file
    assert "Terlambat, terlambat 2 hari" in file
    assert b"".join(book).startswith(b"PK")


def test_a_year_that_cannot_be_read_shows_no_rows(client, log_in, year):
    log_in("verifier")

    page = client.get(TIMELINESS, {"year": "1e9"})

    assert page.status_code == 200
    assert not page.context["object_list"]


def test_timeliness_asks_as_much_for_more(client, log_in, year, queries_of):
    log_in("verifier")
    few = queries_of(client.get, TIMELINESS, {"year": 2021})

    AgencyFactory.create_batch(
        5, reports_progress=True, region=RegionFactory(code="63.72")
    )
    services.make_periods(2021, months=True)
    ReportingPeriod.objects.update(is_called=True)
    services.open_due_reports(on=TODAY)

    assert queries_of(client.get, TIMELINESS, {"year": 2021}) == few


def test_the_list_of_reports_leads_to_the_calendar(client, log_in, office):
    log_in("viewer")

    page = client.get(REPORTS).content.decode()

    assert f'href="{LIST}"' in page
    assert f'href="{TIMELINESS}"' in page
