"""The form of an outreach. It shapes input; the service judges it."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy

from agencies.access import agencies_for
from agencies.models import Agency, Region, User
from agencies.roles import Permission
from areas.forms import AreasField, CheckedByService
from areas.models import SlumArea
from coordination.models import Commitment, Outreach, OutreachArea
from coordination.models.outreach import Prevention, Topic
from coordination.services.outreach import regencies_of
from core.forms import local_formfield


class OutreachForm(CheckedByService, forms.ModelForm):
    """An event; the agency that held it is chosen once, when it is new."""

    prevention = forms.ChoiceField(
        label=gettext_lazy("Prevention (PP 14/2016)"),
        choices=Prevention.choices,
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "Supervision and control: permits, technical standards, fitness for use."
            " Empowerment: mentoring, or information."
        ),
    )
    topics = forms.MultipleChoiceField(
        label=gettext_lazy("Topics"),
        choices=Topic.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("Tick what it was about, at least one topic.")
        },
    )

    class Meta:
        model = Outreach
        fields = (
            "agency",
            "title",
            "held_on",
            "regency",
            "place",
            "areas",
            "partners",
            "prevention",
            "topics",
            "women",
            "men",
            "material",
            "follow_up",
            "commitment",
        )
        widgets = {
            "areas": forms.CheckboxSelectMultiple(attrs={"class": "many"}),
            "partners": forms.CheckboxSelectMultiple(attrs={"class": "many"}),
            "material": forms.Textarea(attrs={"rows": 3}),
            "follow_up": forms.Textarea(attrs={"rows": 3}),
        }
        field_classes = {"areas": AreasField}
        formfield_callback = local_formfield

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offices = agencies_for(user, Permission.OUTREACH_EDIT)
        regencies = regencies_of(offices)
        _offer(self, "areas", _areas_of(user, regencies, self.instance))
        _offer(self, "regency", regencies)
        _offer(self, "commitment", _commitments_of(user, self.instance))
        if self.instance.pk:
            del self.fields["agency"]
            return
        _offer(self, "agency", Agency.objects.filter(pk__in=[a.pk for a in offices]))
        self.initial.setdefault("held_on", timezone.localdate())
        if len(offices) == 1:
            self.initial.setdefault("agency", offices[0].pk)
        if len(found := list(regencies[:2])) == 1:
            self.initial.setdefault("regency", found[0].pk)


def _offer(form: forms.Form | forms.ModelForm, name: str, rows: QuerySet) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = rows


def _areas_of(
    user: User, regencies: QuerySet[Region], outreach: Outreach
) -> QuerySet[SlumArea]:
    """Those in sight where the offices work, and those that the event has."""
    seen = SlumArea.objects.visible_to(user).filter(regency__in=regencies)
    had = OutreachArea.objects.filter(outreach=outreach.pk)
    return SlumArea.objects.filter(
        Q(pk__in=seen.order_by().values("pk")) | Q(pk__in=had.values("area"))
    ).select_related("regency")


def _commitments_of(user: User, outreach: Outreach) -> QuerySet[Commitment]:
    """The pending ones in sight, and the one that the event has."""
    seen = Commitment.objects.visible_to(user).pending()
    return Commitment.objects.filter(
        Q(pk__in=seen.order_by().values("pk")) | Q(pk=outreach.commitment_id)
    )
