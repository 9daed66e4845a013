"""Bad survey files, at the command and on the page alike, and who may not upload one.

Each is answered with a sentence that says where and what to do; nothing is stored.
"""

import html
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from agencies.models import Region
from areas.models import Assessment, DecreeLine, Neighbourhood, SlumArea
from areas.survey.tables import row_ranges
from areas.survey.villages import nearest
from core.decimal_marks import RANGE_MARK
from core.uploads import folder
from tests.factories import AgencyFactory, RegionFactory
from tests.factories_areas import (
    DecreeFactory,
    DecreeLineFactory,
    SlumAreaFactory,
    rule_set,
)
from tests.spreadsheets import csv_of, xlsx_of, xlsx_of_cells
from tests.survey import survey_row

pytestmark = pytest.mark.django_db

PAGE, CONFIRM = "/impor-survei/", "/impor-survei/simpan/"
NO_SPREADSHEET = (
    "Berkas ini bukan lembar kerja yang dapat dibaca. Simpan sebagai .xlsx atau .csv,"
    " sebaiknya dari templat."
)
EMPTY = "Berkasnya kosong. Isi templat, lalu unggah."


def file_of(*rows):
    return xlsx_of(rows).getvalue()


# name: (content, [(row, column, cell, sentence)])
BAD_ROWS = {
    "negative volume": (
        file_of(survey_row(1, v1a=-1)),
        [
            (
                2,
                "1a",
                "J2",
                "Volume 1a negatif (-1 unit bangunan). Tulis 0 atau volume hasil"
                " pengukuran.",
            )
        ],
    ),
    "volume above its denominator": (
        file_of(survey_row(1, v4a=1.5)),
        [
            (
                2,
                "4a",
                "Q2",
                "Volume 4a sebesar 1,5 ha melebihi luas permukiman, yaitu 1 ha (1,5 − 1"
                " = kelebihan 0,5 ha). Turunkan volumenya, atau perbaiki luas"
                " permukiman bila itu yang keliru.",
            )
        ],
    ),
    "unknown village": (
        file_of(survey_row(1), survey_row(2, kode_desa="63.71.01.1009")),
        [
            (
                3,
                "kode_desa",
                "A3",
                "Tidak ada kelurahan/desa dengan kode “63.71.01.1009”. Yang paling"
                " mirip: 63.71.01.1001 Kelayan Barat (Wilayah 63.71.01); 63.71.01.1002"
                " Kelayan Tengah (Wilayah 63.71.01); 63.71.02.1003 Pelambuan (Wilayah"
                " 63.71.02).",
            )
        ],
    ),
    "duplicate RT": (
        file_of(survey_row(1), survey_row(1, v1a=3)),
        [
            (
                3,
                "rt_rw",
                "C3",
                "RT 001/RW 001 di Kelayan Barat ada di baris 2 dan 3. Sisakan satu"
                " saja.",
            )
        ],
    ),
    "text in a number": (
        file_of(survey_row(1, v4b="banyak")),
        [(2, "4b", "R2", "“banyak” bukan angka. Tulis angka saja, misalnya 1234,56.")],
    ),
    "text in a whole number": (
        file_of(survey_row(1, jumlah_kk="lima")),
        [(2, "jumlah_kk", "G2", "“lima” bukan angka. Tulis angka saja")],
    ),
    "1.234": (
        file_of(survey_row(1, luas_ha="1.234")),
        [
            (
                2,
                "luas_ha",
                "D2",
                "“1.234” dapat berarti 1234 atau 1,234. Tulis salah satunya. Atau"
                " tentukan tanda desimal untuk seluruh berkas (di halaman impor, atau"
                " dengan --decimal-mark).",
            )
        ],
    ),
    "1.234 in a CSV": (
        csv_of([survey_row(1), survey_row(2, luas_ha="1.250")]).getvalue(),
        [(3, "luas_ha", "D3", "“1.250” dapat berarti 1250 atau 1,250.")],
    ),
}
BAD_ROWS["all of them"] = (
    file_of(
        survey_row(1, v1a=-1, v4a=1.5),
        survey_row(2, kode_desa="63.71.01.1009"),
        survey_row(1, v4b="banyak"),
        survey_row(3, luas_ha="1.234", jumlah_kk="lima"),
    ),
    [
        (2, "1a", "J2", "Volume 1a negatif"),
        (2, "4a", "Q2", "Volume 4a sebesar 1,5 ha melebihi luas permukiman"),
        (3, "kode_desa", "A3", "Tidak ada kelurahan/desa dengan kode"),
        (4, "rt_rw", "C4", "RT 001/RW 001 di Kelayan Barat ada di baris 2 dan 4."),
        (4, "4b", "R4", "“banyak” bukan angka."),
        (5, "luas_ha", "D5", "“1.234” dapat berarti 1234 atau 1,234."),
        (5, "jumlah_kk", "G5", "“lima” bukan angka."),
    ],
)
BAD_FILES = {
    "empty": (b"", EMPTY),
    "blank lines": (b"\xef\xbb\xbf\r\n \r\n", EMPTY),
    "blank workbook": (xlsx_of_cells([]).getvalue(), EMPTY),
    "headings only": (
        xlsx_of_cells([list(survey_row())]).getvalue(),
        "Berkas hanya berisi judul kolom. Tulis paling sedikit satu baris di bawahnya.",
    ),
    "PDF": (b"%PDF-1.7 bukan lembar", NO_SPREADSHEET),
    "noise": (b"\x00\x01\x02\x03", NO_SPREADSHEET),
    "half a workbook": (file_of(survey_row())[:900], NO_SPREADSHEET),
    "other table": (b"nama;alamat\nAli;Jl. A\n", "Baris 1 harus berisi judul kolom"),
}


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def command_says(people, decree, tmp_path):
    """What the command fails with, line by line."""

    def run(content):
        path = tmp_path / "survei.xlsx"
        path.write_bytes(content)
        with pytest.raises(CommandError) as error:
            call_command(
                "import_survey",
                str(path),
                decree=decree.number,
                user=people["editor"].username,
                create_areas=True,
            )
        assert nothing_is_stored()
        return str(error.value).splitlines()

    return run


