"""A meeting's life up to its draft: planning, agenda, phases; who sees it when."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agencies.models import Agency, Notice
from agencies.roles import Role
from coordination import services, workflow
from coordination.models import AgendaItem, Invitation, Meeting, MeetingSeries
from coordination.models.meeting import Phase
from coordination.services.meetings import CODE_LETTERS
from core.errors import BusinessRuleError, NotAllowedError, WrongStateError
from tests.cast import member
from tests.factories import AgencyFactory
from tests.factories_coordination import (
    BEGINS,
    ORDER,
    AgendaItemFactory,
    CommitmentFactory,
    InvitationFactory,
    MeetingFactory,
    SeriesFactory,
    meeting_in,
)

pytestmark = pytest.mark.django_db
STEPS = {
    "invite": services.send_invitations,
    "open": services.open_session,
    "end": services.end_session,
    "reopen": services.reopen_session,
}


def planned(agency, by, **values):
    filled = {
        "title": "Rapat koordinasi",
        "kind": "rakor",
        "place": "Banjarbaru",
        "starts_at": BEGINS,
        "ends_at": BEGINS + timedelta(hours=6),
    }
    return services.plan_meeting(agency=agency, by=by, **filled | values)


def kept(agency, by, phase=Phase.PLANNED, **values):
    """A meeting of the agency, whose secretary is `by`, in this phase."""
    return meeting_in(phase, agency=agency, secretary=by, **values)


def titles(meeting):
    return list(meeting.items.values_list("title", flat=True))


# ---- planning ------------------------------------------------------------------------
def test_who_plans_a_meeting_is_its_secretary(province, editor):
    meeting = planned(province, editor, title="  Rakor   kumuh ", new_series="Rakor")

    assert (meeting.phase, meeting.secretary, meeting.title) == (
        "planned",
        editor,
        "Rakor kumuh",
    )
    assert meeting.series == MeetingSeries.objects.get(agency=province, name="Rakor")


def test_a_series_of_that_name_is_gone_on_with(province, editor):
    series = SeriesFactory(agency=province, name="Rakor")

    assert planned(province, editor, new_series="Rakor").series == series


def test_every_problem_is_told_at_once(province, editor, viewer, office):
    with pytest.raises(BusinessRuleError) as refused:
        planned(
            province,
            editor,
            title="",
            secretary=viewer,
            ends_at=BEGINS,
            series=SeriesFactory(agency=office),
        )

    assert set(refused.value.errors) == {"title", "secretary", "ends_at", "series"}
    assert refused.value.errors["ends_at"] == ["Rapat selesai sebelum mulai."]


def test_a_group_is_only_for_its_sessions(province, editor):
    from coordination.models import WorkingGroup

    group = WorkingGroup(pk=1)
    with pytest.raises(BusinessRuleError) as refused:
        planned(province, editor, group=group)

    assert "group" in refused.value.errors


def test_only_the_hosts_own_people_plan(province, office, editor, operator, viewer):
    planned(office, operator)
    for person, host in ((viewer, office), (operator, province), (editor, office)):
        with pytest.raises(NotAllowedError):
            planned(host, person)


def test_a_secretary_of_another_office_is_refused(province, editor, operator):
    meeting = kept(province, editor)

    with pytest.raises(BusinessRuleError) as refused:
        services.update_meeting(meeting, secretary=operator, by=editor)

    assert "Disperkim Kalsel" in str(refused.value)


# ---- the phases ----------------------------------------------------------------------
@pytest.mark.parametrize("phase", ORDER)
@pytest.mark.parametrize("name", STEPS)
def test_a_step_is_open_exactly_where_the_table_says(province, editor, phase, name):
    meeting = kept(province, editor, phase)
    step = next(step for step in workflow.STEPS if step.name == name)
    offered = {o.name: o for o in workflow.steps_for(meeting, editor)}[name]

    assert offered.is_open == (phase in step.sources)
    if offered.is_open:
        assert STEPS[name](meeting, by=editor).phase == step.target
    else:
        with pytest.raises(WrongStateError):
            STEPS[name](meeting, by=editor)


@pytest.mark.parametrize("person", ["viewer", "operator", "verifier", "stranger"])
def test_others_take_no_step(request, province, editor, person):
    user = request.getfixturevalue(person)
    meeting = kept(province, editor)

    with pytest.raises(NotAllowedError):
        services.send_invitations(meeting, by=user)

    assert not any(offered.is_open for offered in workflow.steps_for(meeting, user))


def test_invitations_go_out_when_there_is_an_agenda_and_a_guest(province, editor):
    meeting = MeetingFactory(agency=province, secretary=editor)

    with pytest.raises(BusinessRuleError) as refused:
        services.send_invitations(meeting, by=editor)

    assert refused.value.errors["__all__"] == [
        "Agenda masih kosong. Tambahkan butir.",
        "Belum ada yang diundang.",
    ]


def test_the_invited_are_told_once_and_again_when_it_moves(
    province, editor, office, operator, viewer, stranger
):
    meeting = kept(province, editor, guest=office)
    services.send_invitations(meeting, by=editor)

    told = Notice.objects.filter(kind="invited")
    assert {notice.user for notice in told} == {operator, viewer}
    assert told[0].text.startswith(
        f"Anda diundang: “{meeting.title}”, 3 Nov 2025 09.00"
    )

    later = meeting.starts_at + timedelta(hours=1)
    services.update_meeting(meeting, starts_at=later, by=editor)
    services.update_meeting(meeting, chair="Sekda", by=editor)

    assert told.filter(user=operator).count() == 2
    assert "pindah" in told.filter(user=operator).latest("pk").text


def test_the_code_is_easy_to_read_and_stays(province, editor):
    meeting = services.open_session(kept(province, editor, "invited"), by=editor)
    code = meeting.attendance_code

    assert len(code) == 6
    assert set(code) <= set(CODE_LETTERS)
    assert not set(CODE_LETTERS) & set("0O1IS5Z2B8")
    assert meeting.current_item == meeting.items.get()

    meeting = services.end_session(meeting, by=editor)
    assert (meeting.current_item, meeting.ended_at is None) == (None, False)
    meeting = services.reopen_session(meeting, by=editor)
    assert (meeting.attendance_code, meeting.ended_at) == (code, None)


def test_a_closed_meeting_is_not_changed(province, editor):
    meeting = kept(province, editor, "closed")
    changes = (
        lambda: services.update_meeting(meeting, title="Lain", by=editor),
        lambda: services.add_item(meeting, title="Lain", by=editor),
        lambda: services.change_item(meeting.items.get(), title="Lain", by=editor),
        lambda: services.remove_item(meeting.items.get(), by=editor),
        lambda: services.finish_item(meeting.items.get(), by=editor),
    )
    for change in changes:
        with pytest.raises(WrongStateError, match="adendum"):
            change()


# ---- the agenda ----------------------------------------------------------------------
def test_items_follow_on_each_other(province, editor):
    meeting = MeetingFactory(agency=province, secretary=editor)
    for title in "ABCD":
        services.add_item(meeting, title=title, by=editor)
    first, second, _third, fourth = meeting.items.all()

    services.move_item(fourth, to=1, by=editor)
    assert titles(meeting) == list("DABC")
    services.move_item(first, to=99, by=editor)
    assert titles(meeting) == list("DBCA")
    services.remove_item(second, by=editor)
    assert titles(meeting) == list("DCA")
    assert [item.position for item in meeting.items.all()] == [1, 2, 3]


@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    moves=st.lists(st.tuples(st.integers(0, 4), st.integers(-2, 8)), max_size=6),
    gone=st.integers(0, 4),
)
def test_whatever_is_moved_positions_stay_one_to_n(province, editor, moves, gone):
    meeting = MeetingFactory(agency=province, secretary=editor)
    items = [AgendaItemFactory(meeting=meeting) for _number in range(5)]
    for which, to in moves:
        services.move_item(items[which], to=to, by=editor)
    services.remove_item(items[gone], by=editor)

    assert list(meeting.items.values_list("position", flat=True)) == [1, 2, 3, 4]


def test_an_item_names_districts(province, editor, region_tree):
    meeting = kept(province, editor)
    city, village = region_tree["63.71"], region_tree["63.71.01.1001"]
    item = services.add_item(meeting, title="Titian", regions=[city], by=editor)

    assert list(item.regions.all()) == [city]
    with pytest.raises(BusinessRuleError) as refused:
        services.change_item(item, regions=[village], minutes=900, by=editor)
    assert set(refused.value.errors) >= {"regions"}


def test_the_talk_goes_on_from_item_to_item(province, editor):
    meeting = kept(province, editor)
    second = AgendaItemFactory(meeting=meeting)
    with pytest.raises(WrongStateError):
        services.finish_item(second, by=editor)
    with pytest.raises(WrongStateError):
        services.set_current_item(second, by=editor)

    services.send_invitations(meeting, by=editor)
    meeting = services.open_session(meeting, by=editor)
    first = meeting.current_item
    services.finish_item(first, by=editor)
    meeting.refresh_from_db()
    assert meeting.current_item == second
    services.finish_item(first, is_done=False, by=editor)
    services.set_current_item(first, by=editor)
    meeting.refresh_from_db()
    assert (meeting.current_item, meeting.items.filter(done_at=None).count()) == (
        first,
        2,
    )


def test_an_item_with_an_outcome_stays(province, editor):
    meeting = kept(province, editor, "in_session")
    item = meeting.items.get()
    meeting.decisions.create(item=item, number=1, text="Setuju", created_by=editor)

    with pytest.raises(BusinessRuleError, match="Hapus dahulu"):
        services.remove_item(item, by=editor)

    assert AgendaItem.objects.filter(pk=item.pk).exists()


# ---- who sees it ---------------------------------------------------------------------
@pytest.fixture
def guests(ministry):
    """Agencies without a region here: the ministry, and an office of West Java."""
    west_java = AgencyFactory(
        short_name="Disperkim Jabar",
        level=Agency.Level.OTHER_PROVINCE,
        region=None,
    )
    return [
        member(f"tamu{n}", agency, Role.VIEWER)
        for n, agency in enumerate((ministry, west_java))
    ]


def test_a_guest_sees_the_meeting_once_invitations_are_out(province, editor, guests):
    meeting, other = kept(province, editor), kept(province, editor, "invited")
    for guest in guests:
        InvitationFactory(meeting=meeting, agency=guest.memberships.get().agency)
        assert not Meeting.objects.visible_to(guest).exists()

    services.send_invitations(meeting, by=editor)

    for guest in guests:
        assert list(Meeting.objects.visible_to(guest)) == [meeting]
        seen = Invitation.objects.visible_to(guest)
        assert set(seen) == set(meeting.invitations.all())
        assert not seen.filter(meeting=other).exists()
        with pytest.raises(NotAllowedError):
            services.update_meeting(meeting, title="Lain", by=guest)


def test_the_meeting_before_is_of_the_series_or_the_kind(province, editor):
    series = SeriesFactory(agency=province)
    days = [BEGINS - timedelta(days=30 * n) for n in range(3)]
    own, before, far = (
        MeetingFactory(agency=province, series=series, starts_at=day) for day in days
    )
    loose = MeetingFactory(agency=province, starts_at=days[1])

    assert list(Meeting.objects.before(own)) == [before, far]
    assert before.held_on == date(2025, 10, 4)
    assert loose not in Meeting.objects.before(own)


def test_a_year_that_cannot_be_is_refused(province, editor):
    wrong = BEGINS.replace(year=26)

    with pytest.raises(BusinessRuleError) as refused:
        planned(province, editor, starts_at=wrong)

    assert refused.value.errors["starts_at"] == [
        "Periksa tahunnya: antara 2000 dan 2100."
    ]


def test_it_does_not_move_behind_what_is_due(province, editor, office):
    meeting = kept(province, editor, Phase.IN_SESSION, guest=office)
    due_on = meeting.held_on + timedelta(days=30)
    CommitmentFactory(meeting=meeting, agency=office, due_on=due_on)
    later = {
        "starts_at": meeting.starts_at + timedelta(days=31),
        "ends_at": meeting.ends_at + timedelta(days=31),
    }

    with pytest.raises(BusinessRuleError, match="Ubah dahulu tenggatnya"):
        services.update_meeting(meeting, by=editor, **later)


def test_who_is_invited_anew_is_told_anew(province, editor, office, operator):
    meeting = kept(province, editor, Phase.INVITED)
    invitation = services.invite_agency(meeting, agency=office, by=editor)
    services.withdraw_invitation(invitation, by=editor)
    services.invite_agency(meeting, agency=office, by=editor)

    told = Notice.objects.filter(user=operator, kind="invited").order_by("pk")
    assert [notice.read_at is None for notice in told] == [False, True]
