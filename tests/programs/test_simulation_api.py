"""The stateless endpoint of simulations: the page's figures, exact, errors at once."""

from decimal import Decimal

import pytest

from areas.models import Intervention
from programs.api.simulation import (
    CheapestSerializer,
    SimulatedRowSerializer,
    SimulatedUnitSerializer,
    SimulationSerializer,
)
from programs.models import Programme
from tests.factories_areas import (
    NeighbourhoodFactory,
    SlumAreaFactory,
    verified_assessment,
)
from tests.programs.test_simulation import SLUM

URL = "/api/v1/simulations/"


@pytest.fixture
def place(office, head, verifier, region_tree):
    """An area of two RT of 1 ha, 23 points each."""
    area = SlumAreaFactory(agency=office)
    NeighbourhoodFactory.create_batch(2, area=area)
    verified_assessment(area, by=head, verifier=verifier, **SLUM)
    return area


@pytest.fixture
def ask(client, log_in, place):
    """Ask as the viewer of the office, who may read."""
    log_in("viewer")

    def send(*rows, **more):
        body = {"area": place.pk, "rows": list(rows)} | more
        response = client.post(URL, body, content_type="application/json")
        return response.status_code, response.json()

    return send


def test_a_plan_before_and_after(ask, place):
    status, answer = ask(
        {"intervention": "tps3r", "volume": "200", "unit_cost": "1000000"}
    )

    assert status == 200
    assert (answer["before"]["total"], answer["after"]["total"]) == (23, 15)
    assert answer["contribution"] == "40.6780"
    assert (answer["leaves_slum"], answer["hectares_leaving"]) == (True, "2.000000")
    assert answer["cost"] == "200000000.00"
    assert answer["cost_per_hectare"] == "100000000.00"
    assert answer["cheapest"] is None
    assert [row["after"]["severity"] for row in answer["units"]] == ["not_slum"] * 2
    assert [Decimal(s["volume"]) for s in answer["rows"][0]["shares"]] == [100, 100]
    assert not Programme.objects.exists()


def test_the_answer_has_the_shape_of_the_schema(ask):
    _status, answer = ask({"indicator": "6a", "volume": 3}, unit_costs={"6a": "5"})

    assert set(answer) == set(SimulationSerializer().fields)
    assert set(answer["units"][0]) == set(SimulatedUnitSerializer().fields)
    assert set(answer["rows"][0]) == set(SimulatedRowSerializer().fields)
    assert set(answer["cheapest"]) == set(CheapestSerializer().fields)


def test_nothing_planned_changes_nothing(ask):
    _status, answer = ask()
    assert answer["after"] == answer["before"]
    assert answer["contribution"] == "0.0000"


def test_rows_in_one_rt_and_spread_over_the_chosen(ask, place):
    one, two = place.neighbourhoods.order_by("rt_rw")
    _status, answer = ask(
        {"indicator": "6a", "neighbourhood": one.pk, "volume": "30"},
        {"indicator": "1a", "neighbourhood": None, "volume": "130"},
        neighbourhoods=[two.pk],
    )

    first, second = answer["rows"]
    assert [row["neighbourhood"] for row in first["shares"]] == [one.pk]
    assert [row["neighbourhood"] for row in second["shares"]] == [two.pk]
    assert Decimal(second["surplus"]) == 30
    assert (answer["cost"], answer["is_cost_complete"]) == ("0.00", False)
    assert answer["cost_per_hectare"] is None


def test_the_cheapest_way(ask):
    _status, answer = ask(unit_costs={"6a": "100", "6b": "1000", "1c": "50000"})

    found = answer["cheapest"]
    assert (found["bound"], found["total"], found["to_lose"]) == (16, 23, 8)
    assert (found["cost"], found["total_after"]) == ("86100.00", 15)
    assert [row["indicator"] for row in found["plan"]] == ["6a", "6b"]
    assert [row["indicator"] for row in found["ranked"]] == ["6a", "6b", "1c"]
    assert found["ranked"][0]["options"][0]["below"] == "76.00"
    assert found["not_considered"] == ["1a", "3a"]


def test_every_error_at_once(ask, place):
    Intervention.objects.filter(code="mck").update(is_active=False)
    status, errors = ask(
        {"intervention": "mck", "volume": 1},
        {"intervention": "drainase-sambungan", "volume": 1},
        {"indicator": "9z", "volume": 1},
        {"indicator": "6a", "volume": 1, "neighbourhood": 999999},
        unit_costs={"6c": "1"},
    )

    assert status == 400
    assert set(errors) == {
        "rows.0.intervention",
        "rows.1.intervention",
        "rows.2.indicator",
        "rows.3.neighbourhood",
        "unit_costs.6c",
    }
    assert errors["rows.1.intervention"][0].startswith(
        "Penyambungan ke drainase perkotaan tidak memperbaiki"
    )


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({"indicator": "6a"}, "volume"),
        ({"indicator": "6a", "volume": "-1"}, "volume"),
        ({"indicator": "6a", "volume": "banyak"}, "volume"),
        ({"indicator": "6a", "volume": 1, "unit_cost": "-1"}, "unit_cost"),
        ({"volume": 1}, "intervention"),
        ({"volume": 1, "indicator": "6a", "intervention": "tps3r"}, "intervention"),
    ],
)
def test_bad_rows_are_refused(ask, row, field):
    status, errors = ask(row)
    assert (status, list(errors)) == (400, [f"rows.0.{field}"])


def test_an_area_out_of_sight_or_without_a_survey(client, log_in, place):
    bare = SlumAreaFactory(agency=place.agency)
    for person, area in (
        ("stranger", place.pk),
        ("viewer", bare.pk),
        ("viewer", 10**30),
    ):
        log_in(person)
        response = client.post(
            URL, {"area": area, "rows": []}, content_type="application/json"
        )
        assert (response.status_code, list(response.json())) == (400, ["area"])


def test_queries_do_not_grow_with_rt(client, head, verifier, office, queries_of, place):
    client.force_login(head)
    many = SlumAreaFactory(agency=office)
    NeighbourhoodFactory.create_batch(9, area=many)
    verified_assessment(many, by=head, verifier=verifier, **SLUM)
    counts = [
        queries_of(
            client.post,
            URL,
            {"area": area.pk, "rows": [{"intervention": "tps3r", "volume": "9"}]},
            content_type="application/json",
        )
        for area in (place, place, many)
    ]
    assert counts[1] == counts[2]
