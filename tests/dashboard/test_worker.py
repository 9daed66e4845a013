"""Background work: when jobs run; kill -9 in mid-job loses none and doubles none."""

import os
import signal
import socketserver
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

import croniter
import pytest
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from agencies.jobs import forget_read_notices
from agencies.models import Agency, Notice, SentMail
from agencies.notices import tell
from core.jobs import forget_answers
from core.models import IdempotencyKey
from dashboard.jobs import morning
from kumuh.environment import BASE_DIR
from programs.jobs import calendar
from programs.models import ProgressReport
from tests.committed import _template, committed_db  # noqa: F401
from tests.factories import UserFactory

PATIENCE_SECONDS = 60


# ---- what runs when ------------------------------------------------------------------
def test_the_times_of_the_jobs_are_those_of_the_province():
    """The library reads times in UTC."""
    midnight = timezone.make_aware(datetime(2026, 4, 1))
    first: dict[str, list[str]] = {}
    for task in app.periodic_registry.periodic_tasks.values():
        ticks = croniter.croniter(task.cron, midnight.timestamp() - 1)
        moments = [ticks.get_next(float) for _number in range(2)]
        first[task.task.name] = [
            f"{timezone.localtime(datetime.fromtimestamp(m, tz=midnight.tzinfo)):%H.%M}"
            for m in moments
        ]

    assert first == {
        "agencies.jobs.forget_read_notices": ["03.20", "03.20"],
        "coordination.jobs.sweep": ["03.30", "03.30"],
        "core.jobs.forget_answers": ["03.10", "03.10"],
        "core.jobs.forget_old_jobs": ["03.00", "03.00"],
        "core.jobs.put_back_lost_jobs": ["00.00", "00.05"],
        "dashboard.jobs.morning": ["07.00", "07.00"],
        "programs.jobs.calendar": ["00.00", "01.00"],
        "programs.jobs.sweep": ["03.20", "03.20"],
    }


def test_a_job_that_fails_is_tried_again_later_and_later():
    waits = []
    for attempts in range(6):
        job = ProcrastinateJob(
            id=1, task_name=morning.name, args={}, attempts=attempts
        ).procrastinate_job
        decision = morning.retry_strategy.get_retry_decision(
            exception=OSError(), job=job
        )
        waits.append(round((decision.retry_at - timezone.now()).total_seconds()))

    assert waits == [5, 25, 125, 625, 3125, 15625]


def test_what_was_missed_is_made_up_for_within_a_day():
    assert app.periodic_defaults == {"max_delay": 24 * 60 * 60}


@pytest.mark.django_db
def test_the_calendar_opens_reports_in_the_trail_of_a_job(office):
    Agency.objects.filter(pk=office.pk).update(reports_progress=True)

    made = calendar(timestamp=0)

    assert made == ProgressReport.objects.filter(agency=office).count() > 0
    assert calendar(timestamp=0) == 0
    events = ProgressReport.pgh_event_model.objects.filter(pgh_label="insert")
    assert {event.pgh_context.metadata["source"] for event in events} == {"job"}


@pytest.mark.django_db
def test_answers_go_after_a_week_and_read_notices_after_half_a_year():
    user, now = UserFactory(), timezone.now()
    for days in (6, 8):
        row = IdempotencyKey.objects.create(user=user, key=str(days), fingerprint="x")
        IdempotencyKey.objects.filter(pk=row.pk).update(
            created_at=now - timedelta(days=days)
        )
    for key, days in (("new", 179), ("old", 181), ("unread", None)):
        tell([user], kind="due", key=key, text="Teks", url="/")
        read_at = now - timedelta(days=days) if days else None
        Notice.objects.filter(key=key).update(read_at=read_at)

    assert (forget_answers(timestamp=0), forget_read_notices(timestamp=0)) == (1, 1)
    assert IdempotencyKey.objects.get().key == "6"
    assert set(Notice.objects.values_list("key", flat=True)) == {"new", "unread"}


