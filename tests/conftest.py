"""What every test shares: quick settings, a small cast, and the missing browser."""

import os
import tempfile
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agencies.models import Agency, Region, User
from agencies.roles import Role
from areas.rule_sets import forget_rules, published_rules
from kumuh.testdb import find_chromium
from tests.factories import (
    AgencyFactory,
    MembershipFactory,
    RegionFactory,
    UserFactory,
)

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


# ---- a small cast, the same in every app --------------------------------------------
REGIONS = (
    ("63", "Kalimantan Selatan", "provinsi"),
    ("63.71", "Kota Banjarmasin", "kota"),
    ("63.71.01", "Banjarmasin Selatan", "kecamatan"),
    ("63.71.01.1001", "Mantuil", "kelurahan"),
    ("63.71.01.1002", "Kelayan Selatan", "kelurahan"),
    ("63.72", "Kota Banjarbaru", "kota"),
    ("63.72.02", "Landasan Ulin", "kecamatan"),
    ("63.72.02.1003", "Landasan Ulin Timur", "kelurahan"),
    ("63.72.02.1004", "Guntung Payung", "kelurahan"),
)


@pytest.fixture(autouse=True)
def _forget_rates():
    """Failed sign-ins and API rates are counted in the cache: each test from zero.

    Rule sets are kept by key, which another test's database gives to another one.
    """
    cache.clear()
    forget_rules()


@pytest.fixture
def region_tree(db: None) -> dict[str, Region]:
    """A province, two cities, in each a kecamatan with two kelurahan; by code."""
    return {
        code: RegionFactory(code=code, name=name, kind=kind)
        for code, name, kind in REGIONS
    }


@pytest.fixture
def office(region_tree: dict[str, Region]) -> Agency:
    return AgencyFactory(
        name="Disperkim Kota Banjarmasin",
        short_name="Disperkim Banjarmasin",
        region=region_tree["63.71"],
    )


@pytest.fixture
def other_office(region_tree: dict[str, Region]) -> Agency:
    return AgencyFactory(
        name="Disperkim Kota Banjarbaru",
        short_name="Disperkim Banjarbaru",
        region=region_tree["63.72"],
    )


@pytest.fixture
def province(region_tree: dict[str, Region]) -> Agency:
    return AgencyFactory(
        name="Dinas Perumahan Rakyat dan Kawasan Permukiman Kalimantan Selatan",
        short_name="Disperkim Kalsel",
        level=Agency.Level.PROVINCE,
        region=region_tree["63"],
    )


@pytest.fixture
def ministry(db: None) -> Agency:
    return AgencyFactory(
        name="Kementerian Pekerjaan Umum",
        short_name="Kementerian PU",
        level=Agency.Level.CENTRAL,
        kind=Agency.Kind.MINISTRY,
        region=None,
    )


def member(username: str, agency: Agency, role: Role, **values: Any) -> User:
    user = UserFactory(username=username, **values)
    MembershipFactory(user=user, agency=agency, role=role)
    return user


@pytest.fixture
def operator(office: Agency) -> User:
    return member("operator", office, Role.DISTRICT_OPERATOR)


@pytest.fixture
def head(office: Agency) -> User:
    return member("head", office, Role.DISTRICT_HEAD)


@pytest.fixture
def viewer(office: Agency) -> User:
    return member("viewer", office, Role.VIEWER)


@pytest.fixture
def stranger(other_office: Agency) -> User:
    return member("stranger", other_office, Role.DISTRICT_OPERATOR)


@pytest.fixture
def editor(province: Agency) -> User:
    return member("editor", province, Role.PROVINCE_EDITOR)


@pytest.fixture
def verifier(province: Agency) -> User:
    return member("verifier", province, Role.PROVINCE_VERIFIER)


@pytest.fixture
def province_viewer(province: Agency) -> User:
    return member("province_viewer", province, Role.VIEWER)


@pytest.fixture
def administrator(province: Agency) -> User:
    """As `create_admin` makes one: the role, and the keys of the Django admin."""
    return member(
        "administrator",
        province,
        Role.ADMINISTRATOR,
        is_staff=True,
        is_superuser=True,
    )


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
