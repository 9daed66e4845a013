"""The mail of the day: a person's tasks and what they were told, once a day at most.

A row of `SentMail` stands for each mail. It is claimed before anything is sent, and
`attempted_at` is committed before the mail goes to the server: a run that dies before
that is repeated, one that dies after it never sends the mail a second time.
"""

import smtplib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.models import Notice, SentMail, User
from agencies.models.notice import NoticeKind
from agencies.notices import in_indonesian, mailed_kinds
from dashboard.tasks import tasks_of
from dashboard.tasks.task import SOON_DAYS, Task, TaskKind, TaskList

MOST_NOTICES = 30
MOST_OF_A_KIND = 10
# The choice of notices under which a task comes by mail.
MAILED_AS = {
    TaskKind.RETURNED: NoticeKind.RETURNED,
    TaskKind.OVERDUE: NoticeKind.OVERDUE,
    TaskKind.REPORT: NoticeKind.DUE,
    TaskKind.VERIFY: NoticeKind.TO_VERIFY,
    TaskKind.CHANGE: NoticeKind.CHANGE,
    TaskKind.SURVEY_RETURNED: NoticeKind.RETURNED,
    TaskKind.SURVEY_VERIFY: NoticeKind.TO_VERIFY,
    TaskKind.LEDGER: NoticeKind.CHANGE,
    TaskKind.TRANSFER: NoticeKind.CHANGE,
    TaskKind.ACCEPT: NoticeKind.COMMITMENT,
    TaskKind.PROMISE: NoticeKind.PROMISE_DUE,
    TaskKind.PROMISE_CHECK: NoticeKind.COMMITMENT,
    TaskKind.INVITATION: NoticeKind.INVITED,
    TaskKind.MINUTES: NoticeKind.COMMITMENT,
}
# The server said no, or was not even asked: the mail did not go and may be tried again.
REFUSALS = (
    smtplib.SMTPRecipientsRefused,
    smtplib.SMTPSenderRefused,
    smtplib.SMTPDataError,
    smtplib.SMTPHeloError,
    smtplib.SMTPNotSupportedError,
    ValueError,  # an address or a line that cannot be written as a mail
)


class MailUnreachableError(Exception):
    """The mail server cannot be reached or does not let us in; nothing was sent."""


class MailRefusedError(Exception):
    """The server refused the mails of some people; the others have theirs."""


@dataclass(frozen=True, slots=True)
class Digest:
    """What one person is mailed on a day."""

    user: User
    on: date
    tasks: TaskList
    notices: list[Notice]

    @property
    def key(self) -> str:
        return f"digest:{self.on}"

    @property
    def is_worth_sending(self) -> bool:
        """Notices, or a task that is due within days or waits for a decision."""
        return bool(self.notices) or any(presses(t, self.on) for t in self.tasks.rows)


def presses(task: Task, on: date) -> bool:
    """Whether the task alone is worth a mail: not one that is due in months."""
    return task.due_on is None or task.due_on <= on + timedelta(days=SOON_DAYS)


def digest_of(user: User, on: date) -> Digest:
    """The person's tasks and unmailed notices, of the kinds that they want by mail."""
    wanted = mailed_kinds(user)
    kinds = frozenset(kind for kind, name in MAILED_AS.items() if name in wanted)
    tasks = tasks_of(user, on, kinds=kinds, limit=MOST_OF_A_KIND).of(kinds)
    notices = Notice.objects.filter(user=user).unmailed().order_by("created_at", "pk")
    return Digest(user, on, tasks, list(notices[:MOST_NOTICES]))


def send_digests(on: date) -> int:
    """Mail everybody what the day has for them; how many mails went.

    Safe to repeat, and for several workers at once: each person gets one mail a day.
    Raises MailUnreachableError at once, and MailRefusedError after everybody else had
    theirs; both may be tried again.
    """
    done, refused = 0, 0
    for user in _readers(on):
        with in_indonesian():
            digest = digest_of(user, on)
            if not digest.is_worth_sending:
                continue
            try:
                done += send(digest)
            except REFUSALS:
                refused += 1
    if refused:
        raise MailRefusedError(f"{refused} mails were refused; {done} went.")
    return done


