"""Every check finds what it says, and nothing that only looks like it."""

from datetime import date
from decimal import Decimal

import pytest
from django.test.utils import override_settings

from areas.ledger_corrections import undo
from areas.models import LedgerEntry, LineSum, Neighbourhood
from areas.models.ledger import Outcome
from areas.outcomes import settle_outcomes
from dashboard.health.check import CheckSeverity, in_regency, run_checks
from dashboard.health.registry import BY_CODE, CHECKS
from dashboard.health.survey_checks import years_before
from tests.dashboard.health.cases import CASES, entry_of, square, unguarded
from tests.factories import UserFactory
from tests.factories_ledger import (
    LedgerAreaFactory,
    credit_unit,
    decreed_area,
    surveyed_twice,
    verified_survey,
)

SLOW = {check.code for check in CHECKS if check.is_slow}
# Published figures were published: every member of an agency sees them.
PUBLIC = {"published-without-decree"}
# Drafts are seen by who may edit them.
DRAFTS = {"decree-draft-old"}


def test_every_check_has_a_case():
    assert set(CASES) == set(BY_CODE)
    assert len(BY_CODE) == len(CHECKS)


@pytest.mark.parametrize("code", sorted(CASES))
def test_a_check_finds_its_rows_and_no_others(code, office, operator, editor):
    wanted = {row.pk for row in CASES[code](office)}
    check = BY_CODE[code]

    assert wanted
    for person in (None, editor, *([] if code in DRAFTS else [operator])):
        assert {row.pk for row in check.rows(person)} == wanted
        assert check.count(person) == len(wanted)


@pytest.mark.parametrize("code", sorted(set(CASES) - PUBLIC))
def test_another_office_sees_none_of_them(code, office, stranger):
    CASES[code](office)
    check = BY_CODE[code]

    assert (check.count(stranger), list(check.rows(stranger))) == (0, [])


@pytest.mark.parametrize("code", sorted(CASES))
def test_rows_lie_in_their_regency(code, office, region_tree):
    found = CASES[code](office)
    check = BY_CODE[code]
    elsewhere = [row for row in found if code in PUBLIC and row.region is None]

    assert check.count(None, "63.71") == len(found) - len(elsewhere)
    assert check.count(None, "63.72") == 0
    rows = in_regency(check.rows(None), "63.71")
    assert len(rows) == len(found) - len(elsewhere)


@pytest.mark.parametrize("code", sorted(set(CASES) - SLOW))
def test_each_check_is_one_query(code, office, operator, django_assert_num_queries):
    CASES[code](office)
    check = BY_CODE[code]
    check.count(operator)  # who the person is, is asked once

    with django_assert_num_queries(1):
        check.count(operator)


def test_nothing_is_wrong_where_there_is_nothing(db):
    results = run_checks(CHECKS, None, with_slow=True)

    assert [result.check.code for result in results if not result.is_fine] == []


def test_the_worst_come_first_and_the_fine_last(office):
    decreed_area("1", agency=office)  # no outline, no file, never surveyed
    LedgerAreaFactory.create_batch(3, agency=office)
    CASES["credited-above-decree"](office)

    results = run_checks(CHECKS, None, with_slow=True)

    assert results[0].check.code == "credited-above-decree"
    assert results[0].fails
    found = [result for result in results if not result.is_fine]
    assert results[: len(found)] == found
    ranks = [list(CheckSeverity).index(result.check.severity) for result in found]
    assert ranks == sorted(ranks)
    for severity in CheckSeverity:
        counts = [r.count for r in found if r.check.severity == severity]
        assert counts == sorted(counts, reverse=True)


# ---- the proofs of the ledger ------------------------------------------------

