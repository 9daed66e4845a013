"""What every test shares: quick settings, a small cast, and the missing browser."""

import gc
import os
import tempfile
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from agencies.models import Agency, Region, User
from areas.rule_sets import forget_rules, published_rules
from kumuh.testdb import find_chromium
from tests import cast

# How fast the machine is just now is nobody's fault: no test asserts a time.
hypothesis_settings.register_profile(
    "untimed",
    deadline=None,
    max_examples=50,
    suppress_health_check=[HealthCheck.too_slow],
)
hypothesis_settings.load_profile("untimed")

BROWSER_MISSING = "Chromium is not installed: install the package chromium"


def pytest_configure(config: pytest.Config) -> None:
    """Settings that are slow or strict by design, made quick for tests."""
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {
            "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        },
    }
    settings.MEDIA_ROOT = tempfile.mkdtemp(prefix="kumuh-uji-")
    settings.WHITENOISE_AUTOREFRESH = True  # static files straight from their sources
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    }


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if find_chromium() or must_have_browser():
        return
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason=BROWSER_MISSING))


def pytest_collection_finish() -> None:
    """What is loaded by now stays: collecting looks through it no more."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def must_have_browser() -> bool:
    """Set by .ci/run: a browser test that is skipped is a failure there."""
    return os.environ.get("REQUIRE_BROWSER") == "1"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo):
    report = yield
    if report.skipped and item.get_closest_marker("browser") and must_have_browser():
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, and REQUIRE_BROWSER=1"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector):
    report = yield
    if report.skipped and must_have_browser():
        report.outcome = "failed"
        report.longrepr = f"{collector.nodeid} was skipped, and REQUIRE_BROWSER=1"
    return report


@pytest.fixture(autouse=True)
def _forget_rates():
    """Failed sign-ins and API rates are counted in the cache: each test from zero.

    Rule sets are kept by key, which another test's database gives to another one.
    """
    cache.clear()
    forget_rules()


# ---- a small cast, the same in every app (tests/cast.py) ----------------------------
@pytest.fixture
def region_tree(db: None) -> dict[str, Region]:
    """A province, two cities, in each a kecamatan with two kelurahan; by code."""
    return cast.region_tree()


@pytest.fixture
def office(region_tree: dict[str, Region]) -> Agency:
    return cast.agency("office")


@pytest.fixture
def other_office(region_tree: dict[str, Region]) -> Agency:
    return cast.agency("other_office")


@pytest.fixture
def province(region_tree: dict[str, Region]) -> Agency:
    return cast.agency("province")


@pytest.fixture
def ministry(db: None) -> Agency:
    return cast.agency("ministry")


@pytest.fixture
def operator(office: Agency) -> User:
    return cast.person("operator", office)


@pytest.fixture
def head(office: Agency) -> User:
    return cast.person("head", office)


@pytest.fixture
def viewer(office: Agency) -> User:
    return cast.person("viewer", office)


@pytest.fixture
def stranger(other_office: Agency) -> User:
    return cast.person("stranger", other_office)


@pytest.fixture
def editor(province: Agency) -> User:
    return cast.person("editor", province)


@pytest.fixture
def verifier(province: Agency) -> User:
    return cast.person("verifier", province)


@pytest.fixture
def province_viewer(province: Agency) -> User:
    return cast.person("province_viewer", province)


@pytest.fixture
def administrator(province: Agency) -> User:
    return cast.person("administrator", province)


@pytest.fixture
def log_in(
    request: pytest.FixtureRequest, client: Client
) -> Callable[[str], User | None]:
    """Sign one of the cast in: `log_in("verifier")`; "anonymous" is nobody."""

    def sign_in(person: str) -> User | None:
        if person == "anonymous":
            client.logout()
            return None
        user = request.getfixturevalue(person)
        client.force_login(user)
        return user

    return sign_in


@pytest.fixture
def queries_of(db: None) -> Callable[..., int]:
    """How many queries a call makes: `queries_of(client.get, url)`."""

    def count(call: Callable[..., Any], *args: Any, **kwargs: Any) -> int:
        published_rules()  # read once a process: not part of what grows
        with CaptureQueriesContext(connection) as queries:
            call(*args, **kwargs)
        return len(queries)

    return count


@pytest.fixture(scope="module")
def module_db(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A database for what the tests of one module share; each sees it untouched.

    Building many records anew for each of hundreds of tests takes longer than the
    tests: here they are built once, and what a test changes is rolled back to them.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)
