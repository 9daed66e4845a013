"""The support desk of background work and mail: to be looked at, not changed."""

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from agencies.models import Notice, SentMail
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

JOBS = "/admin/procrastinate/procrastinatejob/"
MAILS = "/admin/agencies/sentmail/"
NOTICES = "/admin/agencies/notice/"


@pytest.fixture
def job(db) -> int:
    """One that failed."""
    key = app.configure_task("dashboard.jobs.morning").defer(timestamp=0)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s;"
            "UPDATE procrastinate_jobs SET status = 'failed' WHERE id = %s",
            [key, key],
        )
    return key


@pytest.fixture
def staff(db):
    """Staff who may look at everything, but no superuser."""
    user = UserFactory(username="helper", is_staff=True)
    user.user_permissions.set(Permission.objects.all())
    return user


def test_staff_sees_jobs_in_indonesian_and_changes_none(client, staff, job):
    client.force_login(staff)

    index = client.get("/admin/").content.decode()
    page = client.get(JOBS).content.decode()
    one = client.get(f"{JOBS}{job}/change/").content.decode()

    assert "Pekerjaan latar belakang" in index
    assert "rocrastinate jobs" not in index
    for word in ("dashboard.jobs.morning", "gagal", "Langkah terakhir"):
        assert word in page
    assert "Ulangi pekerjaan" not in page
    assert "dashboard.jobs.morning" in one
    assert 'name="_save"' not in one
    assert client.get(f"{JOBS}add/").status_code == 403
    assert client.post(f"{JOBS}{job}/delete/").status_code == 403
    data = {"action": "try_again", "_selected_action": [job]}
    client.post(JOBS, data)
    assert ProcrastinateJob.objects.get().status == "failed"


def test_superusers_have_a_failed_job_tried_again(client, administrator, job):
    client.force_login(administrator)
    data = {"action": "try_again", "_selected_action": [job]}

    page = client.post(JOBS, data, follow=True).content.decode()

    assert "pekerjaan yang gagal diulangi." in page
    assert ProcrastinateJob.objects.get().status == "todo"


def test_nobody_else_sees_them(client, verifier):
    client.force_login(verifier)

    assert client.get(JOBS).status_code == 302


@pytest.mark.parametrize(
    ("state", "shown"), [("sent", "a"), ("waiting", "b"), ("unsure", "c")]
)
def test_mails_tell_how_far_they_came(client, staff, state, shown):
    now = timezone.now()
    for name, stamps in (
        ("a", {"attempted_at": now, "sent_at": now}),
        ("b", {}),
        ("c", {"attempted_at": now}),
    ):
        SentMail.objects.create(user=UserFactory(username=name), key="1", **stamps)
    client.force_login(staff)

    page = client.get(MAILS, {"state": state})

    assert [row.user.username for row in page.context["cl"].result_list] == [shown]
    assert client.get(f"{MAILS}add/").status_code == 403


def test_notices_can_be_looked_at(client, staff):
    Notice.objects.create(user=staff, kind="due", key="1", text="Teks pemberitahuan")
    client.force_login(staff)

    assert "Teks pemberitahuan" in client.get(NOTICES).content.decode()
    assert client.get(f"{NOTICES}add/").status_code == 403
