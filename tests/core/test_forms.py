from datetime import date
from decimal import Decimal

import pytest
from django import forms
from django.db import models
from django.utils import translation

from core.errors import BusinessRuleError
from core.fields import HectaresField
from core.fields import RupiahField as RupiahModelField
from core.forms import (
    DateInput,
    LocalDecimalField,
    LocalIntegerField,
    RupiahField,
    add_rule_errors,
    local_formfield,
)


@pytest.mark.parametrize(
    ("text", "number"),
    [("0,84", "0.84"), ("1.234,5", "1234.5"), ("0", "0"), ("12,480000", "12.48")],
)
def test_a_decimal_is_read_as_it_is_typed(text, number):
    assert LocalDecimalField().clean(text) == Decimal(number)


def test_blank_is_blank():
    assert LocalDecimalField(required=False).clean("") is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1.234", "ambiguous"),
        ("abc", "invalid"),
        ("1,1234567", "max_decimal_places"),
        ("-1", "min_value"),
        ("123456789", "max_whole_digits"),
    ],
)
def test_a_decimal_is_refused(text, code):
    with pytest.raises(forms.ValidationError) as caught:
        LocalDecimalField(min_value=0).clean(text)

    assert caught.value.error_list[0].code == code


def test_money_and_counts_take_a_point_for_thousands():
    assert RupiahField().clean("612.400") == Decimal(612400)
    assert LocalIntegerField().clean("1.234") == 1234
    assert isinstance(LocalIntegerField().clean("7"), int)
    with pytest.raises(forms.ValidationError):
        LocalIntegerField().clean("1,5")


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_form_shows_a_stored_number_so_that_it_is_read_back(language):
    class Form(forms.Form):
        hectares = LocalDecimalField()

    with translation.override(language):
        stored = Form(initial={"hectares": Decimal("1.234000")})
        typed = Form({"hectares": "1.234"})

        assert 'value="1,234"' in str(stored["hectares"])
        assert 'value="1.234"' in str(typed["hectares"])


def test_an_unchanged_number_is_no_change():
    class Form(forms.Form):
        hectares = LocalDecimalField()

    form = Form({"hectares": "0,84"}, initial={"hectares": Decimal("0.840000")})

    assert not form.has_changed()


@pytest.mark.parametrize(
    ("db_field", "field_class"),
    [
        (HectaresField("luas"), LocalDecimalField),
        (RupiahModelField("dana"), RupiahField),
        (models.PositiveIntegerField("jumlah"), LocalIntegerField),
        (models.CharField("nama"), forms.CharField),
    ],
)
def test_model_forms_get_local_fields(db_field, field_class):
    assert type(local_formfield(db_field)) is field_class


def test_dates_are_iso_in_the_date_picker():
    field = local_formfield(models.DateField("tanggal"))

    assert isinstance(field.widget, DateInput)
    with translation.override("id"):
        assert 'value="2026-01-08"' in field.widget.render("on", date(2026, 1, 8))


def test_rule_errors_stand_at_their_fields():
    class Form(forms.Form):
        hectares = LocalDecimalField()

    form = Form({"hectares": "1"})
    assert form.is_valid()

    error = BusinessRuleError(
        errors={"hectares": ["Terlalu besar."], "x.1": ["Salah."]}
    )
    add_rule_errors(form, error)

    assert form.errors == {"hectares": ["Terlalu besar."], "__all__": ["Salah."]}


def test_a_rule_error_without_fields_stands_above_the_form():
    form = forms.Form({})
    assert form.is_valid()

    add_rule_errors(form, BusinessRuleError("Tinggal 0,50 ha."))

    assert form.non_field_errors() == ["Tinggal 0,50 ha."]
