"""Links with which somebody without an account reads one commitment and accepts it.

The secret is told once; the database knows its hash only. A link is bound to one
commitment and one recipient, works once, and ends by its day or by being revoked.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta

import pghistory
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.access import require
from agencies.models import User
from agencies.roles import Permission
from areas.services.checks import Problems, check_fields, one_line, save_checked
from coordination.links import hash_of, why_closed
from coordination.models import Commitment, CommitmentLink
from coordination.models.commitment import CommitmentState
from coordination.services.commitment_life import accept_in_name
from coordination.services.common import locked_commitment
from coordination.texts import said
from core.errors import WrongStateError

NAME_LENGTH = 200


@dataclass(frozen=True, slots=True)
class NewLink:
    """A link as it was made; `token` is told here and never again."""

    link: CommitmentLink
    token: str


@transaction.atomic
def invite_by_link(
    commitment: Commitment, *, recipient: str, email: str = "", by: User
) -> NewLink:
    """Make a link for one person; an earlier one of theirs that ran out goes.

    Raises BusinessRuleError by field, WrongStateError where nothing is left to accept.
    """
    commitment = locked_commitment(commitment)
    require(by, Permission.MEETING_EDIT, agency=commitment.meeting.agency)
    _require_open(commitment)
    now = timezone.now()
    token = secrets.token_urlsafe(32)
    link = CommitmentLink(
        commitment=commitment,
        recipient=one_line(recipient),
        email=email.strip(),
        token_hash=hash_of(token),
        expires_at=now + timedelta(days=settings.COMMITMENT_LINK_DAYS),
        created_by=by,
    )
    ran_out = commitment.links.filter(
        recipient=link.recipient, used_at=None, revoked_at=None, expires_at__lte=now
    )
    ran_out.update(revoked_at=now, revoked_by=by)
    problems = Problems()
    check_fields(link, problems)
    if "__all__" in problems:  # one link a person
        problems["recipient"] += problems.pop("__all__")
    problems.raise_any()
    save_checked(link)
    return NewLink(link, token)


@transaction.atomic
def revoke_link(link: CommitmentLink, *, by: User) -> CommitmentLink:
    """The link does not work any more. Revoked already, it stays as it is."""
    commitment = locked_commitment(link.commitment)
    require(by, Permission.MEETING_EDIT, agency=commitment.meeting.agency)
    link = CommitmentLink.objects.select_for_update().get(pk=link.pk)
    if link.used_at:
        raise WrongStateError(
            _("The link was used on %(date)s. It does not work any more.")
            % {"date": timezone.localdate(link.used_at)}
        )
    if not link.revoked_at:
        link.revoked_at, link.revoked_by = timezone.now(), by
        link.save(update_fields=["revoked_at", "revoked_by"])
    return link


@transaction.atomic
def open_link(link: CommitmentLink) -> None:
    """Remember when it was opened first: the host sees that it arrived."""
    unopened = CommitmentLink.objects.filter(pk=link.pk, opened_at=None)
    with pghistory.context(source="link", link=link.pk):
        unopened.update(opened_at=timezone.now())


@transaction.atomic
def accept_by_link(link: CommitmentLink, *, name: str) -> Commitment:
    """Accept in the name that is written down; the link is used up.

    Raises WrongStateError where it was used, revoked or ran out meanwhile, or where the
    commitment is not open any more; BusinessRuleError for a bad name.
    """
    sentence = _("Write your name: it stands with the commitment.")
    name = said(one_line(name), "name", sentence, most=NAME_LENGTH)
    commitment = locked_commitment(link.commitment)
    link = CommitmentLink.objects.select_for_update().get(pk=link.pk)
    if reason := why_closed(link):
        raise WrongStateError(reason)
    _require_open(commitment)
    with pghistory.context(source="link", link=link.pk):
        link.used_at = timezone.now()
        link.save(update_fields=["used_at"])
        accept_in_name(commitment, name=name)
    return commitment


def _require_open(commitment: Commitment) -> None:
    if commitment.state != CommitmentState.OPEN:
        raise WrongStateError(
            _("The commitment is “%(state)s”: nothing is left to accept by a link.")
            % {"state": commitment.get_state_display()}
        )
