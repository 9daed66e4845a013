"""What becomes of a commitment: accepted, reported on, done and checked, or dropped."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.access import require
from agencies.models import User
from agencies.roles import Permission
from coordination import commitment_steps as steps
from coordination.commitment_notices import settle_commitment, tell_step
from coordination.models import Commitment, CommitmentActivity, CommitmentUpdate
from coordination.services.common import locked_commitment
from coordination.texts import TEXT_LENGTH, lines_of, said
from core.errors import BusinessRuleError, WrongStateError
from core.workflow import Step
from programs.models import Activity

LINK, UNLINK = "link", "unlink"
SENT_TWICE = timedelta(minutes=10)  # the same words later are news: "still going on"
REASON_LENGTH = 300  # as the field that keeps why it was dropped


@transaction.atomic
def accept_commitment(commitment: Commitment, *, by: User) -> Commitment:
    """The agency makes the promise its own."""
    commitment = _taken(steps.ACCEPT, commitment, by)
    commitment.accepted_at = timezone.now()
    commitment.accepted_by = by
    _move(commitment, steps.ACCEPT, by=by)
    return commitment


@transaction.atomic
def object_to_commitment(commitment: Commitment, *, reason: str, by: User) -> None:
    """The agency says why it does not accept; the secretariat changes or drops it."""
    commitment = _taken(steps.OBJECT, commitment, by)
    reason = said(reason, "reason", _("Say why, and what you could promise instead."))
    if not _is_repeat(commitment, steps.OBJECT, reason, by):
        _move(commitment, steps.OBJECT, text=reason, by=by)


@transaction.atomic
def report_progress(commitment: Commitment, *, text: str, by: User) -> CommitmentUpdate:
    """Say what was done. The same words at once again are the same update."""
    commitment = _taken(steps.PROGRESS, commitment, by)
    text = said(
        text, "text", _("Write what was done since the last update."), most=TEXT_LENGTH
    )
    if found := _is_repeat(commitment, steps.PROGRESS, text, by):
        return found
    return _move(commitment, steps.PROGRESS, text=text, by=by)


@transaction.atomic
def claim_done(commitment: Commitment, *, text: str, by: User) -> CommitmentUpdate:
    """The agency says that it kept the promise, and by what that is seen."""
    commitment = _taken(steps.CLAIM, commitment, by)
    text = said(
        text, "text", _("Write by what it is seen that it is done."), most=TEXT_LENGTH
    )
    commitment.claimed_by = by
    settle_commitment(commitment, "due")
    return _move(commitment, steps.CLAIM, text=text, by=by)


@transaction.atomic
def check_done(commitment: Commitment, *, text: str = "", by: User) -> Commitment:
    """The secretariat confirms it; who said that it is done cannot."""
    commitment = _taken(steps.CHECK, commitment, by)
    commitment.done_on = timezone.localdate()
    commitment.checked_by = by
    settle_commitment(commitment, "claim", "due")
    _move(commitment, steps.CHECK, text=lines_of(text)[:TEXT_LENGTH], by=by)
    return commitment


@transaction.atomic
def return_commitment(commitment: Commitment, *, reason: str, by: User) -> Commitment:
    """The secretariat says what is still lacking."""
    commitment = _taken(steps.RETURN, commitment, by)
    reason = said(reason, "reason", _("Say what is still lacking."))
    commitment.claimed_by = None
    settle_commitment(commitment, "claim")
    _move(commitment, steps.RETURN, text=reason, by=by)
    return commitment


@transaction.atomic
def drop_commitment(commitment: Commitment, *, reason: str, by: User) -> Commitment:
    """The host gives the promise up, and says why; it stays in the list."""
    commitment = _taken(steps.DROP, commitment, by)
    sentence = _("Say why it is given up, such as the decision that says so.")
    reason = said(reason, "reason", sentence, most=REASON_LENGTH)
    commitment.drop_reason = reason
    settle_commitment(commitment, "agreed", "changed", "claim", "due")
    _move(commitment, steps.DROP, text=reason, by=by)
    return commitment


@transaction.atomic
def link_activity(
    commitment: Commitment, *, activity: Activity, by: User
) -> CommitmentActivity:
    """Name the work with which the promise is kept: the agency's own activity.

    Linked already, it comes back as it is.
    """
    commitment = _linkable(commitment, by)
    known = CommitmentActivity.objects.filter(commitment=commitment, activity=activity)
    if found := known.first():
        return found
    _require_own(commitment, activity, by)
    link = CommitmentActivity.objects.create(
        commitment=commitment, activity=activity, by=by
    )
    _update(commitment, LINK, activity.name, by=by)
    return link


@transaction.atomic
def unlink_activity(commitment: Commitment, *, activity: Activity, by: User) -> None:
    """Take the link away; the updates keep that it was there."""
    commitment = _linkable(commitment, by)
    links = CommitmentActivity.objects.filter(commitment=commitment, activity=activity)
    gone, _rows = links.delete()
    if gone:
        _update(commitment, UNLINK, activity.name, by=by)


def _taken(step: Step, commitment: Commitment, by: User) -> Commitment:
    """The commitment under its lock, after right and state were asked of it."""
    commitment = locked_commitment(commitment)
    steps.require_step(step, commitment, by)
    return commitment


def _move(
    commitment: Commitment,
    step: Step,
    *,
    by: User | None,
    text: str = "",
    name: str = "",
) -> CommitmentUpdate:
    """Bring it where the step leads, write the update, tell the other side."""
    commitment.state = step.target
    commitment.save()
    update = _update(commitment, step.name, text, by=by, name=name)
    if step in (steps.ACCEPT, steps.OBJECT):
        settle_commitment(commitment, "agreed", "changed")
    tell_step(commitment, step, update)
    return update


@transaction.atomic
def accept_in_name(commitment: Commitment, *, name: str) -> CommitmentUpdate:
    """Accept without an account; lock, state and right were asked of the link."""
    commitment.accepted_at = timezone.now()
    commitment.accepted_name = name
    return _move(commitment, steps.ACCEPT, by=None, name=name)


def _update(
    commitment: Commitment, step: str, text: str, *, by: User | None, name: str = ""
) -> CommitmentUpdate:
    return CommitmentUpdate.objects.create(
        commitment=commitment, step=step, text=text, by=by, by_name=name
    )


def _is_repeat(
    commitment: Commitment, step: Step, text: str, by: User
) -> CommitmentUpdate | None:
    """The latest update, where the same person has just said the same: sent twice."""
    since = timezone.now() - SENT_TWICE
    last = commitment.updates.filter(at__gte=since).order_by("-at", "-pk").first()
    if last and (last.step, last.text, last.by_id) == (step.name, text, by.pk):
        return last
    return None


def _linkable(commitment: Commitment, by: User) -> Commitment:
    commitment = locked_commitment(commitment)
    require(by, Permission.COMMITMENT_UPDATE, agency=commitment.agency)
    if not commitment.is_pending:
        raise WrongStateError(
            _("The commitment is “%(state)s”: its activities stay as they are.")
            % {"state": commitment.get_state_display()}
        )
    return commitment


def _require_own(commitment: Commitment, activity: Activity, by: Any) -> None:
    if not linkable_activities(commitment, by).filter(pk=activity.pk).exists():
        text = _(
            "Choose an activity of %(agency)s that you see, in an area of the"
            " commitment where it names any."
        ) % {"agency": commitment.agency.short_name}
        raise BusinessRuleError(errors={"activity": [text]})


def linkable_activities(commitment: Commitment, user: Any) -> QuerySet[Activity]:
    """The agency's activities in sight with which the promise can be kept.

    Where the commitment names areas, those there: what is done elsewhere is not this.
    """
    seen = Activity.objects.visible_to(user).of_agency(commitment.agency)
    if commitment.areas.exists():
        seen = seen.filter(area__in=commitment.areas.all())
    linked = commitment.activities.values("pk")
    return seen.exclude(pk__in=linked).order_by("name", "pk")
