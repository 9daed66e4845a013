"""Pokja and Forum PKP: decree, members, work plan, sessions, and who may."""

from datetime import date

import pytest
from django.urls import reverse

from coordination import services
from coordination.models import GroupMember, GroupPlan, WorkingGroup
from coordination.models.meeting import MeetingKind
from core.errors import BusinessRuleError, NotAllowedError
from tests.factories import AgencyFactory
from tests.factories_coordination import (
    GroupFactory,
    MeetingFactory,
    MemberFactory,
    PlanFactory,
)

pytestmark = pytest.mark.django_db
LIST = reverse("coordination:group-list")
API = "/api/v1/working-groups/"


@pytest.fixture
def group(office):
    return GroupFactory(
        agency=office, name="Pokja PKP Banjarmasin", decree_number="188.45/7/2025"
    )


def address(name, *args):
    return reverse(f"coordination:{name}", args=args)


DECREE = {
    "name": " Pokja  PKP Kota ",
    "kind": "pokja",
    "decree_number": "188.45/1/2025",
    "decree_on": date(2025, 1, 15),
    "valid_until": date(2027, 1, 15),
    "signed_by": "Wali Kota",
}
MEMBER = {"name": "Siti", "team": "steering", "role": "Ketua", "gender": "f"}
PLAN = {"year": 2025, "text": "Menyusun RP2KPKPK", "due_on": date(2025, 9, 30)}


def test_from_the_decree_to_a_plan_that_is_done(office, head, other_office):
    group = services.create_group(agency=office, by=head, **DECREE)
    member = services.add_member(group, agency=other_office, by=head, **MEMBER)
    plan = services.add_plan(group, by=head, **PLAN)
    services.change_plan(plan, state="done", note="Perwali 5/2025", by=head)
    services.change_member(member, role="Wakil ketua", by=head)
    services.change_group(group, valid_until=None, by=head)

    group.refresh_from_db()
    assert (group.name, group.valid_until) == ("Pokja PKP Kota", None)
    assert group.members.get().role == "Wakil ketua"
    assert group.plans.get().state == "done"
    services.remove_member(member, by=head)
    services.remove_plan(plan, by=head)
    assert not group.members.exists()
    assert not group.plans.exists()


WRONG = [
    ({"decree_on": date(2125, 1, 1), "valid_until": None}, "decree_on", "masa depan"),
    ({"valid_until": date(2024, 1, 1)}, "valid_until", "mendahului"),
    ({"name": " "}, "name", ""),
    ({"kind": "arisan"}, "kind", ""),
]


@pytest.mark.parametrize(("changes", "field", "said"), WRONG)
def test_a_decree_that_cannot_be_is_refused_at_its_field(
    office, head, changes, field, said
):
    with pytest.raises(BusinessRuleError) as refused:
        services.create_group(agency=office, by=head, **DECREE | changes)

    assert set(refused.value.errors) == {field}
    assert said in " ".join(refused.value.errors[field])


def test_the_same_group_member_or_line_twice_is_refused(group, office, head):
    services.add_member(group, agency=office, by=head, **MEMBER)
    services.add_plan(group, by=head, **PLAN)
    for call in (
        lambda: services.create_group(
            agency=office, by=head, **DECREE | {"name": group.name}
        ),
        lambda: services.add_member(group, agency=office, by=head, **MEMBER),
        lambda: services.add_plan(group, by=head, **PLAN),
    ):
        with pytest.raises(BusinessRuleError, match="sudah"):
            call()


