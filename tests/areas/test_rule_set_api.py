"""Rule sets and interventions as JSON: shape, filters, nothing but reading."""

from decimal import Decimal

import pytest

from areas import services
from areas.models import Intervention
from tests.factories_areas import rule_set

pytestmark = pytest.mark.django_db
API = "/api/v1"
EXTRA = {"drainage_connection", "drainage_maintenance", "waste_maintenance"}


@pytest.fixture(autouse=True)
def _signed_in(log_in):
    log_in("viewer")


def get(client, path, **query):
    response = client.get(f"{API}/{path}/", query)
    assert response.status_code == 200, response.json()
    return response.json()


# ---- rule sets ---------------------------------------------------------------


def test_list_has_the_heads(client):
    found = get(client, "rule-sets")

    assert found["count"] == 2
    assert (
        found["results"][1]
        | {
            "code": "permen-02-2016",
            "method": "permen-02-2016",
            "version": 1,
            "title": "Permen PUPR 02/2016",
            "citation": "Permen PUPR 02/PRT/M/2016",
            "valid_from": "2016-01-01",
            "valid_until": "2018-01-01",
            "based_on": None,
        }
        == found["results"][1]
    )


@pytest.mark.parametrize(
    ("code", "count", "highest", "classes"),
    [
        ("permen-02-2016", 19, 95, [71, 45, 19]),
        ("permen-14-2018", 16, 80, [60, 38, 16]),
    ],
)
def test_detail_has_every_table(client, code, count, highest, classes):
    found = get(client, f"rule-sets/{code}")

    assert len(found["indicators"]) == count
    assert found["max_total"] == highest
    assert [(row["lowest"], row["score"]) for row in found["bands"]] == [
        ("76.00", 5),
        ("51.00", 3),
        ("25.00", 1),
    ]
    assert [(row["lowest"], row["severity"]) for row in found["class_bounds"]] == list(
        zip(classes, ["heavy", "moderate", "light"], strict=True)
    )
    assert {row["scale"] for row in found["scales"]} == {
        "density",
        "strategic",
        "social",
        "consideration",
        "legality",
    }
    assert len(found["decisions"]) == 18
    assert found["decisions"][0]["code"] == "A1"
    assert len(found["aspects"]) == 7


def test_indicator_has_its_unit_denominator_and_doubt(client):
    rows = get(client, "rule-sets/permen-14-2018")["indicators"]
    row = next(row for row in rows if row["code"] == "2b")

    assert row["source"]
    assert (
        row
        | {
            "aspect": "2",
            "measure": "road_surface",
            "name": "Kualitas permukaan jalan lingkungan buruk",
            "unit": "m",
            "denominator": "ideal_road_m",
            "is_verified": False,
        }
        == row
    )


def test_extra_indicators_of_2016_are_marked(client):
    rows = get(client, "rule-sets/permen-02-2016")["indicators"]
    marks = {row["measure"]: row["is_verified"] for row in rows}
    assert {marks[measure] for measure in EXTRA} == {False}


def test_drafts_are_not_in_the_api(client, log_in, administrator):
    draft = services.revise_rule_set(rule_set(), by=administrator)
    log_in("administrator")

    assert get(client, "rule-sets")["count"] == 2
    assert client.get(f"{API}/rule-sets/{draft.code}/").status_code == 404


def test_published_version_names_what_it_is_based_on(client, administrator):
    draft = services.revise_rule_set(rule_set(), by=administrator)
    services.publish_rule_set(draft, by=administrator)

    found = get(client, f"rule-sets/{draft.code}")

    assert (found["based_on"], found["version"]) == ("permen-14-2018", 2)


def test_rule_sets_of_a_day(client):
    found = get(client, "rule-sets", valid_on="2017-06-01")
    assert [row["code"] for row in found["results"]] == ["permen-02-2016"]


def test_more_rule_sets_cost_no_more_queries(client, queries_of, administrator):
    few = queries_of(client.get, f"{API}/rule-sets/")
    for _version in range(3):
        draft = services.revise_rule_set(rule_set(), by=administrator)
        services.publish_rule_set(draft, by=administrator)

    assert queries_of(client.get, f"{API}/rule-sets/") == few


def test_assessments_of_a_rule_set_can_be_asked_for(client):
    assert get(client, "assessments", rule_set="permen-14-2018")["count"] == 0
    answer = client.get(f"{API}/assessments/", {"rule_set": "permen-1-1900"})
    assert answer.status_code == 400
    assert set(answer.json()) == {"rule_set"}


# ---- interventions -----------------------------------------------------------


def test_intervention_has_unit_effects_and_no_invented_cost(client):
    found = get(client, "interventions/sambungan-rumah")

    assert (
        found
        | {
            "name": "Sambungan rumah air minum",
            "unit": "hh",
            "effects": [
                {"measure": "water_access", "factor": "1.000000"},
                {"measure": "water_need", "factor": "1.000000"},
            ],
            "unit_cost": None,
            "cost_source": "",
        }
        == found
    )


def test_cost_comes_with_its_source(client):
    Intervention.objects.filter(code="titian-kayu").update(
        unit_cost=Decimal(1_250_000), cost_source="HSPK contoh untuk uji"
    )

    found = get(client, "interventions/titian-kayu")

    assert (found["unit_cost"], found["cost_source"]) == (
        "1250000.00",
        "HSPK contoh untuk uji",
    )


@pytest.mark.parametrize(
    ("query", "code", "others"),
    [
        ({"measure": "road_surface"}, "titian-kayu", "sambungan-rumah"),
        ({"unit": "hh"}, "sambungan-rumah", "titian-kayu"),
        ({"q": "titian"}, "titian-beton", "sambungan-rumah"),
    ],
)
def test_interventions_are_filtered(client, query, code, others):
    found = get(client, "interventions", page_size=500, **query)
    codes = [row["code"] for row in found["results"]]
    assert code in codes
    assert others not in codes


def test_what_is_no_longer_offered_is_not_listed(client):
    Intervention.objects.filter(code="titian-kayu").update(is_active=False)
    assert client.get(f"{API}/interventions/titian-kayu/").status_code == 404


def test_more_interventions_cost_no_more_queries(client, queries_of):
    Intervention.objects.exclude(unit="m").update(is_active=False)
    few = queries_of(client.get, f"{API}/interventions/")
    Intervention.objects.update(is_active=True)

    assert queries_of(client.get, f"{API}/interventions/") == few


def test_every_effect_is_a_measure_of_a_rule_set(client):
    rows = get(client, "interventions", page_size=500)["results"]
    known = {
        row["measure"]
        for code in ("permen-02-2016", "permen-14-2018")
        for row in get(client, f"rule-sets/{code}")["indicators"]
    }
    assert rows
    assert {e["measure"] for row in rows for e in row["effects"]} <= known
