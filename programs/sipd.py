"""The catalogue of SIPD codes as pages ask it: suggestions, names, the chain above."""

from pathlib import Path

from programs.models import Programme, SipdCode

# The codes that come with the application (domain.md 5.1); no year of theirs is known.
SHIPPED = Path(__file__).parent / "sipd_data" / "urusan_1_04.csv"


def name_of(code: str, year: int | None) -> str:
    """What the year's catalogue calls the code; empty where it has none."""
    row = SipdCode.objects.filter(code=code, year=year).first() if year else None
    return row.name if row else ""


def chain_of(programme: Programme) -> list[SipdCode]:
    """Program › kegiatan › sub-kegiatan of a programme, by its year's catalogue."""
    return list(SipdCode.objects.above(programme.code, programme.year))


def codes_of(year: int) -> list[SipdCode]:
    """The year's codes, for suggestions."""
    return list(SipdCode.objects.filter(year=year).order_by("code"))
