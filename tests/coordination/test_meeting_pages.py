"""The pages of meetings: list, detail, forms, steps, files."""

import io
from datetime import timedelta

import pytest
from django.urls import reverse
from icalendar import Calendar

from agencies.roles import Role
from coordination.models import Meeting
from tests.cast import member
from tests.factories_coordination import (
    BEGINS,
    AgendaItemFactory,
    AttendanceFactory,
    CommitmentFactory,
    DecisionFactory,
    InvitationFactory,
    MeetingFactory,
    SeriesFactory,
    SpeakerFactory,
    meeting_in,
)

pytestmark = pytest.mark.django_db
LIST = reverse("coordination:meeting-list")
CREATE = reverse("coordination:meeting-create")


def address(name, *args):
    return reverse(f"coordination:{name}", args=args)


@pytest.fixture
def meeting(province, editor, office, ministry, region_tree):
    """In session, with everything that a page of a meeting shows."""
    meeting = meeting_in("in_session", agency=province, secretary=editor, guest=office)
    item = meeting.items.get()
    item.regions.add(region_tree["63.71"])
    Meeting.objects.filter(pk=meeting.pk).update(current_item=item)
    SpeakerFactory(meeting=meeting, agency=ministry, item=item)
    AttendanceFactory(meeting=meeting, agency=province)
    meeting.refresh_from_db()
    return meeting


def filled(agency, editor, **values):
    return {
        "agency": agency.pk,
        "title": "Rakor penataan kumuh",
        "kind": "rakor",
        "new_series": "Rakor kumuh",
        "place": "Banjarbaru",
        "starts_at": "2025-11-03T09:00",
        "ends_at": "2025-11-03T16:00",
        "secretary": editor.pk,
    } | values


# ---- the list ------------------------------------------------------------------------
def test_the_list_counts_guests_people_and_open_commitments(
    client, log_in, meeting, ministry
):
    InvitationFactory(meeting=meeting, agency=ministry, person="Ibu Sari")
    InvitationFactory(meeting=meeting, agency=ministry, person="Pak Budi")
    log_in("viewer")

    (row,) = client.get(LIST).context["object_list"]

    assert (row.invited, row.attended, row.pending) == (2, 1, 0)


def test_the_list_is_filtered_and_exported(client, log_in, meeting, province):
    series = SeriesFactory(agency=province, name="Rakor triwulanan")
    Meeting.objects.filter(pk=meeting.pk).update(
        series=series, minutes_number="600/7/BA"
    )
    DecisionFactory(meeting=meeting, text="Batas RT dicocokkan")
    CommitmentFactory(meeting=meeting, text="Titian ulin dibangun")
    MeetingFactory(agency=province, title="Sosialisasi", kind="socialisation")
    log_in("editor")
    for query, count in (
        ({}, 2),
        ({"q": "dicocokkan"}, 1),
        ({"q": "titian"}, 1),
        ({"q": "600/7"}, 1),
        ({"series": series.pk}, 1),
        ({"series": series.pk + 1}, 0),
        ({"q": "sosialisasi"}, 1),
        ({"kind": "socialisation"}, 1),
        ({"phase": "in_session"}, 1),
        ({"year": "2025"}, 2),
        ({"year": "2024"}, 0),
        ({"agency": province.pk}, 2),
    ):
        assert len(client.get(LIST, query).context["object_list"]) == count, query

    file = client.get(LIST, {"phase": "in_session", "format": "csv"})
    text = b"".join(file.streaming_content).decode("utf-8-sig")
    assert "Bersidang" in text or "sidang" in text.lower()
    assert "Sosialisasi;" not in text


def test_the_list_asks_as_much_for_more_meetings(
    client, log_in, meeting, province, queries_of
):
    log_in("editor")
    few = queries_of(client.get, LIST)
    for _number in range(5):
        InvitationFactory(meeting=MeetingFactory(agency=province))

    assert queries_of(client.get, LIST) == few


def test_a_meeting_asks_as_much_for_more_guests(
    client, log_in, meeting, editor, queries_of
):
    log_in("editor")
    page = meeting.get_absolute_url()
    few = queries_of(client.get, page)
    for _number in range(4):
        item = AgendaItemFactory(meeting=meeting)
        InvitationFactory(meeting=meeting)
        SpeakerFactory(meeting=meeting, item=item)
        AttendanceFactory(meeting=meeting)

    assert queries_of(client.get, page) == few


