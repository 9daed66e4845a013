"""The forms of decisions, commitments, their steps and links."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy

from agencies.models import Agency, User
from areas.forms import AreasField, CheckedByService
from areas.models import SlumArea
from coordination.models import Commitment, CommitmentLink, Decision, Meeting, Practice
from coordination.models.decision import DecisionKind
from coordination.services.commitment_life import REASON_LENGTH, linkable_activities
from coordination.texts import TEXT_LENGTH
from core.forms import local_formfield
from programs.models import Activity

COMMITMENT = "commitment"
KINDS = [*DecisionKind.choices, (COMMITMENT, gettext_lazy("Commitment"))]
COMMITMENT_FIELDS = (
    "item",
    "text",
    "agency",
    "person",
    "supporters",
    "due_on",
    "areas",
    "target_hectares",
    "target_volume",
    "target_unit",
    "target_rupiah",
    "target_document",
    "fund",
    "proof",
    "decision",
    "practice",
)


class CommitmentForm(CheckedByService, forms.ModelForm):
    """What an agency promises in one meeting; agencies are its host and its guests."""

    class Meta:
        model = Commitment
        fields = COMMITMENT_FIELDS
        labels = {
            "due_on": gettext_lazy("Due"),
            "decision": gettext_lazy("Decision"),
        }
        formfield_callback = local_formfield
        field_classes = {"areas": AreasField}
        widgets = {
            "text": forms.Textarea(attrs={"rows": 4}),
            "areas": forms.CheckboxSelectMultiple(attrs={"class": "many"}),
            "supporters": forms.CheckboxSelectMultiple(attrs={"class": "many"}),
        }

    def __init__(self, *args: Any, meeting: Meeting, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer("item", meeting.items.all())
        self._offer("agency", guests_of(meeting))
        self._offer("supporters", Agency.objects.all())
        self._offer("areas", areas_offered(meeting, user, self.instance))
        self._offer("decision", meeting.decisions.all())
        published = Practice.objects.visible_to(user).filter(is_published=True)
        own = Practice.objects.filter(pk=self.instance.practice_id)
        self._offer("practice", published | own)

    def _offer(self, name: str, rows: QuerySet[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = rows


class OutcomeForm(CommitmentForm):
    """One form for whatever an agenda item leads to; the service says what it lacks."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), choices=KINDS, widget=forms.RadioSelect
    )
    field_order = ("kind", *COMMITMENT_FIELDS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("agency", "due_on"):
            self.fields[name].required = False
        self.fields["item"].widget = forms.HiddenInput()

    @property
    def is_commitment(self) -> bool:
        return bool(self.cleaned_data["kind"] == COMMITMENT)


class DecisionForm(CheckedByService, forms.ModelForm):
    class Meta:
        model = Decision
        fields = ("item", "kind", "text")
        widgets = {"text": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        item = self.fields["item"]
        assert isinstance(item, forms.ModelChoiceField)
        item.queryset = meeting.items.all()


class UpdateForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("What was done"),
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Write what was done.")},
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason (required)"),
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": gettext_lazy("Say why.")},
    )


class CheckForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Note of the check"),
        required=False,
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class LinkActivityForm(forms.Form):
    """The agency's activities that the person sees and that are not linked yet."""

    activity = forms.ModelChoiceField(
        Activity.objects.none(),
        label=gettext_lazy("Activity"),
        empty_label=gettext_lazy("choose an activity"),
    )

    def __init__(
        self, *args: Any, commitment: Commitment, user: User, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        activity = self.fields["activity"]
        assert isinstance(activity, forms.ModelChoiceField)
        activity.queryset = linkable_activities(commitment, user)


class InviteForm(forms.ModelForm):
    class Meta:
        model = CommitmentLink
        fields = ("recipient", "email")


class NameForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=200,
        error_messages={
            "required": gettext_lazy("Write your name: it stands with the commitment.")
        },
    )


def guests_of(meeting: Meeting) -> QuerySet[Agency]:
    """The agencies that can promise something: the host and those invited."""
    invited = meeting.invitations.values("agency")
    return Agency.objects.filter(Q(pk=meeting.agency_id) | Q(pk__in=invited))


def areas_offered(
    meeting: Meeting, user: User, commitment: Commitment
) -> QuerySet[SlumArea]:
    """Areas in sight, of the districts on the agenda where it names any."""
    areas = SlumArea.objects.visible_to(user)
    districts = list(
        meeting.items.exclude(regions=None).values_list("regions", flat=True)
    )
    offered = Q(regency__in=districts) if districts else Q(pk__isnull=False)
    if commitment.pk:
        offered |= Q(pk__in=commitment.areas.values("pk"))
    return areas.filter(offered).select_related("regency")
