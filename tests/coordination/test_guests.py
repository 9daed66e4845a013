"""Invitations and resource persons: who is asked, who answers, letters, calendar."""

from datetime import UTC, date, datetime

import pytest
from icalendar import Calendar

from agencies.models import Agency, Notice
from agencies.roles import Role
from coordination import services
from coordination.letters import calendar_file, letters_pdf
from coordination.models import Meeting
from coordination.services.guests import may_answer
from core.errors import BusinessRuleError, NotAllowedError, WrongStateError
from tests.cast import member
from tests.factories import AgencyFactory, RegionFactory
from tests.factories_coordination import (
    AgendaItemFactory,
    InvitationFactory,
    MeetingFactory,
    SpeakerFactory,
    meeting_in,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting(province, editor):
    return MeetingFactory(
        agency=province, secretary=editor, title="Rakor penataan kumuh"
    )


def office_of(code, **values):
    region = RegionFactory(code=code)
    return AgencyFactory(short_name=f"Disperkim {code}", region=region, **values)


# ---- inviting ------------------------------------------------------------------------
def test_every_district_office_is_asked_once(meeting, editor, office, other_office):
    office_of("63.01")
    office_of("62.01")  # another province
    office_of("63.02", kind=Agency.Kind.OTHER)
    office_of("63.03", valid_until=date(2020, 1, 1))
    services.invite_agency(meeting, agency=office, by=editor)

    services.invite_district_offices(meeting, by=editor)

    names = meeting.invitations.values_list("agency__short_name", flat=True)
    assert set(names) == {
        "Disperkim Banjarmasin",
        "Disperkim Banjarbaru",
        "Disperkim 63.01",
    }
    with pytest.raises(BusinessRuleError, match="sudah diundang"):
        services.invite_district_offices(meeting, by=editor)


def test_thirteen_offices_are_thirteen_invitations(meeting, editor):
    for number in range(1, 14):
        office_of(f"63.{number:02d}")

    assert len(services.invite_district_offices(meeting, by=editor)) == 13


def test_an_agency_and_its_persons_are_each_asked_once(meeting, editor, ministry):
    services.invite_agency(meeting, agency=ministry, by=editor)
    services.invite_agency(meeting, agency=ministry, person="Ibu  Sari", by=editor)

    for person in ("", "ibu sari"):
        with pytest.raises(BusinessRuleError) as refused:
            services.invite_agency(meeting, agency=ministry, person=person, by=editor)
        assert str(refused.value) == "Instansi atau orang ini sudah diundang."


def test_who_is_asked_later_is_told_at_once(province, editor, office, operator):
    meeting = meeting_in("invited", agency=province, secretary=editor)
    assert not Notice.objects.filter(user=operator).exists()

    invitation = services.invite_agency(meeting, agency=office, by=editor)

    notice = Notice.objects.get(user=operator)
    assert (notice.kind, notice.url) == ("invited", meeting.get_absolute_url())
    services.withdraw_invitation(invitation, by=editor)
    notice.refresh_from_db()
    assert notice.read_at is not None


def test_who_promised_something_stays_invited(province, editor, office):
    meeting = meeting_in("in_session", agency=province, secretary=editor, guest=office)
    invitation = meeting.invitations.get()
    meeting.commitments.create(
        item=meeting.items.get(),
        number=1,
        text="Titian 500 m",
        agency=office,
        due_on=date(2026, 3, 1),
        created_by=editor,
    )

    with pytest.raises(BusinessRuleError, match="sudah berkomitmen"):
        services.withdraw_invitation(invitation, by=editor)

    person = services.invite_agency(meeting, agency=office, person="Budi", by=editor)
    services.withdraw_invitation(person, by=editor)
    assert list(meeting.invitations.all()) == [invitation]


@pytest.mark.parametrize("person", ["operator", "viewer", "stranger", "verifier"])
def test_only_the_secretariat_invites(request, meeting, office, person):
    with pytest.raises(NotAllowedError):
        services.invite_agency(
            meeting, agency=office, by=request.getfixturevalue(person)
        )


# ---- the answer ----------------------------------------------------------------------
def test_a_member_of_the_invited_agency_answers(province, editor, ministry):
    guest = member("tamu", ministry, Role.VIEWER)
    meeting = meeting_in("invited", agency=province, secretary=editor, guest=ministry)
    invitation = meeting.invitations.get()

    answered = services.answer_invitation(
        invitation, response="declined", note="Dinas luar", by=guest
    )

    assert (answered.response, answered.response_note) == ("declined", "Dinas luar")
    assert (answered.responded_by, answered.responded_at is None) == (guest, False)
    # Taken down by the secretariat after a call.
    again = services.answer_invitation(invitation, response="attending", by=editor)
    assert (again.response, again.response_note) == ("attending", "")


def test_others_do_not_answer_for_an_agency(province, editor, office, stranger):
    meeting = meeting_in("invited", agency=province, secretary=editor, guest=office)
    invitation = meeting.invitations.get()

    with pytest.raises(NotAllowedError, match="Disperkim Banjarmasin"):
        services.answer_invitation(invitation, response="attending", by=stranger)
    assert not may_answer(invitation, stranger)


@pytest.mark.parametrize("phase", ["planned", "in_session", "draft", "closed"])
def test_an_answer_comes_between_invitation_and_session(
    province, editor, office, operator, phase
):
    meeting = meeting_in(phase, agency=province, secretary=editor, guest=office)

    with pytest.raises(WrongStateError):
        services.answer_invitation(
            meeting.invitations.get(), response="attending", by=operator
        )


@pytest.mark.parametrize("response", ["none", "mungkin"])
def test_an_answer_is_yes_or_no(province, editor, office, operator, response):
    meeting = meeting_in("invited", agency=province, secretary=editor, guest=office)

    with pytest.raises(BusinessRuleError) as refused:
        services.answer_invitation(
            meeting.invitations.get(), response=response, by=operator
        )
    assert set(refused.value.errors) == {"response"}


# ---- resource persons ----------------------------------------------------------------
def test_a_resource_person_speaks_at_an_item_of_this_meeting(meeting, editor, ministry):
    item = AgendaItemFactory(meeting=meeting)
    speaker = services.add_speaker(
        meeting, name="Dr. Sari", agency=ministry, topic="PKP", item=item, by=editor
    )
    services.change_speaker(speaker, topic="Kolaborasi", by=editor)
    speaker.refresh_from_db()
    assert (speaker.topic, speaker.item) == ("Kolaborasi", item)

    with pytest.raises(BusinessRuleError) as refused:
        services.change_speaker(speaker, item=AgendaItemFactory(), by=editor)
    assert set(refused.value.errors) == {"item"}
    with pytest.raises(BusinessRuleError, match="sudah"):
        services.add_speaker(meeting, name="dr. sari", agency=ministry, by=editor)
    services.remove_speaker(speaker, by=editor)
    assert not meeting.speakers.exists()


def test_a_resource_person_is_invited_with_a_letter_and_a_notice(
    province, editor, ministry, office
):
    meeting = meeting_in("invited", agency=province, secretary=editor, guest=office)
    guest = member("tamu", ministry, Role.VIEWER)
    assert meeting not in Meeting.objects.visible_to(guest)

    services.add_speaker(meeting, name="Dr. Sari", agency=ministry, by=editor)

    invitation = meeting.invitations.get(agency=ministry)
    assert invitation.person == "Dr. Sari"
    assert Notice.objects.get(user=guest).url == meeting.get_absolute_url()
    assert meeting in Meeting.objects.visible_to(guest)
    assert letters_pdf(meeting, [invitation]).startswith(b"%PDF-")


def test_a_resource_person_of_an_invited_agency_or_of_the_host_adds_no_invitation(
    province, editor, ministry, office
):
    meeting = meeting_in("invited", agency=province, secretary=editor, guest=office)
    for agency in (office, province):
        services.add_speaker(meeting, name="Dr. Sari", agency=agency, by=editor)
    speaker = services.add_speaker(meeting, name="Budi", agency=office, by=editor)
    assert meeting.invitations.count() == 1

    services.change_speaker(speaker, agency=ministry, by=editor)

    assert meeting.invitations.get(agency=ministry).person == "Budi"


def test_a_closed_meeting_keeps_its_guests(province, editor, office):
    meeting = meeting_in("closed", agency=province, secretary=editor)
    changes = (
        lambda: services.invite_agency(meeting, agency=office, by=editor),
        lambda: services.withdraw_invitation(meeting.invitations.get(), by=editor),
        lambda: services.add_speaker(meeting, name="A", agency=office, by=editor),
    )
    for change in changes:
        with pytest.raises(WrongStateError):
            change()


# ---- letter and calendar -------------------------------------------------------------
def test_each_invited_gets_a_letter_of_their_own(meeting, office, ministry):
    AgendaItemFactory(meeting=meeting)
    SpeakerFactory(meeting=meeting, agency=ministry)
    for agency in (office, ministry):
        InvitationFactory(meeting=meeting, agency=agency)

    one = letters_pdf(meeting, meeting.invitations.filter(agency=office))
    all_of_them = letters_pdf(meeting, meeting.invitations.all())

    assert one.startswith(b"%PDF-")
    plain = letters_pdf(meeting, meeting.invitations.all(), is_packed=False)
    assert plain.count(b"/Type /Page\n") == 2
    assert len(all_of_them) > len(one)
    assert letters_pdf(meeting, meeting.invitations.all()) == all_of_them


def test_a_letter_holds_whatever_is_written(meeting, office):
    meeting.letter_note = "<b>Bawa</b> & data\x00\r\nsemua " * 300
    InvitationFactory(meeting=meeting, agency=office, person="<Kepala & staf>")

    assert letters_pdf(meeting, meeting.invitations.all()).startswith(b"%PDF-")


def test_the_calendar_has_the_hour_in_utc_and_a_lasting_uid(meeting, editor):
    def event():
        file = calendar_file(meeting, url="https://kumuh.test/rakor/1/", host="x.test")
        (found,) = Calendar.from_ical(file).walk("VEVENT")
        return found

    first = event()
    assert first["dtstart"].dt == datetime(2025, 11, 3, 1, tzinfo=UTC)
    assert first["dtend"].dt == datetime(2025, 11, 3, 8, tzinfo=UTC)
    assert (first["summary"], first["status"]) == (meeting.title, "TENTATIVE")

    meeting = services.update_meeting(meeting, place="Aula; lantai 2, kiri", by=editor)
    moved = event()
    assert moved["uid"] == first["uid"] == f"meeting-{meeting.pk}@x.test"
    assert moved["sequence"] > first["sequence"]
    assert moved["location"] == "Aula; lantai 2, kiri"
