"""Forms of requests to transfer an area, and of the agencies that act in one."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency
from areas.models import SlumArea
from areas.rules import Authority
from areas.standing import Standing
from core.forms import DateInput

TEXT = forms.Textarea(attrs={"rows": 3})


class AskForm(forms.Form):
    """Who is asked, by which letter, and why."""

    to_agency = forms.ModelChoiceField(
        Agency.objects.none(),
        label=_("Asked agency"),
        help_text=_("Of another authority than the one by size."),
    )
    letter_number = forms.CharField(label=_("Number of the letter"), max_length=100)
    letter_on = forms.DateField(label=_("Date of the letter"), widget=DateInput)
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=TEXT)

    def __init__(
        self, *args: Any, area: SlumArea, standing: Standing, on: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        asked = self.fields["to_agency"]
        assert isinstance(asked, forms.ModelChoiceField)
        offices = agencies_at(area, on).filter(level__in=Authority.values)
        asked.queryset = offices.exclude(level=standing.authority)


class AcceptForm(forms.Form):
    answer_number = forms.CharField(label=_("Number of the answer"), max_length=100)
    answer_on = forms.DateField(label=_("Date of the answer"), widget=DateInput)
    note = forms.CharField(label=_("Note"), max_length=500, required=False, widget=TEXT)


class RefuseForm(AcceptForm):
    note = forms.CharField(label=_("Why it is refused"), max_length=500, widget=TEXT)


class ActingAgencyForm(forms.Form):
    """An agency that acts in the area; the letter where its authority differs."""

    agency = forms.ModelChoiceField(Agency.objects.none(), label=_("Agency"))
    document = forms.CharField(
        label=_("Number of the letter"),
        max_length=100,
        required=False,
        help_text=_(
            "Needed where the agency belongs to another authority than the one by size."
        ),
    )

    def __init__(self, *args: Any, area: SlumArea, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        agency = self.fields["agency"]
        assert isinstance(agency, forms.ModelChoiceField)
        agency.queryset = agencies_at(area, on)


def agencies_at(area: SlumArea, on: date) -> QuerySet[Agency]:
    """The agencies that exist on that day and whose region, if any, has the area."""
    parts = area.regency_id.split(".")
    above = [".".join(parts[:length]) for length in range(1, len(parts) + 1)]
    return Agency.objects.filter(
        Q(region=None) | Q(region__in=above),
        Q(valid_from=None) | Q(valid_from__lte=on),
        Q(valid_until=None) | Q(valid_until__gt=on),
    )
