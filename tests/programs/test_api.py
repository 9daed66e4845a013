"""The endpoints of programmes, activities and reports: scope, shape, steps, errors."""

from decimal import Decimal

import pytest

from areas.models import LedgerEntry
from programs import services
from programs.models import Activity, Programme, ProgressReport
from tests.factories_ledger import credit_unit, decreed_area
from tests.factories_programs import (
    ActivityFactory,
    PeriodFactory,
    ProgrammeFactory,
    activity_in,
)

pytestmark = pytest.mark.django_db
API = "/api/v1"


def send(client, method, path, data=None):
    return getattr(client, method)(
        f"{API}/{path}/", data or {}, content_type="application/json"
    )


def report_path(report, step=""):
    return f"progress-reports/{report.pk}" + (f"/{step}" if step else "")


# ---- scope -------------------------------------------------------------------

PATHS = ("programmes", "activities", "progress-reports")


@pytest.mark.parametrize("path", PATHS)
def test_anonymous_gets_nothing(client, path):
    assert client.get(f"{API}/{path}/").status_code == 401


@pytest.mark.parametrize("path", PATHS)
def test_a_stranger_gets_no_rows_and_no_record(
    client, log_in, submitted, activity, path
):
    keys = {
        "programmes": activity.programme_id,
        "activities": activity.pk,
        "progress-reports": submitted.pk,
    }
    log_in("stranger")

    assert client.get(f"{API}/{path}/").json()["count"] == 0
    assert client.get(f"{API}/{path}/{keys[path]}/").status_code == 404


@pytest.mark.parametrize("path", PATHS)
def test_lists_cost_the_same_for_more_rows(
    client, log_in, office, operator, queries_of, path
):
    def add(first, count):
        for number in range(first, first + count):
            period = PeriodFactory(starts_on=f"20{number}-01-01")
            ActivityFactory(programme=ProgrammeFactory(agency=office, year=2001))
            services.start_report(
                office, period=type(period).objects.get(pk=period.pk), by=operator
            )

    log_in("operator")
    add(10, 2)
    few = queries_of(client.get, f"{API}/{path}/")
    add(12, 6)

    assert queries_of(client.get, f"{API}/{path}/") == few


# ---- programmes and activities -----------------------------------------------


def test_a_programme_is_made_and_changed(client, log_in, office):
    log_in("operator")
    values = {
        "agency": office.pk,
        "code": "1.04",
        "name": "Penataan",
        "year": 2026,
        "fund": "dak",
        "budget": "3200000000.00",
    }

    made = send(client, "post", "programmes", values)
    changed = send(client, "patch", f"programmes/{made.json()['id']}", {"name": "Baru"})

    assert made.status_code == 201
    assert (changed.json()["name"], changed.json()["budget"]) == (
        "Baru",
        "3200000000.00",
    )


def test_a_programme_sent_again_keeps_its_budget_and_a_changed_one_is_refused(
    client, log_in, office
):
    programme = ProgrammeFactory(agency=office, budget=Decimal(100))
    path = f"programmes/{programme.pk}"
    log_in("operator")
    values = client.get(f"{API}/{path}/").json()

    same = send(client, "put", path, values)
    other = send(client, "put", path, values | {"budget": "101.00"})

    assert (same.status_code, same.json()["budget"]) == (200, "100.00")
    assert other.status_code == 400
    assert other.json() == {
        "budget": [
            "Anggaran tercatat pada versinya. Tambahkan versi lewat budget-versions."
        ]
    }


def test_a_programme_of_another_office_is_not_allowed(client, log_in, office):
    log_in("viewer")
    values = {
        "agency": office.pk,
        "code": "1",
        "name": "x",
        "year": 2026,
        "fund": "dak",
    }

    answer = send(client, "post", "programmes", values)

    assert answer.status_code == 403
    assert answer.json()["code"] == "not_allowed"
    assert not Programme.objects.exists()


def test_errors_of_a_programme_come_together(client, log_in, office):
    log_in("operator")
    values = {"agency": office.pk, "name": "x", "year": "dua", "fund": "emas"}

    answer = send(client, "post", "programmes", values)

    assert answer.status_code == 400
    assert set(answer.json()) == {"code", "year", "fund"}