SUMS = ("areas_linesum", "line_sum_guard")
TOTALS = ("areas_linetotal", "line_total_guard")
LIVE = ("areas_livecredit", "live_credit_guard")
WRONG = [
    (SUMS, "UPDATE areas_linesum SET hectares = hectares + 0.000001"),
    (SUMS, "UPDATE areas_linesum SET entries = entries + 1"),
    (SUMS, "UPDATE areas_linesum SET outcome = 'improved'"),
    (SUMS, "UPDATE areas_linesum SET effective_on = effective_on - 1"),
    (SUMS, "UPDATE areas_linesum SET method = 'field'"),
    (SUMS, "DELETE FROM areas_linesum"),
    (TOTALS, "UPDATE areas_linetotal SET handled = handled - 0.000001"),
    (TOTALS, "UPDATE areas_linetotal SET improved = 1"),
    (TOTALS, "UPDATE areas_linetotal SET cleared = 1"),
    (TOTALS, "UPDATE areas_linetotal SET corrected = 1"),
    (TOTALS, "UPDATE areas_linetotal SET last_effective_on = '2030-01-01'"),
    (TOTALS, "DELETE FROM areas_linetotal"),
]


@pytest.mark.parametrize(("table", "statement"), WRONG)
def test_a_wrong_sum_is_found(office, table, statement):
    line = decreed_area("1", "2", agency=office)
    credit_unit(line)
    check = BY_CODE["stored-sums-differ"]
    assert check.count(None) == 0

    with unguarded(*table) as run:
        run(statement)

    assert list(check.rows(None)) == [line]


def test_a_total_without_entries_is_found(office):
    line = decreed_area("1", agency=office)
    check = BY_CODE["stored-sums-differ"]

    with unguarded(*TOTALS) as run:
        run(
            "INSERT INTO areas_linetotal (decree_line_id, handled, improved, cleared,"
            " corrected, last_effective_on)"
            f" VALUES ({line.pk}, 1, 0, 0, 0, '2021-01-01')"
        )

    assert list(check.rows(None)) == [line]


def test_sums_that_cancel_each_other_are_found_both(office):
    """Two lines, one with too much and one with too little: no total would tell."""
    lines = [decreed_area("1", agency=office) for _ in range(2)]
    for line in lines:
        credit_unit(line)
    one, other = LineSum.objects.order_by("decree_line")

    with unguarded(*SUMS) as run:
        run(f"UPDATE areas_linesum SET hectares = 0.5 WHERE id = {one.pk}")
        run(f"UPDATE areas_linesum SET hectares = 1.5 WHERE id = {other.pk}")

    assert set(BY_CODE["stored-sums-differ"].rows(None)) == set(lines)


@pytest.fixture
def history(office, verifier):
    """A credit, one taken back, improved, slum again, and that taken back as well."""
    line = decreed_area("1", "2", agency=office)
    one, other = line.area.neighbourhoods.order_by("pk")
    kept = credit_unit(line, one).entry
    gone = credit_unit(line, other).entry
    undo(gone, by=verifier, reason="Salah RT")
    surveyed_twice(line, "heavy", "light", by=verifier)
    later = verified_survey(line.area, "heavy", date(2022, 5, 4), 65)
    settle_outcomes([line.area_id], by=verifier)
    return line, kept, gone, later


def test_a_whole_history_is_sound(history):
    for code in ("stored-sums-differ", "live-credits-differ", *SLOW):
        assert list(BY_CODE[code].rows(None)) == []


def test_a_relapse_taken_back_lets_the_credit_stand(history, verifier):
    relapse = LedgerEntry.objects.get(kind="relapse")
    undo(relapse, by=verifier, reason="Survei dikoreksi")

    assert list(BY_CODE["live-credits-differ"].rows(None)) == []
    assert BY_CODE["outcomes-differ-from-surveys"].count(None) == 1


def test_a_key_held_by_what_no_longer_stands_is_found(history):
    line, _kept, gone, _later = history
    with unguarded(*LIVE) as run:
        run(
            "INSERT INTO areas_livecredit (entry_id, decree_line_id, neighbourhood_id,"
            f" footprint, outcome) VALUES ({gone.pk}, {line.pk},"
            f" {gone.neighbourhood_id}, '', 'handled')"
        )

    assert list(BY_CODE["live-credits-differ"].rows(None)) == [gone]


