"""What is left of a baseline once verified work is taken off it."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from areas.rules import Denominators
from programs.history.rules import (
    Left,
    Tally,
    Work,
    by_indicator,
    compared,
    left_of,
    result_after,
    take_off,
    target_of,
    within,
)
from tests.rules import PERMEN_02_2016, PERMEN_14_2018

BASE = date(2019, 12, 31)
HUNDRED = Denominators(*[Decimal(100)] * 5)


def work(volume="10", *, place=None, code="4b", rules=PERMEN_14_2018, **values):
    return Work(
        **{
            "activity": 1,
            "name": "Drainase",
            "place": place,
            "place_name": f"RT {place:03d}" if place else "",
            "indicator": rules.by_code.get(code),
            "unit": "m",
            "measured_in": "m",
            "volume": Decimal(volume),
            "report": 1,
            "period": "Tahun 2021",
            "starts_on": date(2021, 1, 1),
            "ends_before": date(2022, 1, 1),
        }
        | values
    )


def volumes(rules=PERMEN_14_2018, **changes):
    named = {name.removeprefix("v"): Decimal(value) for name, value in changes.items()}
    return dict.fromkeys(rules.codes, Decimal(0)) | named


# ---- one indicator -----------------------------------------------------------

RT = {1: Decimal(30), 2: Decimal(20), 3: Decimal(0)}


@pytest.mark.parametrize(
    ("works", "verified", "left", "by_area", "excess"),
    [
        pytest.param([], 0, 50, 50, 0, id="no work"),
        pytest.param([work("10", place=1)], 10, 40, 40, 0, id="one RT"),
        pytest.param([work("45", place=1)], 45, 20, 5, 15, id="more than the RT had"),
        pytest.param(
            [work("20", place=1), work("20", place=1)], 40, 20, 10, 10, id="twice"
        ),
        pytest.param([work("5", place=3)], 5, 50, 45, 5, id="an RT without any"),
        pytest.param([work("45")], 45, 5, 5, 0, id="whole area"),
        pytest.param([work("60")], 60, 0, 0, 10, id="more than the area had"),
        pytest.param(
            [work("45", place=1), work("15")], 60, 5, 0, 15, id="one RT and the area"
        ),
    ],
)
def test_what_is_left_of_50(works, verified, left, by_area, excess):
    found = left_of(Decimal(50), RT, works)

    assert (found.verified, found.volume) == (verified, left)
    assert (found.by_area, found.excess) == (by_area, excess)


def test_an_area_survey_takes_everything_off_the_sum():
    found = left_of(Decimal(50), None, [work("45", place=1)])

    assert (found.volume, found.by_area, found.excess) == (5, 5, 0)


AMOUNTS = st.decimals(min_value=0, max_value=1000, places=6)
LACKS = st.dictionaries(st.integers(1, 5), AMOUNTS, min_size=5, max_size=5)
DONE = st.lists(st.tuples(st.sampled_from([None, 1, 2, 3, 4, 5]), AMOUNTS), max_size=8)


@given(LACKS, DONE)
def test_left_lies_between_by_area_and_the_baseline(lacks, done):
    works = [work(volume, place=place) for place, volume in done]
    baseline = sum(lacks.values(), start=Decimal(0))

    found = left_of(baseline, lacks, works)

    assert 0 <= found.by_area <= found.volume <= baseline
    assert found.excess >= 0
    assert found.baseline - found.volume == found.verified - found.excess


@given(LACKS, DONE, AMOUNTS)
def test_more_work_never_leaves_more(lacks, done, more):
    works = [work(volume, place=place) for place, volume in done]
    baseline = sum(lacks.values(), start=Decimal(0))

    before = left_of(baseline, lacks, works)
    after = left_of(baseline, lacks, [*works, work(more, place=1)])

    assert after.volume <= before.volume
    assert after.by_area <= before.by_area


# ---- which work counts -------------------------------------------------------


def quarter(number, **values):
    starts = date(2021, 3 * number - 2, 1)
    ends = date(2022, 1, 1) if number == 4 else date(2021, 3 * number + 1, 1)
    return work(starts_on=starts, ends_before=ends, period=f"TW {number}", **values)


@pytest.mark.parametrize(
    ("after", "until", "counted"),
    [
        (date(2021, 3, 30), date(2021, 9, 30), [1, 2, 3]),
        (date(2021, 3, 31), date(2021, 9, 30), [2, 3]),
        (date(2021, 3, 31), date(2021, 9, 29), [2]),
        (date(2021, 12, 31), date(2022, 12, 31), []),
    ],
)
def test_work_counts_on_the_last_day_of_its_period(after, until, counted):
    found = within([quarter(n) for n in (4, 2, 3, 1)], after, until)

    assert [row.period for row in found] == [f"TW {n}" for n in counted]


def test_a_years_report_stands_for_its_quarters_of_the_same_activity():
    rows = [quarter(2), work("70"), quarter(3, activity=2)]

    found = within(rows, BASE, date(2021, 12, 31))

    assert [(row.activity, row.volume) for row in found] == [(1, 70), (2, 10)]


def test_the_same_measure_has_another_code_in_another_rule_set():
    construction = PERMEN_14_2018.by_code["4c"]

    assert target_of(construction, PERMEN_02_2016).code == "4e"
    assert target_of(PERMEN_02_2016.by_code["4c"], PERMEN_14_2018) is None
    assert target_of(None, PERMEN_14_2018) is None
    assert list(by_indicator([work(code="4c")], PERMEN_02_2016)) == ["4e"]


@pytest.mark.parametrize(
    ("refused", "reason"),
    [
        (
            work(code="4d", rules=PERMEN_02_2016),
            "Aturan garis dasar tidak mengukur indikator ini.",
        ),
        (work(code="9z"), "Aturan garis dasar tidak mengukur indikator ini."),
        (
            work(unit="titik"),
            "Satuannya “titik”, sedangkan indikator diukur dalam “m”.",
        ),
        (work(place=9), "RT 009 tidak disurvei pada garis dasar."),
    ],
)
def test_work_that_cannot_be_taken_off_says_why(refused, reason):
    places = {"4b": {1: Decimal(30)}}
    counted = work("10", place=1)

    found = take_off(volumes(v4b=30), places, [refused, counted], PERMEN_14_2018)

    assert [(row.work, row.reason) for row in found.refused] == [(refused, reason)]
    assert found.left["4b"] == Left(30, 10, 20, 20, (counted,))
    assert not found.left["4a"].is_touched


def test_an_rt_of_its_own_is_no_matter_where_the_area_was_surveyed_as_a_whole():
    found = take_off(volumes(v4b=30), None, [work(place=9)], PERMEN_14_2018)

    assert (found.refused, found.left["4b"].volume) == ([], 20)


def test_what_is_left_is_scored_and_compared_by_the_baselines_rules():
    base = volumes(v1a=80, v4b=60)
    remainder = take_off(base, None, [work("30")], PERMEN_14_2018)

    result = result_after(remainder, HUNDRED, PERMEN_14_2018)
    rows = compared(remainder, volumes(v1a=80, v4b=25), PERMEN_14_2018)

    assert {row.code: row.score for row in result.indicators if row.score} == {
        "1a": 5,
        "4b": 1,
    }
    assert result.total == 6
    different = [row for row in rows if not row.is_same]
    assert [(row.indicator.code, row.difference) for row in different] == [("4b", -5)]
    assert len(rows) == 16


def test_a_share_of_nothing_is_not_known():
    assert Tally(0, 0).share is None
    assert Tally(1, 8).share == Decimal("12.5")
