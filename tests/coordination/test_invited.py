"""What the invited find: their button, their letter, a task, a reminder."""

from datetime import datetime, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from agencies.models import Notice
from agencies.roles import Role
from coordination import services
from coordination.models.meeting import Phase
from coordination.reminders import remind_of_meetings
from dashboard.tasks import count_tasks, tasks_of
from dashboard.tasks.task import TaskKind
from tests.cast import member
from tests.factories_coordination import (
    AttendanceFactory,
    DecisionFactory,
    InvitationFactory,
    brought_to,
    meeting_in,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting(province, office, editor):
    """Invited, a week from today at 9.00."""
    day = timezone.localdate() + timedelta(days=7)
    begins = timezone.make_aware(datetime.combine(day, time(9)))
    return meeting_in(
        Phase.INVITED,
        agency=province,
        guest=office,
        secretary=editor,
        starts_at=begins,
    )


@pytest.fixture
def invitation(meeting):
    return meeting.invitations.get()


def number_of(user, kind, on=None):
    found = count_tasks(type(user).objects.get(pk=user.pk), on or timezone.localdate())
    return found[kind]


# ---- the page ------------------------------------------------------------------------
def test_the_guest_finds_the_button_and_the_letter(client, viewer, invitation):
    client.force_login(viewer)
    page = invitation.meeting.get_absolute_url()
    answer = reverse("coordination:invitation-answer", args=[invitation.pk])

    first = client.get(page).context["actions"]
    assert [(a["label"], a["url"], a["primary"]) for a in first[:1]] == [
        ("Jawab undangan", answer, True)
    ]
    assert first[1]["label"] == "Surat undangan"

    services.answer_invitation(invitation, response="attending", by=viewer)
    assert client.get(page).context["actions"][0]["label"] == "Ubah jawaban"
    brought_to(invitation.meeting, Phase.IN_SESSION)
    assert client.get(page).context["actions"][0]["label"] == "Surat undangan"


def test_the_invitation_without_an_answer_comes_first(client, viewer, invitation):
    person = InvitationFactory(
        meeting=invitation.meeting, agency=invitation.agency, person="Pak Budi"
    )
    services.answer_invitation(invitation, response="attending", by=viewer)
    client.force_login(viewer)

    [answer, *_] = client.get(invitation.meeting.get_absolute_url()).context["actions"]

    assert answer["url"] == reverse("coordination:invitation-answer", args=[person.pk])


def test_others_have_no_such_button(client, editor, meeting):
    client.force_login(editor)

    assertNotContains(client.get(meeting.get_absolute_url()), "Jawab undangan")


# ---- tasks ---------------------------------------------------------------------------
def test_an_invitation_is_a_task_until_it_is_answered(
    client, viewer, editor, stranger, invitation
):
    kind = TaskKind.INVITATION
    assert [number_of(u, kind) for u in (viewer, editor, stranger)] == [1, 0, 0]
    held_on = invitation.meeting.held_on
    [task] = tasks_of(viewer, held_on).rows
    assert (task.kind, task.due_on) == (kind, held_on)
    assert number_of(viewer, kind, held_on + timedelta(days=1)) == 0
    client.force_login(viewer)
    page = client.get(reverse("dashboard:tasks"))
    assertContains(page, f"Jawab undangan “{invitation.meeting.title}”")

    services.answer_invitation(invitation, response="declined", by=viewer)

    assert number_of(viewer, kind) == 0


def test_minutes_in_draft_are_a_task_of_who_may_close_them(
    client, editor, head, verifier, meeting
):
    brought_to(meeting, Phase.IN_SESSION)
    DecisionFactory(meeting=meeting)
    assert number_of(editor, TaskKind.MINUTES) == 0
    brought_to(meeting, Phase.DRAFT)

    found = [number_of(u, TaskKind.MINUTES) for u in (editor, head, verifier)]
    assert found == [1, 0, 0]
    client.force_login(editor)
    page = client.get(reverse("dashboard:tasks"))
    assertContains(page, f"Tutup notulen “{meeting.title}”")

    AttendanceFactory(meeting=meeting)
    services.finish_item(meeting.items.get(), by=editor)
    services.update_meeting(meeting, minutes_number="1/NOT/2026", by=editor)
    services.close_meeting(meeting, by=editor)
    assert number_of(editor, TaskKind.MINUTES) == 0


# ---- the reminder --------------------------------------------------------------------
def test_the_invited_are_reminded_once_the_day_before(
    meeting, office, other_office, operator, head, ministry
):
    person = member("tamu", ministry, Role.VIEWER)
    InvitationFactory(meeting=meeting, agency=ministry, person="Ibu Sari")
    InvitationFactory(meeting=meeting, agency=ministry, person="Pak Budi")
    other = member("lain", other_office, Role.VIEWER)
    InvitationFactory(meeting=meeting, agency=other_office, response="declined")
    eve = meeting.held_on - timedelta(days=1)

    assert remind_of_meetings(eve - timedelta(days=1)) == 0
    assert remind_of_meetings(eve) == 3
    assert remind_of_meetings(eve) == remind_of_meetings(meeting.held_on) == 0

    told = Notice.objects.filter(kind="invited")
    assert {notice.user for notice in told} == {operator, head, person}
    assert other not in {notice.user for notice in told}
    assert told[0].text.startswith(f"Pengingat rapat “{meeting.title}”: ")


def test_a_day_that_was_missed_is_made_up_for(meeting, operator):
    assert remind_of_meetings(meeting.held_on) == 1
    assert remind_of_meetings(meeting.held_on + timedelta(days=1)) == 0


def test_nobody_is_reminded_of_what_is_only_planned_or_has_begun(
    meeting, operator, province, office, editor
):
    meeting_in(
        Phase.PLANNED, agency=province, guest=office, starts_at=meeting.starts_at
    )
    brought_to(meeting, Phase.IN_SESSION)

    assert remind_of_meetings(meeting.held_on) == 0
