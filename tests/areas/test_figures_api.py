"""`GET /api/v1/figures/` and the recapitulation: the same figures, parted."""

from decimal import Decimal

import pytest
from django.urls import reverse

from areas.figures import GROUPED_BY
from tests.factories import AgencyFactory, RegionFactory
from tests.factories_ledger import (
    credit_unit,
    decreed_area,
    surveyed_twice,
)

pytestmark = pytest.mark.django_db
KEYS = {
    "code",
    "value",
    "numerator",
    "denominator",
    "baseline",
    "as_of",
    "known_at",
    "rows",
}
CODES = [
    "decreed",
    "verified",
    "handled",
    "improved",
    "cleared",
    "unhandled",
    "uncleared",
    "handled_share_10_15",
]


@pytest.fixture
def province_of_areas():
    """12 ha (1 credited, improved) in 63.71 and 8 ha (cleared) in 63.72."""
    first = decreed_area("5", "7")
    credit_unit(first, effective_on="2021-12-31")
    surveyed_twice(first, "heavy", "light")
    second = decreed_area("8", regency=RegionFactory(code="63.72"))
    surveyed_twice(second, "light", "not_slum")
    return first, second


def asked(client, **query):
    response = client.get("/api/v1/figures/", query)
    assert response.status_code == 200, response.content
    return response.json()["results"]


@pytest.mark.usefixtures("province_of_areas")
def test_without_parameters_the_figures_of_today(client, log_in):
    log_in("province_viewer")

    rows = asked(client)

    assert [row["code"] for row in rows] == CODES
    assert all(set(row) >= KEYS for row in rows)
    figures = {row["code"]: row for row in rows}
    handled = figures["handled"]
    assert (handled["value"], handled["denominator"]) == ("5.000000", "20.000000")
    assert handled["baseline"] == ["SK-UJI 1/2020"]
    assert handled["known_at"] is None
    assert figures["improved"]["value"] == "20.000000"
    assert figures["cleared"]["value"] == "8.000000"
    assert figures["unhandled"]["value"] == "15.000000"
    rpjmd = figures["handled_share_10_15"]
    assert (rpjmd["value"], rpjmd["unit"]) == ("41.6667", "%")
    assert (rpjmd["numerator"], rpjmd["denominator"]) == ("5.000000", "12.000000")


@pytest.mark.usefixtures("province_of_areas")
@pytest.mark.parametrize("query", [{}, {"regency": "63.71"}, {"severity": "not_slum"}])
def test_the_rows_add_up_to_the_figure(client, log_in, query):
    log_in("province_viewer")

    for row in asked(client, **query):
        if row["unit"] == "ha" and row["code"] != "verified":
            areas = client.get(row["rows"]).json()["results"]
            summed = sum(Decimal(area[row["code"]]) for area in areas)
            assert summed == Decimal(row["value"]), row["code"]


@pytest.mark.usefixtures("province_of_areas")
@pytest.mark.parametrize("by", GROUPED_BY)
def test_groups_add_up_and_lead_to_their_rows(client, log_in, by):
    log_in("province_viewer")
    whole = {row["code"]: Decimal(row["value"]) for row in asked(client)}

    rows = asked(client, by=by)

    for code in ("handled", "improved", "cleared"):
        parts = [row for row in rows if row["code"] == code]
        assert sum(Decimal(row["value"]) for row in parts) == whole[code]
        for row in parts:
            areas = client.get(row["rows"]).json()["results"]
            summed = sum(Decimal(area[code] or 0) for area in areas)
            assert summed == Decimal(row["value"]), row["group"]


def test_a_district_has_its_own(client, log_in, office):
    line = decreed_area("3", agency=office)
    decreed_area("4", agency=AgencyFactory(), regency=RegionFactory(code="63.72"))
    log_in("operator")

    decreed = asked(client)[0]

    assert decreed["value"] == "3.000000"
    assert line.area.regency_id == "63.71"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"by": "warna"}, "by"),
        ({"as_of": "kemarin"}, "as_of"),
        ({"known_at": "2026-13-01"}, "known_at"),
        ({"year": "dua"}, "year"),
        ({"severity": "parah"}, "severity"),
        ({"agency": "x"}, "agency"),
        ({"programme": "77"}, "programme"),
    ],
)
def test_what_cannot_be_read_is_refused(client, log_in, query, field):
    decreed_area("3")
    log_in("province_viewer")

    response = client.get("/api/v1/figures/", query)

    assert response.status_code == 400
    assert list(response.json()) == [field]


@pytest.mark.usefixtures("province_of_areas")
@pytest.mark.parametrize("by", GROUPED_BY)
@pytest.mark.parametrize("kind", ["", "csv", "xlsx", "geojson"])
def test_the_recapitulation_has_page_and_files(client, log_in, by, kind):
    log_in("province_viewer")

    response = client.get(reverse("areas:recap"), {"by": by, "format": kind})

    assert response.status_code == 200
    if kind == "":
        assert response.context["totals"]["handled"] == 5
    content = response.getvalue() if kind else response.content
    if kind != "xlsx":  # a zip
        assert b"SK-UJI 1/2020" in content


def test_the_recapitulation_costs_the_same_for_more_areas(client, log_in, queries_of):
    log_in("province_viewer")
    url = reverse("areas:recap")

    def cost() -> int:
        return queries_of(lambda: client.get(url, {"by": "agency"}))

    credit_unit(decreed_area("1", "2", agency=AgencyFactory()))
    few = cost()
    for _number in range(4):
        credit_unit(decreed_area("1", "2", agency=AgencyFactory()))

    assert cost() == few
