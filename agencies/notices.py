"""Telling people: a notice in the application once, and in their next digest."""

from collections.abc import Iterable

from django.utils import translation

from agencies.models import Notice, NoticeChoice, User

TEXT_LENGTH = 500


def tell(users: Iterable[User], *, kind: str, key: str, text: str, url: str) -> int:
    """Tell each of them once; how many were not told before.

    `key` names what happened (such as `returned:12:2026-04-01`): a second call with it
    says nothing. `text` is one sentence in Indonesian, `url` a path in the application.
    Written in the transaction of what happened, so neither comes without the other.
    """
    people = {user.pk for user in users if user.is_active}
    silent = NoticeChoice.objects.filter(user__in=people, kind=kind, by_mail=False)
    unmailed = set(silent.values_list("user_id", flat=True))
    known = Notice.objects.filter(user__in=people, key=key)
    fresh = sorted(people - set(known.values_list("user_id", flat=True)))
    Notice.objects.bulk_create(
        [
            Notice(
                user_id=user,
                kind=kind,
                key=key,
                text=text[:TEXT_LENGTH],
                url=url,
                wants_mail=user not in unmailed,
            )
            for user in fresh
        ],
        ignore_conflicts=True,
    )
    return len(fresh)


def in_indonesian() -> translation.override:
    """Sentences that are stored or mailed are in Indonesian, whoever causes them."""
    return translation.override("id")
