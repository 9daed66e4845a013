"""Closing a meeting: all that is missing at once, the files kept, the addenda."""

import hashlib
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from agencies.models import Agency, Notice
from agencies.roles import Role
from coordination.checks import altered_minutes, closed_without_minutes
from coordination.commitment_notices import tell_supporters
from coordination.minutes_docx import minutes_docx
from coordination.minutes_pdf import minutes_pdf
from coordination.models import AgendaItem, Meeting, Minutes
from coordination.models.meeting import Phase
from coordination.services.addenda import add_addendum
from coordination.services.closing import close_meeting
from core.errors import BusinessRuleError, NotAllowedError, WrongStateError
from tests.cast import member
from tests.coordination.test_minutes import docx_words
from tests.factories_coordination import (
    AgendaItemFactory,
    AttendanceFactory,
    CommitmentFactory,
    DecisionFactory,
    meeting_in,
)

pytestmark = pytest.mark.django_db


def ready(agency, **values):
    """A meeting in draft of which nothing is missing."""
    values.setdefault("minutes_number", "BA-11/2025")
    meeting = meeting_in(Phase.DRAFT, agency=agency, **values)
    meeting.items.update(done_at=timezone.now())
    AttendanceFactory(meeting=meeting, agency=agency)
    DecisionFactory(meeting=meeting)
    return meeting


@pytest.fixture
def meeting(office, other_office):
    found = ready(office)
    CommitmentFactory(meeting=found, agency=other_office)
    return found


def test_closing_keeps_both_files_with_their_hashes(meeting, head):
    closed = close_meeting(meeting, by=head)

    assert (closed.phase, closed.closed_by) == (Phase.CLOSED, head)
    kept = Minutes.objects.get(meeting=meeting)
    assert kept.number == "BA-11/2025"
    for content, digest in (
        (kept.pdf, kept.pdf_sha256),
        (kept.docx, kept.docx_sha256),
    ):
        assert hashlib.sha256(content).hexdigest() == digest
    assert kept.content["commitments"][0]["text"] == "Tindak lanjut 1"


def test_closing_tells_supporters_who_were_not_told_yet(
    meeting, head, viewer, stranger, other_office, province, editor
):
    commitment = meeting.commitments.get()
    commitment.supporters.add(meeting.agency, province)
    tell_supporters(commitment, but=editor)
    member("late", province, Role.VIEWER)

    close_meeting(meeting, by=head)

    told = Notice.objects.filter(key=f"commitment:{commitment.pk}:supports")
    names = sorted(told.values_list("user__username", flat=True))
    # Not who promised, and each once: the head and the viewer before the closing.
    assert names == ["editor", "head", "late", "viewer"]


def test_everything_that_is_missing_is_told_at_once(office, head):
    meeting = meeting_in(Phase.DRAFT, agency=office)
    item = AgendaItemFactory(meeting=meeting, title="Penutup")

    with pytest.raises(BusinessRuleError) as refused:
        close_meeting(meeting, by=head)

    said = refused.value.errors["__all__"]
    assert len(said) == 5
    for words in (
        "belum bernomor",
        "hadir",
        str(item),
        "Pembahasan 1",
        "belum ada kesepakatan",
    ):
        assert any(words in sentence for sentence in said), (words, said)
    assert not Minutes.objects.exists()
    meeting.refresh_from_db()
    assert meeting.phase == Phase.DRAFT


@pytest.mark.parametrize(
    "phase", [Phase.PLANNED, Phase.INVITED, Phase.IN_SESSION, Phase.CLOSED]
)
def test_only_a_draft_is_closed(office, head, phase):
    with pytest.raises(WrongStateError):
        close_meeting(meeting_in(phase, agency=office), by=head)


def test_who_only_writes_does_not_close(meeting, operator):
    with pytest.raises(NotAllowedError):
        close_meeting(meeting, by=operator)


def test_a_number_is_given_once_a_year_by_a_host(meeting, head, office):
    close_meeting(meeting, by=head)
    again = ready(office, minutes_number="ba-11/2025")

    with pytest.raises(BusinessRuleError) as refused:
        close_meeting(again, by=head)
    assert "sudah dipakai pada notulen" in str(refused.value)
    assert meeting.title in str(refused.value)

    Meeting.objects.filter(pk=again.pk).update(
        starts_at=again.starts_at + timedelta(days=366),
        ends_at=again.ends_at + timedelta(days=366),
    )
    assert close_meeting(again, by=head).phase == Phase.CLOSED


