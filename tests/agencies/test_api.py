"""Agencies and regions in the API: read by everyone signed in, changed by nobody."""

import pytest

from agencies.models import AgencyAlias, Region
from tests.factories import AgencyFactory, RegionFactory

pytestmark = pytest.mark.django_db
AGENCIES = "/api/v1/agencies/"
REGIONS = "/api/v1/regions/"


def found(client, url: str, key: str) -> list[str]:
    return [row[key] for row in client.get(url).json()["results"]]


@pytest.mark.parametrize("url", [AGENCIES, REGIONS, f"{REGIONS}63.71/"])
def test_nobody_reads_without_signing_in(client, region_tree, url):
    assert client.get(url).status_code == 401


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("url", [AGENCIES, REGIONS, f"{REGIONS}63.71/"])
def test_nobody_changes_anything_here(client, log_in, administrator, url, method):
    log_in("administrator")

    assert getattr(client, method)(url).status_code == 405


def test_agency_has_all_its_names(client, log_in, viewer, ministry):
    AgencyAlias.objects.create(agency=ministry, name="PUPR", valid_until="2024-10-21")
    log_in("viewer")

    assert client.get(f"{AGENCIES}{ministry.pk}/").json() == {
        "id": ministry.pk,
        "name": "Kementerian Pekerjaan Umum",
        "short_name": "Kementerian PU",
        "level": "central",
        "kind": "ministry",
        "region": None,
        "valid_from": None,
        "valid_until": None,
        "is_demo": False,
        "aliases": [
            {
                "name": "PUPR",
                "valid_from": None,
                "valid_until": "2024-10-21",
                "note": "",
            }
        ],
    }


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Disperkim Banjarmasin", "Kementerian PU"]),
        ("?q=pupr", ["Kementerian PU"]),
        ("?level=regency", ["Disperkim Banjarmasin"]),
        ("?kind=company", []),
    ],
)
def test_agencies_are_filtered_as_on_the_page(
    client, log_in, viewer, ministry, query, names
):
    AgencyAlias.objects.create(agency=ministry, name="PUPR")
    log_in("viewer")

    assert found(client, AGENCIES + query, "short_name") == names


def test_filter_that_cannot_be_read_is_an_error(client, log_in, viewer):
    log_in("viewer")

    answer = client.get(f"{AGENCIES}?level=galaxy")

    assert answer.status_code == 400
    assert list(answer.json()) == ["level"]


@pytest.mark.parametrize(
    ("code", "name", "parent"),
    [
        ("63", "Kalimantan Selatan", None),
        ("63.71", "Kota Banjarmasin", "63"),
        ("63.71.01", "Banjarmasin Selatan", "63.71"),
        ("63.71.01.1001", "Mantuil", "63.71.01"),
    ],
)
def test_region_is_found_by_its_code(client, log_in, viewer, code, name, parent):
    log_in("viewer")

    region = client.get(f"{REGIONS}{code}/").json()

    assert (region["code"], region["name"], region["parent"]) == (code, name, parent)


@pytest.mark.parametrize("code", ["99", "63.99", "63.", ".", "kota"])
def test_unknown_code_is_not_found(client, log_in, viewer, code):
    log_in("viewer")

    assert client.get(f"{REGIONS}{code}/").status_code == 404


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("level=regency", ["63.71", "63.72"]),
        ("parent=63.71.01", ["63.71.01.1001", "63.71.01.1002"]),
        ("parent=63.72&level=village", []),
        ("name=mantu", ["63.71.01.1001"]),
        ("name=banjar&level=district", ["63.71.01"]),
    ],
)
def test_regions_are_filtered(client, log_in, viewer, other_office, query, codes):
    log_in("viewer")

    assert found(client, f"{REGIONS}?{query}", "code") == codes


@pytest.mark.parametrize(
    ("day", "there"), [("2023-12-31", True), ("2024-01-01", False)]
)
def test_regions_valid_on_a_day(client, log_in, viewer, region_tree, day, there):
    """The end is exclusive; the successor is named."""
    Region.objects.filter(pk="63.71.01.1001").update(
        valid_until="2024-01-01", replaced_by="63.71.01.1002"
    )
    log_in("viewer")

    codes = found(client, f"{REGIONS}?parent=63.71.01&valid_on={day}", "code")

    assert ("63.71.01.1001" in codes) == there
    shown = client.get(f"{REGIONS}63.71.01.1001/").json()
    assert (shown["valid_until"], shown["replaced_by"]) == (
        "2024-01-01",
        "63.71.01.1002",
    )


def test_regions_come_in_pages(client, log_in, viewer):
    log_in("viewer")

    page = client.get(f"{REGIONS}?page_size=4&page=2").json()

    assert page["count"] == 9
    assert len(page["results"]) == 4
    assert (page["previous"] is None, page["next"] is None) == (False, False)


@pytest.mark.parametrize(
    ("url", "factory"), [(AGENCIES, AgencyFactory), (REGIONS, RegionFactory)]
)
def test_list_costs_the_same_for_more_rows(
    client, log_in, viewer, queries_of, url, factory
):
    log_in("viewer")
    few = queries_of(client.get, url)

    factory.create_batch(8)

    assert queries_of(client.get, url) == few
