"""Which survey is the baseline, and which is compared with what is left of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import html
from programs.history.queries import Survey

TODAY = "today"


class PairForm(forms.Form):
    """Two standing surveys of an area; the second under the same rules, and later.

    `standing` stands oldest first and is not empty. What `query` leaves open is filled
    in: the first survey under the rule set of the newest, and the newest after it.
    """

    base = forms.ChoiceField(label=gettext_lazy("Baseline survey"))
    compared = forms.ChoiceField(label=gettext_lazy("Compared with"))

    def __init__(self, query: Mapping[str, Any], standing: Sequence[Survey]) -> None:
        self.by_key = {str(survey.key): survey for survey in standing}
        self.usual_base = _first_like(standing[-1], standing)
        base = query.get("base") or str(self.usual_base.key)
        later = self._newest_after(self.by_key.get(base, self.usual_base))
        usual = str(later.key) if later else TODAY
        compared = query.get("compared") or usual
        super().__init__({"base": base, "compared": compared})
        choices = [(key, _named(survey)) for key, survey in self.by_key.items()]
        today = (TODAY, _("no survey: state of today"))
        self.fields["base"] = self._choice("base", choices)
        self.fields["compared"] = self._choice("compared", [*choices, today])

    def pair(self) -> tuple[Survey, Survey | None]:
        """Baseline and later survey as chosen; the usual ones where that cannot be."""
        if self.is_valid():
            chosen = self.cleaned_data
            return self.by_key[chosen["base"]], self.by_key.get(chosen["compared"])
        return self.usual_base, self._newest_after(self.usual_base)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        base = self.by_key.get(cleaned.get("base", ""))
        later = self.by_key.get(cleaned.get("compared", ""))
        if base and later and (problem := _problem(base, later)):
            raise ValidationError({"compared": [problem]})
        return cleaned

    def _choice(self, name: str, choices: list[tuple[str, str]]) -> forms.ChoiceField:
        return forms.ChoiceField(label=self.base_fields[name].label, choices=choices)

    def _newest_after(self, base: Survey) -> Survey | None:
        fitting = [s for s in self.by_key.values() if not _problem(base, s)]
        return fitting[-1] if fitting else None


def _first_like(survey: Survey, standing: Sequence[Survey]) -> Survey:
    """The first survey under the same rule set."""
    rule_set = survey.assessment.rule_set_id
    return next(s for s in standing if s.assessment.rule_set_id == rule_set)


def _problem(base: Survey, later: Survey) -> str:
    """Why the two cannot be compared; empty where they can."""
    if base.assessment.rule_set_id != later.assessment.rule_set_id:
        return _("The two follow different rule sets. Choose surveys under one.")
    if later.on <= base.on:
        return _("Choose a survey that is later than the baseline.")
    return ""


def _named(survey: Survey) -> str:
    return _("%(date)s, total %(total)s (%(rules)s)") % {
        "date": html.day(survey.on),
        "total": survey.result.total,
        "rules": survey.rules.title,
    }