def test_an_activity_is_made(client, log_in, office, area, units):
    log_in("operator")
    values = {
        "programme": ProgrammeFactory(agency=office).pk,
        "area": area.pk,
        "neighbourhoods": [units[0].pk],
        "name": "Drainase",
        "indicator": "4b",
        "volume": "120.5",
    }

    answer = send(client, "post", "activities", values)

    assert answer.status_code == 201
    assert answer.json()["unit"] == "m"
    assert answer.json()["neighbourhoods"] == [units[0].pk]


def test_an_unknown_indicator_is_refused_by_name(client, log_in, office, area):
    log_in("operator")
    values = {
        "programme": ProgrammeFactory(agency=office).pk,
        "area": area.pk,
        "name": "Drainase",
        "indicator": "4d",
        "volume": "1",
    }

    answer = send(client, "post", "activities", values)

    assert answer.status_code == 400
    assert "4d" in answer.json()["indicator"][0]
    assert not Activity.objects.exists()


def test_records_out_of_scope_cannot_be_named(client, log_in, office, other_office):
    log_in("operator")
    place = decreed_area("1", agency=other_office, regency=other_office.region).area
    values = {
        "programme": ProgrammeFactory(agency=other_office).pk,
        "area": place.pk,
        "neighbourhoods": [place.neighbourhoods.get().pk],
        "name": "x",
        "indicator": "4b",
        "volume": "1",
    }

    answer = send(client, "post", "activities", values)

    assert answer.status_code == 400
    assert set(answer.json()) == {"programme", "area", "neighbourhoods"}


# ---- reports -----------------------------------------------------------------


def line_of(activity, **values):
    return {
        "activity": activity.pk,
        "physical_percent": "100",
        "spent": "450000000",
        "volume": "100",
        "units": [
            {"neighbourhood": unit.pk, "hectares": str(unit.hectares)}
            for unit in activity.area.neighbourhoods.all()
        ],
    } | values


def test_a_report_from_start_to_ledger(client, log_in, activity, office, period, units):
    log_in("operator")
    values = {"agency": office.pk, "period": period.name}
    made = send(client, "post", "progress-reports", values)
    report = ProgressReport.objects.get()
    send(client, "patch", report_path(report), {"lines": [line_of(activity)]})
    log_in("head")
    submitted = send(client, "post", report_path(report, "submit"))
    log_in("verifier")
    verified = send(client, "post", report_path(report, "verify"), {"method": "desk"})

    assert (made.status_code, submitted.status_code) == (201, 200)
    assert (made.json()["status"], made.json()["lines"][0]["volume"]) == ("draft", None)
    body = verified.json()
    assert (body["status"], body["verified"]) == ("verified", "2.348808")
    assert body["open_steps"] == []
    entries = [unit["entry"] for unit in body["lines"][0]["units"]]
    assert entries == list(LedgerEntry.objects.values_list("pk", flat=True))


def test_open_and_closed_steps_are_told(client, log_in, submitted):
    log_in("verifier")

    body = client.get(f"{API}/{report_path(submitted)}/").json()
    (row,) = client.get(f"{API}/progress-reports/").json()["results"]

    assert body["open_steps"] == row["open_steps"] == ["verify", "return"]
    assert list(body["closed_steps"]) == ["submit"]
    assert row["reported"] == "2.348808"
    assert row["verified"] is None


def test_wrong_state_is_a_conflict(client, log_in, draft):
    log_in("verifier")

    answer = send(client, "post", report_path(draft, "verify"), {"method": "desk"})

    assert answer.status_code == 409
    assert answer.json()["code"] == "wrong_state"


@pytest.mark.parametrize("step", ["submit", "verify", "return"])
def test_a_step_without_the_right(client, log_in, submitted, step):
    log_in("viewer")
    body = {"method": "desk", "reason": "x"}

    answer = send(client, "post", report_path(submitted, step), body)

    assert answer.status_code == 403


@pytest.mark.parametrize("step", ["submit", "verify", "return"])
def test_a_step_outside_the_scope(client, log_in, submitted, step):
    log_in("stranger")

    answer = send(client, "post", report_path(submitted, step), {"method": "desk"})

    assert answer.status_code == 404


