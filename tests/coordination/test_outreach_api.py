"""The endpoint of outreach."""

import pytest

from coordination.models import Outreach
from tests.coordination.promises import promise_of
from tests.factories_areas import SlumAreaFactory
from tests.factories_practices import OutreachFactory

pytestmark = pytest.mark.django_db
API = "/api/v1/outreach/"
JSON = {"content_type": "application/json"}


@pytest.fixture
def area(office):
    return SlumAreaFactory(agency=office)


@pytest.fixture
def sent(office, area):
    return {
        "title": "Tepi sungai",
        "held_on": "2025-05-05",
        "agency": office.pk,
        "regency": office.region_id,
        "place": "Balai kelurahan",
        "areas": [area.pk],
        "prevention": "mentoring",
        "topics": ["riverbank"],
        "women": 3,
        "men": 4,
    }


def test_it_is_written_and_changed(client, operator, sent, area):
    client.force_login(operator)

    made = client.post(API, sent, **JSON)

    assert made.status_code == 201
    row = made.json()
    assert (row["people"], row["areas"], row["partners"]) == (7, [area.pk], [])
    url = f"{API}{row['id']}/"
    changed = client.patch(url, {"men": 5}, **JSON).json()
    assert (changed["people"], changed["areas"]) == (8, [area.pk])
    assert client.get(url).json() == changed


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"held_on": "2999-01-01"}, "held_on", "belum tiba"),
        ({"women": 0, "men": 0}, "women", "Paling sedikit satu orang"),
        ({"topics": ["moon"]}, "topics.0", "moon"),
        ({"topics": []}, "topics", "paling sedikit satu topik"),
        ({"women": -1}, "women", "0"),
        ({"commitment": 0}, "commitment", "0"),
    ],
)
def test_bad_input_has_its_sentence(client, operator, sent, changes, field, sentence):
    client.force_login(operator)

    answer = client.post(API, sent | changes, **JSON)

    assert answer.status_code == 400
    assert sentence in " ".join(answer.json()[field])
    assert not Outreach.objects.exists()


def test_who_held_it_stays(client, operator, office, other_office):
    event = OutreachFactory(agency=office)
    client.force_login(operator)

    answer = client.patch(f"{API}{event.pk}/", {"agency": other_office.pk}, **JSON)

    assert answer.json() == {
        "agency": ["Penyelenggara tidak dapat diubah. Catat sosialisasi lain."]
    }


def test_what_is_out_of_sight_is_left_out(client, stranger, office, other_office, area):
    promise = promise_of(office, host=office)
    event = OutreachFactory(agency=office, commitment=promise)
    event.areas.add(area)
    event.partners.add(other_office)
    client.force_login(stranger)

    row = client.get(f"{API}{event.pk}/").json()

    assert row["areas"] == []
    assert row["commitment"] is None
    assert row["partners"] == [other_office.pk]


def test_the_filters_of_the_page(client, operator, office, area):
    event = OutreachFactory(agency=office)
    event.areas.add(area)
    OutreachFactory(agency=office, topics=["waste"])
    client.force_login(operator)

    found = client.get(API, {"area": area.pk, "topic": "healthy_home"}).json()

    assert [row["id"] for row in found["results"]] == [event.pk]


def test_the_api_costs_the_same_for_more(client, operator, office, area, queries_of):
    OutreachFactory(agency=office).areas.add(area)
    client.force_login(operator)
    few = queries_of(client.get, API)

    for event in OutreachFactory.create_batch(5, agency=office):
        event.areas.add(area)

    assert queries_of(client.get, API) == few
