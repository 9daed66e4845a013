"""What the example data consist of. Every name is invented; the villages are real.

All dates follow from the day of loading, so that the example always ends with the
quarter that is just over.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from areas.models import SlumArea
from areas.rules import Severity

PROVINCE = "63"
BANJARMASIN, HULU_SUNGAI_UTARA = "63.71", "63.08"
HEAVY, MODERATE, LIGHT = Severity.HEAVY, Severity.MODERATE, Severity.LIGHT
NOT_SLUM = Severity.NOT_SLUM
ON_WATER, WATERSIDE = SlumArea.Typology.ON_WATER, SlumArea.Typology.WATERSIDE
LOWLAND = SlumArea.Typology.LOWLAND
VERIFIED, SUBMITTED, RETURNED, DRAFT, NONE = (
    "verified",
    "submitted",
    "returned",
    "draft",
    "",
)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The years of the example: three, the last with the quarter that is just over."""

    today: date

    @property
    def last_day(self) -> date:
        """The last day of the last finished quarter."""
        first_month = (self.today.month - 1) // 3 * 3 + 1
        return self.today.replace(month=first_month, day=1) - timedelta(days=1)

    @property
    def year(self) -> int:
        return self.last_day.year

    @property
    def quarters(self) -> list[tuple[int, int]]:
        """Year and number of every finished quarter, oldest first."""
        return [
            (year, quarter)
            for year in (self.year - 2, self.year - 1, self.year)
            for quarter in (1, 2, 3, 4)
            if date(year, 3 * quarter, 1) <= self.last_day
        ]

    @property
    def decided_on(self) -> date:
        return date(self.year - 2, 2, 15)

    @property
    def in_force_from(self) -> date:
        return date(self.year - 2, 3, 1)

    @property
    def old_decree_on(self) -> date:
        return date(self.year - 7, 6, 20)

    @property
    def number(self) -> str:
        return f"SK-CONTOH 01/{self.year - 2}"

    @property
    def old_number(self) -> str:
        return f"SK-CONTOH 07/{self.year - 7}"


class Place(NamedTuple):
    """A kecamatan and a circle inside its regency (degrees), where points may lie."""

    district: str
    longitude: float
    latitude: float
    radius: float


class Regency(NamedTuple):
    """A kabupaten/kota; `slug` ends the names of its example users."""

    slug: str
    places: tuple[Place, ...]


REGENCIES = {
    "63.01": Regency("tala", (Place("63.01.03", 114.72, -3.76, 0.045),)),
    "63.02": Regency("kotabaru", (Place("63.02.22", 116.25, -3.24, 0.016),)),
    "63.03": Regency("banjar", (Place("63.03.05", 114.81, -3.41, 0.012),)),
    "63.04": Regency("batola", (Place("63.04.15", 114.71, -2.90, 0.040),)),
    "63.05": Regency("tapin", (Place("63.05.04", 115.16, -2.93, 0.011),)),
    "63.06": Regency("hss", (Place("63.06.05", 115.20, -2.70, 0.020),)),
    "63.07": Regency("hst", (Place("63.07.06", 115.39, -2.57, 0.015),)),
    "63.08": Regency("hsu", (Place("63.08.05", 115.26, -2.50, 0.019),)),
    "63.09": Regency("tabalong", (Place("63.09.04", 115.36, -2.13, 0.027),)),
    "63.10": Regency("tanbu", (Place("63.10.01", 115.98, -3.47, 0.024),)),
    "63.11": Regency("balangan", (Place("63.11.06", 115.49, -2.30, 0.027),)),
    "63.71": Regency(
        "banjarmasin",
        (
            Place("63.71.01", 114.55, -3.36, 0.010),
            Place("63.71.05", 114.59, -3.32, 0.006),
        ),
    ),
    "63.72": Regency("banjarbaru", (Place("63.72.02", 114.77, -3.46, 0.025),)),
}


class AreaPlan(NamedTuple):
    """An area: class at the baseline and, where it is surveyed again, now.

    `hectares` are about what its RT add up to; `survey` is the state of its survey.
    """

    flower: str
    regency: str
    hectares: str
    units: int
    severity: Severity
    severity_now: Severity | None = None
    survey: str = VERIFIED
    typology: str = WATERSIDE
    has_outline: bool = False

    @property
    def name(self) -> str:
        return f"Kawasan Contoh {self.flower}"

    @property
    def size(self) -> Decimal:
        return Decimal(self.hectares)


