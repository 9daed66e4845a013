"""Texts as they are kept: single lines tidied, longer texts with their lines."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Model, TextField
from django.utils.translation import gettext as _

from areas.services.checks import one_line
from core.errors import BusinessRuleError

TEXT_LENGTH = 4000


def put_texts(record: Model, values: Mapping[str, Any]) -> None:
    """Put the values onto the record; only a longer text keeps its line breaks."""
    for name, value in values.items():
        is_long = isinstance(record._meta.get_field(name), TextField)
        setattr(record, name, lines_of(value) if is_long else one_line(value))


def lines_of(value: Any) -> Any:
    """A text with plain line ends and nothing blank around; else the value as it is."""
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else value


def said(text: str, field: str, empty: str, *, most: int = TEXT_LENGTH) -> str:
    """The text as it is kept; BusinessRuleError at `field` for nothing (`empty` says
    what to do), for too much, and for what cannot be stored."""
    text = lines_of(text)
    problem = ""
    if not text:
        problem = empty
    elif "\x00" in text:
        problem = _("The text contains a character that cannot be stored.")
    elif len(text) > most:
        problem = _("Say it in at most %(count)s characters.") % {"count": most}
    if problem:
        raise BusinessRuleError(errors={field: [problem]})
    return text
