"""The survey import at the command line."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from areas.models import (
    Assessment,
)
from tests.rules import PERMEN_02_2016
from tests.spreadsheets import cells_of, xlsx_of
from tests.survey import stored, survey_row

pytestmark = pytest.mark.django_db


@pytest.fixture
def command(tmp_path, people, decree):
    people["editor"].username = "pengelola"
    people["editor"].save()

    def run_command(*rows, **options):
        path = tmp_path / "survei.xlsx"
        path.write_bytes(xlsx_of(rows).getvalue())
        out = StringIO()
        options = {"decree": decree.number, "user": "pengelola"} | options
        call_command("import_survey", str(path), stdout=out, **options)
        return out.getvalue()

    return run_command


def test_command_imports(command):
    out = command(survey_row(1, v1a=80), create_areas=True)

    assert "Kelayan Barat (Wilayah 63.71): 1 RT, 1,00 ha, nilai 5, Tidak kumuh" in out
    assert "Impor selesai: 1 penilaian, diajukan oleh pengelola" in out
    assert stored() == [1, 1, 1, 16]


def test_command_tells_before_it_stores(command):
    out = command(survey_row(1), create_areas=True, dry_run=True)

    assert "Belum ada yang disimpan." in out
    assert stored() == [0, 0, 0, 0]


def test_command_twice(command):
    command(survey_row(1), create_areas=True)

    assert "Semua isi berkas ini sudah tersimpan" in command(survey_row(1))


def test_command_fails_with_every_problem(command):
    with pytest.raises(CommandError) as error:
        command(survey_row(1, v1a=-1), survey_row(2, v4a=3), create_areas=True)

    lines = str(error.value).splitlines()
    assert lines[0] == "Tidak ada yang disimpan: 2 hal perlu diperbaiki."
    assert [line.split(":")[0] for line in lines[1:]] == [
        "  Baris 2, kolom 1a (J2)",
        "  Baris 3, kolom 4a (Q3)",
    ]


def test_command_gives_the_file_back_with_its_errors(command, tmp_path):
    target = tmp_path / "salah.xlsx"

    with pytest.raises(CommandError) as error:
        command(survey_row(1, v1a=-1), errors=target, create_areas=True)

    assert str(error.value).splitlines()[-1] == f"Sel yang salah ditandai di {target}."
    assert cells_of(target.read_bytes())[1][-1].startswith("1a: Volume 1a negatif")


def test_command_takes_another_rule_set(command):
    row = survey_row(1) | dict.fromkeys(PERMEN_02_2016.codes, 0)

    command(row, rule_set="permen-02-2016", create_areas=True)

    assert Assessment.objects.get().rule_set.code == "permen-02-2016"
    with pytest.raises(CommandError, match="Tidak ada aturan penilaian permen-9"):
        command(row, rule_set="permen-9")


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 bukan lembar", b"\x00\x01\x02"])
def test_command_refuses_what_is_no_spreadsheet(decree, people, tmp_path, content):
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

    first, sentence = str(error.value).splitlines()
    assert first == "Tidak ada yang disimpan: 1 hal perlu diperbaiki."
    assert (
        "kosong" if not content else "bukan lembar kerja yang dapat dibaca"
    ) in sentence
    assert stored() == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"decree": "SK 9"}, "Tidak ada SK SK 9. Masukkan dahulu SK itu."),
        ({"user": "siapa"}, "Tidak ada pengguna siapa. Sebutkan pengguna dengan"),
        ({"date": "kemarin"}, "“kemarin” bukan tanggal."),
    ],
)
def test_command_says_what_it_lacks(command, options, sentence):
    with pytest.raises(CommandError, match=sentence):
        command(survey_row(1), **options)


def test_command_names_a_file_that_is_not_there(decree, people, tmp_path):
    with pytest.raises(CommandError, match="tidak dapat dibaca"):
        call_command(
            "import_survey",
            str(tmp_path / "tiada.xlsx"),
            decree=decree.number,
            user=people["editor"].username,
        )


def test_command_keeps_the_rights_of_an_ordinary_user(command, people):
    with pytest.raises(CommandError, match="Peran Anda tidak mengizinkan"):
        command(survey_row(1), user=people["viewer"].username)


def test_command_needs_no_role_for_a_superuser(command, people):
    viewer = people["viewer"]
    viewer.is_superuser = True
    viewer.save()

    command(survey_row(1), user=viewer.username, create_areas=True)

    assert Assessment.objects.get().submitted_by == viewer
