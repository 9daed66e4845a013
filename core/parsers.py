"""Bodies of API requests: what no field and no column can hold is refused at once."""

import math
from collections.abc import Iterable, Mapping
from typing import IO, Any

from django.utils.translation import gettext as _
from rest_framework import parsers
from rest_framework.exceptions import ParseError


class JSONParser(parsers.JSONParser):
    """JSON without NUL in its texts and without numbers beyond all measure (1e999)."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        data = super().parse(stream, media_type, parser_context)
        require_storable([data])
        return data


class MultiPartParser(parsers.MultiPartParser):
    """Fields and files of a form, without NUL in the fields."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        found = super().parse(stream, media_type, parser_context)
        require_storable(found.data.lists())
        return found


def require_storable(data: Iterable[Any]) -> None:
    """Raise ParseError where a text at any depth holds NUL or a number is infinite."""
    left = list(data)
    while left:
        value = left.pop()
        if isinstance(value, str) and "\0" in value:
            raise ParseError(_("A text holds a character that cannot be stored (NUL)."))
        if isinstance(value, float) and not math.isfinite(value):
            raise ParseError(_("A number is too large."))
        if isinstance(value, dict):
            left += [*value.keys(), *value.values()]
        elif isinstance(value, list | tuple):
            left += value
