"""The inputs of a report: a small form per line and per RT, refused together."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy

from core.errors import BusinessRuleError
from core.forms import LocalDecimalField, RupiahField
from core.numbers import key_in
from programs.models import ProgressReport, ReportLine
from programs.services import LineInput, UnitInput, check_report_lines
from programs.sheet import LineSheet, ReportSheet, UnitRow

Data = QueryDict | None
SENT = "lines"
FIGURES = ("volume", "physical_percent", "planned_percent", "spent")
CHOSEN = ("obstacle", "help_needed")
NOT_CHOSEN = [("", gettext_lazy("none"))]


class LineForm(forms.Form):
    """The figures of one line; prefilled with what is stored."""

    volume = LocalDecimalField(label=gettext_lazy("Volume done"), required=False)
    physical_percent = LocalDecimalField(
        label=gettext_lazy("Physical progress (%)"),
        required=False,
        max_digits=5,
        decimal_places=2,
    )
    planned_percent = LocalDecimalField(
        label=gettext_lazy("Planned progress (%)"),
        required=False,
        max_digits=5,
        decimal_places=2,
    )
    spent = RupiahField(label=gettext_lazy("Money spent (Rp)"), required=False)
    obstacle = forms.ChoiceField(
        label=gettext_lazy("Obstacle"),
        choices=[*NOT_CHOSEN, *ReportLine.Obstacle.choices],
        required=False,
    )
    help_needed = forms.ChoiceField(
        label=gettext_lazy("Whose help is needed"),
        choices=[*NOT_CHOSEN, *ReportLine.Help.choices],
        required=False,
    )
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
    def is_done(self) -> bool:
        return not self.has_errors and not self.sheet.missing

    def as_input(self) -> LineInput:
        """What was typed; an input that cannot be read counts as blank."""
        cleaned = self.form.cleaned_data
        values: dict[str, Any] = {name: cleaned.get(name) for name in FIGURES}
        values |= {name: cleaned.get(name, "") for name in CHOSEN}
        values |= {
            "is_nil": cleaned.get("is_nil", False),
            "note": cleaned.get("note", ""),
        }
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
        self.nil_reason = data.get("nil_reason") if data is not None else None
        self.whole_problems: list[str] = []
        sent = set(data.getlist(SENT)) if data is not None else set()
        self.panels = [
            line_panel(line, data if line.key in sent else None) for line in sheet.lines
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

    @property
    def stored_otherwise(self) -> list[tuple[LinePanel, forms.BoundField, Any]]:
        """What was typed and is not what stands there: input, and what is stored."""
        return [
            (panel, form[name], form[name].initial)
            for panel in self.sent
            for form in panel.forms
            for name in form.changed_data
        ]

    @property
    def is_readable(self) -> bool:
        """Whether every input can be read; the rules are not asked."""
        return all(form.is_valid() for panel in self.sent for form in panel.forms)

    def is_valid(self, report: ProgressReport) -> bool:
        """Whether everything can be read and stored; else all problems are told.

        What can be read is held against the rules even where something else cannot.
        """
        unread = {
            form.prefix for panel in self.sent for form in panel.forms if form.errors
        }
        errors = check_report_lines(
            report, lines=self.as_input(), nil_reason=self.nil_reason
        )
        self._place(errors, unread)
        return not self.has_errors

    @property
    def has_errors(self) -> bool:
        refused = any(panel.has_errors for panel in self.panels)
        return refused or bool(self.whole_problems)

    def as_input(self, *, without_errors: bool = False) -> list[LineInput]:
        """What was sent; where asked, without the lines that are refused."""
        panels = [p for p in self.sent if not (without_errors and p.has_errors)]
        return [panel.as_input() for panel in panels]

    def add_errors(self, error: BusinessRuleError) -> None:
        """What the service refused all the same, at its inputs."""
        self._place(error.errors)

    def _place(
        self, errors: Mapping[str, list[str]], unread: Collection[str | None] = ()
    ) -> None:
        """Each sentence at its input; not again at one of RT that was not read."""
        for path, sentences in errors.items():
            if not path.startswith(f"{SENT}."):
                self.whole_problems += sentences
                continue
            _lines, number, *rest = path.split(".")
            panel = self.sent[int(number)]
            form: forms.Form = panel.form
            if rest[0] == "units":
                form = panel.units[int(rest[1])].form
                if form.prefix in unread:
                    continue
            name = rest[-1] if rest[-1] in form.fields else next(iter(form.fields))
            if name not in form.errors:
                form.add_error(name, [ValidationError(text) for text in sentences])


def line_panel(line: LineSheet, data: Data) -> LinePanel:
    """The line's inputs, filled with what is stored or with what was sent."""
    stored = line.line
    prefix = line.anchor
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


def version_in(data: QueryDict) -> int | None:
    """The version of the report that a form was made of; None where it names none."""
    return key_in(data.get("version", ""))
