"""Meetings with what belongs to them, and meetings brought to a phase by updates."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import factory
from factory.django import DjangoModelFactory

from coordination.models import (
    AgendaItem,
    Attendance,
    Commitment,
    Decision,
    GroupMember,
    GroupPlan,
    Invitation,
    Meeting,
    MeetingSeries,
    Speaker,
    WorkingGroup,
)
from coordination.models.meeting import Phase
from coordination.models.people import AttendedBy, Gender
from tests.factories import AgencyFactory, UserFactory

BEGINS = datetime(2025, 11, 3, 1, tzinfo=UTC)  # 9.00 WITA
SEVEN_HOURS = timedelta(hours=7)
ORDER = (Phase.PLANNED, Phase.INVITED, Phase.IN_SESSION, Phase.DRAFT, Phase.CLOSED)


class SeriesFactory(DjangoModelFactory):
    class Meta:
        model = MeetingSeries

    name = factory.Sequence(lambda n: f"Rakor penataan kawasan kumuh {n}")
    agency = factory.SubFactory(AgencyFactory)


class MeetingFactory(DjangoModelFactory):
    """A planned meeting of an office, 3 November 2025, 9.00 to 16.00 WITA."""

    class Meta:
        model = Meeting

    title = factory.Sequence(lambda n: f"Rapat koordinasi {n}")
    kind = Meeting.Kind.RAKOR
    agency = factory.SubFactory(AgencyFactory)
    place = "Aula kantor gubernur, Banjarbaru"
    starts_at = BEGINS
    ends_at = factory.LazyAttribute(lambda meeting: meeting.starts_at + SEVEN_HOURS)
    secretary = factory.SubFactory(UserFactory)
    created_by = factory.SelfAttribute("secretary")


class AgendaItemFactory(DjangoModelFactory):
    """An item after those that the meeting has."""

    class Meta:
        model = AgendaItem

    meeting = factory.SubFactory(MeetingFactory)
    position = factory.LazyAttribute(lambda item: item.meeting.items.count() + 1)
    title = factory.LazyAttribute(lambda item: f"Pembahasan {item.position}")


class InvitationFactory(DjangoModelFactory):
    """An agency invited as such."""

    class Meta:
        model = Invitation

    meeting = factory.SubFactory(MeetingFactory)
    agency = factory.SubFactory(AgencyFactory)


class SpeakerFactory(DjangoModelFactory):
    class Meta:
        model = Speaker

    meeting = factory.SubFactory(MeetingFactory)
    name = factory.Sequence(lambda n: f"Narasumber {n}")
    agency = factory.SubFactory(AgencyFactory)
    topic = "Penataan kawasan kumuh"


class AttendanceFactory(DjangoModelFactory):
    """Somebody whom the secretary wrote down."""

    class Meta:
        model = Attendance

    meeting = factory.SubFactory(MeetingFactory)
    name = factory.Sequence(lambda n: f"Peserta {n}")
    agency = factory.SubFactory(AgencyFactory)
    gender = Gender.WOMAN
    via = AttendedBy.HAND
    recorded_by = factory.SelfAttribute("meeting.secretary")


class DecisionFactory(DjangoModelFactory):
    """Something agreed under the first item of a meeting in session or in draft."""

    class Meta:
        model = Decision

    meeting = factory.SubFactory(MeetingFactory)
    item = factory.LazyAttribute(lambda row: row.meeting.items.first())
    number = factory.LazyAttribute(lambda row: row.meeting.decisions.count() + 1)
    text = factory.LazyAttribute(lambda row: f"Kesepakatan {row.number}")
    created_by = factory.SelfAttribute("meeting.secretary")


class CommitmentFactory(DjangoModelFactory):
    """A promise of an agency under the first item, due at the end of the year."""

    class Meta:
        model = Commitment

    meeting = factory.SubFactory(MeetingFactory)
    item = factory.LazyAttribute(lambda row: row.meeting.items.first())
    number = factory.LazyAttribute(lambda row: row.meeting.commitments.count() + 1)
    text = factory.LazyAttribute(lambda row: f"Tindak lanjut {row.number}")
    agency = factory.SubFactory(AgencyFactory)
    due_on = date(2025, 12, 31)
    created_by = factory.SelfAttribute("meeting.secretary")


class GroupFactory(DjangoModelFactory):
    """A Pokja PKP by its decree of January 2025."""

    class Meta:
        model = WorkingGroup

    name = factory.Sequence(lambda n: f"Pokja PKP Contoh {n}")
    kind = WorkingGroup.Kind.POKJA
    agency = factory.SubFactory(AgencyFactory)
    decree_number = factory.Sequence(lambda n: f"188.45/{n}/2025")
    decree_on = date(2025, 1, 15)


class MemberFactory(DjangoModelFactory):
    """Somebody of an agency in the executing team."""

    class Meta:
        model = GroupMember

    group = factory.SubFactory(GroupFactory)
    name = factory.Sequence(lambda n: f"Anggota {n}")
    agency = factory.SubFactory(AgencyFactory)
    team = GroupMember.Team.EXECUTING
    role = "Anggota"


class PlanFactory(DjangoModelFactory):
    """A line of a group's work plan of 2025."""

    class Meta:
        model = GroupPlan

    group = factory.SubFactory(GroupFactory)
    year = 2025
    text = factory.Sequence(lambda n: f"Pekerjaan {n}")


def meeting_in(phase: str, **values: Any) -> Meeting:
    """A meeting with an agenda item and an invitation, taken phase by phase.

    `guest` is the agency that is invited; one of its own without it.
    """
    guest = {"agency": values.pop("guest")} if "guest" in values else {}
    meeting = MeetingFactory(**values)
    AgendaItemFactory(meeting=meeting)
    InvitationFactory(meeting=meeting, **guest)
    return brought_to(meeting, phase)


def brought_to(meeting: Meeting, phase: str) -> Meeting:
    """The meeting in a later phase, as the trigger lets it go there."""
    first = ORDER.index(Phase(meeting.phase)) + 1
    for step in ORDER[first : ORDER.index(Phase(phase)) + 1]:
        Meeting.objects.filter(pk=meeting.pk).update(
            phase=step, **_marks(meeting)[step]
        )
    meeting.refresh_from_db()
    return meeting


def _marks(meeting: Meeting) -> dict[str, dict[str, Any]]:
    """What a phase leaves on the meeting besides its name."""
    week_before = meeting.starts_at - timedelta(days=7)
    closing = {"closed_at": meeting.ends_at, "closed_by": meeting.secretary}
    return {
        Phase.INVITED: {"invited_at": week_before},
        Phase.IN_SESSION: {
            "opened_at": meeting.starts_at,
            "attendance_code": f"K{meeting.pk:05d}",
        },
        Phase.DRAFT: {"ended_at": meeting.ends_at},
        Phase.CLOSED: closing,
    }
