"""Some thousand invented areas, written in bulk, for measuring only."""

import random
from datetime import date
from decimal import Decimal

from django.db import connection
from django.utils import timezone

from agencies.models import Agency, Membership, Region, User
from agencies.roles import Role
from areas.models import (
    Assessment,
    Decree,
    DecreeLine,
    LedgerEntry,
    Neighbourhood,
    RuleSet,
    SlumArea,
)
from areas.rule_seeds import seeded_rules
from areas.rules import severity_of

REGENCIES = 13
SEED = 63
RULES = "permen-14-2018"


def make(area_count: int) -> User:
    """Fill the database with `area_count` areas; the province's verifier comes back."""
    chance = random.Random(SEED)
    province, villages = _regions()
    user = _people(province)
    offices = {a.region_id: a for a in Agency.objects.exclude(region=province)}
    areas = SlumArea.objects.bulk_create(
        SlumArea(
            name=f"Kawasan {number:05}",
            agency=offices[villages[number % REGENCIES].code[:5]],
            regency_id=villages[number % REGENCIES].code[:5],
        )
        for number in range(area_count)
    )
    decree = Decree.objects.create(
        number="SK-UKUR 1/2024",
        level=Decree.Level.GOVERNOR,
        region=province,
        issued_on=date(2024, 1, 1),
        in_force_from=date(2024, 1, 1),
        status=Decree.Status.IN_FORCE,
        enacted_at=timezone.now(),
    )
    lines = DecreeLine.objects.bulk_create(
        DecreeLine(decree=decree, area=area, hectares=_hectares(chance))
        for area in areas
    )
    _surveys(areas, user, chance)
    _ledger(lines, villages, user, chance)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as autovacuum has done a minute later
    return user


def _regions() -> tuple[Region, list[Region]]:
    province = Region.objects.create(
        code="63", name="Kalimantan Selatan", level="province", kind="provinsi"
    )
    villages = []
    for number in range(1, REGENCIES + 1):
        regency = Region.objects.create(
            code=f"63.{number:02}",
            name=f"Kabupaten {number}",
            level="regency",
            kind="kabupaten",
            parent=province,
        )
        district = Region.objects.create(
            code=f"{regency.code}.01",
            name="Kecamatan",
            level="district",
            kind="kecamatan",
            parent=regency,
        )
        villages.append(
            Region.objects.create(
                code=f"{district.code}.2001",
                name="Desa",
                level="village",
                kind="desa",
                parent=district,
            )
        )
        Agency.objects.create(
            name=f"Dinas {number}",
            short_name=f"D{number}",
            level="regency",
            kind="housing_office",
            region=regency,
        )
    return province, villages


def _people(province: Region) -> User:
    office = Agency.objects.create(
        name="Dinas Provinsi",
        short_name="Prov",
        level="province",
        kind="housing_office",
        region=province,
    )
    user = User.objects.create(username="ukur")
    Membership.objects.create(user=user, agency=office, role=Role.PROVINCE_VERIFIER)
    return user


def _surveys(areas: list[SlumArea], user: User, chance: random.Random) -> None:
    now = timezone.now()
    rules, rule_set = seeded_rules(RULES), RuleSet.objects.get(code=RULES)
    rows = []
    for area in areas:
        total = chance.randrange(0, 81)
        rows.append(
            Assessment(
                area=area,
                rule_set=rule_set,
                surveyed_on=date(2024, 6, 1),
                status=Assessment.Status.VERIFIED,
                created_by=user,
                submitted_at=now,
                submitted_by=user,
                verified_at=now,
                verified_by=user,
                total=total,
                severity=severity_of(total, rules),
                results={},
                hectares=Decimal(10),
            )
        )
    Assessment.objects.bulk_create(rows, batch_size=1000)


def _ledger(
    lines: list[DecreeLine], villages: list[Region], user: User, chance: random.Random
) -> None:
    village_of = {village.code[:5]: village for village in villages}
    units = Neighbourhood.objects.bulk_create(
        (
            Neighbourhood(
                area=line.area,
                village=village_of[line.area.regency_id],
                rt_rw="RT 001 / RW 001",
                hectares=line.hectares,
                buildings=50,
                households=60,
                ideal_road_m=Decimal(500),
                ideal_drainage_m=Decimal(400),
            )
            for line in lines
        ),
        batch_size=1000,
    )
    LedgerEntry.objects.bulk_create(
        (
            LedgerEntry(
                decree_line=line,
                neighbourhood=unit,
                outcome="handled",
                kind="credit",
                hectares=unit.hectares,
                agency=line.area.agency,
                cause="Jalan lingkungan",
                period="Tahun 2024",
                method="desk",
                effective_on=date(2024 + chance.randrange(3), 6, 30),
                recorded_by=user,
            )
            for line, unit in zip(lines, units, strict=True)
            if chance.random() < 0.4
        ),
        batch_size=1000,
    )


def _hectares(chance: random.Random) -> Decimal:
    return Decimal(chance.randrange(100_000, 20_000_000)) / 1_000_000
