"""The forms of the calendar: a new period, its dates, an exception from its closing."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.access import agencies_for
from agencies.models import Agency, User
from agencies.roles import Permission
from core.forms import DateInput
from programs.models import ReportingPeriod


class PeriodForm(forms.Form):
    """A new period: the rest follows from its first day and may be changed later."""

    kind = forms.ChoiceField(label=_("Kind"), choices=ReportingPeriod.Kind.choices)
    starts_on = forms.DateField(label=_("First day"), widget=DateInput)
    is_called = forms.BooleanField(
        label=_("Every office reports"),
        required=False,
        help_text=_("The calendar makes the report of each office when it opens."),
    )


class PeriodCalendarForm(forms.Form):
    opens_on = forms.DateField(label=_("Opens on"), widget=DateInput)
    due_on = forms.DateField(label=_("Due on"), widget=DateInput)
    closes_on = forms.DateField(
        label=_("Last day of grace"),
        widget=DateInput,
        required=False,
        help_text=_("After it nothing can be submitted; blank: it stays open."),
    )
    is_called = forms.BooleanField(
        label=_("Every office reports"),
        required=False,
        help_text=_("The calendar makes the report of each office when it opens."),
    )


class ExceptionForm(forms.Form):
    """One office, a last day, and why."""

    agency = forms.ModelChoiceField(
        Agency.objects.none(), label=_("Agency"), empty_label=_("choose an office")
    )
    until = forms.DateField(
        label=_("May report until"),
        widget=DateInput,
        help_text=_("To the end of that day."),
    )
    reason = forms.CharField(
        label=_("Reason (required, the office reads it)"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offices = agencies_for(user, Permission.CALENDAR_EDIT)
        agency = self.fields["agency"]
        assert isinstance(agency, forms.ModelChoiceField)
        agency.queryset = Agency.objects.filter(
            pk__in=[office.pk for office in offices]
        ).order_by("-reports_progress", "short_name")
