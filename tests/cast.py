"""The small cast that the tests of every app share: regions, agencies and people."""

from typing import Any

from agencies.models import Agency, Region, User
from agencies.roles import Role
from tests.factories import (
    AgencyFactory,
    MembershipFactory,
    RegionFactory,
    UserFactory,
)

REGIONS = (
    ("63", "Kalimantan Selatan", "provinsi"),
    ("63.71", "Kota Banjarmasin", "kota"),
    ("63.71.01", "Banjarmasin Selatan", "kecamatan"),
    ("63.71.01.1001", "Mantuil", "kelurahan"),
    ("63.71.01.1002", "Kelayan Selatan", "kelurahan"),
    ("63.72", "Kota Banjarbaru", "kota"),
    ("63.72.02", "Landasan Ulin", "kecamatan"),
    ("63.72.02.1003", "Landasan Ulin Timur", "kelurahan"),
    ("63.72.02.1004", "Guntung Payung", "kelurahan"),
)
# By the name of the fixture: what the factory of agencies is given, with its region.
AGENCIES: dict[str, dict[str, Any]] = {
    "office": {
        "name": "Disperkim Kota Banjarmasin",
        "short_name": "Disperkim Banjarmasin",
        "region": "63.71",
    },
    "other_office": {
        "name": "Disperkim Kota Banjarbaru",
        "short_name": "Disperkim Banjarbaru",
        "region": "63.72",
    },
    "province": {
        "name": "Dinas Perumahan Rakyat dan Kawasan Permukiman Kalimantan Selatan",
        "short_name": "Disperkim Kalsel",
        "level": Agency.Level.PROVINCE,
        "region": "63",
    },
    "ministry": {
        "name": "Kementerian Pekerjaan Umum",
        "short_name": "Kementerian PU",
        "level": Agency.Level.CENTRAL,
        "kind": Agency.Kind.MINISTRY,
        "region": None,
    },
}
# By the name of the fixture: where they work, their role, and what their account has.
PEOPLE: dict[str, tuple[str, Role, dict[str, Any]]] = {
    "operator": ("office", Role.DISTRICT_OPERATOR, {}),
    "head": ("office", Role.DISTRICT_HEAD, {}),
    "viewer": ("office", Role.VIEWER, {}),
    "stranger": ("other_office", Role.DISTRICT_OPERATOR, {}),
    "editor": ("province", Role.PROVINCE_EDITOR, {}),
    "verifier": ("province", Role.PROVINCE_VERIFIER, {}),
    "province_viewer": ("province", Role.VIEWER, {}),
    # As `create_admin` makes one: the role, and the keys of the Django admin.
    "administrator": (
        "province",
        Role.ADMINISTRATOR,
        {"is_staff": True, "is_superuser": True},
    ),
}


def region_tree() -> dict[str, Region]:
    """A province, two cities, in each a kecamatan with two kelurahan; by code."""
    return {
        code: RegionFactory(code=code, name=name, kind=kind)
        for code, name, kind in REGIONS
    }


def agency(name: str) -> Agency:
    """One of `AGENCIES`; the region tree is there."""
    values = dict(AGENCIES[name])
    code = values.pop("region")
    region = Region.objects.get(code=code) if code else None
    return AgencyFactory(**values, region=region)


def person(name: str, workplace: Agency) -> User:
    """One of `PEOPLE`, at the agency that the table says."""
    _agency, role, values = PEOPLE[name]
    return member(name, workplace, role, **values)


def member(username: str, workplace: Agency, role: Role, **values: Any) -> User:
    user = UserFactory(username=username, **values)
    MembershipFactory(user=user, agency=workplace, role=role)
    return user


def everybody() -> dict[str, Any]:
    """The whole cast by name: all regions, agencies and people."""
    region_tree()
    found: dict[str, Any] = {name: agency(name) for name in AGENCIES}
    for name, (workplace, _role, _values) in PEOPLE.items():
        found[name] = person(name, found[workplace])
    return found
