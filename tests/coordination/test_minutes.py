"""What the minutes say, as PDF and DOCX: complete, readable, the same every time."""

import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st

from agencies.models import Agency
from areas.models.ledger import Fund
from coordination.minutes import canonical, content_of, digest_of
from coordination.minutes_docx import minutes_docx
from coordination.minutes_pdf import minutes_pdf
from coordination.models import AgendaItem, AgendaRegion, CommitmentArea
from coordination.models.meeting import Phase
from coordination.models.people import Gender
from core.numbers import format_decimal
from tests.factories import AgencyFactory
from tests.factories_areas import SlumAreaFactory
from tests.factories_coordination import (
    AgendaItemFactory,
    AttendanceFactory,
    CommitmentFactory,
    DecisionFactory,
    SpeakerFactory,
    meeting_in,
)
from tests.programs.test_minutes import pages_of, text_of

WITA = ZoneInfo("Asia/Makassar")


def minimal(**values):
    """The content of a meeting in which nothing was said."""
    return {
        "number": "",
        "title": "Rakor",
        "kind": "Rapat koordinasi (rakor)",
        "series": "",
        "group": "",
        "host": "Disperkim",
        "place": "Aula",
        "starts_at": "2025-11-03T09:00+08:00",
        "ends_at": "2025-11-03T16:00+08:00",
        "chair": "",
        "chair_position": "",
        "secretary": "Siti",
        "summary": "",
        "items": [],
        "speakers": [],
        "attended": [],
        "absent": [],
        "commitments": [],
        "signing": [],
        "is_example": False,
    } | values


def promise(number=1, **values):
    return {
        "number": number,
        "text": f"Menyusun DED paket {number}",
        "agency": "Disperkim Banjar",
        "person": "",
        "supporters": [],
        "due_on": "2025-12-31",
        "areas": [],
        "hectares": "",
        "volume": "",
        "unit": "",
        "rupiah": "",
        "document": "",
        "fund": "",
        "proof": "",
        "dropped": "",
    } | values


def attended(count, agency="Disperkim Banjar"):
    people = [
        {"name": f"Peserta {n}", "position": "Staf", "gender": "f" if n % 2 else "m"}
        for n in range(count)
    ]
    women = count // 2
    return {
        "agency": agency,
        "women": women,
        "men": count - women,
        "people": people,
    }


def pdf_words(content, **options):
    return text_of(minutes_pdf(content, is_packed=False, **options))


def docx_words(content, **options):
    """Everything in the document: paragraphs, tables, and what stands on each page."""
    made = Document(BytesIO(minutes_docx(content, **options)))
    texts = [paragraph.text for paragraph in made.paragraphs]
    for table in made.tables:
        texts += [cell.text for row in table.rows for cell in row.cells]
    texts += [paragraph.text for paragraph in made.sections[0].header.paragraphs]
    return "\n".join(texts)


@pytest.fixture
def held(db, region_tree, office, other_office, province):
    """A meeting in draft with one of everything."""
    meeting = meeting_in(
        Phase.DRAFT,
        title="Rakor penataan kawasan kumuh",
        agency=province,
        guest=other_office,
        chair="Ir. Rahmat",
        chair_position="Kepala dinas",
        minutes_number="BA-11/2025",
        summary="Data kumuh diperbarui.",
    )
    item = meeting.items.get()
    AgendaItem.objects.filter(pk=item.pk).update(
        title="Capaian 2025", notes="Dibahas per kota.", presenter="Bu Ani"
    )
    AgendaRegion.objects.create(item=item, region=region_tree["63.71"])
    SpeakerFactory(
        meeting=meeting, name="Dr. Dewi", agency=province, topic="Kolaborasi"
    )
    AttendanceFactory(meeting=meeting, name="Nur", agency=office, position="Kabid")
    AttendanceFactory(meeting=meeting, name="Budi", agency=office, gender=Gender.MAN)
    DecisionFactory(meeting=meeting, text="Profil kawasan dimutakhirkan.")
    DecisionFactory(meeting=meeting, kind="information", text="SPPG menambah anggaran.")
    commitment = CommitmentFactory(
        meeting=meeting,
        text="Menata Mantuil",
        agency=office,
        person="Kabid Permukiman",
        due_on=date(2026, 3, 31),
        target_hectares=Decimal("1.250000"),
        target_volume=Decimal("120.5"),
        target_unit="m",
        target_rupiah=Decimal("2500000000"),
        target_document="DED",
        fund=Fund.APBD_REGENCY,
        proof="Foto dan BAST",
    )
    area = SlumAreaFactory(name="Mantuil Tepi Sungai", agency=office)
    CommitmentArea.objects.create(commitment=commitment, area=area)
    return meeting


