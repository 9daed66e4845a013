"""The pages, the CSV, the API and the command of data health."""

import csv
import io
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.urls import resolve

from dashboard.health.registry import BY_CODE, CHECKS
from tests.dashboard.health.cases import CASES, square
from tests.factories import RegionFactory
from tests.factories_ledger import LedgerAreaFactory, credit_unit, decreed_area

LIST = "/kesehatan-data/"
API = "/api/v1/data-health/"
# Surveys in these cases have a class, but no results that their page could show.
WITHOUT_RESULTS = {"survey-old", "surveys-not-comparable"}


def page_of(code: str) -> str:
    return f"{LIST}{code}/"


def rows_of_csv(response) -> list[dict[str, str]]:
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def counts_of(page) -> dict[str, int | None]:
    results = [*page.context["results"], *page.context["fine"]]
    return {result.check.code: result.count for result in results}


@pytest.fixture
def ill(office, other_office, region_tree):
    """Two areas without RT here, one elsewhere; one line credited too much."""
    for name in ("Kawasan Melati", "Kawasan Kenanga"):
        LedgerAreaFactory(agency=office, name=name)
    LedgerAreaFactory(
        agency=other_office, regency=region_tree["63.72"], name="Kawasan Seroja"
    )
    CASES["credited-above-decree"](office)


# ---- pages -------------------------------------------------------------------


def test_all_checks_with_severity_owner_and_count(client, log_in, ill):
    log_in("editor")

    page = client.get(LIST)

    html = page.content.decode()
    assert len(counts_of(page)) == len(CHECKS)
    # An area of the wrong credit has no RT either.
    assert counts_of(page)["area-without-rt"] == 4
    assert page.context["results"][0].check.code == "credited-above-decree"
    for text in (
        "Kesehatan data",
        "Kredit melebihi luas SK",
        "Serius",
        "Peringatan",
        "Pemeriksa",
        "Dinas kabupaten/kota",
        "Beres",
        "buka untuk menghitung",
        f'href="{page_of("credited-above-decree")}"',
    ):
        assert text in html


def test_a_district_sees_its_own(client, log_in, ill):
    log_in("stranger")

    page = client.get(LIST)

    assert counts_of(page)["area-without-rt"] == 1
    assert counts_of(page)["credited-above-decree"] == 0
    rows = client.get(page_of("area-without-rt")).context["object_list"]
    assert [row.name for row in rows] == ["Kawasan Seroja"]


def test_where_all_is_fine_the_page_says_so(client, log_in, office):
    log_in("editor")

    html = client.get(LIST).content.decode()

    assert "Semua pemeriksaan yang dihitung di sini beres." in html


@pytest.mark.parametrize("code", sorted(BY_CODE))
def test_the_rows_of_each_check(client, log_in, office, code):
    found = CASES[code](office)
    log_in("editor")

    page = client.get(page_of(code))

    html = page.content.decode()
    assert {row.pk for row in page.context["object_list"]} == {row.pk for row in found}
    for text in (BY_CODE[code].title, BY_CODE[code].why, BY_CODE[code].todo):
        assert str(text).split("/")[0] in html
    assert len(rows_of_csv(client.get(page_of(code), {"format": "csv"}))) == len(found)


@pytest.mark.parametrize("code", sorted(BY_CODE))
def test_each_check_without_rows(client, log_in, office, code):
    log_in("operator")

    assert "Beres: tidak ada temuan" in client.get(page_of(code)).content.decode()


@pytest.mark.parametrize("code", sorted(BY_CODE))
def test_each_row_leads_to_a_page_that_is_there(client, log_in, office, code):
    """Where it is put right: the first column's link, as the editor opens it."""
    CASES[code](office)
    log_in("editor")
    table = client.get(page_of(code)).content.decode().partition("<tbody>")[2]
    address = table.partition('<a href="')[2].partition('"')[0]

    assert resolve(address)
    if code not in WITHOUT_RESULTS:
        assert client.get(address).status_code == 200


def test_rows_are_filtered_by_regency_on_page_and_in_the_csv(client, log_in, ill):
    log_in("editor")
    url, query = page_of("area-without-rt"), {"regency": "63.72"}

    page = client.get(url, query)
    rows = rows_of_csv(client.get(url, query | {"format": "csv"}))

    assert [row.name for row in page.context["object_list"]] == ["Kawasan Seroja"]
    assert [row["Kawasan"] for row in rows] == ["Kawasan Seroja"]
    assert rows[0]["Pemeriksaan"] == "Kawasan tanpa RT"


def test_each_column_sorts(client, log_in, office):
    log_in("editor")
    for check in CHECKS:
        for column in check.columns:
            if column.order_by:
                query = {"sort": f"-{column.order_by}"}
                page = client.get(page_of(check.code), query)
                assert page.context["order"] == f"-{column.order_by}"


