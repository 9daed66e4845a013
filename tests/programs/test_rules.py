"""What may stand in a line, a unit and a verification: pure rules, no database."""

from datetime import date
from decimal import Decimal

import pytest

from programs.rules import (
    Before,
    Limits,
    LineValues,
    activity_problems,
    decision_problems,
    line_problems,
    line_warnings,
    missing_in,
    unit_problems,
    verification_problems,
    whole_as_shown,
)
from tests.rules import PERMEN_14_2018

FULL = {"physical_percent": Decimal(50), "spent": Decimal(0), "volume": Decimal(3)}
LIMITS = Limits(volume=Decimal(104), unit="KK", indicator="3a")


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({}, []),
        (FULL, []),
        ({"physical_percent": Decimal("100.01")}, ["physical_percent"]),
        ({"physical_percent": Decimal("-0.01")}, ["physical_percent"]),
        ({"physical_percent": Decimal(100)}, []),
        ({"spent": Decimal(-1), "volume": Decimal(-1)}, ["spent", "volume"]),
        ({"is_nil": True, "note": "x"}, []),
        ({"is_nil": True, "volume": Decimal(0)}, ["is_nil"]),
    ],
)
def test_figures_of_a_line(values, fields):
    assert list(line_problems(LineValues(**values), has_units=False)) == fields


def test_a_nil_line_touches_no_unit():
    assert list(line_problems(LineValues(is_nil=True), has_units=True)) == ["is_nil"]


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({}, ["volume", "physical_percent", "spent"]),
        ({"note": "Hujan terus"}, ["volume", "physical_percent", "spent"]),
        (FULL, []),
        (FULL | {"spent": None}, ["spent"]),
        ({"is_nil": True}, ["note"]),
        ({"is_nil": True, "note": "  "}, ["note"]),
        ({"is_nil": True, "note": "Belum kontrak"}, []),
    ],
)
def test_what_a_line_lacks(values, fields):
    assert list(missing_in(LineValues(**values))) == fields


@pytest.mark.parametrize(
    ("typed", "whole", "meant"),
    [
        ("0.85", "0.848808", "0.848808"),  # what the page shows, above the RT
        ("1.1", "1.104724", "1.104724"),  # and below it
        ("1.10", "1.104724", "1.104724"),
        ("0.84", "0.848808", "0.84"),
        ("0.848808", "0.848808", "0.848808"),
        ("0", "0.004", "0"),  # nothing is never the whole
        (None, "1", None),
        ("1", None, "1"),
    ],
)
def test_the_figure_shown_means_the_whole(typed, whole, meant):
    values = [None if text is None else Decimal(text) for text in (typed, whole, meant)]

    assert whole_as_shown(values[0], values[1]) == values[2]


@pytest.mark.parametrize(
    ("hectares", "whole", "reason", "fields"),
    [
        (None, "1", "", []),
        (None, "1", "baru separuh", ["hectares"]),
        ("1", "1", "", []),
        ("0.5", "1", "", ["reason"]),
        ("0.5", "1", "baru separuh", []),
        ("0", "1", "", ["reason"]),
        ("0", "1", "dikerjakan, belum selesai", []),
        ("1.000001", "1", "x", ["hectares"]),
        ("-1", "1", "x", ["hectares"]),
    ],
)
def test_hectares_of_an_rt(hectares, whole, reason, fields):
    value = None if hectares is None else Decimal(hectares)

    found = unit_problems(value, whole=Decimal(whole), is_rt=True, reason=reason)

    assert list(found) == fields


@pytest.mark.parametrize(
    ("hectares", "whole", "fields"),
    [
        ("2", "3", []),  # a footprint: a part of the area needs no reason
        ("3.1", "3", ["hectares"]),
        ("9", None, []),  # no decree in force: warned of later
        ("0", "3", ["reason"]),
    ],
)
def test_hectares_where_an_area_has_no_rt(hectares, whole, fields):
    cap = None if whole is None else Decimal(whole)

    found = unit_problems(Decimal(hectares), whole=cap, is_rt=False, reason="")

    assert list(found) == fields


@pytest.mark.parametrize(
    ("verified", "reason", "fields"),
    [
        ("1", "", []),
        ("0.9", "", ["reason"]),
        ("0.9", "16 KK belum", []),
        ("0", "", ["reason"]),
        ("1.1", "x", ["verified"]),
        ("-1", "x", ["verified"]),
    ],
)
def test_a_decision(verified, reason, fields):
    found = decision_problems(Decimal(verified), reported=Decimal(1), reason=reason)

    assert list(found) == fields


def test_a_visit_today_is_possible():
    found = verification_problems(
        method="field",
        visited_on=date(2026, 7, 9),
        since=date(2026, 7, 1),
        today=date(2026, 7, 9),
        facts={"officers": "Rahma", "minutes_number": "BA-1"},
    )

    assert found == {}


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({"indicator": "4b", "volume": Decimal(1), "budget": None}, []),
        ({"indicator": "4d", "volume": Decimal(1), "budget": None}, ["indicator"]),
        ({"indicator": "4b", "volume": Decimal(0), "budget": None}, ["volume"]),
        (
            {"indicator": "4b", "volume": None, "budget": Decimal(-1)},
            ["volume", "budget"],
        ),
    ],
)
def test_an_activity(values, fields):
    assert list(activity_problems(**values, rules=PERMEN_14_2018)) == fields


def test_an_unknown_indicator_is_named():
    found = activity_problems(
        indicator="4d", volume=Decimal(1), budget=None, rules=PERMEN_14_2018
    )

    assert "4d" in found["indicator"]


def test_a_volume_above_the_contract_is_told_with_its_arithmetic():
    line, before = LineValues(volume=Decimal(48)), Before(volume=Decimal(64))

    assert line_warnings(line, before, LIMITS) == [
        "64 + 48 = 112 KK, lebih dari volume kegiatan 104 KK (kelebihan 8 KK)."
    ]


@pytest.mark.parametrize(
    ("line", "before", "limits", "count"),
    [
        ({"volume": Decimal(40)}, {"volume": Decimal(64)}, {}, 0),
        ({"spent": Decimal(11)}, {"spent": Decimal(90)}, {"budget": Decimal(100)}, 1),
        ({"spent": Decimal(10)}, {"spent": Decimal(90)}, {"budget": Decimal(100)}, 0),
        (
            {"physical_percent": Decimal(70)},
            {"physical_percent": Decimal(80)},
            {},
            1,
        ),
        ({}, {}, {"baseline": Decimal(100), "surveyed_on": date(2025, 1, 1)}, 1),
        ({}, {}, {"baseline": Decimal(104), "surveyed_on": date(2025, 1, 1)}, 0),
    ],
)
def test_warnings(line, before, limits, count):
    held = Limits(volume=Decimal(104), unit="KK", indicator="3a", **limits)

    assert len(line_warnings(LineValues(**line), Before(**before), held)) == count
