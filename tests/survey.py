"""Survey files for tests: rows of one small area in Kota Banjarmasin."""

from datetime import date
from typing import Any

from agencies.models import Agency, User
from agencies.roles import Role
from areas.models import Assessment, IndicatorValue, Neighbourhood, SlumArea
from tests.factories import AgencyFactory, MembershipFactory, RegionFactory
from tests.rules import PERMEN_14_2018

CODES = PERMEN_14_2018.codes
VILLAGE = "63.71.01.1001"
SURVEYED_ON = date(2025, 3, 31)


def survey_row(number: int = 1, **changes: Any) -> dict[str, Any]:
    """The row of RT `number`, without any lack; `v1a=5` and the like change it."""
    row: dict[str, Any] = {
        "kode_desa": VILLAGE,
        "kawasan": "Kelayan Barat",
        "rt_rw": f"RT {number:03d}/RW 001",
        "luas_ha": 1.0,
        "jumlah_bangunan": 100,
        "jumlah_penduduk": 400,
        "jumlah_kk": 100,
        "panjang_jalan_ideal_m": 1000,
        "panjang_drainase_ideal_m": 1000,
        **dict.fromkeys(CODES, 0),
        "tanggal_survei": SURVEYED_ON,
    }
    return row | {
        name.removeprefix("v") if name[1:] in CODES else name: value
        for name, value in changes.items()
    }


def people_agency(people: dict[str, User]) -> Agency:
    """The office of the operator."""
    return people["operator"].memberships.get().agency


def stored() -> list[int]:
    """How many areas, RT, assessments and volumes there are."""
    models = (SlumArea, Neighbourhood, Assessment, IndicatorValue)
    return [model.objects.count() for model in models]


def make_villages() -> None:
    """Three villages of Kota Banjarmasin, and one of Kota Banjarbaru."""
    for code, name in (
        (VILLAGE, "Kelayan Barat"),
        ("63.71.01.1002", "Kelayan Tengah"),
        ("63.71.02.1003", "Pelambuan"),
        ("63.72.01.1001", "Landasan Ulin"),
    ):
        RegionFactory(code=code, name=name)


def make_people() -> dict[str, User]:
    """Who may import what: two districts, the province, and who may not at all."""
    make_villages()
    city = AgencyFactory(short_name="Disperkim Banjarmasin")
    other = AgencyFactory(region=RegionFactory(code="63.72"))
    province = AgencyFactory(region=RegionFactory(code="63"), level="province")
    roles = {
        "operator": (city, Role.DISTRICT_OPERATOR),
        "neighbour": (other, Role.DISTRICT_OPERATOR),
        "editor": (province, Role.PROVINCE_EDITOR),
        "verifier": (province, Role.PROVINCE_VERIFIER),
        "viewer": (city, Role.VIEWER),
    }
    return {
        name: MembershipFactory(agency=agency, role=role).user
        for name, (agency, role) in roles.items()
    }
