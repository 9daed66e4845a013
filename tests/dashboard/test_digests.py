"""The mail of the day: what is in it, one per person, never doubled, never lost."""

import smtplib
from datetime import UTC, date, datetime
from typing import Any, ClassVar

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from agencies.models import Agency, Notice, SentMail, User
from agencies.models.notice import NoticeKind
from agencies.notices import choose_mail, tell
from agencies.roles import Role
from dashboard import jobs
from dashboard.digests import (
    MAILED_AS,
    MailRefusedError,
    MailUnreachableError,
    digest_of,
    send_digests,
)
from dashboard.tasks.task import TaskKind
from tests.cast import member
from tests.committed import _template, at_once, committed_db  # noqa: F401
from tests.factories import UserFactory
from tests.factories_programs import DraftFactory, PeriodFactory

ON = date(2026, 7, 8)


class Server(EmailBackend):
    """Takes mails like the one of the tests, but answers some addresses otherwise."""

    answers: ClassVar[dict[str, Exception]] = {}
    is_down: ClassVar[bool] = False

    def open(self) -> bool:
        if self.is_down:
            raise ConnectionRefusedError("nobody listens")
        return True

    def send_messages(self, messages: Any) -> int:
        for message in messages:
            if answer := self.answers.get(message.to[0]):
                raise answer
        return super().send_messages(messages)


@pytest.fixture
def server(settings, monkeypatch):
    settings.EMAIL_BACKEND = f"{__name__}.Server"
    settings.SITE_URL = "https://kumuh.example.go.id"
    monkeypatch.setattr(Server, "answers", {})
    monkeypatch.setattr(Server, "is_down", False)
    return Server


def person(name: str, **values: Any) -> User:
    return UserFactory(username=name, email=f"{name}@example.go.id", **values)


def told(*users: User, key: str = "a", kind: str = "verified") -> None:
    tell(users, kind=kind, key=key, text=f"Kabar {key}.", url="/laporan/")


def addresses() -> list[str]:
    return [message.to[0].split("@")[0] for message in mail.outbox]


# ---- what is in it -------------------------------------------------------------------
@pytest.fixture
def reporter(office):
    """A reporter whose report is due on 10 July 2026, with an address."""
    user = member("operator", office, Role.DISTRICT_OPERATOR)
    User.objects.filter(pk=user.pk).update(
        email="pelapor@example.go.id", first_name="Rahma"
    )
    period = PeriodFactory(
        name="TW II 2026",
        starts_on=date(2026, 4, 1),
        ends_before=date(2026, 7, 1),
        due_on=date(2026, 7, 10),
        closes_on=date(2026, 7, 20),
    )
    DraftFactory(agency=office, period=period)
    return User.objects.get(pk=user.pk)


@pytest.mark.django_db
def test_the_mail_has_tasks_and_notices_with_whole_addresses(server, reporter):
    told(reporter)

    assert send_digests(ON) == 1

    [message] = mail.outbox
    assert message.subject == "Kawasan kumuh: 1 tugas, 1 pemberitahuan"
    assert message.to == ["pelapor@example.go.id"]
    text = message.body
    assert text.startswith("Selamat pagi Rahma, ini yang perlu Anda ketahui")
    assert "Isi dan ajukan laporan TW II 2026" in text
    assert "tenggat 10 Jul 2026" in text
    assert "https://kumuh.example.go.id/laporan/" in text
    assert "- Kabar a." in text
    assert "https://kumuh.example.go.id/pemberitahuan/pilihan/" in text
    [(html, kind)] = message.alternatives
    assert kind == "text/html"
    assert 'href="https://kumuh.example.go.id/laporan/' in html
    key = f"digest-2026-07-08-{reporter.pk}@kumuh.example.go.id"
    assert message.extra_headers["Message-ID"] == f"<{key}>"
    assert "pilihan" in message.extra_headers["List-Unsubscribe"]


