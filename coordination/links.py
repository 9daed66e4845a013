"""Links to a commitment: found by their secret, and why one does not work any more."""

import hashlib
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.access import agencies_q
from agencies.roles import Permission
from coordination.models import CommitmentLink


def hash_of(token: str) -> str:
    """What is stored of a secret."""
    return hashlib.sha256(token.encode()).hexdigest()


def link_of(token: str) -> CommitmentLink | None:
    """The link with this secret, with all that its page shows."""
    rows = CommitmentLink.objects.select_related(
        "commitment__meeting__agency", "commitment__item", "commitment__agency"
    )
    return rows.filter(token_hash=hash_of(token)).first()


def links_of(user: Any) -> QuerySet[CommitmentLink]:
    """The links that the person may make and revoke: those of the own meetings."""
    of_host = agencies_q(user, Permission.MEETING_EDIT, "commitment__meeting__agency")
    links = CommitmentLink.objects.filter(of_host)
    return links.select_related("commitment__meeting__agency")


def why_closed(link: CommitmentLink) -> str:
    """Why the link does not work any more; empty while it does."""
    if link.used_at:
        return _(
            "This link was used already; it works once. The commitment is accepted."
        )
    if link.revoked_at:
        return _("This link was revoked. Ask the secretariat of the meeting.")
    if link.expires_at <= timezone.now():
        return _(
            "This link has run out. Ask the secretariat of the meeting for a new one."
        )
    return ""


def state_of(link: CommitmentLink) -> str:
    """The link in one word, for who made it."""
    if link.used_at:
        return _("used")
    if link.revoked_at:
        return _("revoked")
    if link.expires_at <= timezone.now():
        return _("run out")
    return _("opened") if link.opened_at else _("not opened yet")
