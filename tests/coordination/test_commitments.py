"""Commitments: agreed, accepted, reported on, checked; refusals say what to do."""

from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from unittest.mock import patch

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from agencies.models import Notice
from agencies.roles import Role
from coordination import services
from coordination.commitment_steps import STEPS, steps_for
from coordination.models import Commitment
from coordination.models.commitment import CommitmentState as State
from coordination.models.meeting import Phase
from core.errors import BusinessRuleError, NotAllowedError, WrongStateError
from tests.cast import member
from tests.coordination.promises import promise_of
from tests.factories import AgencyFactory, RegionFactory
from tests.factories_areas import SlumAreaFactory
from tests.factories_coordination import (
    CommitmentFactory,
    InvitationFactory,
    brought_to,
    meeting_in,
)
from tests.factories_practices import PracticeFactory
from tests.factories_programs import ActivityFactory, ProgrammeFactory

pytestmark = pytest.mark.django_db

URL = reverse("coordination:commitment-list")
DUE = date(2026, 3, 31)


@pytest.fixture
def meeting(province, office, editor):
    """In session at the province, with the office as its guest."""
    return meeting_in(Phase.IN_SESSION, agency=province, guest=office, secretary=editor)


@pytest.fixture
def values(meeting, office):
    return {
        "item": meeting.items.get(),
        "text": "Menata drainase RT 01 dan RT 02",
        "agency": office,
        "due_on": DUE,
    }


@pytest.fixture
def commitment(meeting, values, editor):
    return services.agree_commitment(meeting, by=editor, **values)


def agree(meeting, by, values, **changed):
    return services.agree_commitment(meeting, by=by, **values | changed)


# ---- agreeing ------------------------------------------------------------------------
def test_agreed_with_all_that_was_said(meeting, values, editor, office, head):
    area = SlumAreaFactory(agency=office)
    helper = AgencyFactory()

    commitment = agree(
        meeting,
        editor,
        values,
        areas=[area],
        supporters=[helper],
        target_hectares=Decimal("2.5"),
        target_volume=Decimal(350),
        target_unit="m",
        fund="dak",
    )

    assert (commitment.number, commitment.state) == (1, State.OPEN)
    assert list(commitment.areas.all()) == [area]
    assert list(commitment.supporters.all()) == [helper]
    told = Notice.objects.get(user=head, kind="commitment")
    assert "Mohon terima" in told.text
    assert told.url == commitment.get_absolute_url()


def test_supporters_are_told_once_that_they_are_named(
    meeting, values, editor, stranger, other_office, province
):
    boss = member("boss", province, Role.PROVINCE_EDITOR)
    told = Notice.objects.filter(key__endswith=":supports")
    commitment = agree(meeting, editor, values, supporters=[other_office])
    notice = told.get()
    assert notice.user == stranger
    assert "disebut sebagai pendukung" in notice.text

    services.change_commitment(
        commitment, by=editor, supporters=[other_office, province]
    )
    assert {row.user for row in told} == {stranger, boss}  # not who wrote it


def test_the_list_of_an_agency_has_what_it_supports(
    client, meeting, values, editor, stranger, other_office, office
):
    helped = agree(meeting, editor, values, supporters=[other_office])
    InvitationFactory(meeting=meeting, agency=other_office)
    own = agree(meeting, editor, values, agency=other_office, text="Lahan")
    agree(meeting, editor, values, text="Bukan")
    client.force_login(stranger)

    def found(**query):
        page = client.get(URL, {"agency": other_office.pk} | query)
        return {row.pk for row in page.context["object_list"]}

    assert found() == {helped.pk, own.pk}
    assert found(part="responsible") == {own.pk}
    assert found(part="supporting") == {helped.pk}


def test_what_is_wrong_is_told_at_once(meeting, values, editor, other_office):
    far = SlumAreaFactory(regency=RegionFactory(code="62.71"))

    with pytest.raises(BusinessRuleError) as refused:
        agree(
            meeting,
            editor,
            values,
            agency=other_office,
            due_on=date(2025, 11, 2),
            text=" ",
            target_volume=Decimal(5),
            areas=[far],
        )

    errors = refused.value.errors
    assert errors["due_on"] == [
        "Tenggat 2 Nov 2025 mendahului hari rapat (3 Nov 2025). Pilih hari rapat atau"
        " hari sesudahnya."
    ]
    assert errors["agency"] == [
        "Disperkim Banjarbaru tidak diundang ke rapat ini. Undang dahulu, atau pilih"
        " instansi yang diundang."
    ]
    assert errors["text"] == ["Tulis apa yang akan dilakukan."]
    assert "Anda tidak melihat kawasan" in errors["areas"][0]
    assert any("satuan" in text for texts in errors.values() for text in texts)
    assert not Commitment.objects.exists()


