"""What-if: what planned works would do, and what can never happen."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from areas.rules import Denominators, contribution
from areas.simulation import Unit, Work, effects_on, simulate, usable
from tests.rules import PERMEN_02_2016, PERMEN_14_2018

D = Decimal
CODES = PERMEN_14_2018.codes
MEDONO = Denominators(D("0.944282"), D(34), D(34), D(550), D(500))
SURVEYED = dict.fromkeys(CODES, D(0)) | {
    "1a": D(34),
    "1c": D(10),
    "2b": D(250),
    "3a": D(15),
    "4a": D("0.004282"),
    "4b": D(200),
    "5b": D(33),
    "6a": D(34),
    "6b": D(34),
    "7b": D(34),
}


def medono(key=1, **changes):
    return Unit(key, f"RT {key}", MEDONO, SURVEYED | changes)


def work(volume, *codes, unit_cost=None, places=(), factor=1):
    effects = dict.fromkeys(codes, D(factor))
    cost = None if unit_cost is None else D(unit_cost)
    return Work(effects, D(volume), cost, frozenset(places))


def run(units, works):
    return simulate(units, works, PERMEN_14_2018)


# ---- the story of Medono (domain.md 1.4) ---------------------------------------------


def test_medono_as_it_was_done():
    """6a and 6b of 2019 handled: total 29 → 19, as the city's file of 2021 has it."""
    outcome = run([medono()], [work(34, "6a"), work(34, "6b")])

    assert (outcome.before.total, outcome.after.total) == (29, 19)
    assert outcome.contribution == D("33.3403")
    assert (outcome.leaves, outcome.hectares_leaving) == (False, 0)


def test_one_work_improves_every_indicator_that_it_has_an_effect_on():
    outcome = run([medono()], [work(34, "6a", "6b", unit_cost=1_500_000)])

    assert outcome.after.total == 19
    assert outcome.cost == D(51_000_000)
    assert outcome.cost_per_hectare is None


def test_an_area_that_leaves_the_slum_class():
    """The survey of 2023: 12, not slum; its hectares and their cost."""
    works = [work(34, "6a", "6b"), work(24, "1a"), work(250, "2b"), work(200, "4b")]
    priced = [
        Work(w.effects, w.volume, D(1_000_000), w.places)
        for w in [*works, work(10, "1a")]
    ]
    outcome = run([medono()], priced)

    assert (outcome.after.total, outcome.leaves) == (12, True)
    assert outcome.after.mean_percent == D("18.6490")
    assert outcome.hectares_leaving == outcome.hectares == D("0.944282")
    assert outcome.cost == D(518_000_000)
    assert outcome.cost_per_hectare == D("548564941.41")
    assert outcome.cost_per_area_hectare == outcome.cost_per_hectare


def test_a_work_without_a_cost_leaves_the_cost_per_hectare_open():
    works = [work(34, "6a", "6b", unit_cost=1), work(34, "1a"), work(34, "7b")]
    outcome = run([medono()], works)

    assert outcome.leaves
    assert (outcome.cost, outcome.is_priced) == (D(34), False)
    assert outcome.cost_per_hectare is None


# ---- where a work goes ---------------------------------------------------------------


def test_a_work_is_spread_where_the_survey_found_most_first():
    units = [medono(1, **{"6a": D(5)}), medono(2, **{"6a": D(20)}), medono(3)]
    outcome = run(units, [work(40, "6a")])

    assert outcome.works[0].shares == {3: D(34), 2: D(6)}
    assert [row.volumes["6a"] for row in outcome.units] == [D(5), D(14), D(0)]
    assert outcome.works[0].surplus == 0


def test_units_that_lack_the_same_keep_their_order():
    outcome = run([medono(7), medono(3)], [work(10, "6a")])
    assert outcome.works[0].shares == {7: D(10)}


def test_the_order_is_that_of_the_survey_whatever_other_works_do():
    """RT 1 has most at first; a work there must not send the next one elsewhere."""
    units = [medono(1, **{"6a": D(10)}), medono(2, **{"6a": D(8)})]
    outcome = run(units, [work(3, "6a", places=[1]), work(4, "6a")])

    assert outcome.works[1].shares == {1: D(4)}


def test_a_work_goes_only_where_it_may():
    units = [medono(1), medono(2), medono(3)]
    outcome = run(units, [work(40, "6a", places=[2, 3])])

    assert outcome.works[0].shares == {2: D(34), 3: D(6)}


def test_what_finds_nothing_to_improve_is_told():
    outcome = run([medono()], [work(50, "6a"), work(7, "6a")])

    assert [row.surplus for row in outcome.works] == [D(16), D(7)]
    assert outcome.works[1].shares == {}
    assert outcome.units[0].volumes["6a"] == 0