def test_an_unknown_check_is_not_there(client, log_in, office):
    log_in("editor")

    assert client.get(page_of("no-such-check")).status_code == 404


def test_the_home_page_leads_there(client, log_in, ill):
    log_in("operator")

    assert f'href="{LIST}"' in client.get("/").content.decode()


def many(office, number: int) -> None:
    """Areas that fail many checks at once."""
    for index in range(number):
        line = decreed_area("1", hectares="2", agency=office)
        line.area.acting_agencies.create(agency=office)
        credit_unit(line)
        place = square(114.5 + index / 1000, -3.34)
        LedgerAreaFactory(agency=office, **place)


@pytest.mark.parametrize(
    "url",
    [LIST, API, page_of("area-without-rt"), page_of("outlines-overlap")]
    + [page_of("rt-differ-from-decree"), page_of("outcomes-differ-from-surveys")],
)
def test_queries_do_not_grow_with_the_rows(client, log_in, office, queries_of, url):
    log_in("operator")
    many(office, 2)
    few = queries_of(client.get, url)
    many(office, 6)

    assert queries_of(client.get, url) == few


def test_all_checks_are_one_query_each(client, log_in, office, queries_of):
    """Beside them: the session, who it is, and what the frame of the page asks."""
    log_in("operator")
    counted = [check for check in CHECKS if not check.is_slow]

    assert queries_of(client.get, LIST) <= len(counted) + 6


# ---- API ---------------------------------------------------------------------


def test_the_api_says_the_same_as_the_page(client, log_in, ill):
    log_in("operator")

    answer = client.get(API).json()

    assert answer["count"] == len(CHECKS)
    assert {row["code"]: row["count"] for row in answer["results"]} == counts_of(
        client.get(LIST)
    )
    assert answer["results"][0] == {
        "code": "credited-above-decree",
        "title": "Kredit melebihi luas SK",
        "why": "Hektare yang dihitung lebih banyak daripada luas kawasan menurut SK.",
        "todo": "Minta kredit yang salah dibatalkan, atau luasnya dikoreksi dengan"
        " dokumen.",
        "severity": "severe",
        "owner": "province_verifier",
        "count": 1,
        "rows": "http://testserver/kesehatan-data/credited-above-decree/",
    }


def test_the_api_has_pages(client, log_in, office):
    log_in("operator")

    answer = client.get(API, {"page_size": 5}).json()

    assert len(answer["results"]) == 5
    assert answer["next"].endswith("?page=2&page_size=5")


# ---- the command -------------------------------------------------------------


def said_by(**options) -> str:
    output = io.StringIO()
    call_command("data_health", stdout=output, **options)
    return output.getvalue()


def test_the_command_is_content_with_warnings(office):
    LedgerAreaFactory(agency=office)

    lines = said_by().splitlines()

    assert len(lines) == len(CHECKS) + 1
    assert lines[0].split()[:3] == ["Tingkat", "Baris", "Pemeriksaan"]
    [line] = [line for line in lines if "area-without-rt" in line]
    assert line.startswith("Peringatan")
    assert line.split()[1] == "1"
    assert sum(line.startswith("beres") for line in lines) == len(CHECKS) - 3


@pytest.mark.parametrize(
    "code",
    sorted(code for code, check in BY_CODE.items() if check.severity == "severe"),
)
def test_the_command_fails_on_severe_rows(office, code):
    CASES[code](office)

    with pytest.raises(CommandError, match=f"belum beres: {code}") as failure:
        said_by()
    assert failure.value.returncode == 1


def test_the_command_asks_for_a_regency_or_a_severity(ill, region_tree):
    assert "area-without-rt" in said_by(regency="63.72")
    assert len(said_by(severity="info").splitlines()) == 1 + sum(
        check.severity == "info" for check in CHECKS
    )
    with pytest.raises(CommandError, match="belum beres"):
        said_by(regency="63.71", severity="severe")


def test_the_command_refuses_a_regency_that_is_none(region_tree):
    for code in ("63.99", "63", "63.71.01"):
        with pytest.raises(CommandError, match="Tidak ada kabupaten/kota"):
            said_by(regency=code)


def test_numbers_of_a_comparison_are_exact(client, log_in, office):
    decreed_area("1", "2", hectares="3.123456", agency=office)
    RegionFactory(code="63.71")
    log_in("editor")
    url = page_of("rt-differ-from-decree")

    [row] = rows_of_csv(client.get(url, {"format": "csv"}))

    assert row["Luas dalam SK (ha)"] == "3,123456"
    assert row["Jumlah RT (ha)"] == "3,000000"
    assert row["Selisih (ha)"] == "-0,123456"
    [shown] = client.get(url).context["object_list"]
    assert shown.difference == Decimal("-0.123456")