@pytest.mark.parametrize(
    ("kind", "team", "is_fine"),
    [
        ("pokja", "steering", True),
        ("pokja", "forum", False),
        ("forum", "forum", True),
        ("forum", "secretariat", False),
    ],
)
def test_a_team_fits_the_kind_of_group(office, head, kind, team, is_fine):
    group = GroupFactory(agency=office, kind=kind)
    values = MEMBER | {"team": team, "agency": office}
    if is_fine:
        assert services.add_member(group, by=head, **values).pk
    else:
        with pytest.raises(BusinessRuleError) as refused:
            services.add_member(group, by=head, **values)
        assert set(refused.value.errors) == {"team"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"due_on": date(2026, 1, 1)}, "due_on"),
        ({"year": 1900, "due_on": None}, "__all__"),
        ({"text": ""}, "text"),
        ({"state": "?"}, "state"),
    ],
)
def test_a_line_that_cannot_be_is_refused(group, head, changes, field):
    with pytest.raises(BusinessRuleError) as refused:
        services.add_plan(group, by=head, **PLAN | changes)
    assert set(refused.value.errors) == {field}


def test_only_the_secretariats_leader_keeps_it(group, operator, stranger, viewer):
    for person in (operator, stranger, viewer):
        with pytest.raises(NotAllowedError):
            services.change_group(group, name="Lain", by=person)


def test_who_sits_in_it_sees_it(group, office, stranger, operator, editor):
    seen = WorkingGroup.objects.visible_to
    assert [group in seen(p) for p in (operator, editor, stranger)] == [
        True,
        True,
        False,
    ]
    MemberFactory(group=group, agency=stranger.memberships.get().agency)
    assert group in seen(stranger)


# ---- pages ---------------------------------------------------------------------------
def test_the_page_shows_teams_plan_and_sessions(client, log_in, group, office, head):
    MemberFactory(group=group, name="Bu Ani", team="secretariat", agency=office)
    MemberFactory(group=group, name="Pak Budi", team="steering", agency=office)
    PlanFactory(group=group, text="Rencana lewat", due_on=date(2025, 3, 1))
    MeetingFactory(
        agency=office,
        group=group,
        kind=MeetingKind.GROUP_SESSION,
        title="Sidang pertama",
    )
    log_in("head")

    said = client.get(group.get_absolute_url()).content.decode()
    assert said.index("Pak Budi") < said.index("Bu Ani")  # the steering team first
    for words in ("188.45/7/2025", "terlambat", "Sidang pertama", ">2025: "):
        assert words in said


def test_a_group_is_written_on_its_forms(client, log_in, office, head):
    log_in("head")
    sent = {
        **DECREE,
        "agency": office.pk,
        "decree_on": "2025-01-15",
        "valid_until": "",
    }
    page = client.post(address("group-create"), sent, follow=True)
    group = WorkingGroup.objects.get()
    assert page.redirect_chain[-1][0] == group.get_absolute_url()
    client.post(address("member-create", group.pk), MEMBER | {"agency": office.pk})
    client.post(
        address("plan-create", group.pk),
        PLAN | {"due_on": "2025-09-30", "state": "planned"},
    )
    member, plan = group.members.get(), group.plans.get()
    client.post(
        address("member-edit", member.pk), MEMBER | {"agency": office.pk, "name": "Nur"}
    )
    late = client.post(
        address("plan-edit", plan.pk),
        PLAN | {"due_on": "2027-01-01", "state": "running"},
    )
    assert "di luar tahun 2025" in late.content.decode()
    assert GroupMember.objects.get().name == "Nur"
    assert client.get(address("member-remove", member.pk)).status_code == 200
    client.post(address("member-remove", member.pk))
    client.post(address("plan-remove", plan.pk))
    assert not GroupMember.objects.exists()
    assert not GroupPlan.objects.exists()