# ---- one meeting ---------------------------------------------------------------------
def test_the_page_shows_who_has_not_come(client, log_in, meeting, other_office):
    log_in("editor")
    InvitationFactory(meeting=meeting, agency=other_office)

    series = SeriesFactory(agency=meeting.agency)
    Meeting.objects.filter(pk=meeting.pk).update(series=series)
    text = client.get(meeting.get_absolute_url()).content.decode()

    assert f'<a href="{LIST}?series={series.pk}">{series}</a>' in text
    assert "Belum ada yang hadir dari:" in text
    assert "Disperkim Banjarbaru" in text
    assert meeting.attendance_code in text
    assert address("meeting-qr", meeting.pk) in text
    assert 'id="langkah-end"' in text


def test_a_reader_of_the_region_sees_no_button(client, log_in, meeting):
    log_in("viewer")
    text = client.get(meeting.get_absolute_url()).content.decode()

    assert address("meeting-edit", meeting.pk) not in text
    assert 'aria-disabled="true"' in text
    assert (
        "Ini urusan sekretariat Disperkim Kalsel" in text or "Disperkim Kalsel" in text
    )


def test_a_closed_step_says_what_is_missing(client, log_in, province, editor):
    meeting = MeetingFactory(agency=province, secretary=editor)
    log_in("editor")

    text = client.get(meeting.get_absolute_url()).content.decode()
    assert "Agenda masih kosong. Tambahkan butir." in text
    client.post(address("meeting-invite", meeting.pk))
    meeting.refresh_from_db()
    assert meeting.phase == "planned"


def test_the_invited_see_answer_and_letter_and_nothing_else(
    client, province, editor, ministry
):
    guest = member("tamu", ministry, Role.VIEWER)
    meeting = meeting_in("planned", agency=province, secretary=editor, guest=ministry)
    other = meeting_in("invited", agency=province, secretary=editor)
    client.force_login(guest)
    assert client.get(meeting.get_absolute_url()).status_code == 404

    Meeting.objects.filter(pk=meeting.pk).update(phase="invited")

    assert [row.pk for row in client.get(LIST).context["object_list"]] == [meeting.pk]
    invitation = meeting.invitations.get()
    answer = address("invitation-answer", invitation.pk)
    assert answer in client.get(meeting.get_absolute_url()).content.decode()
    letter = client.get(address("invitation-letter", meeting.pk, invitation.pk))
    assert letter["Content-Type"] == "application/pdf"
    client.post(answer, {"response": "attending", "note": "Dua orang"})
    invitation.refresh_from_db()
    assert (invitation.response, invitation.responded_by) == ("attending", guest)
    for page in (
        other.get_absolute_url(),
        address("meeting-calendar", other.pk),
        address("invitation-letter", other.pk, other.invitations.get().pk),
        address("invitation-answer", other.invitations.get().pk),
    ):
        assert client.get(page).status_code == 404
    assert client.get(address("meeting-edit", meeting.pk)).status_code == 403


# ---- forms ---------------------------------------------------------------------------
def test_a_meeting_is_planned_and_changed(client, log_in, province, editor):
    log_in("editor")
    form = client.get(CREATE).content.decode()
    assert 'type="datetime-local"' in form

    answer = client.post(CREATE, filled(province, editor))
    meeting = Meeting.objects.get()
    assert (answer.status_code, answer.url) == (302, meeting.get_absolute_url())
    assert (meeting.starts_at, str(meeting.series)) == (BEGINS, "Rakor kumuh")

    edit = address("meeting-edit", meeting.pk)
    assert 'value="2025-11-03T09:00"' in client.get(edit).content.decode()
    client.post(
        edit,
        filled(province, editor, new_series="", title="Rakor lain", minutes_number="1"),
    )
    meeting.refresh_from_db()
    assert (meeting.title, meeting.minutes_number) == ("Rakor lain", "1")


def test_bad_input_is_told_at_its_field(client, log_in, province, editor):
    log_in("editor")
    page = client.post(
        CREATE, filled(province, editor, title="", ends_at="2025-11-03T08:00")
    )

    assert set(page.context["form"].errors) == {"title"}
    page = client.post(CREATE, filled(province, editor, ends_at="2025-11-03T08:00"))
    assert page.context["form"].errors["ends_at"] == ["Rapat selesai sebelum mulai."]