def test_the_day_of_the_meeting_is_in_time(meeting, values, editor):
    assert agree(meeting, editor, values, due_on=meeting.held_on).pk


def test_the_host_may_promise_as_well(meeting, values, editor, province):
    assert agree(meeting, editor, values, agency=province).agency == province


@pytest.mark.parametrize("name", ["target_hectares", "target_rupiah"])
def test_a_target_is_above_zero(meeting, values, editor, name):
    with pytest.raises(BusinessRuleError, match="di atas 0"):
        agree(meeting, editor, values, **{name: Decimal(0)})


@pytest.mark.parametrize("phase", [Phase.PLANNED, Phase.INVITED, Phase.CLOSED])
def test_outside_session_and_draft_nothing_is_agreed(phase, province, office, editor):
    meeting = meeting_in(phase, agency=province, guest=office, secretary=editor)

    with pytest.raises(WrongStateError):
        services.agree_commitment(
            meeting,
            item=meeting.items.get(),
            text="x",
            agency=office,
            due_on=DUE,
            by=editor,
        )


def test_sent_twice_is_one(meeting, values, editor):
    first, again = (agree(meeting, editor, values) for _ in range(2))

    assert first == again
    assert meeting.commitments.count() == 1


def test_the_guest_does_not_write(meeting, values, head):
    with pytest.raises(NotAllowedError):
        agree(meeting, head, values)


# ---- changing ------------------------------------------------------------------------
def test_other_words_have_to_be_accepted_again(commitment, editor, head):
    services.accept_commitment(commitment, by=head)

    changed = services.change_commitment(
        commitment, by=editor, due_on=date(2026, 6, 30)
    )

    assert (changed.state, changed.accepted_by) == (State.OPEN, None)
    assert changed.updates.order_by("pk").last().step == "change"
    assert Notice.objects.filter(user=head, key__contains=":changed:").count() == 1


def test_the_same_words_change_nothing(commitment, editor, head, values):
    services.accept_commitment(commitment, by=head)

    services.change_commitment(commitment, by=editor, **values)

    commitment.refresh_from_db()
    assert commitment.state == State.ACCEPTED
    assert commitment.updates.count() == 1


def test_closed_words_are_frozen_also_for_sql(commitment, meeting, editor):
    brought_to(meeting, Phase.CLOSED)
    commitment.refresh_from_db()

    with pytest.raises(WrongStateError):
        services.change_commitment(commitment, by=editor, text="Lain")
    with pytest.raises(IntegrityError, match="Hasil rapat"), transaction.atomic():
        Commitment.objects.update(text="Lain")


def test_only_the_last_without_traces_is_removed(commitment, meeting, values, editor):
    second = agree(meeting, editor, values, text="Lain")

    with pytest.raises(BusinessRuleError, match="Hanya komitmen terakhir"):
        services.remove_commitment(commitment, by=editor)
    services.remove_commitment(second, by=editor)
    assert list(meeting.commitments.all()) == [commitment]


def test_an_accepted_one_is_not_removed(commitment, editor, head):
    services.accept_commitment(commitment, by=head)

    with pytest.raises(BusinessRuleError, match="Batalkan dengan alasan"):
        services.remove_commitment(commitment, by=editor)


# ---- its life ------------------------------------------------------------------------
def test_from_promise_to_checked(commitment, head, operator, editor):
    services.accept_commitment(commitment, by=head)
    services.report_progress(commitment, text="Lelang selesai.", by=operator)
    services.claim_done(commitment, text="BAST terlampir.", by=operator)
    services.return_commitment(commitment, reason="Foto belum ada.", by=editor)
    services.claim_done(commitment, text="Foto terlampir.", by=operator)
    services.check_done(commitment, by=editor)

    commitment.refresh_from_db()
    assert commitment.state == State.DONE
    assert commitment.done_on == timezone.localdate()
    assert list(commitment.updates.order_by("pk").values_list("step", flat=True)) == [
        "accept",
        "progress",
        "claim",
        "return",
        "claim",
        "check",
    ]
    assert not Notice.objects.unread().filter(user=editor, key__contains="claim")


