"""The minutes of a verification: what the PDF says, however long and odd its names."""

import re
import zlib
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from core.errors import WrongStateError
from programs import services
from programs.minutes import Minutes, MinutesRow, minutes_of
from programs.minutes_pdf import minutes_pdf
from programs.services import Decision

STRING = re.compile(rb"\(((?:[^()\\]|\\.)*)\) Tj")


def text_of(pdf: bytes) -> str:
    """The words of a PDF that was not packed; glyphs below 128 are ASCII."""
    assert pdf.startswith(b"%PDF-")
    said = b" ".join(STRING.findall(pdf))
    said = re.sub(rb"\\([0-7]{3})", lambda m: bytes([int(m[1], 8)]), said)
    return re.sub(rb"\\([()\\])", rb"\1", said).decode("latin-1")


def pages_of(pdf: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b(?!s)", pdf))


def minutes(**values):
    rows = values.pop("rows", [MinutesRow(1, "Drainase", "Mantuil", "RT 02")])
    return Minutes(
        **{
            "number": "BA-04/2022",
            "office": "Disperkim Kota Banjarmasin",
            "verifying_office": "Disperkim Kalimantan Selatan",
            "period": "TW IV 2021",
            "verified_on": date(2022, 1, 12),
            "method": "field",
            "visited_on": date(2022, 1, 11),
            "officers": "Rahma, Yusuf",
            "submitted_by": "Siti",
            "verified_by": "Budi",
            "decrees": ["SK-UJI 1/2021"],
            "rows": rows,
            "reported": Decimal("2.348808"),
            "verified": Decimal("2.048808"),
            "counted": Decimal(0),
        }
        | values
    )


def words_of(**values) -> str:
    return text_of(minutes_pdf(minutes(**values), is_packed=False))


def test_the_minutes_say_who_when_how_and_how_much(submitted, verifier, units):
    unit = submitted.lines.get().units.get(neighbourhood=units[0])
    report = services.verify_report(
        submitted,
        method="field",
        visited_on=date(2022, 1, 11),
        officers="Rahma, Yusuf",
        minutes_number="BA-04/2022",
        decisions={unit.pk: Decision(Decimal("1.2"), "Ujung utara belum.")},
        by=verifier,
    )
    values = minutes_of(report)

    assert [(r.unit, r.reported, r.verified, r.reason) for r in values.rows] == [
        (f"RT {units[0].rt_rw}", Decimal("1.5"), Decimal("1.2"), "Ujung utara belum."),
        (f"RT {units[1].rt_rw}", Decimal("0.848808"), Decimal("0.848808"), ""),
    ]
    entries = [u.entry for u in report.lines.get().units.order_by("neighbourhood")]
    assert [row.entry for row in values.rows] == [str(entry) for entry in entries]
    assert (values.reported, values.verified) == (
        Decimal("2.348808"),
        Decimal("2.048808"),
    )
    said = text_of(minutes_pdf(values, is_packed=False))
    for words in (
        "BERITA ACARA",
        "BA-04/2022",
        "11 Januari 2022",
        "Rahma, Yusuf",
        "2,048808",
        "Halaman 1 dari 1",
    ):
        assert words in said
    assert "DATA CONTOH" not in said


def test_the_day_is_written_out_in_indonesian():
    said = words_of()

    assert "Rabu" in said
    assert "dua belas" in said
    assert "dua ribu dua puluh dua" in said


def test_a_number_that_is_missing_is_a_line_to_fill_in():
    assert "Nomor: ......" in words_of(number="")


def test_example_data_are_marked_on_every_page():
    rows = [MinutesRow(n, f"Drainase {n}", "Mantuil", "RT 02") for n in range(1, 101)]
    pdf = minutes_pdf(minutes(is_demo=True, rows=rows), is_packed=False)

    assert pages_of(pdf) > 2
    assert text_of(pdf).count("DATA CONTOH") == pages_of(pdf)


def test_300_lines_go_over_several_pages_with_the_head_on_each():
    rows = [
        MinutesRow(
            number,
            "Pembangunan drainase lingkungan dan jalan setapak paket " + "x" * 120,
            "Mantuil Tepi Sungai",
            f"RT {number:03d}",
            Decimal("1.5"),
            Decimal("1.2"),
            "Sebagian titian belum tersambung. " * 8,
            f"#{number}",
        )
        for number in range(1, 301)
    ]
    pdf = minutes_pdf(minutes(rows=rows), is_packed=False)
    said, pages = text_of(pdf), pages_of(pdf)

    assert pages > 20
    assert f"Halaman {pages} dari {pages}" in said
    assert said.count("Alasan selisih") >= pages - 1
    assert all(f"#{number}" in said for number in range(1, 301))


@pytest.mark.parametrize(
    "name",
    [
        "Ñandú Łódź Ğüş Ệ",
        "مشروع الصرف",
        "排水工程",
        "Titian \U0001f309",
        "<b>tebal</b> & <img src=x>",
        "</para><para>",
        "a\x00b\x08c\nbaris kedua",
        "%s %(x)s {} (kurung)) \\",
        "",
    ],
)
def test_odd_names_neither_crash_nor_count_as_markup(name):
    row = MinutesRow(1, name, name, name, reason=name, entry=name)

    pdf = minutes_pdf(minutes(rows=[row], office=name, officers=name, number=name))

    assert pdf.startswith(b"%PDF-")
    assert pages_of(pdf) == 1


def test_markup_is_shown_as_it_was_written():
    row = MinutesRow(1, "<b>tebal</b>", "A & B")

    assert "<b>tebal</b>A&B" in words_of(rows=[row]).replace(" ", "")


def test_the_file_is_packed():
    packed, plain = minutes_pdf(minutes()), minutes_pdf(minutes(), is_packed=False)

    assert len(packed) < len(plain)
    streams = re.findall(rb"stream\r?\n(.*?)endstream", packed, re.DOTALL)
    assert streams
    assert zlib  # streams are ASCII85 and Flate; the plain file is what tests read


def test_there_are_none_before_the_verification(submitted):
    with pytest.raises(WrongStateError, match="setelah laporan diverifikasi"):
        minutes_of(submitted)


def test_the_page_answers_with_the_file(client, log_in, verified):
    log_in("viewer")
    response = client.get(reverse("programs:report-minutes", args=[verified.pk]))

    assert response["Content-Type"] == "application/pdf"
    assert (
        "berita-acara-disperkim-banjarmasin-tw-iv-2021.pdf"
        in response["Content-Disposition"]
    )
    assert response.content.startswith(b"%PDF-")


def test_the_page_says_why_there_is_none(client, log_in, submitted):
    log_in("viewer")
    url = reverse("programs:report-minutes", args=[submitted.pk])

    response = client.get(url, follow=True)

    assert response.redirect_chain[0][0] == submitted.get_absolute_url()
    assert "berita acara dibuat setelah laporan diverifikasi" in response.text


def test_counted_units_name_the_entry_that_counts_them(
    activity, decree_line, units, submitted, verifier
):
    from tests.factories_ledger import credit_unit

    entry = credit_unit(decree_line, units[0], period="TW II 2021").entry
    services.verify_report(submitted, method="desk", by=verifier)

    values = minutes_of(submitted.__class__.objects.get(pk=submitted.pk))

    assert values.rows[0].reason == f"sudah tercatat: entri {entry}"
    assert values.counted == Decimal("1.5")
