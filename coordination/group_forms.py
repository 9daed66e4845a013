"""Forms of Pokja and Forum PKP. They shape input; the services judge it."""

from typing import Any

from django import forms
from django.utils import timezone

from agencies.access import agencies_for
from agencies.models import Agency, User
from agencies.roles import Permission
from areas.forms import CheckedByService
from coordination.models import GroupMember, GroupPlan, WorkingGroup
from coordination.models.group import GroupKind, GroupTeam
from core.forms import local_formfield


class GroupForm(CheckedByService, forms.ModelForm):
    """A group as its decree names it; the secretariat is chosen once."""

    class Meta:
        model = WorkingGroup
        fields = (
            "agency",
            "kind",
            "name",
            "decree_number",
            "decree_on",
            "valid_until",
            "signed_by",
        )
        formfield_callback = local_formfield

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["agency"]
            return
        offices = agencies_for(user, Permission.GROUP_EDIT)
        agency = self.fields["agency"]
        assert isinstance(agency, forms.ModelChoiceField)
        agency.queryset = Agency.objects.filter(pk__in=[a.pk for a in offices])
        if len(offices) == 1:
            self.initial.setdefault("agency", offices[0].pk)


class GroupPartForm(CheckedByService, forms.ModelForm):
    """A member or a line of the plan of one group."""

    def __init__(self, *args: Any, group: WorkingGroup, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.group = group


class MemberForm(GroupPartForm):
    class Meta:
        model = GroupMember
        fields = ("agency", "name", "team", "role", "gender")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_forum = self.group.kind == GroupKind.FORUM
        team = self.fields["team"]
        assert isinstance(team, forms.ChoiceField)
        team.choices = [
            choice
            for choice in GroupTeam.choices
            if (choice[0] == GroupTeam.FORUM) == is_forum
        ]


class PlanForm(GroupPartForm):
    year = forms.IntegerField(
        label=GroupPlan._meta.get_field("year").verbose_name,  # type: ignore[union-attr]
        min_value=1990,
        max_value=2100,
    )

    class Meta:
        model = GroupPlan
        fields = ("year", "text", "due_on", "state", "note")
        formfield_callback = local_formfield

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            self.initial.setdefault("year", timezone.localdate().year)
