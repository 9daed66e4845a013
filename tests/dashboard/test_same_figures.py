"""One filter, one figure: home page, list, CSV, API and ledger say the same."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest

from areas.ledger import ledger_of
from areas.ledger_corrections import reverse
from tests.factories_ledger import (
    BaselineDecreeFactory,
    LedgerAreaFactory,
    credit_unit,
    decreed_area,
    verified_survey,
)

TODAY = "2022-06-30"


@pytest.fixture
def world(office, other_office, region_tree, verifier):
    """Areas of all kinds: two decrees, a reversal, a footprint's fraction, none."""
    banjarbaru = {"agency": other_office, "regency": region_tree["63.72"]}
    sizes = ("0.333333", "9.994999", "12.5", "15.000001")
    lines = [
        decreed_area(size, "0.666667", agency=office, name=f"Kawasan {size}")
        for size in sizes
    ]
    lines.append(decreed_area("20", "3", name="Kawasan Seroja", **banjarbaru))
    for line, severity in zip(lines, ("heavy", "light", "moderate"), strict=False):
        verified_survey(line.area, severity, date(2021, 1, 8), 40)
    entries = [credit_unit(line).entry for line in lines]
    reverse(entries[1], reason="Salah RT", by=verifier)
    newer = BaselineDecreeFactory(
        number="SK-UJI 2/2022",
        level="mayor",
        region__code="63.71",
        issued_on="2022-01-01",
        in_force_from="2022-01-01",
    )
    newer.lines.create(area=lines[2].area, hectares=Decimal("13.2"))
    LedgerAreaFactory(agency=office, name="Tanpa SK")
    return lines


FILTERS = [
    {},
    {"as_of": "2021-12-31"},
    {"as_of": "2021-06-30"},
    {"severity": "heavy"},
    {"severity": "none"},
    {"authority": "regency"},
    {"authority": "province", "as_of": "2021-12-31"},
    {"regency": "63.72"},
    {"regency": "63.71", "severity": "light", "authority": "province"},
]


def csv_rows(response) -> list[dict[str, str]]:
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def number(text: str) -> Decimal:
    return Decimal(text.replace(",", ".") or 0)


def sums_by_way(client, query) -> dict[str, tuple[Decimal, Decimal]]:
    """Decreed and handled hectares, as each way of asking has them."""
    total = client.get("/", query).context["figures"].total
    listed = client.get("/kawasan/", query).context["totals"]
    rows = csv_rows(client.get("/kawasan/", {**query, "format": "csv"}))
    items = client.get("/api/v1/slum-areas/", {**query, "page_size": 500}).json()
    return {
        "page": (total.decreed, total.handled),
        "list": (listed["decreed"], listed["handled"]),
        "csv": (
            sum((number(row["Luas SK (ha)"]) for row in rows), Decimal(0)),
            sum((number(row["Ditangani (ha)"]) for row in rows), Decimal(0)),
        ),
        "api": (
            sum((Decimal(row["decreed"] or 0) for row in items["results"]), Decimal(0)),
            sum((Decimal(row["handled"] or 0) for row in items["results"]), Decimal(0)),
        ),
    }


@pytest.mark.parametrize("person", ["verifier", "operator"])
@pytest.mark.parametrize("query", FILTERS, ids=str)
def test_every_way_of_asking_has_the_same_hectares(
    client, log_in, world, person, query
):
    log_in(person)
    query = {"as_of": TODAY, **query}
    if person == "operator" and query.get("regency") == "63.72":
        query["regency"] = "63.71"

    ways = sums_by_way(client, query)

    assert len(set(ways.values())) == 1, ways


def test_the_figures_are_those_that_were_credited(client, log_in, world):
    log_in("verifier")

    (sums,) = set(sums_by_way(client, {"as_of": TODAY}).values())

    decreed = ["1", "10.661666", "13.2", "15.666668", "23"]
    handled = ["0.333333", "15.000001", "20"]
    assert sums == (sum(map(Decimal, decreed)), sum(map(Decimal, handled)))


def test_the_ledger_list_adds_up_to_the_figure(client, log_in, world):
    log_in("verifier")
    query = {"as_of": TODAY}

    sums = client.get("/buku-besar/", {**query, "outcome": "handled"}).context["sums"]

    page = client.get("/", query).context["figures"].total
    assert sum(row["hectares"] for row in sums) == page.handled


def test_the_links_of_the_page_lead_to_the_same_sums(client, log_in, world):
    log_in("verifier")
    page = client.get("/", {"as_of": TODAY})

    rows = page.context["regency_rows"] + page.context["authority_rows"]
    for row in rows:
        totals = client.get(row.url).context["totals"]
        assert (totals["decreed"], totals["handled"]) == (
            row.sums.decreed,
            row.sums.handled,
        )


def test_the_classes_of_the_page_lead_to_the_same_sums(client, log_in, world):
    log_in("verifier")

    for share in client.get("/", {"as_of": TODAY}).context["class_shares"]:
        totals = client.get(share.url).context["totals"]
        assert totals["decreed"] == share.sums.decreed


def test_the_ledgers_of_the_areas_add_up_to_the_figure(client, log_in, world):
    log_in("verifier")
    total = client.get("/", {"as_of": TODAY}).context["figures"].total

    ledgers = [ledger_of(line.area, date.fromisoformat(TODAY)) for line in world]

    assert sum(ledger.total.decreed for ledger in ledgers) == total.decreed
    assert sum(ledger.total.handled for ledger in ledgers) == total.handled
