"""The calendar as JSON: the same figures and refusals as on the pages."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from agencies.models import Agency
from programs import services
from programs.models import LockException, ProgressReport, ReportingPeriod
from tests.factories import AgencyFactory
from tests.factories_programs import PeriodFactory

pytestmark = pytest.mark.django_db

PERIODS = "/api/v1/reporting-periods/"
EXCEPTIONS = "/api/v1/lock-exceptions/"
TIMELINESS = "/api/v1/timeliness/"
TODAY = timezone.localdate()


@pytest.fixture
def closed(office, other_office):
    """A closed quarter that two offices owe; one has its row, one has none."""
    Agency.objects.filter(pk__in=[office.pk, other_office.pk]).update(
        reports_progress=True
    )
    period = PeriodFactory(
        name="TW tutup",
        starts_on=TODAY - timedelta(120),
        ends_before=TODAY - timedelta(30),
        due_on=TODAY - timedelta(20),
        closes_on=TODAY - timedelta(10),
    )
    services.open_due_reports(on=TODAY)
    ProgressReport.objects.filter(agency=other_office).delete()
    return period


def send(client, url, values, method="post"):
    return getattr(client, method)(url, values, content_type="application/json")


def test_a_period_has_its_state_and_counts(client, log_in, closed):
    log_in("verifier")

    data = client.get(f"{PERIODS}{closed.pk}/").json()

    assert data == {
        "id": closed.pk,
        "kind": "quarter",
        "name": "TW tutup",
        "starts_on": str(closed.starts_on),
        "ends_before": str(closed.ends_before),
        "opens_on": str(closed.opens_on),
        "due_on": str(closed.due_on),
        "closes_on": str(closed.closes_on),
        "is_called": True,
        "state": "closed",
        "offices": 2,
        "submitted": 0,
        "verified": 0,
        "in_time": 0,
    }


def test_the_offices_of_a_period_are_all_there(client, log_in, closed, other_office):
    log_in("verifier")

    rows = client.get(f"{PERIODS}{closed.pk}/offices/").json()

    assert [(row["timing"], row["days_late"]) for row in rows] == [("missing", 20)] * 2
    missing = next(row for row in rows if row["agency"] == other_office.pk)
    assert (missing["report"], missing["status"], missing["is_owed"]) == (
        None,
        None,
        True,
    )


def test_a_stranger_sees_its_own_office(client, log_in, closed, other_office):
    log_in("stranger")

    rows = client.get(f"{PERIODS}{closed.pk}/offices/").json()

    assert [row["agency"] for row in rows] == [other_office.pk]
    assert client.get(f"{PERIODS}{closed.pk}/").json()["offices"] == 1


def test_a_period_is_made_and_its_dates_moved(client, log_in, editor):
    log_in("editor")

    made = send(client, PERIODS, {"kind": "month", "starts_on": "2099-03-01"})
    assert (made.status_code, made.json()["name"]) == (201, "Maret 2099")
    url = f"{PERIODS}{made.json()['id']}/"
    moved = send(client, url, {"due_on": "2099-04-15"}, "patch")

    assert moved.json()["due_on"] == "2099-04-15"
    assert moved.json()["closes_on"] == "2099-04-20"
    refused = send(client, url, {"due_on": "2099-05-15"}, "patch")
    assert refused.status_code == 400
    assert refused.json() == {"closes_on": ["Jangan sebelum hari tenggatnya."]}


def test_a_period_that_cannot_be_is_refused(client, log_in, editor):
    log_in("editor")

    answer = send(client, PERIODS, {"kind": "quarter", "starts_on": "2026-02-01"})

    assert answer.status_code == 400
    assert answer.json() == {
        "starts_on": [
            "Triwulan dimulai pada 1 Januari, 1 April, 1 Juli atau 1 Oktober."
        ]
    }
    assert not ReportingPeriod.objects.exists()


def test_an_exception_is_granted_and_seen_by_its_office(
    client, log_in, closed, office, editor
):
    log_in("editor")
    values = {
        "period": closed.name,
        "agency": office.pk,
        "until": str(TODAY),
        "reason": "Banjir",
    }

    made = send(client, EXCEPTIONS, values)

    assert made.status_code == 201
    assert made.json()["granted_by"] == editor.pk
    seen = {}
    for person in ("operator", "stranger"):
        log_in(person)
        seen[person] = client.get(EXCEPTIONS, {"period": closed.pk}).json()["count"]
    assert seen == {"operator": 1, "stranger": 0}


def test_everything_wrong_with_an_exception_is_told_at_once(
    client, log_in, closed, office
):
    log_in("editor")
    values = {
        "period": closed.name,
        "agency": office.pk,
        "until": str(closed.closes_on),
        "reason": "Banjir",
    }

    answer = send(client, EXCEPTIONS, values)

    assert answer.status_code == 400
    assert len(answer.json()["until"]) == 2
    assert not LockException.objects.exists()


@pytest.fixture
def year(closed):
    """The closed period alone in 2021, so that its year can be asked for."""
    closed.starts_on, closed.opens_on = date(2021, 1, 1), date(2021, 1, 1)
    closed.save()
    return closed


def test_timeliness_of_a_year(client, log_in, year, office, other_office):
    log_in("verifier")

    rows = client.get(TIMELINESS, {"year": 2021}).json()["results"]
    summary = client.get(f"{TIMELINESS}summary/", {"year": 2021}).json()
    one = client.get(TIMELINESS, {"year": 2021, "agency": office.pk}).json()

    assert {(row["agency"], row["period"], row["timing"]) for row in rows} == {
        (office.pk, "TW tutup", "missing"),
        (other_office.pk, "TW tutup", "missing"),
    }
    assert (summary["in_time"], summary["due"], summary["percent"]) == (0, 2, "0.00")
    assert [row["due"] for row in summary["offices"]] == [1, 1]
    assert one["count"] == 1


def test_a_filter_that_cannot_be_read_is_refused(client, log_in, year):
    log_in("verifier")

    assert client.get(TIMELINESS, {"year": "x"}).status_code == 400
    assert client.get(f"{TIMELINESS}summary/", {"kind": "week"}).status_code == 400


@pytest.mark.parametrize("url", [PERIODS, EXCEPTIONS, f"{TIMELINESS}?year=2021"])
def test_lists_ask_as_much_for_more(
    client, log_in, year, office, editor, url, queries_of
):
    grant = {"agency": office, "until": TODAY, "reason": "Banjir", "by": editor}
    services.grant_exception(year, **grant)
    log_in("verifier")
    few = queries_of(client.get, url)

    services.make_periods(2021)
    AgencyFactory.create_batch(3, reports_progress=True)
    services.open_due_reports(on=TODAY)
    services.grant_exception(year, **grant)

    assert queries_of(client.get, url) == few
