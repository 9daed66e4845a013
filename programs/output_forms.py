"""The form of what a line built: rows of RT, indicator and measures."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from areas.models import Neighbourhood
from areas.rule_sets import rules_of
from core.forms import LocalDecimalField, LocalIntegerField
from programs.models import ReportLine
from programs.outputs import MEASURES, places_of
from programs.services import OutputInput
from programs.sheet import unit_name

SPARE_ROWS, MOST_ROWS = 2, 200


class OutputsForm(forms.Form):
    """So many rows; fields are `rows.<n>.<field>`.

    The names are those of the service's errors, so that each lands on its field.
    """

    def __init__(self, *args: Any, line: ReportLine, rows: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.count = rows
        self.places = places_of(line)
        indicators = _indicators(line)
        for number in range(rows):
            for name, field in _fields(self.places, indicators).items():
                self.fields[f"rows.{number}.{name}"] = field

    @property
    def names(self) -> list[str]:
        return list(_fields(self.places, []))

    def rows(self) -> Iterable[list[Any]]:
        """The fields of each row, for the page."""
        for number in range(self.count):
            yield [self[f"rows.{number}.{name}"] for name in self.names]

    def values(self) -> list[OutputInput]:
        """What was filled in; the service leaves blank rows out."""
        return [
            OutputInput(
                **{  # type: ignore[typeddict-item]
                    name: self.cleaned_data[f"rows.{number}.{name}"]
                    for name in self.names
                }
            )
            for number in range(self.count)
        ]


def initial_rows(line: ReportLine) -> list[Mapping[str, Any]]:
    """The stored rows, one for each RT of the activity without any, and spare ones."""
    stored: list[Mapping[str, Any]] = [
        {
            "neighbourhood": output.neighbourhood_id,
            "indicator": output.indicator,
            "note": output.note,
            **{name: getattr(output, name) for name in MEASURES},
        }
        for output in line.outputs.all()
    ]
    had = {row["neighbourhood"] for row in stored}
    own = line.activity.neighbourhoods.all()
    blank: dict[str, Any] = {"indicator": line.activity.indicator}
    open_rows = [blank | {"neighbourhood": u.pk} for u in own if u.pk not in had]
    return [*stored, *open_rows, *[blank] * SPARE_ROWS]


def as_initial(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The rows under the names of the form's fields."""
    return {
        f"rows.{number}.{name}": value
        for number, row in enumerate(rows)
        for name, value in row.items()
    }


def _indicators(line: ReportLine) -> list[tuple[str, str]]:
    """The activity's own indicator first: most rows are of that."""
    rules = rules_of(line.activity.rule_set_id)
    own = line.activity.indicator
    codes = sorted(rules.codes, key=lambda code: (code != own, code))
    return [(code, f"{code} {rules.by_code[code].short_name}") for code in codes]


def _fields(
    places: Sequence[Neighbourhood], indicators: list[tuple[str, str]]
) -> dict[str, forms.Field]:
    """The fields of one row; the RT only where the area has any."""
    choices = [("", _("choose an RT")), *((u.pk, unit_name(u)) for u in places)]
    place: dict[str, forms.Field] = {
        "neighbourhood": forms.TypedChoiceField(
            label=gettext_lazy("RT"),
            choices=choices,
            coerce=int,
            empty_value=None,
            required=False,
        )
    }
    return {
        **(place if places else {}),
        "indicator": forms.ChoiceField(
            label=gettext_lazy("Indicator"), choices=indicators, required=False
        ),
        "length": LocalDecimalField(label=gettext_lazy("Length (m)"), required=False),
        "width": LocalDecimalField(label=gettext_lazy("Width (m)"), required=False),
        "households": LocalIntegerField(
            label=gettext_lazy("Households (KK)"), required=False
        ),
        "units": LocalIntegerField(label=gettext_lazy("Units"), required=False),
        "note": forms.CharField(
            label=gettext_lazy("Note"), max_length=300, required=False
        ),
    }
