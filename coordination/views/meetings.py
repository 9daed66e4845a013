"""Pages of meetings: the list, one meeting with its parts, its forms and steps."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import DetailView

from agencies.access import agencies_q, can, holds
from agencies.roles import Permission
from areas.views.common import HoldsAnywhereMixin, action, require_page, url_or_none
from coordination import services, workflow
from coordination.meeting_filters import MeetingFilter
from coordination.meeting_forms import MeetingForm
from coordination.meeting_queries import presence_at, with_counts
from coordination.meeting_tables import (
    MEETING_COLUMNS,
    phase_chip,
    response_chip,
)
from coordination.models import Meeting, WorkingGroup
from coordination.models.meeting import Phase
from coordination.models.people import Response
from coordination.planning import Outline, after_meeting, session_of
from coordination.services.guests import is_guest, may_answer
from coordination.views.common import (
    MeetingPartForm,
    MeetingScope,
    RecordRemoveView,
)
from coordination.views.letters import sign_url
from coordination.views.minutes import minutes_part
from core import html
from core.numbers import key_in
from core.views import FilteredListView, ServiceFormView, StepView
from core.workflow import OfferedStep
from programs.tables import sums_of

STEP_LOOKS = {
    "invite": ("primary", "send"),
    "open": ("primary", "people"),
    "end": ("primary", "check"),
    "reopen": ("quiet", "return"),
    "close": ("primary", "lock"),
}


class MeetingListView(FilteredListView):
    filterset_class = MeetingFilter
    columns = MEETING_COLUMNS
    default_order = ("-starts_at", "-pk")
    template_name = "coordination/meeting_list.html"
    export_name = "rakor"

    def get_queryset(self) -> QuerySet:
        meetings = Meeting.objects.visible_to(self.request.user)
        return with_counts(meetings).select_related("agency")

    def get_totals(self, queryset: QuerySet) -> Mapping[str, Any]:
        return sums_of(queryset, "pending")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        actions = []
        if holds(self.request.user, Permission.MEETING_EDIT):
            url = reverse("coordination:meeting-create")
            actions.append(action(_("New meeting"), url, "plus", primary=True))
        return super().get_context_data(actions=actions, **kwargs)


# ---- one meeting ---------------------------------------------------------------------
def agenda_part(meeting: Meeting, user: Any) -> dict[str, Any]:
    """The items with their districts; the item at which the talk is."""
    return {"items": meeting.items.prefetch_related("regions")}


def guests_part(meeting: Meeting, user: Any) -> dict[str, Any]:
    """The invited with their answers, and the resource persons with their files."""
    invitations = list(meeting.invitations.select_related("agency"))
    for invitation in invitations:
        invitation.meeting = meeting
    answers = [invitation.response for invitation in invitations]
    return {
        "invitations": [
            {
                "invitation": invitation,
                "chip": response_chip(invitation),
                "may_answer": may_answer(invitation, user),
            }
            for invitation in invitations
        ],
        "attending_count": answers.count("attending"),
        "declined_count": answers.count("declined"),
        "speakers": meeting.speakers.select_related("agency", "item"),
    }


def attendance_part(meeting: Meeting, user: Any) -> dict[str, Any]:
    """Who came and, from the session on, whose agency is not there."""
    return {"presence": presence_at(meeting)}


Part = Callable[[Meeting, Any], dict[str, Any]]
PARTS: tuple[Part, ...] = (
    agenda_part,
    guests_part,
    attendance_part,
    minutes_part,
)


class MeetingDetailView(LoginRequiredMixin, MeetingScope, DetailView):
    """A meeting from its agenda to its minutes; each part gives its own context."""

    template_name = "coordination/meeting_detail.html"
    context_object_name = "meeting"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        meeting, user = self.object, self.request.user
        parts: dict[str, Any] = {}
        for part in PARTS:
            parts |= part(meeting, user)
        may_edit = workflow.may_edit(meeting, user)
        is_open = meeting.phase == Phase.IN_SESSION
        return super().get_context_data(
            chips=phase_chip(meeting),
            facts=facts_of(meeting),
            may_edit=may_edit,
            is_in_session=is_open,
            has_begun=meeting.is_writable or meeting.phase == Phase.CLOSED,
            sign_url=sign_url(self.request, meeting) if is_open else "",
            steps=panels_of(meeting, workflow.steps_for(meeting, user)),
            files_url=url_or_none("coordination:files", "rapat", meeting.pk),
            screen_url=url_or_none("coordination:meeting-screen", meeting.pk),
            actions=[
                *answer_of(parts["invitations"], user),
                *actions_of(meeting, user, may_edit=may_edit),
            ],
            crumbs=[(_("Rakor"), reverse("coordination:meeting-list"))],
            **parts,
            **kwargs,
        )


def facts_of(meeting: Meeting) -> list[dict[str, Any]]:
    """When, where, who leads and who writes."""
    chair = {"label": _("Chair"), "value": meeting.chair or "–"}
    return [
        {"label": _("Begins"), "value": html.moment(meeting.starts_at)},
        {"label": _("Ends"), "value": html.moment(meeting.ends_at)},
        {"label": _("Place"), "value": meeting.place},
        {"label": _("Host"), "value": meeting.agency.short_name},
        chair | {"note": meeting.chair_position},
        {"label": _("Secretary of the meeting"), "value": str(meeting.secretary)},
    ]


def panels_of(meeting: Meeting, steps: list[OfferedStep]) -> list[dict[str, Any]]:
    """The steps that start from this phase, for `_components/steps.html`."""
    shown = [offered for offered in steps if meeting.phase in offered.step.sources]
    return [
        {
            "name": offered.name,
            "label": offered.label,
            "url": url_or_none(f"coordination:meeting-{offered.name}", meeting.pk),
            "is_open": offered.is_open,
            "reasons": offered.reasons,
            "tone": STEP_LOOKS[offered.name][0],
            "icon": STEP_LOOKS[offered.name][1],
        }
        for offered in shown
    ]


def answer_of(rows: list[dict[str, Any]], user: Any) -> list[dict[str, Any]]:
    """What the person's own agency is asked: to answer; and its letter."""
    own = [row for row in rows if is_guest(row["invitation"], user)]
    if not own:
        return []
    row = next((r for r in own if r["invitation"].response == Response.NONE), own[0])
    invitation, found = row["invitation"], []
    if row["may_answer"]:
        is_new = invitation.response == Response.NONE
        label = _("Answer the invitation") if is_new else _("Change the answer")
        url = reverse("coordination:invitation-answer", args=[invitation.pk])
        found.append(action(label, url, "send", primary=True))
    keys = [invitation.meeting_id, invitation.pk]
    letter = reverse("coordination:invitation-letter", args=keys)
    return [*found, action(_("Letter of invitation"), letter, "document")]


