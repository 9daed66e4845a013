"""The catalogue of SIPD codes: loading, the list, suggestions, the chain."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from core.sheet_problems import SpreadsheetError
from programs import services
from programs.models import SipdCode
from programs.sipd import SHIPPED
from tests.factories_budgets import SipdCodeFactory
from tests.factories_programs import ProgrammeFactory

pytestmark = pytest.mark.django_db


def load(text, **values):
    values = {"year": 2026, "source": "Kepmendagri"} | values
    return services.load_sipd_codes(io.BytesIO(text.encode()), **values)


# ---- loading -------------------------------------------------------------------------


def test_the_list_that_comes_along_is_whole():
    with SHIPPED.open("rb") as file:
        loaded = services.load_sipd_codes(file, year=2026)

    assert loaded.added == SipdCode.objects.count() == 14
    assert not SipdCode.objects.filter(source="").exists()
    assert set(SipdCode.objects.values_list("level", flat=True)) == {
        "programme",
        "activity",
        "sub_activity",
    }


def test_levels_follow_from_the_code_and_loading_is_repeatable():
    text = "code,name\n1.04.03,Program\n1.04.03.2.03,Kegiatan\n1.04.03.2.03.0002,Sub\n"
    load(text)

    again = load(
        text.replace("Kegiatan", "Kegiatan baru").replace("1.04.03,Program\n", "")
    )

    assert (again.added, again.changed, again.same) == (0, 1, 1)
    assert again.gone == ["1.04.03"]
    levels = SipdCode.objects.order_by("code").values_list("level", "name")
    assert list(levels) == [
        ("programme", "Program"),
        ("activity", "Kegiatan baru"),
        ("sub_activity", "Sub"),
    ]


def test_every_problem_is_told_by_row():
    text = (
        "code,name,source\n"
        "1.04,Urusan,a\n"
        "1.04.03,,a\n"
        "1.04.03.2.03,Kegiatan,\n"
        "1.04.04,Program,a\n"
        "1.04.04,Program lagi,a\n"
        ",Tanpa kode,a\n"
    )

    with pytest.raises(SpreadsheetError) as refused:
        load(text, source="")

    assert [(p.row, p.column) for p in refused.value.problems] == [
        (2, "code"),
        (3, "name"),
        (4, "source"),
        (6, "code"),
        (7, "code"),
    ]
    told = str(refused.value)
    assert "“1.04” bukan kode program, kegiatan, atau sub-kegiatan" in told
    assert "Kode ini sudah ada di baris 5. Sisakan satu." in told
    assert not SipdCode.objects.exists()


@pytest.mark.parametrize("year", [1999, 2101])
def test_a_year_beyond_all_bounds(year):
    with pytest.raises(SpreadsheetError, match="2000"):
        load("code,name\n1.04.03,Program\n", year=year)


def test_a_code_that_a_spreadsheet_made_a_number_is_refused():
    with pytest.raises(SpreadsheetError, match="format teks"):
        load("code,name\n10403,Program\n")


def test_the_command(tmp_path, capsys):
    path = tmp_path / "kode.csv"
    path.write_text("code,name\n1.04.03,Program\n")

    call_command("load_sipd_codes", str(path), "2026", "--source", "Kepmendagri 1")
    call_command("load_sipd_codes", SHIPPED.name, "2025")

    out = capsys.readouterr().out
    assert "Kode SIPD: 1 baru, 0 berubah, 0 tetap." in out
    assert "Kode SIPD: 14 baru" in out
    assert SipdCode.objects.get(year=2026).source == "Kepmendagri 1"


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("tiada.csv", None, "tidak dapat dibaca"),
        ("kosong.csv", "code,name\n", "tidak ada baris|baris"),
        ("salah.csv", "kode,nama\n1,2\n", "code, name"),
    ],
)
def test_the_command_refuses_in_words(tmp_path, name, text, sentence):
    path = tmp_path / name
    if text is not None:
        path.write_text(text)

    with pytest.raises(CommandError, match=sentence):
        call_command("load_sipd_codes", str(path), "2026", "--source", "x")

    assert not SipdCode.objects.exists()


# ---- programmes ----------------------------------------------------------------------


def values(office, **changed):
    return {
        "agency": office,
        "code": "1.04.03.2.03",
        "name": "",
        "year": 2026,
        "fund": "dak",
    } | changed


def test_a_blank_name_is_the_catalogues(office, operator):
    SipdCodeFactory(code="1.04.03.2.03", name="Peningkatan Kualitas")

    made = services.create_programme(by=operator, **values(office))

    assert made.name == "Peningkatan Kualitas"


def test_a_blank_name_without_such_a_code_is_refused(client, log_in, office):
    SipdCodeFactory(code="1.04.03.2.03", year=2025)
    log_in("operator")

    page = client.post(
        reverse("programs:programme-create"), values(office, agency=office.pk)
    )

    text = page.content.decode()
    assert "daftar kode tahun itu tidak memuat kode ini" in text
    assert '<option value="1.04.03.2.03">' not in text


def test_the_form_suggests_the_years_codes(client, log_in, office):
    SipdCodeFactory(code="1.04.03.2.03", year=2025, name="Lama")
    SipdCodeFactory(code="1.04.03.2.04", year=2026, name="Baru")
    programme = ProgrammeFactory(agency=office, year=2025)
    log_in("operator")

    page = client.get(reverse("programs:programme-edit", args=[programme.pk]))

    text = page.content.decode()
    assert 'list="kode-sipd"' in text
    assert '<option value="1.04.03.2.03">Lama</option>' in text
    assert "Baru</option>" not in text


def test_the_page_shows_the_chain(client, log_in, office):
    for code, name in (
        ("1.04.03", "Program Kawasan"),
        ("1.04.03.2.03", "Peningkatan"),
        ("1.04.03.2.03.0002", "Perbaikan RTLH"),
        ("1.04.03.2", "Bukan induk siapa pun"),
    ):
        SipdCodeFactory(code=code, name=name, year=2026)
    SipdCodeFactory(code="1.04.03", year=2025, name="Tahun lain")
    programme = ProgrammeFactory(agency=office, year=2026, code="1.04.03.2.03.0002")
    log_in("operator")

    page = client.get(programme.get_absolute_url())

    assert [row.name for row in page.context["chain"]] == [
        "Program Kawasan",
        "Bukan induk siapa pun",
        "Peningkatan",
        "Perbaikan RTLH",
    ]
    assert "Tahun lain" not in page.content.decode()


# ---- list and API --------------------------------------------------------------------


def test_the_list_by_year(client, log_in):
    SipdCodeFactory(year=2026, name="Kini")
    SipdCodeFactory(year=2025, name="Dulu")
    log_in("viewer")

    page = client.get(reverse("programs:sipd-list"), {"year": 2026}).content.decode()
    rows = client.get("/api/v1/sipd-codes/", {"year": 2025}).json()

    assert "Kini" in page
    assert "Dulu" not in page
    assert [row["name"] for row in rows["results"]] == ["Dulu"]


def test_an_empty_catalogue_says_what_to_do(client, log_in):
    log_in("viewer")

    page = client.get(reverse("programs:sipd-list"))

    assert "load_sipd_codes" in page.content.decode()


@pytest.mark.parametrize("url", ["/kode-sipd/", "/api/v1/sipd-codes/"])
def test_lists_cost_the_same_for_more_rows(client, log_in, queries_of, url):
    log_in("viewer")
    SipdCodeFactory.create_batch(2)
    few = queries_of(client.get, url)
    SipdCodeFactory.create_batch(8)

    assert queries_of(client.get, url) == few
