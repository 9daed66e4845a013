"""The agenda: items in order, the districts they are about, where the talk is."""

from collections.abc import Iterable
from datetime import time
from typing import Any, TypedDict, Unpack

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.models import Region, User
from areas.services.checks import (
    Problems,
    check_and_save,
)
from coordination import workflow
from coordination.models import AgendaItem, Meeting
from coordination.models.meeting import Phase
from coordination.services.common import editable_meeting, fresh
from coordination.texts import put_texts
from core.errors import BusinessRuleError, WrongStateError


class ItemValues(TypedDict, total=False):
    """`regions` are the districts whose figures are shown beside the item."""

    title: str
    starts_at: time | None
    minutes: int | None
    presenter: str
    notes: str
    regions: Iterable[Region]


@transaction.atomic
def add_item(meeting: Meeting, *, by: User, **values: Unpack[ItemValues]) -> AgendaItem:
    """An item at the end of the agenda; every problem by field."""
    meeting = editable_meeting(meeting, by)
    item = AgendaItem(meeting=meeting, position=meeting.items.count() + 1)
    return _stored(item, values)


@transaction.atomic
def change_item(
    item: AgendaItem, *, by: User, **values: Unpack[ItemValues]
) -> AgendaItem:
    """Change what is named in `values`."""
    return _stored(_locked(item, by), values)


@transaction.atomic
def move_item(item: AgendaItem, *, to: int, by: User) -> AgendaItem:
    """Put the item at this place, counted from 1; beyond the ends: first or last."""
    item = _locked(item, by)
    others = [other for other in item.meeting.items.all() if other.pk != item.pk]
    others.insert(min(max(to, 1), len(others) + 1) - 1, item)
    _number(others)
    return item


@transaction.atomic
def remove_item(item: AgendaItem, *, by: User) -> None:
    """Take the item off the agenda; those below move up.

    Raises BusinessRuleError where something was agreed under it.
    """
    item = _locked(item, by)
    if item.decisions.exists() or item.commitments.exists():
        text = _("Something was agreed under “%(item)s”. Remove that first.")
        raise BusinessRuleError(text % {"item": item})
    meeting = item.meeting
    item.delete()
    _number(list(meeting.items.all()))


@transaction.atomic
def finish_item(item: AgendaItem, *, is_done: bool = True, by: User) -> AgendaItem:
    """The item is talked through, or not after all; the talk goes on to the next.

    Raises WrongStateError before the session and after the closing.
    """
    item = _locked(item, by)
    workflow.require_writable(item.meeting, by)
    item.done_at = timezone.now() if is_done else None
    item.save(update_fields=["done_at"])
    meeting = item.meeting
    if is_done and meeting.current_item_id == item.pk:
        _go_to(meeting, meeting.items.filter(done_at=None).first())
    return item


@transaction.atomic
def set_current_item(item: AgendaItem, *, by: User) -> AgendaItem:
    """The talk is at this item now: what the room sees."""
    item = _locked(item, by)
    if item.meeting.phase != Phase.IN_SESSION:
        raise WrongStateError(_("The meeting is not in session."))
    _go_to(item.meeting, item)
    return item


def _locked(item: AgendaItem, by: User) -> AgendaItem:
    """The item as it is now, of a meeting under a lock that `by` may change."""
    meeting = editable_meeting(item.meeting, by)
    found = fresh(AgendaItem.objects.all(), item)
    found.meeting = meeting
    return found


def _stored(item: AgendaItem, values: Any) -> AgendaItem:
    values = dict(values)
    regions = values.pop("regions", None)
    put_texts(item, values)
    problems = Problems()
    if strange := [r for r in regions or () if r.level != Region.Level.REGENCY]:
        text = _("%(region)s is not a regency or city.")
        problems["regions"] += [text % {"region": region} for region in strange]
    check_and_save(item, problems)
    if regions is not None:
        item.regions.set(regions)
    return item


def _number(items: list[AgendaItem]) -> None:
    """Positions 1 to n in this order; only those that change are written."""
    for position, item in enumerate(items, start=1):
        if item.position != position:
            item.position = position
            item.save(update_fields=["position"])


def _go_to(meeting: Meeting, item: AgendaItem | None) -> None:
    meeting.current_item = item
    meeting.save(update_fields=["current_item"])
