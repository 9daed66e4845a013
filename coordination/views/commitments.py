"""Pages of commitments: the list, one with its chain, its steps and its activities."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import DetailView

from agencies.access import can
from agencies.models import User
from agencies.roles import Permission
from areas.views.common import action, require_page
from coordination import commitment_pages as pages
from coordination import commitment_steps, services, workflow
from coordination.commitment_filters import CommitmentFilter
from coordination.commitment_forms import (
    CommitmentForm,
    DecisionForm,
    InviteForm,
    LinkActivityForm,
)
from coordination.commitment_sums import cards_of
from coordination.commitment_tables import (
    COLUMNS,
    due_words,
    state_chip,
    with_chains,
    with_what_files_say,
)
from coordination.link_letters import letter_of, mail_letter
from coordination.links import links_of, state_of
from coordination.models import (
    Commitment,
    CommitmentLink,
    CommitmentUpdate,
    Decision,
)
from coordination.sight import Doors, opened
from coordination.views.common import MeetingPartForm, MeetingPartStep
from coordination.views.files import files_page
from core.views import (
    EXPORT_CHUNK,
    FilteredListView,
    PreparedMixin,
    ServiceFormView,
    StepView,
)
from core.workflow import Step
from programs.models import Activity


class CommitmentScope:
    """Commitments in the person's scope; the others do not exist for them (404)."""

    request: HttpRequest

    def get_queryset(self) -> QuerySet:
        return Commitment.objects.visible_to(self.request.user).select_related(
            "meeting__agency",
            "agency",
            "item",
            "decision",
            "practice",
            "accepted_by",
            "checked_by",
        )


class CommitmentListView(FilteredListView):
    filterset_class = CommitmentFilter
    columns = COLUMNS
    default_order = ("due_on", "meeting", "number", "pk")
    template_name = "coordination/commitment_list.html"
    export_name = "komitmen"

    def get_queryset(self) -> QuerySet:
        commitments = Commitment.objects.visible_to(self.request.user)
        return commitments.select_related("agency", "meeting").prefetch_related("areas")

    def paginate_queryset(
        self, queryset: Any, page_size: int
    ) -> tuple[Paginator, Page, Any, bool]:
        paginator, page, rows, has_others = super().paginate_queryset(
            queryset, page_size
        )
        return paginator, page, opened(rows, self.request.user), has_others

    def get_export_rows(self) -> Iterable[Any]:
        rows = with_what_files_say(self.object_list)
        return with_chains(rows.iterator(EXPORT_CHUNK))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        cards = cards_of(self.object_list, self.request.GET)
        return super().get_context_data(cards=cards, **kwargs)


class CommitmentDetailView(PreparedMixin, CommitmentScope, DetailView):
    template_name = "coordination/commitment_detail.html"
    context_object_name = "commitment"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        commitment, user = self.object, self.user
        row: Any = opened([commitment], user)[0]
        doors: Doors = row.doors
        offered = commitment_steps.steps_for(commitment, user)
        steps = pages.posted_steps(commitment, offered)
        is_host = can(user, Permission.MEETING_EDIT, agency=commitment.meeting.agency)
        return super().get_context_data(
            chip=state_chip(commitment),
            due=due_words(commitment),
            facts=pages.facts_of(commitment, doors, user),
            targets=pages.targets_of(commitment),
            areas=doors.areas,
            chain=pages.chain_facts(row.chain, doors),
            updates=pages.updates_of(commitment),
            open_steps=[step for step in steps if step["is_open"]],
            closed_steps=[step for step in steps if not step["is_open"]],
            may_link=may_link(commitment, user),
            links=_links(commitment) if is_host else None,
            actions=self._actions(doors.meeting),
            crumbs=[
                (_("Commitments"), reverse("coordination:commitment-list")),
                (commitment.meeting.title, doors.meeting),
            ],
            **kwargs,
        )

    def _actions(self, meeting: str) -> list[dict[str, Any]]:
        commitment, found = self.object, []
        if meeting:
            url = f"{meeting}#kesepakatan"
            found.append(action(_("To the meeting"), url, "left"))
        if workflow.may_write(commitment.meeting, self.user) and commitment.is_pending:
            edit = reverse("coordination:commitment-edit", args=[commitment.pk])
            found.append(action(_("Edit"), edit, "edit"))
        return found


class CommitmentStepView(CommitmentScope, StepView):
    """POST takes the step that `as_view` names, through the service of its row."""

    step: Step = commitment_steps.ACCEPT
    update: CommitmentUpdate | None = None

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.form_class = self.look.form
        self.title = str(self.step.label)
        self.done_message = str(self.look.done)

    @property
    def look(self) -> pages.Look:
        return pages.LOOKS[self.step]

    def require_page(self, record: Commitment) -> None:
        agency = commitment_steps.agency_of(self.step, record)
        require_page(self.user, Permission(self.step.permission), agency=agency)

    def take_step(self, record: Commitment, **values: Any) -> None:
        taken = self.look.take(record, by=self.user, **values)
        if self.step.name in pages.WITH_EVIDENCE:
            self.update = taken

    def get_done_url(self, record: Commitment) -> str:
        """To the files of the update that was written, where evidence is added."""
        return files_page(self.update) if self.update else super().get_done_url(record)


