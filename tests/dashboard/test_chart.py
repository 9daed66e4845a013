"""The chart of the years: its scale, its points, and its two drawings."""

from decimal import Decimal

import pytest

from areas.figures import Year
from dashboard.chart import draw_years, top_of


def years(*handled: str, decreed: str = "100") -> list[Year]:
    return [
        Year(2020 + number, Decimal(value), Decimal(decreed))
        for number, value in enumerate(handled)
    ]


@pytest.mark.parametrize(
    ("highest", "top"),
    [("0", 5), ("5", 5), ("5.01", 10), ("34.36", 40), ("100", 100), ("104", 100)],
)
def test_the_scale_ends_at_a_round_number(highest, top):
    assert top_of(Decimal(highest)) == top


def test_there_is_a_wide_and_a_narrow_drawing():
    wide, narrow = draw_years(years("10", "20"))

    assert [point.year for point in wide.points] == ["2020", "2021"]
    assert [point.year for point in narrow.points] == ["’20", "’21"]


def test_a_point_stands_as_high_as_its_share():
    chart = draw_years(years("10", "40"))[0]

    low, high = chart.points
    frame = chart.frame
    assert high.y == pytest.approx(frame.top)
    assert low.y == pytest.approx(
        frame.baseline_y - (frame.baseline_y - frame.top) * 10 / 40
    )


@pytest.mark.parametrize("count", [1, 2, 5, 30])
def test_every_point_lies_in_the_frame(count):
    for chart in draw_years(years(*["130"] * count)):
        for point in chart.points:
            assert chart.frame.left <= point.x <= chart.right_edge
            assert chart.frame.top <= point.y <= chart.frame.baseline_y


def test_no_years_are_no_chart():
    assert draw_years([]) == []


def test_a_chart_of_nothing_handled_lies_on_the_axis():
    chart = draw_years(years("0", "0"))[0]

    assert {point.y for point in chart.points} == {chart.frame.baseline_y}
    assert chart.last.text == "0,00\u00a0%"