def test_ten_identical_posts_are_one_update(commitment, head, client):
    services.accept_commitment(commitment, by=head)
    client.force_login(head)
    url = reverse("coordination:commitment-progress", args=[commitment.pk])

    for _ in range(10):
        assert client.post(url, {"text": "Lelang selesai."}).status_code == 302

    assert commitment.updates.filter(step="progress").count() == 1


def test_who_said_it_is_done_does_not_check_it(meeting, values, editor, province):
    boss = member("boss", province, Role.PROVINCE_EDITOR)
    own = agree(meeting, editor, values, agency=province)
    services.accept_commitment(own, by=editor)
    services.claim_done(own, text="Selesai.", by=editor)

    with pytest.raises(NotAllowedError, match="orang lain"):
        services.check_done(own, by=editor)
    services.check_done(own, by=boss)


def test_dropped_needs_a_reason_and_stays(commitment, editor):
    with pytest.raises(BusinessRuleError, match="mengapa"):
        services.drop_commitment(commitment, reason=" ", by=editor)

    services.drop_commitment(commitment, reason="Digabung ke komitmen 2.", by=editor)

    commitment.refresh_from_db()
    assert (commitment.state, commitment.is_pending) == (State.DROPPED, False)


def test_a_link_to_an_activity_is_of_the_agency(commitment, office, operator):
    own = ActivityFactory(programme=ProgrammeFactory(agency=office))
    strange = ActivityFactory()

    services.link_activity(commitment, activity=own, by=operator)
    services.link_activity(commitment, activity=own, by=operator)
    with pytest.raises(BusinessRuleError, match="Pilih kegiatan"):
        services.link_activity(commitment, activity=strange, by=operator)

    assert list(commitment.activities.all()) == [own]
    services.unlink_activity(commitment, activity=own, by=operator)
    assert not commitment.activities.exists()
    assert commitment.updates.count() == 2


# ---- people × steps × states ---------------------------------------------------------
PEOPLE = ("viewer", "operator", "head", "stranger", "editor", "verifier")
OPEN_STEPS = {
    (State.OPEN, "head"): "accept object",
    (State.OPEN, "editor"): "drop",
    (State.ACCEPTED, "operator"): "progress claim",
    (State.ACCEPTED, "head"): "progress claim",
    (State.ACCEPTED, "editor"): "drop",
    (State.IN_PROGRESS, "operator"): "progress claim",
    (State.IN_PROGRESS, "head"): "progress claim",
    (State.IN_PROGRESS, "editor"): "drop",
    (State.CLAIMED, "editor"): "check return drop",
}
STATE_VALUES = {
    State.OPEN: {},
    State.ACCEPTED: {"accepted_at": timezone.now(), "accepted_name": "Bu Sri"},
    State.DROPPED: {"drop_reason": "Digabung."},
}


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("person", PEOPLE)
def test_open_steps(request, commitment, state, person):
    user = request.getfixturevalue(person)
    more = STATE_VALUES.get(state, STATE_VALUES[State.ACCEPTED])
    if state == State.DONE:
        checker = request.getfixturevalue("editor")
        more = more | {"done_on": DUE, "checked_by": checker}
    for name, value in ({"state": state} | more).items():
        setattr(commitment, name, value)
    commitment.save()

    offered = steps_for(commitment, user)

    found = " ".join(step.name for step in offered if step.is_open)
    assert found == OPEN_STEPS.get((state, person), "")
    assert len(offered) == len(STEPS)
    assert all(step.is_open or str(step.reasons[0]) for step in offered)


def test_a_closed_step_says_why(commitment, viewer):
    reasons = {
        step.name: str(step.reasons[0]) for step in steps_for(commitment, viewer)
    }

    assert reasons["accept"] == (
        "“Terima komitmen” adalah untuk Disperkim Banjarmasin."
    )
    assert "Belum diterima" in reasons["check"]


# ---- pages ---------------------------------------------------------------------------
def test_the_page_shows_steps_and_the_meeting(client, head, commitment, meeting):
    client.force_login(head)

    response = client.get(commitment.get_absolute_url())

    assertContains(response, "Terima komitmen")
    assertContains(response, meeting.get_absolute_url())
    assertContains(response, "belum ada kegiatan tertaut")
    assertNotContains(response, "Tautan tanpa akun")


