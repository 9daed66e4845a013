"""Decisions: numbered in their meeting, written in session and in the draft only."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from coordination import services
from coordination.models import Decision
from coordination.models.meeting import Phase
from core.errors import BusinessRuleError, NotAllowedError, WrongStateError
from tests.factories_coordination import DecisionFactory, brought_to, meeting_in

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

    with pytest.raises(BusinessRuleError, match="Hanya kesepakatan terakhir"):
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


# ---- the list ------------------------------------------------------------------------
LIST = reverse("coordination:decision-list")


def test_decisions_are_found_again(client, editor, meeting, province, office):
    decision = write(meeting, editor, "Batas RT dicocokkan\ndengan kelurahan")
    other = meeting_in(Phase.IN_SESSION, agency=province, guest=office)
    DecisionFactory(meeting=other, kind="information", text="Anggaran terbatas")
    client.force_login(editor)

    for query, count in (
        ({}, 2),
        ({"q": "kelurahan"}, 1),
        ({"kind": "information"}, 1),
        ({"meeting": meeting.pk}, 1),
        ({"year": "2025"}, 2),
        ({"year": "2024"}, 0),
    ):
        page = client.get(LIST, query)
        assert len(page.context["object_list"]) == count, query
    page = client.get(LIST, {"q": "kelurahan"})
    assert f'href="{decision.get_absolute_url()}"' in page.content.decode()
    file = client.get(LIST, {"format": "csv", "meeting": meeting.pk})
    text = b"".join(file.streaming_content).decode("utf-8-sig")
    assert "Batas RT dicocokkan" in text
    assert "2025-11-03" in text


def test_decisions_of_meetings_out_of_sight_are_not_listed(
    client, stranger, editor, meeting
):
    write(meeting, editor)
    client.force_login(stranger)

    assert not client.get(LIST).context["object_list"]


def test_the_list_asks_as_much_for_more(
    client, editor, meeting, province, office, queries_of
):
    client.force_login(editor)
    write(meeting, editor)
    few = queries_of(client.get, LIST)
    for _number in range(4):
        one = meeting_in(Phase.IN_SESSION, agency=province, guest=office)
        DecisionFactory(meeting=one)

    assert queries_of(client.get, LIST) == few


def test_guests_do_not_write(meeting, head):
    with pytest.raises(NotAllowedError):
        write(meeting, head)
