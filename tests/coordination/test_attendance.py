"""The attendance list: the code, by hand, twice; the page without an account."""

from urllib.parse import quote

import pytest
from django.urls import reverse

from coordination import services
from coordination.meeting_queries import presence_at
from core.errors import BusinessRuleError, NotAllowedError, WrongStateError
from tests.factories import AgencyFactory
from tests.factories_coordination import (
    AttendanceFactory,
    InvitationFactory,
    SpeakerFactory,
    brought_to,
    meeting_in,
)

pytestmark = pytest.mark.django_db
ENTER = reverse("coordination:attendance-enter")
DONE = reverse("coordination:attendance-done")
TWICE = "Orang ini sudah ada di daftar hadir. Tidak perlu mengisi dua kali."


@pytest.fixture
def meeting(province, editor, office):
    """In session; the district office is invited."""
    return meeting_in("in_session", agency=province, secretary=editor, guest=office)


def signed(meeting, agency, *, by=None, **values):
    filled = {"name": "Rahmah", "position": "Kabid", "gender": "f"}
    return services.sign_attendance(
        code=meeting.attendance_code, agency=agency, by=by, **filled | values
    )


def page_of(meeting):
    return reverse("coordination:attendance-sign", args=[meeting.attendance_code])


def sent(agency, **values):
    return {"name": "Rahmah", "agency": agency.pk, "gender": "f"} | values


# ---- the services --------------------------------------------------------------------
def test_with_an_account_the_person_is_recorded(meeting, office, operator):
    attendance = signed(meeting, office, by=operator)

    assert (attendance.user, attendance.via) == (operator, "code")
    with pytest.raises(BusinessRuleError, match="Anda sudah ada di daftar"):
        signed(meeting, office, by=operator, name="Nama lain")


def test_the_code_alone_is_enough_but_not_twice(meeting, office):
    assert signed(meeting, office).user is None

    with pytest.raises(BusinessRuleError) as refused:
        signed(meeting, office, name="RAHMAH")
    assert str(refused.value) == TWICE


def test_the_code_is_read_however_it_was_typed(meeting, office):
    code = f" {meeting.attendance_code.lower()} "
    services.sign_attendance(code=code, name="A", agency=office, gender="m", by=None)

    assert meeting.attendances.count() == 1


def test_who_signs_is_of_an_agency_that_is_expected(
    meeting, office, province, ministry, operator
):
    other = AgencyFactory()
    with pytest.raises(BusinessRuleError) as refused:
        signed(meeting, other, name="")
    assert set(refused.value.errors) == {"agency", "name"}

    SpeakerFactory(meeting=meeting, agency=ministry)
    signed(meeting, ministry, name="Narasumber")
    signed(meeting, province, name="Tuan rumah")
    meeting.invitations.all().delete()
    signed(meeting, office, by=operator)  # one's own agency, though it is not invited


@pytest.mark.parametrize("phase", ["draft", "closed"])
def test_after_the_session_the_code_is_worth_nothing(meeting, office, phase):
    brought_to(meeting, phase)

    with pytest.raises(WrongStateError) as refused:
        signed(meeting, office)
    assert "Tidak ada rapat yang sedang bersidang" in str(refused.value)


def test_an_empty_code_is_no_code(meeting, office):
    meeting_in("invited", agency=meeting.agency)
    with pytest.raises(WrongStateError):
        services.sign_attendance(code="", name="A", agency=office, gender="m", by=None)


def test_the_secretary_writes_down_and_strikes(meeting, editor, office, operator):
    values = {"name": "Pak  Udin", "agency": office, "gender": "m"}
    attendance = services.record_attendance(meeting, by=editor, **values)
    assert (attendance.name, attendance.via, attendance.recorded_by) == (
        "Pak Udin",
        "hand",
        editor,
    )
    with pytest.raises(BusinessRuleError) as refused:
        services.record_attendance(meeting, by=editor, **values)
    assert str(refused.value) == TWICE
    with pytest.raises(NotAllowedError):
        services.remove_attendance(attendance, by=operator)

    services.remove_attendance(attendance, by=editor)
    assert not meeting.attendances.exists()


