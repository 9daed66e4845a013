"""Form fields that read Indonesian numbers, and rule errors put on forms."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models

from core.errors import BusinessRuleError
from core.fields import RupiahField as RupiahModelField
from core.numbers import (
    AmbiguousNumberError,
    DecimalMark,
    NumberError,
    format_input,
    read_decimal,
)


class LocalDecimalField(forms.DecimalField):
    """A decimal typed as people here do; shown back as `0,84`, without thousands.

    Percentages, hectares, volumes: 14 digits with 6 decimals unless said otherwise.
    Blank stays None and is never zero.
    """

    decimal_mark: DecimalMark | None = None

    def __init__(
        self, *, max_digits: int = 14, decimal_places: int = 6, **kwargs: Any
    ) -> None:
        kwargs.setdefault(
            "widget",
            forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        )
        super().__init__(max_digits=max_digits, decimal_places=decimal_places, **kwargs)

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        if isinstance(value, Decimal):
            return value
        try:
            return read_decimal(
                str(value),
                decimal_mark=self.decimal_mark,
                max_digits=self.max_digits or 14,
                decimals=None,
            )
        except NumberError as error:
            ambiguous = isinstance(error, AmbiguousNumberError)
            code = "ambiguous" if ambiguous else "invalid"
            raise ValidationError(str(error), code=code) from error

    def prepare_value(self, value: Any) -> Any:
        """A stored number as it would be typed; what was typed stays as it is."""
        if isinstance(value, Decimal | int | float) and not isinstance(value, bool):
            return format_input(value)
        return value


class RupiahField(LocalDecimalField):
    """Money: nobody writes thousandths, so a point can only mean thousands."""

    decimal_mark: DecimalMark | None = ","

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 18)
        kwargs.setdefault("decimal_places", 2)
        super().__init__(**kwargs)


class LocalIntegerField(RupiahField):
    """A count: `1.234` can only mean 1234. Its value is an int."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 9)
        kwargs["decimal_places"] = 0
        super().__init__(**kwargs)

    def clean(self, value: Any) -> int | None:
        number = super().clean(value)
        return None if number is None else int(number)


class DateInput(forms.DateInput):
    """The browser's own date picker, which wants ISO dates."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")


class DateTimeInput(forms.DateTimeInput):
    """The browser's own picker of day and time, in the office's zone."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%dT%H:%M")


class TimeInput(forms.TimeInput):
    """The browser's own picker of a time."""

    input_type = "time"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs=attrs, format="%H:%M")


def local_formfield(db_field: models.Field, **kwargs: Any) -> forms.Field | None:
    """For `Meta.formfield_callback` of a ModelForm: local numbers, pickers of dates."""
    kinds: list[tuple[type[models.Field], dict[str, Any]]] = [
        (RupiahModelField, {"form_class": RupiahField}),
        (models.DecimalField, {"form_class": LocalDecimalField}),
        (models.IntegerField, {"form_class": LocalIntegerField}),
        (models.DateTimeField, {"widget": DateTimeInput}),
        (models.DateField, {"widget": DateInput}),
        (models.TimeField, {"widget": TimeInput}),
    ]
    for kind, options in kinds:
        if isinstance(db_field, kind):
            return db_field.formfield(**{**options, **kwargs})
    return db_field.formfield(**kwargs)


def add_rule_errors(form: forms.BaseForm, error: BusinessRuleError) -> None:
    """Put a broken rule's sentences at their fields, the others above the form."""
    for field, sentences in error.errors.items():
        place = field if field in form.fields else None
        form.add_error(place, [ValidationError(text) for text in sentences])
    if not error.errors:
        form.add_error(None, str(error))
