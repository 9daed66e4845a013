"""Decisions: numbered in their meeting, written in session and in the draft only."""

import pytest
from django.db import IntegrityError, transaction

from coordination import services
from coordination.models import Decision
from coordination.models.meeting import Phase
from core.errors import BusinessRuleError, NotAllowedError, WrongStateError
from tests.factories_coordination import brought_to, meeting_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting(province, office, editor):
    return meeting_in(Phase.IN_SESSION, agency=province, guest=office, secretary=editor)


def write(meeting, by, text="Data disepakati"):
    item = meeting.items.get()
    return services.write_decision(
        meeting, item=item, kind="decision", text=text, by=by
    )


def test_numbers_follow_on_each_other(meeting, editor):
    assert [write(meeting, editor, f"Butir {n}").number for n in (1, 2, 3)] == [1, 2, 3]


def test_ten_identical_posts_are_one(meeting, editor):
    assert len({write(meeting, editor).pk for _ in range(10)}) == 1


@pytest.mark.parametrize("phase", Phase)
def test_when_it_can_be_written(phase, province, office, editor):
    meeting = meeting_in(phase, agency=province, guest=office, secretary=editor)

    if meeting.is_writable:
        assert write(meeting, editor).pk
        return
    with pytest.raises(WrongStateError) as refused:
        write(meeting, editor)
    asked = "adendum" if phase == Phase.CLOSED else "buka sidang"
    assert asked in str(refused.value).lower()


def test_an_item_of_another_meeting_and_no_words(meeting, editor, province, office):
    other = meeting_in(Phase.IN_SESSION, agency=province, guest=office)

    with pytest.raises(BusinessRuleError) as refused:
        services.write_decision(
            meeting, item=other.items.get(), kind="decision", text="", by=editor
        )

    assert set(refused.value.errors) >= {"item", "text"}
    assert refused.value.errors["item"] == ["Pilih butir agenda rapat ini."]


def test_only_the_last_is_removed(meeting, editor):
    first, second = write(meeting, editor, "Satu"), write(meeting, editor, "Dua")

    with pytest.raises(BusinessRuleError, match="Hanya keputusan terakhir"):
        services.remove_decision(first, by=editor)
    services.remove_decision(second, by=editor)

    assert write(meeting, editor, "Tiga").number == 2


def test_changed_in_the_draft_and_frozen_when_closed(meeting, editor):
    decision = write(meeting, editor)
    brought_to(meeting, Phase.DRAFT)
    services.change_decision(decision, text="Data diperbaiki", by=editor)
    brought_to(meeting, Phase.CLOSED)

    with pytest.raises(WrongStateError):
        services.change_decision(decision, text="Lain", by=editor)
    with pytest.raises(IntegrityError, match="Hasil rapat"), transaction.atomic():
        Decision.objects.update(text="Lain")


def test_guests_do_not_write(meeting, head):
    with pytest.raises(NotAllowedError):
        write(meeting, head)