@pytest.mark.parametrize(
    "change", ["outcome = 'cleared'", "neighbourhood_id = NULL", "footprint = 'x'"]
)
def test_a_key_that_names_another_unit_is_found(history, change):
    kept = history[1]
    with unguarded(*LIVE) as run:
        run(f"UPDATE areas_livecredit SET {change} WHERE entry_id = {kept.pk}")

    assert list(BY_CODE["live-credits-differ"].rows(None)) == [kept]


def test_a_survey_that_nobody_settled_is_named_with_both_sides(history):
    line = history[0]
    verified_survey(line.area, "not_slum", date(2023, 5, 4), 10)

    [row] = BY_CODE["outcomes-differ-from-surveys"].rows(None)

    assert row == line
    assert row.finding.startswith(
        "Membaik: menurut penilaian sejak 4 Mei 2023, 3,00 ha; menurut buku besar tidak"
        " lagi sejak 4 Mei 2022, 3,00 ha."
    )
    assert "Keluar dari kumuh: menurut penilaian sejak 4 Mei 2023" in row.finding


# ---- edges -------------------------------------------------------------------


def test_overlaps_are_named_with_their_hectares(office):
    CASES["outlines-overlap"](office)

    found = {row.name: row.finding for row in BY_CODE["outlines-overlap"].rows(None)}

    assert set(found) == {"Satu", "Dua"}
    assert found["Satu"].startswith("Dua (61,")
    assert found["Satu"].endswith(" ha)")


def test_a_person_is_told_only_of_overlaps_between_areas_in_view(
    office, other_office, operator, verifier, region_tree
):
    LedgerAreaFactory(agency=office, **square(114.50, -3.34))
    elsewhere = {"agency": other_office, "regency": region_tree["63.72"]}
    LedgerAreaFactory(**elsewhere, **square(114.505, -3.34))
    check = BY_CODE["outlines-overlap"]

    assert (check.count(operator), check.count(verifier)) == (0, 2)


def test_an_area_correction_moves_the_decree(office):
    """The decree prints 1 ha; a document says 2, and 2 are credited."""
    line = decreed_area(hectares="1", agency=office)
    LedgerEntry.objects.create(
        decree_line=line,
        outcome=Outcome.DECREED,
        kind=LedgerEntry.Kind.AREA_CORRECTION,
        method="document",
        hectares=Decimal(1),
        agency=office,
        cause="SK",
        period="SK",
        effective_on=line.decree.in_force_from,
        reason="Ukur ulang",
        document="BA-3",
        recorded_by=UserFactory(),
    )
    entry_of(line, hectares=Decimal(2))

    assert BY_CODE["credited-above-decree"].count(None) == 0


def test_rt_that_are_gone_do_not_add_up(office):
    line = decreed_area("1", "2", agency=office)
    retired = line.area.neighbourhoods.first()
    Neighbourhood.objects.filter(pk=retired.pk).update(retired_on=date(2024, 1, 1))

    assert list(BY_CODE["rt-differ-from-decree"].rows(None)) == [line.area]


@pytest.mark.parametrize(
    ("setting", "value", "code"),
    [
        ("LEDGER_ROUNDING_HA", "0.01", "rt-differ-from-decree"),
        ("OUTLINE_DIFFERENCE_PERCENT", "6", "outline-differs-from-decree"),
        ("SURVEY_OLD_YEARS", 3, "survey-old"),
        ("DECREE_REVIEW_YEARS", 6, "decree-review-overdue"),
        ("DECREE_DRAFT_DAYS", 91, "decree-draft-old"),
    ],
)
def test_what_is_old_or_different_is_a_setting(office, setting, value, code):
    CASES[code](office)

    with override_settings(**{setting: value}):
        assert BY_CODE[code].count(None) == 0


@pytest.mark.parametrize(
    ("day", "years", "expected"),
    [
        (date(2025, 3, 1), 5, date(2020, 3, 1)),
        (date(2025, 2, 28), 5, date(2020, 2, 28)),
        (date(2024, 2, 29), 5, date(2019, 3, 1)),
        (date(2024, 2, 29), 4, date(2020, 2, 29)),
    ],
)
def test_years_before(day, years, expected):
    assert years_before(day, years) == expected
