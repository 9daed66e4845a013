"""The ladder of a due date: who is told what on which day, once."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from agencies.models import Agency, Notice
from agencies.roles import Role
from programs import services
from programs.models import LockException, ProgressReport, ReportingPeriod
from programs.reminders import LADDER, REACH_DAYS, remind, rung_on
from tests.cast import member
from tests.factories_programs import DraftFactory, PeriodFactory

DUE = date(2026, 3, 31)


@pytest.fixture
def quarter(db):
    """The first quarter of 2026, due on its last day, closed ten days later."""
    return PeriodFactory(
        name="TW I 2026",
        starts_on=date(2026, 1, 1),
        ends_before=date(2026, 4, 1),
        due_on=DUE,
        closes_on=date(2026, 4, 10),
    )


@pytest.fixture
def report(quarter, office, operator, head, viewer, editor, verifier):
    """The draft that the calendar made; everybody is there who might be told."""
    Agency.objects.filter(pk=office.pk).update(reports_progress=True)
    office.refresh_from_db()
    return DraftFactory(agency=office, period=quarter, created_by=None)


def told(on: date) -> list[tuple[str, str]]:
    """(user name, kind) of the notices that this day adds."""
    before = set(Notice.objects.values_list("pk", flat=True))
    remind(on)
    new = Notice.objects.exclude(pk__in=before).order_by("user__username")
    return list(new.values_list("user__username", "kind"))


def after(days: int) -> date:
    return DUE + timedelta(days=days)


OFFICE_DUE = [("head", "due"), ("operator", "due")]
OFFICE_LATE = [("head", "overdue"), ("operator", "overdue")]
PROVINCE = [("editor", "overdue"), ("verifier", "overdue")]


def test_the_ladder_day_by_day(report):
    """From three weeks before the due date to two months after it."""
    found = {days: told(after(days)) for days in range(-21, 61)}

    assert {days: rows for days, rows in found.items() if rows} == {
        -7: OFFICE_DUE,
        -1: OFFICE_DUE,
        1: OFFICE_LATE,
        7: [("head", "overdue")],
        14: PROVINCE,
    }


@pytest.mark.parametrize(
    ("late", "expected"),
    [
        (-8, []),
        (-5, OFFICE_DUE),
        (0, OFFICE_DUE),
        (3, OFFICE_LATE),
        (9, [("head", "overdue")]),
        (20, PROVINCE),
        (REACH_DAYS, PROVINCE),
        (REACH_DAYS + 1, []),
    ],
)
def test_after_an_outage_only_the_newest_rung_is_told(report, late, expected):
    assert told(after(late)) == expected
    assert told(after(late)) == []


@given(due=st.dates(date(2020, 1, 1), date(2030, 1, 1)), days=st.integers(-60, 90))
def test_a_rung_never_comes_before_its_day(due, days):
    rung = rung_on(due, due + timedelta(days=days))

    expected = [r for r in LADDER if r.days <= days] if days <= REACH_DAYS else []
    assert rung == (expected[-1] if expected else None)


@pytest.mark.parametrize("status", ["submitted", "verified"])
def test_nobody_is_reminded_of_a_report_that_came(report, head, verifier, status):
    stamps = {"submitted_at": timezone.now(), "submitted_by": head}
    if status == "verified":
        stamps |= {"verified_at": timezone.now(), "verified_by": verifier}
        stamps |= {"method": "desk"}
    ProgressReport.objects.update(status=status, **stamps)

    assert [told(after(days)) for days in (-7, 1, 7, 14)] == [[]] * 4


def test_an_office_without_a_report_row_is_reminded_as_well(report):
    ProgressReport.objects.all().delete()

    assert told(after(1)) == OFFICE_LATE
    assert Notice.objects.first().url == "/laporan/"


def test_an_exception_moves_the_ladder(report, quarter, office, editor):
    assert told(after(1)) == OFFICE_LATE
    until = date(2026, 5, 10)
    LockException.objects.create(
        period=quarter, agency=office, until=until, reason="Banjir", granted_by=editor
    )

    found = {days: told(until + timedelta(days=days)) for days in range(-20, 20)}
    assert {days: rows for days, rows in found.items() if rows} == {
        -7: OFFICE_DUE,
        -1: OFFICE_DUE,
        1: OFFICE_LATE,
        7: [("head", "overdue")],
        14: PROVINCE,
    }


def test_a_returned_report_is_due_on_the_day_to_mend_it_by(report):
    mend_by = date(2026, 4, 20)
    ProgressReport.objects.update(
        status="returned", mend_by=mend_by, return_reason="Foto."
    )

    found = {days: told(mend_by + timedelta(days=days)) for days in range(-8, 8)}
    assert {days: rows for days, rows in found.items() if rows} == {
        -1: OFFICE_DUE,
        1: OFFICE_LATE,
        7: [("head", "overdue")],
    }


def test_an_office_without_a_head_has_its_reporters_told(report, head):
    head.memberships.all().delete()

    assert told(after(7)) == [("operator", "overdue")]


def test_periods_that_nobody_calls_and_other_offices_are_left_alone(report):
    ReportingPeriod.objects.update(is_called=False)
    assert told(after(1)) == []
    ReportingPeriod.objects.update(is_called=True)
    Agency.objects.update(reports_progress=False)
    ProgressReport.objects.all().delete()
    assert told(after(1)) == []


def test_the_sentence_says_when_and_how_many_days(report):
    for days, sentence in (
        (-7, "paling lambat 31 Mar 2026, 7 hari lagi."),
        (0, "harus diajukan hari ini, 31 Mar 2026."),
        (7, "tenggatnya 31 Mar 2026, 7 hari yang lalu."),
    ):
        remind(after(days))
        text = Notice.objects.first().text
        assert text.startswith("Laporan Disperkim Banjarmasin untuk TW I 2026 ")
        assert text.endswith(sentence)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2026, 3, 31, 15, 30, tzinfo=UTC), OFFICE_DUE),  # 23.30 WITA
        (datetime(2026, 3, 31, 16, 30, tzinfo=UTC), OFFICE_LATE),  # 1 April 00.30
    ],
)
def test_the_day_is_that_of_the_province(report, monkeypatch, moment, expected):
    monkeypatch.setattr(timezone, "now", lambda: moment)

    assert told(timezone.localdate()) == expected


def test_reminding_costs_the_same_for_more_periods(report, queries_of):
    def periods(first: int, count: int) -> None:
        for year in range(first, first + count):
            PeriodFactory(
                name=f"TW {year}",
                starts_on=date(year, 1, 1),
                ends_before=date(year, 4, 1),
                due_on=date(2026, 5, 1),
            )

    periods(2000, 1)
    few = queries_of(remind, after(-20))
    periods(2001, 6)

    assert queries_of(remind, after(-20)) == few


# ---- a submission --------------------------------------------------------------------
def test_verifiers_are_told_of_each_submission(draft, head, verifier, province):
    member("second", province, Role.PROVINCE_VERIFIER)
    submitted = services.submit_report(draft, by=head)

    notices = Notice.objects.filter(kind="to_verify").order_by("user__username")
    assert [n.user.username for n in notices] == ["second", "verifier"]
    assert notices[0].url == submitted.get_absolute_url()
    assert notices[0].text == (
        "Laporan Disperkim Banjarmasin untuk TW IV 2021 menunggu diperiksa."
    )


def unread() -> set[str]:
    """Who has something unread, and of what kind."""
    notices = Notice.objects.unread().select_related("user")
    return {f"{notice.user.username}: {notice.kind}" for notice in notices}


def test_what_is_done_is_nobodys_unread_notice_any_more(
    draft, head, operator, verifier, period, office
):
    """So that no mail of the next morning asks for it."""
    Agency.objects.filter(pk=office.pk).update(reports_progress=True)
    remind(period.due_on + timedelta(days=1))
    assert unread() == {"head: overdue", "operator: overdue"}

    submitted = services.submit_report(draft, by=head)
    assert unread() == {"verifier: to_verify"}
    returned = services.return_report(submitted, reason="Foto.", by=verifier)
    assert unread() == {"head: returned", "operator: returned"}
    again = services.submit_report(returned, by=head)
    assert unread() == {"verifier: to_verify"}
    services.verify_report(again, method="desk", by=verifier)
    assert unread() == {"head: verified", "operator: verified"}
