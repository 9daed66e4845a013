"""The next meeting takes over from the last; what is only planned can be taken back."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from coordination import services
from coordination.models import File, Invitation, Meeting
from coordination.models.meeting import Phase
from coordination.planning import after_meeting, session_of
from core.errors import BusinessRuleError, NotAllowedError, WrongStateError
from tests.factories_coordination import (
    GroupFactory,
    InvitationFactory,
    MemberFactory,
    SeriesFactory,
    SpeakerFactory,
    brought_to,
    meeting_in,
)

pytestmark = pytest.mark.django_db
CREATE = reverse("coordination:meeting-create")
TIMES = {"starts_at": "2026-02-03T09:00", "ends_at": "2026-02-03T12:00"}


@pytest.fixture
def closed(province, office, editor, ministry):
    meeting = meeting_in(
        Phase.IN_SESSION,
        agency=province,
        guest=office,
        secretary=editor,
        series=SeriesFactory(agency=province, name="Rakor triwulanan"),
        chair="Kepala Dinas",
        signed_by="Sekretaris Daerah",
        place="Aula Disperkim",
    )
    InvitationFactory(
        meeting=meeting, agency=ministry, person="Ibu Sari", response="attending"
    )
    return brought_to(meeting, Phase.CLOSED)


@pytest.fixture
def planned(province, office, editor):
    return meeting_in(Phase.PLANNED, agency=province, guest=office, secretary=editor)


def sent(page, **values):
    """What the form holds, as a browser sends it, with these values typed in."""
    form = page.context["form"]
    held = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in held.items() if value is not None} | values


# ---- the next one --------------------------------------------------------------------
def test_the_next_meeting_follows_from_the_closed_one(
    client, editor, closed, office, ministry
):
    client.force_login(editor)
    address = f"{CREATE}?dari={closed.pk}"
    assertContains(client.get(closed.get_absolute_url()), address)
    form = client.get(address)
    assertContains(form, "2 undangan langsung masuk daftar")
    assertContains(form, "Aula Disperkim")

    client.post(address, sent(form, title="Rakor triwulan I", **TIMES))

    meeting = Meeting.objects.get(title="Rakor triwulan I")
    assert (meeting.series, meeting.chair) == (closed.series, "Kepala Dinas")
    assert (meeting.signed_by, meeting.phase) == ("Sekretaris Daerah", Phase.PLANNED)
    guests = meeting.invitations.values_list("agency", "person", "response")
    assert set(guests) == {
        (office.pk, "", "none"),
        (ministry.pk, "Ibu Sari", "none"),
    }
    assert Meeting.objects.before(meeting).first() == closed


def test_an_agency_that_has_ended_is_not_asked_again(closed, office, ministry):
    ministry.valid_until = date(2025, 12, 31)
    ministry.save()

    assert after_meeting(closed).guests == [(office, "")]


def test_a_session_of_a_group_asks_the_agencies_of_its_members(
    client, head, office, other_office
):
    group = GroupFactory(agency=office)
    for agency in (office, other_office, other_office):
        MemberFactory(group=group, agency=agency)
    client.force_login(head)

    address = f"{CREATE}?pokja={group.pk}"
    assertContains(client.get(group.get_absolute_url()), address)
    form = client.get(address)

    assert form.context["form"]["kind"].value() == "group_session"
    assert form.context["form"]["group"].value() == group.pk
    assert session_of(group).guests == [(other_office, "")]


@pytest.mark.parametrize("query", ["dari=x", "dari=9999", "pokja=", "pokja=1e9"])
def test_what_cannot_be_carried_on_is_not_found(client, editor, query):
    client.force_login(editor)

    assert client.get(f"{CREATE}?{query}").status_code == 404


def test_a_guest_does_not_carry_the_meeting_on(client, head, closed):
    client.force_login(head)

    assertNotContains(client.get(closed.get_absolute_url()), "?dari=")
    assert client.get(f"{CREATE}?dari={closed.pk}").status_code == 404


def test_a_guest_that_cannot_be_stored_leaves_no_meeting(editor, province, office):
    values = {
        "title": "Rakor",
        "kind": "rakor",
        "place": "Aula",
        "starts_at": datetime(2026, 2, 3, 9, tzinfo=UTC),
        "ends_at": datetime(2026, 2, 3, 12, tzinfo=UTC),
    }

    with pytest.raises(BusinessRuleError):
        services.plan_meeting(
            agency=province, guests=[(office, ""), (office, "")], by=editor, **values
        )

    assert not Meeting.objects.exists()
    assert not Invitation.objects.exists()


# ---- taken back ----------------------------------------------------------------------
def test_a_planned_meeting_is_removed_after_a_question(client, editor, planned):
    client.force_login(editor)
    remove = reverse("coordination:meeting-remove", args=[planned.pk])
    assertContains(client.get(planned.get_absolute_url()), remove)
    assertContains(client.get(remove), "Hapus rapat")

    answer = client.post(remove)

    assert answer.url == reverse("coordination:meeting-list")
    assert not Meeting.objects.exists()


def test_once_people_know_of_it_a_meeting_stays(client, editor, planned):
    brought_to(planned, Phase.INVITED)

    with pytest.raises(WrongStateError, match="Undangan sudah terkirim"):
        services.remove_meeting(planned, by=editor)

    client.force_login(editor)
    page = client.get(planned.get_absolute_url())
    assertNotContains(page, reverse("coordination:meeting-remove", args=[planned.pk]))


def test_its_files_go_first(editor, planned, province):
    speaker = SpeakerFactory(meeting=planned, agency=province)
    File.objects.create(
        speaker=speaker,
        kind="document",
        name="a.pdf",
        file="a.pdf",
        content_type="application/pdf",
        size=1,
        sha256="0" * 64,
        uploaded_by=editor,
    )

    with pytest.raises(BusinessRuleError, match="Hapus berkasnya dulu"):
        services.remove_meeting(planned, by=editor)


def test_others_do_not_remove_it(head, planned):
    with pytest.raises(NotAllowedError):
        services.remove_meeting(planned, by=head)
