"""The cheapest way below the slum bound: exact for one area, held against all ways."""

from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from areas.cheapest import Candidate, cheapest, options_of, within_budget
from areas.rules import Denominators, assess, percentage, score_of
from tests.areas.test_simulation import MEDONO, SURVEYED
from tests.rules import PERMEN_02_2016, PERMEN_14_2018

D = Decimal
CODES = PERMEN_14_2018.codes
HUNDRED = Denominators(D(100), D(100), D(100), D(100), D(100))


def survey(**volumes):
    return dict.fromkeys(CODES, D(0)) | {
        name.removeprefix("v"): D(value) for name, value in volumes.items()
    }


def answer(volumes, costs, divisors=HUNDRED, rules=PERMEN_14_2018):
    return cheapest(volumes, divisors, rules, {c: D(v) for c, v in costs.items()})


def options(code, volume, denominator):
    indicator = PERMEN_14_2018.by_code[code]
    found = options_of(indicator, D(volume), D(denominator), D(10), PERMEN_14_2018)
    return [(o.below, o.volume, o.points) for o in found]


# ---- the options of one indicator ----------------------------------------------------


def test_every_band_below_the_volume_is_an_option():
    """100 %: below 76 (score 3), below 51 (1), below 25 (0)."""
    assert options("1a", 100, 100) == [
        (D(76), D(25), 2),
        (D(51), D(50), 4),
        (D(25), D(76), 5),
    ]
    assert options("1a", 60, 100) == [(D(51), D(10), 2), (D(25), D(36), 3)]
    assert options("1a", "24", 100) == []


def test_rounding_decides_as_it_does_in_the_score():
    """50.995 % is 51.00 % already; one metre less is 50.99 %."""
    assert score_of(percentage(D("5099.5"), D(10000)), PERMEN_14_2018) == 3
    assert options("2b", "5099.5", 10000)[0] == (D(51), D(1), 2)
    assert options("2b", "5099.4", 10000)[0][0] == D(25)


def test_hectares_are_planned_in_square_metres():
    assert options("4a", "0.3", "1")[0] == (D(25), D("0.0501"), 1)


def test_no_more_is_planned_than_there_is():
    """The last half metre is no whole step: all of it is taken instead."""
    assert options("2b", "0.5", "1")[-1] == (D(25), D("0.5"), 1)


@given(
    st.sampled_from(["1a", "2b", "4a"]),
    st.integers(1, 400),
    st.integers(0, 400),
)
def test_an_option_is_the_smallest_volume_that_does_it(code, denominator, volume):
    volume = min(volume, denominator)
    step = D("0.0001") if code == "4a" else D(1)
    for below, taken, points in options(code, volume, denominator):
        left = percentage(volume - taken, D(denominator))
        almost = percentage(min(D(volume), volume - taken + step), D(denominator))
        before = percentage(D(volume), D(denominator))
        assert left < below <= almost
        score = score_of(before, PERMEN_14_2018) - score_of(left, PERMEN_14_2018)
        assert score == points


# ---- one area ------------------------------------------------------------------------


def test_the_cheapest_way_for_medono():
    """29 points, bound 16: 14 have to go. Waste, order and fire at these costs."""
    costs = {"6a": 100, "6b": 100, "7b": 500, "1a": 50_000, "2b": 900, "3a": 700}
    found = answer(SURVEYED, costs, MEDONO)

    assert (found.total, found.bound, found.to_lose) == (29, 16, 14)
    assert found.total_after < 16
    assert found.unpriced == ("1c", "4b", "5b")
    assert found.settled == ("1b", "2a", "3b", "4a", "4c", "5a", "7a")
    assert [row.code for row in found.ranked][:3] == ["6a", "6b", "7b"]


def test_the_plan_does_what_it_says():
    costs = dict.fromkeys(CODES, 1000)
    found = answer(SURVEYED, costs, MEDONO)
    after = dict(SURVEYED)
    for option in found.plan:
        after[option.code] -= option.volume

    result = assess(after, MEDONO, PERMEN_14_2018)
    assert result.total == found.total_after < found.bound


def test_an_area_that_is_not_slum_needs_nothing():
    found = answer(survey(v1a=100), {"1a": 5})
    assert (found.plan, found.cost, found.to_lose) == ((), 0, 0)


def test_what_has_no_cost_is_not_considered_and_may_leave_no_way():
    found = answer(survey(v1a=100, v1b=100, v1c=100, v2a=100), {"1a": 5, "2a": 7})

    assert (found.to_lose, found.reachable) == (5, 10)
    none = answer(survey(v1a=100, v1b=100, v1c=100, v2a=100), {})
    assert (none.plan, none.cost, none.total_after) == (None, None, None)
    assert none.unpriced == ("1a", "1b", "1c", "2a")


def test_a_greedy_choice_would_cost_more():
    """The cheapest points alone overshoot; the exact choice takes the dearer ones."""
    volumes = survey(v1a=100, v3a=30, v3b=30, v1b=100, v1c=100)
    costs = {"1a": 1, "3a": 1, "3b": 1, "1b": 1000, "1c": 1000}
    found = answer(volumes, costs)

    assert found.to_lose == 2
    assert found.cost == D(12)
    assert {o.code for o in found.plan} == {"3a", "3b"}


def test_the_bound_is_that_of_the_rule_set():
    volumes = dict.fromkeys(PERMEN_02_2016.codes, D(0)) | {
        code: D(100) for code in ("1a", "1b", "1c", "2a")
    }
    found = answer(volumes, {"1a": 1, "1c": 2}, rules=PERMEN_02_2016)

    assert (found.total, found.bound, found.to_lose) == (20, 19, 2)
    assert found.cost == D(25)


PERCENTS = st.integers(0, 100).map(D)


@given(
    st.fixed_dictionaries(dict.fromkeys(("1a", "1b", "2b", "3a", "6a"), PERCENTS)),
    st.fixed_dictionaries(
        {code: st.integers(0, 30).map(D) for code in ("1a", "1b", "2b", "3a", "6a")}
    ),
)
def test_no_other_way_is_cheaper(volumes, costs):
    """Against every choice of one option, or none, an indicator."""
    full = survey(v7a=100, v7b=100) | volumes
    found = cheapest(full, HUNDRED, PERMEN_14_2018, costs)
    ways = product(*([None, *row.options] for row in found.ranked))
    totals = [
        sum((option.cost for option in way if option), D(0))
        for way in ways
        if sum(option.points for option in way if option) >= found.to_lose
    ]

    assert found.cost == (min(totals) if totals else None)
    if found.plan:
        assert sum(option.points for option in found.plan) >= found.to_lose
        assert len({option.code for option in found.plan}) == len(found.plan)


# ---- several areas under one budget --------------------------------------------------


def test_areas_are_taken_by_cost_per_hectare_while_the_budget_lasts():
    areas = [
        Candidate(1, D(10), D(1000)),
        Candidate(2, D(1), D(50)),
        Candidate(3, D(2), D(900)),
    ]
    found = within_budget(areas, D(960))

    assert [(row.key, fits) for row, fits in found] == [
        (2, True),
        (1, False),
        (3, True),
    ]


@pytest.mark.parametrize("budget", [0, 49])
def test_a_budget_that_bears_none(budget):
    found = within_budget([Candidate(2, D(1), D(50))], D(budget))
    assert [fits for _row, fits in found] == [False]
