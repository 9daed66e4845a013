"""Decisions, commitments and links as JSON; what comes of them as tasks and notices."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from agencies.models import Notice
from coordination import services
from coordination.models import Commitment
from coordination.reminders import LADDER, remind_of_commitments
from core.models import IdempotencyKey
from dashboard.tasks import count_tasks
from dashboard.tasks.task import TaskKind
from tests.coordination.promises import promise_of

pytestmark = pytest.mark.django_db

LIST = reverse("commitments-list")


@pytest.fixture
def commitment(office, province):
    return promise_of(office, host=province)


def post(client, url, data, **headers):
    return client.post(url, data, content_type="application/json", headers=headers)


def step(commitment, name):
    return reverse(f"commitments-{name}", args=[commitment.pk])


def test_agreed_and_refused_by_the_api(client, editor, commitment, office):
    client.force_login(editor)
    meeting = commitment.meeting
    values = {
        "meeting": meeting.pk,
        "item": meeting.items.get().pk,
        "text": "Menata jalan",
        "agency": office.pk,
        "due_on": "2025-01-01",
    }

    refused = post(client, LIST, values)
    made = post(client, LIST, values | {"due_on": "2026-12-01"})

    assert refused.status_code == 400
    assert "mendahului hari rapat" in refused.json()["due_on"][0]
    assert made.status_code == 201
    assert made.json()["number"] == 2
    assert made.json()["planned"] is None


def test_steps_by_the_api(client, head, commitment):
    client.force_login(head)

    opened = client.get(reverse("commitments-detail", args=[commitment.pk])).json()
    assert opened["open_steps"] == ["accept", "object"]
    assert "check" in opened["closed_steps"]

    answer = post(client, step(commitment, "accept"), {})
    assert answer.json()["state"] == "accepted"
    assert post(client, step(commitment, "accept"), {}).status_code == 409
    assert post(client, step(commitment, "progress"), {}).status_code == 400
    assert post(client, step(commitment, "check"), {}).status_code == 403


def test_ten_identical_posts_under_a_key_are_one_update(client, head, commitment):
    services.accept_commitment(commitment, by=head)
    client.force_login(head)
    key = {"Idempotency-Key": "janji-0000001"}

    for _ in range(10):
        answer = post(client, step(commitment, "progress"), {"text": "Lelang."}, **key)
        assert answer.status_code == 200

    assert commitment.updates.filter(step="progress").count() == 1


def test_the_secret_of_a_link_is_told_once(client, editor, commitment):
    client.force_login(editor)
    url = reverse("commitment-links-list")

    sent = {"commitment": commitment.pk, "recipient": "Bu Sri"}
    key = {"Idempotency-Key": "tautan-0000001"}
    made = post(client, url, sent, **key)
    again = post(client, url, sent, **key)

    assert again.status_code == 400
    assert not IdempotencyKey.objects.exists()
    assert made.status_code == 201
    assert made.json()["path"].endswith(f"{made.json()['token']}/")
    assert "token" not in client.get(url).json()["results"][0]
    key = made.json()["id"]
    revoked = post(client, reverse("commitment-links-revoke", args=[key]), {})
    assert revoked.json()["revoked_at"]


def test_list_costs_the_same_for_more(client, head, commitment, office, queries_of):
    client.force_login(head)
    few = queries_of(client.get, LIST)
    for number in range(2, 7):
        Commitment.objects.create(
            meeting=commitment.meeting,
            item=commitment.item,
            number=number,
            text="Lain",
            agency=office,
            due_on=commitment.due_on,
            created_by=commitment.created_by,
        )

    assert queries_of(client.get, LIST) == few


# ---- tasks and reminders -------------------------------------------------------------
def counts(user):
    found = count_tasks(type(user).objects.get(pk=user.pk), timezone.localdate())
    kinds = (TaskKind.ACCEPT, TaskKind.PROMISE, TaskKind.PROMISE_CHECK)
    return tuple(found[kind] for kind in kinds)


def test_tasks_follow_the_steps(commitment, head, operator, editor, client):
    assert (counts(head), counts(operator), counts(editor)) == (
        (1, 0, 0),
        (0, 0, 0),
        (0, 0, 0),
    )
    services.accept_commitment(commitment, by=head)
    assert (counts(head), counts(operator)) == ((0, 1, 0), (0, 1, 0))
    client.force_login(operator)
    assert commitment.text in client.get(reverse("dashboard:tasks")).content.decode()
    services.claim_done(commitment, text="Selesai.", by=operator)
    assert (counts(operator), counts(editor)) == ((0, 0, 0), (0, 0, 1))
    services.check_done(commitment, by=editor)
    assert counts(editor) == (0, 0, 0)


def told(user):
    return Notice.objects.filter(user=user, kind="promise_due").count()


def test_each_rung_tells_its_people_once(commitment, operator, head, editor):
    services.accept_commitment(commitment, by=head)
    for rung in LADDER:
        day = commitment.due_on + timedelta(days=rung.days)
        remind_of_commitments(day)
        assert remind_of_commitments(day) == 0

    assert (told(operator), told(head), told(editor)) == (5, 5, 1)


@pytest.mark.parametrize("days", [-8, 31])
def test_nobody_is_reminded_too_early_or_too_late(commitment, operator, days):
    assert remind_of_commitments(commitment.due_on + timedelta(days=days)) == 0


def test_said_to_be_done_nobody_is_reminded(commitment, operator, head):
    services.accept_commitment(commitment, by=head)
    services.claim_done(commitment, text="Selesai.", by=operator)

    assert remind_of_commitments(commitment.due_on + timedelta(days=1)) == 0
