"""Columns of the list of meetings, on the page and in its files; chips of states."""

from collections.abc import Mapping

from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from coordination.models import Invitation, Meeting
from coordination.models.meeting import Phase
from coordination.models.people import Response
from core import html
from core.tables import Column

PHASE_TONES: Mapping[str, tuple[str, str]] = {
    Phase.PLANNED: ("", "edit"),
    Phase.INVITED: ("info", "send"),
    Phase.IN_SESSION: ("warn", "people"),
    Phase.DRAFT: ("warn", "document"),
    Phase.CLOSED: ("ok", "lock"),
}
RESPONSE_TONES: Mapping[str, tuple[str, str]] = {
    Response.NONE: ("", "hourglass"),
    Response.ATTENDING: ("ok", "check"),
    Response.DECLINED: ("late", "close"),
}


def phase_chip(meeting: Meeting) -> SafeString:
    """The phase: word, colour and icon."""
    return html.chip(meeting.get_phase_display(), *PHASE_TONES[meeting.phase])


def response_chip(invitation: Invitation) -> SafeString:
    """The answer: word, colour and icon."""
    tone = RESPONSE_TONES[invitation.response]
    return html.chip(invitation.get_response_display(), *tone)


MEETING_COLUMNS = (
    Column(_("Meeting"), "title", "title", link=True, full=True),
    Column(_("Begins"), "starts_at", "starts_at", kind="datetime", css="half"),
    Column(
        _("Phase"),
        phase_chip,
        "phase",
        kind="html",
        css="st-cell half",
        export="get_phase_display",
    ),
    Column(_("Kind"), "get_kind_display", "kind", css="hide-s"),
    Column(_("Host"), "agency.short_name", "agency__short_name"),
    Column(_("Place"), "place", "place", full=True),
    Column(_("Ends"), "ends_at", only="csv", kind="datetime"),
    Column(_("Agencies invited"), "invited", "invited", kind="number"),
    Column(_("People who came"), "attended", "attended", kind="number"),
    Column(_("Open commitments"), "pending", "pending", kind="number", name="pending"),
)
