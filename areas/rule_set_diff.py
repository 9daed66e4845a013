"""What a version of a rule set changes in the one it is based on, row by row."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Field, Model
from django.utils.translation import gettext as _

from areas.models import (
    RuleAspect,
    RuleBound,
    RuleDecision,
    RuleIndicator,
    RuleSet,
)
from areas.rule_set_tables import result_word
from core import html
from core.numbers import format_decimal

HEAD = ("title", "citation", "valid_from", "valid_until", "note")
# By what a row of either version is known to be the same one.
PARTS: tuple[tuple[str, type[Model], tuple[str, ...]], ...] = (
    ("aspects", RuleAspect, ("code",)),
    ("indicators", RuleIndicator, ("measure",)),
    ("bounds", RuleBound, ("scale", "result")),
    ("decisions", RuleDecision, ("severity", "consideration", "is_legal")),
)
SILENT = frozenset({"id", "rule_set"})


@dataclass(frozen=True, slots=True)
class Difference:
    """One value: in which part and row, what it is called, then and now.

    Where a whole row was added or removed, the other side is empty.
    """

    part: str
    row: str
    label: str
    old: str
    new: str


def differences(old: RuleSet, new: RuleSet) -> list[Difference]:
    """From the older to the newer version; empty where both say the same."""
    part = str(RuleSet._meta.verbose_name)
    found = list(_changes(part, "", _fields(RuleSet, HEAD), old, new))
    for name, model, key in PARTS:
        before = _by_key(getattr(old, name).all(), key)
        after = _by_key(getattr(new, name).all(), key)
        for place in {**before, **after}:
            found += _of_row(model, before.get(place), after.get(place))
    return found


def _of_row(
    model: type[Model], old: Model | None, new: Model | None
) -> Iterable[Difference]:
    part = str(model._meta.verbose_name)
    if old is None or new is None:
        yield Difference(
            part,
            _named(old or new),
            _("added") if old is None else _("removed"),
            _whole(model, old),
            _whole(model, new),
        )
        return
    yield from _changes(part, _named(new), _fields(model), old, new)


def _changes(
    part: str, row: str, fields: Iterable[Field], old: Model, new: Model
) -> Iterable[Difference]:
    for field in fields:
        if getattr(old, field.name) != getattr(new, field.name):
            yield Difference(
                part,
                row,
                str(field.verbose_name),
                _said(field, old),
                _said(field, new),
            )


def _by_key(rows: Iterable[Any], key: tuple[str, ...]) -> dict[tuple, Any]:
    """The rows by their key; a key that comes twice is told apart by its place."""
    seen: Counter[tuple] = Counter()
    found = {}
    for row in rows:
        values = tuple(getattr(row, name) for name in key)
        found[(*values, seen[values])] = row
        seen[values] += 1
    return found


def _fields(model: type[Model], names: Iterable[str] | None = None) -> list[Any]:
    fields = [f for f in model._meta.concrete_fields if f.name not in SILENT]
    return [f for f in fields if names is None or f.name in set(names)]


def _whole(model: type[Model], row: Model | None) -> str:
    """All that a row says, in one line; empty for none."""
    if row is None:
        return ""
    said = ((field, _said(field, row)) for field in _fields(model))
    return "; ".join(f"{field.verbose_name}: {text}" for field, text in said if text)


def _named(row: Any) -> str:
    """What people call the row: a bound by its scale, a decision by its cells."""
    if isinstance(row, RuleBound):
        return f"{row.get_scale_display()}: {result_word(row.scale, row.result)}"
    if isinstance(row, RuleDecision):
        land = _("legal") if row.is_legal else _("not legal")
        cells = (row.get_severity_display(), row.get_consideration_display(), land)
        return " / ".join(map(str, cells))
    return str(row)


def _said(field: Field, row: Any) -> str:
    """A stored value in words; empty where there is none."""
    value = getattr(row, field.name)
    if value is None or value == "":
        return ""
    if isinstance(row, RuleBound) and field.name == "result":
        return result_word(row.scale, value)
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Decimal | int):
        return format_decimal(value, None)
    return html.day(value) if isinstance(value, date) else str(value)
