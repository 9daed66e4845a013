"""The endpoint of the practice library."""

import pytest

from coordination.models import Practice
from tests.coordination.promises import promise_of
from tests.coordination.test_practices import VALUES
from tests.factories_practices import PracticeFactory

pytestmark = pytest.mark.django_db
API = "/api/v1/practices/"
JSON = {"content_type": "application/json"}
SENT = VALUES | {"cost": "750000.00"}


@pytest.fixture
def practice(province):
    return PracticeFactory(agency=province, indicators=["2a"])


def test_it_is_written_published_and_read(client, editor, province, head):
    client.force_login(editor)
    made = client.post(API, SENT | {"agency": province.pk}, **JSON)
    assert made.status_code == 201
    row = made.json()
    assert row["indicators"] == ["4a", "4b"]
    assert row["open_steps"] == ["publish"]
    url = f"{API}{row['id']}/"

    assert client.post(f"{url}publish/", **JSON).json()["is_published"] is True
    assert client.post(f"{url}publish/", **JSON).status_code == 409
    client.force_login(head)
    read = client.get(url).json()
    assert read["cost"] == "750000.00"
    assert read["open_steps"] == []
    assert set(read["closed_steps"]) == {"publish", "unpublish"}


def test_every_problem_is_told_by_field(client, editor, province):
    client.force_login(editor)
    wrong = SENT | {"agency": province.pk, "indicators": ["9z"], "cost_note": ""}

    answer = client.post(API, wrong, **JSON)

    assert answer.status_code == 400
    assert set(answer.json()) == {"indicators", "cost_note"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"typologies": ["moon"]}, "typologies.0"),
        ({"indicators": "4b"}, "indicators"),
        ({"cost": "murah"}, "cost"),
        ({"year": "9" * 30}, "year"),
        ({"source": ""}, "source"),
    ],
)
def test_what_cannot_be_read_is_refused(client, editor, province, changes, field):
    client.force_login(editor)

    answer = client.post(API, SENT | {"agency": province.pk} | changes, **JSON)

    assert answer.status_code == 400
    assert field in answer.json()


def test_a_part_is_changed_and_the_agency_is_not(client, editor, practice, office):
    client.force_login(editor)
    url = f"{API}{practice.pk}/"

    assert client.patch(url, {"results": "Baik."}, **JSON).json()["results"] == "Baik."
    answer = client.patch(url, {"agency": office.pk}, **JSON)
    assert answer.json() == {
        "agency": ["Instansi yang mengelola praktik tidak dapat diubah."]
    }


def test_an_office_adopts_it(client, operator, practice, office, province):
    promise = promise_of(office, host=province)
    client.force_login(operator)
    url = f"{API}{practice.pk}/adopt/"

    answer = client.post(url, {"commitment": promise.pk}, **JSON)

    assert answer.status_code == 200
    assert answer.json()["adoptions"] == 1
    promise.refresh_from_db()
    assert promise.practice == practice


def test_a_commitment_out_of_sight_is_unknown(client, stranger, practice, office):
    promise = promise_of(office, host=office)
    client.force_login(stranger)

    answer = client.post(
        f"{API}{practice.pk}/adopt/", {"commitment": promise.pk}, **JSON
    )

    assert answer.status_code == 400
    assert set(answer.json()) == {"commitment"}


def test_the_page_and_the_api_filter_alike(client, head, practice):
    PracticeFactory(indicators=["4b"])
    PracticeFactory(is_published=False)
    client.force_login(head)

    found = client.get(API, {"indicator": "2a"}).json()["results"]

    assert [row["id"] for row in found] == [practice.pk]
    assert client.get(API).json()["count"] == 2


def test_the_api_costs_the_same_for_more(client, operator, practice, queries_of):
    client.force_login(operator)
    few = queries_of(client.get, API)

    PracticeFactory.create_batch(5)

    assert queries_of(client.get, API) == few
    assert Practice.objects.count() == 6