@pytest.mark.django_db
def test_a_text_is_no_markup_in_the_html_part(server, reporter):
    tell([reporter], kind="verified", key="x", text="<b>1 & 2</b>", url="/")

    send_digests(ON)

    [message] = mail.outbox
    assert "- <b>1 & 2</b>" in message.body
    assert "&lt;b&gt;1 &amp; 2" in message.alternatives[0][0]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("on", "is_sent"),
    [
        (date(2026, 7, 2), False),  # due in eight days: not worth a mail
        (date(2026, 7, 3), True),
        (date(2026, 7, 15), True),
        (date(2026, 7, 21), False),  # closed: nothing can be done
    ],
)
def test_a_task_alone_is_mailed_only_when_it_presses(server, reporter, on, is_sent):
    assert send_digests(on) == int(is_sent)
    assert len(mail.outbox) == SentMail.objects.count() == int(is_sent)


@pytest.mark.django_db
def test_nothing_to_say_is_no_mail(server, db):
    person("a")
    person("b", is_active=False)
    told(UserFactory(username="without address"))

    assert send_digests(ON) == 0
    assert not SentMail.objects.exists()


@pytest.mark.django_db
def test_read_notices_and_mailed_ones_are_not_mailed(server):
    user = person("a")
    told(user, key="1")
    send_digests(ON)
    told(user, key="2")
    Notice.objects.filter(key="2").update(read_at=timezone.now())

    assert send_digests(date(2026, 7, 9)) == 0


@pytest.mark.django_db
def test_who_wants_no_mail_of_a_kind_gets_none_of_it(server, reporter):
    choose_mail([NoticeKind.VERIFIED], by=reporter)
    told(reporter, key="1", kind="due")
    told(reporter, key="2", kind="verified")

    digest = digest_of(reporter, ON)

    assert [notice.key for notice in digest.notices] == ["2"]
    assert digest.tasks.total == 0
    choose_mail([], by=reporter)
    told(reporter, key="3")
    assert send_digests(ON) == 1  # the notice was wanted when it was made
    assert "Kabar 3" not in mail.outbox[0].body


def test_every_kind_of_task_is_mailed_under_a_choice():
    assert set(MAILED_AS) == set(TaskKind)


# ---- once a day ----------------------------------------------------------------------
@pytest.mark.django_db
def test_a_second_run_of_the_day_mails_nobody_again(server):
    user = person("a")
    told(user, key="1")
    assert send_digests(ON) == 1
    told(user, key="2")

    assert send_digests(ON) == 0
    assert send_digests(date(2026, 7, 9)) == 1
    assert ["Kabar 1" in m.body for m in mail.outbox] == [True, False]
    assert SentMail.objects.filter(sent_at__isnull=False).count() == 2


@pytest.mark.django_db
def test_a_run_that_died_before_the_attempt_is_repeated(server):
    user = person("a")
    told(user)
    SentMail.objects.create(user=user, key=f"digest:{ON}")

    assert send_digests(ON) == 1
    assert SentMail.objects.get().sent_at is not None


@pytest.mark.django_db
def test_a_run_that_died_after_the_attempt_is_not(server):
    user = person("a")
    told(user)
    SentMail.objects.create(user=user, key=f"digest:{ON}", attempted_at=timezone.now())

    assert send_digests(ON) == 0
    assert mail.outbox == []
    assert SentMail.objects.unsure().count() == 1


@pytest.mark.usefixtures("committed_db")
def test_two_workers_at_once_send_one_mail_each(server):
    people = [person(name) for name in "abcdef"]
    told(*people)

    sent = at_once([lambda: send_digests(ON)] * 3)

    assert sum(sent) == 6
    assert sorted(addresses()) == list("abcdef")
    assert Notice.objects.filter(mail__sent_at__isnull=False).count() == 6


