"""Texts as they are kept: single lines tidied, longer texts with their lines."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Model, TextField

from areas.services.checks import one_line


def put_texts(record: Model, values: Mapping[str, Any]) -> None:
    """Put the values onto the record; only a longer text keeps its line breaks."""
    for name, value in values.items():
        is_long = isinstance(record._meta.get_field(name), TextField)
        setattr(record, name, lines_of(value) if is_long else one_line(value))


def lines_of(value: Any) -> Any:
    """A text with plain line ends and nothing blank around; else the value as it is."""
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else value
