"""Every address × every kind of person: an address that is not listed fails the test.

A cell is what the person gets: L to the sign-in page, + the page (200), > a step taken
or told why not (302), - not allowed (403), 0 outside the scope (404), U no sign-in
(401), M not that method (405), ! refused input (400), x wrong state (409), t not JSON
(415).
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from areas import services as area_services
from areas.models import LedgerEntry
from programs import services as program_services
from tests.factories_areas import submitted_assessment
from tests.factories_ledger import credit_unit, decreed_area
from tests.factories_programs import PeriodFactory, activity_in, drafted, filled

pytestmark = pytest.mark.django_db

PEOPLE = (
    "anonymous",
    "viewer",
    "operator",
    "head",
    "stranger",
    "province_viewer",
    "editor",
    "verifier",
    "administrator",
)
ANSWERS = {
    200: "+",
    201: "+",
    204: "+",
    302: ">",
    400: "!",
    401: "U",
    403: "-",
    404: "0",
    405: "M",
    409: "x",
    415: "t",
}
# Not ours, each with its own guard: the admin asks for is_staff, allauth's pages and
# the language choice are about oneself.
FOREIGN = ("admin:", "account_", "set_language")


@pytest.fixture
def world(office, head, stranger, verifier) -> dict[str, Any]:
    """One record of each kind, all of `office`: what an address names."""
    line = decreed_area("1.5", "0.5", agency=office)
    area = line.area
    entry = credit_unit(line, by=verifier).entry
    activity = activity_in(line, agency=office)
    assessment = submitted_assessment(area, by=head)
    open_assessment = area_services.start_assessment(
        area, surveyed_on=date(2025, 1, 8), by=head
    )
    report = drafted(office, by=head, lines=[filled(activity)])
    report = program_services.submit_report(report, by=head)
    draft = drafted(
        office,
        by=head,
        lines=[],
        period=PeriodFactory(
            starts_on=date(2022, 1, 1),
            ends_before=date(2022, 4, 1),
            due_on=date(2022, 4, 10),
        ),
    )
    return {
        "agency": office.pk,
        "region": "63.71",
        "area": area.pk,
        "neighbourhood": area.neighbourhoods.first().pk,
        "decree": line.decree_id,
        "assessment": assessment.pk,
        "open_assessment": open_assessment.pk,
        "ledger": LedgerEntry.objects.get(pk=entry.pk).pk,
        "programme": activity.programme_id,
        "activity": activity.pk,
        "report": report.pk,
        "draft": draft.pk,
    }


# name: (what its argument is, the answers to GET in the order of PEOPLE)
PAGES: dict[str, tuple[str, str]] = {}
# name: (argument, the answers to an empty POST)
STEPS: dict[str, tuple[str, str]] = {}


def names(patterns: list, prefix: str = "") -> Iterator[str]:
    """Every named address of the project, with its namespace."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            space = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from names(pattern.url_patterns, space)
        elif isinstance(pattern, URLPattern):
            yield f"{prefix}{pattern.name}"


def own_names() -> set[str]:
    return {
        name
        for name in names(get_resolver().url_patterns)
        if not name.startswith(FOREIGN)
    }


def address_of(name: str, argument: str, world: dict[str, Any]) -> str:
    return reverse(name, args=[world[part] for part in argument.split()])


def answer(response: Any) -> str:
    if response.status_code == 302 and "/akun/masuk/" in response.url:
        return "L"
    return ANSWERS.get(response.status_code, str(response.status_code))


def answers(method: str, url: str, client, log_in) -> str:
    found = ""
    for person in PEOPLE:
        log_in(person)
        found += answer(getattr(client, method)(url))
    return found


@pytest.mark.parametrize("name", sorted(PAGES))
def test_page(client, log_in, world, name):
    argument, expected = PAGES[name]

    assert answers("get", address_of(name, argument, world), client, log_in) == expected


@pytest.mark.parametrize("name", sorted(STEPS))
def test_step(client, log_in, world, name):
    argument, expected = STEPS[name]

    url = address_of(name, argument, world)

    assert answers("post", url, client, log_in) == expected


def test_every_address_has_a_row():
    assert own_names() == set(PAGES)


def test_every_step_refuses_reading_or_has_a_row():
    """An address that answers POST must stand in STEPS."""
    assert set(STEPS) <= set(PAGES)
