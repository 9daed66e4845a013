"""Open, closed, excepted, to be mended: on which days an office may report."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from core.errors import BusinessRuleError, WrongStateError
from programs import services, workflow
from programs.calendar import closing_of, window_of, with_calendar
from programs.models import LockException, ProgressReport, ReportingPeriod
from tests.factories import AgencyFactory
from tests.factories_programs import PeriodFactory, drafted, filled

WITA = timezone.get_fixed_timezone(8 * 60)
QUARTER = {
    "name": "TW I 2026",
    "starts_on": date(2026, 1, 1),
    "ends_before": date(2026, 4, 1),
    "opens_on": date(2026, 1, 1),
    "due_on": date(2026, 3, 31),
    "closes_on": date(2026, 3, 31),
}


@pytest.fixture
def at(monkeypatch):
    """The clock of the project stands at this moment."""

    def stand(moment: datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment)

    return stand


@pytest.fixture
def quarter(db):
    return PeriodFactory(**QUARTER)


@pytest.fixture
def draft(quarter, activity, office, operator, at):
    at(datetime(2026, 3, 1, 9, tzinfo=WITA))
    return drafted(office, by=operator, lines=[filled(activity)], period=quarter)


def allow(period, agency, until, by):
    return LockException.objects.create(
        period=period, agency=agency, until=until, reason="Banjir.", granted_by=by
    )


# ---- the last minutes, in the project's own zone --------------------------------
@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        (datetime(2026, 3, 31, 23, 30, tzinfo=WITA), True),
        (datetime(2026, 3, 31, 15, 30, tzinfo=UTC), True),  # the same moment
        (datetime(2026, 4, 1, 0, 30, tzinfo=WITA), False),
        (datetime(2026, 3, 31, 16, 30, tzinfo=UTC), False),  # 31 March elsewhere
    ],
)
def test_the_last_day_ends_at_midnight_in_wita(draft, head, at, moment, is_open):
    at(moment)

    if is_open:
        assert services.submit_report(draft, by=head).status == "submitted"
        return
    with pytest.raises(WrongStateError, match="TW I 2026 ditutup pada 31 Mar 2026"):
        services.submit_report(draft, by=head)
    assert not workflow.may_edit(draft, head)
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_a_new_report_of_a_closed_period_is_refused(quarter, office, operator, at):
    at(datetime(2026, 4, 1, 0, 30, tzinfo=WITA))

    with pytest.raises(BusinessRuleError, match="ditutup pada 31 Mar") as refused:
        services.start_report(office, period=quarter, by=operator)

    assert list(refused.value.errors) == ["period"]


def test_figures_of_a_closed_period_stay(draft, activity, operator, at):
    at(datetime(2026, 4, 1, 0, 30, tzinfo=WITA))

    with pytest.raises(WrongStateError, match="Minta pengecualian"):
        services.save_report_lines(
            draft, lines=[{"activity": activity.pk, "volume": 7}], by=operator
        )

    assert draft.lines.get().volume == 100


def test_before_the_opening_nothing_is_filled_in(office, operator, at):
    at(datetime(2026, 1, 1, 9, tzinfo=WITA))
    later = PeriodFactory(**QUARTER | {"opens_on": date(2026, 3, 20)})

    with pytest.raises(BusinessRuleError, match="dibuka pada 20 Mar 2026"):
        services.start_report(office, period=later, by=operator)


# ---- exceptions and returned reports ---------------------------------------------
def test_an_exception_opens_the_period_for_one_office(
    draft, head, quarter, office, other_office, editor, at
):
    at(datetime(2026, 4, 2, 9, tzinfo=WITA))
    allow(quarter, other_office, date(2026, 4, 9), editor)
    with pytest.raises(WrongStateError):
        services.submit_report(draft, by=head)

    allow(quarter, office, date(2026, 4, 2), editor)

    assert services.submit_report(draft, by=head).status == "submitted"


def test_the_latest_exception_counts(draft, head, quarter, office, editor, at):
    at(datetime(2026, 4, 5, 9, tzinfo=WITA))
    allow(quarter, office, date(2026, 4, 9), editor)
    allow(quarter, office, date(2026, 4, 2), editor)

    with pytest.raises(WrongStateError, match="ditutup pada 2 Apr 2026"):
        services.submit_report(draft, by=head)


def test_a_returned_report_may_be_mended_after_the_closing(
    draft, head, verifier, at, settings
):
    settings.REPORT_MEND_DAYS = 7
    services.submit_report(draft, by=head)
    at(datetime(2026, 4, 20, 9, tzinfo=WITA))
    returned = services.return_report(draft, reason="Foto kurang.", by=verifier)

    assert returned.mend_by == date(2026, 4, 27)
    at(datetime(2026, 4, 28, 9, tzinfo=WITA))
    assert "ditutup pada 27 Apr 2026" in closing_of(returned)
    at(datetime(2026, 4, 27, 23, 59, tzinfo=WITA))
    assert services.submit_report(returned, by=head).status == "submitted"


def test_a_closed_step_says_why_and_whom_to_call(draft, head, at):
    AgencyFactory(
        name="Dinas Perkim Kalsel",
        short_name="Perkim Kalsel",
        level="province",
        kind="housing_office",
        region__code="63",
        contact="Rahmah, 0511-123456",
    )
    at(datetime(2026, 4, 1, 0, 30, tzinfo=WITA))

    submit = workflow.steps_for(draft, head)[0]

    assert [str(reason) for reason in submit.reasons] == [
        "TW I 2026 ditutup pada 31 Mar 2026. Minta pengecualian untuk instansi Anda"
        " kepada Perkim Kalsel (Rahmah, 0511-123456)."
    ]


def test_a_list_asks_nothing_more_per_report(draft, quarter, office, editor, at):
    allow(quarter, office, date(2026, 4, 9), editor)
    (listed,) = with_calendar(ProgressReport.objects.select_related("period"))

    at(datetime(2026, 4, 9, 9, tzinfo=WITA))
    assert closing_of(listed) == ""
    at(datetime(2026, 4, 10, 9, tzinfo=WITA))
    assert "ditutup pada 9 Apr" in closing_of(listed)


DAYS = st.dates(date(2025, 12, 1), date(2026, 6, 1))


@given(day=DAYS, until=st.none() | DAYS, mend_by=st.none() | DAYS)
def test_exceptions_and_returns_only_lengthen(day, until, mend_by):
    period = ReportingPeriod(**QUARTER | {"kind": "quarter"})
    plain = window_of(period)
    window = window_of(period, exception_until=until, mend_by=mend_by)

    assert window.is_open(day) >= plain.is_open(day)
    last = max(filter(None, [period.closes_on, until, mend_by]))
    assert window.is_open(day) == (period.opens_on <= day <= last)
    assert window.is_open(last)
    assert not window.is_open(last + timedelta(days=1))
