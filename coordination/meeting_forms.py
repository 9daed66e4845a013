"""The forms of meetings: the meeting, its agenda, its guests, who came."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.access import agencies_for, scope_of
from agencies.models import Agency, Region, User
from agencies.roles import Permission
from areas.forms import CheckedByService
from coordination.models import (
    AgendaItem,
    Attendance,
    Invitation,
    Meeting,
    MeetingSeries,
    Speaker,
    WorkingGroup,
)
from coordination.models.people import Response
from core.forms import local_formfield
from programs.notices import members_with

ANSWERS = [choice for choice in Response.choices if choice[0] != Response.NONE]


class MeetingForm(CheckedByService, forms.ModelForm):
    """A meeting; its host is chosen once, when it is new."""

    new_series = forms.CharField(
        label=_("New series"),
        required=False,
        max_length=200,
        help_text=_("Names a series that begins with this meeting."),
    )

    class Meta:
        model = Meeting
        fields = (
            "agency",
            "title",
            "kind",
            "group",
            "series",
            "place",
            "starts_at",
            "ends_at",
            "chair",
            "chair_position",
            "secretary",
            "letter_number",
            "letter_on",
            "letter_note",
            "signed_by",
            "signer_position",
            "summary",
            "minutes_number",
        )
        widgets = {
            "letter_note": forms.Textarea(attrs={"rows": 3}),
            "summary": forms.Textarea(attrs={"rows": 4}),
        }
        formfield_callback = local_formfield

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            offices = [self.instance.agency]
            del self.fields["agency"]
        else:
            offices = agencies_for(user, Permission.MEETING_EDIT)
            self.choose("agency", Agency.objects.filter(pk__in=_keys(offices)))
            self.fields["agency"].initial = next(iter(offices), None)
            self.fields["secretary"].initial = user.pk
            del self.fields["minutes_number"], self.fields["summary"]
        people = [
            person
            for office in offices
            for person in members_with(office, Permission.MEETING_EDIT)
        ]
        self.choose("secretary", User.objects.filter(pk__in=_keys(people)))
        self.choose("series", MeetingSeries.objects.filter(agency__in=offices))
        self.choose("group", WorkingGroup.objects.visible_to(user))
        place = list(self.fields).index("series") + 1
        names = [name for name in self.fields if name != "new_series"]
        self.order_fields([*names[:place], "new_series", *names[place:]])

    def choose(self, name: str, choices: QuerySet[Any]) -> None:
        """Offer these rows only."""
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = choices


def _keys(rows: list[Any]) -> list[int]:
    return [row.pk for row in rows]


class ItemForm(CheckedByService, forms.ModelForm):
    """An item of the agenda; the districts are those of the host's region."""

    class Meta:
        model = AgendaItem
        fields = ("title", "starts_at", "minutes", "presenter", "regions", "notes")
        widgets = {
            "regions": forms.CheckboxSelectMultiple,
            "notes": forms.Textarea(attrs={"rows": 4}),
        }
        formfield_callback = local_formfield

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["regions"].queryset = districts_of(meeting)  # type: ignore[attr-defined]
        self.fields["regions"].help_text = _("Their figures stand beside the item.")


class NotesForm(forms.Form):
    """What was said about an item, as the minutes tell it."""

    notes = forms.CharField(
        label=_("Discussion"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


def districts_of(meeting: Meeting) -> QuerySet[Region]:
    """The regencies and cities of the host's region; all of them without a region."""
    code = meeting.agency.region_id or ""
    districts = Region.objects.filter(level=Region.Level.REGENCY)
    if code:
        districts = districts.filter(code__startswith=code[:5])
    return districts.order_by("code")


class InvitationForm(CheckedByService, forms.ModelForm):
    """An agency that is asked to come, or one person of it."""

    class Meta:
        model = Invitation
        fields = ("agency", "person")
        formfield_callback = local_formfield


class AnswerForm(forms.Form):
    """Whether one comes."""

    response = forms.ChoiceField(
        label=_("Answer"), choices=ANSWERS, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=300,
        help_text=_("Who comes, or why nobody can."),
    )


class SpeakerForm(CheckedByService, forms.ModelForm):
    """A resource person with a topic."""

    class Meta:
        model = Speaker
        fields = ("name", "agency", "position", "topic", "item")
        labels = {"position": _("Position in the office")}
        formfield_callback = local_formfield

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item"].queryset = meeting.items.all()  # type: ignore[attr-defined]


class AttendanceForm(CheckedByService, forms.ModelForm):
    """Somebody who came; `agencies` are those that are offered."""

    class Meta:
        model = Attendance
        fields = ("name", "agency", "position", "gender")
        labels = {"position": _("Position in the office")}
        widgets = {"gender": forms.RadioSelect}
        formfield_callback = local_formfield

    def __init__(
        self, *args: Any, agencies: QuerySet[Agency], user: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = agencies  # type: ignore[attr-defined]
        self.fields["gender"].choices = Attendance.Gender.choices  # type: ignore[attr-defined]
        if user is not None:
            self.fields["name"].initial = user.get_full_name()
            own = scope_of(user).agencies
            self.fields["agency"].initial = next(
                (agency.pk for agency in agencies if agency.pk in own), None
            )


class CodeForm(forms.Form):
    """The code that the room sees."""

    code = forms.CharField(
        label=_("Attendance code"),
        max_length=12,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters"}
        ),
    )

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"].strip().upper()
        if not (code.isascii() and code.isalnum()):
            raise forms.ValidationError(
                gettext("A code has letters and digits only, such as KWH4Q7.")
            )
        return code
