"""Forms of budgets, sources of money and addenda. They shape input; services judge."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from areas.forms import CheckedByService
from core.forms import LocalDecimalField, local_formfield
from programs.models import (
    Activity,
    BudgetVersion,
    ContractAddendum,
    FundingLeg,
    Target,
)


class BudgetForm(CheckedByService, forms.ModelForm):
    """A version of the budget with one field for each target: `targets.<measure>`."""

    class Meta:
        model = BudgetVersion
        fields = ("amount", "decided_on", "document_number")
        formfield_callback = local_formfield

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        version = self.instance
        had = version.targets.all() if version.pk else []
        values = {target.measure: target.value for target in had}
        for measure, label in Target.Measure.choices:
            self.fields[f"targets.{measure}"] = LocalDecimalField(
                label=_("Target: %(measure)s") % {"measure": label},
                required=False,
                initial=values.get(measure),
            )

    def values(self) -> dict[str, Any]:
        """What the service takes: the facts, and the targets by measure."""
        cleaned = dict(self.cleaned_data)
        targets = {
            measure: cleaned.pop(f"targets.{measure}")
            for measure in Target.Measure.values
        }
        return cleaned | {"targets": targets}


class FundingLegForm(CheckedByService, forms.ModelForm):
    """A source of money of one activity."""

    class Meta:
        model = FundingLeg
        fields = ("fund", "directorate", "amount", "agency", "note")
        formfield_callback = local_formfield

    def __init__(self, *args: Any, activity: Activity, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency"].initial = activity.agency_id
        self.fields["agency"].help_text = _(
            "This office reports what is spent of it, and no other."
        )


class AddendumForm(CheckedByService, forms.ModelForm):
    """A change of the contract."""

    class Meta:
        model = ContractAddendum
        fields = ("number", "signed_on", "value", "ends_on", "note")
        formfield_callback = local_formfield


class RemoveForm(forms.Form):
    """Nothing to fill in: the page asks before something is removed."""
