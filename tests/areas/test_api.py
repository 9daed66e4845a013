"""The endpoints of areas, RT, decrees and surveys: scope, shape, steps, errors."""

from datetime import date
from decimal import Decimal

import pytest

from areas import services
from areas.models import Decree
from tests.dashboard.surfaces import collection_of, features_of
from tests.factories_areas import (
    SQUARE,
    DecreeLineFactory,
    NeighbourhoodFactory,
    SlumAreaFactory,
    submitted_assessment,
    verified_assessment,
    volumes_of,
)
from tests.factories_ledger import credit_unit

pytestmark = pytest.mark.django_db
API = "/api/v1"


@pytest.fixture
def area(office):
    area = SlumAreaFactory(agency=office, name="Mantuil")
    NeighbourhoodFactory(area=area, rt_rw="001")
    DecreeLineFactory(area=area, hectares=Decimal(12))
    return area


@pytest.fixture
def submitted(area, head):
    return submitted_assessment(area, by=head, v1a=60)


def get(client, path, **query):
    response = client.get(f"{API}/{path}/", query)
    assert response.status_code == 200, response.json()
    return response.json()


def post(client, path, data=None):
    return client.post(f"{API}/{path}/", data or {}, content_type="application/json")


# ---- scope -------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["decrees", "slum-areas", "neighbourhoods", "assessments"]
)
def test_anonymous_gets_nothing(client, path):
    assert client.get(f"{API}/{path}/").status_code == 401


@pytest.mark.parametrize("path", ["slum-areas", "neighbourhoods", "assessments"])
def test_stranger_gets_no_rows_and_no_record(client, submitted, stranger, path):
    client.force_login(stranger)
    keys = {
        "slum-areas": submitted.area_id,
        "neighbourhoods": submitted.area.neighbourhoods.get().pk,
        "assessments": submitted.pk,
    }

    assert get(client, path)["results"] == []
    assert client.get(f"{API}/{path}/{keys[path]}/").status_code == 404


def test_lines_of_a_decree_end_with_the_scope(client, area, stranger):
    client.force_login(stranger)
    decree = Decree.objects.get()

    found = get(client, f"decrees/{decree.pk}")

    assert (found["area_count"], found["hectares"]) == (1, "12.000000")
    assert found["lines"] == []


# ---- records -----------------------------------------------------------------


def test_area_has_the_figures_of_the_page(client, area, head, verifier, viewer):
    verified_assessment(area, by=head, verifier=verifier, v1a=60)
    credit_unit(area.decree_lines.get(), by=verifier)
    client.force_login(viewer)

    (found,) = get(client, "slum-areas", q="mant")["results"]

    assert (
        found
        | {
            "decreed": "12.000000",
            "handled": "1.000000",
            "improved": "0.000000",
            "cleared": "0.000000",
            "unhandled": "11.000000",
            "uncleared": "12.000000",
            "verified": "1.000000",
            "typology": "",
            "authority": "province",
            "severity": "not_slum",
            "total": 3,
            "assessed_on": "2024-01-08",
            "regency_name": "Kota Banjarmasin",
        }
        == found
    )


def test_area_without_a_decree_has_no_figures(client, office, viewer):
    SlumAreaFactory(agency=office)
    client.force_login(viewer)

    (found,) = get(client, "slum-areas")["results"]

    assert (found["decreed"], found["handled"], found["authority"]) == (None,) * 3


def test_area_of_another_day(client, area, verifier, viewer):
    credit_unit(area.decree_lines.get(), by=verifier, effective_on=date(2024, 1, 1))
    client.force_login(viewer)

    (found,) = get(client, "slum-areas", as_of="2023-12-31")["results"]

    assert found["handled"] == "0.000000"


def test_rt_of_an_area(client, area, viewer):
    NeighbourhoodFactory(area__agency=area.agency)
    client.force_login(viewer)

    (found,) = get(client, "neighbourhoods", area=area.pk)["results"]

    assert (found["rt_rw"], found["hectares"]) == ("001", "1.000000")


def test_verified_survey_shows_its_stored_result(client, area, head, verifier, viewer):
    verified = verified_assessment(area, by=head, verifier=verifier, v1a=60)
    client.force_login(viewer)

    found = get(client, f"assessments/{verified.pk}")

    assert found["result"]["indicators"][0] == {
        "code": "1a",
        "volume": "60.000000",
        "denominator": "100",
        "percent": "60.00",
        "score": 3,
    }
    assert found["coverage"] == {"complete": 1, "total": 1}
    assert found["open_steps"] == []


# ---- GeoJSON -----------------------------------------------------------------


def test_geojson_has_outline_point_or_nothing(client, area, operator, office):
    services.update_area(area, by=operator, outline=SQUARE)
    SlumAreaFactory(agency=office, latitude=Decimal("-3.3"), longitude=Decimal("114.6"))
    SlumAreaFactory(agency=office)
    client.force_login(operator)

    response = client.get(f"{API}/slum-areas/geojson/")

    assert response["Content-Type"] == "application/geo+json"
    features = features_of(response)
    kinds = [(f["geometry"] or {}).get("type") for f in features]
    assert sorted(map(str, kinds)) == ["None", "Point", "Polygon"]
    mantuil = next(f for f in features if f["properties"]["name"] == "Mantuil")
    assert mantuil["properties"]["decreed"] == "12.000000"
    assert mantuil["properties"]["url"] == area.get_absolute_url()