def test_a_guest_reads_outcomes_of_the_meeting_and_the_one_before(
    client, head, commitment, meeting
):
    client.force_login(head)
    later = meeting_in(
        Phase.INVITED,
        agency=meeting.agency,
        guest=commitment.agency,
        starts_at=meeting.starts_at + timedelta(days=90),
    )

    assertContains(client.get(meeting.get_absolute_url()), commitment.text)
    page = client.get(later.get_absolute_url())
    assertContains(page, "Komitmen rapat sebelumnya")
    assertContains(page, commitment.get_absolute_url())


def test_late_is_shown_and_filtered(client, head, commitment):
    client.force_login(head)
    days = (timezone.localdate() - DUE).days
    in_time = CommitmentFactory(meeting=commitment.meeting, due_on=timezone.localdate())

    late = client.get(URL, {"state": "late"})

    assertContains(late, f"Lewat {days} hari")
    assertNotContains(late, in_time.text)
    assertContains(client.get(URL, {"state": "pending"}), in_time.text)


@pytest.mark.parametrize("wanted", ["csv", "xlsx"])
def test_the_list_as_a_file(client, head, commitment, wanted):
    client.force_login(head)

    response = client.get(URL, {"format": wanted})

    content = b"".join(response)
    response.close()
    assert response.status_code == 200
    assert wanted == "xlsx" or commitment.text.encode() in content


def test_list_costs_the_same_for_more(client, head, commitment, queries_of, office):
    client.force_login(head)
    linked(commitment, office)
    few = queries_of(client.get, URL)

    for _ in range(5):
        linked(CommitmentFactory(meeting=commitment.meeting, agency=office), office)

    assert queries_of(client.get, URL) == few


def test_pages_of_activity_and_area_name_it(client, head, commitment, office):
    client.force_login(head)
    activity = linked(commitment, office)
    commitment.areas.add(activity.area)

    assertContains(client.get(activity.get_absolute_url()), commitment.text)
    assertContains(client.get(activity.area.get_absolute_url()), commitment.text)


def test_a_strange_agency_sees_nothing_of_it(client, stranger, commitment):
    client.force_login(stranger)

    assert client.get(commitment.get_absolute_url()).status_code == 404


def test_areas_are_ticked_by_name_and_regency(client, editor, commitment, office):
    area = SlumAreaFactory(agency=office, name="Kelayan")
    client.force_login(editor)
    edit = reverse("coordination:commitment-edit", args=[commitment.pk])

    page = client.get(edit)

    assertContains(page, f"Kelayan ({area.regency.name})")
    assertContains(page, 'type="checkbox" name="areas"')
    assertContains(page, 'type="checkbox" name="supporters"')
    sent = {"item": commitment.item_id, "text": "x", "agency": office.pk}
    sent |= {"due_on": "2026-05-01", "areas": [area.pk]}
    client.post(edit, sent)
    assert list(commitment.areas.all()) == [area]


def test_change_and_remove_by_their_pages(client, editor, commitment, values):
    client.force_login(editor)
    edit = reverse("coordination:commitment-edit", args=[commitment.pk])
    sent = {
        "item": values["item"].pk,
        "text": "Menata jalan",
        "agency": commitment.agency_id,
        "due_on": "2025-01-01",
    }

    assertContains(client.post(edit, sent), "mendahului hari rapat")
    assert client.post(edit, sent | {"due_on": "2026-05-01"}).status_code == 302
    commitment.refresh_from_db()
    assert commitment.text == "Menata jalan"
    remove = reverse("coordination:commitment-remove", args=[commitment.pk])
    assert client.post(remove).status_code == 302
    assert not Commitment.objects.exists()


def linked(commitment, office):
    activity = ActivityFactory(programme=ProgrammeFactory(agency=office))
    commitment.activities.add(activity, through_defaults={"by": commitment.created_by})
    return activity


def test_an_invited_person_counts_as_their_agency(meeting, values, editor):
    guest = AgencyFactory()
    InvitationFactory(meeting=meeting, agency=guest, person="Bu Sri")

    assert agree(meeting, editor, values, agency=guest).agency == guest


def test_an_adopted_practice_leads_to_its_page_where_it_may_be_opened(
    client, log_in, office, province, head
):
    practice = PracticeFactory(agency=province, title="Sanitasi apung")
    commitment = promise_of(office, host=province, practice=practice)
    address = f'href="{practice.get_absolute_url()}"'
    log_in("head")
    assertContains(client.get(commitment.get_absolute_url()), address)

    practice.is_published = False
    practice.save()

    page = client.get(commitment.get_absolute_url())
    assertContains(page, "Sanitasi apung")
    assertNotContains(page, address)


