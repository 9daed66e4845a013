"""Scope and rights, as the tables the office would draw."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from agencies.access import (
    agencies_for,
    agencies_q,
    can,
    current_memberships,
    holds,
    require,
    require_any,
    scope_of,
)
from agencies.models import Agency, Membership, RegionBoundary, User
from agencies.roles import ROLE_PERMISSIONS, SCOPE_WIDE, Permission, Role
from core.errors import NotAllowedError
from tests.factories import AgencyFactory, MembershipFactory, UserFactory

P = Permission
BOX = {"min_lon": 0, "min_lat": 0, "max_lon": 1, "max_lat": 1}
AGENCIES = ("office", "other_office", "province", "ministry")
ENTRY = {
    P.AREA_EDIT,
    P.SURVEY_IMPORT,
    P.ASSESSMENT_EDIT,
    P.PROGRAMME_EDIT,
    P.REPORT_EDIT,
    P.MEETING_EDIT,
    P.COMMITMENT_UPDATE,
    P.OUTREACH_EDIT,
}
HEAD = ENTRY | {
    P.ASSESSMENT_SUBMIT,
    P.REPORT_SUBMIT,
    P.TRANSFER_ASK,
    P.TRANSFER_ANSWER,
    P.MEETING_CLOSE,
    P.COMMITMENT_ACCEPT,
    P.GROUP_EDIT,
}
EDITOR = HEAD | {
    P.CALENDAR_EDIT,
    P.DECREE_EDIT,
    P.LEDGER_PROPOSE,
    P.TRANSFER_RECORD,
    P.PRACTICE_EDIT,
}
# Of the own office only: its reports, its answers, its meetings and promises.
EDITOR_ELSEWHERE = EDITOR - {
    P.REPORT_EDIT,
    P.REPORT_SUBMIT,
    P.TRANSFER_ANSWER,
    P.MEETING_EDIT,
    P.MEETING_CLOSE,
    P.COMMITMENT_ACCEPT,
    P.COMMITMENT_UPDATE,
    P.GROUP_EDIT,
    P.OUTREACH_EDIT,
    P.PRACTICE_EDIT,
}
VERIFIER = {
    P.ASSESSMENT_VERIFY,
    P.REPORT_VERIFY,
    P.LEDGER_PROPOSE,
    P.LEDGER_APPROVE,
}
ADMINISTER = {P.ADMINISTER}
NONE: set[Permission] = set()

# What a person may do for the records of: office, other_office, province, ministry.
RIGHTS = {
    "operator": (ENTRY, NONE, NONE, NONE),
    "head": (HEAD, NONE, NONE, NONE),
    "viewer": (NONE, NONE, NONE, NONE),
    "stranger": (NONE, ENTRY, NONE, NONE),
    "editor": (EDITOR_ELSEWHERE, EDITOR_ELSEWHERE, EDITOR, NONE),
    "verifier": (VERIFIER, VERIFIER, VERIFIER, NONE),
    "province_viewer": (NONE, NONE, NONE, NONE),
    "administrator": (ADMINISTER, ADMINISTER, ADMINISTER, ADMINISTER),
}
# Whose own records lie in the person's scope.
SCOPES = {
    "operator": (True, False, False, False),
    "head": (True, False, False, False),
    "viewer": (True, False, False, False),
    "stranger": (False, True, False, False),
    "editor": (True, True, True, False),
    "verifier": (True, True, True, False),
    "province_viewer": (True, True, True, False),
    "administrator": (True, True, True, True),
}


@pytest.fixture
def cast(request):
    return request.getfixturevalue


@pytest.mark.parametrize("person", RIGHTS)
def test_can_follows_the_table(cast, person):
    agencies = [cast(name) for name in AGENCIES]
    user = cast(person)

    held = tuple({p for p in P if can(user, p, agency=agency)} for agency in agencies)

    assert held == RIGHTS[person]


@pytest.mark.parametrize("person", SCOPES)
def test_scope_follows_the_table(cast, person):
    agencies = [cast(name) for name in AGENCIES]
    scope = scope_of(cast(person))

    assert tuple(scope.covers(agency) for agency in agencies) == SCOPES[person]


@pytest.mark.parametrize(
    ("person", "codes"),
    [
        ("operator", {"63.71", "63.71.01", "63.71.01.1001", "63.71.01.1002"}),
        ("stranger", {"63.72", "63.72.02", "63.72.02.1003", "63.72.02.1004"}),
        ("verifier", "all"),
        ("administrator", "all"),
    ],
)
def test_regions_q_gives_the_rows_of_the_scope(cast, region_tree, person, codes):
    for code in region_tree:
        RegionBoundary.objects.create(region_id=code, geometry={}, **BOX)
    condition = scope_of(cast(person)).regions_q("region_id")

    rows = RegionBoundary.objects.filter(condition)

    wanted = set(region_tree) if codes == "all" else codes
    assert {row.region_id for row in rows} == wanted


def test_a_region_is_not_inside_one_whose_code_only_begins_alike(office):
    """6.7 and 63.71: a prefix of the text is not a prefix of the path."""
    scope = scope_of(MembershipFactory(agency=office).user)

    assert not scope.covers(Agency(region_id="63.710"))
    assert not scope.covers(Agency(region_id="63"))
    assert not scope.covers(Agency(region_id=None))


def test_member_of_a_central_agency_sees_its_own_records_only(ministry, office):
    user = MembershipFactory(agency=ministry, role=Role.PROVINCE_EDITOR).user

    scope = scope_of(user)

    assert scope.covers(ministry)
    assert not scope.covers(office)
    assert not Agency.objects.filter(scope.regions_q("region_id")).exists()
    assert can(user, P.REPORT_EDIT, agency=ministry)
    assert not can(user, P.AREA_EDIT, agency=office)


@pytest.mark.parametrize("role", [Role.PROVINCE_EDITOR, Role.PROVINCE_VERIFIER])
def test_agencies_without_a_region_are_not_each_others_scope(ministry, role):
    other = AgencyFactory(level=Agency.Level.CENTRAL, region=None)
    user = MembershipFactory(agency=ministry, role=role).user

    assert not any(can(user, permission, agency=other) for permission in P)


def test_two_roles_add_up_but_do_not_mix(office, other_office):
    user = MembershipFactory(agency=office, role=Role.DISTRICT_HEAD).user
    MembershipFactory(user=user, agency=other_office, role=Role.DISTRICT_OPERATOR)

    assert can(user, P.REPORT_SUBMIT, agency=office)
    assert not can(user, P.REPORT_SUBMIT, agency=other_office)
    assert can(user, P.REPORT_EDIT, agency=other_office)
    assert scope_of(user).regions == {"63.71", "63.72"}


def nobody() -> AnonymousUser:
    return AnonymousUser()


def deactivated() -> User:
    return MembershipFactory(user__is_active=False).user


def member_from(start: int | None, end: int | None) -> User:
    """A head whose membership starts and ends so many days from today."""
    today = timezone.localdate()
    return MembershipFactory(
        role=Role.DISTRICT_HEAD,
        valid_from=None if start is None else today + timedelta(start),
        valid_until=None if end is None else today + timedelta(end),
    ).user


@pytest.mark.django_db
@pytest.mark.parametrize(
    "someone",
    [
        nobody,
        UserFactory,
        deactivated,
        lambda: member_from(None, 0),  # the last day is exclusive
        lambda: member_from(-9, -3),
        lambda: member_from(1, None),
    ],
    ids=["nobody", "no role", "deactivated", "ends today", "ended", "tomorrow"],
)
def test_who_has_no_current_role_has_nothing(someone):
    user = someone()
    agency = Agency.objects.first() or AgencyFactory()
    scope = scope_of(user)

    assert current_memberships(user) == []
    assert not scope.everything
    assert not scope.covers(agency)
    assert not Agency.objects.filter(scope.regions_q("region_id")).exists()
    assert not any(can(user, p, agency=agency) or holds(user, p) for p in P)
    assert agencies_for(user, P.REPORT_EDIT) == []


@pytest.mark.django_db
@pytest.mark.parametrize(("start", "end"), [(0, 1), (-5, None), (None, 1), (0, None)])
def test_membership_in_force_counts(start, end):
    user = member_from(start, end)

    assert holds(user, P.REPORT_SUBMIT)


@pytest.mark.django_db
@pytest.mark.parametrize(("start", "end"), [(0, 1), (None, 0), (1, None), (-2, -1)])
def test_queryset_and_row_agree_on_what_is_current(start, end):
    user = member_from(start, end)
    today = timezone.localdate()

    row = user.memberships.get()

    assert Membership.objects.current(today).exists() == row.is_current(today)


def test_superuser_without_a_role_may_nothing_in_the_domain(office):
    """Django's keys open the Django admin, not reports and ledgers."""
    user = UserFactory(is_staff=True, is_superuser=True)

    assert not can(user, P.REPORT_VERIFY, agency=office)
    assert not scope_of(user).everything


