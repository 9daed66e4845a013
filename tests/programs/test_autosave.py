"""The entry page saving by itself: line by line, and once however often it is sent."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from core.api import AnsweredOnce
from core.idempotency import forget_old_keys
from core.models import IdempotencyKey
from kumuh.api import router
from programs import services
from programs.models import ProgressReport

HEADERS = {"accept": "application/json"}


@pytest.fixture
def report(activity, office, operator, period):
    return services.start_report(office, period=period, by=operator)


@pytest.fixture
def send(client, report, operator):
    """POST these figures of the one line as the page's script does."""
    client.force_login(operator)
    key = report.lines.get().pk

    def post(idempotency="satu-dua-tiga", version=None, **figures):
        report.refresh_from_db()
        fields = {f"k{key}-{name}": value for name, value in figures.items()}
        version = report.version if version is None else version
        return client.post(
            f"/laporan/{report.pk}/isi/",
            {"lines": key, "version": version, **fields},
            headers=HEADERS | {"idempotency-key": idempotency},
        )

    return post


def test_it_saves_and_says_so(send, report):
    answer = send(volume="12,5", spent="1.000.000")

    assert answer.status_code == 200
    told = answer.json()
    assert (told["version"], told["missing"], told["refused"]) == (1, 1, {})
    line = report.lines.get()
    assert (line.volume, line.spent) == (Decimal("12.5"), Decimal(1_000_000))


def test_sent_again_it_is_answered_again(send, report):
    first = send(version=0, volume="12")
    again = send(version=0, volume="12")

    assert first.json() == again.json()
    report.refresh_from_db()
    assert report.version == 1
    assert IdempotencyKey.objects.count() == 1


def test_a_refused_line_is_told_and_not_stored(send, report):
    answer = send(volume="abc", spent="5")

    (sentences,) = answer.json()["refused"].values()
    assert sentences
    assert report.lines.get().spent is None
    report.refresh_from_db()
    assert report.version == 0


def test_somebody_else_saved_meanwhile(send, report, activity, head):
    services.save_report_lines(
        report, lines=[{"activity": activity.pk, "volume": Decimal(5)}], by=head
    )

    answer = send(version=0, volume="7")

    assert (answer.status_code, answer.json()["code"]) == (409, "stale")
    assert report.lines.get().volume == 5
    assert not IdempotencyKey.objects.exists()


def test_a_submitted_report_says_so(send, report, operator, head):
    services.save_report_lines(report, lines=[], nil_reason="Nihil.", by=operator)
    services.submit_report(report, by=head)

    answer = send(volume="7")

    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")
    assert "Diajukan" in answer.json()["detail"]


@pytest.mark.parametrize("key", ["", "x", "a" * 101, "tidak boleh"])
def test_a_malformed_key_is_refused(send, key):
    answer = send(idempotency=key, volume="7")

    assert answer.status_code == 400
    assert "Idempotency-Key" in answer.json()["detail"]


def test_another_request_under_the_key_is_refused(send, report):
    send(volume="7")

    answer = send(volume="8")

    assert answer.status_code == 400
    assert report.lines.get().volume == 7


def test_ten_identical_posts_make_one_report(client, office, operator, period):
    """`POST /progress-reports/` under one key: ten answers, the same one."""
    client.force_login(operator)
    body = {"agency": office.pk, "period": period.name}

    answers = [
        client.post(
            "/api/v1/progress-reports/",
            body,
            content_type="application/json",
            headers={"idempotency-key": "ketuk-sepuluh-kali"},
        )
        for _number in range(10)
    ]

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert [a.headers.get("Idempotent-Replayed") for a in answers] == [None] + [
        "true"
    ] * 9
    assert ProgressReport.objects.count() == 1


def test_a_refused_request_may_be_mended_under_its_key(client, office, operator):
    client.force_login(operator)
    headers = {"idempotency-key": "periode-salah"}
    body = {"agency": office.pk, "period": "TW IX 2026"}

    refused = client.post(
        "/api/v1/progress-reports/", body, "application/json", headers=headers
    )

    assert refused.status_code == 400
    assert not IdempotencyKey.objects.exists()


def test_old_keys_are_forgotten(send):
    send(volume="7")
    now = timezone.now()

    assert forget_old_keys(now=now + timedelta(days=6)) == 0
    assert forget_old_keys(now=now + timedelta(days=8)) == 1


def test_a_line_that_the_rules_refuse_keeps_nothing_else_back(send, report):
    """The figures can be read, but not be: 140 % is told, the rest is stored."""
    answer = send(physical_percent="140", spent="5")

    told = answer.json()
    assert [text for texts in told["refused"].values() for text in texts] == [
        "Kemajuan fisik antara 0 dan 100 %."
    ]
    assert (told["version"], report.lines.get().spent) == (0, None)
    assert send("yang-kedua", physical_percent="40", spent="5").json()["version"] == 1


@pytest.mark.parametrize("path", ["regions", "activities", "progress-reports"])
def test_a_key_where_nothing_is_made_changes_nothing(client, operator, path):
    client.force_login(operator)
    key = {"idempotency-key": "kunci-panjang"}

    answer = client.post(f"/api/v1/{path}/", {}, "application/json", headers=key)

    assert answer.status_code == (405 if path == "regions" else 400)
    assert not IdempotencyKey.objects.exists()


def test_every_endpoint_that_makes_something_takes_a_key():
    """The router sees to it, so that no endpoint can forget."""
    makers = [
        viewset
        for _prefix, viewset, _name in router.registry
        if hasattr(viewset, "create")
    ]

    assert len(makers) > 10
    assert all(issubclass(viewset, AnsweredOnce) for viewset in makers)
