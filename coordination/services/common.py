"""What the services here share: rows under a lock, numbers in a meeting."""

from typing import Any

from django.db.models import Max

from coordination.models import Commitment, Meeting


def locked_meeting(meeting: Meeting) -> Meeting:
    """The meeting, re-read under a lock: what is checked now still holds at commit."""
    return (
        Meeting.objects.select_for_update(of=("self",))
        .select_related("agency", "secretary", "series")
        .get(pk=meeting.pk)
    )


def locked_commitment(commitment: Commitment) -> Commitment:
    """The commitment under a lock, with its agency and its meeting's host."""
    return (
        Commitment.objects.select_for_update(of=("self",))
        .select_related("agency", "meeting__agency", "meeting__secretary")
        .get(pk=commitment.pk)
    )


def next_number(rows: Any) -> int:
    """The number after the highest of these rows; ask under the meeting's lock."""
    return int(rows.aggregate(last=Max("number"))["last"] or 0) + 1


def strip_text(value: Any) -> Any:
    """A text with plain line ends and nothing around; anything else as it is."""
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else value