@pytest.mark.parametrize(
    ("person", "permission", "names"),
    [
        ("operator", P.REPORT_EDIT, {"office"}),
        ("editor", P.AREA_EDIT, {"office", "other_office", "province"}),
        ("editor", P.REPORT_EDIT, {"province"}),
        ("verifier", P.REPORT_VERIFY, {"office", "other_office", "province"}),
        ("viewer", P.REPORT_EDIT, set()),
        ("administrator", P.ADMINISTER, set(AGENCIES)),
    ],
)
def test_agencies_for_pick_lists(cast, person, permission, names):
    for name in AGENCIES:
        cast(name)

    found = agencies_for(cast(person), permission)

    assert {agency.pk for agency in found} == {cast(name).pk for name in names}


def test_require_says_for_whom_and_what_to_do(viewer, office):
    with pytest.raises(NotAllowedError, match="Disperkim Banjarmasin.*administrator"):
        require(viewer, P.REPORT_EDIT, agency=office)


def test_require_lets_through_what_can_allows(head, office):
    require(head, P.REPORT_SUBMIT, agency=office)
    require_any(head, P.REPORT_SUBMIT)


def test_require_any_refuses_who_holds_it_nowhere(operator):
    with pytest.raises(NotAllowedError):
        require_any(operator, P.REPORT_VERIFY)


