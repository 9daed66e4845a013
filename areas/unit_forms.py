"""Forms of RT that change: from which day, by which document, and why."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from areas.models import Neighbourhood
from areas.services import UnitNotice
from core.forms import DateInput


class NoticeForm(forms.Form):
    """The fields of a `UnitNotice`."""

    effective_on = forms.DateField(label=_("From which day"), widget=DateInput)
    document = forms.CharField(
        label=_("Document number"),
        max_length=100,
        required=False,
        help_text=_("Such as the letter of the kelurahan/desa, if there is one."),
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )


class RenumberForm(NoticeForm):
    rt_rw = forms.CharField(
        label=_("New RT/RW"),
        max_length=Neighbourhood._meta.get_field("rt_rw").max_length,
    )
    field_order = ("rt_rw", "effective_on", "document", "reason")


def notice_of(values: Mapping[str, Any]) -> UnitNotice:
    """What a `NoticeForm` was filled in with."""
    return UnitNotice(
        effective_on=values["effective_on"],
        document=values["document"],
        reason=values["reason"],
    )
