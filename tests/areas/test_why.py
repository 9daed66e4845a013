"""“Why is this number so?”: each figure with all that it stands on."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from areas.figures import figures
from areas.models import LedgerSource, SlumArea
from areas.why import DEFINITIONS, dimensions_of
from tests.factories_ledger import credit_unit, decreed_area, surveyed_twice

DAY = "2022-06-30"
PARTS = [(code, by) for code in DEFINITIONS for by in dimensions_of(code)]


def url_of(code: str) -> str:
    return reverse("areas:area-figure", args=[code])


@pytest.fixture
def world(office, other_office, ministry, region_tree):
    """Areas in two cities, two agencies, a programme, and one out of slum."""
    source = LedgerSource.objects.create(
        key="activity:7",
        activity="Titian",
        programme="Penataan",
        programme_key="5",
        year=2021,
        fund="dak",
    )
    line = decreed_area("1", "11", agency=office, name="Kawasan Melati")
    credit_unit(line, source=source)
    surveyed_twice(line, "heavy", "not_slum")
    elsewhere = decreed_area("4", agency=other_office, regency=region_tree["63.72"])
    credit_unit(elsewhere, agency=ministry, method="field")
    surveyed_twice(elsewhere, "light", "light")
    return line


@pytest.mark.parametrize("code", DEFINITIONS)
def test_the_page_has_all_that_a_figure_may_not_be_without(client, log_in, world, code):
    log_in("verifier")

    page = client.get(url_of(code), {"as_of": DAY})

    figure = page.context["figure"]
    found = figures(SlumArea.objects.all(), as_of=date.fromisoformat(DAY)).all_figures[
        code
    ]
    assert figure.value == found.value
    text = page.content.decode()
    for part in ("SK-UJI 1/2020", "30 Jun 2022", "Pembilang", "Penyebut"):
        assert part in text
    assert str(DEFINITIONS[code]) in re.sub(r"&quot;", '"', text)


@pytest.mark.parametrize(("code", "by"), PARTS)
def test_the_parts_add_up_to_the_figure(client, log_in, world, code, by):
    log_in("verifier")

    page = client.get(url_of(code), {"as_of": DAY, "by": by})

    figure, parts = page.context["figure"], page.context["parts"]
    if figure.unit == "%":
        assert sum(part.sums.handled for part in parts) == figure.numerator
        assert sum(part.sums.decreed for part in parts) == figure.denominator
    else:
        assert sum(part.value for part in parts) == figure.value


@pytest.mark.parametrize("code", DEFINITIONS)
def test_each_part_leads_to_its_rows(client, log_in, world, code):
    log_in("verifier")
    parts = client.get(url_of(code), {"as_of": DAY, "by": "region"}).context["parts"]

    for part in parts:
        rows = client.get(part.url).context["object_list"]
        assert sum(row.decreed for row in rows) == part.sums.decreed


@pytest.mark.parametrize("code", ["handled", "improved", "cleared"])
@pytest.mark.parametrize("query", [{}, {"regency": "63.71"}, {"method": "field"}])
def test_the_entries_behind_it_add_up_to_it(client, log_in, world, code, query):
    log_in("verifier")
    page = client.get(url_of(code), {"as_of": DAY, **query})

    entries = client.get(page.context["ledger_url"]).context["object_list"]

    value = page.context["figure"].value
    assert sum((row.hectares for row in entries), Decimal(0)) == value


def test_a_filter_that_the_ledger_does_not_know_gives_no_link(client, log_in, world):
    log_in("verifier")

    page = client.get(url_of("handled"), {"as_of": DAY, "severity": "light"})

    assert page.context["ledger_url"] == ""
    assert page.context["figure"].value == 4


def test_the_own_scope_only(client, log_in, world):
    log_in("operator")

    page = client.get(url_of("decreed"), {"as_of": DAY})

    assert page.context["figure"].value == 12


def test_an_unknown_figure_is_not_found(client, log_in, world):
    log_in("verifier")

    assert client.get(url_of("luck")).status_code == 404


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"as_of": "kemarin"}, "Perbaiki"),
        ({"as_of": "2001-01-01"}, "Longgarkan"),
        ({"as_of": DAY, "method": "field"}, "Longgarkan"),  # nothing remains of a part
    ],
)
def test_no_figure_is_told(client, log_in, world, query, sentence):
    log_in("verifier")

    page = client.get(url_of("unhandled"), query)

    assert "figure" not in page.context or page.context["figure"] is None
    assert sentence in page.content.decode()


def test_more_areas_cost_no_more_queries(client, log_in, world, office, queries_of):
    log_in("verifier")
    few = queries_of(client.get, url_of("handled"), {"as_of": DAY})
    for _number in range(6):
        credit_unit(decreed_area("1", agency=office))

    assert queries_of(client.get, url_of("handled"), {"as_of": DAY}) == few


@pytest.mark.parametrize("page", ["/", "/kawasan/"])
def test_every_figure_leads_here(client, log_in, world, page):
    log_in("verifier")

    text = client.get(page, {"as_of": DAY}).content.decode()

    for code in ("decreed", "handled", "improved", "cleared", "unhandled"):
        (link,) = set(re.findall(f'href="({url_of(code)}[^"]*)"', text))
        assert f"as_of={DAY}" in link
