"""Kota Pekalongan's surveys of 2019 to 2023 as rows of the survey template.

The data is not in the repository. The city's workbook has areas, RT and volumes apart.
The kelurahan are matched by name: the package of regions writes Pasirkratonkramat.
"""

from datetime import date
from typing import Any

from django.utils import timezone

from agencies.models import Agency, Region
from agencies.regions import read_regions, write_regions
from areas.models import Decree
from tests.data import read_rows
from tests.rules import PERMEN_14_2018

PROVINCE = "33"
CITY = "33.75"
CODES = PERMEN_14_2018.codes
FIGURES = (
    "jumlah_bangunan",
    "jumlah_penduduk",
    "jumlah_kk",
    "panjang_jalan_ideal_m",
    "panjang_drainase_ideal_m",
)
SURVEYED_ON = date(2019, 12, 31)
LATER_YEARS = (2020, 2021, 2022, 2023)
# RT ids whose 4a is negative, then those whose 4a is above the hectares of the RT.
REFUSED = {
    "Podosugih": ("1", "3", "6"),
    "Pasir Kraton Kramat": ("71", "76", "79", "103", "123", "130"),
}


def make_city() -> Decree:
    """The regions of the city, its office, and its decree without lines."""
    write_regions([next(read_regions(PROVINCE)), *read_regions(CITY)])
    Agency.objects.create(
        name="Dinas Perumahan Rakyat dan Kawasan Permukiman Kota Pekalongan",
        short_name="Dinperkim Kota Pekalongan",
        level=Agency.Level.REGENCY,
        kind=Agency.Kind.HOUSING_OFFICE,
        region_id=CITY,
    )
    return Decree.objects.create(
        number="UJI/PEKALONGAN/2019",
        level=Decree.Level.MAYOR,
        region=Region.objects.get(pk=CITY),
        issued_on=date(2019, 1, 1),
        in_force_from=date(2019, 1, 1),
        status=Decree.Status.IN_FORCE,
        enacted_at=timezone.now(),
    )


def village_codes() -> dict[str, str]:
    """The code of each kelurahan of the city by its name without spaces."""
    villages = Region.objects.within(CITY).filter(level=Region.Level.VILLAGE)
    return {plain(village.name): village.code for village in villages}


def plain(name: str) -> str:
    return "".join(name.casefold().split())


def survey_rows(*, corrected: bool = False) -> list[dict[str, Any]]:
    """A row of the template per RT, in the order of RT ids; numbers are floats.

    `corrected` sets a negative volume to 0 and one above its RT's hectares to those.
    """
    areas = {row["id"]: row["kawasan"] for row in read_rows("pekalongan/kawasan.csv")}
    volumes = {
        row["rt_id"]: row for row in read_rows("pekalongan/baseline_rt_2019.csv")
    }
    codes = village_codes()
    rows = []
    for unit in read_rows("pekalongan/rt.csv"):
        name = areas[unit["kawasan_id"]]
        row: dict[str, Any] = {
            "kode_desa": codes[plain(name)],
            "kawasan": name,
            "rt_rw": unit["rt_rw"],
            "luas_ha": float(unit["luas_verifikasi_ha"]),
            **{column: float(unit[column]) for column in FIGURES},
            **{code: float(volumes[unit["id"]][f"{code}_volume"]) for code in CODES},
            "tanggal_survei": SURVEYED_ON,
        }
        if corrected:
            row["4a"] = min(max(row["4a"], 0.0), row["luas_ha"])
        rows.append(row)
    return rows


def later_rows(year: int, *, corrected: bool = False) -> list[dict[str, Any]]:
    """A row of the template per area, as a whole, of 31 December of that year.

    The city published the volumes of later years per area only. `corrected` sets a
    negative volume to 0: in 2020 there is one, 4a of Podosugih.
    """
    areas = {row["id"]: row for row in read_rows("pekalongan/kawasan.csv")}
    codes = village_codes()
    rows = []
    for result in read_rows("pekalongan/hasil_kawasan.csv"):
        if result["tahun"] != str(year):
            continue
        area = areas[result["kawasan_id"]]
        volumes = {code: float(result[f"{code}_volume"]) for code in CODES}
        if corrected:
            volumes = {code: max(volume, 0.0) for code, volume in volumes.items()}
        rows.append(
            {
                "kode_desa": codes[plain(area["kawasan"])],
                "kawasan": area["kawasan"],
                "rt_rw": "SELURUH KAWASAN",
                "luas_ha": float(area["luas_verifikasi_ha"]),
                **{column: float(area[column]) for column in FIGURES},
                **volumes,
                "tanggal_survei": date(year, 12, 31),
            }
        )
    return rows