# ---- activities ----------------------------------------------------------------------
class CommitmentForms(CommitmentScope, ServiceFormView):
    """A form about one commitment, for who holds `permission` in `agency_of` it."""

    template_name = "_components/confirm.html"
    title: Any = ""
    submit_label: Any = ""
    permission: Permission
    commitment: Commitment

    def prepare(self, request: HttpRequest, **kwargs: Any) -> None:
        self.commitment = get_object_or_404(self.get_queryset(), pk=kwargs["pk"])
        require_page(self.user, self.permission, agency=self.agency_of())

    def agency_of(self) -> Any:
        return self.commitment.agency

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            object=self.commitment,
            title=self.title,
            submit_label=self.submit_label or self.title,
            cancel_url=self.commitment.get_absolute_url(),
            **kwargs,
        )

    def get_success_url(self) -> str:
        return self.commitment.get_absolute_url()

    def get_done_url(self, result: Any) -> str:
        return self.get_success_url()

    def get_wrong_state_url(self) -> str:
        return self.get_success_url()


class ActivityLinkView(CommitmentForms):
    form_class = LinkActivityForm
    title = gettext_lazy("Link an activity")
    done_message = gettext_lazy("The activity is linked.")
    permission = Permission.COMMITMENT_UPDATE

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {
            "commitment": self.commitment,
            "user": self.user,
        }

    def call_service(self, form: Any) -> Any:
        return services.link_activity(
            self.commitment, by=self.user, **form.cleaned_data
        )


class ActivityUnlinkView(CommitmentScope, StepView):
    form_class = forms.Form
    title = gettext_lazy("Take the activity off the commitment")
    done_message = gettext_lazy("The activity is not linked any more.")

    def require_page(self, record: Commitment) -> None:
        require_page(self.user, Permission.COMMITMENT_UPDATE, agency=record.agency)

    def take_step(self, record: Commitment, **values: Any) -> None:
        activities = Activity.objects.filter(commitments=record)
        activity = get_object_or_404(activities, pk=self.kwargs["activity"])
        services.unlink_activity(record, activity=activity, by=self.user)


# ---- links without an account --------------------------------------------------------
class InviteByLinkView(CommitmentForms):
    """Makes a link and shows its address once, on the page that answers."""

    form_class = InviteForm
    template_name = "coordination/commitment_invite.html"
    title = gettext_lazy("A link without an account")
    submit_label = gettext_lazy("Make the link")
    permission = Permission.MEETING_EDIT

    def agency_of(self) -> Any:
        return self.commitment.meeting.agency

    def call_service(self, form: Any) -> services.NewLink:
        return services.invite_by_link(
            self.commitment, by=self.user, **form.cleaned_data
        )

    def form_valid(self, form: Any) -> HttpResponse:
        self.made: services.NewLink | None = None
        response = super().form_valid(form)
        if self.made is None:
            return response
        path = reverse("coordination:commitment-link", args=[self.made.token])
        link, address = self.made.link, self.request.build_absolute_uri(path)
        context = self.get_context_data(
            form=form,
            link=link,
            address=address,
            letter=letter_of(link, address),
            is_mailed=mail_letter(link, address),
        )
        shown = self.render_to_response(context)
        shown.headers["Cache-Control"] = "no-store"
        return shown

    def get_done_url(self, result: services.NewLink) -> str:
        self.made = result
        return super().get_done_url(result)


class LinkRevokeView(StepView):
    done_message = gettext_lazy("The link is revoked. It does not work any more.")

    def get_queryset(self) -> QuerySet:
        return links_of(self.request.user)

    def take_step(self, record: CommitmentLink, **values: Any) -> None:
        services.revoke_link(record, by=self.user)

    def get_done_url(self, record: CommitmentLink) -> str:
        return f"{record.commitment.get_absolute_url()}#tautan"


# ---- words, while the minutes are written --------------------------------------------
class OutcomeEditView(MeetingPartForm):
    """Changes a decision or a commitment in session or in the draft."""

    anchor = "kesepakatan"

    def require(self) -> None:
        workflow.require_writable(self.meeting, self.user)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {
            "meeting": self.meeting,
            "instance": self.part,
        }


class DecisionEditView(OutcomeEditView):
    model = Decision
    form_class = DecisionForm
    title = gettext_lazy("Change the decision")
    done_message = gettext_lazy("The decision is stored.")

    def call_service(self, form: Any) -> Decision:
        return services.change_decision(self.part, by=self.user, **form.cleaned_data)


class CommitmentEditView(OutcomeEditView):
    model = Commitment
    form_class = CommitmentForm
    title = gettext_lazy("Change the commitment")
    done_message = gettext_lazy("The commitment is stored.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.user}

    def call_service(self, form: Any) -> Commitment:
        return services.change_commitment(self.part, by=self.user, **form.cleaned_data)


class OutcomeRemoveView(MeetingPartStep):
    """Asks first."""

    form_class = forms.Form
    anchor = "kesepakatan"

    def require_page(self, record: Any) -> None:
        agency = record.meeting.agency
        require_page(self.user, Permission.MEETING_EDIT, agency=agency)


class DecisionRemoveView(OutcomeRemoveView):
    model = Decision
    title = gettext_lazy("Remove the decision")
    done_message = gettext_lazy("The decision is removed.")

    def take_step(self, record: Decision, **values: Any) -> None:
        services.remove_decision(record, by=self.user)


class CommitmentRemoveView(OutcomeRemoveView):
    model = Commitment
    title = gettext_lazy("Remove the commitment")
    done_message = gettext_lazy("The commitment is removed.")

    def take_step(self, record: Commitment, **values: Any) -> None:
        services.remove_commitment(record, by=self.user)


def may_link(commitment: Commitment, user: User) -> bool:
    """Whether `user` may name the activities with which it is kept."""
    agency = commitment.agency
    return commitment.is_pending and can(
        user, Permission.COMMITMENT_UPDATE, agency=agency
    )


def _links(commitment: Commitment) -> list[dict[str, Any]]:
    rows = commitment.links.all()
    return [
        {
            "link": link,
            "state": state_of(link),
            "is_live": not (link.used_at or link.revoked_at),
        }
        for link in rows
    ]
