"""Forms of RT that are split or merged: the new RT with what they have."""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from areas.forms import NeighbourhoodForm
from areas.models import Neighbourhood, SlumArea
from areas.services.neighbourhoods import NeighbourhoodValues
from areas.unit_forms import NoticeForm

PART_FIELDS = (
    "rt_rw",
    "hectares",
    "buildings",
    "households",
    "population",
    "ideal_road_m",
    "ideal_drainage_m",
    "existing_road_m",
)
SUMMED = PART_FIELDS[1:]
FEWEST_PARTS, MOST_PARTS = 2, 20


class SplitForm(NoticeForm):
    """So many parts, each with what an RT has; fields are `parts.<n>.<field>`.

    The names are those of the service's errors, so that each lands on its field.
    """

    def __init__(self, *args: Any, parts: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parts = parts
        for number in range(parts):
            for name in PART_FIELDS:
                field = deepcopy(NeighbourhoodForm.base_fields[name])
                self.fields[f"parts.{number}.{name}"] = field

    def rows(self) -> Iterable[list[Any]]:
        """The fields of each part, for the page."""
        for number in range(self.parts):
            yield [self[f"parts.{number}.{name}"] for name in PART_FIELDS]

    def notice_fields(self) -> list[Any]:
        return [self[name] for name in NoticeForm.base_fields]

    def values(self) -> list[NeighbourhoodValues]:
        """What the parts were filled in with."""
        return [
            NeighbourhoodValues(
                **{  # type: ignore[typeddict-item]
                    name: self.cleaned_data[f"parts.{number}.{name}"]
                    for name in PART_FIELDS
                }
            )
            for number in range(self.parts)
        ]


class UnitsChoice(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.rt_rw} · {obj.village.name}"


class ChooseForm(forms.Form):
    """Which RT of the area are merged."""

    units = UnitsChoice(
        Neighbourhood.objects.none(),
        label=_("RT to be merged"),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, area: SlumArea, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = self.fields["units"]
        assert isinstance(units, forms.ModelMultipleChoiceField)
        units.queryset = area.neighbourhoods.select_related("village")


class MergeForm(NeighbourhoodForm):
    """The RT that takes the place of the chosen ones, filled in with their sums."""

    effective_on = deepcopy(NoticeForm.base_fields["effective_on"])
    document = deepcopy(NoticeForm.base_fields["document"])
    reason = deepcopy(NoticeForm.base_fields["reason"])


def sums_of(units: Iterable[Neighbourhood]) -> Mapping[str, Any]:
    """What the RT have together; blank where one of them does not say."""
    rows = list(units)
    sums: dict[str, Any] = {"village": rows[0].village_id if rows else None}
    for name in SUMMED:
        values = [getattr(unit, name) for unit in rows]
        sums[name] = None if None in values else sum(values)
    return sums
