"""Corrections of closed minutes: added beside them, for ever."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.access import require
from agencies.roles import Permission
from areas.services.checks import (
    Problems,
    check_and_save,
    one_line,
)
from coordination.models import Addendum, Meeting
from coordination.models.meeting import Phase
from coordination.services.common import locked_meeting, next_number
from coordination.texts import lines_of
from core.errors import WrongStateError


@transaction.atomic
def add_addendum(meeting: Meeting, *, text: str, reason: str, by: Any) -> Addendum:
    """Write what is to be read differently in closed minutes, and why.

    The last one once more, word for word, is that one: a form was sent twice.
    Raises WrongStateError before the minutes are closed: then they are corrected.
    """
    meeting = locked_meeting(meeting)
    require(by, Permission.MEETING_CLOSE, agency=meeting.agency)
    if meeting.phase != Phase.CLOSED:
        raise WrongStateError(
            _("The minutes are not closed yet. Correct them where they are wrong.")
        )
    words = {"text": lines_of(text), "reason": one_line(reason), "by": by}
    last = meeting.addenda.order_by("-number").first()
    if last and all(getattr(last, name) == value for name, value in words.items()):
        return last
    number = next_number(meeting.addenda)
    addendum = Addendum(meeting=meeting, number=number, **words)
    problems = Problems()
    check_and_save(addendum, problems)
    return addendum
