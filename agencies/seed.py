"""The agencies that exist after the first start, with the names that sources give.

Offices whose name no source gives are called after their task; an administrator puts
the real name in, and this file never overwrites it.
"""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import QuerySet

from agencies.models import Agency, AgencyAlias, Region
from agencies.regions import load_province_row, load_regions

HOME_PROVINCE = "63"
Level, Kind = Agency.Level, Agency.Kind


@dataclass(frozen=True, slots=True)
class AliasSeed:
    name: str
    valid_until: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class AgencySeed:
    name: str
    short_name: str
    level: str
    kind: str
    region: str | None = None
    aliases: tuple[AliasSeed, ...] = ()
    valid_from: date | None = None

    @property
    def is_office(self) -> bool:
        """The one housing office of its region, whatever it is called."""
        return self.kind == Kind.HOUSING_OFFICE

    @property
    def reports_progress(self) -> bool:
        """The district offices, when first made; later an administrator decides."""
        return self.is_office and self.level == Level.REGENCY


def office(code: str, name: str, short_name: str) -> AgencySeed:
    return AgencySeed(name, short_name, Level.REGENCY, Kind.HOUSING_OFFICE, code)


def nameless_office(code: str, place: str, short_place: str) -> AgencySeed:
    """An office whose own name no source gives: it is called after its task."""
    name = f"Perangkat daerah urusan perumahan {place}"
    return office(code, name, f"Urusan perumahan {short_place}")


# Kementerian PUPR was parted in two on this day; ranges are half-open.
PUPR_ENDED = date(2024, 10, 21)
PUPR_NOTE = "Dipecah menjadi Kementerian PU dan Kementerian PKP (Perpres 139/2024)."
PUPR = tuple(
    AliasSeed(name, PUPR_ENDED, PUPR_NOTE)
    for name in (
        "PUPR",
        "Kementerian PUPR",
        "Kementerian Pekerjaan Umum dan Perumahan Rakyat",
    )
)

SEEDS = (
    AgencySeed(
        "Dinas Perumahan Rakyat dan Kawasan Permukiman Provinsi Kalimantan Selatan",
        "Disperkim Kalsel",
        Level.PROVINCE,
        Kind.HOUSING_OFFICE,
        HOME_PROVINCE,
        (AliasSeed("Dinas Perkim Provinsi Kalimantan Selatan"),),
    ),
    nameless_office("63.01", "Kabupaten Tanah Laut", "Kab. Tanah Laut"),
    office("63.02", "Perkimtan Kabupaten Kotabaru", "Perkimtan Kotabaru"),
    office(
        "63.03",
        "Dinas Perumahan Rakyat, Kawasan Permukiman dan Lingkungan Hidup"
        " Kabupaten Banjar",
        "PerkimLH Banjar",
    ),
    nameless_office("63.04", "Kabupaten Barito Kuala", "Kab. Barito Kuala"),
    nameless_office("63.05", "Kabupaten Tapin", "Kab. Tapin"),
    nameless_office("63.06", "Kabupaten Hulu Sungai Selatan", "Kab. HSS"),
    office("63.07", "Disperkim Kabupaten Hulu Sungai Tengah", "Disperkim HST"),
    nameless_office("63.08", "Kabupaten Hulu Sungai Utara", "Kab. HSU"),
    office("63.09", "Disperkim Kabupaten Tabalong", "Disperkim Tabalong"),
    nameless_office("63.10", "Kabupaten Tanah Bumbu", "Kab. Tanah Bumbu"),
    nameless_office("63.11", "Kabupaten Balangan", "Kab. Balangan"),
    office("63.71", "Disperkim Kota Banjarmasin", "Disperkim Banjarmasin"),
    office(
        "63.72",
        "Dinas Perumahan dan Permukiman Kota Banjarbaru",
        "Disperkim Banjarbaru",
    ),
    AgencySeed(
        "Kementerian Pekerjaan Umum",
        "Kementerian PU",
        Level.CENTRAL,
        Kind.MINISTRY,
        aliases=PUPR,
        valid_from=PUPR_ENDED,
    ),
    AgencySeed(
        "Kementerian Perumahan dan Kawasan Permukiman",
        "Kementerian PKP",
        Level.CENTRAL,
        Kind.MINISTRY,
        aliases=PUPR,
        valid_from=PUPR_ENDED,
    ),
    AgencySeed("Kementerian Dalam Negeri", "Kemendagri", Level.CENTRAL, Kind.MINISTRY),
    AgencySeed(
        "Dinas Perkim Provinsi Jawa Barat",
        "Disperkim Jabar",
        Level.OTHER_PROVINCE,
        Kind.HOUSING_OFFICE,
        "32",
    ),
    AgencySeed(
        "Tim Penggerak PKK Provinsi Kalimantan Selatan",
        "TP PKK Provinsi",
        Level.NON_GOVERNMENT,
        Kind.COMMUNITY,
        HOME_PROVINCE,
    ),
)


@transaction.atomic
def seed_agencies() -> list[Agency]:
    """Create the agencies that are missing; return those. What is there stays as it is.

    An agency that was renamed or deleted by somebody is not missing: the trail knows
    that it once was made.
    """
    ensure_regions()
    return [create_agency(seed) for seed in SEEDS if not has_existed(seed)]


def ensure_regions() -> None:
    """The regions that the agencies answer for."""
    codes = {seed.region for seed in SEEDS if seed.region}
    missing = codes - set(
        Region.objects.filter(pk__in=codes).values_list("pk", flat=True)
    )
    if any(code.split(".")[0] == HOME_PROVINCE for code in missing):
        load_regions([HOME_PROVINCE])
    for code in missing:
        if code.split(".")[0] != HOME_PROVINCE:
            load_province_row(code)


def has_existed(seed: AgencySeed) -> bool:
    if same_office(seed).exists():
        return True
    names = (seed.name, seed.short_name)
    if any(Agency.objects.named(name).exists() for name in names):
        return True
    events = Agency.pgh_event_model.objects  # type: ignore[attr-defined]
    return events.filter(pgh_label="insert", name=seed.name).exists()


def same_office(seed: AgencySeed) -> QuerySet[Agency]:
    """The housing office of that region, under whatever name it has now."""
    if not seed.is_office:
        return Agency.objects.none()
    return Agency.objects.filter(
        level=seed.level, kind=seed.kind, region=seed.region, is_demo=False
    )


def create_agency(seed: AgencySeed) -> Agency:
    agency = Agency.objects.create(
        name=seed.name,
        short_name=seed.short_name,
        level=seed.level,
        kind=seed.kind,
        region_id=seed.region,
        valid_from=seed.valid_from,
        reports_progress=seed.reports_progress,
    )
    for alias in seed.aliases:
        AgencyAlias.objects.create(
            agency=agency,
            name=alias.name,
            valid_until=alias.valid_until,
            note=alias.note,
        )
    return agency
