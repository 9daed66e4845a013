"""500 officers fill in and submit their reports in the last minutes before the closing.

    .venv/bin/python -m benchmarks.last_minutes [OFFICERS] [SECONDS]

A real server (gunicorn as script/run starts it) answers on 127.0.0.1. Each officer
opens the entry page of the own report, types line by line as the page's script saves
it, saves as a form and submits; the beginnings are spread over SECONDS (600). One
saving in ten loses its answer on the way and is sent again under its key. At the end
the database is asked whether any figure is lost and any step was taken twice. Prints
how long the answers took (ms: p50, p95, p99, most); 1 where anything is wrong.
"""

import http.client
import json
import os
import random
import re
import socket
import subprocess
import sys
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from threading import Lock
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from benchmarks.run import in_test_database
from kumuh import local

OFFICERS, SECONDS = 500, 600
LINES = 6
LOST = 0.1  # the share of savings whose answer never arrives
HOST = "127.0.0.1"
SEED = 63


@dataclass
class Officer:
    """Someone with a report; `typed` is what must stand there in the end."""

    session: str
    report: int
    lines: list[int]
    typed: dict[int, Decimal] = field(default_factory=dict)


@dataclass
class Times:
    """How long each kind of request took (s), and what went wrong."""

    taken: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    wrong: list[str] = field(default_factory=list)
    lock: Any = field(default_factory=Lock)

    def add(self, kind: str, seconds: float, status: int, expected: int) -> None:
        with self.lock:
            self.taken[kind].append(seconds)
            if status != expected:
                self.wrong.append(f"{kind}: {status} instead of {expected}")


def main(count: int, seconds: int) -> int:
    """Print the table; 1 when a figure is lost, doubled or refused."""
    officers = people(count)
    times = Times()
    with running_server() as port:
        began = time.monotonic()
        with ThreadPoolExecutor(count) as pool:
            chance = random.Random(SEED)
            starts = [chance.uniform(0, seconds) for _officer in officers]
            for officer, start in zip(officers, starts, strict=True):
                pool.submit(guarded, officer, port, began + start, times)
        lasted = time.monotonic() - began
    print(f"{count} officers, beginnings over {seconds} s, all done in {lasted:.0f} s")
    print(f"{'request':12}{'n':>7}{'p50':>8}{'p95':>8}{'p99':>8}{'most':>8}")
    for kind, taken in times.taken.items():
        row = [quantile(taken, share) * 1000 for share in (0.5, 0.95, 0.99, 1)]
        print(f"{kind:12}{len(taken):7}" + "".join(f"{ms:8.0f}" for ms in row))
    wrong = times.wrong + stored_wrongly(officers)
    for sentence in wrong[:20]:
        print("WRONG", sentence)
    print(f"{len(wrong)} wrong; none lost, none double" if not wrong else len(wrong))
    return 1 if wrong else 0


def people(count: int) -> list[Officer]:
    """As many offices, each with a head, a draft of this quarter and six activities."""
    from django.contrib.sessions.backends.db import SessionStore
    from django.utils import timezone

    from programs.models import ReportingPeriod
    from programs.services import start_report
    from tests.factories import AgencyFactory, MembershipFactory, RegionFactory
    from tests.factories_ledger import decreed_area
    from tests.factories_programs import ProgrammeFactory, activity_in

    today = timezone.localdate()
    period = ReportingPeriod.objects.create(
        kind="quarter",
        name="Triwulan ukur",
        starts_on=today - timedelta(days=90),
        ends_before=today,
        opens_on=today - timedelta(days=10),
        due_on=today + timedelta(days=1),
        closes_on=today + timedelta(days=1),
    )
    RegionFactory(code="63")
    officers = []
    for number in range(count):
        regency = RegionFactory(code=f"63.{number % 13 + 1:02d}")
        office = AgencyFactory(region=regency, level="regency")
        head = MembershipFactory(agency=office, role="district_head").user
        line = decreed_area("1.5", agency=office, regency=regency)
        programme = ProgrammeFactory(agency=office, year=period.starts_on.year)
        for _number in range(LINES):
            activity_in(line, agency=office, programme=programme)
        report = start_report(office, period=period, by=head)
        officers.append(
            Officer(
                session=signed_in(head, SessionStore()),
                report=report.pk,
                lines=list(report.lines.values_list("pk", flat=True)),
            )
        )
    return officers


def signed_in(user: Any, session: Any) -> str:
    """The key of a session in which the person is signed in."""
    from django.conf import settings

    session["_auth_user_id"] = str(user.pk)
    session["_auth_user_backend"] = settings.AUTHENTICATION_BACKENDS[0]
    session["_auth_user_hash"] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)


class running_server:  # noqa: N801 (read as a statement)
    """gunicorn with its two workers on a free port, and away with it."""

    def __enter__(self) -> int:
        with socket.socket() as one:
            one.bind((HOST, 0))
            port = int(one.getsockname()[1])
        from django.db import connection

        name = connection.settings_dict["NAME"]
        url = re.sub(r"^(\w+://[^/]*)/[^?]*", rf"\1/{name}", os.environ["DATABASE_URL"])
        command = ["gunicorn", "-c", "python:kumuh.web", "--bind", f"{HOST}:{port}"]
        self.process = subprocess.Popen(
            [sys.executable, "-m", *command, "kumuh.wsgi"],
            env={**os.environ, "DATABASE_URL": url},
        )
        for _try in range(300):
            with socket.socket() as one:
                if one.connect_ex((HOST, port)) == 0:
                    return port
            time.sleep(0.1)
        raise RuntimeError("the server did not start")

    def __exit__(self, *_error: object) -> None:
        self.process.terminate()
        self.process.wait(60)


