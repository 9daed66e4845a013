"""In time, late, missing: the rule by tables, its one answer, and the same in SQL."""

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agencies.models import Agency
from programs.duties import (
    duties_of,
    owes,
    owing,
    with_first_submission,
    with_timing,
)
from programs.models import (
    LockException,
    ProgressReport,
    ReportingPeriod,
    ReportRound,
)
from programs.timeliness import JUDGED, Share, Standing, Timing, standing_of
from tests.factories import AgencyFactory, UserFactory
from tests.factories_programs import DraftFactory, PeriodFactory

APRIL = date(2026, 4, 1)


def quarter(due: date, closes: date | None) -> ReportingPeriod:
    """The first quarter of 2026, not stored."""
    return ReportingPeriod(
        kind="quarter",
        name="TW I 2026",
        starts_on=date(2026, 1, 1),
        ends_before=APRIL,
        opens_on=date(2026, 1, 1),
        due_on=due,
        closes_on=closes,
    )


def wita(month: int, day: int, hour: int = 10, minute: int = 0) -> datetime:
    """A moment of 2026 in the offices' zone, as UTC has it."""
    return datetime(2026, month, day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


def stands(
    *,
    on: date,
    submitted: datetime | None = None,
    until: date | None = None,
    due: date = date(2026, 4, 10),
    closes: date | None = date(2026, 4, 20),
) -> Standing:
    return standing_of(
        quarter(due, closes), submitted_at=submitted, exception_until=until, on=on
    )


# ---- nothing submitted ---------------------------------------------------------------
@pytest.mark.parametrize(
    ("day", "timing", "left", "late"),
    [
        (date(2025, 12, 31), "not_due", 100, 0),
        (date(2026, 2, 1), "not_due", 68, 0),
        (date(2026, 3, 31), "not_due", 10, 0),
        (date(2026, 4, 1), "due", 9, 0),
        (date(2026, 4, 10), "due", 0, 0),
        (date(2026, 4, 11), "overdue", 0, 1),
        (date(2026, 4, 20), "overdue", 0, 10),
        (date(2026, 4, 21), "missing", 0, 11),
    ],
)
def test_an_office_that_sent_nothing(day, timing, left, late):
    assert stands(on=day) == Standing(Timing(timing), left, late)


def test_a_period_that_never_closes_stays_overdue():
    found = stands(on=date(2027, 4, 10), closes=None)

    assert (found.timing, found.days_late) == (Timing.OVERDUE, 365)


def test_an_exception_opens_what_is_missing_until_its_day():
    until = date(2026, 5, 5)

    assert stands(on=until, until=until).timing == Timing.OVERDUE
    assert stands(on=date(2026, 5, 6), until=until).timing == Timing.MISSING


# ---- submitted -----------------------------------------------------------------------
@pytest.mark.parametrize(
    ("submitted", "until", "timing", "late"),
    [
        (wita(4, 1), None, "in_time", 0),
        (wita(4, 10, 23, 59), None, "in_time", 0),
        (wita(4, 11, 0, 1), None, "late", 1),
        (wita(4, 20, 23, 59), None, "late", 10),
        (wita(4, 20), date(2026, 5, 5), "late", 10),
        (wita(4, 21), date(2026, 5, 5), "excepted", 11),
        (wita(5, 5, 23, 59), date(2026, 5, 5), "excepted", 25),
        (wita(5, 6, 0, 1), date(2026, 5, 5), "late", 26),
        (wita(5, 6), None, "late", 26),
    ],
)
def test_an_office_that_submitted(submitted, until, timing, late):
    found = stands(on=date(2026, 6, 1), submitted=submitted, until=until)

    assert found == Standing(Timing(timing), days_late=late)


@pytest.mark.parametrize(
    ("moment", "timing"),
    [
        (datetime(2026, 3, 31, 15, 30, tzinfo=UTC), "in_time"),  # 31 March 23.30 WITA
        (datetime(2026, 3, 31, 16, 30, tzinfo=UTC), "late"),  # 1 April 00.30 WITA
    ],
)
def test_the_day_ends_at_midnight_in_kalimantan(moment, timing):
    """Both are 31 March in London; due on 31 March."""
    due = date(2026, 3, 31)

    found = stands(on=APRIL, submitted=moment, due=due)

    assert found.timing == Timing(timing)


# ---- always one state ----------------------------------------------------------------
days = st.dates(date(2025, 12, 1), date(2026, 7, 1))
moments = st.datetimes(
    datetime(2026, 1, 1), datetime(2026, 7, 1), timezones=st.just(UTC)
)


@given(
    on=days,
    submitted=st.none() | moments,
    until=st.none() | days,
    due=st.integers(0, 60),
    grace=st.none() | st.integers(0, 40),
)
def test_there_is_exactly_one_state_and_it_fits(on, submitted, until, due, grace):
    due_on = date(2026, 3, 20) + timedelta(due)
    closes = None if grace is None else due_on + timedelta(grace)

    found = stands(on=on, submitted=submitted, until=until, due=due_on, closes=closes)

    assert found.timing in Timing
    assert (submitted is not None) == (
        found.timing in {Timing.IN_TIME, Timing.LATE, Timing.EXCEPTED}
    )
    assert not (found.days_left and found.days_late)
    assert bool(found.days_late) == (found.timing in JUDGED - {Timing.IN_TIME})
    if closes is None:
        assert found.timing not in {Timing.MISSING, Timing.EXCEPTED}


@given(on=days, later=days, submitted=moments, until=st.none() | days)
def test_what_is_submitted_does_not_change_with_the_days(on, later, submitted, until):
    assert stands(on=on, submitted=submitted, until=until) == stands(
        on=later, submitted=submitted, until=until
    )


# ---- shares --------------------------------------------------------------------------
def test_a_share_leaves_out_what_is_not_due():
    timings = [Timing.IN_TIME, Timing.LATE, Timing.MISSING, Timing.DUE, Timing.NOT_DUE]

    share = Share.of([*timings, Timing.IN_TIME])

    assert (share.in_time, share.due, share.percent) == (2, 4, 50)
    assert Share.of([Timing.DUE]).percent is None


# ---- the same in SQL -----------------------------------------------------------------
SUBMISSIONS = (None, *(wita(4, day) for day in (5, 10, 11, 20, 21)), wita(5, 6))
CLOSINGS = (None, date(2026, 4, 10), date(2026, 4, 20))
EXCEPTIONS = (None, date(2026, 4, 16), date(2026, 4, 25), date(2026, 5, 30))


@pytest.fixture
def every_case(db):
    """A report for each combination of closing, submission and exception."""
    user = UserFactory()
    for number, closes in enumerate(CLOSINGS):
        period = quarter(date(2026, 4, 10), closes)
        period.kind, period.name = list(ReportingPeriod.Kind)[number], str(closes)
        period.save()
        for submitted, until in product(SUBMISSIONS, EXCEPTIONS):
            report = DraftFactory(period=period, created_by=user)
            add_round(report, submitted, user)
            if until:
                LockException.objects.create(
                    period=period,
                    agency=report.agency,
                    until=until,
                    reason="Banjir",
                    granted_by=user,
                )


def add_round(report, submitted, user):
    if submitted:
        made = ReportRound.objects.create(report=report, step="submit", by=user)
        ReportRound.objects.filter(pk=made.pk).update(at=submitted)


@pytest.mark.parametrize(
    "on",
    [
        date(2026, 2, 1),
        date(2026, 4, 10),
        date(2026, 4, 16),
        date(2026, 4, 20),
        date(2026, 6, 1),
    ],
)
def test_sql_says_what_the_rule_says(every_case, on):
    found = with_timing(ProgressReport.objects.all(), on)
    by_sql = {report.pk: report.timing for report in found}

    duties = duties_of(Agency.objects.all(), ReportingPeriod.objects.all(), on)

    by_rule = {duty.report.pk: duty.timing for duty in duties}
    assert len(by_rule) == len(CLOSINGS) * len(SUBMISSIONS) * len(EXCEPTIONS)
    assert by_sql == by_rule
    assert len(set(by_rule.values())) >= 4


def test_a_report_that_came_back_keeps_its_first_submission(
    submitted, verifier, operator
):
    """Returned and resubmitted later: the first time counts."""
    report = submitted
    ReportRound.objects.filter(report=report).update(at=wita(4, 1))
    ReportRound.objects.create(report=report, step="submit", by=operator)

    found = with_first_submission(ProgressReport.objects.all()).get()

    assert found.first_submitted_at == wita(4, 1)


@pytest.mark.django_db
def test_who_owes_is_the_same_in_sql():
    period = PeriodFactory(starts_on=APRIL, ends_before=date(2026, 7, 1))
    ends = (None, APRIL - timedelta(1), APRIL, APRIL + timedelta(1))
    for begins, ended, reports in product(ends, ends, (True, False)):
        if begins is None or ended is None or begins < ended:
            AgencyFactory(
                valid_from=begins, valid_until=ended, reports_progress=reports
            )

    by_sql = set(Agency.objects.filter(owing(period.opens_on)))

    assert by_sql == {agency for agency in Agency.objects.all() if owes(agency, period)}
    assert 0 < len(by_sql) < Agency.objects.count()
    period.is_called = False
    assert not any(owes(agency, period) for agency in by_sql)
