"""Invitations as files: letters, an entry of a calendar; the code as a QR code."""

from io import BytesIO
from typing import Any

import segno
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.views.generic import View

from coordination.letters import calendar_file, letters_pdf
from coordination.models import Meeting
from coordination.models.meeting import Phase
from coordination.views.common import MeetingScope


class OfMeeting(LoginRequiredMixin, MeetingScope, View):
    """A file of a meeting in the person's scope."""

    def meeting(self) -> Meeting:
        """The meeting of the address; 404 outside the scope."""
        return get_object_or_404(self.get_queryset(), pk=self.kwargs["pk"])


class LettersView(OfMeeting):
    """The letters to all who are invited, or the one that the address names."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        meeting = self.meeting()
        invitations = meeting.invitations.select_related("agency")
        name = "undangan"
        if "invitation" in kwargs:
            one = get_object_or_404(invitations, pk=kwargs["invitation"])
            invitations, name = invitations.filter(pk=one.pk), f"undangan {one}"
        elif not invitations:
            raise Http404
        content = letters_pdf(meeting, invitations)
        return file_response(content, "application/pdf", f"{slugify(name)}.pdf")


class CalendarView(OfMeeting):
    """The meeting for the calendar of a phone or a computer."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        meeting = self.meeting()
        url = request.build_absolute_uri(meeting.get_absolute_url())
        host = request.get_host().partition(":")[0]
        content = calendar_file(meeting, url=url, host=host)
        return file_response(content, "text/calendar; charset=utf-8", "undangan.ics")


class QrView(OfMeeting):
    """The address for signing the attendance list; only while in session."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        meeting = self.meeting()
        if meeting.phase != Phase.IN_SESSION:
            raise Http404
        out = BytesIO()
        code = segno.make_qr(sign_url(request, meeting))
        code.save(out, kind="svg", scale=8, border=4, light="#fff", xmldecl=False)
        return HttpResponse(out.getvalue(), content_type="image/svg+xml")


def sign_url(request: HttpRequest, meeting: Meeting) -> str:
    """The whole address at which the people in the room sign."""
    code = meeting.attendance_code
    path = reverse("coordination:attendance-sign", kwargs={"code": code})
    return request.build_absolute_uri(path)


def file_response(content: bytes, content_type: str, name: str) -> HttpResponse:
    disposition = content_disposition_header(False, name)
    return HttpResponse(
        content,
        content_type=content_type,
        headers={"Content-Disposition": disposition or ""},
    )
