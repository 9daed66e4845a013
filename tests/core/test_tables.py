import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.utils import translation
from django.utils.safestring import mark_safe

from core import html
from core.numbers import read_decimal
from core.tables import (
    Column,
    csv_chunks,
    csv_response,
    on_page,
    table_body,
    table_foot,
    value_of,
)

ROW = SimpleNamespace(
    name="Melati & Dahlia",
    hectares=Decimal("1234.560001"),
    share=Decimal("45.625"),
    money=Decimal("1234567.50"),
    surveyed_on=date(2026, 1, 8),
    sent_at=datetime(2026, 1, 8, 16, 30, tzinfo=UTC),
    agency=SimpleNamespace(short_name="Disperkim"),
    is_demo=True,
    note=None,
    get_absolute_url=lambda: "/kawasan/7/",
)


@pytest.fixture(autouse=True)
def _indonesian():
    with translation.override("id"):
        yield


def cell(column: Column) -> str:
    """The second cell of a row: the first is the row's heading."""
    return table_body([Column("Nama", "name"), column], [ROW])


@pytest.mark.parametrize(
    ("kind", "getter", "expected"),
    [
        ("text", "name", "Melati &amp; Dahlia"),
        ("text", "agency.short_name", "Disperkim"),
        ("text", "is_demo", "ya"),
        ("text", "note", '<span class="none">–</span>'),
        ("hectares", "hectares", '<data value="1234.560001">1.234,56</data>'),
        ("number", "hectares", '<data value="1234.560001">1.234,560001</data>'),
        ("percent", "share", "45,63\u00a0%"),
        ("rupiah", "money", 'Rp\u00a0<data value="1234567.50">1.234.568</data>'),
        ("date", "surveyed_on", "8 Jan 2026"),
        ("datetime", "sent_at", "9 Jan 2026 00.30 WITA"),
        ("html", lambda row: mark_safe("<b>!</b>"), "<b>!</b>"),
        ("html", lambda row: "<script>", "&lt;script&gt;"),
    ],
)
def test_cell(kind, getter, expected):
    assert f">{expected}</td>" in cell(Column("Isi", getter, kind=kind))


def test_zero_is_not_blank():
    column = Column("Isi", lambda row: Decimal(0), kind="hectares")

    assert '<data value="0">0,00</data>' in cell(column)


def test_numbers_are_right_aligned_and_labelled_for_phones():
    column = Column("Luas", "hectares", kind="hectares", unit="ha")

    assert '<td class="num" data-l="Luas (ha)">' in cell(column)


def test_the_first_column_heads_the_row_and_links_to_it():
    body = table_body([Column("Nama", "name", link=True)], [ROW])

    assert body == (
        '<tr><th scope="row" class="full">'
        '<a href="/kawasan/7/">Melati &amp; Dahlia</a></th></tr>'
    )


def test_a_link_and_a_note_are_escaped():
    column = Column("Isi", "name", link=lambda row: '/?q="', note=lambda row: "<i>")

    assert '<a href="/?q=&quot;">' in cell(column)
    assert '<span class="pct">&lt;i&gt;</span>' in cell(column)


def test_totals_stand_under_their_columns():
    columns = [
        Column("Nama", "name"),
        Column("Luas", "hectares", kind="hectares", name="hectares"),
        Column("Catatan", "note"),
    ]

    foot = table_foot(columns, {"hectares": Decimal("2.5")})

    assert '<th scope="row" class="full">Jumlah</th>' in foot
    assert '<data value="2.5">2,50</data>' in foot
    assert foot.count("<td") == 2


def test_value_of_reads_dictionaries_and_methods():
    assert value_of("total", {"total": 3}) == 3
    assert value_of("get_absolute_url", ROW) == "/kawasan/7/"
    assert value_of("agency.region.name", ROW) is None


# ---- CSV --------------------------------------------------------------------


def written(columns, rows, meta=None) -> list[list[str]]:
    text = "".join(csv_chunks(columns, rows, meta or {}))
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:], newline=""), delimiter=";"))


def test_csv_has_exact_values():
    columns = [
        Column("Nama", "name"),
        Column("Luas", "hectares", kind="hectares", unit="ha"),
        Column("Bagian", "share", kind="percent"),
        Column("Dana", "money", kind="rupiah"),
        Column("Survei", "surveyed_on", kind="date"),
        Column("Dikirim", "sent_at", kind="datetime"),
        Column("Contoh", "is_demo"),
        Column("Catatan", "note"),
        Column("Kelas", lambda row: html.badge("B", "Berat"), kind="html"),
    ]

    assert written(columns, [ROW]) == [
        [
            "Nama", "Luas (ha)", "Bagian", "Dana", "Survei", "Dikirim", "Contoh",
            "Catatan", "Kelas",
        ],
        [
            "Melati & Dahlia", "1234,560001", "45,625", "1234567,5", "2026-01-08",
            "2026-01-09T00:30:00+08:00", "ya", "", "Berat",
        ],
    ]  # fmt: skip


@pytest.mark.parametrize("number", ["12.5", "0.000001", "1234", "1.234", "-0.5"])
def test_hectares_in_a_csv_are_read_back_exactly(number):
    rows = [{"hectares": Decimal(number)}]

    text = written([Column("Luas", "hectares", kind="hectares")], rows)[1][0]

    assert len(text.partition(",")[2]) == 6
    assert read_decimal(text) == Decimal(number)


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("+62811", "'+62811"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("  =1", "'  =1"),
        ("＝1", "'＝1"),
        ("-12", "-12"),
        ("-1,5", "-1,5"),
        ("RT 01", "RT 01"),
    ],
)
def test_formulas_are_defused_plain_negative_numbers_stay(text, safe):
    assert written([Column("Isi", "text")], [{"text": text}])[1] == [safe]


def test_headings_and_meta_are_defused_too():
    lines = written([Column("=Nama", "name")], [ROW], {"SK": "=1"})

    assert lines == [["'=Nama", "SK"], ["Melati & Dahlia", "'=1"]]


def test_the_file_may_differ_from_the_page():
    columns = [
        Column("Nama", "name"),
        Column("Kode", "agency.short_name", only="csv"),
        Column("Kelas", "name", export=lambda row: "berat"),
        Column("Tombol", "name", only="page"),
    ]

    assert written(columns, [ROW])[0] == ["Nama", "Kode", "Kelas"]
    assert written(columns, [ROW])[1][2] == "berat"
    assert [c.label for c in on_page(columns)] == ["Nama", "Kelas", "Tombol"]


def test_csv_response_streams_and_keeps_the_language():
    def rows():
        translation.activate("en")  # another request, while this one is streaming
        yield from [ROW] * 450

    response = csv_response([Column("Contoh", "is_demo")], rows(), "kawasan-kumuh")
    chunks = [chunk.decode() for chunk in response.streaming_content]

    assert len(chunks) == 1 + 3
    assert "".join(chunks).count("ya\r\n") == 450
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"].startswith(
        'attachment; filename="kawasan-kumuh-2'
    )