# ---- kill -9 -------------------------------------------------------------------------
class MailServer(socketserver.ThreadingTCPServer):
    """A mail server that falls silent where it is told to, and counts what it took."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Talk)
        self.taken: Counter[str] = Counter()
        self.silent_at: tuple[str, str] | None = None
        self.fell_silent = threading.Event()

    def hold(self, word: str, recipient: str) -> None:
        """Never answer, where this is the word at which to fall silent."""
        if self.silent_at == (word, recipient):
            self.silent_at = None
            self.fell_silent.set()
            time.sleep(PATIENCE_SECONDS)


class Talk(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self.recipient = ""
        self.server.hold("CONNECT", "")
        self.say("220 siap")
        while line := self.rfile.readline().decode():
            word = line.split(":")[0].split()[0].upper()
            if word == "RCPT":
                self.recipient = line.partition("<")[2].partition(">")[0]
            self.server.hold(word, self.recipient)
            if word == "DATA":
                self.take()
            else:
                self.say("221 sampai jumpa" if word == "QUIT" else "250 baik")

    def take(self) -> None:
        self.say("354 silakan")
        while self.rfile.readline() != b".\r\n":
            pass
        self.server.hold("END", self.recipient)
        self.server.taken[self.recipient] += 1
        self.say("250 diterima")

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    with MailServer() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def start_worker(
    request: pytest.FixtureRequest, mail_server: MailServer, tmp_path: Any
) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Starts a real worker on the test's database and mail server."""
    started: list[subprocess.Popen[bytes]] = []
    database = request.getfixturevalue("committed_db")
    database_url = address_of(database, connection.settings_dict)
    variables = {
        "DATABASE_URL": database_url,
        "SECRET_KEY": "only-for-this-drill",
        "ENV_FILE": "",
        "HTTPS": "0",
        "DJANGO_SETTINGS_MODULE": "kumuh.settings",
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(mail_server.server_address[1]),
        "EMAIL_USE_TLS": "0",
        "PYTHONPATH": str(BASE_DIR),
    }

    def start() -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "kumuh.worker"]
        with (tmp_path / f"worker-{len(started)}").open("w") as output:
            process = subprocess.Popen(
                command,
                cwd=BASE_DIR,
                env={"PATH": os.environ["PATH"], **variables},
                stderr=output,
            )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


def address_of(database: str, values: dict[str, Any]) -> str:
    """The database's address as a URL, also of one that is reached by a socket."""
    people = ":".join(quote(values[name], "") for name in ("USER", "PASSWORD"))
    reached = {"host": values["HOST"], "port": values["PORT"]}
    query = urlencode({name: value for name, value in reached.items() if value})
    return f"postgresql://{people}@/{database}?{query}"


def wait_until(happened: Callable[[], Any]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def let_time_pass() -> None:
    """As if the dead worker had been silent for a minute, and five minutes had gone."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_workers"
            " SET last_heartbeat = last_heartbeat - interval '1 minute'"
        )
    app.configure_task("core.jobs.put_back_lost_jobs").defer(timestamp=0)


def everything_is_done() -> bool:
    jobs = ProcrastinateJob.objects
    return not jobs.exclude(status="succeeded").exists() and jobs.exists()


@pytest.mark.drill
@pytest.mark.parametrize(
    ("word", "unsure"),
    [
        ("CONNECT", []),  # before the attempt: everybody gets the mail
        ("END", ["c@example.go.id"]),  # after it: nobody knows, so never again
    ],
)
def test_killed_in_mid_job_it_is_done_by_the_next_worker(
    mail_server, start_worker, word, unsure
):
    people = [UserFactory(username=n, email=f"{n}@example.go.id") for n in "abcde"]
    tell(people, kind="verified", key="1", text="Kabar", url="/laporan/")
    silent_for = "" if word == "CONNECT" else "c@example.go.id"
    mail_server.silent_at = (word, silent_for)

    first = start_worker()  # it makes up for this morning's mails by itself
    assert mail_server.fell_silent.wait(PATIENCE_SECONDS)
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    job = ProcrastinateJob.objects.get(task_name=morning.name)
    assert job.status == "doing"
    assert not everything_is_done()

    let_time_pass()
    start_worker()
    wait_until(everything_is_done)

    job.refresh_from_db()
    assert (job.status, job.attempts) == ("succeeded", 2)
    expected = {person.email: 1 for person in people if person.email not in unsure}
    assert mail_server.taken == expected
    assert SentMail.objects.count() == 5
    found = SentMail.objects.unsure().values_list("user__email", flat=True)
    assert list(found) == unsure


@pytest.mark.drill
def test_stopped_in_order_a_worker_finishes_its_job(mail_server, start_worker):
    tell([UserFactory(email="a@example.go.id")], kind="due", key="1", text="T", url="/")

    worker = start_worker()
    wait_until(lambda: mail_server.taken)
    worker.terminate()

    assert worker.wait(PATIENCE_SECONDS) == 0
    assert not ProcrastinateJob.objects.filter(status="doing").exists()
