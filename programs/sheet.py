"""A report laid out: each line with what was before, its RT and how these stand.

One loader for entry, review, detail and verification, so that they cannot differ.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from areas.footprints import Overlap
from areas.models import DecreeLine, LedgerEntry, Neighbourhood
from core import html
from programs import queries
from programs.attachments import LinePhotos, line_photos
from programs.footprints import footprints_of, most_of_area, overlaps_of
from programs.models import ProgressReport, ReportLine, ReportLineUnit
from programs.outputs import summary_of
from programs.rules import (
    ZERO,
    Before,
    Limits,
    LineValues,
    line_warnings,
    missing_in,
)


@dataclass(slots=True, kw_only=True)
class UnitRow:
    """An RT that a line may touch, or the area where it has none.

    `whole` is what it can report at most. `credit` is an entry of other work that
    stands for it already, `repeats` the number of an earlier line that reports it too.
    `standing` are the entries that count it now, once the report is verified. Without
    RT, `overlap` is where the work lay beside that of others, until it is verified.
    """

    neighbourhood: Neighbourhood | None
    whole: Decimal | None
    stored: ReportLineUnit | None = None
    credit: LedgerEntry | None = None
    repeats: int | None = None
    standing: Sequence[LedgerEntry] = ()
    overlap: Overlap | None = None

    @property
    def proposed(self) -> Decimal | None:
        """What can be verified of what was reported."""
        if self.stored is None:
            return None
        if self.overlap is None:
            return self.stored.reported
        return min(self.stored.reported, self.overlap.countable)

    @property
    def entry(self) -> LedgerEntry | None:
        """The ledger's entry that verification tied it to, its own or another's."""
        return _entry_of(self.stored)

    @property
    def was_corrected(self) -> bool:
        """Whether that entry does not stand any more; `standing` are those that do."""
        return self.entry is not None and self.entry not in self.standing

    @property
    def key(self) -> int:
        return self.neighbourhood.pk if self.neighbourhood else 0

    @property
    def name(self) -> str:
        return unit_name(self.neighbourhood)

    @property
    def is_counted(self) -> bool:
        """Whether nothing can be credited here any more."""
        return self.credit is not None

    @property
    def taken_off(self) -> Decimal:
        """Reported but not verified, once the report is verified."""
        if self.stored is None or self.stored.verified is None:
            return ZERO
        return self.stored.reported - self.stored.verified


@dataclass(kw_only=True)
class LineSheet:
    """One activity of a report; `index` counts from 0 as in the keys of errors."""

    index: int
    line: ReportLine
    before: Before
    units: list[UnitRow]
    limits: Limits
    decree_line: DecreeLine | None
    period_end: Any
    report_agency: int
    photos: LinePhotos

    @property
    def number(self) -> int:
        return self.index + 1

    @property
    def key(self) -> str:
        """The line's key as text, which no page groups by thousands."""
        return str(self.line.pk)

    @property
    def anchor(self) -> str:
        return f"k{self.key}"

    @property
    def activity(self) -> Any:
        return self.line.activity

    @property
    def outputs(self) -> list[str]:
        """What was built, as words: one text per RT and indicator."""
        return [
            f"{unit_name(row.neighbourhood)} {row.indicator}: {summary_of(row)}"
            for row in self.line.outputs.all()
        ]

    @property
    def touched(self) -> list[UnitRow]:
        """The units for which hectares were reported, 0 included."""
        return [unit for unit in self.units if unit.stored is not None]

    @property
    def undecided(self) -> list[UnitRow]:
        """The touched units on which a verifier has to decide."""
        return [
            unit
            for unit in self.touched
            if unit.stored and unit.stored.reported > 0 and not unit.is_counted
        ]

    @property
    def counted(self) -> list[UnitRow]:
        return [unit for unit in self.touched if unit.is_counted]

    @property
    def reported(self) -> Decimal:
        return sum((u.stored.reported for u in self.touched if u.stored), ZERO)

    @property
    def verified(self) -> Decimal:
        stored = [unit.stored for unit in self.touched if unit.stored]
        return sum((unit.verified or ZERO for unit in stored), ZERO)

    @property
    def volume_after(self) -> Decimal:
        return self.before.volume + (self.line.volume or ZERO)

    @property
    def volume_share(self) -> Decimal:
        return self.volume_after / self.limits.volume * 100

    @property
    def is_money_only(self) -> bool:
        """Whether another agency does the work, and this report says what it cost."""
        return self.activity.agency_id != self.report_agency

    @property
    def deviation(self) -> Decimal | None:
        """Actual less planned progress, in points."""
        return values_of(self.line).deviation

    @property
    def spent_after(self) -> Decimal:
        return self.before.spent + (self.line.spent or ZERO)

    @property
    def spent_share(self) -> Decimal | None:
        budget = self.limits.budget
        return self.spent_after / budget * 100 if budget else None

    @cached_property
    def missing(self) -> dict[str, str]:
        return missing_of(self.line, self.report_agency)

    @cached_property
    def warnings(self) -> list[str]:
        """What a reader should know; nothing of it keeps the report back."""
        found = line_warnings(values_of(self.line), self.before, self.limits)
        if self.decree_line is None and self.reported > 0:
            found.append(no_decree(self.line, self.period_end))
        return found


