"""The minutes as files, the step that closes them, and their addenda."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from agencies.access import can, require
from agencies.roles import Permission
from areas.forms import CheckedByService
from coordination.minutes import content_of, digest_of
from coordination.minutes_docx import minutes_docx
from coordination.minutes_pdf import minutes_pdf
from coordination.models import Addendum, Meeting, Minutes
from coordination.models.meeting import Phase
from coordination.services.addenda import add_addendum
from coordination.services.closing import close_meeting
from coordination.views.common import MeetingPartForm, MeetingScope
from core.errors import WrongStateError
from core.views import StepView

TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def minutes_part(meeting: Meeting, user: Any) -> dict[str, Any]:
    """What the meeting's page says of its minutes and their addenda."""
    is_closed = meeting.phase == Phase.CLOSED
    kept = Minutes.objects.filter(meeting=meeting).defer("pdf", "docx").first()
    return {
        "minutes": kept,
        "minutes_digest": digest_of(kept.content) if kept else "",
        "addenda": meeting.addenda.select_related("by") if is_closed else [],
        "may_add_addendum": is_closed
        and can(user, Permission.MEETING_CLOSE, agency=meeting.agency),
    }


class MinutesFileView(LoginRequiredMixin, MeetingScope, View):
    """The stored bytes of closed minutes; before that a draft, drawn now."""

    kind = "pdf"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        meeting = get_object_or_404(self.get_queryset(), pk=kwargs["pk"])
        if meeting.phase == Phase.CLOSED:
            return stored_response(request, meeting, self.kind)
        if not meeting.is_writable:
            messages.error(request, _("The minutes begin with the session."))
            return redirect(meeting)
        content = content_of(meeting)
        draw = minutes_pdf if self.kind == "pdf" else minutes_docx
        mark = _("draft of the minutes")
        response = _file(draw(content, is_draft=True), meeting, self.kind, mark)
        response.headers["Cache-Control"] = "private, no-store"
        return response


def stored_response(
    request: HttpRequest, meeting: Meeting, kind: str
) -> HttpResponseBase:
    """The file as it was closed, with its hash as ETag; page and API answer alike."""
    stored = Minutes.objects.only(kind, f"{kind}_sha256").get(meeting=meeting)
    etag = f'"{getattr(stored, f"{kind}_sha256")}"'
    response = get_conditional_response(request, etag=etag)
    response = response or _file(bytes(getattr(stored, kind)), meeting, kind)
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _file(content: bytes, meeting: Meeting, kind: str, mark: str = "") -> HttpResponse:
    names = [f"notulen-{meeting.held_on:%Y-%m-%d}", slugify(meeting.title)[:60], mark]
    name = "-".join(filter(None, names))
    disposition = content_disposition_header(kind == "docx", f"{name}.{kind}")
    headers = {
        "Content-Disposition": disposition or "",
        "X-Content-Type-Options": "nosniff",
        "Content-Encoding": "identity",  # what is hashed arrives as it is
    }
    return HttpResponse(content, content_type=TYPES[kind], headers=headers)


class MeetingCloseView(MeetingScope, StepView):
    done_message = gettext_lazy("The minutes are closed. Nobody can change them now.")

    def take_step(self, record: Meeting, **values: Any) -> None:
        close_meeting(record, by=self.user)

    def get_done_url(self, record: Meeting) -> str:
        return f"{record.get_absolute_url()}#notulen"


class AddendumForm(CheckedByService, forms.ModelForm):
    class Meta:
        model = Addendum
        fields = ("text", "reason")
        widgets = {"text": forms.Textarea(attrs={"rows": 5})}


class AddendumView(MeetingPartForm):
    """A correction of closed minutes, for who may close them."""

    form_class = AddendumForm
    title = gettext_lazy("Add an addendum")
    done_message = gettext_lazy("The addendum is stored beside the minutes.")
    anchor = "notulen"

    def require(self) -> None:
        require(self.user, Permission.MEETING_CLOSE, agency=self.meeting.agency)
        if self.meeting.phase != Phase.CLOSED:
            raise WrongStateError(
                _("The minutes are not closed yet. Correct them where they are wrong.")
            )

    def call_service(self, form: Any) -> Addendum:
        return add_addendum(self.meeting, by=self.user, **form.cleaned_data)
