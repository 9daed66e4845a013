"""Meetings, their agenda, guests and attendance over the API."""

import pytest
from django.urls import reverse
from rest_framework.test import APIClient
from rest_framework.throttling import UserRateThrottle

from coordination.models import Meeting
from tests.factories_coordination import (
    AgendaItemFactory,
    AttendanceFactory,
    InvitationFactory,
    MeetingFactory,
    SeriesFactory,
    SpeakerFactory,
    meeting_in,
)

pytestmark = pytest.mark.django_db
NOUNS = ("meetings", "agenda-items", "invitations", "speakers", "attendances")


@pytest.fixture
def api(editor):
    client = APIClient()
    client.force_authenticate(editor)
    return client


@pytest.fixture
def meeting(province, editor, office):
    meeting = meeting_in("planned", agency=province, secretary=editor, guest=office)
    SpeakerFactory(meeting=meeting)
    return meeting


def at(name, *args):
    return reverse(name, args=args)


def test_a_meeting_is_made_and_led_to_its_draft(api, province, office, region_tree):
    made = api.post(
        at("meetings-list"),
        {
            "agency": province.pk,
            "title": "Rakor",
            "kind": "rakor",
            "place": "Banjarbaru",
            "starts_at": "2025-11-03T09:00:00+08:00",
            "ends_at": "2025-11-03T16:00:00+08:00",
            "new_series": "Rakor kumuh",
        },
    )
    assert made.status_code == 201, made.data
    pk = made.data["id"]
    assert (made.data["phase"], made.data["secretary"]) == ("planned", "editor")
    assert "invite" in made.data["closed_steps"]
    refused = api.post(at("meetings-invite", pk))
    assert refused.status_code == 400
    assert refused.data["__all__"][0] == "Agenda masih kosong. Tambahkan butir."

    item = {"meeting": pk, "title": "Titian", "regions": ["63.71"]}
    assert api.post(at("agenda-items-list"), item).status_code == 201
    guest = {"meeting": pk, "agency": office.pk}
    assert api.post(at("invitations-list"), guest).status_code == 201
    for step, phase in (
        ("invite", "invited"),
        ("open", "in_session"),
        ("end", "draft"),
        ("reopen", "in_session"),
    ):
        answer = api.post(at(f"meetings-{step}", pk))
        assert (answer.status_code, answer.data["phase"]) == (200, phase)
    again = api.post(at("meetings-open", pk))
    assert (again.status_code, again.data["code"]) == (409, "wrong_state")


def test_the_list_has_the_filters_of_the_page(api, meeting, province, queries_of):
    MeetingFactory(agency=province, kind="fgd")
    assert api.get(at("meetings-list"), {"kind": "fgd"}).data["count"] == 1
    assert api.get(at("meetings-list"), {"phase": "x"}).status_code == 400


@pytest.mark.parametrize("noun", NOUNS)
def test_a_list_asks_as_much_for_more_rows(api, meeting, province, queries_of, noun):
    def more(of):
        AgendaItemFactory(meeting=of)
        InvitationFactory(meeting=of)
        SpeakerFactory(meeting=of)

    def people(of):
        AttendanceFactory(meeting=of)

    opened = meeting_in("in_session", agency=province)
    more(opened)
    people(opened)
    api.get(at(f"{noun}-list"))  # the person's memberships are read once
    few = queries_of(api.get, at(f"{noun}-list"))
    for _number in range(3):
        another = meeting_in("in_session", agency=province)
        more(another)
        people(another)

    assert queries_of(api.get, at(f"{noun}-list")) == few


def test_a_meeting_is_changed_but_not_its_host(api, meeting, office):
    page = at("meetings-detail", meeting.pk)
    assert api.patch(page, {"title": "Rakor lain"}).data["title"] == "Rakor lain"

    refused = api.patch(page, {"agency": office.pk, "title": "X"})

    assert (refused.status_code, set(refused.data)) == (400, {"agency"})


def test_items_are_moved_done_and_removed(api, meeting, province):
    first, second = meeting.items.get(), AgendaItemFactory(meeting=meeting)
    page = at("agenda-items-detail", second.pk)
    assert api.patch(page, {"position": 1}).data["position"] == 1
    elsewhere = api.patch(page, {"meeting": MeetingFactory(agency=province).pk})
    assert (elsewhere.status_code, set(elsewhere.data)) == (400, {"meeting"})
    assert api.post(at("agenda-items-done", first.pk)).status_code == 409
    api.post(at("meetings-invite", meeting.pk))
    api.post(at("meetings-open", meeting.pk))
    assert api.post(at("agenda-items-done", first.pk)).data["done_at"]
    assert api.post(at("agenda-items-undone", first.pk)).data["done_at"] is None
    assert api.post(at("agenda-items-current", first.pk)).status_code == 200
    assert api.delete(page).status_code == 204
    assert [item.position for item in meeting.items.all()] == [1]


