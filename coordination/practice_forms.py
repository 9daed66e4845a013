"""The forms of the practice library. They shape input; the services judge it."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.access import agencies_for
from agencies.models import Agency, User
from agencies.roles import Permission
from areas.forms import CheckedByService
from areas.models.area import AreaTypology
from areas.rules import HandlingPattern
from coordination.adoption import own_pending
from coordination.models import Commitment, Practice
from coordination.practice_tags import indicator_groups
from core import html
from core.forms import local_formfield

LONG = ("problem", "approach", "results", "conditions")


class TagsField(forms.MultipleChoiceField):
    """Tags as check boxes."""

    widget = forms.CheckboxSelectMultiple


class PracticeForm(CheckedByService, forms.ModelForm):
    """A practice; the agency that keeps it is chosen once, when it is new."""

    indicators = TagsField(label=gettext_lazy("Indicators that it improves"))
    typologies = TagsField(
        label=gettext_lazy("Typologies"), choices=AreaTypology.choices, required=False
    )
    patterns = TagsField(
        label=gettext_lazy("Patterns of handling"),
        choices=HandlingPattern.choices,
        required=False,
    )

    class Meta:
        model = Practice
        fields = (
            "agency",
            "title",
            "place",
            "year",
            "problem",
            "approach",
            "results",
            "conditions",
            "cost",
            "cost_note",
            "contact",
            "source",
            "indicators",
            "typologies",
            "patterns",
        )
        widgets = {name: forms.Textarea(attrs={"rows": 4}) for name in LONG}
        formfield_callback = local_formfield

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["indicators"].choices = indicator_groups()  # type: ignore[attr-defined]
        self.fields["indicators"].error_messages["required"] = _(
            "Tick the indicators that it improves, at least one."
        )
        self.fields["year"] = forms.IntegerField(
            label=self.fields["year"].label, required=False, max_value=2100
        )
        self.fields["cost_note"].help_text = _("Such as per house, per metre, in all.")
        self.fields["contact"].help_text = _(
            "An office with its telephone; no private numbers."
        )
        if self.instance.pk:
            del self.fields["agency"]
            return
        offices = agencies_for(user, Permission.PRACTICE_EDIT)
        agency = self.fields["agency"]
        assert isinstance(agency, forms.ModelChoiceField)
        agency.queryset = Agency.objects.filter(pk__in=[a.pk for a in offices])
        agency.initial = offices[0] if len(offices) == 1 else None


class CommitmentField(forms.ModelChoiceField):
    """A commitment with its due date and what it adopted before."""

    def label_from_instance(self, obj: Commitment) -> str:
        due = _("%(commitment)s (%(agency)s, due %(day)s)") % {
            "commitment": obj,
            "agency": obj.agency.short_name,
            "day": html.day(obj.due_on),
        }
        if obj.practice is None:
            return due
        return f"{due}: {_('now “%(practice)s”') % {'practice': obj.practice}}"


class AdoptForm(forms.Form):
    """One of the person's own pending commitments."""

    commitment = CommitmentField(
        Commitment.objects.none(),
        label=gettext_lazy("Commitment"),
        empty_label=gettext_lazy("choose a commitment"),
        error_messages={
            "required": gettext_lazy("Choose the commitment that adopts it."),
            "invalid_choice": gettext_lazy(
                "Choose one of your own commitments that is still pending."
            ),
        },
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["commitment"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = own_pending(user).select_related("agency", "practice")
