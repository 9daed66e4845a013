"""What the database itself refuses, and what it writes into the trail."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from agencies.models import Agency, AgencyAlias, Membership, Region, User
from agencies.roles import Role
from tests.factories import (
    AgencyFactory,
    MembershipFactory,
    RegionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
BACKWARDS = {"valid_from": date(2026, 1, 2), "valid_until": date(2026, 1, 2)}


def alias() -> AgencyAlias:
    return AgencyAlias.objects.create(agency=AgencyFactory(), name="PUPR")


@pytest.mark.parametrize(
    ("make", "constraint", "values"),
    [
        (AgencyFactory, "agency_level_known", {"level": "district"}),
        (AgencyFactory, "agency_kind_known", {"kind": ""}),
        (AgencyFactory, "agency_regional_has_region", {"region": None}),
        (AgencyFactory, "agency_life_span_ordered", BACKWARDS),
        (alias, "agency_alias_dates_ordered", BACKWARDS),
        (MembershipFactory, "membership_role_known", {"role": "king"}),
        (MembershipFactory, "membership_dates_ordered", BACKWARDS),
        (RegionFactory, "region_level_known", {"level": "island"}),
        (RegionFactory, "region_parent_unless_province", {"parent": None}),
        (RegionFactory, "region_parent_unless_province", {"level": "province"}),
    ],
)
def test_database_refuses(make, constraint, values):
    record = make()

    with pytest.raises(IntegrityError, match=constraint):
        type(record).objects.filter(pk=record.pk).update(**values)


@pytest.mark.parametrize(
    "code", ["6", "6371", "63.7", "63.71.1", "63.71.01.1", "63.71.01.001", "63.71 "]
)
def test_database_refuses_a_code_of_another_form(code):
    RegionFactory(code="63")

    with pytest.raises(IntegrityError, match="region_code_format"):
        Region.objects.create(
            code=code, name="Salah", level="regency", kind="kota", parent_id="63"
        )


def test_same_role_in_the_same_agency_only_once():
    first = MembershipFactory()

    with pytest.raises(IntegrityError, match="membership_once"):
        MembershipFactory(user=first.user, agency=first.agency, role=first.role)


def test_alias_only_once_per_agency():
    first = alias()
    AgencyAlias.objects.create(agency=AgencyFactory(), name=first.name)

    with pytest.raises(IntegrityError, match="agency_alias_once"):
        AgencyAlias.objects.create(agency=first.agency, name=first.name)


@pytest.mark.parametrize("field", ["name", "short_name"])
def test_two_agencies_never_share_a_name(field):
    first = AgencyFactory()

    with pytest.raises(IntegrityError, match=field):
        AgencyFactory(**{field: getattr(first, field)})


def test_agency_with_members_and_region_with_agencies_cannot_be_deleted():
    membership = MembershipFactory()

    with pytest.raises(ProtectedError):
        membership.agency.delete()
    with pytest.raises(ProtectedError):
        membership.agency.region.delete()


@pytest.mark.parametrize(
    ("name", "found"),
    [("pupr", 2), ("Kementerian PU", 1), ("kementerian pkp", 1), ("PU", 0)],
)
def test_agency_is_found_by_any_name_it_bears_or_bore(name, found):
    for short in ("Kementerian PU", "Kementerian PKP"):
        ministry = AgencyFactory(short_name=short)
        AgencyAlias.objects.create(agency=ministry, name="PUPR")

    assert Agency.objects.named(name).count() == found


def test_alias_is_current_until_the_day_before_its_end():
    pupr = AgencyAlias(name="PUPR", valid_until=date(2024, 10, 21))

    assert pupr.is_current(date(2024, 10, 20))
    assert not pupr.is_current(date(2024, 10, 21))


# ---- the trail ----------------------------------------------------------------------
def labels(model: type) -> list[str]:
    events = model.pgh_event_model.objects.order_by("pgh_id")
    return list(events.values_list("pgh_label", flat=True))


def test_trail_sees_insert_bulk_update_and_deletion():
    membership = MembershipFactory()
    Membership.objects.filter(pk=membership.pk).update(role=Role.VIEWER)
    membership.delete()

    assert labels(Membership) == ["insert", "update", "delete"]
    roles = Membership.pgh_event_model.objects.order_by("pgh_id").values_list(
        "role", flat=True
    )
    assert list(roles) == ["district_operator", "viewer", "viewer"]


def test_trail_of_a_person_holds_no_password():
    user = UserFactory()
    User.objects.filter(pk=user.pk).update(password="other")

    event = User.pgh_event_model.objects.get(pgh_obj=user)
    assert not hasattr(event, "password")


def test_trail_itself_cannot_be_changed():
    MembershipFactory()

    with (
        pytest.raises(Exception, match="Cannot update or delete"),
        transaction.atomic(),
    ):
        Membership.pgh_event_model.objects.update(role="viewer")