def guarded(officer: Officer, port: int, start: float, times: Times) -> None:
    """The officer's work; what breaks is counted, not swallowed."""
    time.sleep(max(start - time.monotonic(), 0))
    try:
        work(officer, port, times)
    except Exception as error:
        with times.lock:
            times.wrong.append(f"report {officer.report}: {error!r}")


def work(officer: Officer, port: int, times: Times) -> None:
    """Open, type every line with a pause, save as a form, submit."""
    chance = random.Random(officer.report)
    browser = Browser(officer, port, times)
    version = browser.open()
    for line in officer.lines:
        time.sleep(chance.uniform(0.2, 1.5))
        volume = Decimal(chance.randrange(1, 90))
        officer.typed[line] = volume
        sent = {"lines": line, "version": version, **values_of(line, volume)}
        version = browser.save(sent, is_lost=chance.random() < LOST)
    everything: list[tuple[str, Any]] = [("version", version)]
    for line in officer.lines:
        everything.append(("lines", line))
        everything += values_of(line, officer.typed[line]).items()
    browser.post("form", [*everything, ("step", "save")], 302)
    version = browser.open()
    everything[0] = ("version", version)
    browser.post("submit", [*everything, ("step", "submit")], 302)


def values_of(line: int, volume: Decimal) -> dict[str, str]:
    prefix = f"k{line}"
    return {
        f"{prefix}-volume": str(volume),
        f"{prefix}-physical_percent": "50",
        f"{prefix}-planned_percent": "55",
        f"{prefix}-spent": "12.500.000",
    }


class Browser:
    """What a page does: a connection kept open, the session, the token of the form."""

    def __init__(self, officer: Officer, port: int, times: Times) -> None:
        self.path = f"/laporan/{officer.report}/isi/"
        self.cookies = {"sessionid": officer.session}
        self.times = times
        self.port = port
        self.token = ""

    def open(self) -> int:
        """Load the entry page; the version of the report that it shows."""
        text = self.ask("page", "GET", None, {}, 200).decode()
        found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', text)
        version = re.search(r'name="version" value="(\d+)"', text)
        if not (found and version):
            raise RuntimeError("the entry page has no form")
        self.token = found.group(1)
        return int(version.group(1))

    def save(self, fields: dict[str, Any], *, is_lost: bool) -> int:
        """Save as the page's script does, again where the answer was lost."""
        headers = {"Accept": "application/json", "Idempotency-Key": str(uuid4())}
        pairs = list(fields.items())
        if is_lost:
            self.post("autosave", pairs, 200, headers)
        return int(json.loads(self.post("autosave", pairs, 200, headers))["version"])

    def post(
        self,
        kind: str,
        fields: list[tuple[str, Any]],
        expected: int,
        headers: dict[str, str] | None = None,
    ) -> bytes:
        body = urlencode([*fields, ("csrfmiddlewaretoken", self.token)])
        return self.ask(kind, "POST", body, headers or {}, expected)

    def ask(
        self,
        kind: str,
        method: str,
        body: str | None,
        headers: dict[str, str],
        expected: int,
    ) -> bytes:
        connection = http.client.HTTPConnection(HOST, self.port, timeout=120)
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent = {"Cookie": cookie, **headers}
        if body is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        start = time.perf_counter()
        connection.request(method, self.path, body, sent)
        response = connection.getresponse()
        text = response.read()
        self.times.add(kind, time.perf_counter() - start, response.status, expected)
        for header in response.headers.get_all("Set-Cookie") or []:
            name, _equals, value = header.split(";")[0].partition("=")
            self.cookies[name] = value
        connection.close()
        return text


def quantile(taken: list[float], share: float) -> float:
    ordered = sorted(taken)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def stored_wrongly(officers: list[Officer]) -> list[str]:
    """Reports not submitted exactly once, and figures that are not what was typed."""
    from programs.models import ProgressReport, ReportLine, ReportRound

    wrong = []
    reports = ProgressReport.objects.in_bulk([o.report for o in officers])
    volumes = dict(ReportLine.objects.values_list("pk", "volume"))
    for officer in officers:
        report = reports[officer.report]
        rounds = ReportRound.objects.filter(report=report).count()
        if (report.status, rounds) != ("submitted", 1):
            wrong.append(f"report {report.pk}: {report.status}, {rounds} rounds")
        for line, volume in officer.typed.items():
            if volumes[line] != volume:
                wrong.append(f"line {line}: {volumes[line]} instead of {volume}")
    return wrong


def run(arguments: list[str]) -> int:
    """The measurement in a database of its own."""
    count, seconds = [*map(int, arguments), *([OFFICERS, SECONDS][len(arguments) :])][
        :2
    ]
    return in_test_database(lambda: main(count, seconds))


if __name__ == "__main__":
    local.run_main(run)