@dataclass
class ReportSheet:
    """All lines of a report with their sums."""

    report: ProgressReport
    lines: list[LineSheet] = field(default_factory=list)

    def row_of(self, line: ReportLine) -> LineSheet:
        """The line of this report as it is laid out."""
        return next(row for row in self.lines if row.line.pk == line.pk)

    @property
    def missing(self) -> list[tuple[LineSheet, str, str]]:
        """Everything that keeps the report a draft: line, field, what to fill in."""
        if self.report.nil_reason:
            return []
        return [
            (line, name, text)
            for line in self.lines
            for name, text in line.missing.items()
        ]

    @property
    def complete_count(self) -> int:
        if self.report.nil_reason:
            return len(self.lines)
        return sum(not line.missing for line in self.lines)

    @property
    def complete_share(self) -> Decimal:
        return Decimal(self.complete_count * 100) / (len(self.lines) or 1)

    @property
    def nil_count(self) -> int:
        return sum(line.line.is_nil for line in self.lines)

    @property
    def reported(self) -> Decimal:
        return sum((line.reported for line in self.lines), ZERO)

    @property
    def verified(self) -> Decimal:
        return sum((line.verified for line in self.lines), ZERO)

    @property
    def taken_off(self) -> Decimal:
        return self.reported - self.verified

    @property
    def counted(self) -> Decimal:
        """Reported hectares for which another entry stands already."""
        return sum(
            (
                u.stored.reported
                for line in self.lines
                for u in line.counted
                if u.stored
            ),
            ZERO,
        )

    @property
    def spent(self) -> Decimal:
        return sum((line.line.spent or ZERO for line in self.lines), ZERO)

    @property
    def unit_count(self) -> int:
        return sum(len(line.touched) for line in self.lines)

    @property
    def decrees(self) -> list[Any]:
        """The decrees under which the lines count, each once."""
        found = {
            line.decree_line.decree_id: line.decree_line.decree
            for line in self.lines
            if line.decree_line
        }
        return list(found.values())

    @property
    def has_warnings(self) -> bool:
        return any(line.warnings for line in self.lines)


def missing_of(line: ReportLine, office: int) -> dict[str, str]:
    """What a line of this office's report still lacks, by field."""
    is_money_only = line.activity.agency_id != office
    return missing_in(replace(values_of(line), is_money_only=is_money_only))


def values_of(line: ReportLine) -> LineValues:
    """A stored line as the rules take it."""
    return LineValues(
        physical_percent=line.physical_percent,
        planned_percent=line.planned_percent,
        spent=line.spent,
        volume=line.volume,
        is_nil=line.is_nil,
        obstacle=line.obstacle,
        help_needed=line.help_needed,
        note=line.note,
    )


def unit_name(neighbourhood: Neighbourhood | None) -> str:
    """`RT 02`, or that the whole area is meant."""
    if neighbourhood is None:
        return _("Area without RT")
    return rt_name(neighbourhood.rt_rw)


