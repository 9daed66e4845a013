"""What raw SQL cannot do to a closed meeting, and what goes on after its closing."""

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError
from django.utils import timezone

from coordination.models import (
    Addendum,
    Commitment,
    CommitmentActivity,
    CommitmentArea,
    CommitmentSupporter,
    CommitmentUpdate,
    Meeting,
)
from coordination.models.meeting import Phase
from coordination.services.addenda import add_addendum
from coordination.services.closing import close_meeting
from tests.factories_areas import SlumAreaFactory
from tests.factories_coordination import (
    AttendanceFactory,
    CommitmentFactory,
    DecisionFactory,
    InvitationFactory,
    SpeakerFactory,
    meeting_in,
)
from tests.factories_ledger import decreed_area
from tests.factories_programs import activity_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def closed(office, other_office, head):
    """A closed meeting with a row of every kind."""
    meeting = meeting_in(Phase.DRAFT, agency=office, minutes_number="BA-1")
    meeting.items.update(done_at=timezone.now())
    SpeakerFactory(meeting=meeting)
    AttendanceFactory(meeting=meeting, agency=office)
    DecisionFactory(meeting=meeting)
    commitment = CommitmentFactory(meeting=meeting, agency=other_office)
    CommitmentArea.objects.create(commitment=commitment, area=SlumAreaFactory())
    CommitmentSupporter.objects.create(commitment=commitment, agency=office)
    CommitmentUpdate.objects.create(commitment=commitment, step="object", by=head)
    meeting = close_meeting(meeting, by=head)
    add_addendum(meeting, text="Luas 1,5 ha", reason="Salah ketik", by=head)
    return meeting


def run(statement, *values):
    """The statement in a savepoint; how many rows it changed."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return cursor.rowcount


FROZEN = {
    "coordination_meeting": ("id", "title = 'Lain'"),
    "coordination_agendaitem": ("meeting_id", "notes = 'Lain'"),
    "coordination_invitation": ("meeting_id", "person = 'Lain'"),
    "coordination_attendance": ("meeting_id", "name = 'Lain'"),
    "coordination_speaker": ("meeting_id", "topic = 'Lain'"),
    "coordination_decision": ("meeting_id", "text = 'Lain'"),
    "coordination_commitment": ("meeting_id", "due_on = '2030-01-01'"),
    "coordination_minutes": ("meeting_id", "pdf = 'palsu'"),
    "coordination_addendum": ("meeting_id", "text = 'Lain'"),
}
OF_COMMITMENTS = {
    "coordination_commitmentarea": "area_id = area_id",
    "coordination_commitmentsupporter": "agency_id = agency_id",
    "coordination_commitmentupdate": "text = 'Lain'",
}


@pytest.mark.parametrize("table", FROZEN)
def test_raw_sql_changes_and_removes_nothing(closed, table):
    column, change = FROZEN[table]
    where = f"WHERE {column} = %s"

    for statement in (f"UPDATE {table} SET {change}", f"DELETE FROM {table}"):
        with pytest.raises(IntegrityError):
            run(f"{statement} {where}", closed.pk)
    assert run(f"SELECT 1 FROM {table} {where}", closed.pk) == 1


@pytest.mark.parametrize("table", OF_COMMITMENTS)
def test_the_parts_of_a_commitment_stay_as_they_were(closed, table):
    where = "WHERE commitment_id = %s"
    commitment = closed.commitments.get()

    for statement in (
        f"UPDATE {table} SET {OF_COMMITMENTS[table]}",
        f"DELETE FROM {table}",
    ):
        with pytest.raises(IntegrityError):
            run(f"{statement} {where}", commitment.pk)
    assert run(f"SELECT 1 FROM {table} {where}", commitment.pk) == 1


@pytest.mark.parametrize(
    "factory",
    [
        AttendanceFactory,
        DecisionFactory,
        CommitmentFactory,
        InvitationFactory,
        SpeakerFactory,
    ],
)
def test_nothing_is_added_to_a_closed_meeting(closed, factory):
    with pytest.raises(IntegrityError), transaction.atomic():
        factory(meeting=closed)


def test_no_area_and_no_supporter_is_added_afterwards(closed, other_office):
    commitment = closed.commitments.get()
    for model, values in (
        (CommitmentArea, {"area": SlumAreaFactory()}),
        (CommitmentSupporter, {"agency": other_office}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.create(commitment=commitment, **values)


WORDS = (
    "text = 'Lain'",
    "agency_id = agency_id + 1",
    "person = 'Lain'",
    "due_on = due_on + 1",
    "target_hectares = 9",
    "target_volume = 9, target_unit = 'm'",
    "target_rupiah = 9",
    "target_document = 'Lain'",
    "fund = 'apbn'",
    "proof = 'Lain'",
    "number = 99",
    "decision_id = 1",
    "item_id = item_id + 1",
)


@pytest.mark.parametrize("words", WORDS)
def test_no_word_of_a_promise_changes(closed, words):
    with pytest.raises(IntegrityError):
        run(
            f"UPDATE coordination_commitment SET {words} WHERE meeting_id = %s",
            closed.pk,
        )


def test_what_becomes_of_a_promise_goes_on(closed, office, head):
    commitment = closed.commitments.get()
    Commitment.objects.filter(pk=commitment.pk).update(
        state="accepted", accepted_at=timezone.now(), accepted_by=head
    )
    activity = activity_in(decreed_area("1.5", agency=office), agency=office)
    CommitmentActivity.objects.create(commitment=commitment, activity=activity, by=head)
    CommitmentUpdate.objects.create(
        commitment=commitment, step="progress", text="Kontrak", by=head
    )

    commitment.refresh_from_db()
    assert commitment.state == "accepted"
    assert list(commitment.activities.all()) == [activity]


def test_a_commitment_does_not_move_into_or_out_of_a_closed_meeting(closed, office):
    other = meeting_in(Phase.DRAFT, agency=office)
    own = CommitmentFactory(meeting=other, agency=office)
    for commitment, meeting in ((closed.commitments.get(), other), (own, closed)):
        with pytest.raises(IntegrityError), transaction.atomic():
            Commitment.objects.filter(pk=commitment.pk).update(
                meeting=meeting, number=50
            )


@pytest.mark.parametrize("phase", [p for p in Phase if p != Phase.CLOSED])
def test_no_way_leads_back_from_closed(closed, phase):
    with pytest.raises(IntegrityError), transaction.atomic():
        Meeting.objects.filter(pk=closed.pk).update(
            phase=phase, closed_at=None, closed_by=None
        )


def test_the_tables_cannot_be_emptied_row_by_row(closed):
    """Not even in replica mode, in which ordinary triggers are silent."""
    with pytest.raises(IntegrityError):
        run(
            "SET LOCAL session_replication_role = replica;"
            " DELETE FROM coordination_minutes"
        )
    assert Addendum.objects.count() == 1
