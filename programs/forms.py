"""The forms of programmes, activities and steps; the report itself: `report_forms`."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.access import agencies_for, can
from agencies.models import Agency, User
from agencies.roles import Permission
from areas.forms import CheckedByService
from areas.models import SlumArea
from areas.rule_sets import rules_of
from areas.rules import Rules
from core.forms import DateInput, RupiahField, local_formfield
from core.numbers import format_decimal
from programs.models import (
    Activity,
    Programme,
    ProgressReport,
    ReportingPeriod,
    SipdCode,
)
from programs.services.activities import default_rule_set
from programs.sheet import unit_name
from programs.sipd import codes_of


class ProgrammeForm(CheckedByService, forms.ModelForm):
    """A programme; its agency is chosen once, when it is new."""

    class Meta:
        model = Programme
        fields = ("agency", "code", "name", "year", "fund", "origin")
        formfield_callback = local_formfield

    budget = RupiahField(label=gettext_lazy("Budget (Rp)"), required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs["list"] = "kode-sipd"
        self.fields["name"].required = False
        self.fields["name"].help_text = _("Blank: the name of the code in SIPD.")
        if self.instance.pk:
            del self.fields["agency"], self.fields["budget"]
            return
        offices = agencies_for(user, Permission.PROGRAMME_EDIT)
        agency = self.fields["agency"]
        assert isinstance(agency, forms.ModelChoiceField)
        agency.queryset = Agency.objects.filter(pk__in=[a.pk for a in offices])
        own = [m.agency_id for m in user.memberships.all()]
        agency.initial = next((a for a in offices if a.pk in own), None)
        self.fields["year"].initial = timezone.localdate().year

    def suggestions(self) -> list[SipdCode]:
        """The codes of the year that stands in the form."""
        year = str(self["year"].value() or "")
        return codes_of(int(year)) if year.isascii() and year.isdigit() else []


class UnitsField(forms.ModelMultipleChoiceField):
    """RT as check boxes, named as pages name them."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Any) -> str:
        size = format_decimal(obj.hectares)
        return f"{unit_name(obj)}, {obj.village.name} ({size} ha)"


class AreaChoiceForm(forms.Form):
    """Where a new activity works: its RT can only be offered once that is known."""

    area = forms.ModelChoiceField(
        SlumArea.objects.none(),
        label=gettext_lazy("Slum area"),
        empty_label=gettext_lazy("choose an area"),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        area = self.fields["area"]
        assert isinstance(area, forms.ModelChoiceField)
        area.queryset = SlumArea.objects.visible_to(user)


class ActivityForm(CheckedByService, forms.ModelForm):
    """An activity of one programme in one area, whose RT it may name."""

    indicator = forms.ChoiceField(label=gettext_lazy("Indicator"))
    unit = forms.CharField(
        label=gettext_lazy("Unit"),
        required=False,
        max_length=30,
        help_text=gettext_lazy("Empty: the unit of the indicator."),
    )

    class Meta:
        model = Activity
        fields = (
            "name",
            "neighbourhoods",
            "indicator",
            "volume",
            "unit",
            "budget",
            "pattern",
            "agency",
            "contract_number",
            "contractor",
            "contract_value",
            "contract_signed_on",
            "contract_ends_on",
            "handed_over_on",
            "is_closed",
        )
        field_classes = {"neighbourhoods": UnitsField}
        formfield_callback = local_formfield

    def __init__(
        self,
        *args: Any,
        user: User,
        programme: Programme,
        area: SlumArea,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        key = self.instance.rule_set_id or default_rule_set(programme).pk
        self.fields["indicator"].choices = _indicator_choices(rules_of(key))  # type: ignore[attr-defined]
        units = self.fields["neighbourhoods"]
        assert isinstance(units, forms.ModelMultipleChoiceField)
        units.queryset = area.neighbourhoods.select_related("village")
        units.help_text = _("None ticked: the whole area.")
        if not units.queryset.exists():
            del self.fields["neighbourhoods"]
        agency = self.fields["agency"]
        assert isinstance(agency, forms.ModelChoiceField)
        agency.queryset = _executors(user, programme, area, self.instance)
        agency.initial = programme.agency
        if not self.instance.pk:
            del self.fields["is_closed"]


class StartReportForm(forms.Form):
    agency = forms.ModelChoiceField(
        Agency.objects.none(), label=gettext_lazy("Agency"), empty_label=None
    )
    period = forms.ModelChoiceField(
        ReportingPeriod.objects.none(), label=gettext_lazy("Period"), empty_label=None
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offices = agencies_for(user, Permission.REPORT_EDIT)
        agency = self.fields["agency"]
        assert isinstance(agency, forms.ModelChoiceField)
        agency.queryset = Agency.objects.filter(pk__in=[a.pk for a in offices])
        period = self.fields["period"]
        assert isinstance(period, forms.ModelChoiceField)
        period.queryset = free_periods(offices)


class ReturnForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason for the return (required)"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": gettext_lazy("Say what has to be corrected.")},
    )


class VerificationForm(forms.Form):
    """How the report was verified; the hectares stand beside it, per unit."""

    method = forms.ChoiceField(
        label=gettext_lazy("Verified how"),
        choices=ProgressReport.Method.choices,
        widget=forms.RadioSelect,
        required=False,
    )
    visited_on = forms.DateField(
        label=gettext_lazy("Date of the visit"), widget=DateInput, required=False
    )
    officers = forms.CharField(
        label=gettext_lazy("Officers"), max_length=300, required=False
    )
    minutes_number = forms.CharField(
        label=gettext_lazy("Number of the minutes (berita acara)"),
        max_length=100,
        required=False,
    )


def free_periods(offices: list[Agency]) -> Any:
    """Periods that have begun and that one of the offices has not reported on yet."""
    begun = ReportingPeriod.objects.started(timezone.localdate())
    if len(offices) != 1:
        return begun
    return begun.exclude(reports__agency=offices[0])


def _indicator_choices(rules: Rules) -> list[Any]:
    """The indicators under their aspects."""
    return [
        ("", _("choose an indicator")),
        *(
            (
                f"{aspect.code} {aspect.name}",
                [
                    (row.code, f"{row.code} {row.short_name} ({row.unit})")
                    for row in rules.indicators_of(aspect)
                ],
            )
            for aspect in rules.aspects
        ),
    ]


def _executors(
    user: User, programme: Programme, area: SlumArea, activity: Activity
) -> Any:
    """Who may carry it out: others only where the person keeps the area's records."""
    if can(user, Permission.AREA_EDIT, agency=area.agency):
        return Agency.objects.all()
    keys = [programme.agency_id, activity.agency_id]
    return Agency.objects.filter(pk__in=keys)
