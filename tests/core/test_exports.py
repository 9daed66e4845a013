"""Workbooks and GeoJSON: real numbers and dates, no formulas, nothing cut silently."""

import io
import json
import tracemalloc
from datetime import UTC, date, datetime
from decimal import Decimal
from tempfile import TemporaryFile
from types import SimpleNamespace
from zipfile import ZipFile

import pytest
from django.utils import timezone, translation
from django.utils.safestring import mark_safe
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from core import exports
from core.exports import (
    TooManyRowsError,
    geojson_chunks,
    write_xlsx,
    xlsx_response,
)
from core.tables import Column

ROW = SimpleNamespace(
    name="Melati & Dahlia",
    hectares=Decimal("1234.560001"),
    money=Decimal("1234567.50"),
    share=Decimal("45.625"),
    score=19,
    surveyed_on=date(2026, 1, 8),
    sent_at=datetime(2026, 1, 8, 16, 30, tzinfo=UTC),
    old=date(1899, 5, 1),
    is_demo=True,
    note=None,
)
# kind, getter, what the cell holds
CELLS = [
    ("text", "name", "Melati & Dahlia"),
    ("hectares", "hectares", 1234.560001),
    ("hectares", lambda row: 0.1 + 0.2, 0.3),
    ("rupiah", "money", 1234567.5),
    ("percent", "share", 45.625),
    ("number", "score", 19),
    ("number", lambda row: Decimal("1234567890123456.78"), "1234567890123456.78"),
    ("date", "surveyed_on", date(2026, 1, 8)),
    ("datetime", "sent_at", datetime(2026, 1, 9, 0, 30)),  # as the office's clock says
    ("date", "old", "1899-05-01"),
    ("text", "is_demo", "ya"),
    ("text", "note", ""),
    ("html", lambda row: mark_safe("<b>Melati &amp; Dahlia</b>"), "Melati & Dahlia"),
    ("html", lambda row: Decimal("-2.2"), -2.2),
    ("text", lambda row: "luas < 5 ha", "luas < 5 ha"),
]


@pytest.fixture(autouse=True)
def _indonesian():
    with translation.override("id"):
        yield


def book_of(columns, rows, notes=()) -> io.BytesIO:
    target = io.BytesIO()
    write_xlsx(target, columns, rows, notes)
    target.seek(0)
    return target


def sheets_of(columns, rows, notes=()) -> list[list[list]]:
    book = CalamineWorkbook.from_filelike(book_of(columns, rows, notes))
    return [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]


def xml_of(columns, rows, name="xl/worksheets/sheet1.xml") -> str:
    return ZipFile(book_of(columns, rows)).read(name).decode()


@pytest.mark.parametrize(("kind", "getter", "expected"), CELLS)
def test_cell(kind, getter, expected):
    table, _notes = sheets_of([Column("Isi", getter, kind=kind)], [ROW])

    assert table[1:] == ([[expected]] if expected != "" else [])


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+62", "-1", "@SUM(A1)", "\t=1", "https://a.id", "{=1}", "00123", "1.234"],
)
def test_a_text_stays_a_text(text):
    columns = [Column("Isi", lambda row: text)]

    sheet = xml_of(columns, [ROW])

    assert "<f>" not in sheet
    assert "<hyperlink" not in sheet
    assert sheets_of(columns, [ROW])[0][1] == [text]


def test_a_text_too_long_for_a_cell_says_so():
    table, _notes = sheets_of([Column("Isi", lambda row: "x" * 40_000)], [ROW])

    assert len(table[1][0]) == 32_767
    assert table[1][0].endswith("x…")


@given(
    st.lists(
        st.decimals(
            min_value=Decimal("-99999999"),
            max_value=Decimal("99999999"),
            places=6,
        ),
        min_size=1,
    )
)
@settings(max_examples=30)
def test_hectares_come_back_to_the_last_decimal(values):
    column = Column("Luas", lambda value: value, kind="hectares")
    table, _notes = sheets_of([column], values)

    found = [Decimal(repr(line[0])).quantize(Decimal("0.000001")) for line in table[1:]]
    assert found == values


