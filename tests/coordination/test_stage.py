"""The screen of the room: what is written there, who writes, what the others see."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from coordination.models import Commitment, Meeting
from coordination.models.meeting import Phase
from tests.factories_coordination import (
    AgendaItemFactory,
    CommitmentFactory,
    DecisionFactory,
    InvitationFactory,
    brought_to,
    meeting_in,
)
from tests.factories_ledger import decreed_area

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting(province, office, editor, region_tree):
    meeting = meeting_in(
        Phase.IN_SESSION, agency=province, guest=office, secretary=editor
    )
    meeting.items.get().regions.add(region_tree["63.71"])
    decreed_area("1.5", "0.5", agency=office)
    return meeting


@pytest.fixture
def url(meeting):
    return reverse("coordination:meeting-screen", args=[meeting.pk])


def sent(meeting, **values):
    item = meeting.items.first().pk
    return {"item": item, "kind": "decision", "text": "Data disepakati"} | values


def test_figures_stand_beside_it_with_their_basis(client, editor, url):
    client.force_login(editor)

    page = client.get(url)

    assertContains(page, "Kota Banjarmasin")
    assertContains(page, "0,00 ÷ 2,00")
    assertContains(page, "SK-UJI 1/2020")
    assertContains(page, "Sisa (SK − keluar)")


def test_a_decision_and_a_commitment_are_written(client, editor, url, meeting, office):
    client.force_login(editor)

    client.post(url, sent(meeting))
    promise = sent(
        meeting,
        kind="commitment",
        text="Menata RT 01",
        agency=office.pk,
        due_on="2026-12-31",
        target_hectares="1,5",
    )
    client.post(url, promise)

    assert meeting.decisions.get().text == "Data disepakati"
    assert str(meeting.commitments.get().target_hectares) == "1.500000"
    page = client.get(url)
    assertContains(page, "Menata RT 01")
    assertContains(page, 'Disepakati sejauh ini (<data value="2">2</data>)')


def test_what_is_refused_stays_on_the_screen(client, editor, url, meeting):
    client.force_login(editor)

    page = client.post(url, sent(meeting, kind="commitment", due_on="2025-11-02"))

    assertContains(page, "mendahului hari rapat")
    assertContains(page, "Pilih instansi yang berjanji.")
    assertContains(page, "Data disepakati")
    assert not meeting.commitments.exists()


def test_ten_identical_posts_are_one(client, editor, url, meeting):
    client.force_login(editor)

    for _ in range(10):
        client.post(url, sent(meeting))

    assert meeting.decisions.count() == 1


def test_the_talk_goes_on(client, editor, url, meeting):
    client.force_login(editor)
    item = AgendaItemFactory(pk=12345, meeting=meeting, title="Kewenangan")

    assertContains(client.get(url), 'name="go" value="12345"')
    client.post(url, {"go": item.pk})
    meeting.refresh_from_db()
    assert meeting.current_item == item
    client.post(url, {"done": item.pk})

    item.refresh_from_db()
    assert item.done_at
    assert client.post(url, {"go": "9" * 9}).status_code == 404


def test_what_was_said_is_written_beside_the_item(client, editor, url, meeting):
    client.force_login(editor)
    item = meeting.items.get()

    page = client.post(url, {"discuss": item.pk, "notes": "Batas RT\r\nbelum sama."})

    item.refresh_from_db()
    assert item.notes == "Batas RT\nbelum sama."
    page = client.get(url)
    assertContains(page, f'data-stored="bahasan-{item.pk}"')
    assertContains(page, "Pembahasan tersimpan.")
    assertContains(
        client.post(url, {"discuss": item.pk, "notes": "\x00"}), 'id="bahasan" open'
    )


def test_what_is_written_can_be_changed_from_the_screen(client, editor, url, meeting):
    client.force_login(editor)
    decision = DecisionFactory(meeting=meeting, text="Data dispakati")
    edit = reverse("coordination:decision-edit", args=[decision.pk]) + "?ke=layar"
    assertContains(client.get(url), f'href="{edit}"')
    assertContains(client.get(edit), f'href="{url}"')

    sent = {"item": decision.item_id, "kind": "decision", "text": "Data disepakati"}
    answer = client.post(edit, sent)

    assert answer.url == url
    decision.refresh_from_db()
    assert decision.text == "Data disepakati"
    page = client.get(url)
    assertNotContains(page, "data-stored")  # the draft of something else is kept
    elsewhere = edit.replace("layar", "https://jahat.example/")
    assert client.post(elsewhere, sent).url.startswith(meeting.get_absolute_url())


def test_the_code_is_on_the_screen_of_the_host_in_session(
    client, editor, head, url, meeting
):
    code = reverse("coordination:meeting-qr", args=[meeting.pk])
    address = f"testserver/hadir/{meeting.attendance_code}/"
    client.force_login(editor)
    page = client.get(url)
    assertContains(page, code)
    assertContains(page, address)

    brought_to(meeting, Phase.DRAFT)
    assertNotContains(client.get(url), code)
    Meeting.objects.filter(pk=meeting.pk).update(phase=Phase.IN_SESSION)
    client.force_login(head)
    assertNotContains(client.get(url), meeting.attendance_code)


def test_who_is_missing_is_counted_and_can_be_opened(client, editor, url, meeting):
    client.force_login(editor)
    guests = [InvitationFactory(meeting=meeting).agency for _ in range(12)]

    page = client.get(url)

    assertContains(page, 'Belum hadir: <data value="13">13</data></summary>')
    assertContains(page, guests[-1].short_name)


def test_guests_read_only(client, head, url, meeting):
    client.force_login(head)

    page = client.get(url)

    assertContains(page, "layar ini mengikuti sendiri")
    assertNotContains(page, "data-draft")
    assert client.post(url, sent(meeting)).status_code == 403


def test_strangers_see_nothing(client, stranger, url):
    client.force_login(stranger)

    assert client.get(url).status_code == 404


def test_closed_nothing_is_written(client, editor, url, meeting):
    client.force_login(editor)
    brought_to(meeting, Phase.CLOSED)

    assertNotContains(client.get(url), "data-draft")
    assertContains(client.post(url, sent(meeting), follow=True), "adendum")


def test_the_meeting_before_comes_with_its_states(client, editor, url, meeting, office):
    client.force_login(editor)
    earlier = meeting_in(
        Phase.IN_SESSION,
        agency=meeting.agency,
        guest=office,
        starts_at=meeting.starts_at - timedelta(days=90),
    )
    CommitmentFactory(meeting=earlier, agency=office, text="Data RT dilengkapi")

    done = CommitmentFactory(meeting=earlier, agency=office, due_on=date(2025, 9, 1))
    Commitment.objects.filter(pk=done.pk).update(
        state="dropped", drop_reason="Pindah kewenangan"
    )
    late = CommitmentFactory(meeting=earlier, agency=office, due_on=date(2025, 10, 1))

    page = client.get(url)

    assertContains(page, "Data RT dilengkapi")
    assertContains(page, "0</data> dari")
    shown = [row.number for row in page.context["previous"].commitments]
    assert shown == [late.number, 1, done.number]


def test_it_costs_the_same_for_more(client, editor, url, meeting, office, queries_of):
    client.force_login(editor)
    earlier = meeting_in(
        Phase.IN_SESSION,
        agency=meeting.agency,
        guest=office,
        starts_at=meeting.starts_at - timedelta(days=90),
    )

    def add():
        for of in (meeting, earlier):
            CommitmentFactory(meeting=of, agency=office)
            DecisionFactory(meeting=of)
        AgendaItemFactory(meeting=meeting)

    add()
    few = queries_of(client.get, url)
    for _ in range(4):
        add()

    assert queries_of(client.get, url) == few
