"""What the pages of meetings share: the meeting in sight, and who may change it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from coordination import workflow
from coordination.models import Meeting
from core.errors import NotAllowedError, WrongStateError
from core.views import ServiceFormView, StepView


class MeetingScope:
    """Meetings in the person's scope; the others do not exist for them (404)."""

    request: HttpRequest

    def get_queryset(self) -> QuerySet:
        meetings = Meeting.objects.visible_to(self.request.user)
        return meetings.select_related("agency", "series", "secretary", "group")


class RecordRemoveView(StepView):
    """Asks first; from the page that is gone it leads to the list of `list_name`."""

    form_class = forms.Form
    list_name: str

    def get_done_url(self, record: Any) -> str:
        """Its own page while it is there: who gives up removing goes back to it."""
        is_there = type(record)._default_manager.filter(pk=record.pk).exists()
        return super().get_done_url(record) if is_there else reverse(self.list_name)


def crumbs_of(meeting: Meeting) -> list[tuple[Any, str]]:
    """The way to a page about a part of the meeting."""
    return [
        (_("Rakor"), reverse("coordination:meeting-list")),
        (meeting.title, meeting.get_absolute_url()),
    ]


SCREEN = "layar"


class MeetingPartForm(MeetingScope, ServiceFormView):
    """A form about a part of a meeting, for who may change that meeting now.

    `anchor` is the section of the meeting's page to which one comes back; with
    `?ke=layar` one comes back to the screen of the room. `model` is set where the
    address names the part and not the meeting.
    """

    template_name = "coordination/part_form.html"
    title: Any = ""
    anchor = ""
    model: Any = None
    meeting: Meeting
    part: Any = None

    def prepare(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase | None:
        self.find(kwargs["pk"])
        try:
            self.require()
        except NotAllowedError as error:
            raise PermissionDenied(str(error)) from error
        except WrongStateError as error:
            messages.error(request, str(error))
            return redirect(self.get_success_url())
        return None

    def find(self, pk: int) -> None:
        """The part and its meeting, or the meeting alone; 404 outside the scope."""
        if self.model is not None:
            parts = self.model.objects.filter(meeting__in=self.get_queryset())
            self.part = get_object_or_404(
                parts.select_related("meeting__agency", "meeting__secretary"), pk=pk
            )
            self.meeting = self.part.meeting
        else:
            self.meeting = get_object_or_404(self.get_queryset(), pk=pk)

    def require(self) -> None:
        """Raise unless the person may use the form now."""
        workflow.require_editable(self.meeting, self.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            title=self.title,
            lede=self.part or self.meeting,
            crumbs=crumbs_of(self.meeting),
            cancel_url=self.get_success_url(),
            **kwargs,
        )

    def get_success_url(self) -> str:
        if self.request.GET.get("ke") == SCREEN:
            return reverse("coordination:meeting-screen", args=[self.meeting.pk])
        return f"{self.meeting.get_absolute_url()}#{self.anchor}"

    def get_done_url(self, result: Any) -> str:
        return self.get_success_url()

    def get_wrong_state_url(self) -> str:
        return self.get_success_url()


class MeetingPartStep(StepView):
    """POST does something with a part of a meeting in the person's scope."""

    model: Any
    anchor = ""

    def get_queryset(self) -> QuerySet:
        seen = Meeting.objects.visible_to(self.request.user)
        parts = self.model.objects.filter(meeting__in=seen)
        return parts.select_related("meeting__agency", "meeting__secretary")

    def get_done_url(self, record: Any) -> str:
        return f"{record.meeting.get_absolute_url()}#{self.anchor}"
