"""The form of an area's readiness: one answer for each criterion, all saved at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from core.forms import DateInput, LocalIntegerField
from programs.models import ReadinessCheck
from programs.readiness import CRITERIA, Criterion, Stage
from programs.services import Answer

FIELDS = ("state", "document_number", "dated_on", "note")
STATES = [("", gettext_lazy("Not looked at")), *ReadinessCheck.State.choices]


class YearForm(forms.Form):
    """Of which budget year; a wrong one is not read."""

    year = LocalIntegerField(
        label=gettext_lazy("Budget year"), min_value=2000, max_value=2100
    )


@dataclass(frozen=True, slots=True)
class CriterionPart:
    """A criterion with its fields, for the page."""

    criterion: Criterion
    check: ReadinessCheck | None
    state: forms.BoundField
    details: list[forms.BoundField]

    @property
    def is_open(self) -> bool:
        """Whether its document and note are shown at once: filled in, or refused."""
        return any(field.value() or field.errors for field in self.details)


class ReadinessForm(forms.Form):
    """Fields are `<criterion>.<field>`, as the service names its errors."""

    def __init__(
        self, *args: Any, checks: Mapping[str, ReadinessCheck], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.checks = checks
        for criterion in CRITERIA:
            check = checks.get(criterion.code)
            for name, field in _fields(criterion).items():
                field.initial = getattr(check, name, None)
                self.fields[f"{criterion.code}.{name}"] = field

    def stages(self) -> list[tuple[Stage, list[CriterionPart]]]:
        """The criteria by stage, for the page."""
        return [
            (stage, [self._part(row) for row in CRITERIA if row.stage == stage])
            for stage in Stage
        ]

    def _part(self, criterion: Criterion) -> CriterionPart:
        state, *details = [self[f"{criterion.code}.{name}"] for name in FIELDS]
        return CriterionPart(criterion, self.checks.get(criterion.code), state, details)

    def answers(self) -> dict[str, Answer]:
        """What was answered, by criterion."""
        return {
            row.code: Answer(
                **{  # type: ignore[typeddict-item]
                    name: self.cleaned_data[f"{row.code}.{name}"] for name in FIELDS
                }
            )
            for row in CRITERIA
        }


def _fields(criterion: Criterion) -> dict[str, forms.Field]:
    """The label of the first is the criterion's name, so that problems name it."""
    return {
        "state": forms.ChoiceField(
            label=criterion.name, choices=STATES, required=False
        ),
        "document_number": forms.CharField(
            label=gettext_lazy("Document number"), max_length=100, required=False
        ),
        "dated_on": forms.DateField(
            label=gettext_lazy("Date of the document"),
            widget=DateInput,
            required=False,
        ),
        "note": forms.CharField(
            label=gettext_lazy("Note"), max_length=300, required=False
        ),
    }