@pytest.mark.parametrize("phase", ["planned", "invited", "closed"])
def test_the_list_is_written_in_session_and_in_the_draft(
    province, editor, office, phase
):
    meeting = meeting_in(phase, agency=province, secretary=editor)

    with pytest.raises(WrongStateError):
        services.record_attendance(
            meeting, name="A", agency=office, gender="f", by=editor
        )


def test_who_came_is_counted_by_agency(meeting, office, other_office):
    InvitationFactory(meeting=meeting, agency=other_office)
    AttendanceFactory.create_batch(2, meeting=meeting, agency=office)
    AttendanceFactory(meeting=meeting, agency=office, gender="m")
    uninvited = AttendanceFactory(meeting=meeting, gender="m").agency

    presence = presence_at(meeting)

    assert (presence.count, presence.women, presence.men) == (4, 2, 2)
    assert [row.agency for row in presence.absent] == [other_office]
    invited = {row.agency: row.is_invited for row in presence.present}
    assert invited == {office: True, uninvited: False}


# ---- the page ------------------------------------------------------------------------
def test_somebody_without_an_account_signs(client, meeting, office):
    page = client.get(page_of(meeting))
    assert page.status_code == 200
    assert meeting.title in page.content.decode()
    assert "no-store" in page["Cache-Control"]

    answer = client.post(page_of(meeting), sent(office))

    assert (answer.status_code, answer.url) == (302, DONE)
    assert "tercatat pada daftar hadir" in client.get(DONE).content.decode()
    again = client.post(page_of(meeting), sent(office))
    assert (again.status_code, TWICE in again.content.decode()) == (200, True)
    assert meeting.attendances.count() == 1


def test_the_page_offers_expected_agencies_only(client, meeting, office, province):
    AgencyFactory()
    form = client.get(page_of(meeting)).context["form"]

    assert set(form.fields["agency"].queryset) == {office, province}


def test_with_an_account_the_name_stands_there(client, log_in, meeting, office):
    user = log_in("operator")
    user.first_name, user.last_name = "Siti", "Aminah"
    user.save()

    form = client.get(page_of(meeting)).context["form"]
    assert (form["name"].value(), form["agency"].value()) == ("Siti Aminah", office.pk)
    client.post(page_of(meeting), sent(office, name="Siti Aminah"))
    assert meeting.attendances.get().user == user


def test_a_code_is_typed_on_a_page(client, meeting):
    answer = client.post(ENTER, {"code": f" {meeting.attendance_code.lower()}"})

    assert (answer.status_code, answer.url) == (302, page_of(meeting))


def test_a_wrong_code_leads_back_and_says_so(client, meeting):
    address = reverse("coordination:attendance-sign", args=["SALAH1"])

    page = client.get(address, follow=True)

    assert page.redirect_chain == [(ENTER, 302)]
    assert "Tidak ada rapat yang sedang bersidang" in page.content.decode()


def test_codes_cannot_be_tried_without_end(client, meeting):
    address = reverse("coordination:attendance-sign", args=["SALAH1"])
    codes = {client.get(address).status_code for _attempt in range(31)}

    assert codes == {302, 429}
    assert client.get(page_of(meeting)).status_code == 200


@pytest.mark.parametrize("code", ["AB/CD", "\x00", "é1", "  ", "?x=1"])
def test_what_cannot_be_a_code_is_told(client, meeting, code):
    typed = client.post(ENTER, {"code": code})
    assert typed.status_code == 200
    assert typed.context["form"].errors["code"]

    found = client.get(f"/hadir/{quote(code, safe='')}/", follow=True)
    assert found.status_code in {200, 404}