SAID = (
    "BERITA ACARA DAN NOTULEN RAPAT",
    "Nomor: BA-11/2025",
    "Senin",
    "dua ribu dua puluh lima",
    "3 November 2025",
    "Rakor penataan kawasan kumuh",
    "2 orang",
    "1 perempuan, 1 laki-laki",
    "Ir. Rahmat, Kepala dinas",
    "Dr. Dewi",
    "Kolaborasi",
    "Data kumuh diperbarui.",
    "1. Capaian 2025",
    "Disampaikan oleh: Bu Ani",
    "Kabupaten/kota: Kota Banjarmasin",
    "Dibahas per kota.",
    "Kesepakatan 1: Profil kawasan dimutakhirkan.",
    "Informasi 2: SPPG menambah anggaran.",
    "Menata Mantuil",
    "Kawasan: Mantuil Tepi Sungai",
    "Kabid Permukiman",
    "31 Mar 2026",
    "1,25 ha",
    "120,5 m",
    "Rp 2.500.000.000",
    "DED",
    "Bukti: Foto dan BAST",
    "Pimpinan rapat,",
    "Sekretaris rapat,",
    "DAFTAR HADIR",
    "Kabid",
    "Diundang, tidak hadir: Disperkim Kota Banjarbaru.",
    "SHA-256 isi dokumen",
)


def flat(words):
    """Words without their line breaks: a PDF writes line by line."""
    return " ".join(words.split())


@pytest.mark.parametrize("words_of", [pdf_words, docx_words])
def test_both_files_say_all_that_was_written(held, words_of):
    content = content_of(held)
    said = flat(words_of(content))

    for words in SAID:
        assert words in said
    assert digest_of(content) in said.replace(" ", "")
    assert "KONSEP" not in said
    assert "DATA CONTOH" not in said


def test_the_content_is_plain_json_that_comes_back_as_it_was(held):
    content = content_of(held)
    back = json.loads(json.dumps(content))

    assert back == content
    assert canonical(back) == canonical(content)
    assert minutes_pdf(back) == minutes_pdf(content)
    assert minutes_docx(back) == minutes_docx(content)


def test_the_questions_do_not_grow_with_what_was_said(held, queries_of):
    held.refresh_from_db()
    few = queries_of(content_of, held)
    for number in range(12):
        AgendaItemFactory(meeting=held)
        AttendanceFactory(meeting=held)
        SpeakerFactory(meeting=held)
        DecisionFactory(meeting=held)
        commitment = CommitmentFactory(meeting=held, text=f"Tambahan {number}")
        CommitmentArea.objects.create(commitment=commitment, area=SlumAreaFactory())
    held.refresh_from_db()

    assert queries_of(content_of, held) <= few


def test_the_host_and_the_district_offices_that_came_sign(held, province, office):
    AttendanceFactory(meeting=held, agency=AgencyFactory(level=Agency.Level.CENTRAL))

    assert content_of(held)["signing"] == [province.name, office.name]