@pytest.mark.parametrize(
    ("bbox", "count"),
    [("114,-4,115,-3", 2), ("115,-4,116,-3", 0), ("114,-4,114.59,-3", 1)],
)
def test_geojson_in_a_box(client, area, operator, office, bbox, count):
    services.update_area(area, by=operator, outline=SQUARE)
    SlumAreaFactory(agency=office, latitude=Decimal("-3.3"), longitude=Decimal("114.6"))
    client.force_login(operator)

    response = client.get(f"{API}/slum-areas/geojson/", {"bbox": bbox})

    found = collection_of(response)
    assert len(found["features"]) == count
    assert found["filters"] == {"bbox": bbox}


@pytest.mark.parametrize("bbox", ["1,2,3", "a,b,c,d", "nan,-4,115,-3", "115,-4,114,-3"])
def test_bad_box_is_told(client, viewer, bbox):
    client.force_login(viewer)

    response = client.get(f"{API}/slum-areas/geojson/", {"bbox": bbox})

    assert response.status_code == 400
    assert list(response.json()) == ["bbox"]


# ---- steps -------------------------------------------------------------------


def test_steps_by_the_api(client, area, operator, head, verifier):
    draft = services.start_assessment(area, surveyed_on=date(2024, 1, 8), by=operator)
    entry = services.UnitEntry(
        area.neighbourhoods.get(), date(2024, 1, 8), volumes_of(v1a=60)
    )
    services.save_volumes(draft, [entry], by=operator)
    path = f"assessments/{draft.pk}"

    client.force_login(head)
    assert post(client, f"{path}/submit").json()["status"] == "submitted"
    client.force_login(verifier)
    found = post(client, f"{path}/return", {"reason": "Cek 1a"}).json()
    assert (found["status"], found["return_reason"]) == ("returned", "Cek 1a")
    client.force_login(head)
    post(client, f"{path}/submit")
    client.force_login(verifier)
    found = get(client, path)
    assert found["open_steps"] == ["return", "verify"]

    verified = post(client, f"{path}/verify").json()

    assert (verified["status"], verified["total"]) == ("verified", 3)


def test_wrong_state_is_409(client, submitted, head):
    client.force_login(head)

    response = post(client, f"assessments/{submitted.pk}/submit")

    assert response.status_code == 409
    assert response.json()["code"] == "wrong_state"


def test_not_allowed_is_403_and_outside_is_404(client, submitted, operator, stranger):
    client.force_login(operator)
    assert post(client, f"assessments/{submitted.pk}/verify").status_code == 403
    client.force_login(stranger)
    assert post(client, f"assessments/{submitted.pk}/verify").status_code == 404


def test_broken_rule_is_400_with_every_error(client, submitted, verifier):
    NeighbourhoodFactory(area=submitted.area, rt_rw="002")
    client.force_login(verifier)

    response = post(client, f"assessments/{submitted.pk}/verify")

    assert response.status_code == 400
    sentence = "Baru 1 dari 2 RT yang dinilai. Lengkapi RT lainnya."
    assert response.json() == {"verify": [sentence]}
    closed = get(client, f"assessments/{submitted.pk}")["closed_steps"]
    assert closed["verify"] == [sentence]


def test_return_without_reason_is_400(client, submitted, verifier):
    client.force_login(verifier)

    response = post(client, f"assessments/{submitted.pk}/return", {"reason": " "})

    assert response.status_code == 400
    assert list(response.json()) == ["reason"]


def test_records_are_only_read(client, area, editor):
    client.force_login(editor)

    assert post(client, "slum-areas", {"name": "X"}).status_code == 405
    assert client.delete(f"{API}/slum-areas/{area.pk}/").status_code == 405


# ---- growth ------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    ["decrees", "slum-areas", "slum-areas/geojson", "neighbourhoods", "assessments"],
)
def test_endpoint_costs_the_same_for_more_rows(
    client, submitted, head, verifier, queries_of, path
):
    client.force_login(verifier)
    url = f"{API}/{path}/"
    client.get(url)
    few = queries_of(client.get, url)
    for number in range(4):
        more = SlumAreaFactory(agency=submitted.area.agency, name=f"Lain {number}")
        NeighbourhoodFactory(area=more)
        DecreeLineFactory(
            area=more,
            decree__issued_on=date(2010 + number, 1, 1),
            decree__in_force_until=date(2011 + number, 1, 1),
        )
        submitted_assessment(more, by=head)

    assert queries_of(client.get, url) == few


def test_list_page_and_endpoint_agree(client, area, viewer):
    """The same queryset behind both: figures cannot part company."""
    client.force_login(viewer)
    (found,) = get(client, "slum-areas")["results"]

    page = client.get("/kawasan/").context["object_list"][0]

    assert found["decreed"] == f"{page.decreed:f}"
