"""What agencies promise in a meeting: agreed in session and in the draft only."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import Any, TypedDict, Unpack

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.models import Agency, User
from agencies.notices import in_indonesian
from areas.models import SlumArea
from areas.services.checks import (
    Problems,
    check_and_save,
)
from coordination.commitment_notices import (
    settle_commitment,
    tell_agreed,
    tell_supporters,
)
from coordination.models import (
    AgendaItem,
    Commitment,
    CommitmentUpdate,
    Decision,
    Meeting,
    Practice,
)
from coordination.models.commitment import CommitmentState
from coordination.notices import this_moment
from coordination.services.common import fresh, next_number, writable_meeting
from coordination.texts import put_texts
from core import html
from core.errors import BusinessRuleError, WrongStateError
from programs.models import Activity

CHANGE = "change"  # the step of an update that tells of other words
ASKING = ("agreed", "changed", "claim", "due")  # notices that ask somebody for a step


class CommitmentValues(TypedDict, total=False):
    """What was promised. Hectares (ha), a volume with its unit, money (Rp).

    `agency` is the host or one that is invited; `areas` are in sight of who writes.
    """

    item: AgendaItem
    text: str
    agency: Agency
    person: str
    due_on: date
    areas: Collection[SlumArea]
    supporters: Collection[Agency]
    target_hectares: Decimal | None
    target_volume: Decimal | None
    target_unit: str
    target_rupiah: Decimal | None
    target_document: str
    fund: str
    proof: str
    decision: Decision | None
    practice: Practice | None


@transaction.atomic
def agree_commitment(
    meeting: Meeting, *, by: User, **values: Unpack[CommitmentValues]
) -> Commitment:
    """Write down what an agency promises, and tell its people to accept it.

    The last one once more, word for word, is that one: a form was sent twice. Raises
    BusinessRuleError with every problem by field, WrongStateError before the session
    and after the closing.
    """
    meeting = writable_meeting(meeting, by)
    if again := _said_again(meeting, values):
        return again
    number = next_number(meeting.commitments)
    commitment = Commitment(meeting=meeting, number=number, created_by=by)
    _store(commitment, dict(values), by)
    tell_agreed(commitment, event="agreed", but=by)
    tell_supporters(commitment, but=by)
    return commitment


@transaction.atomic
def change_commitment(
    commitment: Commitment, *, by: User, **values: Unpack[CommitmentValues]
) -> Commitment:
    """Change what is named in `values`.

    A link that nobody used yet is revoked: whoever has it read other words.
    Other words than those that were accepted have to be accepted again: the commitment
    goes back to open, and an update says so.
    """
    commitment = _locked(commitment, by)
    if not commitment.is_pending:
        raise WrongStateError(
            _("The commitment is “%(state)s”: its words stay as they are.")
            % {"state": commitment.get_state_display()}
        )
    before, agency = _words(commitment), commitment.agency_id
    _store(commitment, dict(values), by)
    if _words(commitment) == before:
        return commitment
    _revoke_links(commitment, by)
    tell_supporters(commitment, but=by)
    if commitment.state == CommitmentState.OPEN and commitment.agency_id == agency:
        return commitment
    settle_commitment(commitment, *ASKING)
    if commitment.state != CommitmentState.OPEN:
        _reopen(commitment, by)
    tell_agreed(commitment, event=f"changed:{this_moment()}", but=by)
    return commitment


@transaction.atomic
def remove_commitment(commitment: Commitment, *, by: User) -> None:
    """Take away the last commitment of a meeting, as long as nothing came of it.

    An earlier one stays, because the numbers after it were read out; it can be
    changed, or dropped with a reason.
    """
    commitment = _locked(commitment, by)
    words = {"number": commitment.number}
    if commitment.number + 1 != next_number(commitment.meeting.commitments):
        raise BusinessRuleError(
            _(
                "Only the last commitment can be removed. Change the words of number"
                " %(number)s, or drop it with a reason."
            )
            % words
        )
    if _has_traces(commitment):
        raise BusinessRuleError(
            _(
                "Something came of commitment %(number)s already: an update, a link or"
                " an activity. Drop it with a reason instead."
            )
            % words
        )
    settle_commitment(commitment, *ASKING, "supports")
    commitment.delete()


def _locked(commitment: Commitment, by: User) -> Commitment:
    """The commitment under a lock, in a meeting under its own that `by` may write."""
    meeting = writable_meeting(commitment.meeting, by)
    rows = Commitment.objects.select_for_update(of=("self",))
    found = fresh(rows.select_related("agency", "item"), commitment)
    found.meeting = meeting
    return found


def _said_again(meeting: Meeting, values: CommitmentValues) -> Commitment | None:
    """The last commitment, where all that is said of it is the same."""
    last = meeting.commitments.order_by("-number").first()
    if last is None:
        return None
    said: dict[str, Any] = dict(values)
    for name in ("areas", "supporters"):
        if set(said.pop(name, ())) != set(getattr(last, name).all()):
            return None
    draft = Commitment(meeting=meeting)
    put_texts(draft, said)
    return last if all(getattr(last, n) == getattr(draft, n) for n in said) else None


def _store(commitment: Commitment, values: dict[str, Any], by: User) -> None:
    areas = values.pop("areas", None)
    supporters = values.pop("supporters", None)
    adopted = commitment.practice
    put_texts(commitment, values)
    problems = Problems()
    if not commitment.text:
        problems["text"].append(_("Write what will be done."))
    _check_place(commitment, problems)
    _check_agency(commitment, supporters, problems)
    _check_due(commitment, problems)
    _check_sight(commitment, areas, by, problems)
    if commitment.practice != adopted:
        _check_practice(commitment, by, problems)
    if commitment.pk:
        _check_activities(commitment, areas, problems)
    check_and_save(commitment, problems)
    if areas is not None:
        commitment.areas.set(areas)
    if supporters is not None:
        commitment.supporters.set(supporters)


def _check_place(commitment: Commitment, problems: Problems) -> None:
    meeting = commitment.meeting_id
    if commitment.item_id and commitment.item.meeting_id != meeting:
        problems["item"].append(_("Choose an item of this meeting's agenda."))
    if commitment.decision is not None and commitment.decision.meeting_id != meeting:
        problems["decision"].append(_("Choose a decision of this meeting."))


def _check_agency(
    commitment: Commitment, supporters: Collection[Agency] | None, problems: Problems
) -> None:
    if not commitment.agency_id:
        problems["agency"].append(_("Choose the agency that promises this."))
        return
    agency, meeting = commitment.agency, commitment.meeting
    is_invited = meeting.invitations.filter(agency=agency).exists()
    if not is_invited and agency.pk != meeting.agency_id:
        problems["agency"].append(
            _(
                "%(agency)s is not invited to this meeting. Invite it first, or choose"
                " an agency that is."
            )
            % {"agency": agency.short_name}
        )
    if supporters and agency in supporters:
        text = _("%(agency)s is responsible already. Name only others as supporters.")
        problems["supporters"].append(text % {"agency": agency.short_name})


def _check_due(commitment: Commitment, problems: Problems) -> None:
    due_on, held_on = commitment.due_on, commitment.meeting.held_on
    if not due_on:
        problems["due_on"].append(_("Say by which day it will be done."))
    elif due_on < held_on:
        problems["due_on"].append(
            _(
                "The due date %(date)s lies before the meeting (%(held)s). Choose the"
                " day of the meeting or a later one."
            )
            % {"date": html.day(due_on), "held": html.day(held_on)}
        )


def _check_sight(
    commitment: Commitment,
    areas: Collection[SlumArea] | None,
    by: User,
    problems: Problems,
) -> None:
    """Areas that are newly named are those that the writer sees."""
    known = set(commitment.areas.all()) if commitment.pk else set()
    added = {area.pk: area for area in areas or () if area not in known}
    seen = SlumArea.objects.visible_to(by).filter(pk__in=added)
    for key in added.keys() - set(seen.values_list("pk", flat=True)):
        text = _("You do not see the area %(area)s. Choose one of your own region.")
        problems["areas"].append(text % {"area": added[key].name})


def _check_practice(commitment: Commitment, by: User, problems: Problems) -> None:
    offered = Practice.objects.visible_to(by).filter(is_published=True)
    practice = commitment.practice
    if practice and not offered.filter(pk=practice.pk).exists():
        problems["practice"].append(_("Choose a practice of the library."))


def _check_activities(
    commitment: Commitment,
    areas: Collection[SlumArea] | None,
    problems: Problems,
) -> None:
    """What is linked stays work of this agency in these areas: its hectares count."""
    linked = Activity.objects.filter(commitments=commitment)
    own = linked.of_agency(commitment.agency)
    others = linked.exclude(pk__in=own.values("pk"))
    named = commitment.areas.all() if areas is None else areas
    elsewhere = linked.exclude(area__in=named) if named else linked.none()
    for field, rows in (("agency", others), ("areas", elsewhere)):
        if names := ", ".join(rows.order_by("pk").values_list("name", flat=True)):
            text = _("Take off the linked activities that do not fit first: %(names)s.")
            problems[field].append(text % {"names": names})


def _words(commitment: Commitment) -> dict[str, Any]:
    """What the agency accepts: every value that the minutes freeze."""
    left_out = {"areas", "supporters"}
    names = [n for n in CommitmentValues.__annotations__ if n not in left_out]
    words: dict[str, Any] = {name: getattr(commitment, name) for name in names}
    for name in left_out:
        rows = getattr(commitment, name).order_by("pk")
        words[name] = list(rows.values_list("pk", flat=True))
    return words


def _revoke_links(commitment: Commitment, by: User) -> None:
    live = commitment.links.filter(used_at=None, revoked_at=None)
    live.update(revoked_at=timezone.now(), revoked_by=by)


def _reopen(commitment: Commitment, by: User) -> None:
    commitment.state = CommitmentState.OPEN
    commitment.accepted_at = commitment.accepted_by = commitment.claimed_by = None
    commitment.accepted_name = ""
    commitment.save()
    with in_indonesian():
        text = _(
            "What was agreed was changed on %(date)s after it had been accepted. It has"
            " to be accepted again."
        ) % {"date": html.day(timezone.localdate())}
    CommitmentUpdate.objects.create(
        commitment=commitment, step=CHANGE, text=text, by=by
    )


def _has_traces(commitment: Commitment) -> bool:
    return (
        commitment.updates.exists()
        or commitment.links.exists()
        or commitment.activities.exists()
        or commitment.outreach.exists()
    )
