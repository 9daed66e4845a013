"""Errors of models turned into those of the domain, for the services here."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model

from core.errors import BusinessRuleError


class Problems(defaultdict[str, list[str]]):
    """Sentences by field, gathered so that all are told at once."""

    def __init__(self) -> None:
        super().__init__(list)

    def add_all(self, error: ValidationError) -> None:
        """The sentences of a model's own checks; those of no field under `__all__`."""
        for field, sentences in error.message_dict.items():
            self[field].extend(sentences)

    def raise_any(self) -> None:
        if self:
            raise BusinessRuleError(errors=self)


def put_values(record: Model, values: Mapping[str, Any]) -> None:
    """Put the values onto the record, texts with single spaces and none around."""
    for name, value in values.items():
        setattr(record, name, one_line(value))


def one_line(value: Any) -> Any:
    """A text with single spaces and none around; anything else as it is."""
    return " ".join(value.split()) if isinstance(value, str) else value


def check_fields(record: Model, problems: Problems) -> None:
    """The record's fields, uniqueness, constraints; what is wrong goes to `problems`.

    A field that has a problem already is not checked again.
    """
    known = [field for field in problems if field != NON_FIELD_ERRORS]
    try:
        record.full_clean(exclude=known)
    except ValidationError as error:
        problems.add_all(error)


def check_and_save(record: Model, problems: Problems) -> None:
    """Save the record unless something is wrong with it; then all of it is told."""
    check_fields(record, problems)
    problems.raise_any()
    save_checked(record)


def save_checked(record: Model, fields: Collection[str] | None = None) -> None:
    """Save; what somebody else stored in the same moment is told like any duplicate."""
    try:
        with transaction.atomic():
            record.save(update_fields=fields)
    except IntegrityError:
        problems = Problems()
        check_fields(record, problems)
        problems.raise_any()
        raise
