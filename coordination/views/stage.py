"""The screen of the room: what is talked about, written, promised; one page for all.

Who may write does it here; everybody else sees the same, read-only. Every read is of
this minute; a script reads the page again by itself.
"""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import View

from coordination import services, workflow
from coordination.commitment_forms import COMMITMENT, OutcomeForm
from coordination.meeting_forms import NotesForm
from coordination.meeting_queries import presence_at
from coordination.models import AgendaItem, Meeting
from coordination.outcomes import outcomes_of
from coordination.stage import districts_of, item_of, previously
from coordination.views.common import SCREEN, MeetingScope
from coordination.views.letters import sign_url
from core.errors import BusinessRuleError, NotAllowedError, WrongStateError
from core.forms import add_rule_errors
from core.numbers import key_in
from core.views import PreparedMixin

DECISION_FIELDS = ("item", "kind", "text")
BUTTONS = ("go", "done", "discuss")
OUTCOME = "hasil"  # the draft of the form that writes outcomes


class StageView(PreparedMixin, MeetingScope, View):
    """GET shows the screen; POST writes an outcome or the discussion, or moves on."""

    meeting: Meeting

    def prepare(self, request: HttpRequest, **kwargs: Any) -> None:
        meetings = self.get_queryset().select_related("agency", "current_item")
        self.meeting = get_object_or_404(meetings, pk=kwargs["pk"])

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.page()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            workflow.require_editable(self.meeting, self.user)
            if pressed := _pressed(request):
                return self.at_item(*pressed)
            return self.write()
        except NotAllowedError as error:
            raise PermissionDenied(str(error)) from error
        except WrongStateError as error:
            messages.error(request, str(error))
        return redirect(request.path)

    def at_item(self, name: str, key: int) -> HttpResponse:
        """On to an item, an item is done, or what was said about it."""
        item = get_object_or_404(AgendaItem, pk=key, meeting=self.meeting)
        if name == "discuss":
            return self.discuss(item)
        if name == "go":
            services.set_current_item(item, by=self.user)
        else:
            services.finish_item(item, by=self.user)
        return redirect(self.request.path)

    def discuss(self, item: AgendaItem) -> HttpResponse:
        form = NotesForm(self.request.POST)
        if not form.is_valid():
            return self.page(item=item, notes=form)
        services.change_item(item, by=self.user, **form.cleaned_data)
        messages.success(
            self.request, _("The discussion is stored."), extra_tags=draft_of(item)
        )
        return redirect(self.request.path)

    def write(self) -> HttpResponse:
        workflow.require_writable(self.meeting, self.user)
        form = self.form(self.request.POST)
        if not form.is_valid():
            return self.page(form, item=self.item_written(form))
        values = dict(form.cleaned_data)
        try:
            if form.is_commitment:
                del values["kind"]
                services.agree_commitment(self.meeting, by=self.user, **values)
            else:
                decision = {name: values[name] for name in DECISION_FIELDS}
                services.write_decision(self.meeting, by=self.user, **decision)
        except WrongStateError:
            raise
        except BusinessRuleError as error:
            add_rule_errors(form, error)
            return self.page(form, item=self.item_written(form))
        messages.success(self.request, _("Written down."), extra_tags=OUTCOME)
        return redirect(self.request.path)

    def form(self, sent: Any = None) -> OutcomeForm:
        practice = self.request.GET.get("practice")  # from the page of a practice
        initial = {
            "item": item_of(self.meeting),
            "kind": COMMITMENT,
            "practice": practice,
        }
        return OutcomeForm(sent, meeting=self.meeting, user=self.user, initial=initial)

    def item_written(self, form: OutcomeForm) -> AgendaItem | None:
        """The item under which it was typed, which may have passed meanwhile."""
        return form.cleaned_data.get("item") or item_of(self.meeting)

    def page(
        self,
        form: OutcomeForm | None = None,
        *,
        item: AgendaItem | None = None,
        notes: NotesForm | None = None,
    ) -> HttpResponse:
        """The screen; `form` and `notes` are those that were refused."""
        meeting, now = self.meeting, timezone.localtime()
        item = item or item_of(meeting)
        outcomes = outcomes_of(meeting)
        may_write = workflow.may_write(meeting, self.user)
        may_move = may_write and meeting.phase == Meeting.Phase.IN_SESSION
        context = {
            "meeting": meeting,
            "now": now,
            "item": item,
            "outcomes": outcomes,
            "agreed": sum(len(o.decisions) + len(o.commitments) for o in outcomes),
            "districts": districts_of(item, self.user, now.date()),
            "previous": previously(meeting, self.user),
            **_presence(meeting),
            "may_write": may_write,
            "may_move": may_move,
            "sign_url": sign_url(self.request, meeting) if may_move else "",
            "screen": SCREEN,
            **(self._forms(item, form, notes) if may_write and item else {}),
            "back_url": reverse("coordination:meeting-detail", args=[meeting.pk]),
        }
        return render(self.request, "coordination/stage.html", context)

    def _forms(
        self, item: AgendaItem, form: OutcomeForm | None, notes: NotesForm | None
    ) -> dict[str, Any]:
        """Both forms, each with the name of its draft on this device."""
        return {
            "form": form or self.form(),
            "draft": OUTCOME,
            "notes": notes or NotesForm(initial={"notes": item.notes}),
            "notes_draft": draft_of(item),
        }


def draft_of(item: AgendaItem) -> str:
    """The draft of what is said about the item."""
    return f"bahasan-{item.pk}"


def _pressed(request: HttpRequest) -> tuple[str, int] | None:
    """Which of the buttons of an item was pressed, and the item's key."""
    for name in BUTTONS:
        key = key_in(request.POST.get(name, ""))
        if key is not None:
            return name, key
    return None


def _presence(meeting: Meeting) -> dict[str, Any]:
    """Which agencies are here, and which of the invited are not."""
    rows = presence_at(meeting).rows
    return {
        "here": [row.agency for row in rows if row.people],
        "missing": [row.agency for row in rows if row.is_invited and not row.people],
        "invited": sum(row.is_invited for row in rows),
        "invited_here": sum(row.is_invited and bool(row.people) for row in rows),
    }