# ---- what the server says ------------------------------------------------------------
REFUSALS = (
    smtplib.SMTPRecipientsRefused({"b@example.go.id": (550, b"unknown")}),
    smtplib.SMTPSenderRefused(550, b"no", "kumuh@localhost"),
    smtplib.SMTPDataError(554, b"spam"),
    ValueError("Invalid address"),
)


@pytest.mark.django_db
@pytest.mark.parametrize("answer", REFUSALS, ids=lambda error: type(error).__name__)
def test_a_refusal_stops_nobody_else_and_is_tried_again(server, answer):
    people = [person(name) for name in "abc"]
    told(*people)
    server.answers["b@example.go.id"] = answer

    with pytest.raises(MailRefusedError, match="1 mails were refused; 2 went"):
        send_digests(ON)

    assert addresses() == ["a", "c"]
    refused = SentMail.objects.get(user=people[1])
    assert refused.attempted_at is None
    assert refused.error
    assert Notice.objects.get(user=people[1]).mail is None

    server.answers.clear()
    assert send_digests(ON) == 1
    assert addresses() == ["a", "c", "b"]
    refused.refresh_from_db()
    assert (refused.error, refused.sent_at is None) == ("", False)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "broken", [TimeoutError("slow"), smtplib.SMTPServerDisconnected("gone")]
)
def test_a_line_that_breaks_while_sending_leaves_the_mail_unsure(server, broken):
    people = [person(name) for name in "ab"]
    told(*people)
    server.answers["a@example.go.id"] = broken

    assert send_digests(ON) == 1

    assert addresses() == ["b"]
    [unsure] = SentMail.objects.unsure()
    assert unsure.user == people[0]
    assert unsure.error
    server.answers.clear()
    assert send_digests(ON) == 0  # it may have gone: never a second time


@pytest.mark.django_db
def test_while_the_server_is_down_nothing_is_attempted(server, monkeypatch):
    told(person("a"), person("b"))
    monkeypatch.setattr(Server, "is_down", True)

    with pytest.raises(MailUnreachableError, match="nobody listens"):
        send_digests(ON)

    assert not SentMail.objects.exclude(attempted_at=None).exists()
    monkeypatch.setattr(Server, "is_down", False)
    assert send_digests(ON) == 2


# ---- the morning's job ---------------------------------------------------------------
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("moment", "subject"),
    [
        (datetime(2026, 3, 31, 15, 30, tzinfo=UTC), "31 Maret 2026"),  # 23.30 WITA
        (datetime(2026, 3, 31, 16, 30, tzinfo=UTC), "1 April 2026"),  # 00.30 WITA
    ],
)
def test_the_day_of_the_mail_is_that_of_the_province(
    server, office, monkeypatch, moment, subject
):
    monkeypatch.setattr(timezone, "now", lambda: moment)
    told(person("a"))

    assert jobs.morning(timestamp=0) == 1
    assert subject in mail.outbox[0].body


@pytest.mark.django_db
def test_the_morning_reminds_first_and_mails_it_on_the_same_day(
    server, reporter, office, monkeypatch
):
    Agency.objects.filter(pk=office.pk).update(reports_progress=True)
    moment = datetime(2026, 7, 8, 23, 0, tzinfo=UTC)  # 9 July, 07.00 WITA
    monkeypatch.setattr(timezone, "now", lambda: moment)

    assert jobs.morning(timestamp=0) == 1
    assert (
        "harus diajukan paling lambat 10 Jul 2026, 1 hari lagi" in mail.outbox[0].body
    )
    assert jobs.morning(timestamp=0) == 0


@pytest.mark.django_db
def test_a_digest_costs_the_same_for_more_notices(server, reporter, queries_of):
    told(reporter, key="1")
    few = queries_of(digest_of, User.objects.get(pk=reporter.pk), ON)
    for number in range(2, 12):
        told(reporter, key=str(number))

    assert queries_of(digest_of, User.objects.get(pk=reporter.pk), ON) == few
