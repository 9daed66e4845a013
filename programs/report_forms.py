"""The inputs of a report: a small form per line and per RT, refused together."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy

from core.errors import BusinessRuleError
from core.forms import LocalDecimalField, RupiahField
from programs.models import ProgressReport
from programs.services import LineInput, UnitInput, check_report_lines
from programs.sheet import LineSheet, ReportSheet, UnitRow

Data = QueryDict | None
SENT = "lines"


class LineForm(forms.Form):
    """The figures of one line; prefilled with what is stored."""

    volume = LocalDecimalField(label=gettext_lazy("Volume done"), required=False)
    physical_percent = LocalDecimalField(
        label=gettext_lazy("Physical progress (%)"),
        required=False,
        max_digits=5,
        decimal_places=2,
    )
    spent = RupiahField(label=gettext_lazy("Money spent (Rp)"), required=False)
    is_nil = forms.BooleanField(label=gettext_lazy("Nil"), required=False)
    note = forms.CharField(
        label=gettext_lazy("Obstacles or notes"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class UnitForm(forms.Form):
    """What is finished in one RT; blank says that it is not."""

    hectares = LocalDecimalField(label=gettext_lazy("Proposed"), required=False)
    reason = forms.CharField(
        label=gettext_lazy("Reason"), required=False, max_length=300
    )


@dataclass
class UnitPanel:
    row: UnitRow
    form: UnitForm

    @property
    def shows_reason(self) -> bool:
        """Whether the reason stands open: asked for, given, or refused."""
        return bool(self.form["reason"].value() or self.form.errors)


@dataclass
class LinePanel:
    """One line of the entry page: what is known about it, and its inputs."""

    sheet: LineSheet
    form: LineForm
    units: list[UnitPanel]

    @property
    def forms(self) -> list[forms.Form]:
        return [self.form, *(unit.form for unit in self.units)]

    @property
    def has_errors(self) -> bool:
        return any(form.errors for form in self.forms)

    @property
    def error_count(self) -> int:
        return sum(len(form.errors) for form in self.forms)

    @property
    def is_valid(self) -> bool:
        return all(form.is_valid() for form in self.forms)

    @property
    def is_done(self) -> bool:
        return not self.has_errors and not self.sheet.missing

    def as_input(self) -> LineInput:
        values: dict[str, Any] = dict(self.form.cleaned_data)
        units = [
            UnitInput(
                neighbourhood=panel.row.key or None,
                hectares=panel.form.cleaned_data.get("hectares"),
                reason=panel.form.cleaned_data.get("reason", ""),
            )
            for panel in self.units
        ]
        return cast(
            LineInput, values | {"activity": self.sheet.activity.pk, "units": units}
        )


class ReportEntry:
    """All inputs of a report, named by line and RT.

    Only lines that were on the page that was sent (`lines`) are read: a line that was
    added meanwhile stays as it is.
    """

    def __init__(self, sheet: ReportSheet, data: QueryDict | None = None) -> None:
        self.sheet = sheet
        sent = set(data.getlist(SENT)) if data is not None else set()
        self.panels = [
            _line_panel(line, data if str(line.line.pk) in sent else None)
            for line in sheet.lines
        ]

    @property
    def sent(self) -> list[LinePanel]:
        return [panel for panel in self.panels if panel.form.is_bound]

    @property
    def problems(self) -> list[tuple[LinePanel, forms.BoundField, str]]:
        """Every refused input, in the order of the page."""
        return [
            (panel, form[name], str(text))
            for panel in self.panels
            for form in panel.forms
            for name, texts in form.errors.items()
            for text in texts
        ]

    def is_valid(self, report: ProgressReport) -> bool:
        """Whether everything can be read and stored; else all problems are told.

        What can be read is held against the rules even where something else cannot.
        """
        readable = [panel for panel in self.sent if panel.is_valid]
        lines = [panel.as_input() for panel in readable]
        self._place(readable, check_report_lines(report, lines=lines))
        return not any(panel.has_errors for panel in self.panels)

    def as_input(self) -> list[LineInput]:
        return [panel.as_input() for panel in self.sent]

    def add_errors(self, error: BusinessRuleError) -> None:
        """What the service refused all the same, at its inputs."""
        self._place(self.sent, error.errors)

    def _place(self, panels: list[LinePanel], errors: Mapping[str, list[str]]) -> None:
        for path, sentences in errors.items():
            _kind, number, *rest = path.split(".")
            panel = panels[int(number)]
            form: forms.Form = panel.form
            if rest[0] == "units":
                form = panel.units[int(rest[1])].form
            name = rest[-1] if rest[-1] in form.fields else next(iter(form.fields))
            for sentence in sentences:
                form.add_error(name, sentence)


def _line_panel(line: LineSheet, data: Data) -> LinePanel:
    stored = line.line
    prefix = f"k{stored.pk}"
    initial = {name: getattr(stored, name) for name in LineForm.base_fields}
    units = [
        UnitPanel(
            row,
            UnitForm(
                data,
                prefix=f"{prefix}-u{row.key}",
                initial={
                    "hectares": row.stored.reported if row.stored else None,
                    "reason": row.stored.reason if row.stored else "",
                },
            ),
        )
        for row in line.units
    ]
    return LinePanel(line, LineForm(data, prefix=prefix, initial=initial), units)
