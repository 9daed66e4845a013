"""Verified hectares beside commitments, and no link that leads to "not found"."""

import re
from decimal import Decimal

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from coordination.models.meeting import Phase
from coordination.sight import opened
from programs import services as programs
from tests.coordination.promises import promise_of
from tests.factories_coordination import (
    CommitmentFactory,
    InvitationFactory,
    brought_to,
    meeting_in,
)
from tests.factories_ledger import decreed_area
from tests.factories_programs import activity_in, drafted, filled

pytestmark = pytest.mark.django_db

LIST = reverse("coordination:commitment-list")


@pytest.fixture
def line(office):
    return decreed_area("1.5", "0.5", agency=office)


@pytest.fixture
def commitment(office, province, line):
    """Of the office, about its area, for 2.5 ha; agreed at the province."""
    found = promise_of(office, host=province, target_hectares=Decimal("2.5"))
    found.areas.add(line.area)
    return found


@pytest.fixture
def activity(commitment, line, office, head, verifier):
    """The work that keeps it, verified: 2 ha in the ledger."""
    activity = activity_in(line, agency=office)
    commitment.activities.add(activity, through_defaults={"by": head})
    verify(activity, by=head, verifier=verifier)
    return activity


def verify(*activities, by, verifier):
    """All that they were to do is reported by their office and verified."""
    office = activities[0].agency
    report = drafted(office, by=by, lines=[filled(row) for row in activities])
    report = programs.submit_report(report, by=by)
    programs.verify_report(report, method="desk", by=verifier)


def ledger_of(commitment, user):
    work = opened([commitment], user)[0].chain.works[0]
    return reverse("areas:ledger-work", args=[work.source])


def links_on(client, url):
    """Where the page leads, without its own parts and what sends a file."""
    page = client.get(url).content.decode()
    found = set(
        re.findall(r'href="(/(?:rapat|komitmen|kawasan|kegiatan|buku)[^"#]*)', page)
    )
    return {link.replace("&amp;", "&") for link in found if "format=" not in link}


def test_the_meeting_shows_verified_hectares_one_click_from_the_ledger(
    client, head, commitment, activity
):
    client.force_login(head)
    ledger = ledger_of(commitment, head)

    page = client.get(commitment.meeting.get_absolute_url())

    verified = f'<a href="{ledger}"><data value="2.000000">2,00</data> ha</a>'
    assertContains(page, verified, html=True)
    assertContains(page, f'{commitment.get_absolute_url()}#rantai"')
    assert client.get(ledger).status_code == 200


def test_so_does_the_next_meeting_and_the_page_of_the_area(
    client, head, commitment, activity, line, office, province
):
    client.force_login(head)
    brought_to(commitment.meeting, Phase.CLOSED)
    later = commitment.meeting.starts_at.replace(year=2026)
    after = meeting_in(Phase.INVITED, agency=province, guest=office, starts_at=later)
    link = f'<a href="{ledger_of(commitment, head)}">'

    for record in (after, line.area):
        page = client.get(record.get_absolute_url())
        assertContains(page, f'{link}<data value="2.000000">2,00</data></a>', html=True)


def test_two_verified_works_lead_to_the_list_of_both(
    head, commitment, office, verifier
):
    first, second = (
        activity_in(decreed_area("1", agency=office), agency=office) for _ in range(2)
    )
    commitment.activities.add(first, second, through_defaults={"by": head})
    verify(first, second, by=head, verifier=verifier)

    doors = opened([commitment], head)[0].doors

    assert doors.verified == f"{commitment.get_absolute_url()}#kegiatan"


def test_nothing_verified_yet_is_said_and_is_no_zero(client, head, commitment):
    client.force_login(head)

    page = client.get(commitment.meeting.get_absolute_url())

    assertContains(page, "Terverifikasi: belum ada")


def test_a_guest_from_elsewhere_reads_it_all_and_no_link_is_dead(
    client, stranger, commitment, activity, other_office, line
):
    InvitationFactory(meeting=commitment.meeting, agency=other_office)
    client.force_login(stranger)
    pages = (commitment.meeting.get_absolute_url(), commitment.get_absolute_url(), LIST)

    for url in pages:
        links = links_on(client, url)
        assert commitment.get_absolute_url() in links or url in links
        assert {client.get(link).status_code for link in links} <= {200, 302, 403}
    page = client.get(commitment.get_absolute_url())
    assertContains(page, activity.name)
    assertContains(page, line.area.name)
    assertNotContains(page, activity.get_absolute_url())


def test_who_sees_it_by_its_area_only_is_not_sent_to_the_meeting(
    client, viewer, ministry, line
):
    commitment = promise_of(ministry, host=ministry, target_hectares=Decimal(1))
    commitment.areas.add(line.area)
    client.force_login(viewer)
    meeting = commitment.meeting

    for url in (commitment.get_absolute_url(), LIST, line.area.get_absolute_url()):
        page = client.get(url)
        assertContains(page, meeting.title)
        assertNotContains(page, f'href="{meeting.get_absolute_url()}')
    assert client.get(meeting.get_absolute_url()).status_code == 404


def test_pages_cost_the_same_for_more(
    client, head, commitment, activity, office, line, queries_of
):
    client.force_login(head)
    meeting = commitment.meeting
    urls = (meeting.get_absolute_url(), line.area.get_absolute_url(), LIST)
    few = [queries_of(client.get, url) for url in urls]

    for _number in range(4):
        other = CommitmentFactory(meeting=meeting, agency=office)
        other.areas.add(line.area)
        work = activity_in(decreed_area("1", agency=office), agency=office)
        other.activities.add(work, through_defaults={"by": head})

    assert [queries_of(client.get, url) for url in urls] == few
