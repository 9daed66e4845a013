"""The ledger of an office and of a work, its filters, and areas that are slum again."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from areas import services
from areas.models import LedgerEntry, LedgerSource
from areas.outcomes import settle_outcomes
from areas.unit_ledger import ledger_of
from tests.areas.test_ledger_pages import rows_of_csv
from tests.factories_ledger import (
    RANK_TOTALS,
    credit_unit,
    decreed_area,
    newer_line,
    surveyed_twice,
    verified_survey,
)

LIST = "/buku-besar/"
AGAIN = "/buku-besar/kumuh-kembali/"
API = "/api/v1/ledger-entries/"
TODAY = date(2025, 6, 30)


@pytest.fixture
def line(office):
    return decreed_area("1", "2", agency=office, name="Kawasan Melati")


@pytest.fixture
def source(db):
    return LedgerSource.objects.create(
        key="activity:7",
        activity="Titian Melati",
        programme="1.04.03 Penataan",
        programme_key="5",
        year=2021,
        fund="dak",
    )


def surveyed(line, severity: str, on: str) -> None:
    day = date.fromisoformat(on)
    survey = verified_survey(line.area, severity, day, RANK_TOTALS[severity])
    settle_outcomes([line.area_id], by=survey.verified_by)


@pytest.fixture
def slum_again(line):
    """Out of slum in 2022, slum again since 2024."""
    surveyed(line, "heavy", "2020-05-01")
    surveyed(line, "not_slum", "2022-05-01")
    surveyed(line, "moderate", "2024-05-01")
    return LedgerEntry.objects.get(kind="relapse")


# ---- filters of the ledger --------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"kind": "relapse"}, ["relapse"]),
        ({"kind": "credit", "outcome": "handled"}, ["handled", "handled"]),
        ({"method": "field"}, ["handled"]),
        ({"method": "survey", "year": "2024"}, ["relapse"]),
        ({"programme": "5"}, ["handled"]),
        ({"programme": "none", "kind": "relapse"}, ["relapse"]),
        ({"fund": "dak"}, ["handled"]),
        ({"fund": "none", "method": "field"}, []),
        ({"year": "2022"}, ["improved", "cleared"]),
        ({"known_at": "2000-01-01"}, []),
        ({"known_at": "2999-01-01", "kind": "relapse"}, ["relapse"]),
        ({"as_of": "2023-01-01", "method": "survey"}, ["improved", "cleared"]),
        ({"as_of": "2023-01-01", "known_at": "2000-01-01"}, []),
    ],
)
def test_page_and_api_filter_alike(
    client, log_in, line, source, slum_again, query, found
):
    one, two = line.area.neighbourhoods.order_by("pk")
    credit_unit(line, one, method="field", source=source)
    credit_unit(line, two)
    log_in("verifier")

    rows = client.get(LIST, query).context["object_list"]
    told = ["relapse" if row.kind == "relapse" else row.outcome for row in rows]

    assert sorted(told) == sorted(found)
    api = client.get(API, query).json()["results"]
    assert {row["id"] for row in api} == {row.pk for row in rows}


def test_a_day_of_knowing_means_its_end(client, log_in, line):
    credit_unit(line)
    log_in("verifier")
    today = timezone.localdate()

    found = [
        client.get(LIST, {"known_at": day.isoformat()}).context["object_list"].count()
        for day in (today - timedelta(days=1), today)
    ]

    assert found == [0, 1]


@pytest.mark.parametrize("name", ["kind", "method", "fund", "programme", "year"])
def test_a_filter_that_cannot_be_read_shows_no_rows(client, log_in, line, name):
    credit_unit(line)
    log_in("verifier")

    page = client.get(LIST, {name: "tidak ada"})

    assert page.status_code == 200
    assert list(page.context["object_list"]) == []


def test_rows_name_kind_programme_and_survey(client, log_in, line, source, slum_again):
    credit_unit(line, source=source)
    log_in("operator")

    page = client.get(LIST).content.decode()

    for text in ("Kumuh kembali", "1.04.03 Penataan", "perbandingan penilaian"):
        assert text in page
    assert slum_again.relapse_of.assessment.get_absolute_url() in page


# ---- one entry --------------------------------------------------------------------


def test_a_credit_that_ended_and_its_relapse_name_each_other(
    client, log_in, slum_again
):
    log_in("operator")
    cleared = slum_again.relapse_of

    pages = [
        client.get(entry.get_absolute_url()).content.decode()
        for entry in (cleared, slum_again)
    ]

    assert slum_again.get_absolute_url() in pages[0]
    assert "kumuh kembali sejak 1 Mei 2024" in pages[0]
    assert cleared.get_absolute_url() in pages[1]
    assert slum_again.assessment.get_absolute_url() in pages[1]


def test_an_area_correction_names_its_document(client, log_in, line, editor, verifier):
    change = services.propose_change(
        kind="area",
        decree_line=line,
        hectares=Decimal("3.5"),
        reason="Salah cetak",
        document="BA 7/2021",
        by=editor,
    )
    change = services.approve_change(change, by=verifier)
    log_in("operator")

    page = client.get(change.posted.get_absolute_url()).content.decode()

    for text in ("Koreksi luas", "BA 7/2021", "Salah cetak", "Luas dalam SK"):
        assert text in page


# ---- of an office, of a work ------------------------------------------------------


def test_the_ledger_of_an_office_has_its_sums_by_year(
    client, log_in, line, office, ministry
):
    one, two = line.area.neighbourhoods.order_by("pk")
    credit_unit(line, one, effective_on=date(2020, 12, 31))
    credit_unit(line, two)
    credit_unit(decreed_area("4", agency=office), agency=ministry)
    log_in("operator")

    page = client.get(reverse("areas:ledger-agency", args=[office.pk]))

    assert [(r["year"], r["hectares"]) for r in page.context["yearly"]] == [
        (2020, 1),
        (2021, 2),
    ]
    assert len(page.context["object_list"]) == 2
    assert office.get_absolute_url() in page.content.decode()


def test_the_ledger_of_an_office_holds_the_own_scope_only(
    client, log_in, line, office, other_office, region_tree
):
    credit_unit(line)
    elsewhere = decreed_area("4", agency=other_office, regency=region_tree["63.72"])
    credit_unit(elsewhere, agency=office)
    log_in("operator")

    page = client.get(reverse("areas:ledger-agency", args=[office.pk]))

    # where the own office acts it sees the area only if it is named there
    assert {row.decree_line for row in page.context["object_list"]} == {line}


def test_the_ledger_of_a_work(client, log_in, line, source):
    one, two = line.area.neighbourhoods.order_by("pk")
    entry = credit_unit(line, one, source=source).entry
    credit_unit(line, two)
    url = reverse("areas:ledger-work", args=[source.pk])
    log_in("operator")

    page = client.get(url)

    assert list(page.context["object_list"]) == [entry]
    assert "Titian Melati" in page.content.decode()
    rows = rows_of_csv(client.get(url, {"format": "csv"}))
    assert [row["Entri"] for row in rows] == [str(entry.pk)]
    log_in("stranger")
    assert client.get(url).status_code == 404


@pytest.mark.parametrize("kind", ["office", "work", "again"])
def test_more_entries_cost_no_more_queries(
    client, log_in, office, source, queries_of, kind
):
    def add(count: int) -> None:
        for _number in range(count):
            line = decreed_area("1", agency=office)
            credit_unit(line, source=source)
            for severity, on in (
                ("heavy", "2020-05-01"),
                ("not_slum", "2022-05-01"),
                ("light", "2024-05-01"),
            ):
                surveyed(line, severity, on)

    add(1)
    url = {
        "office": reverse("areas:ledger-agency", args=[office.pk]),
        "work": reverse("areas:ledger-work", args=[source.pk]),
        "again": AGAIN,
    }[kind]
    log_in("verifier")
    few = queries_of(client.get, url)
    add(4)

    assert queries_of(client.get, url) == few


# ---- slum again -------------------------------------------------------------------


def test_slum_again_names_both_days_and_the_class(client, log_in, line, slum_again):
    log_in("operator")

    (row,) = rows_of_csv(client.get(AGAIN, {"format": "csv"}))
    page = client.get(AGAIN).content.decode()

    assert row["Kawasan"] == "Kawasan Melati"
    assert (row["Keluar dari kumuh pada"], row["Kumuh kembali sejak"]) == (
        "2022-05-01",
        "2024-05-01",
    )
    assert (row["Kelas"], row["SK"]) == ("Kumuh sedang", "SK-UJI 1/2020")
    for text in ("1 Mei 2022", "1 Mei 2024", "masih kumuh", "3,00"):
        assert text in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, 1),
        ({"q": "melati"}, 1),
        ({"q": "seroja"}, 0),
        ({"regency": "63.71"}, 1),
        ({"severity": "moderate"}, 1),
        ({"severity": "light"}, 0),
        ({"year": "2024"}, 1),
        ({"year": "2022"}, 0),
        ({"state": "slum"}, 1),
        ({"state": "cleared"}, 0),
    ],
)
def test_slum_again_is_filtered(client, log_in, slum_again, query, found):
    log_in("verifier")

    assert len(client.get(AGAIN, query).context["object_list"]) == found


def test_out_of_slum_once_more_is_told(client, log_in, line, slum_again):
    surveyed(line, "not_slum", "2025-05-01")
    log_in("verifier")

    page = client.get(AGAIN, {"state": "cleared"}).content.decode()

    assert "keluar dari kumuh lagi pada 1 Mei 2025" in page
    assert not client.get(AGAIN, {"state": "slum"}).context["object_list"]


def test_a_relapse_that_was_taken_back_is_none(client, log_in, line, slum_again):
    surveyed(line, "light", "2021-05-01")  # later entries are posted anew
    surveyed(line, "moderate", "2019-12-31")
    log_in("verifier")

    rows = client.get(AGAIN).context["object_list"]

    assert [(row.effective_on, row.relapse_of.effective_on) for row in rows] == [
        (date(2024, 5, 1), date(2022, 5, 1))
    ]


def test_others_see_no_slum_again_of_mine(client, log_in, slum_again):
    log_in("stranger")

    assert not client.get(AGAIN).context["object_list"]


# ---- the ledger of one area -------------------------------------------------------


@pytest.mark.parametrize(
    ("surveys", "sentence"),
    [
        ([], "belum ada penilaian terverifikasi"),
        ([("heavy", "2020-05-01")], "baru ada satu penilaian"),
        (
            [("heavy", "2020-05-01"), ("heavy", "2022-05-01")],
            "Kumuh berat, nilai 65 (1 Mei 2020) → Kumuh berat, nilai 65 (1 Mei 2022)",
        ),
    ],
)
@pytest.mark.parametrize("part", ["area-ledger", "area-detail"])
def test_improved_is_not_zero_before_it_can_be_compared(
    client, log_in, line, surveys, sentence, part
):
    for severity, on in surveys:
        surveyed(line, severity, on)
    log_in("operator")

    page = client.get(reverse(f"areas:{part}", args=[line.area_id])).content.decode()

    assert sentence in page
    assert ("belum dapat dibandingkan" in page) is (len(surveys) < 2)


def test_the_area_says_that_it_is_slum_again(client, log_in, line, slum_again):
    log_in("operator")

    page = client.get(reverse("areas:area-ledger", args=[line.area_id]))

    text = "keluar dari kumuh pada 1 Mei 2022, kumuh kembali sejak 1 Mei 2024"
    assert text in page.content.decode()
    ledger = ledger_of(line.area, TODAY)
    assert (ledger.total.improved, ledger.total.cleared) == (3, 0)
    before = ledger_of(line.area, date(2023, 1, 1))
    assert (before.slum_again, before.total.cleared) == (None, 3)


def test_a_new_decree_says_nothing_of_the_old_surveys(line):
    surveyed_twice(line, "heavy", "not_slum")
    newer_line(line)

    ledger = ledger_of(line.area, TODAY)

    assert (ledger.comparison, ledger.surveys, ledger.total.cleared) == (None, 2, 0)


def test_the_corrected_area_is_what_the_ledger_counts(
    client, log_in, line, editor, verifier
):
    change = services.propose_change(
        kind="area",
        decree_line=line,
        hectares=Decimal("3.5"),
        reason="Salah cetak",
        document="BA 7/2021",
        by=editor,
    )
    services.approve_change(change, by=verifier)
    log_in("operator")

    page = client.get(reverse("areas:area-ledger", args=[line.area_id]))

    assert "Luas: tercetak 3,00 ha, dikoreksi 0,50 ha." in page.content.decode()
    ledger = ledger_of(line.area, timezone.localdate())
    assert (ledger.total.decreed, ledger.corrected) == (Decimal("3.5"), Decimal("0.5"))
    earlier = ledger_of(line.area, TODAY, known_at=change.proposed_at)
    assert (earlier.total.decreed, earlier.corrected) == (3, 0)