def rt_name(rt_rw: str) -> str:
    """`RT 02`; where the number is written with "RT" already, as it is."""
    return rt_rw if rt_rw.upper().startswith("RT") else f"RT {rt_rw}"


def no_decree(line: ReportLine, day: Any) -> str:
    """Said where an area's hectares cannot be counted because nothing decrees it."""
    return _(
        "No decree in force on %(date)s names %(area)s, so its hectares cannot be"
        " verified. Have the decree recorded first."
    ) % {"date": html.day(day), "area": line.activity.area.name}


def sheet_of(report: ProgressReport) -> ReportSheet:
    """The report laid out; the number of queries does not grow with its lines."""
    lines = list(
        report.lines.select_related(
            "activity__area", "activity__programme", "activity__agency", "mark__by"
        ).prefetch_related(
            "units__neighbourhood",
            "units__entry",
            "units__counted_in",
            "activity__funding_legs",
            "outputs__neighbourhood",
        )
    )
    loader = _Loader(report, lines)
    sheet = ReportSheet(report, [loader.laid_out(*item) for item in enumerate(lines)])
    _mark_repeats(sheet.lines)
    return sheet


def bare_sheet(report: ProgressReport, keys: Collection[str]) -> ReportSheet:
    """The lines of these keys with their RT alone: enough to read what was sent.

    Nothing stands beside them: no earlier figures, limits, credits or photos.
    """
    wanted = set(keys)
    stored = report.lines.select_related("activity")
    lines = [line for line in stored if str(line.pk) in wanted]
    prefetch_related_objects(lines, "units__neighbourhood")
    offered = _Offered(report, lines)
    return ReportSheet(
        report,
        [
            LineSheet(
                index=index,
                line=line,
                before=Before(),
                units=[
                    UnitRow(neighbourhood=unit, whole=None, stored=stored)
                    for unit, stored in offered.of(line)
                ],
                limits=Limits(
                    volume=line.activity.volume,
                    unit=line.activity.unit,
                    indicator=line.activity.indicator,
                ),
                decree_line=None,
                period_end=report.period.last_day,
                report_agency=report.agency_id,
                photos=LinePhotos([]),
            )
            for index, line in enumerate(lines)
        ],
    )


class _Offered:
    """The RT that lines offer to be touched, with what is stored of them."""

    def __init__(self, report: ProgressReport, lines: list[ReportLine]) -> None:
        self.agency = report.agency_id
        self.of_areas = queries.units_of_areas({e.activity.area_id for e in lines})
        self.named = queries.units_of_activities([e.activity_id for e in lines])

    def of(
        self, line: ReportLine
    ) -> list[tuple[Neighbourhood | None, ReportLineUnit | None]]:
        """The RT that the activity names (else all of its area) and those touched."""
        stored = {unit.neighbourhood_id: unit for unit in line.units.all()}
        if line.activity.agency_id != self.agency and not stored:
            return []
        of_area = self.of_areas.get(line.activity.area_id, [])
        # RT that others took the place of: what was reported of them stays.
        of_area = [*of_area, *_retired(line)]
        named = set(self.named.get(line.activity_id, [unit.pk for unit in of_area]))
        offered: list[Neighbourhood | None] = [
            unit for unit in of_area if unit.pk in named or unit.pk in stored
        ]
        if not of_area or None in stored:
            offered.append(None)
        return [(unit, stored.get(unit.pk if unit else None)) for unit in offered]