def actions_of(meeting: Meeting, user: Any, *, may_edit: bool) -> list[dict[str, Any]]:
    """The calendar file for everybody; the others for who keeps the meeting."""
    found = []
    if may_edit:
        edit = reverse("coordination:meeting-edit", args=[meeting.pk])
        found.append(action(_("Edit"), edit, "edit"))
    if may_edit and meeting.phase == Phase.PLANNED:
        remove = reverse("coordination:meeting-remove", args=[meeting.pk])
        found.append(action(_("Remove the meeting"), remove, "trash"))
    is_over = meeting.phase == Phase.CLOSED
    if is_over and can(user, Permission.MEETING_EDIT, agency=meeting.agency):
        url = f"{reverse('coordination:meeting-create')}?dari={meeting.pk}"
        found.append(action(_("Plan the next meeting"), url, "plus", primary=True))
    calendar = reverse("coordination:meeting-calendar", args=[meeting.pk])
    return [*found, action(_("Calendar file"), calendar, "download")]


# ---- forms and steps -----------------------------------------------------------------
class MeetingCreateView(HoldsAnywhereMixin, ServiceFormView):
    """A new meeting: with `?dari=` the next one after that meeting, with `?pokja=` a
    session of that group."""

    permission = Permission.MEETING_EDIT
    form_class = MeetingForm
    template_name = "coordination/part_form.html"
    done_message = gettext_lazy("The meeting is planned. Now its agenda and guests.")

    @cached_property
    def outline(self) -> Outline:
        """What it takes over; 404 for what the person may not carry on."""
        own = agencies_q(self.user, Permission.MEETING_EDIT)
        if "dari" in self.request.GET:
            key = key_in(self.request.GET["dari"])
            meetings = Meeting.objects.visible_to(self.user).filter(own)
            rows = meetings.select_related("agency", "series", "group")
            return after_meeting(get_object_or_404(rows, pk=key))
        if "pokja" in self.request.GET:
            key = key_in(self.request.GET["pokja"])
            groups = WorkingGroup.objects.visible_to(self.user).filter(own)
            return session_of(get_object_or_404(groups, pk=key))
        return Outline()

    def get_initial(self) -> dict[str, Any]:
        return dict(self.outline.values)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.user}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        url = reverse("coordination:meeting-list")
        guests = self.outline.guests
        said = _(
            "%(count)s guests are put on the list at once; you can change it then."
        )
        return super().get_context_data(
            title=_("New meeting"),
            lede=said % {"count": len(guests)} if guests else "",
            crumbs=[(_("Rakor"), url)],
            cancel_url=url,
            **kwargs,
        )

    def call_service(self, form: Any) -> Meeting:
        guests = self.outline.guests
        return services.plan_meeting(by=self.user, guests=guests, **form.cleaned_data)


class MeetingEditView(MeetingPartForm):
    form_class = MeetingForm
    title = gettext_lazy("Edit the meeting")
    done_message = gettext_lazy("The meeting is stored.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {
            "user": self.user,
            "instance": self.meeting,
        }

    def get_success_url(self) -> str:
        return self.meeting.get_absolute_url()

    def call_service(self, form: Any) -> Meeting:
        return services.update_meeting(self.meeting, by=self.user, **form.cleaned_data)


class MeetingStep(MeetingScope, StepView):
    """A step of the meeting's life."""


class MeetingRemoveView(RecordRemoveView, MeetingStep):
    list_name = "coordination:meeting-list"
    title = gettext_lazy("Remove the meeting")
    done_message = gettext_lazy("The meeting is removed.")

    def require_page(self, record: Meeting) -> None:
        require_page(self.user, Permission.MEETING_EDIT, agency=record.agency)

    def take_step(self, record: Meeting, **values: Any) -> None:
        services.remove_meeting(record, by=self.user)


class MeetingInviteView(MeetingStep):
    done_message = gettext_lazy("The invitations are out.")

    def take_step(self, record: Meeting, **values: Any) -> None:
        services.send_invitations(record, by=self.user)


class MeetingOpenView(MeetingStep):
    done_message = gettext_lazy("The session is open.")

    def take_step(self, record: Meeting, **values: Any) -> None:
        services.open_session(record, by=self.user)


class MeetingEndView(MeetingStep):
    done_message = gettext_lazy("The session is over. The minutes are in draft.")

    def take_step(self, record: Meeting, **values: Any) -> None:
        services.end_session(record, by=self.user)


class MeetingReopenView(MeetingStep):
    done_message = gettext_lazy("The session goes on.")

    def take_step(self, record: Meeting, **values: Any) -> None:
        services.reopen_session(record, by=self.user)