def _readers(on: date) -> Iterable[User]:
    """People with an address who have not been mailed on that day."""
    mailed = SentMail.objects.filter(
        key=f"digest:{on}", attempted_at__isnull=False
    ).values("user")
    people: QuerySet[User] = User.objects.filter(is_active=True).exclude(email="")
    return people.exclude(pk__in=mailed).order_by("pk")


def send(digest: Digest) -> bool:
    """Mail one person, unless another worker does; whether it went by this call.

    Raises what the server says against it (`REFUSALS`) or MailUnreachableError.
    """
    mail, _is_new = SentMail.objects.get_or_create(user=digest.user, key=digest.key)
    message = message_of(digest)
    connection = _connected(message)
    try:
        if not _attempt(mail, str(message.subject), digest.notices):
            return False
        return _deliver(mail, connection, message)
    finally:
        connection.close()


def _connected(message: EmailMultiAlternatives) -> Any:
    connection = get_connection()
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as error:
        raise MailUnreachableError(str(error)) from error
    message.connection = connection
    return connection


@transaction.atomic
def _attempt(mail: SentMail, subject: str, notices: Iterable[Notice]) -> bool:
    """Write down that the mail goes now; False where another worker was faster."""
    mine = SentMail.objects.filter(pk=mail.pk, attempted_at=None)
    if not mine.update(attempted_at=timezone.now(), subject=subject, error=""):
        return False
    keys = [notice.pk for notice in notices]
    Notice.objects.filter(pk__in=keys).update(mail=mail)
    return True


def _deliver(mail: SentMail, connection: Any, message: EmailMultiAlternatives) -> bool:
    stored = SentMail.objects.filter(pk=mail.pk)
    try:
        connection.send_messages([message])
    except REFUSALS as error:
        _take_back(mail, str(error))
        raise
    except (OSError, smtplib.SMTPException) as error:
        # The line broke: whether the server took the mail, nobody knows.
        stored.update(error=str(error))
        return False
    stored.update(sent_at=timezone.now())
    return True


@transaction.atomic
def _take_back(mail: SentMail, error: str) -> None:
    """The server did not take the mail: it may go again, with its notices."""
    SentMail.objects.filter(pk=mail.pk).update(attempted_at=None, error=error)
    Notice.objects.filter(mail=mail).update(mail=None)


# ---- the message ---------------------------------------------------------------------
def message_of(digest: Digest) -> EmailMultiAlternatives:
    """The mail as plain text with a simple HTML part, in Indonesian."""
    choices = f"{settings.SITE_URL}{reverse('agencies:notice-choices')}"
    context = {
        "digest": digest,
        "site": settings.SITE_URL,
        "tasks_url": f"{settings.SITE_URL}{reverse('dashboard:tasks')}",
        "choices_url": choices,
        "more": digest.tasks.total - len(digest.tasks.rows),
    }
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    message = EmailMultiAlternatives(
        subject=_subject(digest),
        body=render_to_string("emails/digest.txt", context),
        to=[digest.user.email],
        headers={
            "Message-ID": f"<digest-{digest.on}-{digest.user.pk}@{host}>",
            "List-Unsubscribe": f"<{choices}>",
            "Auto-Submitted": "auto-generated",
        },
    )
    html = render_to_string("emails/digest.html", context)
    message.attach_alternative(html, "text/html")
    return message


def _subject(digest: Digest) -> str:
    tasks, notices = digest.tasks.total, len(digest.notices)
    words = {"tasks": tasks, "notices": notices}
    if not notices:
        return _("Slum areas: %(tasks)s tasks") % words
    if not tasks:
        return _("Slum areas: %(notices)s notices") % words
    return _("Slum areas: %(tasks)s tasks, %(notices)s notices") % words