def test_the_agenda_is_written_on_its_pages(client, log_in, meeting, region_tree):
    log_in("editor")
    city = region_tree["63.72"]
    client.post(
        address("item-create", meeting.pk),
        {
            "title": "Titian",
            "starts_at": "10:30",
            "minutes": "30",
            "regions": [city.pk],
        },
    )
    first, item = meeting.items.all()
    assert (item.title, item.minutes, list(item.regions.all())) == (
        "Titian",
        30,
        [city],
    )

    client.post(address("item-up", item.pk))
    assert [each.pk for each in meeting.items.all()] == [item.pk, first.pk]
    client.post(address("item-down", item.pk))
    client.post(address("item-current", item.pk))
    client.post(address("item-done", first.pk))
    client.post(address("item-undone", first.pk))
    client.post(address("item-edit", item.pk), {"title": "Titian kayu"})
    meeting.refresh_from_db()
    assert str(meeting.current_item) == "2. Titian kayu"
    client.post(address("item-remove", item.pk))
    assert meeting.items.count() == 1


def test_guests_are_written_on_their_pages(
    client, log_in, meeting, ministry, other_office
):
    log_in("editor")
    client.post(
        address("invitation-create", meeting.pk),
        {"agency": ministry.pk, "person": "Ibu Sari"},
    )
    client.post(address("invitation-offices", meeting.pk))
    assert meeting.invitations.count() == 3
    sari = meeting.invitations.get(person="Ibu Sari")
    client.post(address("invitation-remove", sari.pk))
    assert not meeting.invitations.filter(pk=sari.pk).exists()

    values = {"name": "Dr. Budi", "agency": ministry.pk, "topic": "PKP"}
    client.post(address("speaker-create", meeting.pk), values)
    speaker = meeting.speakers.get(name="Dr. Budi")
    client.post(address("speaker-edit", speaker.pk), values | {"topic": "Kumuh"})
    speaker.refresh_from_db()
    assert speaker.topic == "Kumuh"
    client.post(address("speaker-remove", speaker.pk))
    assert not meeting.speakers.filter(pk=speaker.pk).exists()

    person = {"name": "Rahmah", "agency": ministry.pk, "gender": "f"}
    client.post(address("attendance-create", meeting.pk), person)
    came = meeting.attendances.get(name="Rahmah")
    client.post(address("attendance-remove", came.pk))
    assert not meeting.attendances.filter(pk=came.pk).exists()


def test_a_form_of_a_closed_meeting_leads_back(client, log_in, province, editor):
    meeting = meeting_in("closed", agency=province, secretary=editor)
    log_in("editor")

    answer = client.get(address("item-create", meeting.pk), follow=True)

    assert answer.redirect_chain[0][0] == f"{meeting.get_absolute_url()}#agenda"
    assert "adendum" in answer.content.decode()


def test_the_meeting_goes_from_phase_to_phase(client, log_in, province, editor):
    meeting = meeting_in("planned", agency=province, secretary=editor)
    log_in("editor")
    for step, phase in (
        ("invite", "invited"),
        ("open", "in_session"),
        ("end", "draft"),
        ("reopen", "in_session"),
    ):
        client.post(address(f"meeting-{step}", meeting.pk))
        meeting.refresh_from_db()
        assert meeting.phase == phase
        assert client.get(meeting.get_absolute_url()).status_code == 200


# ---- files ---------------------------------------------------------------------------
def test_letters_calendar_and_code_are_files(client, log_in, meeting):
    log_in("editor")

    letters = client.get(address("meeting-letters", meeting.pk))
    assert letters.content.startswith(b"%PDF-")
    assert "undangan.pdf" in letters["Content-Disposition"]
    calendar = client.get(address("meeting-calendar", meeting.pk))
    assert calendar["Content-Type"].startswith("text/calendar")
    (event,) = Calendar.from_ical(calendar.content).walk("VEVENT")
    assert event["dtend"].dt - event["dtstart"].dt == timedelta(hours=7)
    assert event["uid"] == f"meeting-{meeting.pk}@testserver"
    code = client.get(address("meeting-qr", meeting.pk))
    assert code["Content-Type"] == "image/svg+xml"
    assert io.BytesIO(code.content).read(4) == b"<svg"


def test_before_the_session_there_is_no_code(client, log_in, province, editor):
    meeting = meeting_in("invited", agency=province, secretary=editor)
    log_in("editor")

    assert client.get(address("meeting-qr", meeting.pk)).status_code == 404
