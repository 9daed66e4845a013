"""Links without an account: one commitment, one person, once, and only by POST."""

import hashlib
from datetime import timedelta

import pghistory.models
import pytest
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from coordination import services
from coordination.models import CommitmentLink
from coordination.models.commitment import CommitmentState as State
from core.errors import BusinessRuleError, NotAllowedError, WrongStateError
from tests.coordination.promises import promise_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def commitment(province, ministry):
    return promise_of(ministry, host=province, text="Menyalurkan BSPS 40 rumah")


@pytest.fixture
def made(commitment, editor):
    return services.invite_by_link(commitment, recipient="Bu Sri", by=editor)


def page(token):
    return reverse("coordination:commitment-link", args=[token])


def test_only_the_hash_is_stored(made):
    stored = CommitmentLink.objects.values_list("token_hash", flat=True).get()

    assert stored == hashlib.sha256(made.token.encode()).hexdigest()
    assert len(made.token) >= 43


def test_reading_accepts_nothing_and_leaks_nothing(client, made, commitment):
    response = client.get(page(made.token))

    assertContains(response, "Menyalurkan BSPS 40 rumah")
    assertContains(response, "Kementerian Pekerjaan Umum")
    assertContains(response, "Saya terima komitmen ini")
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
    commitment.refresh_from_db()
    made.link.refresh_from_db()
    assert (commitment.state, made.link.used_at) == (State.OPEN, None)
    assert made.link.opened_at


def test_accepting_writes_name_and_way_down(client, made, commitment):
    response = client.post(page(made.token), {"name": " Bu  Sri Wahyuni "})

    assertContains(response, "Terima kasih, Bu Sri Wahyuni")
    commitment.refresh_from_db()
    update = commitment.updates.get()
    assert (commitment.state, commitment.accepted_name) == (
        State.ACCEPTED,
        "Bu Sri Wahyuni",
    )
    assert (update.step, update.by, update.by_name) == (
        "accept",
        None,
        "Bu Sri Wahyuni",
    )
    events = pghistory.models.Events.objects.tracks(commitment)
    context = events.order_by("pgh_created_at").last().pgh_context
    assert (context["source"], context["link"]) == ("link", made.link.pk)


def test_it_works_once(client, made, commitment):
    client.post(page(made.token), {"name": "Bu Sri"})

    for response in (
        client.get(page(made.token)),
        client.post(page(made.token), {"name": "Orang lain"}),
    ):
        assertContains(response, "sudah dipakai", status_code=410)
        assertNotContains(response, commitment.text, status_code=410)
    assert commitment.updates.count() == 1


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"expires_at": timezone.now() - timedelta(seconds=1)}, "kedaluwarsa"),
        ({"revoked_at": timezone.now()}, "sudah dicabut"),
        ({"used_at": timezone.now()}, "sudah dipakai"),
    ],
)
def test_a_closed_link_says_why_and_nothing_else(
    client, made, editor, commitment, values, sentence
):
    if "revoked_at" in values:
        values = values | {"revoked_by": editor}
    CommitmentLink.objects.update(**values)

    for response in (client.get(page(made.token)), client.post(page(made.token))):
        assertContains(response, sentence, status_code=410)
        assertNotContains(response, commitment.text, status_code=410)
        assertNotContains(response, "Bu Sri", status_code=410)
        assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("token", ["x", "a" * 43, "%00", "é" * 40])
def test_an_unknown_link(client, made, token):
    response = client.get(page(token))

    assertContains(response, "tidak dikenal", status_code=404)


def test_a_name_is_needed(client, made, commitment):
    assertContains(client.post(page(made.token), {"name": " "}), "Tuliskan nama Anda")
    assert not commitment.updates.exists()


def test_one_link_a_person_until_it_ran_out(commitment, made, editor):
    with pytest.raises(BusinessRuleError, match="sudah"):
        services.invite_by_link(commitment, recipient="Bu Sri", by=editor)

    CommitmentLink.objects.update(expires_at=timezone.now())

    assert services.invite_by_link(commitment, recipient="Bu Sri", by=editor).token


def test_for_the_host_and_as_long_as_it_is_open(commitment, head, editor):
    with pytest.raises(NotAllowedError):
        services.invite_by_link(commitment, recipient="Bu Sri", by=head)
    services.drop_commitment(commitment, reason="Batal.", by=editor)
    with pytest.raises(WrongStateError, match="tidak ada lagi"):
        services.invite_by_link(commitment, recipient="Bu Sri", by=editor)


def test_dropped_meanwhile_nothing_is_left_to_accept(client, made, commitment, editor):
    services.drop_commitment(commitment, reason="Batal.", by=editor)

    assertContains(client.get(page(made.token)), "tidak ada lagi yang perlu diterima")
    answer = client.post(page(made.token), {"name": "Bu Sri"})
    assertContains(answer, "tidak ada lagi", status_code=410)


def test_made_and_revoked_by_pages(client, editor, commitment):
    client.force_login(editor)
    url = reverse("coordination:commitment-invite", args=[commitment.pk])

    answer = client.post(url, {"recipient": "Pak Amin", "email": ""})

    link = CommitmentLink.objects.get()
    assertContains(answer, "/janji/")
    assertContains(client.get(commitment.get_absolute_url()), "Pak Amin")
    revoke = reverse("coordination:commitment-link-revoke", args=[link.pk])
    assert client.post(revoke).status_code == 302
    link.refresh_from_db()
    assert link.revoked_by == editor
    assertNotContains(client.get(commitment.get_absolute_url()), "/janji/")


def make_link(client, log_in, commitment, **values):
    log_in("editor")
    address = reverse("coordination:commitment-invite", args=[commitment.pk])
    return client.post(address, {"recipient": "Bu Sri", **values})


def test_the_message_is_ready_to_be_sent(client, log_in, commitment, mailoutbox):
    response = make_link(client, log_in, commitment)

    letter = response.context["letter"]
    assert response.context["address"] in letter
    assert "Kepada Bu Sri" in letter
    assert "Menyalurkan BSPS 40 rumah" in letter
    assertContains(response, "https://wa.me/?text=Kepada%20Bu%20Sri")
    assert not mailoutbox


def test_with_an_address_it_is_mailed_at_once(
    client, log_in, commitment, settings, mailoutbox
):
    settings.EMAIL_HOST = "mail.example"
    response = make_link(client, log_in, commitment, email="sri@pu.example")

    (mail,) = mailoutbox
    assert (mail.to, mail.body) == (["sri@pu.example"], response.context["letter"])
    assert mail.subject == "Komitmen untuk Anda terima: Kementerian PU"
    assertContains(response, "Sudah dikirim lewat surel ke sri@pu.example")


@pytest.mark.parametrize("host", ["", "mail.example"])
def test_a_mail_that_cannot_be_sent_is_said(
    client, log_in, commitment, settings, monkeypatch, host
):
    def refuse(message):
        raise ConnectionRefusedError

    settings.EMAIL_HOST = host
    monkeypatch.setattr(EmailMessage, "send", refuse)
    response = make_link(client, log_in, commitment, email="sri@pu.example")

    assertContains(response, "tidak dapat dikirim")
    assert CommitmentLink.objects.get().email == "sri@pu.example"