@pytest.fixture
def upload(client, people, decree):
    def send(content=None, by="editor", **changes):
        client.force_login(people[by])
        content = file_of(survey_row(1)) if content is None else content
        fields = {"create_areas": "on", "rule_set": rule_set().pk}
        fields |= {"decree": decree.pk} | changes
        file = SimpleUploadedFile("survei.xlsx", content)
        return client.post(PAGE, {**fields, "file": file})

    return send


def nothing_is_stored():
    models = (SlumArea, Neighbourhood, DecreeLine, Assessment)
    return not any(model.objects.exists() for model in models)


def nothing_is_kept():
    return not folder().exists() or not list(folder().iterdir())


def text_of(page):
    text = re.sub(r"<[^>]+>", " ", page.content.decode())
    return re.sub(r"\s+", " ", html.unescape(text))


def token_in(page):
    return re.search(r'name="token" value="(\w+)"', page.content.decode()).group(1)


# ---- rows --------------------------------------------------------------------


@pytest.mark.parametrize(("content", "problems"), BAD_ROWS.values(), ids=BAD_ROWS)
def test_command_names_row_column_and_remedy(command_says, content, problems):
    first, *lines = command_says(content)

    assert first == f"Tidak ada yang disimpan: {len(problems)} hal perlu diperbaiki."
    assert len(lines) == len(problems)
    for line, (row, column, cell, sentence) in zip(lines, problems, strict=True):
        assert line.startswith(f"  Baris {row}, kolom {column} ({cell}): {sentence}")


@pytest.mark.parametrize(("content", "problems"), BAD_ROWS.values(), ids=BAD_ROWS)
def test_page_names_cell_column_and_remedy(upload, content, problems):
    page = upload(content)

    text = text_of(page)
    assert page.status_code == 200
    assert f"Tidak ada yang disimpan: {len(problems)} hal perlu diperbaiki" in text
    assert [group.place for group in page.context["problem_groups"]] == [
        cell for _row, _column, cell, _sentence in problems
    ]
    for _row, column, cell, sentence in problems:
        assert f" {cell} {column} {sentence}" in text
    assert 'name="token"' not in page.content.decode()
    assert nothing_is_stored()