def test_a_factor_counts_what_one_unit_takes_off():
    """One communal tank serves three households: 12 need 4, 33 need 11."""
    assert usable({"5a": D(12), "5b": D(33)}, {"5a": D(3), "5b": D(3)}) == D(11)
    assert usable({"5a": D(1)}, {"5a": D(3)}) == D("0.333334")

    outcome = run([medono()], [work(12, "5b", factor=3)])
    assert outcome.units[0].volumes["5b"] == 0
    assert outcome.works[0].surplus == D(1)


def test_effects_follow_the_codes_of_the_rule_set():
    measures = {"drainage_construction": D(1), "drainage_connection": D(2)}

    assert effects_on(PERMEN_14_2018, measures) == {"4c": D(1)}
    assert sorted(effects_on(PERMEN_02_2016, measures).values()) == [D(1), D(2)]


def test_nothing_of_nothing_contributes_nothing():
    assert contribution(Fraction(0), Fraction(0)) == D("0.0000")


# ---- what always holds ---------------------------------------------------------------

sizes = st.integers(1, 60).map(D)


@st.composite
def surveys(draw):
    """RT with every denominator above 0 and volumes that fit."""
    units = []
    for key in range(1, draw(st.integers(1, 4)) + 1):
        divisors = Denominators(*(draw(sizes) for _ in range(5)))
        limits = divisors.as_mapping()
        volumes = {
            row.code: draw(st.integers(0, int(limits[row.denominator])).map(D))
            for row in PERMEN_14_2018.indicators
        }
        units.append(Unit(key, f"RT {key}", divisors, volumes))
    return units


@st.composite
def plans(draw, keys=(1, 2, 3, 4)):
    """Works on one or two indicators, in some units or in all of them."""
    works = []
    for _ in range(draw(st.integers(0, 5))):
        codes = draw(st.lists(st.sampled_from(CODES), min_size=1, max_size=2))
        factors = st.sampled_from([D(1), D(3), D("0.7")])
        works.append(
            Work(
                {code: draw(factors) for code in codes},
                D(draw(st.integers(0, 80))),
                places=draw(st.frozensets(st.sampled_from(keys), max_size=2)),
            )
        )
    return works


@given(surveys())
def test_what_if_of_nothing_changes_nothing(units):
    for works in ([], [work(0, "6a", "1a")]):
        outcome = run(units, works)

        assert outcome.after == outcome.before
        assert outcome.contribution == 0
        assert all(row.after == row.before for row in outcome.units)
        assert not outcome.leaving


@given(surveys(), plans())
def test_the_sum_over_rt_equals_the_area(units, works):
    outcome = run(units, works)

    for code, row in zip(CODES, outcome.after.indicators, strict=True):
        assert row.volume == sum(unit.volumes[code] for unit in outcome.units)
    for row in outcome.works:
        assert sum(row.shares.values(), row.surplus) == row.work.volume


@given(surveys(), plans(), st.data())
def test_more_of_a_work_never_raises_a_score(units, works, data):
    """Neither of an RT nor of the area, whatever the other works are."""
    if not works:
        return
    number = data.draw(st.integers(0, len(works) - 1))
    extra = D(data.draw(st.integers(1, 40)))
    chosen = works[number]
    more = list(works)
    more[number] = Work(
        chosen.effects, chosen.volume + extra, chosen.unit_cost, chosen.places
    )

    less_done, more_done = run(units, works), run(units, more)

    for a, b in zip(less_done.units, more_done.units, strict=True):
        assert all(b.volumes[code] <= a.volumes[code] for code in CODES)
    pairs = [(less_done.after, more_done.after)]
    pairs += [
        (a.after, b.after)
        for a, b in zip(less_done.units, more_done.units, strict=True)
    ]
    for before, after in pairs:
        for a, b in zip(before.indicators, after.indicators, strict=True):
            assert b.score <= a.score
        assert after.total <= before.total
    assert more_done.contribution >= less_done.contribution


@given(surveys(), plans())
def test_no_volume_rises_or_falls_below_zero(units, works):
    for row in run(units, works).units:
        for code, volume in row.volumes.items():
            assert 0 <= volume <= row.unit.volumes[code]


@pytest.mark.parametrize("rules", [PERMEN_14_2018, PERMEN_02_2016])
def test_both_rule_sets(rules):
    volumes = dict.fromkeys(rules.codes, D(0)) | {"1a": D(34)}
    outcome = simulate([Unit(1, "RT", MEDONO, volumes)], [work(34, "1a")], rules)

    assert (outcome.before.total, outcome.after.total) == (5, 0)
