"""Checks of meetings: minutes that are not what was closed, promises long overdue."""

from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from coordination.checks import altered_minutes, closed_without_minutes
from coordination.models import Commitment
from core.tables import Column
from dashboard.health.check import Check, CheckSeverity, Owner

LONG_DAYS = 30


def _altered(today: date) -> QuerySet[Any]:
    return altered_minutes().select_related("meeting__agency")


def _without_minutes(today: date) -> QuerySet[Any]:
    return closed_without_minutes().select_related("agency")


def _long_late(today: date) -> QuerySet[Any]:
    """Commitments pending a month after their due day, those said to be done too."""
    found = Commitment.objects.late(today - timedelta(days=LONG_DAYS))
    return found.select_related("agency", "meeting")


CHECKS = (
    Check(
        code="minutes-altered",
        title=_("Closed minutes that are not what was closed"),
        why=_("Somebody changed the stored file past every guard of the database."),
        todo=_("Restore the minutes from a backup, and find out who had access."),
        severity=CheckSeverity.SEVERE,
        owner=Owner.ADMINISTRATOR,
        found=_altered,
        columns=(
            Column(
                _("Minutes"),
                "number",
                "number",
                link=lambda minutes: minutes.meeting.get_absolute_url(),
            ),
            Column(_("Meeting"), "meeting.title", "meeting__title", full=True),
        ),
        order=("number", "pk"),
    ),
    Check(
        code="closed-without-minutes",
        title=_("Closed meeting without its minutes"),
        why=_("What was agreed cannot be shown any more as it was signed."),
        todo=_("Restore the minutes from a backup."),
        severity=CheckSeverity.SEVERE,
        owner=Owner.ADMINISTRATOR,
        found=_without_minutes,
        columns=(
            Column(_("Meeting"), "title", "title", link=True),
            Column(_("Agency"), "agency.short_name", "agency__short_name", css="half"),
            Column(_("Begins"), "starts_at", "starts_at", kind="datetime", css="half"),
        ),
        order=("-starts_at", "pk"),
    ),
    Check(
        code="commitment-long-late",
        title=_("Commitment a month overdue"),
        why=_("What a meeting agreed on is neither done nor dropped with a reason."),
        todo=_(
            "Report on it or say that it is done; the meeting's secretariat can drop it"
            " with a reason."
        ),
        severity=CheckSeverity.WARNING,
        owner=Owner.DISTRICT_OFFICE,
        found=_long_late,
        columns=(
            Column(_("Commitment"), str, "text", link=True, full=True),
            Column(_("Agency"), "agency.short_name", "agency__short_name", css="half"),
            Column(_("Due"), "due_on", "due_on", kind="date", css="half"),
            Column(_("Meeting"), "meeting.title", "meeting__title"),
        ),
        order=("due_on", "pk"),
    ),
)
