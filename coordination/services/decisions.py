"""Information and decisions of a meeting: written in session and in the draft."""

from typing import Any, TypedDict, Unpack

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import User
from areas.services.checks import Problems, check_and_save
from coordination.models import AgendaItem, Decision, Meeting
from coordination.services.common import fresh, next_number, writable_meeting
from coordination.texts import lines_of, put_texts
from core.errors import BusinessRuleError


class DecisionValues(TypedDict, total=False):
    """`item` is one of the meeting's agenda, `kind` one of `DecisionKind`."""

    item: AgendaItem
    kind: str
    text: str


@transaction.atomic
def write_decision(
    meeting: Meeting, *, by: User, **values: Unpack[DecisionValues]
) -> Decision:
    """Write down what was agreed, under the next number of the meeting.

    The last one once more, word for word, is that one: a form was sent twice. Raises
    BusinessRuleError with every problem by field, WrongStateError before the session
    and after the closing.
    """
    meeting = writable_meeting(meeting, by)
    if again := _said_again(meeting, values):
        return again
    number = next_number(meeting.decisions)
    decision = Decision(meeting=meeting, number=number, created_by=by)
    return _stored(decision, values)


@transaction.atomic
def change_decision(
    decision: Decision, *, by: User, **values: Unpack[DecisionValues]
) -> Decision:
    """Change what is named in `values`; its number stays."""
    return _stored(_locked(decision, by), values)


@transaction.atomic
def remove_decision(decision: Decision, *, by: User) -> None:
    """Take away the last decision.

    An earlier one stays: the room has heard the numbers after it, so they neither move
    up nor leave a gap. Its words can be changed.
    """
    decision = _locked(decision, by)
    if decision.number + 1 != next_number(decision.meeting.decisions):
        raise BusinessRuleError(
            _(
                "Only the last decision can be removed, because the numbers after it"
                " were read out. Change the words of number %(number)s instead."
            )
            % {"number": decision.number}
        )
    if decision.commitments.exists():
        text = _("A commitment follows from decision %(number)s. Change that first.")
        raise BusinessRuleError(text % {"number": decision.number})
    decision.delete()


def _said_again(meeting: Meeting, values: DecisionValues) -> Decision | None:
    """The last decision, where these are its very words."""
    last = meeting.decisions.order_by("-number").first()
    if last is None or last.text != lines_of(values.get("text", "")):
        return None
    same = [getattr(last, n) == v for n, v in values.items() if n != "text"]
    return last if all(same) else None


def _locked(decision: Decision, by: User) -> Decision:
    """The decision as it is now, of a meeting under a lock that `by` may write."""
    meeting = writable_meeting(decision.meeting, by)
    found = fresh(Decision.objects.select_related("item"), decision)
    found.meeting = meeting
    return found


def _stored(decision: Decision, values: Any) -> Decision:
    put_texts(decision, values)
    problems = Problems()
    if decision.item_id and decision.item.meeting_id != decision.meeting_id:
        problems["item"].append(_("Choose an item of this meeting's agenda."))
    check_and_save(decision, problems)
    return decision
