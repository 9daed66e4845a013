"""A commitment of an office in a meeting in session."""

from datetime import date
from typing import Any

from agencies.models import Agency
from coordination.models import Commitment
from coordination.services.common import next_number
from tests.factories_coordination import meeting_in


def promise_of(agency: Agency, *, host: Agency, **values: Any) -> Commitment:
    """What `agency`, invited by `host`, promised for the end of 2026."""
    meeting = meeting_in("in_session", agency=host, guest=agency)
    defaults = {
        "text": "Membangun drainase",
        "due_on": date(2026, 12, 31),
        "created_by": meeting.secretary,
    }
    return Commitment.objects.create(
        meeting=meeting,
        item=meeting.items.get(),
        number=next_number(meeting.commitments),
        agency=agency,
        **defaults | values,
    )
