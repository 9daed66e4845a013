"""What every test shares: quick settings, and what happens without a browser."""

import os

import pytest

from kumuh.testdb import find_chromium

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
    settings.WHITENOISE_AUTOREFRESH = True  # static files straight from their sources


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
