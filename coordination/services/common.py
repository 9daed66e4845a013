"""What the services here share: rows under a lock, numbers in a meeting."""

from typing import Any, TypeVar

from django.db.models import Max, Model, QuerySet
from django.utils.translation import gettext as _

from coordination import workflow
from coordination.models import Commitment, Meeting
from core.errors import BusinessRuleError, WrongStateError
from core.workflow import Step

Record = TypeVar("Record", bound=Model)


def fresh(rows: QuerySet[Record], record: Record) -> Record:
    """The record as these rows have it now.

    Raises WrongStateError where somebody removed it while we waited for a lock.
    """
    found = rows.filter(pk=record.pk).first()
    if found is None:
        raise WrongStateError(
            _("Somebody removed this meanwhile. Open the list again.")
        )
    return found


def locked_meeting(meeting: Meeting) -> Meeting:
    """The meeting, re-read under a lock: what is checked now still holds at commit."""
    rows = Meeting.objects.select_for_update(of=("self",))
    return fresh(rows.select_related("agency", "secretary", "series"), meeting)


def editable_meeting(meeting: Meeting, by: Any) -> Meeting:
    """The meeting under its lock, which `by` may change: it is not closed."""
    meeting = locked_meeting(meeting)
    workflow.require_editable(meeting, by)
    return meeting


def writable_meeting(meeting: Meeting, by: Any) -> Meeting:
    """The meeting under its lock, whose outcomes `by` may write now."""
    meeting = locked_meeting(meeting)
    workflow.require_writable(meeting, by)
    return meeting


def begun(step: Step, meeting: Meeting, by: Any) -> Meeting:
    """The meeting under its lock, where `by` may take the step and nothing is missing.

    Raises BusinessRuleError with everything that is.
    """
    meeting = locked_meeting(meeting)
    workflow.require_step(step, meeting, by)
    if missing := workflow.missing_of(step, meeting):
        raise BusinessRuleError(errors={"__all__": [str(text) for text in missing]})
    return meeting


def locked_commitment(commitment: Commitment) -> Commitment:
    """The commitment under a lock, with its agency and its meeting's host."""
    rows = Commitment.objects.select_for_update(of=("self",))
    related = ("agency", "meeting__agency", "meeting__secretary")
    return fresh(rows.select_related(*related), commitment)


def next_number(rows: Any) -> int:
    """The number after the highest of these rows; ask under the meeting's lock."""
    return int(rows.aggregate(last=Max("number"))["last"] or 0) + 1
