"""The ledger on pages, in the CSV and in the API; the ledger of one area."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

from areas.ledger import credit, ledger_of
from areas.ledger_corrections import replace_credit
from areas.ledger_corrections import reverse as reverse_entry
from areas.models import LedgerEntry
from tests.factories_ledger import (
    claim_of,
    credit_unit,
    decreed_area,
    newer_line,
    surveyed_twice,
)

LIST = "/buku-besar/"
API = "/api/v1/ledger-entries/"
TODAY = date(2022, 6, 30)


@pytest.fixture
def line(office):
    return decreed_area("1", "2", agency=office, name="Kawasan Melati")


@pytest.fixture
def elsewhere(other_office, region_tree):
    return decreed_area(
        "4", agency=other_office, regency=region_tree["63.72"], name="Kawasan Seroja"
    )


def rows_of_csv(response) -> list[dict[str, str]]:
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


# ---- list --------------------------------------------------------------------


def test_list_shows_entry_unit_and_hectares(client, log_in, line):
    entry = credit_unit(line, cause="Titian ulin 640 m").entry
    log_in("operator")

    page = client.get(LIST).content.decode()

    for text in (f"#{entry.pk}", "Titian ulin 640 m", "+1,00", "Kawasan Melati"):
        assert text in page


def test_list_and_csv_and_api_hold_the_own_scope_only(client, log_in, line, elsewhere):
    own = credit_unit(line).entry
    credit_unit(elsewhere)
    log_in("operator")

    assert "Seroja" not in client.get(LIST).content.decode()
    rows = rows_of_csv(client.get(LIST, {"format": "csv"}))
    assert [row["Entri"] for row in rows] == [str(own.pk)]
    assert [row["id"] for row in client.get(API).json()["results"]] == [own.pk]


@pytest.fixture
def entries(line, elsewhere, office, ministry):
    """Two areas, two agencies, two outcomes, two periods."""
    one = line.area.neighbourhoods.order_by("pk").first()
    (improved,) = surveyed_twice(line, "heavy", "light")
    return [
        credit_unit(
            line, one, period="TW I 2021", effective_on=date(2021, 3, 31)
        ).entry,
        improved,
        credit_unit(elsewhere, agency=ministry, cause="IPAL komunal").entry,
    ]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"q": "melati"}, [0, 1]),
        ({"q": "ipal"}, [2]),
        ({"regency": "63.72"}, [2]),
        ({"outcome": "improved"}, [1]),
        ({"period": "TW I 2021"}, [0]),
        ({"as_of": "2021-06-30"}, [0, 1]),
        ({"as_of": "2019-06-30"}, []),
        ({"as_of": "2022-06-30", "outcome": "handled"}, [0, 2]),
        ({"agency": "ministry"}, [2]),
        ({"area": "line"}, [0, 1]),
    ],
)
def test_page_and_api_filter_alike(
    client, log_in, entries, line, ministry, query, expected
):
    keys = {"ministry": ministry.pk, "line": line.area_id}
    query = {name: keys.get(value, value) for name, value in query.items()}
    wanted = {entries[number].pk for number in expected}
    log_in("verifier")

    assert {row.pk for row in client.get(LIST, query).context["object_list"]} == wanted
    assert {row["id"] for row in client.get(API, query).json()["results"]} == wanted


@pytest.mark.parametrize(
    "query",
    [
        {"as_of": "kemarin"},
        {"area": "999999999999999999999"},
        {"agency": "x"},
        {"outcome": "semua"},
        {"regency": "63.99"},
        {"period": "\x00"},
        {"page": "-1"},
        {"sort": "hectares;drop"},
    ],
)
def test_a_filter_that_cannot_be_read_is_no_error(client, log_in, entries, query):
    log_in("verifier")

    assert client.get(LIST, query).status_code == 200
    assert client.get(API, query).status_code in (200, 400, 404)


def test_filters_offer_only_what_the_person_sees(client, log_in, entries):
    log_in("operator")

    form = client.get(LIST).context["filterset"].form

    assert [str(a) for a in form.fields["agency"].queryset] == [
        "Disperkim Kota Banjarmasin"
    ]
    assert "IPAL" not in str(form)
    assert [region.pk for region in form.fields["regency"].queryset] == ["63.71"]


def test_sums_stand_apart_by_decree_and_outcome(client, log_in, entries, line):
    credit_unit(newer_line(line), effective_on=TODAY)
    log_in("verifier")

    sums = client.get(LIST).context["sums"]

    assert [(s["decree"], s["outcome"], s["hectares"]) for s in sums] == [
        ("SK-UJI 1/2020", "handled", 5),
        ("SK-UJI 1/2020", "improved", 3),
        ("SK-UJI 2/2022", "handled", 1),
    ]


def test_csv_tells_reversals_and_exact_hectares(client, log_in, line, verifier):
    entry = credit_unit(line, hectares=Decimal("0.123456")).entry
    reversal = reverse_entry(entry, reason="Salah RT", by=verifier)
    log_in("verifier")

    rows = rows_of_csv(client.get(LIST, {"format": "csv", "sort": "pk"}))

    assert [row["Hektare"] for row in rows] == ["0,123456", "-0,123456"]
    assert rows[1]["Membalik entri"] == str(entry.pk)
    assert (rows[1]["Alasan"], rows[1]["Entri"]) == ("Salah RT", str(reversal.pk))


@pytest.mark.parametrize("url", [LIST, API])
def test_more_entries_cost_no_more_queries(client, log_in, line, queries_of, url):
    log_in("verifier")
    credit_unit(line)
    few = queries_of(client.get, url)

    for _number in range(6):
        credit_unit(decreed_area("1", agency=line.area.agency))

    assert queries_of(client.get, url) == few


def test_an_empty_ledger_says_what_fills_it(client, log_in, office):
    log_in("operator")

    assert "memverifikasi laporan" in client.get(LIST).content.decode()


# ---- one entry ---------------------------------------------------------------


def test_entry_names_who_why_and_when(client, log_in, line):
    entry = credit_unit(line, cause="Titian ulin 640 m").entry
    log_in("operator")

    page = client.get(entry.get_absolute_url()).content.decode()

    for text in ("Titian ulin 640 m", "TW IV 2021", "31 Des 2021", "SK-UJI 1/2020"):
        assert text in page


def test_a_reversal_and_its_credit_link_to_each_other(client, log_in, line, verifier):
    entry = credit_unit(line).entry
    new = replace_credit(entry, hectares=Decimal("0.5"), reason="Sebagian", by=verifier)
    reversal = entry.reversed_by
    log_in("operator")

    pages = {
        row.pk: client.get(row.get_absolute_url()).content.decode()
        for row in (entry, reversal, new)
    }

    assert reversal.get_absolute_url() in pages[entry.pk]
    assert entry.get_absolute_url() in pages[reversal.pk]
    assert "Sebagian" in pages[entry.pk]
    assert entry.get_absolute_url() not in pages[new.pk]


@pytest.mark.parametrize("url", ["areas:ledger-entry", "ledger-entries-detail"])
def test_an_entry_outside_the_scope_is_not_found(client, log_in, line, url):
    entry = credit_unit(line).entry
    log_in("stranger")

    assert client.get(reverse(url, args=[entry.pk])).status_code == 404


def test_the_api_is_read_only(client, log_in, line):
    entry = credit_unit(line).entry
    log_in("administrator")

    assert client.post(API, {"hectares": 1}).status_code == 405
    assert client.delete(f"{API}{entry.pk}/").status_code == 405
    assert LedgerEntry.objects.get().hectares == 1


def test_the_api_tells_hectares_exactly(client, log_in, line, verifier):
    entry = credit_unit(line).entry
    reversal = reverse_entry(entry, reason="Salah RT", by=verifier)
    log_in("operator")

    row = client.get(f"{API}{entry.pk}/").json()

    assert (row["hectares"], row["reversed_by"]) == ("1.000000", reversal.pk)
    assert (row["area"], row["decree_number"]) == (line.area_id, "SK-UJI 1/2020")


# ---- the ledger of one area --------------------------------------------------


def test_area_ledger_has_each_rt_with_what_is_left(line, verifier):
    one, two = line.area.neighbourhoods.order_by("pk")
    credit_unit(line, two, hectares=Decimal("0.5"))
    reverse_entry(credit_unit(line, one).entry, reason="Salah RT", by=verifier)

    ledger = ledger_of(line.area, as_of=TODAY)

    assert [(u.neighbourhood, u.handled, u.left) for u in ledger.units] == [
        (one, 0, 1),
        (two, Decimal("0.5"), Decimal("1.5")),
    ]
    assert len(ledger.entries) == 3
    assert (ledger.total.decreed, ledger.total.handled) == (3, Decimal("0.5"))


def test_area_without_rt_is_one_unit(office, verifier):
    line = decreed_area(hectares="3", agency=office)
    credit(**claim_of(line, None, hectares=Decimal(1)), by=verifier)

    (unit,) = ledger_of(line.area, as_of=TODAY).units

    assert (unit.hectares, unit.handled, unit.left) == (3, 1, 2)


def test_area_ledger_holds_the_decree_in_force_only(line):
    credit_unit(line)
    newer_line(line)

    assert ledger_of(line.area, as_of=TODAY).entries == []
    assert len(ledger_of(line.area, as_of=date(2021, 12, 31)).entries) == 1


@pytest.mark.parametrize(
    ("decreed", "sentence"),
    [(True, "sisa belum ditangani"), (False, "belum tercantum dalam SK")],
)
def test_area_ledger_is_drawn(line, rf, decreed, sentence):
    credit_unit(line)
    day = TODAY if decreed else date(2019, 1, 1)

    page = render_to_string(
        "areas/_ledger.html", {"ledger": ledger_of(line.area, day)}, rf.get("/")
    )

    assert sentence in page
    assert ("+1,00" in page) is decreed


def test_area_ledger_costs_the_same_for_more_entries(line, queries_of, rf):
    def shown():
        ledger = ledger_of(line.area, TODAY)
        return render_to_string("areas/_ledger.html", {"ledger": ledger}, rf.get("/"))

    one, two = line.area.neighbourhoods.order_by("pk")
    credit_unit(line, one)
    few = queries_of(shown)
    credit_unit(line, two)
    surveyed_twice(line, "heavy", "light")

    assert queries_of(shown) == few
