"""Forms of published results: the file with its head, then the columns."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.models import Region, User
from areas.models import PublishedSource, RuleSet
from areas.published.mapping import NEED, PLACES, SCORE, Field, fields_of
from areas.published.services import check_head
from areas.published.sheet import FileColumn
from areas.rules import Rules
from areas.survey.forms import MARKS, MEGABYTE
from core.errors import BusinessRuleError
from core.forms import DateInput, add_rule_errors
from core.numbers import format_decimal

HEAD = ("title", "publisher", "published_on", "url", "region_name", "region")


class PublishedUploadForm(forms.ModelForm):
    """The file, and what document it is."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        allow_empty_file=True,  # the reader says what to do
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )
    url = forms.URLField(
        label=gettext_lazy("Address on the web"),
        required=False,
        max_length=500,
        assume_scheme="https",
    )
    decimal_mark = forms.ChoiceField(
        label=gettext_lazy("Decimal mark in text cells"),
        required=False,
        choices=MARKS,
        help_text=gettext_lazy("Real numbers in Excel cells are always clear."),
    )

    class Meta:
        model = PublishedSource
        fields = (*HEAD, "rule_set")
        widgets = {"published_on": DateInput()}
        labels = {
            "title": gettext_lazy("Title of the document"),
            "publisher": gettext_lazy("Published by"),
            "published_on": gettext_lazy("Published on"),
            "region_name": gettext_lazy("Region as the document names it"),
            "region": gettext_lazy("The same region in this application"),
            "rule_set": gettext_lazy("Rule set of the scores"),
        }
        help_texts = {
            "region": gettext_lazy(
                "Leave it blank when the application does not know it; villages are"
                " then kept as text."
            )
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.order_fields(["file", *HEAD, "rule_set", "decimal_mark"])
        self._choices("rule_set").queryset = RuleSet.objects.published()
        regions = Region.objects.filter(level=Region.Level.REGENCY)
        self._choices("region").queryset = regions
        self._choices("region").empty_label = _("it is not in this application")
        self.fields["file"].help_text = _(
            ".xlsx or .csv, at most %(megabytes)s MB."
        ) % {"megabytes": format_decimal(settings.SURVEY_MAX_BYTES / MEGABYTE, None)}

    def _choices(self, name: str) -> Any:
        return self.fields[name]

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > settings.SURVEY_MAX_BYTES:
            raise ValidationError(_("The file is too big. Split it."))
        return file

    def clean(self) -> dict[str, Any]:
        """With the service's own sentences about the head, at its fields."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            values = {name: cleaned[name] for name in (*HEAD, "rule_set")}
            try:
                check_head(PublishedSource(**values, imported_by=self.user))
            except BusinessRuleError as error:
                add_rule_errors(self, error)
        return cleaned

    def head(self) -> dict[str, str]:
        """What was typed, as a session can hold it."""
        values = self.cleaned_data
        region = values["region"]
        return {
            "title": values["title"],
            "publisher": values["publisher"],
            "published_on": values["published_on"].isoformat(),
            "url": values["url"] or "",
            "region_name": values["region_name"],
            "region": region.pk if region else "",
            "rule_set": str(values["rule_set"].pk),
            "decimal_mark": values["decimal_mark"],
        }


def head_values(head: Mapping[str, str]) -> dict[str, Any]:
    """A kept head as the service takes it."""
    return {
        "title": head["title"],
        "publisher": head["publisher"],
        "published_on": date.fromisoformat(head["published_on"]),
        "url": head["url"],
        "region_name": head["region_name"],
        "region": Region.objects.get(pk=head["region"]) if head["region"] else None,
        "rule_set": RuleSet.objects.get(pk=head["rule_set"]),
        "decimal_mark": head["decimal_mark"] or None,
    }


class MappingForm(forms.Form):
    """One choice of a column for everything that columns can hold."""

    def __init__(
        self, *args: Any, rules: Rules, columns: Sequence[FileColumn], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.rules = rules
        choices = [("", _("no column"))] + [
            (column.heading, f"{column.letter} · {column.heading}")
            for column in columns
        ]
        samples = {column.heading: column.sample for column in columns}
        for field in fields_of(rules):
            self.fields[field.key] = self._choice(field, choices, samples)

    def _choice(
        self,
        field: Field,
        choices: list[tuple[str, str]],
        samples: Mapping[str, str],
    ) -> forms.ChoiceField:
        """Blank passes here: the service says which columns it needs, all at once."""
        sample = samples.get(self.initial.get(field.key, ""), "")
        label = str(field.label)
        return forms.ChoiceField(
            label=label
            if field.is_required
            else _("%(field)s (optional)") % {"field": label},
            required=False,
            choices=choices,
            help_text=escape(_("For example: %(sample)s") % {"sample": sample})
            if sample
            else "",
        )

    @property
    def places(self) -> list[Any]:
        return [self[field.key] for field in PLACES]

    @property
    def indicators(self) -> list[dict[str, Any]]:
        """Score and need of each indicator, with its name."""
        return [
            {
                "indicator": row,
                "score": self[f"{SCORE}{row.code}"],
                "need": self[f"{NEED}{row.code}"],
            }
            for row in self.rules.indicators
        ]

    def mapping(self) -> dict[str, str]:
        """What was chosen, without blanks."""
        return {key: text for key, text in self.cleaned_data.items() if text}


class DeleteForm(forms.Form):
    """Nothing to fill in: sending it is the answer."""
