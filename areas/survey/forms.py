"""The upload form of a survey."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.models import User
from areas.models import Decree, RuleSet
from areas.rights import can_edit_decree, decree_regions
from core.forms import DateInput
from core.html import day
from core.numbers import format_decimal

MEGABYTE = 1 << 20
MARKS = (
    ("", gettext_lazy("Ask when a number such as 1.234 is not clear")),
    (",", gettext_lazy("Comma: 1.234,5")),
    (".", gettext_lazy("Point: 1,234.5")),
)


class DecreeChoice(forms.ModelChoiceField):
    """Decrees by number, region and date."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.number} · {obj.region.name} · {day(obj.issued_on)}"


class RuleSetChoice(forms.ModelChoiceField):
    """Published rule sets by their citation, which says the version as well."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.title} · {obj.citation}"


class SurveyUploadForm(forms.Form):
    """The file, and what is the same for all of its rows."""

    decree = DecreeChoice(
        queryset=Decree.objects.none(),
        label=gettext_lazy("Decree (SK)"),
        empty_label=gettext_lazy("choose a decree"),
    )
    rule_set = RuleSetChoice(
        queryset=RuleSet.objects.none(),
        label=gettext_lazy("Rule set"),
        empty_label=None,
        help_text=gettext_lazy("The columns of the volumes are its indicators."),
    )
    file = forms.FileField(
        label=gettext_lazy("Survey file"),
        allow_empty_file=True,  # the reader says what to do
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )
    default_date = forms.DateField(
        label=gettext_lazy("Survey date of rows without one"),
        required=False,
        widget=DateInput(),
        help_text=gettext_lazy("Leave blank when every row has its own date."),
    )
    decimal_mark = forms.ChoiceField(
        label=gettext_lazy("Decimal mark in text cells"),
        required=False,
        choices=MARKS,
        help_text=gettext_lazy("Real numbers in Excel cells are always clear."),
    )
    create_areas = forms.BooleanField(
        label=gettext_lazy("Create areas that the decree does not have yet"),
        required=False,
        help_text=gettext_lazy(
            "Their hectares in the decree become the sum of the RT."
        ),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.decrees: QuerySet[Decree] = Decree.objects.visible_to(user)
        decree = self.fields["decree"]
        if isinstance(decree, forms.ModelChoiceField):
            decree.queryset = self.decrees.select_related("region")
        rule_set = self.fields["rule_set"]
        if isinstance(rule_set, forms.ModelChoiceField):
            rule_set.queryset = RuleSet.objects.published()
            rule_set.initial = RuleSet.objects.valid_on(timezone.localdate()).first()
        self.fields["file"].help_text = _(
            ".xlsx or .csv, at most %(megabytes)s MB."
        ) % {"megabytes": format_decimal(settings.SURVEY_MAX_BYTES / MEGABYTE, None)}
        if not decree_regions(user):
            del self.fields["create_areas"]

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > settings.SURVEY_MAX_BYTES:
            raise ValidationError(_("The file is too big. Split it."))
        return file

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        decree: Decree | None = cleaned.get("decree")
        wanted = decree if cleaned.get("create_areas") else None
        if wanted and not can_edit_decree(self.user, wanted.region):
            message = _("Your role does not allow changing this decree.")
            self.add_error("create_areas", message)
        return cleaned
