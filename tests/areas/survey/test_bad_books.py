"""Workbooks that are refused for their build: a sentence each, nothing stored."""

import re
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core import sheet_files
from core.decimal_marks import RANGE_MARK
from tests.areas.survey import bad_books
from tests.factories_areas import rule_set
from tests.survey import stored, survey_row

pytestmark = pytest.mark.django_db

FORMULA = (
    "Sel ini berisi rumus. Salin kolomnya, tempelkan nilainya (paste values), lalu"
    " unggah lagi."
)
NO_SPREADSHEET = (
    "Berkas ini bukan lembar kerja yang dapat dibaca. Simpan sebagai .xlsx atau .csv,"
    " sebaiknya dari templat."
)
HIDDEN = (
    "Buku kerja ini punya lembar tersembunyi yang berisi: “{}”. Tampilkan (unhide) di"
    " Excel, atau hapus, lalu unggah lagi."
)
PLACE = re.compile(r"Baris \d+(, kolom .+? \(.+?\))?: ")
REFUSED = {
    "formula cells": (
        bad_books.formulas(),
        [
            f"Baris 3, kolom jumlah_kk (G3): {FORMULA}",
            f"Baris 4, kolom 1a (J4): {FORMULA}",
        ],
    ),
    "merged heading": (
        bad_books.merged_heading(),
        [
            "Baris 1: Judul kolom J1:L1 tergabung (merge). Pisahkan: satu sel untuk"
            " satu judul."
        ],
    ),
    "hidden sheet": (bad_books.hidden_sheet(), [HIDDEN.format("Survei lama")]),
    "very hidden sheet": (bad_books.very_hidden_sheet(), [HIDDEN.format("Rahasia")]),
    "second heading": (
        bad_books.second_heading(),
        ["Baris 5: Baris ini mengulang judul kolom. Hapus baris ini."],
    ),
    "mixed decimal marks": (
        bad_books.mixed_marks(),
        [
            "Baris 3, kolom panjang_jalan_ideal_m (H3): Kolom ini mencampur tanda"
            " desimal: koma di baris 2, 4, titik di baris 3. Pakai satu tanda saja di"
            " seluruh kolom."
        ],
    ),
    "stray cell far below": (
        bad_books.stray_cell_far_below(),
        [
            "Sel D1048576 di lembar “Survei” terisi; yang dibaca paling banyak 200.000"
            " baris dan 100 kolom. Hapus isi di luar tabel, atau pecah berkasnya."
        ],
    ),
    "stray note": (
        bad_books.stray_note(),
        [
            "Baris 9: Baris ini tidak menyebut kode desa, kawasan, dan RT, tetapi"
            " terisi di D9. Isi ketiganya, atau kosongkan seluruh baris."
        ],
    ),
    "renamed PDF": (b"%PDF-1.7\n1 0 obj", [NO_SPREADSHEET]),
}
ACCEPTED = {
    "a million blank rows": bad_books.a_million_blank_rows(),
    "empty hidden sheet": bad_books.empty_hidden_sheet(),
}


@pytest.mark.parametrize(("content", "sentences"), REFUSED.values(), ids=REFUSED)
def test_the_service_says_what_to_do(refused, content, sentences):
    assert refused(file=BytesIO(content)) == sentences


@pytest.mark.parametrize(("content", "sentences"), REFUSED.values(), ids=REFUSED)
def test_the_page_says_the_same(
    client, people, decree, settings, tmp_path, content, sentences
):
    settings.MEDIA_ROOT = tmp_path
    client.force_login(people["editor"])
    page = client.post(
        "/impor-survei/",
        {
            "file": SimpleUploadedFile("survei.xlsx", content),
            "decree": decree.pk,
            "rule_set": rule_set().pk,
            "create_areas": "on",
        },
    )

    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))
    for sentence in sentences:
        assert PLACE.sub("", sentence) in text
    assert stored() == [0, 0, 0, 0]


@pytest.mark.parametrize("content", ACCEPTED.values(), ids=ACCEPTED)
def test_what_holds_nothing_does_not_matter(run, content):
    assert run(file=BytesIO(content)).new_units == 3


def test_a_zip_bomb_is_not_opened(refused, monkeypatch):
    monkeypatch.setattr(sheet_files, "MAX_UNPACKED_BYTES", 1 << 20)

    assert refused(file=BytesIO(bad_books.bomb(3 << 20))) == [
        "Buku kerja ini terlalu besar setelah dibuka. Sisakan survei saja di dalamnya."
    ]


def test_a_row_without_any_volume_is_told_once(refused):
    row = dict.fromkeys(survey_row(), None) | {
        name: value for name, value in survey_row().items() if not name[0].isdigit()
    }

    assert refused(row, survey_row(2)) == [
        "Baris 2: Belum ada volume yang diisi. Isi volumenya, atau hapus baris ini bila"
        " tidak disurvei."
    ]


def test_a_chosen_mark_settles_a_mixed_column(refused, run):
    rows = [survey_row(1, luas_ha="0,5"), survey_row(2, luas_ha="0.5")]
    rows += [survey_row(3, luas_ha="0.25"), survey_row(4, luas_ha="0.75")]

    assert f"koma di baris 2, titik di baris 3{RANGE_MARK}5" in refused(*rows)[0]
    assert "mencampur" not in "".join(refused(*rows, decimal_mark=","))