def test_broken_rules_come_under_dotted_paths(client, log_in, draft, activity, units):
    log_in("operator")
    units = [{"neighbourhood": units[0].pk, "hectares": "9"}]
    lines = [line_of(activity, physical_percent="101", units=units), {"activity": 0}]

    answer = send(client, "patch", report_path(draft), {"lines": lines})

    assert answer.status_code == 400
    assert set(answer.json()) == {
        "lines.0.physical_percent",
        "lines.0.units.0.hectares",
        "lines.1.activity",
    }


def test_what_cannot_be_read_comes_under_the_same_paths(
    client, log_in, draft, activity
):
    log_in("operator")
    lines = [line_of(activity, volume="banyak", units=[{"hectares": "NaN"}])]

    answer = send(client, "patch", report_path(draft), {"lines": lines})

    assert answer.status_code == 400
    assert set(answer.json()) == {
        "lines.0.volume",
        "lines.0.units.0.neighbourhood",
        "lines.0.units.0.hectares",
    }


def test_put_removes_the_lines_not_sent(
    client, log_in, draft, activity, decree_line, office, operator
):
    road = activity_in(decree_line, agency=office)
    services.add_missing_lines(draft, by=operator)
    log_in("operator")

    send(client, "put", report_path(draft), {"lines": [line_of(activity)]})
    nothing = send(client, "put", report_path(draft), {"note": "x"})

    assert not draft.lines.filter(activity=road).exists()
    assert nothing.status_code == 400


def test_submit_lists_everything_that_is_missing(
    client, log_in, activity, office, period, head
):
    report = services.start_report(office, period=period, by=head)
    log_in("head")

    answer = send(client, "post", report_path(report, "submit"))

    assert answer.status_code == 400
    assert set(answer.json()) == {
        "lines.0.volume",
        "lines.0.physical_percent",
        "lines.0.spent",
    }


def test_return_with_a_reason(client, log_in, submitted):
    log_in("verifier")

    blank = send(client, "post", report_path(submitted, "return"), {"reason": ""})
    done = send(client, "post", report_path(submitted, "return"), {"reason": "Foto?"})

    assert (blank.status_code, list(blank.json())) == (400, ["reason"])
    assert (done.json()["status"], done.json()["return_reason"]) == (
        "returned",
        "Foto?",
    )
    assert [r["step"] for r in done.json()["rounds"]] == ["submit", "return"]


def test_decisions_by_unit(client, log_in, submitted):
    log_in("verifier")
    lines = client.get(f"{API}/{report_path(submitted)}/").json()["lines"]
    first, second = (unit["id"] for unit in lines[0]["units"])
    decision = {"unit": first, "verified": "1.2", "reason": "16 KK belum tersambung"}

    strange = send(
        client,
        "post",
        report_path(submitted, "verify"),
        {"method": "desk", "decisions": [decision | {"unit": 0}]},
    )
    done = send(
        client,
        "post",
        report_path(submitted, "verify"),
        {"method": "desk", "decisions": [decision]},
    )

    assert list(strange.json()) == ["decisions.0.unit"]
    units = {unit["id"]: unit["verified"] for unit in done.json()["lines"][0]["units"]}
    assert units == {first: "1.200000", second: "0.848808"}


def test_a_counted_unit_points_to_the_entry_that_stands(
    client, log_in, submitted, decree_line, units
):
    entry = credit_unit(decree_line, units[0]).entry
    log_in("verifier")

    done = send(client, "post", report_path(submitted, "verify"), {"method": "desk"})

    unit = done.json()["lines"][0]["units"][0]
    assert (unit["verified"], unit["entry"], unit["counted_in"]) == (
        "0.000000",
        None,
        entry.pk,
    )


def test_warnings_are_told_and_do_not_refuse(client, log_in, draft, activity):
    log_in("operator")
    line = {"activity": activity.pk, "volume": str(Decimal(140))}

    answer = send(client, "patch", report_path(draft), {"lines": [line]})

    assert answer.status_code == 200
    assert len(answer.json()["lines"][0]["warnings"]) == 1


def test_filters_are_those_of_the_page(client, log_in, submitted, period):
    log_in("verifier")
    path = f"{API}/progress-reports/"

    assert client.get(path, {"status": "submitted"}).json()["count"] == 1
    assert client.get(path, {"status": "verified"}).json()["count"] == 0
    assert client.get(path, {"period": period.pk}).json()["count"] == 1
    assert client.get(path, {"status": "lost"}).status_code == 400
