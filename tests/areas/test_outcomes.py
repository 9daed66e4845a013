"""Improved, out of slum and slum again: what follows from an area's surveys."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from areas import services
from areas.comparisons import turns_of
from areas.ledger_corrections import correct_area
from areas.models import Assessment, DecreeLine, LedgerEntry, LineTotal, LiveCredit
from areas.models.ledger import Outcome
from areas.outcomes import settle_outcomes
from tests.factories import UserFactory
from tests.factories_areas import fill_in, rule_set, verified_assessment, volumes_of
from tests.factories_ledger import (
    RANK_TOTALS,
    LedgerUnitFactory,
    credit_unit,
    decreed_area,
    newer_line,
    verified_survey,
)

CLASSES = tuple(RANK_TOTALS)
OLD_RULES = "permen-02-2016"


# ---- the rule, from values ------------------------------------------------------


@dataclass(frozen=True)
class Survey:
    """As much of an assessment as the rule looks at."""

    severity: str
    surveyed_on: date
    rule_set_id: int = 1


def surveys_of(text: str) -> list[Survey]:
    """`heavy light`: one a year from 2020 on; `light/2` is by rule set 2."""
    found = []
    for number, word in enumerate(text.split()):
        severity, _slash, rules = word.partition("/")
        found.append(Survey(severity, date(2020 + number, 6, 1), int(rules or 1)))
    return found


def days_of(surveys: Sequence[Survey], since: str, until: str = "") -> dict[str, str]:
    """The years in which each outcome begins (+) and ends (−)."""
    turns = turns_of(
        surveys,
        since=date.fromisoformat(since),
        until=date.fromisoformat(until) if until else None,
    )
    return {
        outcome: " ".join(f"{'+' if t.is_on else '-'}{t.day.year}" for t in found)
        for outcome, found in turns.items()
    }


EARLY = "2019-01-01"


@pytest.mark.parametrize(
    ("surveys", "since", "improved", "cleared"),
    [
        ("", EARLY, "", ""),
        ("heavy", EARLY, "", ""),  # nothing to compare with: not 0, not known
        ("heavy heavy", EARLY, "", ""),
        ("light heavy", EARLY, "", ""),  # worse
        ("heavy moderate", EARLY, "+2021", ""),
        ("heavy not_slum", EARLY, "+2021", "+2021"),
        ("heavy light not_slum", EARLY, "+2021", "+2022"),
        ("heavy not_slum light", EARLY, "+2021", "+2021 -2022"),  # slum again
        ("light not_slum light", EARLY, "+2021 -2022", "+2021 -2022"),
        (
            "light not_slum light not_slum",
            EARLY,
            "+2021 -2022 +2023",
            "+2021 -2022 +2023",
        ),
        ("not_slum light not_slum", EARLY, "", ""),  # was none when it was decreed
        # the survey that stood when the decree came into force is the base
        ("heavy light not_slum", "2021-12-31", "+2022", "+2022"),
        ("heavy light light", "2021-06-01", "", ""),  # of that very day
        ("heavy light", "2025-01-01", "", ""),
        # each rule set has a base of its own
        ("heavy light/2", EARLY, "", ""),
        ("heavy heavy/2 light light/2", EARLY, "+2022", ""),
        ("heavy heavy/2 light/2", EARLY, "+2022", ""),
    ],
)
def test_when_an_outcome_begins_and_ends(surveys, since, improved, cleared):
    found = days_of(surveys_of(surveys), since)

    assert found == {"improved": improved, "cleared": cleared}


def test_what_happens_after_the_decree_is_not_its_own():
    surveys = surveys_of("heavy light not_slum")

    assert days_of(surveys, EARLY, "2022-06-01") == {"improved": "+2021", "cleared": ""}
    assert days_of(surveys, EARLY, "2022-06-02")["cleared"] == "+2022"


@given(st.lists(st.sampled_from(CLASSES), min_size=1, max_size=8))
def test_turns_alternate_and_end_as_the_last_survey_says(classes):
    turns = turns_of(surveys_of(" ".join(classes)), since=date(2019, 1, 1), until=None)

    first, last = CLASSES.index(classes[0]), CLASSES.index(classes[-1])
    is_none = CLASSES[last] == "not_slum" and last > first
    for outcome, expected in ((Outcome.IMPROVED, last > first), ("cleared", is_none)):
        states = [turn.is_on for turn in turns[outcome]]
        assert states == [number % 2 == 0 for number in range(len(states))]
        assert (bool(states) and states[-1]) == expected


# ---- the ledger follows ---------------------------------------------------------


@pytest.fixture
def line(office):
    """An area of 1 + 2 ha, decreed at 3 ha since 2020."""
    return decreed_area("1", "2", agency=office)


def told(line: DecreeLine) -> list[tuple[str, str, Decimal, str]]:
    """All entries of surveys in the order in which they were posted."""
    return [
        (entry.outcome, entry.kind, entry.hectares, str(entry.effective_on))
        for entry in line.ledger.filter(footprint="kawasan").order_by("pk")
    ]


def standing(line: DecreeLine) -> list[str]:
    live = LiveCredit.objects.filter(decree_line=line, footprint="kawasan")
    return sorted(live.values_list("outcome", flat=True))


def sums(line: DecreeLine) -> tuple[Decimal, Decimal]:
    total = LineTotal.objects.filter(decree_line=line).first()
    return (total.improved, total.cleared) if total else (Decimal(0), Decimal(0))


def surveyed(line: DecreeLine, severity: str, on: str) -> Assessment:
    """A verified survey of that class, and what follows from it."""
    survey = verified_survey(
        line.area, severity, date.fromisoformat(on), RANK_TOTALS[severity]
    )
    settle_outcomes([line.area_id], by=survey.verified_by)
    return survey


def test_one_survey_says_nothing_yet(line):
    surveyed(line, "heavy", "2020-05-01")

    assert told(line) == []


def test_a_lower_class_improves_the_whole_area_at_its_decreed_hectares(line):
    surveyed(line, "heavy", "2020-05-01")
    later = surveyed(line, "light", "2022-05-01")

    assert told(line) == [("improved", "credit", Decimal(3), "2022-05-01")]
    entry = line.ledger.get()
    assert (entry.assessment, entry.method) == (later, "survey")
    assert entry.agency == line.area.agency
    assert entry.cause == (
        "Kumuh berat, nilai 65 (1 Mei 2020) → Kumuh ringan, nilai 20 (1 Mei 2022)"
        " menurut permen-14-2018"
    )
    assert entry.period == "penilaian 1 Mei 2022"


def test_below_the_threshold_it_is_out_of_slum_as_well(line):
    surveyed(line, "light", "2020-05-01")
    surveyed(line, "not_slum", "2022-05-01")

    assert told(line) == [
        ("improved", "credit", Decimal(3), "2022-05-01"),
        ("cleared", "credit", Decimal(3), "2022-05-01"),
    ]


def test_back_in_a_slum_class_is_an_entry_of_its_own(line):
    surveyed(line, "heavy", "2020-05-01")
    surveyed(line, "not_slum", "2022-05-01")
    surveyed(line, "light", "2024-05-01")

    assert told(line)[2:] == [("cleared", "relapse", Decimal(-3), "2024-05-01")]
    assert standing(line) == ["improved"]  # still better than it was
    relapse = line.ledger.get(kind="relapse")
    assert relapse.relapse_of.effective_on == date(2022, 5, 1)
    assert sums(line) == (3, 0)


def test_out_of_slum_a_second_time_is_a_new_credit(line):
    for severity, on in (
        ("heavy", "2020-05-01"),
        ("not_slum", "2021-05-01"),
        ("light", "2022-05-01"),
        ("not_slum", "2023-05-01"),
    ):
        surveyed(line, severity, on)

    assert [row for row in told(line) if row[0] == "cleared"] == [
        ("cleared", "credit", Decimal(3), "2021-05-01"),
        ("cleared", "relapse", Decimal(-3), "2022-05-01"),
        ("cleared", "credit", Decimal(3), "2023-05-01"),
    ]
    assert sums(line) == (3, 3)


def test_a_survey_entered_late_moves_the_day_back(line):
    surveyed(line, "heavy", "2020-05-01")
    surveyed(line, "light", "2023-05-01")

    surveyed(line, "light", "2021-05-01")

    assert told(line)[1:] == [
        ("improved", "reversal", Decimal(-3), "2023-05-01"),
        ("improved", "credit", Decimal(3), "2021-05-01"),
    ]


def test_a_survey_entered_late_becomes_the_base(line):
    surveyed(line, "heavy", "2021-05-01")
    surveyed(line, "light", "2023-05-01")

    surveyed(line, "light", "2020-02-01")

    assert standing(line) == []
    assert sums(line) == (0, 0)


def test_a_survey_entered_late_undoes_a_relapse_before_its_credit(line):
    """The entries after the late survey are taken back, the last one first."""
    surveyed(line, "heavy", "2020-05-01")
    surveyed(line, "not_slum", "2022-05-01")
    surveyed(line, "light", "2024-05-01")

    surveyed(line, "not_slum", "2021-05-01")

    cleared = [row[1:] for row in told(line) if row[0] == "cleared"]
    assert cleared[2:] == [
        ("reversal", Decimal(3), "2024-05-01"),
        ("reversal", Decimal(-3), "2022-05-01"),
        ("credit", Decimal(3), "2021-05-01"),
        ("relapse", Decimal(-3), "2024-05-01"),
    ]
    assert sums(line) == (3, 0)


def test_a_corrected_survey_counts_instead_of_the_old_one(office, head, verifier):
    line = decreed_area("1", agency=office)
    people = {"by": head, "verifier": verifier}
    bad = {f"v{code}": volume for code, volume in volumes_at(line, 100).items()}
    verified_assessment(line.area, surveyed_on=date(2020, 5, 1), **people, **bad)
    wrong = verified_assessment(line.area, surveyed_on=date(2022, 5, 1), **people)
    assert standing(line) == ["cleared", "improved"]

    draft = services.correct_assessment(wrong, reason="Salah ketik", by=head)
    fill_in(draft, by=head, volumes=volumes_of(**bad))
    services.submit_assessment(draft, by=head)
    services.verify_assessment(draft, by=verifier)

    assert standing(line) == []
    assert sums(line) == (0, 0)
    kinds = sorted(kind for _outcome, kind, _ha, _day in told(line))
    assert kinds == ["credit", "credit", "reversal", "reversal"]


def volumes_at(line: DecreeLine, percent: int) -> dict[str, Decimal]:
    """Volumes of these percents in six indicators: 30 points, a light slum."""
    unit = line.area.neighbourhoods.get()
    whole = {"1a": unit.buildings, "7a": unit.buildings, "2a": unit.ideal_road_m}
    whole |= dict.fromkeys(("3a", "5a", "6a"), unit.households)
    return {code: Decimal(value) * percent / 100 for code, value in whole.items()}


def test_verifying_again_posts_nothing_twice(line):
    surveyed(line, "heavy", "2020-05-01")
    surveyed(line, "not_slum", "2022-05-01")
    before = told(line)

    assert settle_outcomes([line.area_id], by=UserFactory()) == []

    assert told(line) == before


def test_an_area_correction_is_followed(line, verifier):
    surveyed(line, "heavy", "2020-05-01")
    surveyed(line, "light", "2022-05-01")
    correct_area(
        line, hectares=Decimal("3.5"), reason="Ukur", document="BA 1", by=verifier
    )

    settle_outcomes([line.area_id], by=verifier)

    assert told(line)[1:] == [
        ("improved", "reversal", Decimal(-3), "2022-05-01"),
        ("improved", "credit", Decimal("3.5"), "2022-05-01"),
    ]


def test_a_new_decree_starts_anew(line):
    """Better than in 2020 already when it came: under it, that is where it begins."""
    surveyed(line, "heavy", "2020-05-01")
    surveyed(line, "light", "2021-05-01")
    new = newer_line(line, date(2022, 1, 1))
    surveyed(line, "light", "2023-05-01")

    assert told(new) == []

    surveyed(line, "not_slum", "2024-05-01")
    assert told(new) == [
        ("improved", "credit", Decimal(3), "2024-05-01"),
        ("cleared", "credit", Decimal(3), "2024-05-01"),
    ]


def test_another_rule_set_is_compared_apart(line):
    surveyed(line, "heavy", "2020-05-01")
    values = {"severity": "not_slum", "total": 10, "rule_set": rule_set(OLD_RULES)}
    for year, change in ((2021, values), (2022, values | {"severity": "light"})):
        verified_survey(line.area, on=date(year, 5, 1), **change)

    assert settle_outcomes([line.area_id], by=UserFactory()) == []


def test_an_area_without_a_decree_has_no_outcome(office):
    area = LedgerUnitFactory(area__agency=office).area
    verified_survey(area, "heavy", date(2020, 5, 1), 65)
    verified_survey(area, "light", date(2021, 5, 1), 20)

    assert settle_outcomes([area.pk], by=UserFactory()) == []


def test_work_and_surveys_never_stand_in_each_others_way(line):
    surveyed(line, "heavy", "2020-05-01")
    surveyed(line, "light", "2021-05-01")

    assert credit_unit(line).entry.hectares == 1
    assert line.ledger.count() == 2


def test_many_areas_cost_few_queries(office, queries_of):
    def settled(count: int) -> int:
        lines = [decreed_area("1", agency=office) for _ in range(count)]
        for line in lines:
            verified_survey(line.area, "heavy", date(2020, 5, 1), 65)
        return queries_of(
            settle_outcomes, [line.area_id for line in lines], by=UserFactory()
        )

    assert settled(2) == settled(8)


# ---- any order of verification ends in the same ---------------------------------


class AnyOrder(TestCase):
    @settings(max_examples=30)
    @given(
        classes=st.lists(st.sampled_from(CLASSES), min_size=1, max_size=5),
        data=st.data(),
    )
    def test_any_order_of_verification_ends_in_the_same(self, classes, data):
        order = data.draw(st.permutations(range(len(classes))))
        days = [date(2020 + number, 6, 1) for number in range(len(classes))]

        in_order, shuffled = decreed_area("2"), decreed_area("2")
        for line, numbers in ((in_order, range(len(classes))), (shuffled, order)):
            for number in numbers:
                surveyed(line, classes[number], str(days[number]))

        assert standing(in_order) == standing(shuffled)
        for day in days:
            assert sums_on(in_order, day) == sums_on(shuffled, day)


def sums_on(line: DecreeLine, day: date) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {"improved": Decimal(0), "cleared": Decimal(0)}
    for entry in LedgerEntry.objects.filter(decree_line=line).known(as_of=day):
        found[entry.outcome] += entry.hectares
    return found


def test_what_surveys_say_is_not_posted_halfway(line, monkeypatch):
    """A survey that is verified and its entries come together or not at all."""
    verified_survey(line.area, "heavy", date(2020, 5, 1), 65)
    verified_survey(line.area, "not_slum", date(2022, 5, 1), 10)
    real = LedgerEntry.objects.create
    calls = []

    def second_fails(**values):
        calls.append(values)
        if len(calls) == 2:
            raise RuntimeError("the connection is gone")
        return real(**values)

    monkeypatch.setattr(LedgerEntry.objects, "create", second_fails)
    with pytest.raises(RuntimeError), transaction.atomic():
        settle_outcomes([line.area_id], by=UserFactory())

    assert told(line) == []
