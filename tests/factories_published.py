"""Published sources and rows, and files such as others publish them."""

from datetime import date
from decimal import Decimal
from typing import Any

import factory
from factory.django import DjangoModelFactory

from areas.models import PublishedResult, PublishedSource
from tests.factories import UserFactory
from tests.factories_areas import rule_set
from tests.rules import PERMEN_14_2018

CODES = PERMEN_14_2018.codes
SCORES = dict.fromkeys(CODES, 0) | {"1a": 5, "3a": 5, "5a": 5, "6a": 1}
# Headings as offices write them; scores and needs end in NUMERIK and KEBUTUHAN.
HEADINGS = {
    "district_name": "KECAMATAN",
    "village_name": "DESA",
    "hamlet_name": "KAMPUNG",
    "rt_rw": "RT/RW",
    "area_name": "Pembagian Kawasan Kumuh",
    "hectares": "LUAS (Ha)",
    "authority": "KEWENANGAN",
    "total": "Bobot Kumuh",
    "severity": "Tingkat Kekumuhan Awal",
    **{f"score_{code}": f"ASPEK {code[0]}-{code[1]} (KK)-NUMERIK" for code in CODES},
    **{f"need_{code}": f"ASPEK {code[0]}-{code[1]} (KK)-KEBUTUHAN" for code in CODES},
}


class PublishedSourceFactory(DjangoModelFactory):
    """A document about a regency that the application does not know."""

    class Meta:
        model = PublishedSource

    title = factory.Sequence(lambda n: f"Profil kumuh contoh {n}")
    publisher = "Dinas Perumahan Contoh"
    published_on = date(2025, 5, 1)
    rule_set = factory.LazyFunction(rule_set)
    region_name = "Kabupaten Contoh"
    mapping = factory.LazyFunction(lambda: dict(HEADINGS))
    imported_by = factory.SubFactory(UserFactory)


class PublishedResultFactory(DjangoModelFactory):
    """An RT of 1 ha with a total of 16: lightly slum."""

    class Meta:
        model = PublishedResult

    source = factory.SubFactory(PublishedSourceFactory)
    row = factory.Sequence(lambda n: n + 2)
    district_name = "ANYAR"
    village_name = "BANDULU"
    rt_rw = factory.Sequence(lambda n: f"RT{n:03d}-RW001")
    hectares = Decimal(1)
    authority = "KAB/KOTA"
    scores = factory.LazyFunction(lambda: dict(SCORES))
    needs = factory.LazyFunction(lambda: {"1a": "13"})
    computed_total = factory.LazyAttribute(lambda row: sum(row.scores.values()))
    total = factory.SelfAttribute("computed_total")
    severity = "light"


def published_row(number: int = 1, **changes: Any) -> dict[str, Any]:
    """A row of a file, by heading: `v1a=3`, `total=20` and the like change it."""
    values: dict[str, Any] = {
        "district_name": "ANYAR",
        "village_name": "BANDULU",
        "hamlet_name": "KP. RANCA",
        "rt_rw": f"RT{number:03d}-RW001",
        "area_name": "Kawasan Pesisir Barat",
        "hectares": 1.5,
        "authority": "KAB/KOTA",
        "total": 16,
        "severity": "KUMUH RINGAN",
        **{f"score_{code}": score for code, score in SCORES.items()},
        **{f"need_{code}": 0 for code in CODES},
    }
    for name, value in changes.items():
        is_score = name.startswith("v") and name[1:] in CODES
        key = f"score_{name[1:]}" if is_score else name
        assert key in values, key
        values[key] = value
    return {HEADINGS[key]: value for key, value in values.items()}
