"""The forms of surveys: start, volumes, answers about the place, correction."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy

from agencies.access import agencies_for
from agencies.models import User
from agencies.roles import Permission
from areas.forms import CheckedByService
from areas.models import Assessment, RuleSet, SlumArea
from areas.rules import Indicator
from core.forms import DateInput, LocalDecimalField, LocalIntegerField


class StartAssessmentForm(forms.Form):
    area = forms.ModelChoiceField(SlumArea.objects.none(), label=gettext_lazy("Area"))
    surveyed_on = forms.DateField(label=gettext_lazy("Survey date"), widget=DateInput)
    basis = forms.ChoiceField(
        label=gettext_lazy("What was surveyed"),
        choices=[
            (Assessment.Basis.RT, gettext_lazy("Each RT")),
            (
                Assessment.Basis.AREA,
                gettext_lazy(
                    "Only the area as a whole (weaker; where no RT survey is)"
                ),
            ),
        ],
        initial=Assessment.Basis.RT,
        widget=forms.RadioSelect,
        required=False,
    )
    rule_set = forms.ModelChoiceField(
        RuleSet.objects.none(),
        label=gettext_lazy("Rule set"),
        required=False,
        empty_label=gettext_lazy("the one that holds on the survey date"),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offices = agencies_for(user, Permission.ASSESSMENT_EDIT)
        area = self.fields["area"]
        assert isinstance(area, forms.ModelChoiceField)
        area.queryset = SlumArea.objects.visible_to(user).filter(agency__in=offices)
        self.fields["surveyed_on"].initial = timezone.localdate
        rule_set = self.fields["rule_set"]
        assert isinstance(rule_set, forms.ModelChoiceField)
        rule_set.queryset = RuleSet.objects.published()

    def clean_basis(self) -> str:
        return self.cleaned_data["basis"] or Assessment.Basis.RT


class VolumesForm(forms.Form):
    """The volumes of one RT, one input per indicator, named by its code."""

    surveyed_on = forms.DateField(label=gettext_lazy("Survey date"), widget=DateInput)
    open_space_m2 = LocalDecimalField(
        label=gettext_lazy("Public open space (m²)"),
        required=False,
        min_value=Decimal(0),
        help_text=gettext_lazy("Recorded for KOTAKU's eighth aspect, not scored."),
    )

    def __init__(
        self,
        *args: Any,
        assessment: Assessment,
        volumes: Mapping[str, Decimal],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.indicators = assessment.rules.indicators
        for row in self.indicators:
            self.fields[row.code] = _volume_field(row, volumes.get(row.code))

    def volumes(self) -> dict[str, Decimal | None]:
        """What could be read, by code; None where blank."""
        return {row.code: self.cleaned_data.get(row.code) for row in self.indicators}


class WholeAreaForm(VolumesForm):
    """The volumes of an area without a survey per RT, with its denominators."""

    hectares = LocalDecimalField(label=gettext_lazy("Area (ha)"))
    buildings = LocalIntegerField(label=gettext_lazy("Buildings"), min_value=0)
    households = LocalIntegerField(label=gettext_lazy("Households (KK)"), min_value=0)
    population = LocalIntegerField(
        label=gettext_lazy("Population"), min_value=0, required=False
    )
    ideal_road_m = LocalDecimalField(label=gettext_lazy("Ideal road length (m)"))
    ideal_drainage_m = LocalDecimalField(
        label=gettext_lazy("Ideal drainage length (m)")
    )
    existing_road_m = LocalDecimalField(
        label=gettext_lazy("Existing road length (m)"), required=False
    )

    FIGURES = (
        "hectares",
        "buildings",
        "households",
        "population",
        "ideal_road_m",
        "ideal_drainage_m",
        "existing_road_m",
    )

    def figures(self) -> dict[str, Any]:
        """Denominators and people that could be read."""
        return {name: self.cleaned_data.get(name) for name in self.FIGURES}

    def figure_fields(self) -> list[Any]:
        return [self[name] for name in self.FIGURES]


class SiteForm(CheckedByService, forms.ModelForm):
    """Considerations and legality of the land, each answer with what it rests on."""

    class Meta:
        model = Assessment
        fields = (
            "is_strategic",
            "strategic_basis",
            "has_social_need",
            "social_basis",
            "land_status",
            "land_basis",
            "conforms_to_plan",
            "plan_basis",
        )


class CorrectionForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("What is wrong in the verified assessment"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason, read by the office"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def _volume_field(row: Indicator, stored: Decimal | None) -> LocalDecimalField:
    attrs = {
        "class": "num-in",
        "inputmode": "decimal",
        "autocomplete": "off",
        "data-code": row.code,
    }
    return LocalDecimalField(
        label=f"{row.code} {row.short_name}",
        required=False,
        initial=stored,
        widget=forms.TextInput(attrs=attrs),
    )
