"""Evidence of an update: one step from the words to the photos, seen beside them."""

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from coordination import services
from coordination.services.files import attach_file
from tests.coordination.promises import promise_of
from tests.pictures import jpeg, pdf, upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def commitment(office, province, head, settings, tmp_path):
    """Accepted by the head of the office."""
    settings.MEDIA_ROOT = tmp_path
    return services.accept_commitment(promise_of(office, host=province), by=head)


def step(commitment, name):
    return reverse(f"coordination:commitment-{name}", args=[commitment.pk])


@pytest.mark.parametrize("name", ["progress", "claim"])
def test_after_the_words_comes_the_page_for_evidence(client, head, commitment, name):
    client.force_login(head)

    answer = client.post(step(commitment, name), {"text": "Lelang selesai."})

    update = commitment.updates.get(step=name)
    files = reverse("coordination:files", args=["kabar", update.pk])
    assertRedirects(answer, files, fetch_redirect_response=False)
    page = client.get(files)
    assertContains(page, "buktinya di sini")
    assertContains(page, 'type="file"')


def test_a_step_too_late_leads_back_to_the_commitment(client, head, commitment):
    client.force_login(head)
    services.claim_done(commitment, text="Selesai.", by=head)

    answer = client.post(step(commitment, "progress"), {"text": "Lagi."})

    assertRedirects(
        answer, commitment.get_absolute_url(), fetch_redirect_response=False
    )


def test_photos_stand_beside_the_words_and_only_news_lacks_evidence(
    client, head, commitment
):
    client.force_login(head)
    assertNotContains(client.get(commitment.get_absolute_url()), "Bukti: belum ada")
    update = services.report_progress(commitment, text="Galian.", by=head)
    assertContains(
        client.get(commitment.get_absolute_url()), "Bukti: belum ada", count=1
    )

    photo = attach_file(update, file=upload(jpeg(), "a.jpg"), by=head, caption="Galian")
    attach_file(update, file=upload(pdf(), "b.pdf"), by=head)

    page = client.get(commitment.get_absolute_url())
    thumbnail = reverse("coordination:file-thumbnail", args=[photo.pk])
    assertContains(page, f'src="{thumbnail}"', count=1)
    assertContains(page, "<img", count=1)
    assertContains(page, 'Bukti: <data value="2">2</data> berkas')


def test_more_updates_cost_no_more_queries(client, head, commitment, queries_of):
    client.force_login(head)
    url = commitment.get_absolute_url()

    def report(number):
        text = f"Kabar {number}"
        update = services.report_progress(commitment, text=text, by=head)
        attach_file(update, file=upload(jpeg(), "a.jpg"), by=head)

    report(1)
    few = queries_of(client.get, url)
    for number in range(2, 5):
        report(number)
    assert queries_of(client.get, url) == few


def test_the_steps_are_one_jump_away_on_a_phone(client, head, commitment):
    client.force_login(head)

    page = client.get(commitment.get_absolute_url())

    assertContains(page, '<a href="#h-langkah">')
