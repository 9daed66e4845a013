"""The smallest valid people, agencies and regions; other apps have their own files."""

import factory
from factory.django import DjangoModelFactory, Password

from agencies.models import Agency, Membership, Region, User
from agencies.roles import Role

PASSWORD = "sandi-uji-12345"
LEVELS = (
    Region.Level.PROVINCE,
    Region.Level.REGENCY,
    Region.Level.DISTRICT,
    Region.Level.VILLAGE,
)
KINDS = ("provinsi", "kabupaten", "kecamatan", "desa")


def parent_of(code: str) -> Region | None:
    parent = code.rpartition(".")[0]
    return RegionFactory(code=parent) if parent else None


class RegionFactory(DjangoModelFactory):
    """A village of its own, or the region of `code`; what lies above it comes along."""

    class Meta:
        model = Region
        django_get_or_create = ("code",)

    code = factory.Sequence(lambda n: f"63.71.99.{1001 + n % 8999}")
    name = factory.LazyAttribute(lambda region: f"Wilayah {region.code}")
    level = factory.LazyAttribute(lambda region: LEVELS[region.code.count(".")])
    kind = factory.LazyAttribute(lambda region: KINDS[region.code.count(".")])
    parent = factory.LazyAttribute(lambda region: parent_of(region.code))


class AgencyFactory(DjangoModelFactory):
    """A district office of 63.71."""

    class Meta:
        model = Agency

    name = factory.Sequence(lambda n: f"Dinas Perumahan Contoh {n}")
    short_name = factory.Sequence(lambda n: f"Disperkim {n}")
    level = Agency.Level.REGENCY
    kind = Agency.Kind.HOUSING_OFFICE
    region = factory.SubFactory(RegionFactory, code="63.71")


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User

    username = factory.Sequence(lambda n: f"orang{n}")
    password = Password(PASSWORD)


class MembershipFactory(DjangoModelFactory):
    """Someone's role as a reporter of a district office."""

    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    agency = factory.SubFactory(AgencyFactory)
    role = Role.DISTRICT_OPERATOR
