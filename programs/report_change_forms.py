"""The inputs of a change of a verified report: what it shall say, and the decision."""

from dataclasses import dataclass
from decimal import Decimal

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy

from core.errors import BusinessRuleError
from core.forms import LocalDecimalField
from programs.models import ReportChange
from programs.report_forms import LinePanel, line_panel
from programs.rounds import UNITS
from programs.rules import ZERO
from programs.services.report_changes import touched_units
from programs.services.review import REASON_LENGTH, Decision
from programs.sheet import LineSheet

WHY = forms.Textarea(attrs={"rows": 2})


class ChangeReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why it has to be changed"),
        max_length=REASON_LENGTH,
        widget=WHY,
    )


class ChangeDecisionForm(forms.Form):
    """The reason of the decision; a refusal needs one, which the service says."""

    reason = forms.CharField(
        label=gettext_lazy("Reason of the decision (required to refuse)"),
        max_length=REASON_LENGTH,
        required=False,
        widget=WHY,
    )


class UnitDecisionForm(forms.Form):
    """What is accepted of a unit whose reported hectares change."""

    verified = LocalDecimalField(label=gettext_lazy("Verified (ha)"))
    why = forms.CharField(
        label=gettext_lazy("Reason where less is verified"),
        max_length=REASON_LENGTH,
        required=False,
    )


class ChangeEntry:
    """The line as it shall stand, with its inputs as on the entry page, and why."""

    def __init__(self, row: LineSheet, data: QueryDict | None = None) -> None:
        self.panel: LinePanel = line_panel(row, data)
        self.form = ChangeReasonForm(data)

    def is_valid(self) -> bool:
        """Whether everything can be read."""
        return all(form.is_valid() for form in (*self.panel.forms, self.form))

    def add_errors(self, error: BusinessRuleError) -> None:
        """What the service refused, at its inputs; what has none, above them."""
        for path, sentences in error.errors.items():
            *units, name = path.split(".")
            form: forms.Form = self.form if name == "reason" else self.panel.form
            if units[:1] == [UNITS]:
                form = self.panel.units[int(units[1])].form
            place = name if name in form.fields else None
            for sentence in sentences:
                form.add_error(place, sentence)
        if not error.errors:
            self.form.add_error(None, str(error))


@dataclass
class UnitDecision:
    """A unit whose reported hectares change, and what the verifier accepts of it."""

    key: int
    name: str
    reported: Decimal | None
    verified: Decimal | None
    asked: Decimal
    form: UnitDecisionForm | None


class ChangeDecision:
    """All inputs of a decision on a change."""

    def __init__(self, change: ReportChange, data: QueryDict | None = None) -> None:
        self.form = ChangeDecisionForm(data)
        self.units = [
            _unit_decision(change, key, asked, data)
            for key, asked in touched_units(change).items()
        ]

    @property
    def forms(self) -> list[forms.Form]:
        return [self.form, *(unit.form for unit in self.units if unit.form)]

    def is_valid(self) -> bool:
        return all(form.is_valid() for form in self.forms)

    def decisions(self) -> dict[int, Decision]:
        """By the key of the RT (0: the area)."""
        return {
            unit.key: Decision(
                unit.form.cleaned_data["verified"], unit.form.cleaned_data["why"]
            )
            for unit in self.units
            if unit.form
        }

    def add_errors(self, error: BusinessRuleError) -> None:
        """What was refused; each sentence names what it is about."""
        self.form.add_error("reason", error.errors.get("reason", []))
        rest = [t for name, ts in error.errors.items() if name != "reason" for t in ts]
        if not error.errors:
            rest = [str(error)]
        self.form.add_error(None, rest)


def _unit_decision(
    change: ReportChange, key: int, asked: Decimal, data: QueryDict | None
) -> UnitDecision:
    before = change.before[UNITS].get(str(key), {})
    after = change.values[UNITS].get(str(key), before)
    form = UnitDecisionForm(data, prefix=f"u{key}", initial={"verified": asked})
    return UnitDecision(
        key=key,
        name=after["name"],
        reported=_figure(before.get("hectares")),
        verified=_figure(before.get("verified")),
        asked=asked,
        form=form if asked > ZERO else None,
    )


def _figure(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
