"""Pages of Pokja and Forum PKP: list, one group, its members and its work plan."""

from itertools import groupby
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import DetailView

from agencies.access import can, holds
from agencies.roles import Permission
from areas.views.common import HoldsAnywhereMixin, action, require_page
from coordination import services
from coordination.group_filters import GroupFilter
from coordination.group_forms import GroupForm, MemberForm, PlanForm
from coordination.group_tables import GROUP_COLUMNS, decree_chip, plan_chip, with_counts
from coordination.meeting_tables import phase_chip
from coordination.models import GroupMember, GroupPlan, Meeting, WorkingGroup
from coordination.models.group import GroupTeam
from coordination.views.files import files_page
from core import html
from core.views import FilteredListView, PreparedMixin, ServiceFormView, StepView


class GroupScope(PreparedMixin):
    """Groups in the person's sight; the others do not exist for them (404)."""

    request: HttpRequest

    def get_queryset(self) -> QuerySet:
        return WorkingGroup.objects.visible_to(self.user).select_related("agency")


class GroupListView(FilteredListView):
    filterset_class = GroupFilter
    columns = GROUP_COLUMNS
    default_order = ("name", "pk")
    template_name = "coordination/group_list.html"
    export_name = "pokja-forum-pkp"

    def get_queryset(self) -> QuerySet:
        groups = WorkingGroup.objects.visible_to(self.request.user)
        return with_counts(groups).select_related("agency")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        actions = []
        if holds(self.request.user, Permission.GROUP_EDIT):
            url = reverse("coordination:group-create")
            actions.append(action(_("New Pokja or Forum"), url, "plus", primary=True))
        return super().get_context_data(actions=actions, **kwargs)


class GroupDetailView(GroupScope, DetailView):
    template_name = "coordination/group_detail.html"
    context_object_name = "group"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        group, user = self.object, self.request.user
        may_edit = can(user, Permission.GROUP_EDIT, agency=group.agency)
        members = list(group.members.select_related("agency"))
        edit = reverse("coordination:group-edit", args=[group.pk])
        return super().get_context_data(
            chips=decree_chip(group),
            facts=_facts(group, members),
            teams=_teams(members),
            years=_years(group),
            sessions=_sessions(group, user),
            files=group.files.select_related("uploaded_by"),
            files_url=files_page(group),
            may_edit=may_edit,
            may_plan=can(user, Permission.MEETING_EDIT, agency=group.agency),
            actions=[action(_("Edit"), edit, "edit")] if may_edit else [],
            crumbs=[(_("Pokja and Forum PKP"), reverse("coordination:group-list"))],
            **kwargs,
        )


def _facts(group: WorkingGroup, members: list[GroupMember]) -> list[dict[str, Any]]:
    genders = [member.gender for member in members]
    until = html.day(group.valid_until) if group.valid_until else _("until revoked")
    said = _("%(women)s women, %(men)s men named")
    counts = {"women": genders.count("f"), "men": genders.count("m")}
    return [
        {"label": _("Secretariat"), "value": group.agency.short_name},
        {"label": _("Decree"), "value": group.decree_number, "note": group.signed_by},
        {"label": _("Date of the decree"), "value": html.day(group.decree_on)},
        {"label": _("Valid until"), "value": until},
        {
            "label": _("Members"),
            "value": html.figure(len(members), 0),
            "note": said % counts,
        },
    ]


def _teams(members: list[GroupMember]) -> list[tuple[str, list[GroupMember]]]:
    """The members by team, the steering team first; empty teams are left out."""
    found = [
        (team.label, [row for row in members if row.team == team]) for team in GroupTeam
    ]
    return [(str(label), rows) for label, rows in found if rows]


def _years(group: WorkingGroup) -> list[dict[str, Any]]:
    """The work plan by year, the newest first, each line with its state."""
    lines = group.plans.order_by("-year", "due_on", "pk")
    found = []
    for year, rows in groupby(lines, lambda plan: plan.year):
        plans = list(rows)
        found.append(
            {
                "year": year,
                "done": sum(plan.state == plan.State.DONE for plan in plans),
                "lines": [{"plan": plan, "chip": plan_chip(plan)} for plan in plans],
            }
        )
    return found


def _sessions(group: WorkingGroup, user: Any) -> list[dict[str, Any]]:
    """Its sessions that the person sees, the latest first."""
    seen = Meeting.objects.visible_to(user).filter(group=group)
    meetings = seen.order_by("-starts_at", "-pk")
    return [{"meeting": row, "chip": phase_chip(row)} for row in meetings]


