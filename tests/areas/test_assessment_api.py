"""Surveys through the API: from the first draft to a verified correction."""

from datetime import date

import pytest

from areas.models import Assessment
from tests.factories_areas import NeighbourhoodFactory, SlumAreaFactory
from tests.rules import PERMEN_02_2016, PERMEN_14_2018

pytestmark = pytest.mark.django_db

URL = "/api/v1/assessments/"
ZEROS = dict.fromkeys(PERMEN_14_2018.codes, "0")
FIGURES = {
    "hectares": "2.5",
    "buildings": 100,
    "households": 100,
    "population": 1005,
    "ideal_road_m": "1000",
    "ideal_drainage_m": "1000",
}


@pytest.fixture
def area(office):
    area = SlumAreaFactory(agency=office, name="Mantuil")
    NeighbourhoodFactory(area=area, rt_rw="001")
    return area


def send(client, user, path="", **body):
    client.force_login(user)
    answer = client.post(f"{URL}{path}", body, content_type="application/json")
    return answer.status_code, answer.json()


@pytest.fixture
def draft(client, area, operator):
    return send(client, operator, area=area.pk, surveyed_on="2024-01-08")[1]["id"]


def fill(client, user, draft, area, **volumes):
    unit = area.neighbourhoods.get().pk
    units = [{"neighbourhood": unit, "volumes": ZEROS | volumes}]
    return send(client, user, f"{draft}/volumes/", units=units)


def test_a_survey_from_draft_to_verified(client, area, draft, operator, head, verifier):
    status, data = fill(client, operator, draft, area, **{"1a": "60", "2a": "300.5"})
    assert (status, data["result"]["total"], data["open_steps"]) == (200, 4, [])

    answers = {
        "is_strategic": True,
        "has_social_need": True,
        "land_status": "legal",
        "conforms_to_plan": True,
    }
    status, data = send(client, operator, f"{draft}/site/", **answers)
    values = {row["code"]: row["value"] for row in data["conclusions"]["findings"]}
    assert status == 200
    assert (values["density"], values["consideration"]) == (3, "high")
    assert values["legality"] is True

    assert send(client, head, f"{draft}/submit/")[0] == 200
    status, data = send(client, verifier, f"{draft}/verify/")
    assert (status, data["status"], data["total"]) == (200, "verified", 4)
    assert data["totals"]["hectares"] == "1.000000"

    client.force_login(operator)
    (unit,) = client.get(f"{URL}{draft}/units/").json()
    assert unit["volumes"]["2a"] == "300.500000"
    assert unit["population"] == 400


def test_errors_of_volumes_stand_at_their_rt_and_code(client, area, draft, operator):
    unit = area.neighbourhoods.get().pk

    status, data = fill(client, operator, draft, area, **{"1a": "101", "9z": "1"})

    assert status == 400
    assert set(data["units"][str(unit)]) == {"1a", "9z"}
    assert "melebihi jumlah bangunan" in data["units"][str(unit)]["1a"][0]
    assert not Assessment.objects.get(pk=draft).units.exists()


def test_an_area_as_a_whole_under_the_older_rules(client, area, operator):
    status, data = send(
        client,
        operator,
        area=area.pk,
        surveyed_on="2017-05-02",
        basis="area",
        rule_set="permen-02-2016",
    )
    assert (status, data["basis"], data["rule_set"]) == (201, "area", "permen-02-2016")
    key = data["id"]
    volumes = dict.fromkeys(PERMEN_02_2016.codes, "0") | {"4e": "1000"}

    status, data = send(
        client,
        operator,
        f"{key}/volumes/",
        units=[{"volumes": volumes, "figures": FIGURES, "open_space_m2": "12.5"}],
    )

    assert (status, data["result"]["total"]) == (200, 5)
    assert len(data["result"]["indicators"]) == 19
    assert data["totals"]["open_space_m2"] == "12.500000"
    assert data["coverage"] == {"complete": 1, "total": 1}


def test_without_a_rule_set_the_one_of_the_day_holds(client, area, operator):
    for day, code in (
        ("2017-12-31", "permen-02-2016"),
        ("2018-01-01", "permen-14-2018"),
    ):
        status, data = send(client, operator, area=area.pk, surveyed_on=day)
        assert (status, data["rule_set"]) == (201, code)

    status, data = send(client, operator, area=area.pk, surveyed_on="2015-12-31")
    assert status == 400
    assert "aturan penilaian terbit" in data["surveyed_on"][0]


def test_a_correction_names_what_it_corrects(
    client, area, draft, operator, head, verifier
):
    fill(client, operator, draft, area)
    assert send(client, operator, f"{draft}/correct/", reason="Salah.")[0] == 409
    send(client, head, f"{draft}/submit/")
    send(client, verifier, f"{draft}/verify/")

    status, data = send(client, operator, f"{draft}/correct/", reason="RT tertukar.")

    assert (status, data["corrects"], data["status"]) == (201, draft, "draft")
    assert data["correction_reason"] == "RT tertukar."
    assert data["surveyed_on"] == date(2024, 1, 8).isoformat()


def test_a_strangers_area_is_unknown(client, area, stranger):
    status, data = send(client, stranger, area=area.pk, surveyed_on="2024-01-08")

    assert status == 400
    assert list(data) == ["area"]
