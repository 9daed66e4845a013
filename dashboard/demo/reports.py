"""The example reports, quarter by quarter, each brought to its state by its steps."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from decimal import Decimal

from areas.models import LedgerChange, LedgerEntry
from areas.services import approve_change, propose_change
from dashboard.demo.people import Cast, acting
from dashboard.demo.photos import add_photos
from dashboard.demo.plan import (
    BANJARMASIN,
    DRAFT,
    HULU_SUNGAI_UTARA,
    NONE,
    REPORTING,
    RETURNED,
    SUBMITTED,
    VERIFIED,
    Calendar,
)
from dashboard.demo.quarters import date_submission, make_quarters, run_calendar
from dashboard.demo.works import Job, Works
from programs.models import ProgressReport, ReportingPeriod, ReportLineUnit
from programs.services import (
    Decision,
    LineInput,
    UnitInput,
    ensure_period,
    return_report,
    save_report_lines,
    start_report,
    submit_report,
    update_activity,
    verify_report,
)

# How the reports of the last quarter stand; those that are not here are verified.
LATEST = {
    BANJARMASIN: SUBMITTED,
    HULU_SUNGAI_UTARA: RETURNED,
    "63.03": DRAFT,
    "63.07": NONE,
}
# Reports that never came, by quarters before the last.
MISSED = {"63.05": (1,), "63.04": (3,), "63.09": (2,)}
CORRECTED = (BANJARMASIN, 1)  # returned once, then corrected and verified
RETURN_REASON = (
    "CONTOH: volume titian tidak sama dengan berita acara pemeriksaan pekerjaan."
    " Perbaiki, lalu ajukan kembali."
)
NOT_BEGUN = "CONTOH: pekerjaan belum dimulai"
LESS_REASON = "CONTOH: bagian timur RT belum dikerjakan"
LOWERED_REASON = "CONTOH: hasil kunjungan lapangan, sebagian titian belum tersambung"
REVERSAL_REASON = "CONTOH: luas RT diukur ulang"


class Desk:
    """Sends the reports of all offices, oldest quarter first."""

    def __init__(self, works: Works, cast: Cast, calendar: Calendar) -> None:
        self.works, self.cast, self.calendar = works, cast, calendar
        self.jobs: dict[str, list[Job]] = {code: [] for code in REPORTING}
        self.count = 0
        self.partly_done = False
        self.lowered = False

    def send_all(self) -> int:
        """All programmes and reports; how many reports there are."""
        self._send_old_year()
        quarters = make_quarters(self.calendar)
        periods = quarters.periods
        last = len(self.calendar.quarters) - 1
        for index, (year, quarter) in enumerate(self.calendar.quarters):
            began = year - (self.calendar.year - 2)
            offices = [code for code, first in REPORTING.items() if first <= began]
            if quarter == 1:
                self._begin_year(year, offices)
            for code in offices:
                back = last - index
                state, period = self._state(code, back), periods[year, quarter]
                if state != NONE and not self._has_real_report(code, period):
                    corrected = (code, back) == CORRECTED
                    self._send(code, period, state, corrected=corrected, back=back)
        self._correct_an_entry()
        return self.count + run_calendar(quarters, self.calendar, self.cast)

    def _send_old_year(self) -> None:
        """Work under the older decree: hectares that the present one does not count."""
        year = self.calendar.year - 3
        first = self.calendar.in_force_from.replace(month=1)
        with acting():
            period = ensure_period(
                ReportingPeriod.Kind.YEAR,
                name=f"Tahun {year}",
                starts_on=first.replace(year=year),
                ends_before=first,
                is_called=False,
            )
        for code in (BANJARMASIN, HULU_SUNGAI_UTARA):
            self.jobs[code] = self.works.begin_year(code, year, size=1)
            self._send(code, period, VERIFIED)

    def _begin_year(self, year: int, offices: Iterable[str]) -> None:
        for code in offices:
            self._close_finished(code)
            self.jobs[code] += self.works.begin_year(code, year)
        if year == self.calendar.year:
            for code, jobs in self.works.begin_provincial(year).items():
                self.jobs[code] += jobs

    def _close_finished(self, code: str) -> None:
        """What was finished last year is not asked for any more."""
        by = self.cast.operators[code]
        for job in self.jobs[code]:
            if job.reported == 1:
                with acting(by):
                    update_activity(job.activity, by=by, is_closed=True)
        self.jobs[code] = [job for job in self.jobs[code] if job.reported < 1]

    def _state(self, code: str, back: int) -> str:
        if back in MISSED.get(code, ()):
            return NONE
        return LATEST.get(code, VERIFIED) if back == 0 else VERIFIED

    def _has_real_report(self, code: str, period: ReportingPeriod) -> bool:
        """Then the example has none: an office has one report for a period."""
        office = self.cast.offices[code]
        reports = ProgressReport.objects.filter(agency=office, period=period)
        return reports.exclude(created_by=None, saved_by=None).exists()

    def _send(
        self,
        code: str,
        period: ReportingPeriod,
        state: str,
        *,
        corrected: bool = False,
        back: int = 0,
    ) -> None:
        operator, head = self.cast.operators[code], self.cast.heads[code]
        self.count += 1
        with acting(operator):
            report = self._begun_report(code, period)
            lines = [self._line(job, period) for job in self.jobs[code]]
            if state == DRAFT:
                lines = _begun(lines)
            first = _with_mistake(lines) if corrected else lines
            # The office's real activities stay out of its example reports.
            save_report_lines(report, lines=first, by=operator, replace=True)
            if state != VERIFIED:
                add_photos(report, by=operator)
        if state == DRAFT:
            return
        with acting(head):
            submit_report(report, by=head)
            date_submission(report, code, back)
        if state == RETURNED or corrected:
            with acting(self.cast.verifier):
                return_report(report, reason=RETURN_REASON, by=self.cast.verifier)
        if corrected:
            with acting(operator):
                save_report_lines(report, lines=lines, by=operator)
            with acting(head):
                submit_report(report, by=head)
        if state == VERIFIED:
            self._verify(code, report, period)

    def _begun_report(self, code: str, period: ReportingPeriod) -> ProgressReport:
        """The one that the calendar made already, else a new one."""
        office = self.cast.offices[code]
        made = ProgressReport.objects.filter(agency=office, period=period).first()
        return made or start_report(office, period=period, by=self.cast.operators[code])

    def _line(self, job: Job, period: ReportingPeriod) -> LineInput:
        """What this period added to the activity; nil before it begins."""
        done = _done(job, period)
        if done == job.reported:
            note = "CONTOH: pekerjaan sudah selesai" if done else NOT_BEGUN
            return {"activity": job.activity.pk, "is_nil": True, "note": note}
        budget = job.activity.budget or Decimal(0)
        return {
            "activity": job.activity.pk,
            "physical_percent": round(done * 100, 2),
            "volume": _added(job.activity.volume, job.reported, done),
            "spent": _added(budget, job.reported, done),
            "units": [] if done < 1 else self._units(job),
        }

    def _units(self, job: Job) -> list[UnitInput]:
        """The RT of a finished activity: whole, one of the example in part."""
        units: list[UnitInput] = [
            {"neighbourhood": unit.pk, "hectares": unit.hectares} for unit in job.units
        ]
        if not self.partly_done and len(units) > 1:
            self.partly_done = True
            part = round(job.units[1].hectares * Decimal("0.8"), 2)
            units[1] |= {"hectares": part, "reason": LESS_REASON}
        return units

    def _verify(
        self, code: str, report: ProgressReport, period: ReportingPeriod
    ) -> None:
        by = self.cast.verifier
        visited = min(period.last_day + timedelta(days=16), self.calendar.today)
        by_visit = self.count % 3 == 0
        facts = {
            "visited_on": visited,
            "officers": "Petugas CONTOH A dan B",
            "minutes_number": f"BA-CONTOH {self.count:03d}/{period.last_day.year}",
        }
        with acting(by):
            verify_report(
                report,
                method="field" if by_visit else "desk",
                by=by,
                decisions=self._decisions(report, by_visit=by_visit),
                **facts if by_visit else {},  # type: ignore[arg-type]
            )
        for job in self.jobs[code]:
            job.reported = _done(job, period)

    def _decisions(
        self, report: ProgressReport, *, by_visit: bool
    ) -> dict[int, Decision]:
        """As reported, except one unit that a visit found unfinished."""
        if self.lowered or not by_visit:
            return {}
        unit = ReportLineUnit.objects.filter(line__report=report).order_by("pk").first()
        if unit is None:
            return {}
        self.lowered = True
        less = round(unit.reported * Decimal("0.6"), 2)
        return {unit.pk: Decision(less, LOWERED_REASON)}

    def _correct_an_entry(self) -> None:
        """One credit is lowered later: proposed by one person, approved by another."""
        entry = (
            LedgerEntry.objects.filter(
                decree_line__decree__number=self.calendar.number,
                decree_line__area__regency=BANJARMASIN,
            )
            .order_by("effective_on", "pk")
            .first()
        )
        if entry is None:
            return
        editor, verifier = self.cast.editor, self.cast.verifier
        with acting(editor):
            change = propose_change(
                kind=LedgerChange.Kind.REPLACE,
                entry=entry,
                hectares=round(entry.hectares * Decimal("0.9"), 2),
                reason=REVERSAL_REASON,
                by=editor,
            )
        with acting(verifier):
            approve_change(change, by=verifier)


def _done(job: Job, period: ReportingPeriod) -> Decimal:
    day = period.last_day
    return job.progress(day.year, (day.month - 1) // 3 + 1)


def _added(whole: Decimal, before: Decimal, done: Decimal) -> Decimal:
    """What was added between two shares, in whole units that add up to the whole."""
    return round(whole * done, 0) - round(whole * before, 0)


def _begun(lines: Sequence[LineInput]) -> list[LineInput]:
    """Only the first line is filled in so far."""
    blank: list[LineInput] = [{"activity": line["activity"]} for line in lines[1:]]
    return [*lines[:1], *blank]


def _with_mistake(lines: Iterable[LineInput]) -> list[LineInput]:
    """The same lines with a volume that the verifier will not believe."""
    return [
        line | {"volume": (line["volume"] or Decimal(0)) * 3}
        if line.get("volume")
        else line
        for line in lines
    ]
