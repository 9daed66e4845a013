"""Every band, bound and cell of both rule sets, on both sides; no database."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from areas.conclusions import SiteFacts, consider, judge_land
from areas.rules import Denominators, Rules, assess, score_of, severity_of
from areas.severity import HandlingPattern, LandStatus, Level, Severity
from tests.rules import PERMEN_02_2016, PERMEN_14_2018

BOTH = pytest.mark.parametrize(
    "rules", [PERMEN_02_2016, PERMEN_14_2018], ids=lambda rules: rules.code
)
HEAVY, MODERATE, LIGHT, NOT_SLUM = Severity
EXTRA = {"drainage_connection", "drainage_maintenance", "waste_maintenance"}
# Ten thousand of everything: a volume is its percentage in hundredths.
WHOLE = Denominators(*map(Decimal, [10_000] * 6))
EDGES = [
    ("0", 0),
    ("24.99", 0),
    ("25", 1),
    ("50.99", 1),
    ("51", 3),
    ("75.99", 3),
    ("76", 5),
    ("100", 5),
]
CLASSES = {
    PERMEN_02_2016.code: (
        (0, NOT_SLUM),
        (18, NOT_SLUM),
        (19, LIGHT),
        (44, LIGHT),
        (45, MODERATE),
        (70, MODERATE),
        (71, HEAVY),
        (95, HEAVY),
    ),
    PERMEN_14_2018.code: (
        (0, NOT_SLUM),
        (15, NOT_SLUM),
        (16, LIGHT),
        (37, LIGHT),
        (38, MODERATE),
        (59, MODERATE),
        (60, HEAVY),
        (80, HEAVY),
    ),
}


def volumes_with(total: int, rules: Rules) -> dict[str, Decimal]:
    """A survey of that total: as many fives as there is room for, then 3 and 1."""
    percents = {5: 7600, 3: 5100, 1: 2500, 0: 0}
    volumes = {}
    for code in rules.codes:
        score = next(score for score in percents if score <= total)
        volumes[code] = Decimal(percents[score])
        total -= score
    assert total == 0
    return volumes


@pytest.mark.parametrize(
    ("rules", "indicators", "highest", "bounds"),
    [
        (PERMEN_02_2016, 19, 95, (71, 45, 19)),
        (PERMEN_14_2018, 16, 80, (60, 38, 16)),
    ],
)
def test_size_of_a_rule_set(rules, indicators, highest, bounds):
    assert (len(rules.indicators), rules.max_total) == (indicators, highest)
    assert tuple(low for low, _severity in rules.class_bounds) == bounds
    assert rules.slum_from == bounds[-1]
    assert len(rules.aspects) == 7


@BOTH
@pytest.mark.parametrize(("percent", "score"), EDGES)
def test_each_side_of_a_band(rules, percent, score):
    assert score_of(Decimal(percent), rules) == score


@BOTH
@pytest.mark.parametrize(("percent", "score"), EDGES)
def test_each_side_of_a_band_in_every_indicator(rules, percent, score):
    volumes = dict.fromkeys(rules.codes, Decimal(percent) * 100)

    found = assess(volumes, WHOLE, rules)

    assert {row.percent for row in found.indicators} == {Decimal(percent)}
    assert {row.score for row in found.indicators} == {score}
    assert found.total == score * len(rules.indicators)


@pytest.mark.parametrize(
    ("rules", "total", "severity"),
    [
        (rules, total, severity)
        for rules in (PERMEN_02_2016, PERMEN_14_2018)
        for total, severity in CLASSES[rules.code]
    ],
    ids=lambda value: getattr(value, "code", str(value)),
)
def test_each_side_of_a_class(rules, total, severity):
    assert severity_of(total, rules) == severity
    found = assess(volumes_with(total, rules), WHOLE, rules)
    assert (found.total, found.severity) == (total, severity)


def test_extra_three_of_2016_are_not_verified():
    old, new = PERMEN_02_2016.by_measure, PERMEN_14_2018.by_measure
    assert set(old) - set(new) == EXTRA
    assert set(new) <= set(old)
    assert not any(old[measure].is_verified for measure in EXTRA)
    assert old["drainage_construction"].code == "4e"  # and 4c in 2018
    assert new["drainage_construction"].code == "4c"


hundredths = st.integers(0, 10_000 * 100)


@given(st.lists(hundredths, min_size=16, max_size=16))
def test_same_survey_under_both_rule_sets(numbers):
    """By measure; the three that only 2016 asks for are 0."""
    volumes = {
        measure: Decimal(number) / 100
        for measure, number in zip(PERMEN_14_2018.by_measure, numbers, strict=True)
    }
    old = assess(
        {
            row.code: volumes.get(row.measure, Decimal(0))
            for row in PERMEN_02_2016.indicators
        },
        WHOLE,
        PERMEN_02_2016,
    )
    new = assess(
        {row.code: volumes[row.measure] for row in PERMEN_14_2018.indicators},
        WHOLE,
        PERMEN_14_2018,
    )

    for row in new.indicators:
        measure = PERMEN_14_2018.by_code[row.code].measure
        code = PERMEN_02_2016.by_measure[measure].code
        same = next(other for other in old.indicators if other.code == code)
        assert (same.percent, same.score) == (row.percent, row.score)
    assert old.total == new.total
    assert old.severity == class_of(old.total, 71, 45, 19)
    assert new.severity == class_of(new.total, 60, 38, 16)


def class_of(total: int, heavy: int, moderate: int, light: int) -> Severity:
    if total >= heavy:
        return HEAVY
    if total >= moderate:
        return MODERATE
    return LIGHT if total >= light else NOT_SLUM


@BOTH
@given(
    st.lists(st.integers(0, 10_000), min_size=19, max_size=19), st.integers(0, 10_000)
)
def test_more_bad_volume_never_lowers_a_score(rules, volumes, more):
    less = dict(zip(rules.codes, map(Decimal, volumes), strict=False))
    worse = less | {"1a": max(less["1a"], Decimal(more))}

    assert assess(worse, WHOLE, rules).total >= assess(less, WHOLE, rules).total


# ---- considerations, land, decisions -----------------------------------------


@BOTH
@pytest.mark.parametrize(
    ("density", "score"),
    [
        ("0", 1),
        ("150", 1),
        ("200", 1),
        ("200.01", 3),
        ("400", 3),
        ("400.01", 5),
        ("2500", 5),
    ],
)
def test_each_side_of_a_density(rules, density, score):
    _strategic, people, _social, _level = consider(
        SiteFacts(population=1), Decimal(density), rules
    )
    assert people.value == score
    assert not people.is_verified


def facts_with_sum(total: int) -> tuple[SiteFacts, Decimal]:
    """Answers and a density whose three scores have that sum."""
    densities = {1: Decimal(100), 3: Decimal(300), 5: Decimal(500)}
    for strategic, social, (score, density) in product(
        (False, True), (False, True), densities.items()
    ):
        if (5 if strategic else 1) + (5 if social else 1) + score == total:
            facts = SiteFacts(
                population=1, is_strategic=strategic, has_social_need=social
            )
            return facts, density
    raise AssertionError(total)


@pytest.mark.parametrize(
    ("total", "level_2016", "level_2018"),
    [
        (3, Level.LOW, Level.LOW),
        (5, Level.MEDIUM, Level.LOW),
        (7, Level.HIGH, Level.MEDIUM),
        (9, Level.HIGH, Level.MEDIUM),
        (11, Level.HIGH, Level.HIGH),
        (15, Level.HIGH, Level.HIGH),
    ],
)
def test_each_side_of_a_level(total, level_2016, level_2018):
    """The scores are odd, so 4, 6 and 10 cannot be a sum: see the next test."""
    facts, density = facts_with_sum(total)

    found = [
        consider(facts, density, rules)[-1].value
        for rules in (PERMEN_02_2016, PERMEN_14_2018)
    ]

    assert found == [level_2016, level_2018]


@pytest.mark.parametrize(
    ("rules", "total", "result"),
    [
        (PERMEN_02_2016, 3, None),
        (PERMEN_02_2016, 4, "medium"),
        (PERMEN_02_2016, 6, "medium"),
        (PERMEN_02_2016, 7, "high"),
        (PERMEN_14_2018, 5, None),
        (PERMEN_14_2018, 6, "medium"),
        (PERMEN_14_2018, 10, "medium"),
        (PERMEN_14_2018, 11, "high"),
    ],
)
def test_each_side_of_a_level_bound(rules, total, result):
    bound = rules.bound_at("consideration", Decimal(total))
    assert (bound.result if bound else None) == result


@BOTH
@pytest.mark.parametrize(
    ("status", "conforms", "is_legal"),
    [
        (LandStatus.LEGAL, True, True),
        (LandStatus.LEGAL, False, False),
        (LandStatus.OCCUPIED, True, False),
        (LandStatus.ILLEGAL, True, False),
        (LandStatus.ILLEGAL, False, False),
    ],
)
def test_land_is_legal_by_both_answers_only(rules, status, conforms, is_legal):
    facts = SiteFacts(land_status=status, conforms_to_plan=conforms)
    assert judge_land(facts, rules).value is is_legal


def cells() -> Iterator[tuple]:
    """Priority, severity, level, letter codes on legal and on other land (1.8)."""
    levels = (Level.HIGH, Level.MEDIUM, Level.LOW)
    classes = ((HEAVY, "A"), (MODERATE, "B"), (LIGHT, "C"))
    for row, level in enumerate(levels):
        for column, (severity, letter) in enumerate(classes):
            codes = f"{letter}{2 * row + 1}", f"{letter}{2 * row + 2}"
            yield 3 * row + column + 1, severity, level, *codes


@BOTH
@pytest.mark.parametrize("cell", list(cells()), ids=lambda cell: str(cell[0]))
def test_every_cell_of_the_decision_table(rules, cell):
    priority, severity, level, legal_code, other_code = cell

    legal = rules.decision(severity, level, is_legal=True)
    other = rules.decision(severity, level, is_legal=False)

    assert (legal.priority, legal.code) == (priority, legal_code)
    assert (other.priority, other.code) == (priority, other_code)
    assert other.pattern == HandlingPattern.RESETTLEMENT
    assert (legal.pattern == HandlingPattern.REHABILITATION) == (severity == LIGHT)