def test_a_member_shows_for_which_kind_of_agency_it_sits(client, log_in, group):
    community = AgencyFactory(short_name="Forum warga", kind="community")
    MemberFactory(group=group, agency=community, name="")
    log_in("head")

    page = client.get(group.get_absolute_url()).content.decode()

    assert 'data-l="Unsur">Organisasi masyarakat</td>' in page
    assert ">Ubah</span></th>" in page


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, {"Banjarmasin", "Lama"}),
        ({"q": "188.45/7"}, {"Banjarmasin"}),
        ({"q": "bu ani"}, {"Lama"}),
        ({"kind": "forum"}, {"Lama"}),
        ({"current": "yes"}, {"Banjarmasin"}),
        ({"current": "no"}, {"Lama"}),
    ],
)
def test_the_filters_of_page_and_api(client, log_in, group, office, query, expected):
    old = GroupFactory(
        agency=office,
        name="Forum PKP Lama",
        kind="forum",
        decree_on=date(2020, 1, 1),
        valid_until=date(2021, 1, 1),
    )
    MemberFactory(group=old, name="Bu Ani", team="forum", agency=office)
    log_in("head")

    shown = {
        row.name.split()[-1] for row in client.get(LIST, query).context["page_obj"]
    }
    assert shown == expected
    found = client.get(API, query).json()["results"]
    assert {row["name"].split()[-1] for row in found} == expected


def test_the_list_asks_as_little_for_many_groups(client, log_in, office, queries_of):
    def fill(count):
        for _number in range(count):
            group = GroupFactory(agency=office)
            MemberFactory(group=group, agency=AgencyFactory())
            PlanFactory(group=group)

    log_in("head")
    fill(1)
    for url in (LIST, API):
        client.get(url)
        few = queries_of(client.get, url)
        fill(3)
        assert queries_of(client.get, url) <= few


def test_a_group_has_as_many_queries_for_many_members(
    client, log_in, group, office, queries_of
):
    log_in("head")
    url = group.get_absolute_url()

    def fill():
        MemberFactory(group=group, agency=AgencyFactory())
        PlanFactory(group=group)
        MeetingFactory(agency=office, group=group, kind=MeetingKind.GROUP_SESSION)

    fill()
    client.get(url)
    few = queries_of(client.get, url)
    for _number in range(4):
        fill()
    assert queries_of(client.get, url) <= few


# ---- API -----------------------------------------------------------------------------
def test_a_group_through_the_api(client, log_in, office, other_office, head):
    log_in("head")
    body = DECREE | {
        "agency": office.pk,
        "decree_on": "2025-01-15",
        "valid_until": None,
    }
    made = client.post(API, body, content_type="application/json")
    assert made.status_code == 201, made.content
    url = f"{API}{made.json()['id']}/"
    for part, values in (
        ("members", MEMBER | {"agency": other_office.pk}),
        ("plans", PLAN | {"due_on": "2025-09-30"}),
    ):
        answer = client.post(f"{url}{part}/", values, content_type="application/json")
        assert answer.status_code == 201, answer.content
    moved = client.patch(
        url, {"agency": other_office.pk}, content_type="application/json"
    )
    assert moved.status_code == 400
    client.patch(url, {"signed_by": "Bupati"}, content_type="application/json")

    shown = client.get(url).json()
    assert shown["signed_by"] == "Bupati"
    assert shown["members"][0]["role"] == "Ketua"
    assert shown["plans"][0]["state"] == "planned"

    for part, change in (
        ("members", {"role": "Sekretaris"}),
        ("plans", {"year": 2030}),
    ):
        row = shown[part][0]
        at = f"{url}{part}/{row['id']}/"
        answer = client.patch(at, change, content_type="application/json")
        if part == "plans":  # its due day lies in another year
            assert set(answer.json()) == {"due_on"}
        else:
            assert answer.json() == row | change
        assert client.delete(at).status_code == 204
        assert client.delete(at).status_code == 404
    assert client.get(url).json()["members"] == []


def test_parts_of_a_group_are_changed_by_its_secretariat_at_their_own_group(
    client, log_in, group, office
):
    member = MemberFactory(group=group, agency=office)
    other = GroupFactory(agency=office)
    log_in("operator")  # reads it only
    at = f"{API}{group.pk}/members/{member.pk}/"
    sent = {"role": "Ketua"}
    assert client.patch(at, sent, content_type="application/json").status_code == 403
    assert client.delete(at).status_code == 403
    log_in("head")
    assert client.delete(f"{API}{other.pk}/members/{member.pk}/").status_code == 404
    assert GroupMember.objects.filter(pk=member.pk).exists()
