import contextlib
from decimal import ROUND_HALF_UP, Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from core.numbers import (
    AmbiguousNumberError,
    NumberError,
    format_decimal,
    format_input,
    from_cell,
    read_decimal,
    read_integer,
)

NUMBERS = st.decimals(
    min_value="-99999999", max_value="99999999", places=6, allow_nan=False
)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1.234,56", "1234.56"),
        ("1234,56", "1234.56"),
        ("1234.56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("1.234,567", "1234.567"),
        ("1,234.567", "1234.567"),
        ("0,5", "0.5"),
        ("0.5", "0.5"),
        ("1,234", "1.234"),  # a decimal comma: thousands have points here
        ("1234.567", "1234.567"),  # thousands would need another point
        ("1.234.567", "1234567"),
        ("1,234,567", "1234567"),
        ("0", "0"),
        ("-0", "0"),
        ("007", "7"),
        ("-3,5", "-3.5"),
        ("\u22123,5", "-3.5"),
        ("+4", "4"),
        (" \u00a012,5\u202f ", "12.5"),
        ("1,2345675", "1.234568"),
        ("-1,2345675", "-1.234568"),
        ("0,0000004", "0"),
        ("99999999,999999", "99999999.999999"),
    ],
)
def test_read_decimal(text, number):
    assert read_decimal(text) == Decimal(number)


@pytest.mark.parametrize("text", ["1.234", "-1.234", "12.345", "123.456", "0.500"])
def test_a_point_before_three_digits_is_asked(text):
    with pytest.raises(AmbiguousNumberError) as caught:
        read_decimal(text)

    thousands, decimal = caught.value.readings
    assert thousands == Decimal(text.replace(".", ""))
    assert decimal == Decimal(text)


@pytest.mark.parametrize(
    ("text", "mark", "number"),
    [
        ("1.234", ".", "1.234"),
        ("1.234", ",", "1234"),
        ("1,234", ".", "1234"),
        ("1,234", ",", "1.234"),
        ("1.234.567,5", ",", "1234567.5"),
    ],
)
def test_a_given_mark_ends_the_question(text, mark, number):
    assert read_decimal(text, decimal_mark=mark) == Decimal(number)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "-", "abc", "12 ha", "1 234", "1e5", "1E-3", "NaN", "inf", "-Infinity",
        "1.23,4", "1.2.3", "1,2,3", "0.123.456", "1.234.56", ",5", "5,", ".", "1,,2",
        "--5", "5-", "1_000", "0x10", "½", "١٢٣", "1.234,567.8",
        "100000000", "99999999,9999995", "9" * 61,
    ],
)  # fmt: skip
def test_what_is_not_a_number_is_refused_with_a_sentence(text):
    with pytest.raises(NumberError) as caught:
        read_decimal(text)

    assert str(caught.value).endswith(".")
    assert not isinstance(caught.value, AmbiguousNumberError)


@pytest.mark.parametrize(
    ("text", "mark"), [("1234,56", "."), ("1,2,3", ","), ("1,23", ".")]
)
def test_a_given_mark_makes_the_other_one_thousands_only(text, mark):
    with pytest.raises(NumberError):
        read_decimal(text, decimal_mark=mark)


def test_all_decimals_stay_where_the_form_decides():
    assert read_decimal("1,23456789", decimals=None) == Decimal("1.23456789")


def test_digits_are_bounded_by_the_column():
    assert read_decimal("9999,99", max_digits=6, decimals=2) == Decimal("9999.99")
    with pytest.raises(NumberError, match="4"):
        read_decimal("10000", max_digits=6, decimals=2)


def test_read_integer_takes_a_point_for_thousands():
    assert read_integer("1.234") == 1234
    with pytest.raises(NumberError):
        read_integer("1,5")


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        (1.234, "1.234"),  # a numeric cell is never ambiguous
        (0.1 + 0.2, "0.3"),
        (5, "5"),
        (1e-9, "0"),
        (1.2345675, "1.234568"),
        (Decimal("2.5"), "2.5"),
        ("1.234,5", "1234.5"),
    ],
)
def test_from_cell(cell, number):
    assert from_cell(cell) == Decimal(number)


@pytest.mark.parametrize("cell", [None, "", "  ", "\u00a0"])
def test_a_blank_cell_is_not_zero(cell):
    assert from_cell(cell) is None


@pytest.mark.parametrize(
    "cell", [True, False, float("nan"), float("inf"), 1e300, "1.234", object()]
)
def test_from_cell_refuses(cell):
    with pytest.raises(NumberError):
        from_cell(cell)


@given(NUMBERS)
def test_what_is_written_is_read_back(number):
    assert read_decimal(format_input(number)) == number


@given(NUMBERS)
def test_what_is_shown_is_read_back_rounded_to_the_shown_places(number):
    with translation.override("id"):
        shown = format_decimal(number, 2)

    expected = number.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    assert read_decimal(shown) == expected


@given(st.floats(min_value=-1e7, max_value=1e7))
def test_a_float_cell_loses_less_than_its_sixth_decimal(number):
    assert abs(from_cell(number) - Decimal(number)) <= Decimal("0.00000051")


@given(st.text(alphabet="0123456789.,-+ eE", max_size=20))
def test_any_text_gives_a_number_or_a_sentence(text):
    with contextlib.suppress(NumberError):
        assert read_decimal(text).is_finite()


@pytest.mark.parametrize(
    ("number", "places", "indonesian", "english"),
    [
        (Decimal("1234.56"), 2, "1.234,56", "1,234.56"),
        (Decimal("-1234567.005"), 2, "−1.234.567,01", "−1,234,567.01"),
        (Decimal("-0.001"), 2, "0,00", "0.00"),
        (Decimal("12.480000"), None, "12,48", "12.48"),
        (Decimal("1000.000000"), None, "1.000", "1,000"),
        (1234567, 0, "1.234.567", "1,234,567"),
        (0.5, 2, "0,50", "0.50"),
    ],
)
def test_format_decimal(number, places, indonesian, english):
    with translation.override("id"):
        assert format_decimal(number, places) == indonesian
    with translation.override("en"):
        assert format_decimal(number, places) == english


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (Decimal("0.840000"), "0,84"),
        (Decimal("100.000000"), "100"),
        (Decimal("1E+3"), "1000"),
        (Decimal("-1234.5"), "-1234,5"),
        (Decimal("1.234"), "1,234"),
        (7, "7"),
    ],
)
@pytest.mark.parametrize("language", ["id", "en"])
def test_an_input_box_shows_the_same_in_every_language(number, text, language):
    with translation.override(language):
        assert format_input(number) == text