def test_rights_of_one_person_cost_one_look_at_the_memberships(
    operator, office, queries_of
):
    user = User.objects.get(pk=operator.pk)

    def ask_often():
        for permission in P:
            can(user, permission, agency=office)
            scope_of(user)

    assert queries_of(ask_often) == 2  # memberships, their agencies
    assert queries_of(ask_often) == 0


def test_pick_list_costs_the_same_for_more_agencies(editor, queries_of):
    def ask():
        agencies_for(User.objects.get(pk=editor.pk), P.AREA_EDIT)

    few = queries_of(ask)
    AgencyFactory.create_batch(5)

    assert queries_of(ask) == few


def test_every_role_stands_in_the_table():
    assert set(ROLE_PERMISSIONS) == set(Role.values)


def test_what_holds_for_the_whole_scope_is_held_at_home_too():
    for role, permissions in SCOPE_WIDE.items():
        assert permissions <= ROLE_PERMISSIONS[role]


def test_nobody_both_submits_and_verifies():
    """One role must never do both: the submitter never verifies."""
    submit = {P.REPORT_SUBMIT, P.ASSESSMENT_SUBMIT}
    verify = {P.REPORT_VERIFY, P.ASSESSMENT_VERIFY}
    for permissions in ROLE_PERMISSIONS.values():
        assert not (permissions & submit and permissions & verify)


@pytest.mark.parametrize("person", RIGHTS)
def test_rights_in_a_query_are_those_of_can(cast, person):
    agencies = [cast(name) for name in AGENCIES]
    user = cast(person)

    for permission in P:
        found = Membership.objects.filter(agencies_q(user, permission))
        others = [MembershipFactory(agency=agency) for agency in agencies]
        rows = found.filter(pk__in=[row.pk for row in others])
        assert {row.agency for row in rows} == {
            agency for agency in agencies if can(user, permission, agency=agency)
        }
