"""Remarks on reports, lines, activities and areas; whom they name is told."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from agencies.access import current_memberships
from agencies.models import User
from core.errors import BusinessRuleError, NotAllowedError
from programs import notices
from programs.comments import mentioned_in, sees
from programs.models import Comment, CommentMention
from programs.models.owned import OWNER_NAMES

LENGTH = 4000


@dataclass(frozen=True, slots=True)
class Said:
    """A comment as it is kept; `untold` are the names after an @ that told nobody."""

    comment: Comment
    untold: Sequence[str]


@transaction.atomic
def add_comment(owner: Any, *, text: str, by: Any) -> Said:
    """Keep a remark on a report, line, activity or area, and tell whom it names.

    Told are people who may see the record themselves; a name of anybody else stays
    text. Raises NotAllowedError for who does not see the record or belongs to nobody.
    """
    if not current_memberships(by) or not sees(by, owner):
        raise NotAllowedError(
            _("Comments are for members of an agency who see the record.")
        )
    text = text.replace("\r\n", "\n").strip()
    if problem := _problem(text):
        raise BusinessRuleError(errors={"text": [problem]})
    of = {OWNER_NAMES[type(owner)]: owner}
    comment = Comment.objects.create(text=text, by=by, **of)
    people, untold = _named(text, owner)
    CommentMention.objects.bulk_create(
        CommentMention(comment=comment, user=user) for user in people
    )
    notices.tell_mentioned(comment, [user for user in people if user != by])
    return Said(comment, untold)


def _problem(text: str) -> str:
    if not text:
        return _("Write something.")
    if "\x00" in text:
        return _("The comment contains a character that cannot be stored.")
    if len(text) > LENGTH:
        return _("Say it in at most %(count)s characters.") % {"count": LENGTH}
    return ""


def _named(text: str, owner: Any) -> tuple[list[User], list[str]]:
    """The people named who see the record, and the names of which nobody does."""
    names = mentioned_in(text)
    known = User.objects.annotate(lower=Lower("username")).filter(
        lower__in=[name.lower() for name in names], is_active=True
    )
    people: list[User] = [u for u in known.order_by("pk") if sees(u, owner)]
    found = {user.username.lower() for user in people}
    return people, [name for name in names if name.lower() not in found]