# ---- files -------------------------------------------------------------------


@pytest.mark.parametrize(("content", "sentence"), BAD_FILES.values(), ids=BAD_FILES)
def test_command_says_what_is_wrong_with_the_file(command_says, content, sentence):
    first, line = command_says(content)

    assert first == "Tidak ada yang disimpan: 1 hal perlu diperbaiki."
    assert line.startswith(f"  {sentence}")


@pytest.mark.parametrize(("content", "sentence"), BAD_FILES.values(), ids=BAD_FILES)
def test_page_says_what_is_wrong_with_the_file(upload, content, sentence):
    page = upload(content)

    assert page.status_code == 200
    assert sentence in text_of(page)
    assert nothing_is_stored()
    assert nothing_is_kept()


# ---- the decree --------------------------------------------------------------


def test_the_page_says_that_the_decree_comes_first(client, people):
    client.force_login(people["editor"])

    assert "Belum ada SK. Masukkan SK penetapannya dahulu" in text_of(client.get(PAGE))

    DecreeFactory(number="SK 2/2025")
    assert "Belum ada SK." not in text_of(client.get(PAGE))


def test_a_decree_that_is_not_there_is_no_choice(upload):
    page = upload(decree=999_999)

    assert page.context["form"].errors.keys() == {"decree"}
    assert nothing_is_stored()


def test_a_decree_of_another_district_is_no_choice(upload):
    elsewhere = DecreeFactory(level="mayor", region_id="63.72", region=None)

    page = upload(by="operator", decree=elsewhere.pk)

    assert page.context["form"].errors.keys() == {"decree"}
    assert nothing_is_kept()


def test_a_decree_out_of_sight_is_not_found_at_the_confirmation(client, upload, people):
    office = people["operator"].memberships.get().agency
    mayor = DecreeFactory(level="mayor", region_id="63.71", region=None)
    area = SlumAreaFactory(name="Kelayan Barat", agency=office, regency_id="63.71")
    DecreeLineFactory(decree=mayor, area=area)
    token = token_in(upload(by="operator", decree=mayor.pk))
    elsewhere = AgencyFactory(region=RegionFactory(code="63.72"))
    people["operator"].memberships.update(agency=elsewhere)

    assert client.post(CONFIRM, {"token": token}).status_code == 404
    assert not Assessment.objects.exists()


# ---- rights ------------------------------------------------------------------


@pytest.mark.parametrize("by", ["viewer", "verifier"])
def test_who_may_not_import_may_not_upload(upload, by):
    assert upload(by=by).status_code == 403
    assert nothing_is_kept()


def test_anonymous_people_sign_in_first(client, decree):
    for address in (PAGE, CONFIRM):
        page = client.post(address, {"decree": decree.pk})

        assert page.status_code == 302
        assert page["Location"].startswith("/akun/masuk/")


def test_a_role_lost_after_the_preview_stops_the_confirmation(client, upload, people):
    token = token_in(upload())
    people["editor"].memberships.update(role="viewer")

    assert client.post(CONFIRM, {"token": token}).status_code == 403
    assert nothing_is_stored()


def test_only_who_keeps_decrees_is_offered_new_areas(upload):
    page = upload(by="operator")

    assert "create_areas" not in page.context["form"].fields
    assert "Tidak ada kawasan “Kelayan Barat”" in text_of(page)
    assert nothing_is_stored()


# ---- wording -----------------------------------------------------------------


def test_of_villages_equally_alike_the_own_regency_comes_first():
    codes = ("63.01.01.2009", "63.07.01.2009", "63.71.01.1008", "63.71.01.1009")
    villages = [Region(code=code, name="") for code in codes]

    found = [village.code for village in nearest("63.71.01.9009", villages)]

    assert found[:2] == ["63.71.01.1009", "63.71.01.1008"]


def test_rows_of_the_same_problem_are_told_as_ranges():
    assert row_ranges([90, 2, 3, 4, 4]) == f"2{RANGE_MARK}4, 90"
