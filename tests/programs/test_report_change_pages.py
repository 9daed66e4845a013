"""Asking for a change and deciding on it, by page and by API."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from areas.models import LedgerEntry
from programs import services
from programs.models import ReportChange, ReportLine
from tests.factories_programs import PeriodFactory, activity_in, drafted, filled

API = "/api/v1/report-changes/"


@pytest.fixture
def line(verified):
    return verified.lines.get()


@pytest.fixture
def change(line, head, units):
    given = [
        {"neighbourhood": units[0].pk, "hectares": Decimal("1.2"), "reason": "utara"},
        {"neighbourhood": units[1].pk, "hectares": units[1].hectares, "reason": ""},
    ]
    values = {"volume": Decimal(80), "units": given}
    return services.propose_change(
        line, values=values, reason="Salah ukur di lapangan.", by=head
    )


def ask_url(line):
    return reverse("programs:report-change", args=[line.report_id, line.pk])


def typed(line, units, **values):
    """The form as it comes from the page, with other figures."""
    prefix = f"k{line.pk}"
    data = {
        f"{prefix}-volume": "100",
        f"{prefix}-physical_percent": "100",
        f"{prefix}-spent": "450000000",
        f"{prefix}-note": "",
        "reason": "Salah ukur di lapangan.",
    }
    for unit in units:
        stored = line.units.get(neighbourhood=unit)
        data[f"{prefix}-u{unit.pk}-hectares"] = str(stored.reported).replace(".", ",")
        data[f"{prefix}-u{unit.pk}-reason"] = ""
    return data | {key.replace("{k}", prefix): value for key, value in values.items()}


def test_the_head_is_offered_the_change_at_each_line(client, log_in, verified, line):
    for person, is_offered in (
        ("head", True),
        ("operator", False),
        ("verifier", False),
    ):
        log_in(person)
        page = client.get(verified.get_absolute_url()).text
        assert (ask_url(line) in page) is is_offered


def test_the_page_asks_with_what_stands_there(client, log_in, line, units):
    log_in("head")
    page = client.get(ask_url(line)).text
    assert 'value="100"' in page
    assert 'value="1,5"' in page

    response = client.post(ask_url(line), typed(line, units, **{"{k}-volume": "80"}))

    change = ReportChange.objects.get()
    assert response.url == change.get_absolute_url()
    assert (change.before["volume"], change.values["volume"]) == ("100", "80")
    assert change.before["units"] == change.values["units"]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({}, "Belum ada yang diubah."),
        ({"{k}-volume": "1.234"}, "aria-invalid"),
        ({"{k}-volume": ""}, "Masih kurang"),
        ({"{k}-physical_percent": "101"}, "antara 0 dan 100"),
        ({"{k}-volume": "80", "reason": ""}, "harus diisi"),
        ({"{k}-volume": "80", "reason": "   "}, "harus diisi"),
    ],
)
def test_what_is_refused_stands_on_the_page(
    client, log_in, line, units, values, sentence
):
    log_in("head")

    page = client.post(ask_url(line), typed(line, units, **values))

    assert page.status_code == 200
    assert sentence in page.text
    assert not ReportChange.objects.exists()


def test_hectares_are_refused_at_their_rt(client, log_in, line, units):
    log_in("head")
    name = f"{{k}}-u{units[0].pk}-hectares"

    page = client.post(ask_url(line), typed(line, units, **{name: "1,6"})).text

    assert "1,6 ha melebihi luas yang ada" in page


def test_a_report_that_is_not_verified_has_no_such_page(client, log_in, submitted):
    log_in("head")
    line = submitted.lines.get()

    page = client.get(ask_url(line), follow=True)
    assert "Hanya laporan terverifikasi" in page.text
    assert client.post(ask_url(line), {"reason": "x"}).status_code in {200, 302}
    assert not ReportChange.objects.exists()


def test_a_line_of_another_report_is_not_found(client, log_in, verified, line):
    log_in("head")
    url = reverse("programs:report-change", args=[verified.pk, line.pk + 1])

    assert client.get(url).status_code == 404


def test_the_decision_shows_before_and_after(client, log_in, change):
    log_in("verifier")

    page = client.get(change.get_absolute_url()).text

    assert "<del>100 m</del>" in page
    assert "<ins>80 m</ins>" in page
    assert "<del>1,5 ha</del>" in page
    assert "<ins>1,2 ha</ins>" in page
    assert "Salah ukur di lapangan." in page
    assert 'value="1,2"' in page


@pytest.mark.parametrize("person", ["head", "operator", "viewer", "editor"])
def test_the_others_see_why_they_cannot_decide(client, log_in, change, person):
    log_in(person)

    page = client.get(change.get_absolute_url()).text

    assert 'name="step"' not in page
    assert "diputuskan oleh verifikatornya" in page


def test_the_page_accepts(client, log_in, change, verified, line):
    log_in("verifier")
    key = change.line.units.order_by("neighbourhood").first().neighbourhood_id
    data = {"step": "accept", f"u{key}-verified": "1,1", f"u{key}-why": "timur belum"}

    page = client.post(change.get_absolute_url(), data, follow=True).text

    assert "Laporan dan buku besar sudah memuat perubahan itu." in page
    assert "Diterima" in page
    unit = line.units.get(neighbourhood=key)
    assert (unit.verified, unit.verifier_reason) == (Decimal("1.1"), "timur belum")
    page = client.get(verified.get_absolute_url()).text
    assert "Perubahan diterima" in page
    assert change.get_absolute_url() in page


def test_less_without_a_reason_stands_on_the_page(client, log_in, change):
    log_in("verifier")
    key = change.line.units.order_by("neighbourhood").first().neighbourhood_id
    data = {"step": "accept", f"u{key}-verified": "1,1"}

    page = client.post(change.get_absolute_url(), data)

    assert page.status_code == 200
    assert "mengapa" in page.text
    change.refresh_from_db()
    assert change.state == "asked"


def test_the_page_refuses_with_a_reason_only(client, log_in, change, line):
    log_in("verifier")
    key = change.line.units.order_by("neighbourhood").first().neighbourhood_id
    data = {"step": "refuse", f"u{key}-verified": "1,2", "reason": ""}
    url = change.get_absolute_url()
    assert "Tulis alasan penolakan." in client.post(url, data).text

    client.post(url, data | {"reason": "Foto tidak mendukung."})

    change.refresh_from_db()
    assert (change.state, change.decision_reason) == (
        "refused",
        "Foto tidak mendukung.",
    )
    assert LedgerEntry.objects.count() == 2
    again = client.post(url, data | {"step": "accept"}, follow=True).text
    assert "Ditolak" in again


def test_drift_is_told_on_page_and_list_and_in_the_api(client, log_in, verified, line):
    log_in("viewer")
    sentence = "Berubah sesudah verifikasi; perlu diverifikasi lagi."
    chip = "Berubah sesudah verifikasi"
    url = reverse("programs:report-list")
    assert sentence not in client.get(verified.get_absolute_url()).text
    assert chip not in client.get(url).text

    ReportLine.objects.update(volume=Decimal(7))

    assert sentence in client.get(verified.get_absolute_url()).text
    assert chip in client.get(url).text
    row = client.get(f"/api/v1/progress-reports/{verified.pk}/").json()
    assert row["has_drifted"] is True
    assert chip in client.get(url, {"format": "csv"}).getvalue().decode()


def test_the_list_says_why_less_was_verified(
    client, log_in, submitted, verifier, units
):
    unit = submitted.lines.get().units.get(neighbourhood=units[0])
    decision = services.Decision(Decimal("1.2"), "Ujung utara belum.")
    services.verify_report(
        submitted, method="desk", decisions={unit.pk: decision}, by=verifier
    )
    log_in("viewer")

    page = client.get(reverse("programs:report-list")).text

    assert "−0,30</data> ha: Ujung utara belum." in page


# ---- the API ---------------------------------------------------------------------


def posted(client, url, data):
    return client.post(url, data, content_type="application/json")


def test_the_api_asks_accepts_and_lists(client, log_in, line, units):
    log_in("head")
    data = {
        "line": line.pk,
        "values": {
            "volume": "80",
            "units": [
                {"neighbourhood": units[0].pk, "hectares": "1.2", "reason": "utara"},
                {"neighbourhood": units[1].pk, "hectares": "0.848808"},
            ],
        },
        "reason": "Salah ukur.",
    }
    response = posted(client, API, data)
    assert response.status_code == 201, response.json()
    asked = response.json()
    assert (asked["state"], asked["open_steps"]) == ("asked", [])
    assert set(asked["closed_steps"]) == {"accept", "refuse"}

    log_in("verifier")
    rows = client.get(API, {"state": "asked"}).json()["results"]
    assert [row["open_steps"] for row in rows] == [["accept", "refuse"]]
    decisions = [{"neighbourhood": units[0].pk, "verified": "1.1", "reason": "timur"}]
    url = f"{API}{asked['id']}/accept/"
    done = posted(client, url, {"decisions": decisions})

    assert (done.status_code, done.json()["state"]) == (200, "accepted")
    assert line.units.get(neighbourhood=units[0]).verified == Decimal("1.1")
    assert posted(client, url, {}).status_code == 409


def test_the_api_refuses(client, log_in, change):
    log_in("verifier")
    url = f"{API}{change.pk}/refuse/"
    assert list(posted(client, url, {}).json()) == ["reason"]

    done = posted(client, url, {"reason": "Tidak sesuai."})

    assert done.json()["state"] == "refused"
    assert posted(client, url, {"reason": "Lagi."}).status_code == 409


def test_refusals_of_the_api_name_their_field(client, log_in, line, units):
    log_in("head")
    units_given = [{"neighbourhood": units[0].pk, "hectares": "9"}]
    data = {"line": line.pk, "values": {"units": units_given}, "reason": "x"}

    assert list(posted(client, API, data).json()) == ["units.0.hectares"]


def test_the_list_asks_the_same_number_of_queries_for_more_changes(
    client, log_in, change, head, verifier, decree_line, office, operator, queries_of
):
    log_in("viewer")
    few = queries_of(client.get, API)
    period = PeriodFactory(starts_on=date(2021, 1, 1), ends_before=date(2021, 4, 1))
    activities = [activity_in(decree_line, agency=office) for _n in range(3)]
    works = [change.line.activity, *activities]
    lines = [filled(activity, units=[]) for activity in works]
    report = drafted(office, by=operator, lines=lines, period=period)
    services.submit_report(report, by=head)
    services.verify_report(report, method="desk", by=verifier)
    for line in report.lines.filter(volume=100):
        services.propose_change(
            line, values={"volume": Decimal(1)}, reason="x", by=head
        )

    assert queries_of(client.get, API) == few
    assert client.get(API).json()["count"] > 2


def test_marks_by_api(client, log_in, submitted, units):
    log_in("verifier")
    url = f"/api/v1/progress-reports/{submitted.pk}/marks/"
    line = submitted.lines.get()
    unit = line.units.get(neighbourhood=units[0])
    mark = {
        "line": line.pk,
        "mark": "fix",
        "reason": "utara",
        "decided": [{"unit": unit.pk, "verified": "1.2"}],
        "comment": "Foto? @operator @hantu",
    }

    answer = posted(client, url, {"marks": [mark]}).json()

    assert answer["untold"] == ["hantu"]
    assert [m["decided"] for m in answer["marks"]] == [{str(units[0].pk): "1.200000"}]
    assert client.get(url).json()["marks"] == answer["marks"]
    log_in("operator")
    assert client.get(url).status_code == 403
    assert posted(client, url, {"marks": [mark]}).status_code == 403


def test_the_minutes_by_api(client, log_in, submitted, verifier):
    log_in("viewer")
    url = f"/api/v1/progress-reports/{submitted.pk}/minutes/"
    assert client.get(url).status_code == 409

    services.verify_report(submitted, method="desk", by=verifier)

    assert client.get(url)["Content-Type"] == "application/pdf"
