"""What published rows say together. Never a figure of ours: see `areas.figures`."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import Any

from django.db.models import Count, F, Func, IntegerField, Max, Min, Q, QuerySet, Sum

from areas.rules import HUNDREDTH, Authority, Rules, Severity, authority_of
from areas.survey.rows import name_key

AUTHORITIES = {
    "kab/kota": Authority.REGENCY,
    "kabupaten/kota": Authority.REGENCY,
    "kabupaten": Authority.REGENCY,
    "kota": Authority.REGENCY,
    "provinsi": Authority.PROVINCE,
    "pusat": Authority.CENTRAL,
}


class ScoreSum(Func):
    """The sum of the scores of a row, from the scores as they are stored."""

    template = "(SELECT SUM(value::int) FROM jsonb_each_text(%(expressions)s))"
    output_field = IntegerField()


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far published rows agree with themselves, under their rule set."""

    rows: int
    sums_equal: int
    classes_equal: int
    hectares: Decimal
    without_hectares: int


def agreement(results: QuerySet, rules: Rules) -> Agreement:
    """Counted by the database in one query."""
    sums = results.order_by().aggregate(
        rows=Count("pk"),
        sums_equal=Count("pk", filter=Q(total=ScoreSum(F("scores")))),
        classes_equal=Count("pk", filter=class_condition(rules)),
        sum_hectares=Sum("hectares"),
        without_hectares=Count("pk", filter=Q(hectares=None)),
    )
    return Agreement(hectares=sums.pop("sum_hectares") or Decimal(0), **sums)


def class_condition(rules: Rules) -> Q:
    """Rows whose published class is that of their published total."""
    found, above = Q(pk__in=[]), Q()
    for lowest, severity in rules.class_bounds:
        found |= Q(severity=severity, total__gte=lowest) & above
        above = Q(total__lt=lowest)
    return found | (Q(severity=Severity.NOT_SLUM) & above)


@dataclass(frozen=True, slots=True)
class DistrictRow:
    """A kecamatan: its rows, their hectares, and the hectares of each class."""

    name: str
    rows: int
    hectares: Decimal | None
    by_class: dict[str, Decimal | None]


def recap(results: QuerySet) -> list[DistrictRow]:
    """One row per kecamatan; hectares by class, None where the class is absent."""
    sums = {
        severity.value: Sum("hectares", filter=Q(severity=severity.value))
        for severity in Severity
    }
    grouped = (
        results.order_by("district_name")
        .values("district_name")
        .annotate(rows=Count("pk"), sum_hectares=Sum("hectares"), **sums)
    )
    return [
        DistrictRow(
            group["district_name"],
            group["rows"],
            group["sum_hectares"],
            {severity.value: group[severity.value] for severity in Severity},
        )
        for group in grouped
    ]


def recap_totals(rows: Sequence[DistrictRow]) -> dict[str, Decimal | int]:
    """The sums of the columns, by name."""
    totals: dict[str, Decimal | int] = {
        severity.value: sum(
            (row.by_class[severity.value] or Decimal(0) for row in rows), Decimal(0)
        )
        for severity in Severity
    }
    totals["rows"] = sum(row.rows for row in rows)
    totals["hectares"] = sum((row.hectares or Decimal(0) for row in rows), Decimal(0))
    return totals


@dataclass(frozen=True, slots=True)
class VillageAuthority:
    """A desa: the authority as published, and by the sum of its hectares."""

    district: str
    name: str
    hectares: Decimal
    published: Authority
    computed: Authority

    @property
    def agrees(self) -> bool:
        return self.published == self.computed

    @property
    def unrounded(self) -> Authority:
        """By the hectares as they are, not rounded to 2 decimals before."""
        return authority_of(self.hectares.quantize(HUNDREDTH, rounding=ROUND_DOWN))


@dataclass(frozen=True, slots=True)
class AuthorityComparison:
    """Of the desa that can be compared: those that agree, and those worth a look."""

    villages: Sequence[VillageAuthority]
    left_out: int

    @property
    def compared(self) -> int:
        return len(self.villages)

    @property
    def agreeing(self) -> int:
        return sum(row.agrees for row in self.villages)

    @property
    def agreeing_unrounded(self) -> int:
        return sum(row.published == row.unrounded for row in self.villages)

    @property
    def notable(self) -> list[VillageAuthority]:
        """Those that differ, or agree only because hectares are rounded."""
        return [
            row
            for row in self.villages
            if not row.agrees or row.unrounded != row.computed
        ]


def compare_authority(results: QuerySet) -> AuthorityComparison:
    """Authority as published beside that of the summed hectares, per desa.

    A desa is left out where hectares are missing, where its rows differ in authority,
    or where its text is none that we know.
    """
    grouped: QuerySet[Any, dict[str, Any]] = (
        results.order_by("district_name", "village_name")
        .values("district_name", "village_name")
        .annotate(
            sum_hectares=Sum("hectares"),
            blank=Count("pk", filter=Q(hectares=None)),
            first=Min("authority"),
            last=Max("authority"),
        )
    )
    found, left_out = [], 0
    for group in grouped:
        published = AUTHORITIES.get(name_key(group["first"]))
        if published is None or group["blank"] or group["first"] != group["last"]:
            left_out += 1
            continue
        hectares = group["sum_hectares"]
        found.append(
            VillageAuthority(
                group["district_name"],
                group["village_name"],
                hectares,
                published,
                authority_of(hectares),
            )
        )
    return AuthorityComparison(found, left_out)