# ---- what was read is what is accepted -----------------------------------------------
def test_the_same_words_for_another_area_are_another_commitment(
    meeting, values, editor, office
):
    first, second = SlumAreaFactory(agency=office), SlumAreaFactory(agency=office)

    one = agree(meeting, editor, values, areas=[first], target_hectares=Decimal(2))
    again = agree(meeting, editor, values, areas=[first], target_hectares=Decimal(2))
    other = agree(meeting, editor, values, areas=[second], target_hectares=Decimal(2))
    more = agree(meeting, editor, values, areas=[second], target_hectares=Decimal(3))

    assert (one, one.number) == (again, 1)
    assert (other.number, more.number) == (2, 3)


def test_other_words_revoke_a_link_that_nobody_used(meeting, values, editor):
    commitment = agree(meeting, editor, values)
    made = services.invite_by_link(commitment, recipient="Bu Sri", by=editor)

    services.change_commitment(commitment, by=editor, text=values["text"])
    made.link.refresh_from_db()
    assert not made.link.revoked_at

    services.change_commitment(commitment, by=editor, target_hectares=Decimal(9))
    made.link.refresh_from_db()
    assert made.link.revoked_by == editor


def test_another_agency_is_asked_and_the_first_one_no_more(
    meeting, values, editor, head, other_office
):
    chief = member("kepala_lain", other_office, Role.DISTRICT_HEAD)
    services.invite_agency(meeting, agency=other_office, by=editor)
    commitment = agree(meeting, editor, values)

    services.change_commitment(commitment, by=editor, agency=other_office)

    asked = Notice.objects.filter(kind="commitment")
    assert [n.read_at is None for n in asked.filter(user=head)] == [False]
    assert [n.read_at is None for n in asked.filter(user=chief)] == [True]
    services.remove_commitment(commitment, by=editor)
    assert not asked.unread().exists()


def test_only_work_in_its_areas_keeps_a_promise(
    meeting, values, editor, head, office, other_office
):
    area, elsewhere = SlumAreaFactory(agency=office), SlumAreaFactory(agency=office)
    programme = ProgrammeFactory(agency=office)
    here, there = (
        ActivityFactory(programme=programme, agency=office, area=a, name=f"Kerja {n}")
        for n, a in enumerate((area, elsewhere))
    )
    commitment = agree(meeting, editor, values, areas=[area])

    with pytest.raises(BusinessRuleError, match="di kawasan yang disebut komitmen"):
        services.link_activity(commitment, activity=there, by=head)
    services.link_activity(commitment, activity=here, by=head)
    services.invite_agency(meeting, agency=other_office, by=editor)
    for values in ({"areas": [elsewhere]}, {"agency": other_office}):
        with pytest.raises(BusinessRuleError, match="Lepaskan dahulu.*Kerja 0"):
            services.change_commitment(commitment, by=editor, **values)


def test_a_practice_that_is_offered_no_more_stays_adopted(
    client, log_in, meeting, values, editor, province
):
    practice = PracticeFactory(agency=province)
    commitment = agree(meeting, editor, values, practice=practice)
    practice.is_published = False
    practice.save()

    services.change_commitment(commitment, by=editor, text="Lain", practice=practice)

    commitment.refresh_from_db()
    assert (commitment.text, commitment.practice) == ("Lain", practice)
    log_in("editor")
    page = client.get(reverse("coordination:commitment-edit", args=[commitment.pk]))
    assertContains(page, f'<option value="{practice.pk}" selected>')


def test_the_same_news_a_month_later_is_news(meeting, values, editor, head, operator):
    commitment = agree(meeting, editor, values)
    services.accept_commitment(commitment, by=head)
    report = partial(
        services.report_progress, commitment, text="Masih berjalan", by=operator
    )

    first = report()
    assert report() == first
    later = timezone.now() + timedelta(days=30)
    with patch.object(timezone, "now", return_value=later):
        assert report() != first


def test_what_was_removed_meanwhile_is_told(meeting, values, editor):
    commitment = agree(meeting, editor, values)
    services.remove_commitment(commitment, by=editor)

    with pytest.raises(WrongStateError, match="baru saja dihapus"):
        services.remove_commitment(commitment, by=editor)
