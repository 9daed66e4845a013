"""The filter of the home page: the same names and meaning as in the list of areas."""

from collections.abc import Sequence
from typing import Any

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.models import Region
from areas.filters import SlumAreaFilter

SHOWN = ("regency", "severity", "authority", "typology", "as_of")


class HomeFilter(SlumAreaFilter):
    """Of areas with their figures; `regencies` are those that the page lists anyway.

    The panel offers `SHOWN`; the others count too and go along unseen.
    """

    advanced = ()
    regency = django_filters.ChoiceFilter(
        field_name="regency_id", label=_("Regency/city"), empty_label=_("all")
    )

    def __init__(
        self, *args: Any, regencies: Sequence[Region] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, filter_ in self.filters.items():
            if name not in SHOWN:
                filter_.extra["widget"] = forms.HiddenInput
        choices = [(region.code, region.name) for region in regencies]
        self.filters["regency"].extra["choices"] = choices
        if len(choices) == 1:  # nothing to choose from
            self.filters["regency"].extra["widget"] = forms.HiddenInput

    @property
    def wanted(self) -> dict[str, str]:
        """What was asked for and could be read, as a query string has it."""
        given = self.form.data if self.is_bound else {}
        return {
            name: str(given.get(name))
            for name, value in self.form.cleaned_data.items()
            if value not in (None, "")
        }
