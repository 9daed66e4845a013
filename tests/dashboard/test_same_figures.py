"""One filter, one figure: every surface says the same, to the last decimal."""

import random
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from areas.filters import SlumAreaFilter
from areas.ledger import ledger_of
from areas.ledger_corrections import reverse
from areas.models import LedgerSource
from tests.dashboard.surfaces import (
    FIGURES,
    NAMES,
    collection_of,
    of_api_figures,
    of_features,
    refusals_by_surface,
    sums_by_surface,
)
from tests.factories_ledger import (
    BaselineDecreeFactory,
    LedgerAreaFactory,
    credit_unit,
    decreed_area,
    surveyed_twice,
    verified_survey,
)

TODAY = "2022-06-30"
SIZES = ("0.333333", "9.994999", "12.5", "15.000001")


@pytest.fixture
def sources(db):
    """Two programmes, one of them from two funds."""
    return [
        LedgerSource.objects.create(
            key=f"kegiatan:{number}",
            activity=f"Kegiatan {number}",
            programme=f"Program {programme}",
            programme_key=f"program:{programme}",
            year=2021,
            fund=fund,
        )
        for number, (programme, fund) in enumerate(
            [("A", "apbn"), ("A", "village_fund"), ("B", "apbd_province")]
        )
    ]


@pytest.fixture
def world(office, other_office, ministry, region_tree, verifier, sources):
    """Areas of all kinds: two decrees, classes that change, a reversal, a relapse of
    what was said, works of two agencies, funds, years and methods; one without SK."""
    place = {"latitude": Decimal("-3.3"), "longitude": Decimal("114.6")}
    banjarbaru = {"agency": other_office, "regency": region_tree["63.72"]} | place
    lines = [
        decreed_area(size, "0.666667", agency=office, name=f"Kawasan {size}", **place)
        for size in SIZES
    ]
    lines.append(decreed_area("20", "3", name="Kawasan Seroja", **banjarbaru))
    for line, typology in zip(lines, ("on_water", "on_water", "lowland"), strict=False):
        line.area.typology = typology
        line.area.save()
        line.area.villages.add(region_tree["63.71.01.1001"])
    verified_survey(lines[1].area, "light", date(2021, 1, 8), 40)
    surveyed_twice(lines[0], "heavy", "light", by=verifier)
    surveyed_twice(lines[4], "moderate", "not_slum", by=verifier)
    entries = [
        credit_unit(lines[0], source=sources[0], method="field").entry,
        credit_unit(lines[1], source=sources[1]).entry,
        credit_unit(lines[2], effective_on=date(2020, 12, 31)).entry,
    ]
    middle = timezone.now()
    entries += [
        credit_unit(lines[3], source=sources[2], agency=ministry).entry,
        credit_unit(lines[4], effective_on=date(2022, 3, 31)).entry,
    ]
    reverse(entries[1], reason="Salah RT", by=verifier)
    newer = BaselineDecreeFactory(
        number="SK-UJI 2/2022",
        level="mayor",
        region__code="63.71",
        issued_on="2022-01-01",
        in_force_from="2022-01-01",
    )
    newer.lines.create(area=lines[2].area, hectares=Decimal("13.2"))
    LedgerAreaFactory(agency=office, name="Tanpa SK", **place)
    return {"lines": lines, "decrees": [lines[0].decree, newer], "middle": middle}


# ---- every filter ------------------------------------------------------------

# Values of each filter; what is only known once the world stands, as a function of it.
VALUES = {
    "q": ["Seroja", "mantuil", "tidak ada"],
    "regency": ["63.71", "63.72"],
    "severity": ["light", "not_slum", "none"],
    "authority": ["regency", "province", "central"],
    "decree": [
        lambda world: world["decrees"][0].pk,
        lambda world: world["decrees"][1].pk,
    ],
    "typology": ["on_water", "hazard", "none"],
    "agency": [
        lambda world: world["lines"][0].area.agency_id,
        lambda world: world["lines"][4].area.agency_id,
    ],
    "fund": ["apbn", "apbd_province", "none"],
    "programme": ["program:A", "program:B", "none"],
    "year": ["2020", "2021", "2019"],
    "method": ["desk", "field", "survey"],
    "as_of": ["2019-12-31", "2020-12-31", "2021-12-31"],
    "known_at": [
        lambda world: world["middle"].isoformat(),
        lambda world: (timezone.localdate() - timedelta(days=1)).isoformat(),
        lambda world: timezone.localdate().isoformat(),
    ],
}


def known(value, world) -> str:
    return str(value(world) if callable(value) else value)