class _Loader:
    """Everything that the lines of one report need, fetched once."""

    def __init__(self, report: ProgressReport, lines: list[ReportLine]) -> None:
        activities = [line.activity for line in lines]
        keys = [activity.pk for activity in activities]
        areas = {activity.area_id for activity in activities}
        self.offered = _Offered(report, lines)
        self.is_verified = report.status == ProgressReport.Status.VERIFIED
        self.period_end = report.period.last_day
        self.agency = report.agency_id
        self.before = queries.before(keys, report.period, paid_by=report.agency_id)
        self.photos = line_photos(report, lines)
        self.baselines = queries.baselines(activities)
        self.decree_lines = queries.decree_lines_in_force(areas, self.period_end)
        self.standing = queries.standing_for(_entries_of(lines))
        self.credits = (
            {} if self.is_verified else queries.live_credits(self.decree_lines.values())
        )
        without = [a for a in activities if a.area_id not in self.offered.of_areas]
        self.footprints = footprints_of(without)
        self.overlaps = (
            {}
            if self.is_verified
            else overlaps_of(without, self.decree_lines, self.credits)
        )

    def laid_out(self, index: int, line: ReportLine) -> LineSheet:
        activity = line.activity
        baseline = self.baselines.get(activity.pk)
        return LineSheet(
            index=index,
            line=line,
            before=self.before.get(activity.pk, Before()),
            units=[self._unit(line, *place) for place in self.offered.of(line)],
            limits=Limits(
                volume=activity.volume,
                unit=activity.unit,
                indicator=activity.indicator,
                budget=self._budget(activity),
                baseline=baseline.volume if baseline else None,
                surveyed_on=baseline.surveyed_on if baseline else None,
            ),
            decree_line=self.decree_lines.get(activity.area_id),
            period_end=self.period_end,
            report_agency=self.agency,
            photos=self.photos[line.pk],
        )

    def _budget(self, activity: Any) -> Decimal | None:
        """What the office pays: its sources of money, or all where none is named."""
        legs = activity.funding_legs.all()
        own = [leg.amount for leg in legs if leg.agency_id == self.agency]
        return sum(own, ZERO) if legs else activity.budget

    def _unit(
        self,
        line: ReportLine,
        unit: Neighbourhood | None,
        kept: ReportLineUnit | None,
    ) -> UnitRow:
        decree_line = self.decree_lines.get(line.activity.area_id)
        if self.is_verified:
            credit = kept.counted_in if kept else None
        else:
            credit = self._credit(line, decree_line, unit)
        return UnitRow(
            neighbourhood=unit,
            whole=unit.hectares if unit else self._whole_area(line, decree_line),
            stored=kept,
            credit=credit,
            standing=self._standing(kept),
            overlap=None if unit else self.overlaps.get(line.activity_id),
        )

    def _whole_area(self, line: ReportLine, under: DecreeLine | None) -> Decimal | None:
        if under is None:
            return None
        return most_of_area(under, self.footprints.get(line.activity_id))

    def _standing(self, kept: ReportLineUnit | None) -> Sequence[LedgerEntry]:
        entry = _entry_of(kept)
        return self.standing.get(entry.pk, ()) if entry else ()

    def _credit(
        self, line: ReportLine, under: DecreeLine | None, unit: Neighbourhood | None
    ) -> LedgerEntry | None:
        if under is None:
            return None
        if unit:
            return self.credits.get((under.pk, unit.pk, ""))
        own = self.credits.get((under.pk, None, queries.footprint_of(line.activity_id)))
        overlap = self.overlaps.get(line.activity_id)
        return own or (overlap.counted_by if overlap else None)


def _entries_of(lines: Iterable[ReportLine]) -> list[LedgerEntry]:
    units = [unit for line in lines for unit in line.units.all()]
    return [entry for entry in map(_entry_of, units) if entry is not None]


def _entry_of(unit: ReportLineUnit | None) -> LedgerEntry | None:
    """What verification tied the unit to: its own credit, or the one already there."""
    return (unit.entry or unit.counted_in) if unit else None


def _retired(line: ReportLine) -> list[Neighbourhood]:
    """The touched RT that others took the place of; they are prefetched."""
    places = [unit.neighbourhood for unit in line.units.all()]
    return [place for place in places if place and place.retired_on]


def _mark_repeats(lines: Iterable[LineSheet]) -> None:
    """Where two lines of the report claim one RT, tell the later one of the earlier."""
    first: dict[int, int] = {}
    for line in lines:
        for unit in line.undecided:
            if unit.neighbourhood is None:
                continue
            number = first.setdefault(unit.neighbourhood.pk, line.number)
            unit.repeats = number if number != line.number else None
