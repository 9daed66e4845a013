"""Tasks from meetings: invitations, minutes, promises to accept, keep and check."""

from datetime import date
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from agencies.access import agencies_q, scope_of
from agencies.roles import Permission
from coordination.models import Commitment, Invitation, Meeting
from coordination.models.commitment import CommitmentState
from coordination.models.meeting import Phase
from coordination.models.people import Response
from core import html
from dashboard.tasks.source import Rows, Source
from dashboard.tasks.task import Task, TaskKind, state_of

P = Permission
TITLE_LENGTH = 120
KEPT = (CommitmentState.ACCEPTED, CommitmentState.IN_PROGRESS)


def _to_accept(user: Any, on: date) -> Rows:
    return _own(user, P.COMMITMENT_ACCEPT).filter(state=CommitmentState.OPEN)


def _to_keep(user: Any, on: date) -> Rows:
    return _own(user, P.COMMITMENT_UPDATE).filter(state__in=KEPT)


def _own(user: Any, permission: Permission) -> Rows:
    commitments = Commitment.objects.filter(agencies_q(user, permission))
    return commitments.select_related("agency", "meeting")


def _to_check(user: Any, on: date) -> Rows:
    """Said to be done, by somebody else, in a meeting of the own agency."""
    of_host = agencies_q(user, P.MEETING_EDIT, "meeting__agency")
    claimed = Commitment.objects.filter(of_host, state=CommitmentState.CLAIMED)
    others = ~Q(claimed_by=user) | Q(claimed_by=None)
    return claimed.filter(others).select_related("agency", "meeting")


def _to_answer(user: Any, on: date) -> Rows:
    """Of the own agency, whatever the role, until the day of the meeting."""
    asked = Invitation.objects.filter(
        agency__in=scope_of(user).agencies,
        response=Response.NONE,
        meeting__phase=Phase.INVITED,
        meeting__starts_at__date__gte=on,
    )
    return asked.select_related("agency", "meeting")


def _to_close(user: Any, on: date) -> Rows:
    own = agencies_q(user, P.MEETING_CLOSE)
    return Meeting.objects.filter(own, phase=Phase.DRAFT).select_related("agency")


def _words(commitment: Commitment) -> dict[str, str]:
    return {"text": Truncator(commitment.text).chars(TITLE_LENGTH)}


def _accept_task(commitment: Commitment, on: date) -> Task:
    """Nothing is late here: the due day is that of the work itself."""
    return Task(
        kind=TaskKind.ACCEPT,
        title=_("Accept the commitment: %(text)s") % _words(commitment),
        place=commitment.agency.short_name,
        url=commitment.get_absolute_url(),
        state=state_of(None, on),
        since=timezone.localdate(commitment.created_at),
        note=commitment.meeting.title,
    )


def _keep_task(commitment: Commitment, on: date) -> Task:
    return Task(
        kind=TaskKind.PROMISE,
        title=_("Keep the commitment: %(text)s") % _words(commitment),
        place=commitment.agency.short_name,
        url=commitment.get_absolute_url(),
        state=state_of(commitment.due_on, on),
        due_on=commitment.due_on,
        since=timezone.localdate(commitment.created_at),
        note=commitment.meeting.title,
    )


def _check_task(commitment: Commitment, on: date) -> Task:
    return Task(
        kind=TaskKind.PROMISE_CHECK,
        title=_("Check whether it is done: %(text)s") % _words(commitment),
        place=commitment.agency.short_name,
        url=commitment.get_absolute_url(),
        state=state_of(None, on),
        note=commitment.meeting.title,
    )


def _answer_task(invitation: Invitation, on: date) -> Task:
    meeting = invitation.meeting
    said = {"meeting": Truncator(meeting.title).chars(TITLE_LENGTH)}
    return Task(
        kind=TaskKind.INVITATION,
        title=_("Answer the invitation to “%(meeting)s”") % said,
        place=str(invitation),
        url=reverse("coordination:invitation-answer", args=[invitation.pk]),
        state=state_of(meeting.held_on, on),
        due_on=meeting.held_on,
        since=timezone.localdate(meeting.invited_at),
        note=f"{html.moment(meeting.starts_at)}, {meeting.place}",
    )


def _close_task(meeting: Meeting, on: date) -> Task:
    said = {"meeting": Truncator(meeting.title).chars(TITLE_LENGTH)}
    return Task(
        kind=TaskKind.MINUTES,
        title=_("Close the minutes of “%(meeting)s”") % said,
        place=meeting.agency.short_name,
        url=f"{meeting.get_absolute_url()}#notulen",
        state=state_of(None, on),
        since=timezone.localdate(meeting.ended_at),
    )


SOURCES = (
    Source(
        TaskKind.ACCEPT,
        (P.COMMITMENT_ACCEPT,),
        _to_accept,
        _accept_task,
        ("created_at", "pk"),
    ),
    Source(
        TaskKind.PROMISE,
        (P.COMMITMENT_UPDATE,),
        _to_keep,
        _keep_task,
        ("due_on", "pk"),
    ),
    Source(
        TaskKind.PROMISE_CHECK,
        (P.MEETING_EDIT,),
        _to_check,
        _check_task,
        ("due_on", "pk"),
    ),
    Source(
        TaskKind.INVITATION,
        (),
        _to_answer,
        _answer_task,
        ("meeting__starts_at", "pk"),
    ),
    Source(
        TaskKind.MINUTES,
        (P.MEETING_CLOSE,),
        _to_close,
        _close_task,
        ("ended_at", "pk"),
    ),
)