def test_an_invitation_is_answered_and_withdrawn(api, meeting, operator):
    invitation = meeting.invitations.get()
    api.post(at("meetings-invite", meeting.pk))
    guest = APIClient()
    guest.force_authenticate(operator)

    answer = guest.post(
        at("invitations-answer", invitation.pk), {"response": "attending"}
    )
    assert (answer.status_code, answer.data["response"]) == (200, "attending")
    assert guest.delete(at("invitations-detail", invitation.pk)).status_code == 403
    assert api.delete(at("invitations-detail", invitation.pk)).status_code == 204


def test_attendance_is_signed_and_written_down(api, province, editor, office, operator):
    meeting = meeting_in("in_session", agency=province, secretary=editor, guest=office)
    person = {"meeting": meeting.pk, "name": "Udin", "agency": office.pk, "gender": "m"}
    made = api.post(at("attendances-list"), person)
    assert (made.status_code, made.data["via"]) == (201, "hand")
    twice = api.post(at("attendances-list"), person)
    assert twice.data["__all__"] == [
        "Orang ini sudah ada di daftar hadir. Tidak perlu mengisi dua kali."
    ]

    guest = APIClient()
    guest.force_authenticate(operator)
    sent = person | {"code": meeting.attendance_code, "name": "Siti", "gender": "f"}
    signed = guest.post(at("attendances-sign"), sent)
    assert (signed.status_code, signed.data["via"]) == (201, "code")
    wrong = guest.post(at("attendances-sign"), sent | {"code": "SALAH1"})
    assert wrong.status_code == 409
    assert api.delete(at("attendances-detail", made.data["id"])).status_code == 204


def test_codes_cannot_be_tried_without_end(operator, monkeypatch):
    rates = {"attendance-codes": "2/min"}
    monkeypatch.setattr(UserRateThrottle, "THROTTLE_RATES", rates)
    guest = APIClient()
    guest.force_authenticate(operator)

    codes = [guest.post(at("attendances-sign"), {}).status_code for _ in range(3)]

    assert codes == [400, 400, 429]


def test_speakers_are_kept(api, meeting, ministry):
    speaker = {"meeting": meeting.pk, "name": "Dr. Sari", "agency": ministry.pk}
    made = api.post(at("speakers-list"), speaker)
    assert made.status_code == 201
    page = at("speakers-detail", made.data["id"])
    assert api.patch(page, {"topic": "PKP"}).data["topic"] == "PKP"
    assert api.delete(page).status_code == 204


def test_what_one_does_not_see_cannot_be_named(meeting, stranger, office):
    """The meeting of the province, to which the stranger is not invited."""
    client = APIClient()
    client.force_authenticate(stranger)
    sent = {"meeting": meeting.pk, "agency": office.pk}

    assert client.get(at("meetings-detail", meeting.pk)).status_code == 404
    refused = client.post(at("invitations-list"), sent)
    assert (refused.status_code, set(refused.data)) == (400, {"meeting"})
    assert Meeting.objects.filter(pk=meeting.pk).exists()


def test_every_district_office_is_asked_through_the_api(
    api, meeting, office, other_office
):
    url = at("invitations-offices")

    made = api.post(url, {"meeting": meeting.pk})

    assert made.status_code == 201
    asked = {row["agency"] for row in made.data}
    assert (other_office.pk in asked, office.pk in asked) == (True, False)
    again = api.post(url, {"meeting": meeting.pk})
    assert (again.status_code, again.data["code"]) == (400, "rule_broken")
    assert api.post(url, {"meeting": 0}).status_code == 400


def test_series_are_those_of_the_meetings_in_sight(api, meeting, province):
    series = SeriesFactory(agency=province)
    SeriesFactory()
    type(meeting).objects.filter(pk=meeting.pk).update(series=series)

    (row,) = api.get(at("meeting-series-list")).data["results"]

    assert (row["id"], row["agency_name"]) == (series.pk, province.short_name)
    assert api.post(at("meeting-series-list"), {"name": "A"}).status_code == 405


def test_what_is_not_ones_own_cannot_be_named(operator, editor, office, province):
    series = SeriesFactory(agency=province)
    theirs = meeting_in("in_session", agency=province, secretary=editor)
    guest = APIClient()
    guest.force_authenticate(operator)

    sent = {"agency": office.pk, "series": series.pk, "secretary": editor.username}
    refused = guest.post(at("meetings-list"), sent).data
    assert {"series", "secretary"} <= refused.keys()
    item = {"meeting": theirs.pk, "item": theirs.items.get().pk}
    refused = guest.post(at("speakers-list"), item).data
    assert {"meeting", "item"} <= refused.keys()
