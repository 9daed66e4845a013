"""Telling the two sides of a commitment of each other's steps."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.models import User
from agencies.notices import in_indonesian, settle
from agencies.roles import Permission
from coordination import commitment_steps as steps
from coordination.models import Commitment, CommitmentUpdate
from coordination.notices import members_of, people_of, tell_commitment
from core import html
from core.workflow import Step

OF_THE_AGENCY = (Permission.COMMITMENT_ACCEPT, Permission.COMMITMENT_UPDATE)
SAID: Mapping[Step, Promise] = {
    steps.ACCEPT: gettext_lazy("Commitment accepted"),
    steps.OBJECT: gettext_lazy("Objection to a commitment"),
    steps.PROGRESS: gettext_lazy("News of a commitment"),
    steps.CLAIM: gettext_lazy("Said to be done, please check"),
    steps.CHECK: gettext_lazy("Commitment confirmed as done"),
    steps.RETURN: gettext_lazy("Commitment not done yet"),
    steps.DROP: gettext_lazy("Commitment dropped"),
}


def tell_agreed(commitment: Commitment, *, event: str, but: User) -> None:
    """The people of the agency are told what was written down in its name."""
    with in_indonesian():
        text = _("Please accept what was agreed in %(meeting)s, due %(date)s: %(text)s")
        text %= {
            "meeting": commitment.meeting.title,
            "date": html.day(commitment.due_on),
            "text": commitment.text,
        }
    people = people_of([commitment.agency], *OF_THE_AGENCY)
    others = [user for user in people if user != but]
    tell_commitment(commitment, others, event=event, text=text)


def tell_supporters(commitment: Commitment, *, but: User) -> None:
    """The people of the supporting agencies are told that they are named, each once.

    Who is asked to accept it for the agency that promised is not told again.
    """
    with in_indonesian():
        text = _(
            "Your agency is named as a supporter of what %(agency)s promised in"
            " %(meeting)s, due %(date)s: %(text)s"
        ) % {
            "agency": commitment.agency.short_name,
            "meeting": commitment.meeting.title,
            "date": html.day(commitment.due_on),
            "text": commitment.text,
        }
    asked = people_of([commitment.agency], *OF_THE_AGENCY)
    people = {
        user
        for agency in commitment.supporters.all()
        for user in members_of(agency)
        if user != but and user not in asked
    }
    tell_commitment(commitment, people, event="supports", text=text)


def tell_step(commitment: Commitment, step: Step, update: CommitmentUpdate) -> None:
    """The other side is told: the secretariat of the agency's steps, or the agency."""
    if step in steps.OF_THE_HOST:
        people = people_of([commitment.agency], *OF_THE_AGENCY)
    else:
        people = people_of([commitment.meeting.agency], Permission.MEETING_EDIT)
    with in_indonesian():
        text = f"{SAID[step]}: {commitment.text}"
    others = [user for user in people if user.pk != update.by_id]
    # Each update is told by its own key: progress is reported many times.
    event = f"{step.name}:{update.pk}"
    tell_commitment(commitment, others, event=event, text=text)


def settle_commitment(commitment: Commitment, *events: str) -> None:
    """What the notices of these events asked for is done."""
    settle(*(f"commitment:{commitment.pk}:{event}" for event in events))
