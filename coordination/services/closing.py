"""Closing a meeting: its minutes are made once and never change."""

import hashlib
from collections import defaultdict
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.models import Agency
from agencies.notices import in_indonesian, tell
from coordination import workflow
from coordination.commitment_notices import OF_THE_AGENCY, tell_supporters
from coordination.minutes import content_of
from coordination.minutes_docx import minutes_docx
from coordination.minutes_pdf import minutes_pdf
from coordination.models import Commitment, Meeting, Minutes
from coordination.notices import people_of
from coordination.services.common import begun
from core import html


@transaction.atomic
def close_meeting(meeting: Meeting, *, by: Any) -> Meeting:
    """Make the minutes from what is written and freeze it; tell who promised something.

    Nothing of the meeting can be written while they are made, for every write asks for
    its row. Raises BusinessRuleError with everything that is missing.
    """
    # Under the host's lock: two meetings closed at once cannot both take a number.
    Agency.objects.select_for_update(no_key=True).get(pk=meeting.agency_id)
    meeting = begun(workflow.CLOSE, meeting, by)
    meeting.closed_at, meeting.closed_by = timezone.now(), by
    _keep_minutes(meeting, by)
    meeting.phase = workflow.CLOSE.target
    meeting.save(update_fields=["phase", "closed_at", "closed_by"])
    _tell_promising(meeting)
    for commitment in meeting.commitments.pending().prefetch_related("supporters"):
        tell_supporters(commitment, but=by)  # only who was not told yet
    return meeting


def _keep_minutes(meeting: Meeting, by: Any) -> None:
    content = content_of(meeting)
    pdf, docx = minutes_pdf(content), minutes_docx(content)
    Minutes.objects.create(
        meeting=meeting,
        number=meeting.minutes_number,
        content=content,
        pdf=pdf,
        docx=docx,
        pdf_sha256=hashlib.sha256(pdf).hexdigest(),
        docx_sha256=hashlib.sha256(docx).hexdigest(),
        made_by=by,
    )


def _tell_promising(meeting: Meeting) -> None:
    """Each agency once: how many commitments are its own, and the first due day."""
    promised: dict[Agency, list[Commitment]] = defaultdict(list)
    for commitment in meeting.commitments.pending().select_related("agency"):
        promised[commitment.agency].append(commitment)
    for agency, rows in promised.items():
        with in_indonesian():
            text = _(
                "The minutes of “%(meeting)s” are closed: %(count)s commitments of"
                " %(agency)s, the first due on %(day)s."
            ) % {
                "meeting": meeting.title,
                "count": len(rows),
                "agency": agency.short_name,
                "day": html.day(min(row.due_on for row in rows)),
            }
        tell(
            people_of([agency], *OF_THE_AGENCY),
            kind="commitment",
            key=f"closed:{meeting.pk}:{agency.pk}",
            text=text,
            url=f"{meeting.get_absolute_url()}#tindak-lanjut",
        )