AREAS = (
    AreaPlan("Melati", "63.71", "18.40", 6, HEAVY, MODERATE, has_outline=True),
    AreaPlan("Dahlia", "63.71", "12.75", 5, MODERATE, has_outline=True),
    AreaPlan("Teratai", "63.71", "9.62", 4, HEAVY, typology=ON_WATER),
    AreaPlan("Kenanga", "63.71", "7.10", 3, MODERATE, LIGHT, has_outline=True),
    AreaPlan("Kamboja", "63.71", "4.35", 3, LIGHT, NOT_SLUM),
    AreaPlan("Flamboyan", "63.71", "2.48", 2, LIGHT, typology=LOWLAND),
    AreaPlan("Anggrek", "63.08", "16.20", 6, MODERATE, has_outline=True),
    AreaPlan("Seroja", "63.08", "13.20", 5, HEAVY, MODERATE, typology=ON_WATER),
    AreaPlan("Mawar", "63.08", "8.75", 4, MODERATE, LIGHT, has_outline=True),
    AreaPlan("Bugenvil", "63.08", "5.30", 3, LIGHT),
    AreaPlan("Soka", "63.08", "3.15", 2, LIGHT, NOT_SLUM),
    AreaPlan("Alamanda", "63.03", "21.35", 6, HEAVY, has_outline=True),
    AreaPlan("Lili", "63.03", "11.40", 4, MODERATE),
    AreaPlan("Krisan", "63.03", "6.85", 3, LIGHT, LIGHT),
    AreaPlan("Aster", "63.03", "3.90", 2, MODERATE, typology=LOWLAND),
    AreaPlan("Nusa Indah", "63.07", "17.05", 6, MODERATE, has_outline=True),
    AreaPlan("Lavender", "63.07", "10.65", 4, LIGHT),
    AreaPlan("Begonia", "63.07", "4.70", 3, MODERATE, LIGHT),
    AreaPlan("Tulip", "63.06", "14.30", 5, MODERATE, has_outline=True),
    AreaPlan("Gardenia", "63.06", "8.05", 3, LIGHT),
    AreaPlan("Azalea", "63.06", "3.60", 2, LIGHT, survey=SUBMITTED),
    AreaPlan("Gladiol", "63.05", "12.10", 4, HEAVY),
    AreaPlan("Bakung", "63.05", "5.95", 3, LIGHT, NOT_SLUM, typology=LOWLAND),
    AreaPlan("Amarilis", "63.05", "2.20", 2, LIGHT, survey=RETURNED),
    AreaPlan("Tapak Dara", "63.04", "15.80", 5, HEAVY, typology=ON_WATER),
    AreaPlan("Zinnia", "63.04", "9.15", 4, MODERATE, has_outline=True),
    AreaPlan("Petunia", "63.04", "4.05", 3, LIGHT),
    AreaPlan("Kenikir", "63.09", "13.85", 5, MODERATE),
    AreaPlan("Telang", "63.09", "6.40", 3, LIGHT),
    AreaPlan("Asoka", "63.09", "3.25", 2, MODERATE, survey=SUBMITTED),
    AreaPlan("Verbena", "63.72", "10.20", 4, LIGHT, has_outline=True),
    AreaPlan("Magnolia", "63.72", "5.55", 3, MODERATE, typology=LOWLAND),
    AreaPlan("Sakura", "63.72", "1.90", 2, NOT_SLUM, typology=LOWLAND),
    AreaPlan("Lantana", "63.01", "7.75", 3, LIGHT),
    AreaPlan("Wijaya Kusuma", "63.01", "3.40", 2, LIGHT, survey=NONE),
    AreaPlan("Kecombrang", "63.10", "19.60", 6, HEAVY, has_outline=True),
    AreaPlan("Peoni", "63.10", "6.10", 3, MODERATE),
    AreaPlan("Edelweis", "63.02", "11.95", 4, MODERATE, typology=ON_WATER),
    AreaPlan("Pacar Air", "63.02", "5.05", 3, LIGHT, survey=DRAFT),
    AreaPlan("Kembang Sepatu", "63.11", "4.60", 3, LIGHT),
)

# Offices that send reports, by the year (counted from the first) in which they began;
# the others are the ones that a recap shows as missing.
REPORTING = {
    BANJARMASIN: 0,
    HULU_SUNGAI_UTARA: 0,
    "63.03": 1,
    "63.04": 1,
    "63.07": 1,
    "63.05": 2,
    "63.06": 2,
    "63.09": 2,
    "63.72": 2,
}
