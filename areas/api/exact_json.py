"""Small JSON with exact figures: no float, no exponent, nothing written twice."""

import json
import re
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import IO, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers, status
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import BaseParser

MAX_BODY_BYTES = 64 * 1024
WHOLE_DIGITS, DECIMALS = 8, 6  # numeric(14,6)
PLAIN_NUMBER = re.compile(r"(-?)([0-9]+)(?:\.([0-9]+))?")
# The shape in the schema of a figure that may come as a string or as a JSON number.
FIGURE_SCHEMA = {
    "oneOf": [
        {"type": "string", "pattern": r"^-?[0-9]{1,8}(\.[0-9]{1,6})?$"},
        {"type": "number"},
    ],
    "example": "12.480000",
}


class BodyTooLargeError(APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "body_too_large"
    default_detail = gettext_lazy(
        "The request is larger than 64 KB. Send one area per request."
    )


class JSONObject(dict[str, Any]):
    """A JSON object that remembers which of its names were written twice."""

    repeated: frozenset[str] = frozenset()

    @classmethod
    def from_pairs(cls, pairs: list[tuple[str, Any]]) -> "JSONObject":
        found = cls(pairs)
        if len(found) < len(pairs):
            times = Counter(name for name, _value in pairs)
            found.repeated = frozenset(name for name in times if times[name] > 1)
        return found


class ExactJSONParser(BaseParser):
    """Small JSON whose numbers stay the text they were written as, so that none is
    rounded, expanded or cut before a field has looked at it.

    Not a JSONParser: DRF reads the whole body before it asks one of those.
    """

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> JSONObject:
        body = self._read(stream, parser_context or {})
        try:
            data = json.loads(
                body.decode(),
                parse_int=str,
                parse_float=str,
                parse_constant=str,
                object_pairs_hook=JSONObject.from_pairs,
            )
            # A lone surrogate could not be written back in an error message.
            json.dumps(data, ensure_ascii=False).encode()
        except (ValueError, RecursionError) as error:
            raise ParseError(
                _("The request is not valid JSON in UTF-8. Correct it and try again.")
            ) from error
        if not isinstance(data, JSONObject):
            raise ParseError(_("The request must be one JSON object: { … }."))
        return data

    @staticmethod
    def _read(stream: IO[bytes], context: Mapping[str, Any]) -> bytes:
        """The body; its declared length is believed only where it says "too large"."""
        declared = str(context["request"].META.get("CONTENT_LENGTH") or "")
        if declared.isdecimal() and int(declared[:20]) > MAX_BODY_BYTES:
            raise BodyTooLargeError
        body = stream.read(MAX_BODY_BYTES + 1)
        if len(body) > MAX_BODY_BYTES:
            raise BodyTooLargeError
        return body


@extend_schema_field(FIGURE_SCHEMA)
class FigureField(serializers.Field):
    """An exact decimal of at most 8 digits before and 6 after the point."""

    default_error_messages = {
        "required": gettext_lazy("This figure is missing. Write it, or 0."),
        "null": gettext_lazy("This figure is missing. Write it, or 0."),
        "invalid": gettext_lazy(
            "Write a number with digits and a decimal point only, such as 1234.56: no"
            " thousands separators, no exponent, no NaN."
        ),
        "digits": gettext_lazy(
            "Write at most 8 digits before and 6 after the decimal point."
        ),
        "negative": gettext_lazy("This figure is negative. Write 0 or more."),
    }

    def __init__(self, *, negative: bool = False, **kwargs: Any) -> None:
        self.negative = negative
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> Decimal:
        text = data.strip() if isinstance(data, str) else data
        if text == "":
            self.fail("null")
        found = PLAIN_NUMBER.fullmatch(text) if isinstance(text, str) else None
        if found is None:
            self.fail("invalid")
        sign, whole, decimals = found.groups(default="")
        if len(whole.lstrip("0")) > WHOLE_DIGITS or len(decimals) > DECIMALS:
            self.fail("digits")
        value = Decimal(f"{whole}.{decimals}" if decimals else whole)
        if sign and value:
            if not self.negative:
                self.fail("negative")
            return -value
        return value

    def to_representation(self, value: Decimal) -> str:
        return f"{value:f}"
