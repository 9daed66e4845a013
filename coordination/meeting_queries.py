"""Questions about meetings: counts of a list, who came of those invited."""

from dataclasses import dataclass, field

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from agencies.models import Agency
from coordination.models import Attendance, Commitment, Invitation, Meeting
from coordination.models.people import Gender


def with_counts(meetings: QuerySet[Meeting]) -> QuerySet[Meeting]:
    """Each with `invited` (agencies), `attended` (people) and `pending` commitments."""
    return meetings.annotate(
        invited=_count(Invitation.objects.all(), "agency"),
        attended=_count(Attendance.objects.all(), "pk"),
        pending=_count(Commitment.objects.pending(), "pk"),
    )


def _count(rows: QuerySet, of: str) -> Coalesce:
    """How many different ones of these rows a meeting has."""
    counted = (
        rows.filter(meeting=OuterRef("pk"))
        .order_by()
        .values("meeting")
        .annotate(count=Count(of, distinct=True))
        .values("count")
    )
    return Coalesce(Subquery(counted), Value(0), output_field=IntegerField())


@dataclass(slots=True)
class OfAgency:
    """Of one agency: whether it was invited, and who came."""

    agency: Agency
    is_invited: bool = False
    people: list[Attendance] = field(default_factory=list)

    @property
    def women(self) -> int:
        return sum(person.gender == Gender.WOMAN for person in self.people)

    @property
    def men(self) -> int:
        return len(self.people) - self.women


@dataclass(frozen=True, slots=True)
class Presence:
    """Who came, by agency, in the order of their names."""

    rows: list[OfAgency]

    @property
    def count(self) -> int:
        return sum(len(row.people) for row in self.rows)

    @property
    def women(self) -> int:
        return sum(row.women for row in self.rows)

    @property
    def men(self) -> int:
        return sum(row.men for row in self.rows)

    @property
    def present(self) -> list[OfAgency]:
        """The agencies of which somebody came."""
        return [row for row in self.rows if row.people]

    @property
    def absent(self) -> list[OfAgency]:
        """The invited agencies of which nobody has come."""
        return [row for row in self.rows if not row.people]


def presence_at(meeting: Meeting) -> Presence:
    """Every agency that was invited or came, with its people."""
    rows: dict[int, OfAgency] = {}
    for invitation in meeting.invitations.select_related("agency"):
        agency = invitation.agency
        rows.setdefault(agency.pk, OfAgency(agency)).is_invited = True
    for person in meeting.attendances.select_related("agency"):
        agency = person.agency
        rows.setdefault(agency.pk, OfAgency(agency)).people.append(person)
    return Presence(sorted(rows.values(), key=lambda row: row.agency.short_name))
