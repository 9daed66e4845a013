"""Numbers as people here write them, read and written exactly.

Indonesian writing has a point for thousands and a comma for decimals (`1.234,56`);
many spreadsheets have it the other way round. A reading is accepted where only one
makes sense. `1,234` is a decimal comma (1.234), because a comma for thousands is not
used here. `1.234` can be either, so it is never guessed: `AmbiguousNumberError`.
"""

import re
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Literal

from django.utils.formats import get_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

DecimalMark = Literal[",", "."]
LONGEST_TEXT = 60
BLANKS = " \t\r\n\u00a0\u2007\u202f\ufeff"
PLAIN = re.compile(r"[0-9]+")
MARKED = re.compile(r"[0-9.,]+")
AMBIGUOUS = re.compile(r"([0-9]{1,3})\.([0-9]{3})")
EXPONENT = re.compile(r"[0-9.,]+[eE][+-]?[0-9]+")


class NumberError(ValueError):
    """The text or cell is not a number that we take; its message says what to do."""


class AmbiguousNumberError(NumberError):
    """The text has two readings; `readings` holds both, thousands first."""

    def __init__(self, message: str, readings: tuple[Decimal, Decimal]) -> None:
        super().__init__(message)
        self.readings = readings


def read_decimal(
    text: str,
    *,
    decimal_mark: DecimalMark | None = None,
    max_digits: int = 14,
    decimals: int | None = 6,
) -> Decimal:
    """The number written in `text`, rounded half up to `decimals` places.

    With `decimal_mark` the other mark can only stand for thousands, and nothing is
    ambiguous. `decimals=None` leaves all decimals there, for a form that refuses them.
    Raises `NumberError` with a sentence for the person who wrote it.
    """
    shown = text.strip(BLANKS)
    negative, body = _split_sign(shown)
    if not body:
        raise NumberError(_("Fill in a number; write 0 if there is none."))
    _refuse_foreign(shown, body)
    if decimal_mark is None and (match := AMBIGUOUS.fullmatch(body)):
        raise _ambiguous(shown, negative, *match.groups())
    whole, fraction = _split_marks(shown, body, decimal_mark)
    digits = f"{whole}.{fraction.rstrip('0')}".rstrip(".")
    return _bounded(Decimal(f"-{digits}" if negative else digits), max_digits, decimals)


def read_integer(text: str, *, max_digits: int = 9) -> int:
    """The whole number in `text`; here `1.234` can only mean 1234."""
    value = read_decimal(text, decimal_mark=",", max_digits=max_digits, decimals=None)
    if value != value.to_integral_value():
        raise NumberError(
            _("“%(text)s” is not a whole number.") % {"text": _short(text)}
        )
    return int(value)


def from_cell(
    value: object,
    *,
    decimal_mark: DecimalMark | None = None,
    max_digits: int = 14,
    decimals: int = 6,
) -> Decimal | None:
    """The number in a spreadsheet cell; None for a blank one.

    A numeric cell is never ambiguous. Its binary noise goes by rounding the shortest
    text that stands for the float half up to `decimals` places.
    """
    if value is None or (isinstance(value, str) and not value.strip(BLANKS)):
        return None
    if isinstance(value, str):
        return read_decimal(
            value, decimal_mark=decimal_mark, max_digits=max_digits, decimals=decimals
        )
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise NumberError(
            _("“%(text)s” is not a number.") % {"text": _short(str(value))}
        )
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not number.is_finite():
        raise NumberError(_("The cell holds an error instead of a number."))
    return _bounded(number, max_digits, decimals)


def rounded(value: Decimal | int | float, places: int) -> Decimal:
    """`value` rounded half up (away from zero) to `places`; never minus zero."""
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    result = number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return abs(result) if result.is_zero() else result


def format_decimal(
    value: Decimal | int | float, places: int | None = 2, *, minus: str = "\u2212"
) -> str:
    """`1.234,56` in Indonesian, `1,234.56` in English, rounded half up.

    `places=None` shows every decimal there is, without trailing zeros.
    """
    number = _trimmed(value) if places is None else rounded(value, places)
    text = f"{abs(number):,f}".translate(_marks(get_language()))
    return f"{minus}{text}" if number < 0 else text


