"""Telling people: a notice in the application once, and in their next digest."""

from collections.abc import Collection, Iterable

from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation

from agencies.models import Notice, NoticeChoice, User
from agencies.models.notice import NoticeKind

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


def settle(*beginnings: str) -> int:
    """What these notices asked for is done: they count as read and go into no mail.

    `beginnings` are those of their keys, whoever was told; how many were unread.
    """
    begun = Q(pk__in=[])
    for beginning in beginnings:
        begun |= Q(key__startswith=beginning)
    return Notice.objects.unread().filter(begun).update(read_at=timezone.now())


@transaction.atomic
def read_notices(notices: Iterable[Notice], *, by: User) -> int:
    """Mark the person's own notices as read; how many were not before."""
    unread = Notice.objects.unread().filter(user=by)
    keys = [notice.pk for notice in notices]
    return unread.filter(pk__in=keys).update(read_at=timezone.now())


@transaction.atomic
def read_all_notices(*, by: User) -> int:
    """Mark every notice of the person as read; how many were not before."""
    return Notice.objects.unread().filter(user=by).update(read_at=timezone.now())


def mailed_kinds(user: User) -> set[str]:
    """The kinds of notices that the person gets by mail as well."""
    silent = NoticeChoice.objects.filter(user=user, by_mail=False)
    return set(NoticeKind.values) - set(silent.values_list("kind", flat=True))


@transaction.atomic
def choose_mail(kinds: Collection[str], *, by: User) -> None:
    """From now on, get exactly these kinds of notices by mail as well."""
    chosen = dict(by.notice_choices.values_list("kind", "by_mail"))
    for kind in NoticeKind.values:
        wanted = kind in kinds
        if chosen.get(kind, True) != wanted:
            NoticeChoice.objects.update_or_create(
                user=by, kind=kind, defaults={"by_mail": wanted}
            )


def in_indonesian() -> translation.override:
    """Sentences that are stored or mailed are in Indonesian, whoever causes them."""
    return translation.override("id")