def test_the_table_can_be_sorted_and_filtered_at_once():
    columns = [
        Column("Nama", "name"),
        Column("Luas", "hectares", kind="hectares", unit="ha"),
        Column("Pilih", "note", only="page"),
        Column("Tanggal", "surveyed_on", kind="date", only="csv"),
    ]

    sheet = xml_of(columns, [ROW, ROW])

    assert '<autoFilter ref="A1:C3"/>' in sheet
    assert 'ySplit="1"' in sheet
    assert "mergeCell" not in sheet
    assert sheets_of(columns, [ROW])[0][0] == ["Nama", "Luas (ha)", "Tanggal"]


def test_numbers_and_dates_are_formatted_for_indonesia():
    columns = [
        Column("Luas", "hectares", kind="hectares"),
        Column("Tanggal", "surveyed_on", kind="date"),
    ]

    styles = xml_of(columns, [ROW], "xl/styles.xml")

    assert "#,##0.00####" in styles
    assert "[$-421]d mmm yyyy" in styles


def test_the_second_sheet_says_what_the_rows_are():
    notes = [
        ("SK", "SK-UJI 1/2020"),
        ("Per", date(2022, 6, 30)),
        ("Jumlah", Decimal("2.5")),
        ("Rumus", "=1+1"),
    ]

    _table, told = sheets_of([Column("Nama", "name")], [ROW, ROW], notes)

    assert told[0] == ["Apa", "Nilai"]
    assert dict(told[1:5]) == {
        "SK": "SK-UJI 1/2020",
        "Per": date(2022, 6, 30),
        "Jumlah": 2.5,
        "Rumus": "=1+1",
    }
    assert told[5] == ["Baris", 2]
    assert told[6][0] == "Dibuat pada"
    assert told[6][1].date() == timezone.localdate()


def test_a_book_without_rows_has_its_headings():
    table, told = sheets_of([Column("Nama", "name")], [])

    assert table == [["Nama"]]
    assert ["Baris", 0] in told


def test_more_rows_than_a_sheet_holds_are_refused(monkeypatch):
    monkeypatch.setattr(exports, "MOST_ROWS", 3)

    with pytest.raises(TooManyRowsError, match="Saring dulu") as refused:
        xlsx_response([Column("Nama", "name")], [ROW] * 4, "kawasan")

    assert "4 baris" in str(refused.value)
    assert write_xlsx(io.BytesIO(), [Column("Nama", "name")], [ROW] * 3) == 3


def test_the_download_has_a_name_with_the_day():
    response = xlsx_response([Column("Nama", "name")], [ROW], "kawasan")

    name = f"kawasan-{timezone.localdate():%Y-%m-%d}.xlsx"
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    assert b"".join(response.streaming_content).startswith(b"PK")
    response.file_to_stream.close()


def test_memory_does_not_grow_with_the_rows():
    columns = [Column(f"Kolom {n}", "name") for n in range(5)]

    def peak(count: int) -> int:
        with TemporaryFile() as target:
            tracemalloc.start()
            try:
                write_xlsx(target, columns, (ROW for _ in range(count)))
                return tracemalloc.get_traced_memory()[1]
            finally:
                tracemalloc.stop()

    peak(10)
    assert peak(4_000) < 1.5 * peak(1_000)


# ---- GeoJSON ----------------------------------------------------------------


def test_geojson_has_its_members_before_the_features():
    features = [
        {"type": "Feature", "geometry": None, "properties": {"name": "Melati…"}}
    ]

    text = "".join(geojson_chunks({"as_of": "2022-06-30"}, features * 2))

    assert json.loads(text) == {
        "type": "FeatureCollection",
        "as_of": "2022-06-30",
        "features": features * 2,
    }
    assert list(json.loads(text)) == ["type", "as_of", "features"]


def test_geojson_without_features_is_whole():
    assert json.loads("".join(geojson_chunks({}, [])))["features"] == []
