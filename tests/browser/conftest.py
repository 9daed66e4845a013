"""A real server on a database of its own, a real Chromium, and people who sign in."""

import io
import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from agencies.models import Agency, Region
from areas.services import start_assessment
from kumuh.environment import BASE_DIR
from kumuh.testdb import find_chromium
from programs.models import ReportingPeriod
from programs.services import make_periods, start_report
from tests.committed import _maintenance, _template  # noqa: F401
from tests.coordination.promises import promise_of
from tests.factories import PASSWORD, MembershipFactory
from tests.factories_areas import verified_assessment
from tests.factories_coordination import MemberFactory
from tests.factories_ledger import decreed_area
from tests.factories_practices import OutreachFactory, PracticeFactory
from tests.factories_programs import ProgrammeFactory, activity_in

STRONG = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1440, "height": 900}
ROLES = {
    "operator": "district_operator",
    "kepala": "district_head",
    "pengelola": "province_editor",
    "verifikator": "province_verifier",
}
# The RT of the story: whole at first, then one of them in part.
UNITS = ("1.500000", "0.848808")


@dataclass
class Site:
    """Where the server answers, and what stands in its database."""

    url: str
    token: str = ""
    periods: list[str] = field(default_factory=list)
    keys: dict[str, int] = field(default_factory=dict)
    places: list[Any] = field(default_factory=list)
    # Calls a function on the server's database, in a thread of its own: Playwright
    # keeps this one for its event loop.
    ask: Callable[[Callable[[], Any]], Any] = lambda function: function()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@pytest.fixture(scope="module")
def site(
    request: pytest.FixtureRequest,
    _template: str,  # noqa: F811
    django_db_blocker: Any,
    tmp_path_factory: Any,
) -> Iterator:
    """`script/run`'s own start against a copy of the empty tables, and one office.

    A module with a `fill` of its own puts something else there.
    """
    fill = getattr(request.module, "fill", _fill)
    name = f"browser_{uuid4().hex[:8]}"
    with django_db_blocker.unblock():
        connection.close()
        with _maintenance() as run:
            run("CREATE DATABASE {} TEMPLATE {}", name, _template)
    port = free_port()
    output = tmp_path_factory.mktemp("server") / "output"
    environment = os.environ | {
        "DATABASE_URL": _url_of(name),
        "SECRET_KEY": "only-for-tests",
        "HTTPS": "0",
        "PORT": str(port),
        "ENV_FILE": "",
        "WORKER": "0",  # what the clock does by itself would come in between
        "MEDIA_ROOT": str(output.parent / "media"),
    }
    with output.open("w") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "kumuh.start", "--no-demo"],
            cwd=BASE_DIR,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_until_open(process, output)
        one = Site(f"http://127.0.0.1:{port}")
        with django_db_blocker.unblock(), _connected_to(name):
            fill(one)

        def there(function: Callable[[], Any]) -> Any:
            with django_db_blocker.unblock(), _connected_to(name):
                return function()

        with ThreadPoolExecutor(1) as thread:
            one.ask = lambda function: thread.submit(there, function).result()
            yield one
    finally:
        process.terminate()
        process.wait(60)
        with django_db_blocker.unblock(), _maintenance() as run:
            run("DROP DATABASE {} WITH (FORCE)", name)


@contextmanager
def _connected_to(name: str) -> Iterator[None]:
    """What is written meanwhile goes there, with passwords that the server knows."""
    own = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        with override_settings(PASSWORD_HASHERS=STRONG):
            yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = own


def _url_of(name: str) -> str:
    """DATABASE_URL of the tests with another database in it."""
    return re.sub(
        r"^(\w+://[^/]*)/[^?]*", rf"\1/{name}", os.environ["DATABASE_URL"], count=1
    )


def _wait_until_open(process: subprocess.Popen, output: Any) -> None:
    for _ in range(1200):
        if "Buka http://" in output.read_text():
            return
        try:
            process.wait(0.1)
        except subprocess.TimeoutExpired:
            continue
        break
    pytest.fail(f"the server did not start:\n{output.read_text()}")


def _fill(site: Site) -> None:
    """People of every role, an area of two RT under a decree, one running activity.

    Two periods without a report, a draft of a third, a draft of a survey.
    """
    office = Agency.objects.get(level="regency", region_id="63.71")
    province = Agency.objects.get(
        level="province", region_id="63", kind="housing_office"
    )
    people = {}
    for name, role in ROLES.items():
        agency = office if role.startswith("district") else province
        membership = MembershipFactory(agency=agency, role=role, user__username=name)
        people[name] = membership.user
    periods = _ended_quarters()
    line = decreed_area(
        *UNITS,
        agency=office,
        regency=Region.objects.get(pk="63.71"),
        name="Kelayan Selatan",
    )
    programme = ProgrammeFactory(agency=office, year=periods[-1].starts_on.year)
    activity = activity_in(
        line,
        agency=office,
        programme=programme,
        name="Drainase Gang Sejiran",
        indicator="4b",
    )
    operator, surveyed_on = people["operator"], timezone.localdate() - timedelta(30)
    report = start_report(office, period=periods[-1], by=operator)
    verified_assessment(
        line.area,
        by=people["kepala"],
        verifier=people["verifikator"],
        surveyed_on=surveyed_on - timedelta(400),
        v1a=20,
        v4b=100,
    )
    survey = start_assessment(line.area, surveyed_on=surveyed_on, by=operator)
    promise = promise_of(office, host=province)
    promise.areas.add(line.area)
    site.token = _token_of("verifikator")
    site.periods = [period.name for period in periods[:-1]]
    units = line.area.neighbourhoods.order_by("pk")
    site.keys = {
        "area": line.area.pk,
        "decree": line.decree_id,
        "programme": programme.pk,
        "activity": activity.pk,
        "report": report.pk,
        "survey": survey.pk,
        "unit": units[0].pk,
        "meeting": promise.meeting_id,
        "commitment": promise.pk,
        "practice": PracticeFactory(agency=province).pk,
        "outreach": OutreachFactory(agency=office).pk,
        "group": MemberFactory(agency=office, group__agency=province).group_id,
    }


def _ended_quarters() -> list[ReportingPeriod]:
    """The last three quarters that are over, so that their hectares count today."""
    today = timezone.localdate()
    for year in (today.year - 1, today.year):
        make_periods(year)
    ended = ReportingPeriod.objects.filter(kind="quarter", ends_before__lte=today)
    return list(ended.order_by("-starts_on")[:3])


def _token_of(username: str) -> str:
    output = io.StringIO()
    call_command("api_token", username, stdout=output)
    return output.getvalue().split()[-1]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright_api = pytest.importorskip("playwright.sync_api")
    path = find_chromium()
    if path is None:
        pytest.skip("Chromium is not installed: install the package chromium")
    with playwright_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield chromium
        chromium.close()


@pytest.fixture
def enter(site: Site, browser: Any) -> Iterator[Callable[..., Any]]:
    """`enter("operator")`: a page of someone signed in through the form."""
    contexts = []

    def sign_in(name: str, password: str = PASSWORD, **options: Any) -> Any:
        options = {"viewport": PHONE, "base_url": site.url} | options
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.goto("/akun/masuk/")
        page.fill("[name=login]", name)
        page.fill("[name=password]", password)
        page.click("main button[type=submit]")
        page.wait_for_url(f"{site.url}/")
        return page

    yield sign_in
    for context in contexts:
        context.close()