def format_input(value: Decimal | int | float) -> str:
    """How a number stands in an input box or a CSV cell: `0,84`, `-1234,5`.

    Always a comma and no thousands, in every language: `read_decimal` reads it back
    exactly, which `1.234` would not be.
    """
    return f"{_trimmed(value):f}".replace(".", ",")


@lru_cache
def _marks(language: str | None) -> dict[int, str]:
    """What stands for the comma and the point of English writing, per language."""
    return {
        ord(","): get_format("THOUSAND_SEPARATOR", language),
        ord("."): get_format("DECIMAL_SEPARATOR", language),
    }


def _trimmed(value: Decimal | int | float) -> Decimal:
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if number == number.to_integral_value():
        return rounded(number, 0)
    return number.normalize()


def _split_sign(text: str) -> tuple[bool, str]:
    if text[:1] in ("-", "\u2212"):
        return True, text[1:]
    return False, text.removeprefix("+")


def _refuse_foreign(shown: str, body: str) -> None:
    """Refuse everything that is not digits, points and commas."""
    if len(shown) > LONGEST_TEXT:
        raise NumberError(_("The number has too many digits."))
    if EXPONENT.fullmatch(body):
        raise NumberError(
            _("“%(text)s” is in scientific notation; write out all digits.")
            % {"text": _short(shown)}
        )
    if not MARKED.fullmatch(body):
        raise NumberError(
            _("“%(text)s” is not a number. Write digits only, such as 1234,56.")
            % {"text": _short(shown)}
        )


def _ambiguous(
    shown: str, negative: bool, whole: str, fraction: str
) -> AmbiguousNumberError:
    sign = "-" if negative else ""
    thousands, decimal = f"{sign}{whole}{fraction}", f"{sign}{whole},{fraction}"
    message = _(
        "“%(text)s” can mean %(thousands)s or %(decimal)s. Write one of the two."
    ) % {"text": shown, "thousands": thousands, "decimal": decimal}
    readings = Decimal(thousands), Decimal(decimal.replace(",", "."))
    return AmbiguousNumberError(message, readings)


def _split_marks(
    shown: str, body: str, decimal_mark: DecimalMark | None
) -> tuple[str, str]:
    """Whole and decimal digits of `body`; refuses marks at impossible places."""
    mark = decimal_mark or _likely_decimal_mark(body)
    if mark:
        whole, found, fraction = body.partition(mark)
    else:
        whole, found, fraction = body, "", ""
    thousands = {",": ".", ".": ","}.get(mark, "." if "." in body else ",")
    grouped = rf"[1-9][0-9]{{0,2}}(?:{re.escape(thousands)}[0-9]{{3}})+"
    whole_fits = PLAIN.fullmatch(whole) or re.fullmatch(grouped, whole)
    if not whole_fits or (found and not PLAIN.fullmatch(fraction)):
        raise NumberError(
            _(
                "The points and commas in “%(text)s” do not fit together."
                " Write it like 1234,56."
            )
            % {"text": _short(shown)}
        )
    return whole.replace(thousands, ""), fraction


def _likely_decimal_mark(body: str) -> str:
    """The last mark when it stands there once, else none (`1.234.567`)."""
    last = max(body.rfind(","), body.rfind("."))
    mark = body[last] if last >= 0 else ""
    return mark if mark and body.count(mark) == 1 else ""


def _bounded(value: Decimal, max_digits: int, decimals: int | None) -> Decimal:
    """`value` rounded, or `NumberError` where its whole part cannot be stored."""
    whole_digits = max_digits - (decimals or 0)
    if value.adjusted() > LONGEST_TEXT:
        raise _too_big(whole_digits)
    if decimals is not None and -int(value.as_tuple().exponent) > decimals:
        value = rounded(value, decimals)
    if value.adjusted() >= whole_digits:
        raise _too_big(whole_digits)
    return abs(value) if value.is_zero() else value


def _too_big(whole_digits: int) -> NumberError:
    return NumberError(
        _("The number is too big: at most %(digits)s digits before the comma.")
        % {"digits": whole_digits}
    )


def _short(text: str) -> str:
    return text if len(text) <= 30 else f"{text[:30]}…"


def key_in(text: str) -> int | None:
    """A key or version as it stands in an address or form; None for anything else."""
    is_key = text.isascii() and text.isdigit() and len(text) < 10
    return int(text) if is_key else None
