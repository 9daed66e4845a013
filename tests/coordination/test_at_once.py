"""Several people press at the same moment, each over a connection of their own."""

from collections import Counter
from functools import partial

import pytest

from agencies.models import Agency, User
from agencies.roles import Role
from coordination import services
from coordination.links import link_of
from coordination.models import Attendance, Decision, Meeting, Minutes
from coordination.models.meeting import Phase
from coordination.services.closing import close_meeting
from core.errors import BusinessRuleError, WrongStateError
from tests import cast
from tests.committed import _template, at_once, committed_db  # noqa: F401
from tests.coordination.promises import promise_of
from tests.coordination.test_closing import ready
from tests.factories_coordination import meeting_in


@pytest.fixture
def host(django_db_blocker, committed_db):  # noqa: F811
    with django_db_blocker.unblock():
        cast.region_tree()
        yield cast.agency("province")


@pytest.fixture
def secretaries(host):
    """The keys of people, who are then fetched in their own thread."""
    role = Role.PROVINCE_EDITOR
    return [cast.member(f"sekretaris{number}", host, role).pk for number in range(4)]


def kinds(results):
    return Counter(type(result) for result in results)


def close(meeting, user):
    return close_meeting(Meeting.objects.get(pk=meeting), by=User.objects.get(pk=user))


def test_a_meeting_is_closed_once(host, secretaries):
    meeting = ready(host)

    results = at_once([partial(close, meeting.pk, key) for key in secretaries])

    assert kinds(results) == {Meeting: 1, WrongStateError: 3}
    assert Minutes.objects.count() == 1


def test_a_number_is_given_to_one_of_two_meetings(host, secretaries):
    meetings = [ready(host, minutes_number="BA-1/2026").pk for _ in range(2)]

    results = at_once(
        [partial(close, *pair) for pair in zip(meetings, secretaries, strict=False)]
    )

    assert kinds(results) == {Meeting: 1, BusinessRuleError: 1}
    assert Minutes.objects.get().number == "BA-1/2026"
    assert Meeting.objects.filter(phase=Phase.DRAFT).count() == 1


def sign(code, agency):
    agency = Agency.objects.get(pk=agency)
    return services.sign_attendance(
        code=code, name="Siti Aminah", agency=agency, gender="f", by=None
    )


def test_a_person_signs_once(host):
    meeting = meeting_in(Phase.IN_SESSION, agency=host)

    results = at_once([partial(sign, meeting.attendance_code, host.pk)] * 4)

    assert kinds(results) == {Attendance: 1, BusinessRuleError: 3}
    assert Attendance.objects.count() == 1


def decide(meeting, item, user, text):
    meeting = Meeting.objects.get(pk=meeting)
    item = meeting.items.get(pk=item)
    user = User.objects.get(pk=user)
    return services.write_decision(meeting, item=item, text=text, by=user)


def test_decisions_written_at_once_have_numbers_of_their_own(host, secretaries):
    meeting = meeting_in(Phase.IN_SESSION, agency=host)
    item = meeting.items.get().pk

    results = at_once(
        [
            partial(decide, meeting.pk, item, user, f"Kesepakatan {number}")
            for number, user in enumerate(secretaries)
        ]
    )

    assert kinds(results) == {Decision: 4}
    numbers = Decision.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == [1, 2, 3, 4]


def accept(token, name):
    return services.accept_by_link(link_of(token), name=name)


def test_a_link_accepts_once(host, secretaries):
    commitment = promise_of(cast.agency("office"), host=host)
    by = User.objects.get(pk=secretaries[0])
    made = services.invite_by_link(commitment, recipient="Bu Sri", by=by)

    results = at_once([partial(accept, made.token, f"Sri {n}") for n in range(4)])

    assert kinds(results) == {type(commitment): 1, WrongStateError: 3}
    assert commitment.updates.filter(step="accept").count() == 1
