"""Photos and documents by API: sent as multipart, described, fetched, removed."""

import pytest
from django.urls import reverse
from knox.models import get_token_model
from rest_framework.test import APIClient

from programs import services
from programs.models import Attachment
from tests.pictures import SECRET, jpeg, pdf, upload

pytestmark = pytest.mark.django_db

LIST = "/api/v1/attachments/"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def api():
    return APIClient()


@pytest.fixture
def line(draft):
    return draft.lines.get()


def send(api: APIClient, **values):
    return api.post(LIST, {"file": upload(), **values}, format="multipart")


def test_a_photo_is_sent_described_fetched_and_removed(api, line, operator):
    api.force_authenticate(operator)

    sent = send(api, line=line.pk, stage="50", caption="Saluran")
    assert sent.status_code == 201
    photo = sent.data
    assert (photo["line"], photo["report"], photo["stage"]) == (line.pk, None, "50")
    assert (photo["kind"], photo["latitude"]) == ("photo", "-3.316694")
    assert photo["place"] == "posisi ada, batas kawasan belum ada"
    assert photo["original_url"] is None

    again = send(api, line=line.pk, stage="100")
    assert (again.status_code, again.data) == (200, photo)

    url = f"{LIST}{photo['id']}/"
    changed = api.patch(url, {"stage": "100"})
    assert (changed.data["stage"], changed.data["caption"]) == ("100", "Saluran")
    assert api.get(url).data == changed.data

    assert api.delete(url).status_code == 204
    assert not Attachment.objects.exists()


def test_the_bytes_are_fetched_with_a_token(client, line, operator, verifier):
    photo = services.attach_file(line, file=upload(), by=operator)
    for person, original in ((operator, 403), (verifier, 200)):
        _record, token = get_token_model().objects.create(user=person)
        headers = {"Authorization": f"Token {token}", "Accept": "image/*"}
        for part, status in (("file", 200), ("thumbnail", 200), ("original", original)):
            url = reverse(f"attachments-{part}", args=[photo.pk])
            answer = client.get(url, headers=headers)
            assert answer.status_code == status
            if status == 200:
                content = b"".join(answer.streaming_content)
                assert content.startswith(b"\xff\xd8\xff")
                assert (SECRET in content) == (part == "original")


@pytest.mark.parametrize(
    ("values", "field", "sentence"),
    [
        ({}, "owner", "Sebutkan satu pemiliknya"),
        ({"line": "", "report": ""}, "owner", "Sebutkan satu pemiliknya"),
        ({"line": 0}, "line", ""),
        ({"line": "x"}, "line", ""),
        ({"latitude": "-3.3"}, "position", "Kirim lintang dan bujur"),
        ({"latitude": "x"}, "latitude", ""),
        ({"stage": "75"}, "stage", ""),
        ({"dated_on": "kemarin"}, "dated_on", ""),
        ({"file": upload(b"halo")}, "file", "Ini bukan foto."),
        ({"file": ""}, "file", ""),
    ],
)
def test_bad_input_gets_a_sentence_at_its_field(
    api, line, operator, values, field, sentence
):
    api.force_authenticate(operator)
    if field not in ("owner", "line"):
        values = {"line": line.pk, **values}

    answer = send(api, **values)

    assert answer.status_code == 400
    assert sentence in " ".join(answer.data[field])
    assert not Attachment.objects.exists()


def test_two_owners_are_one_too_many(api, line, draft, operator):
    api.force_authenticate(operator)

    answer = send(api, line=line.pk, report=draft.pk)

    assert set(answer.data) == {"owner"}


def test_what_is_out_of_sight_is_no_owner(api, line, draft, activity, area, stranger):
    api.force_authenticate(stranger)
    for name, owner in (
        ("line", line),
        ("report", draft),
        ("activity", activity),
        ("area", area),
    ):
        assert set(send(api, **{name: owner.pk}).data) == {name}


def test_rights_and_states_have_their_codes(api, line, draft, operator, head, verifier):
    photo = services.attach_file(line, file=upload(), by=operator)
    url = f"{LIST}{photo.pk}/"
    api.force_authenticate(verifier)
    assert send(api, line=line.pk).status_code == 403
    assert api.patch(url, {"caption": "x"}).status_code == 403
    assert api.delete(url).status_code == 403

    services.submit_report(draft, by=head)
    api.force_authenticate(operator)
    answers = [
        api.post(LIST, {"file": upload(jpeg(seed=1)), "line": line.pk}, "multipart"),
        api.patch(url, {"caption": "x"}),
        api.delete(url),
    ]
    assert [answer.status_code for answer in answers] == [409, 409, 409]


def test_filters_find_their_files(api, line, draft, activity, area, operator):
    attach = services.attach_file
    photo = attach(line, file=upload(), by=operator, stage="0").pk
    letter = attach(draft, file=upload(pdf()), by=operator).pk
    contract = attach(activity, file=upload(pdf()), by=operator).pk
    map_ = attach(area, file=upload(pdf()), by=operator).pk
    api.force_authenticate(operator)

    def found(**query) -> set[int]:
        return {row["id"] for row in api.get(LIST, query).data["results"]}

    assert found() == {photo, letter, contract, map_}
    assert found(report=draft.pk) == {photo, letter}
    assert found(line=line.pk) == {photo}
    assert found(activity=activity.pk) == {photo, contract}
    assert found(area=area.pk) == {map_}
    assert found(kind="document") == {letter, contract, map_}
    assert found(stage="0") == {photo}


def test_a_typed_position_is_sent_and_taken_away(api, line, operator):
    photo = services.attach_file(line, file=upload(jpeg(position=None)), by=operator)
    api.force_authenticate(operator)
    url = f"{LIST}{photo.pk}/"

    placed = api.patch(url, {"latitude": "-3.31", "longitude": "114.59"}).data
    assert (placed["latitude"], placed["position_source"]) == ("-3.310000", "typed")
    gone = api.patch(url, {"latitude": None, "longitude": None}).data
    assert (gone["latitude"], gone["position_source"]) == (None, "")


def test_the_list_asks_the_same_for_more_files(api, line, operator, queries_of):
    api.force_authenticate(operator)
    for seed in range(2):
        services.attach_file(line, file=upload(jpeg(seed=seed)), by=operator)
    few = queries_of(api.get, LIST)
    for seed in range(2, 6):
        services.attach_file(line, file=upload(jpeg(seed=seed)), by=operator)

    assert queries_of(api.get, LIST) == few
