"""Forms of the ledger's corrections: propose one, decide on one."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from areas.models import LedgerChange
from core.forms import LocalDecimalField

Kind = LedgerChange.Kind
REASON = forms.Textarea(attrs={"rows": 3})


class AreaChangeForm(forms.Form):
    """Other hectares for a decree line; the service says what is missing."""

    hectares = LocalDecimalField(
        label=_("Right area (ha)"),
        help_text=_("As the document says, with all its decimals."),
    )
    document = forms.CharField(
        label=_("Document number"),
        max_length=100,
        help_text=_("The letter or minutes that give the right area."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=REASON)


class EntryChangeForm(forms.Form):
    """Take an entry back, or give it other hectares."""

    kind = forms.ChoiceField(
        label=_("Correction"),
        choices=[(kind.value, kind.label) for kind in (Kind.REPLACE, Kind.REVERSE)],
        widget=forms.RadioSelect,
        initial=Kind.REPLACE,
    )
    hectares = LocalDecimalField(
        label=_("Right hectares"),
        required=False,
        help_text=_("Leave it empty where the entry is taken back as a whole."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=REASON)
    document = forms.CharField(
        label=_("Document number"),
        max_length=100,
        required=False,
        help_text=_("If a letter or minutes say so."),
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("kind") == Kind.REVERSE and values.get("hectares") is not None:
            self.add_error(
                "hectares",
                _("An entry that is taken back has no hectares. Leave this empty."),
            )
        return values


class ApproveForm(forms.Form):
    note = forms.CharField(
        label=_("Note"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class RejectForm(forms.Form):
    note = forms.CharField(
        label=_("Why it is rejected"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
