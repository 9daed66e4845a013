"""Columns of the list of decisions, on the page and in its files."""

from datetime import date

from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from coordination.models import Decision
from core.tables import Column

SHOWN_LENGTH = 400


def _date(decision: Decision) -> date:
    return decision.meeting.held_on


DECISION_COLUMNS = (
    Column(
        _("What was agreed"),
        lambda row: Truncator(row.text).chars(SHOWN_LENGTH),
        link=True,
        export="text",
        full=True,
    ),
    Column(_("Kind"), "get_kind_display", "kind", css="half"),
    Column(_("Number"), "number", kind="number", css="half"),
    Column(_("Agenda item"), "item.title", full=True),
    Column(
        _("Meeting"),
        "meeting.title",
        "meeting__title",
        link=lambda row: row.meeting.get_absolute_url(),
        full=True,
    ),
    Column(_("Date"), _date, "meeting__starts_at", kind="date", css="half"),
    Column(_("Host"), "meeting.agency.short_name", "meeting__agency__short_name"),
    Column(_("Number of the minutes"), "meeting.minutes_number", css="half"),
)