def agreed(client, user, query) -> dict[str, Decimal]:
    """The sums that all surfaces have."""
    ways = sums_by_surface(client, user, query)
    first = ways["figures"]
    assert all(sums == first for sums in ways.values()), (query, ways)
    return first


def test_no_filter_is_left_out():
    assert set(VALUES) == set(SlumAreaFilter.base_filters)


@pytest.mark.parametrize("name", VALUES)
def test_every_surface_has_the_same_hectares(client, log_in, world, name):
    user = log_in("verifier")

    found = [
        agreed(client, user, {"as_of": TODAY, name: known(value, world)})
        for value in VALUES[name]
    ]

    assert any(any(sums.values()) for sums in found)
    assert len({tuple(sums.values()) for sums in found}) > 1


@pytest.mark.parametrize("query", [{}, {"severity": "light"}, {"year": "2021"}])
def test_a_district_has_the_same_hectares_of_its_own(client, log_in, world, query):
    user = log_in("operator")

    sums = agreed(client, user, {"as_of": TODAY, **query})

    assert 0 < sums["decreed"] <= Decimal("40.528334")  # without Banjarbaru's 23 ha


@pytest.mark.parametrize("seed", range(6))
def test_filters_together_have_the_same_hectares(client, log_in, world, seed):
    """Two to five filters at a time, the same ones in every run."""
    user = log_in("verifier")
    chance = random.Random(seed)

    for _number in range(2):
        names = chance.sample(sorted(VALUES), chance.randint(2, 5))
        query = {name: known(chance.choice(VALUES[name]), world) for name in names}
        agreed(client, user, {"as_of": TODAY, **query})


@pytest.mark.parametrize(
    ("person", "query"),
    [
        ("operator", {"regency": "63.72"}),
        ("operator", {"programme": "program:Z"}),
        ("verifier", {"severity": "worst"}),
        ("verifier", {"as_of": "31-12-2021"}),
        ("verifier", {"known_at": "kemarin"}),
        ("verifier", {"year": "dua"}),
        ("verifier", {"agency": "x"}),
    ],
)
def test_what_cannot_be_read_every_surface_refuses(
    client, log_in, world, person, query
):
    log_in(person)

    refused = refusals_by_surface(client, query)

    assert all(refused.values()), refused


@pytest.mark.parametrize("query", [{}, {"method": "field"}, {"known_at": "2022-01-01"}])
def test_figures_and_features_of_the_api_are_those_of_the_page(
    client, log_in, world, query
):
    user = log_in("verifier")
    query = {"as_of": TODAY, **query}

    of_page = agreed(client, user, query)

    assert of_api_figures(client.get(FIGURES, query)) == of_page
    collection = collection_of(client.get("/api/v1/slum-areas/geojson/", query))
    assert of_features(collection["features"]) == of_page
    assert {name: Decimal(collection["totals"][name]) for name in NAMES} == of_page


# ---- what they are equal to --------------------------------------------------


def test_the_figures_are_those_that_were_credited(client, log_in, world):
    user = log_in("verifier")

    sums = agreed(client, user, {"as_of": TODAY})

    of_each = {
        "decreed": ["1", "10.661666", "13.2", "15.666668", "23"],
        "handled": ["0.333333", "15.000001", "20"],
        "improved": ["1", "23"],
        "cleared": ["23"],
    }
    assert sums == {name: sum(map(Decimal, of_each[name])) for name in NAMES}


def test_entries_of_one_agency_leave_the_base_whole(client, log_in, world, ministry):
    user = log_in("verifier")

    sums = agreed(client, user, {"as_of": TODAY, "agency": str(ministry.pk)})

    assert sums["decreed"] == Decimal("63.528334")
    assert sums["handled"] == Decimal("15.000001")
    assert (sums["improved"], sums["cleared"]) == (0, 0)


def test_what_was_known_then_is_without_what_came_later(client, log_in, world):
    user = log_in("verifier")
    moment = world["middle"].isoformat()

    sums = agreed(client, user, {"as_of": TODAY, "known_at": moment})

    credited = ["0.333333", "9.994999", "12.5"]  # neither reversal nor newer decree
    assert sums["handled"] == sum(map(Decimal, credited))
    assert sums["decreed"] == Decimal("63.495001")


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

    ledgers = [
        ledger_of(line.area, date.fromisoformat(TODAY)) for line in world["lines"]
    ]

    assert sum(ledger.total.decreed for ledger in ledgers) == total.decreed
    assert sum(ledger.total.handled for ledger in ledgers) == total.handled