def test_another_host_may_give_the_same_number(meeting, head, other_office):
    close_meeting(meeting, by=head)
    other_head = member("kepala_lain", other_office, Role.DISTRICT_HEAD)

    assert close_meeting(ready(other_office), by=other_head).phase == Phase.CLOSED


def test_the_agencies_that_promised_are_told_once(meeting, head, stranger):
    CommitmentFactory(meeting=meeting, agency=stranger.memberships.get().agency)
    close_meeting(meeting, by=head)

    notice = Notice.objects.get(user=stranger)
    assert notice.kind == "commitment"
    assert "2 komitmen Disperkim Banjarbaru" in notice.text
    assert "31 Des 2025" in notice.text


def test_the_same_bytes_a_year_later_from_its_content_alone(
    meeting, head, office, monkeypatch
):
    """Names change, clocks go on, the fonts are registered anew: the files stay."""
    import time

    from core import pdf as drawing

    close_meeting(meeting, by=head)
    kept = Minutes.objects.get(meeting=meeting)
    Agency.objects.filter(pk=office.pk).update(name="Dinas Baru", short_name="Baru")
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + 365 * 86400)
    drawing.register_fonts.cache_clear()

    again = Minutes.objects.get(meeting=meeting)
    assert (bytes(again.pdf), bytes(again.docx)) == (bytes(kept.pdf), bytes(kept.docx))
    assert minutes_pdf(again.content) == bytes(kept.pdf)
    assert minutes_docx(again.content) == bytes(kept.docx)
    assert b"Dinas Baru" not in minutes_pdf(again.content, is_packed=False)


def test_the_health_check_finds_nothing_in_what_was_closed(meeting, head):
    close_meeting(meeting, by=head)

    assert not altered_minutes().exists()
    assert not closed_without_minutes().exists()


def test_the_health_check_finds_a_file_that_is_not_what_was_closed(meeting, head):
    Minutes.objects.create(
        meeting=meeting,
        number="1",
        content={},
        pdf=b"%PDF-palsu",
        docx=b"PK",
        pdf_sha256="0" * 64,
        docx_sha256=hashlib.sha256(b"PK").hexdigest(),
        made_by=head,
    )
    other = meeting_in(Phase.CLOSED, agency=meeting.agency)

    assert [row.meeting for row in altered_minutes()] == [meeting]
    assert list(closed_without_minutes()) == [other]


# ---- addenda -------------------------------------------------------------------------
def test_a_correction_stands_beside_the_minutes(meeting, head):
    close_meeting(meeting, by=head)
    before = bytes(Minutes.objects.get(meeting=meeting).pdf)

    first = add_addendum(meeting, text=" Luas 1,5 ha ", reason="Salah ketik", by=head)
    second = add_addendum(meeting, text="Tenggat Mei", reason="Keliru", by=head)

    assert (first.number, second.number) == (1, 2)
    assert first.text == "Luas 1,5 ha"
    assert bytes(Minutes.objects.get(meeting=meeting).pdf) == before


def test_an_open_draft_is_corrected_and_not_amended(meeting, head):
    with pytest.raises(WrongStateError, match="belum ditutup"):
        add_addendum(meeting, text="a", reason="b", by=head)


def test_a_correction_says_what_and_why(meeting, head):
    close_meeting(meeting, by=head)

    with pytest.raises(BusinessRuleError) as refused:
        add_addendum(meeting, text=" ", reason="", by=head)
    assert set(refused.value.errors) == {"text", "reason"}


# ---- pages ---------------------------------------------------------------------------
def address(name, meeting):
    return reverse(f"coordination:{name}", args=[meeting.pk])


def test_closing_on_the_page_then_the_files_as_they_were_closed(
    client, log_in, meeting, head
):
    log_in("head")
    draft = client.get(address("meeting-minutes-pdf", meeting))
    assert draft.headers["Cache-Control"] == "private, no-store"

    page = client.post(address("meeting-close", meeting), follow=True)
    kept = Minutes.objects.get(meeting=meeting)
    said = page.content.decode()
    assert "Notulen sudah ditutup" in said
    assert kept.pdf_sha256 in said
    assert kept.docx_sha256 in said
    assert "Lampirkan pindaian bertanda tangan" in said

    for kind in ("pdf", "docx"):
        answer = client.get(address(f"meeting-minutes-{kind}", meeting))
        assert answer.content == bytes(getattr(kept, kind))
        digest = getattr(kept, f"{kind}_sha256")
        assert answer.headers["ETag"] == f'"{digest}"'
        again = client.get(
            address(f"meeting-minutes-{kind}", meeting),
            headers={"If-None-Match": f'"{digest}"'},
        )
        assert again.status_code == 304
    assert draft.content != bytes(kept.pdf)


