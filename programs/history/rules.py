"""What is left of a baseline once verified work is taken off: values in, values out."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from areas.rules import AssessmentResult, Denominators, Indicator, Rules, assess

ZERO = Decimal(0)
PlaceVolumes = Mapping[str, Mapping[int, Decimal]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What one verified report says of one activity, in the activity's own `unit`.

    `place` is the key of its RT; None where it names several, or covers its area.
    `indicator` is that of the activity's rule set, `measured_in` the unit of surveys.
    The period is half-open: `[starts_on, ends_before)`.
    """

    activity: int
    name: str
    place: int | None
    place_name: str
    indicator: Indicator | None
    unit: str
    measured_in: str
    volume: Decimal
    report: int
    period: str
    starts_on: date
    ends_before: date

    @property
    def last_day(self) -> date:
        """The day on which its volume counts."""
        return self.ends_before - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Refused:
    """Verified work that cannot be taken off, and why not."""

    work: Work
    reason: str


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of one indicator's volume (kumuh akhir), counted in two ways.

    `volume` per RT: work on one RT takes off at most what that RT lacked; the rest is
    taken off the sum of the area. `by_area`: all of it is taken off that sum.
    """

    baseline: Decimal
    verified: Decimal
    volume: Decimal
    by_area: Decimal
    works: Sequence[Work] = ()

    @property
    def is_touched(self) -> bool:
        return self.verified > 0

    @property
    def excess(self) -> Decimal:
        """Verified volume beyond what the baseline lacked where the work was done."""
        return self.verified - (self.baseline - self.volume)


@dataclass(frozen=True, slots=True)
class Remainder:
    """All indicators of a baseline after the work, and the work that did not count."""

    left: Mapping[str, Left]
    refused: Sequence[Refused]


@dataclass(frozen=True, slots=True)
class Comparison:
    """One indicator: what is computed beside what a later survey found."""

    indicator: Indicator
    left: Left
    surveyed: Decimal

    @property
    def difference(self) -> Decimal:
        """Surveyed less computed: above 0 there is more slum than the work explains."""
        return self.surveyed - self.left.volume

    @property
    def is_same(self) -> bool:
        return not self.difference

    @property
    def is_same_by_area(self) -> bool:
        return self.surveyed == self.left.by_area


@dataclass(frozen=True, slots=True)
class Tally:
    """`same` of `total` indicators agree; the share is None where there is none."""

    same: int
    total: int

    @property
    def share(self) -> Decimal | None:
        return Decimal(self.same * 100) / self.total if self.total else None


def target_of(indicator: Indicator | None, rules: Rules) -> Indicator | None:
    """The indicator of `rules` that measures the same, whatever its code there."""
    return rules.by_measure.get(indicator.measure) if indicator else None


def within(works: Iterable[Work], after: date, until: date) -> list[Work]:
    """Work whose period ended after one day and not after the other, oldest first.

    A year's report contains its quarters': where both are there, the year counts.
    """
    found = [work for work in works if after < work.last_day <= until]
    found.sort(key=lambda work: (work.starts_on, -work.ends_before.toordinal()))
    reached: dict[int, date] = {}
    counted = []
    for work in found:
        if work.ends_before > reached.get(work.activity, date.min):
            reached[work.activity] = work.ends_before
            counted.append(work)
    return counted


def by_indicator(works: Iterable[Work], rules: Rules) -> dict[str, list[Work]]:
    """The work by the code that its indicator has under `rules`."""
    found: dict[str, list[Work]] = defaultdict(list)
    for work in works:
        if target := target_of(work.indicator, rules):
            found[target.code].append(work)
    return dict(found)


def take_off(
    volumes: Mapping[str, Decimal],
    places: PlaceVolumes | None,
    works: Iterable[Work],
    rules: Rules,
) -> Remainder:
    """What is left of the `volumes` of a survey under `rules`, by code.

    `places` has the volumes of the RT where work was done, by code and RT; None for a
    survey of the area as a whole.
    """
    counted: dict[str, list[Work]] = defaultdict(list)
    refused = []
    for work in works:
        target = target_of(work.indicator, rules)
        if target is None:
            reason = _("The rule set of the baseline does not measure its indicator.")
        else:
            reason = _reason(work, target, places)
        if target is None or reason:
            refused.append(Refused(work, reason))
        else:
            counted[target.code].append(work)
    return Remainder(
        {
            code: left_of(
                volume,
                None if places is None else places.get(code, {}),
                counted.get(code, ()),
            )
            for code, volume in volumes.items()
        },
        refused,
    )


def left_of(
    baseline: Decimal, places: Mapping[int, Decimal] | None, works: Sequence[Work]
) -> Left:
    """One indicator's volume less this work, never below 0 (see `Left`).

    Without `places` all work is taken off the sum. Work on one RT must be on one of
    `places`.
    """
    done: dict[int, Decimal] = defaultdict(Decimal)
    elsewhere = ZERO
    for work in works:
        if places is None or work.place is None:
            elsewhere += work.volume
        else:
            done[work.place] += work.volume
    lacked = places or {}
    improved = sum((min(did, lacked[rt]) for rt, did in done.items()), start=ZERO)
    verified = elsewhere + sum(done.values(), start=ZERO)
    return Left(
        baseline=baseline,
        verified=verified,
        volume=max(baseline - improved - elsewhere, ZERO),
        by_area=max(baseline - verified, ZERO),
        works=tuple(works),
    )


def result_after(
    remainder: Remainder, denominators: Denominators, rules: Rules
) -> AssessmentResult:
    """Percentages, scores, total and class of what is left, per RT."""
    volumes = {code: left.volume for code, left in remainder.left.items()}
    return assess(volumes, denominators, rules)


def compared(
    remainder: Remainder, surveyed: Mapping[str, Decimal], rules: Rules
) -> list[Comparison]:
    """What is left beside a later survey under the same rules, by indicator."""
    return [
        Comparison(row, remainder.left[row.code], surveyed[row.code])
        for row in rules.indicators
    ]


def _reason(work: Work, target: Indicator, places: PlaceVolumes | None) -> str:
    """Why the work cannot be taken off; empty where it can."""
    if work.unit != work.measured_in:
        return _(
            "Its unit is “%(unit)s”; the indicator is measured in “%(asked)s”."
        ) % {
            "unit": work.unit,
            "asked": work.measured_in,
        }
    if work.indicator is None or work.indicator.denominator != target.denominator:
        return _("The rule set of the baseline measures its indicator differently.")
    if places is None or work.place is None:
        return ""
    if work.place not in places.get(target.code, {}):
        return _("The baseline did not survey %(place)s.") % {"place": work.place_name}
    return ""