# ---- forms and steps -----------------------------------------------------------------
class GroupFormView(ServiceFormView):
    form_class: Any = GroupForm
    template_name = "coordination/part_form.html"
    done_message = gettext_lazy("The group is stored.")
    group: WorkingGroup | None = None

    def get_form_kwargs(self) -> dict[str, Any]:
        own = {"user": self.request.user, "instance": self.group}
        return super().get_form_kwargs() | own

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        url = reverse("coordination:group-list")
        title = _("Edit the group") if self.group else _("New Pokja or Forum")
        return super().get_context_data(
            title=title,
            lede=self.group or "",
            crumbs=[(_("Pokja and Forum PKP"), url)],
            cancel_url=self.group.get_absolute_url() if self.group else url,
            **kwargs,
        )


class GroupCreateView(HoldsAnywhereMixin, GroupFormView):
    permission = Permission.GROUP_EDIT

    def call_service(self, form: Any) -> WorkingGroup:
        return services.create_group(by=self.user, **form.cleaned_data)


class GroupEditView(GroupScope, GroupFormView):
    def prepare(self, request: HttpRequest, **kwargs: Any) -> None:
        self.group = get_object_or_404(self.get_queryset(), pk=kwargs["pk"])
        require_page(self.user, Permission.GROUP_EDIT, agency=self.group.agency)

    def call_service(self, form: Any) -> WorkingGroup:
        assert self.group is not None
        return services.change_group(self.group, by=self.user, **form.cleaned_data)


class GroupPartView(GroupScope, ServiceFormView):
    """A form about a part of a group; with `model`, the address names the part."""

    template_name = "coordination/part_form.html"
    title: Any = ""
    anchor = ""
    model: Any = None
    group: WorkingGroup
    part: Any = None

    def prepare(self, request: HttpRequest, **kwargs: Any) -> None:
        if self.model is None:
            self.group = get_object_or_404(self.get_queryset(), pk=kwargs["pk"])
        else:
            parts = self.model.objects.filter(group__in=self.get_queryset())
            found = parts.select_related("group__agency")
            self.part = get_object_or_404(found, pk=kwargs["pk"])
            self.group = self.part.group
        require_page(self.user, Permission.GROUP_EDIT, agency=self.group.agency)

    def get_form_kwargs(self) -> dict[str, Any]:
        own = {"group": self.group, "instance": self.part}
        return super().get_form_kwargs() | own

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            title=self.title,
            lede=self.part or self.group,
            crumbs=[
                (_("Pokja and Forum PKP"), reverse("coordination:group-list")),
                (self.group, self.group.get_absolute_url()),
            ],
            cancel_url=self.get_success_url(),
            **kwargs,
        )

    def get_success_url(self) -> str:
        return f"{self.group.get_absolute_url()}#{self.anchor}"

    def get_done_url(self, result: Any) -> str:
        return self.get_success_url()


class MemberCreateView(GroupPartView):
    form_class = MemberForm
    title = gettext_lazy("New member")
    anchor = "anggota"
    done_message = gettext_lazy("The member is stored.")

    def call_service(self, form: Any) -> GroupMember:
        return services.add_member(self.group, by=self.user, **form.cleaned_data)


class MemberEditView(MemberCreateView):
    model = GroupMember
    title = gettext_lazy("Edit the member")

    def call_service(self, form: Any) -> GroupMember:
        return services.change_member(self.part, by=self.user, **form.cleaned_data)


class PlanCreateView(GroupPartView):
    form_class = PlanForm
    title = gettext_lazy("New line of the work plan")
    anchor = "rencana"
    done_message = gettext_lazy("The line is stored.")

    def call_service(self, form: Any) -> GroupPlan:
        return services.add_plan(self.group, by=self.user, **form.cleaned_data)


class PlanEditView(PlanCreateView):
    model = GroupPlan
    title = gettext_lazy("Edit the line of the work plan")

    def call_service(self, form: Any) -> GroupPlan:
        return services.change_plan(self.part, by=self.user, **form.cleaned_data)


class GroupPartRemove(GroupScope, StepView):
    """Asks first, then takes a member or a line away."""

    model: Any
    anchor = ""
    form_class = forms.Form
    submit_label = gettext_lazy("Remove")

    def get_queryset(self) -> QuerySet:
        parts = self.model.objects.filter(group__in=super().get_queryset())
        return parts.select_related("group__agency")

    def require_page(self, record: Any) -> None:
        require_page(self.user, Permission.GROUP_EDIT, agency=record.group.agency)

    def get_done_url(self, record: Any) -> str:
        return f"{record.group.get_absolute_url()}#{self.anchor}"


class MemberRemoveView(GroupPartRemove):
    model = GroupMember
    anchor = "anggota"
    title = gettext_lazy("Remove the member")
    done_message = gettext_lazy("The member is removed.")

    def take_step(self, record: GroupMember, **values: Any) -> None:
        services.remove_member(record, by=self.user)


class PlanRemoveView(GroupPartRemove):
    model = GroupPlan
    anchor = "rencana"
    title = gettext_lazy("Remove the line")
    done_message = gettext_lazy("The line is removed.")

    def take_step(self, record: GroupPlan, **values: Any) -> None:
        services.remove_plan(record, by=self.user)
