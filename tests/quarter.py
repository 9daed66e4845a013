"""A quarter of the 13 offices: each with an area, an activity, a reporter and a head.

Office n has two RT of 1.5 and n/8 ha. The same quarter is played over the API and in
the browser.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from agencies.models import Agency, Region, User
from areas.models import DecreeLine
from programs.models import Activity, ReportingPeriod
from tests.factories import MembershipFactory
from tests.factories_areas import DecreeFactory
from tests.factories_ledger import decreed_area
from tests.factories_programs import ProgrammeFactory, activity_in

FIRST_RT = Decimal("1.5")
NIL, LATE = 5, 12  # the numbers of these offices
RETURNED = (2, 7)
LOWERED = Decimal("0.75")  # what office 7 reports of its first RT after the return


@dataclass(frozen=True, eq=False)
class Place:
    """One office of the quarter, and who reports for it."""

    number: int
    office: Agency
    line: DecreeLine
    activity: Activity
    operator: User
    head: User

    @property
    def sizes(self) -> tuple[Decimal, Decimal]:
        return FIRST_RT, second_rt(self.number)

    @property
    def verified(self) -> Decimal:
        """What is verified of it in the end."""
        if self.number == NIL:
            return Decimal(0)
        first = LOWERED if self.number == RETURNED[1] else FIRST_RT
        return first + second_rt(self.number)


def second_rt(number: int) -> Decimal:
    return Decimal(number + 1) / 8


def quarter() -> ReportingPeriod:
    """The last quarter that is over; it is due and closes today."""
    today = timezone.localdate()
    first = date(today.year, 3 * ((today.month - 1) // 3) + 1, 1)
    starts_on = (first - timedelta(days=1)).replace(day=1)
    starts_on = date(starts_on.year, 3 * ((starts_on.month - 1) // 3) + 1, 1)
    return ReportingPeriod.objects.create(
        kind=ReportingPeriod.Kind.QUARTER,
        name=f"TW uji {starts_on.year}",
        starts_on=starts_on,
        ends_before=first,
        opens_on=starts_on,
        due_on=today,
        closes_on=today,
    )


def lay_out(offices: list[Agency], period: ReportingPeriod) -> list[Place]:
    """The offices with all they need, in the order given; they exist since always."""
    decree = DecreeFactory(number="SK-UJI 13/2020", region_id="63")
    places = []
    for number, office in enumerate(offices):
        line = decreed_area(
            str(FIRST_RT),
            str(second_rt(number)),
            agency=office,
            regency=Region.objects.get(pk=office.region_id),
            name=f"Kawasan Uji {office.region_id}",
            decree=decree,
        )
        programme = ProgrammeFactory(agency=office, year=period.starts_on.year)
        places.append(
            Place(
                number,
                office,
                line,
                activity_in(line, agency=office, programme=programme),
                _member(office, "district_operator", f"op{number}"),
                _member(office, "district_head", f"kepala{number}"),
            )
        )
    return places


def _member(office: Agency, role: str, name: str) -> User:
    return MembershipFactory(agency=office, role=role, user__username=name).user