def test_who_promised_something_signs_too_and_once(held, province, office):
    ministry = AgencyFactory(name="Balai PPW", level=Agency.Level.CENTRAL)
    absent = AgencyFactory(name="Bappeda Banjar")
    for agency in (ministry, absent, ministry, office, province):
        CommitmentFactory(meeting=held, agency=agency)

    assert content_of(held)["signing"] == [
        province.name,
        office.name,
        ministry.name,
        absent.name,
    ]


@pytest.mark.parametrize("words_of", [pdf_words, docx_words])
def test_a_draft_and_example_data_say_so(words_of):
    said = words_of(minimal(is_example=True), is_draft=True)

    assert "KONSEP · DATA CONTOH" in said or "KONSEP" in said and "DATA CONTOH" in said


@pytest.mark.parametrize("words_of", [pdf_words, docx_words])
def test_a_number_that_is_missing_is_a_line_to_fill_in(words_of):
    assert "Nomor: ......" in words_of(minimal())


def test_the_time_does_not_go_into_the_files(monkeypatch):
    """A clock in the files would make two of them differ: the ZIP's, the PDF's."""
    import time

    content = minimal(commitments=[promise()])
    first = minutes_pdf(content), minutes_docx(content)
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + 400 * 86400)
    later = minutes_pdf(content), minutes_docx(content)

    assert later == first


def test_130_attendances_and_60_commitments_over_40_pages():
    content = minimal(
        items=[
            {
                "position": number,
                "title": f"Agenda {number}",
                "presenter": "",
                "regions": [],
                "discussion": "Dibahas capaian, kendala dan rencana. " * 150,
                "outcomes": [],
                "commitments": [],
            }
            for number in range(1, 31)
        ],
        attended=[attended(10, f"Dinas {number}") for number in range(13)],
        commitments=[
            promise(number, text="Menyusun dan menetapkan dokumen. " * 12)
            for number in range(1, 61)
        ],
        signing=[f"Dinas {number}" for number in range(13)],
    )
    pdf = minutes_pdf(content, is_packed=False)
    pages, said = pages_of(pdf), text_of(pdf)

    assert pages >= 40
    assert f"Halaman {pages} dari {pages}" in said
    assert said.count("Peserta ") == 130
    assert said.count("Sumber dana") > 3  # the head of the table on each of its pages
    rows = Document(BytesIO(minutes_docx(content))).tables[0].rows
    assert len(rows) == 61


def test_a_text_longer_than_a_page_is_written_whole():
    sentences = [f"Kalimat nomor {number}." for number in range(900)]
    content = minimal(commitments=[promise(text=" ".join(sentences))])
    pdf = minutes_pdf(content, is_packed=False)

    assert pages_of(pdf) > 3
    said = flat(text_of(pdf))
    assert all(f"{number}." in said for number in (0, 450, 899))


@settings(max_examples=25)
@given(words=st.text(max_size=60))
def test_any_words_can_be_written(words):
    """No markup, no control character and no script breaks a file."""
    content = minimal(
        title=words,
        place=words,
        summary=words,
        commitments=[promise(text=words, person=words)],
        absent=[words],
    )
    assert minutes_pdf(content).startswith(b"%PDF-")
    assert Document(BytesIO(minutes_docx(content))).tables


@pytest.mark.parametrize(
    "target", ["0.01", "0.010000", "12", "1234.5", "0.000001", "99999999.999999"]
)
def test_a_target_keeps_every_digit(db, office, target):
    meeting = meeting_in(Phase.DRAFT, agency=office)
    CommitmentFactory(meeting=meeting, agency=office, target_hectares=Decimal(target))
    meeting.commitments.get()

    content = content_of(meeting)
    assert Decimal(content["commitments"][0]["hectares"]) == Decimal(target)
    assert f"{format_decimal(Decimal(target), None)} ha" in docx_words(content)


def test_a_session_over_midnight_names_both_days():
    ends = datetime(2025, 11, 4, 1, tzinfo=WITA) + timedelta(minutes=15)
    said = docx_words(minimal(ends_at=ends.isoformat(timespec="minutes")))

    assert "09.00–4 November 2025 01.15 WITA" in said