def test_the_page_says_what_is_missing(client, log_in, office):
    log_in("head")
    meeting = meeting_in(Phase.DRAFT, agency=office)
    item = AgendaItem.objects.get(meeting=meeting)

    page = client.post(address("meeting-close", meeting), follow=True)

    assert f"Butir {item}" in page.content.decode() or str(item) in (
        page.content.decode()
    )
    assert not Minutes.objects.exists()


def test_before_the_session_there_are_no_minutes(client, log_in, office):
    log_in("head")
    meeting = meeting_in(Phase.INVITED, agency=office)

    page = client.get(address("meeting-minutes-pdf", meeting), follow=True)

    assert "Notulen dimulai saat sidang dibuka." in page.content.decode()


def test_an_addendum_is_written_on_its_page(client, log_in, meeting, head):
    log_in("head")
    early = client.get(address("meeting-addendum", meeting), follow=True)
    assert "Notulen belum ditutup" in early.content.decode()

    close_meeting(meeting, by=head)
    blank = client.post(address("meeting-addendum", meeting), {})
    assert blank.status_code == 200
    page = client.post(
        address("meeting-addendum", meeting),
        {"text": "Luas 1,5 ha", "reason": "Salah ketik"},
        follow=True,
    )
    said = page.content.decode()
    assert "Luas 1,5 ha" in said
    assert "Salah ketik" in said


def test_a_guest_reads_the_minutes_and_amends_nothing(
    client, log_in, meeting, head, stranger
):
    close_meeting(meeting, by=head)
    log_in("stranger")  # owes a commitment of it

    assert client.get(address("meeting-minutes-pdf", meeting)).status_code == 200
    assert client.get(address("meeting-addendum", meeting)).status_code == 403


# ---- API -----------------------------------------------------------------------------
def test_closing_reading_and_amending_through_the_api(client, log_in, meeting):
    log_in("head")
    url = f"/api/v1/meetings/{meeting.pk}/"
    for part in ("", "pdf/", "docx/"):
        assert client.get(f"{url}minutes/{part}").status_code == 409

    assert client.post(f"{url}close/").json()["phase"] == "closed"
    assert client.post(f"{url}close/").status_code == 409
    kept = Minutes.objects.get(meeting=meeting)
    said = client.get(f"{url}minutes/").json()
    assert said["pdf_sha256"] == kept.pdf_sha256
    assert said["content"] == kept.content
    for kind in ("pdf", "docx"):
        file = client.get(f"{url}minutes/{kind}/", headers={"Accept": "*/pdf"})
        assert file.content == bytes(getattr(kept, kind))
        assert file.headers["ETag"] == f'"{said[f"{kind}_sha256"]}"'
    sent = {"text": "Luas 1,5 ha", "reason": "Salah ketik"}
    answer = client.post(f"{url}addenda/", sent, content_type="application/json")
    assert (answer.status_code, answer.json()["number"]) == (201, 1)
    assert [row["text"] for row in client.get(f"{url}addenda/").json()] == [
        "Luas 1,5 ha"
    ]


def test_the_api_tells_all_that_is_missing(client, log_in, office):
    log_in("head")
    meeting = meeting_in(Phase.DRAFT, agency=office)

    refused = client.post(f"/api/v1/meetings/{meeting.pk}/close/")
    assert refused.status_code == 400
    assert len(refused.json()["__all__"]) == 4


def test_an_addendum_sent_twice_is_one(meeting, head):
    close_meeting(meeting, by=head)
    words = {"text": "Nomor 2 dibaca: 3 ha", "reason": "Salah ketik"}

    first = add_addendum(meeting, by=head, **words)
    again = add_addendum(meeting, by=head, **words)
    other = add_addendum(meeting, by=head, **words | {"text": "Nomor 3"})

    assert (again, other.number) == (first, 2)


def test_what_was_dropped_is_not_promised_in_the_minutes(office, other_office, head):
    meeting = ready(office)
    meeting.decisions.all().delete()
    dropped = CommitmentFactory(
        meeting=meeting,
        agency=other_office,
        state="dropped",
        drop_reason="Sudah masuk DAK",
    )
    with pytest.raises(BusinessRuleError, match="belum ada kesepakatan"):
        close_meeting(meeting, by=head)

    DecisionFactory(meeting=meeting)
    close_meeting(meeting, by=head)

    content = Minutes.objects.get().content
    assert content["commitments"][0]["dropped"] == "Sudah masuk DAK"
    assert dropped.agency.name not in content["signing"]
    assert "Dibatalkan: Sudah masuk DAK" in docx_words(content)
