"""The inputs of a review: a mark per line, hectares where they are changed."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from areas.footprint_map import footprint_scene
from areas.footprints import Overlap
from areas.geometry.drawing import Scene
from core.errors import BusinessRuleError
from core.forms import LocalDecimalField
from programs.models import LineMark
from programs.models.review import Mark
from programs.rules import ZERO
from programs.services import Decision, MarkInput
from programs.services.comments import LENGTH
from programs.services.review import REASON_LENGTH, hectares_of, mark_of
from programs.sheet import LineSheet, ReportSheet, UnitRow


class MarkForm(forms.Form):
    """A verifier's decision on one line, and the reason where it takes hectares off."""

    mark = forms.ChoiceField(
        label=gettext_lazy("Mark"), choices=Mark.choices, required=False
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason for the change (required, read by the reporter)"),
        required=False,
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    comment = forms.CharField(
        label=gettext_lazy("Comment on this line"),
        required=False,
        max_length=LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class VerifiedForm(forms.Form):
    verified = LocalDecimalField(label=gettext_lazy("Verified (ha)"), required=False)


@dataclass
class ReviewPanel:
    """One line of the review page with its mark and an input per undecided unit."""

    sheet: LineSheet
    form: MarkForm
    units: list[tuple[UnitRow, VerifiedForm | None]]

    @property
    def overlap(self) -> Overlap | None:
        """In an area without RT: what its footprint may still count."""
        found = (row.overlap for row, _form in self.units if row.overlap)
        return next(found, None)

    @property
    def scene(self) -> Scene | None:
        """The drawing of that, for the verifier to rule on."""
        overlap = self.overlap
        return footprint_scene(self.sheet.activity.area, overlap) if overlap else None

    @property
    def needs_mark(self) -> bool:
        return bool(self.sheet.undecided)

    @property
    def forms(self) -> list[forms.Form]:
        return [self.form, *(form for _row, form in self.units if form)]

    @property
    def has_errors(self) -> bool:
        return any(form.errors for form in self.forms)

    def as_input(self) -> MarkInput:
        """The mark to be kept, finished or not."""
        values = self.form.cleaned_data
        decided = {
            row.stored.pk: hectares
            for row, form in self.units
            if form and row.stored
            if (hectares := form.cleaned_data.get("verified")) is not None
        }
        is_change = values.get("mark") == Mark.CHANGED
        return MarkInput(
            values.get("mark", ""),
            values.get("reason", ""),
            decided if is_change else {},
        )

    def decisions(self) -> dict[int, Decision]:
        """What the mark says of each undecided unit; blank inputs are refused."""
        mark = self.form.cleaned_data.get("mark")
        reason = self.form.cleaned_data.get("reason", "")
        decided = {}
        for row, form in self.units:
            if form is None or row.stored is None:
                continue
            hectares = self._decided(mark, form, row.stored.reported)
            if hectares is not None:
                decided[row.stored.pk] = Decision(hectares, reason)
        return decided

    def _decided(
        self, mark: Any, form: VerifiedForm, reported: Decimal
    ) -> Decimal | None:
        if mark == Mark.AS_REPORTED:
            return reported
        if mark == Mark.REJECTED:
            return ZERO
        typed = form.cleaned_data.get("verified")
        if typed is None and not form.errors:
            form.add_error("verified", _("Write the hectares; 0 accepts none."))
        return typed


class ReportReview:
    """All inputs of a review, named as the errors of the service are keyed."""

    def __init__(self, sheet: ReportSheet, data: QueryDict | None = None) -> None:
        self.sheet = sheet
        self.panels = [_review_panel(line, data) for line in sheet.lines]

    @property
    def has_maps(self) -> bool:
        """Whether a line shows a footprint."""
        return any(panel.overlap for panel in self.panels)

    @property
    def unmarked(self) -> list[ReviewPanel]:
        """Lines on which nothing has been decided yet."""
        return [
            panel
            for panel in self.panels
            if panel.needs_mark and not panel.form["mark"].value()
        ]

    @property
    def marked_count(self) -> int:
        return sum(panel.needs_mark for panel in self.panels) - len(self.unmarked)

    @property
    def needed_count(self) -> int:
        return sum(panel.needs_mark for panel in self.panels)

    @property
    def problems(self) -> list[tuple[ReviewPanel, forms.BoundField, str]]:
        return [
            (panel, form[name], str(text))
            for panel in self.panels
            for form in panel.forms
            for name, texts in form.errors.items()
            for text in texts
        ]

    def is_valid(self) -> bool:
        """Whether everything typed can be read; a mark may be missing."""
        return all(form.is_valid() for panel in self.panels for form in panel.forms)

    def marks(self) -> dict[int, MarkInput]:
        """The marks by line, of the lines that can have one."""
        return {
            panel.sheet.line.pk: panel.as_input()
            for panel in self.panels
            if panel.needs_mark
        }

    def comments(self) -> dict[int, str]:
        """What was written on the lines, by line."""
        texts = {
            panel.sheet.line.pk: panel.form.cleaned_data.get("comment", "")
            for panel in self.panels
        }
        return {line: text for line, text in texts.items() if text.strip()}

    def decisions(self) -> dict[int, Decision]:
        """The decisions by unit; what is missing is put at its input."""
        decided: dict[int, Decision] = {}
        for panel in self.panels:
            if not all(form.is_valid() for form in panel.forms):
                continue
            if not panel.needs_mark:
                continue
            if not panel.form.cleaned_data.get("mark"):
                panel.form.add_error("mark", _("Decide on this line."))
                continue
            decided |= panel.decisions()
        return decided

    @property
    def has_errors(self) -> bool:
        return any(panel.has_errors for panel in self.panels)

    def add_errors(self, error: BusinessRuleError) -> list[str]:
        """What the service refused, at its inputs; the rest comes back."""
        rest = []
        for path, sentences in error.errors.items():
            parts = path.split(".")
            if parts[0] != "lines":
                rest += [] if path in VERIFICATION_FACTS else sentences
                continue
            unit = int(parts[3]) if parts[2:3] == ["units"] else None
            self._place(int(parts[1]), unit, parts[-1], sentences)
        return rest

    def _place(
        self, line: int, unit: int | None, name: str, sentences: list[str]
    ) -> None:
        panel = self.panels[line]
        form: forms.Form | None = panel.form
        if name == "verified" and unit is not None:
            form = panel.units[unit][1]
        target = form or panel.form
        place = name if name in target.fields else "reason"
        for sentence in dict.fromkeys(sentences):
            if sentence not in target.errors.get(place, []):
                target.add_error(place, sentence)


VERIFICATION_FACTS = frozenset({"method", "visited_on", "officers", "minutes_number"})


def _review_panel(line: LineSheet, data: QueryDict | None) -> ReviewPanel:
    prefix, mark = line.anchor, mark_of(line)
    undecided = {row.key for row in line.undecided}
    units: list[tuple[UnitRow, VerifiedForm | None]] = [
        (
            row,
            VerifiedForm(
                data,
                prefix=f"{prefix}-u{row.key}",
                initial={"verified": _prefilled(mark, row)},
            )
            if row.key in undecided
            else None,
        )
        for row in line.touched
    ]
    kept = {"mark": mark.mark, "reason": mark.reason} if mark else {}
    return ReviewPanel(line, MarkForm(data, prefix=prefix, initial=kept), units)


def _prefilled(mark: LineMark | None, row: UnitRow) -> Decimal | None:
    """The hectares that the kept mark has, else what can be verified."""
    if mark is None or mark.mark != Mark.CHANGED:
        return row.proposed
    return hectares_of(mark, row)
