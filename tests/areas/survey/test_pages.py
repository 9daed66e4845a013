"""The survey import as people meet it: upload, preview, confirmation, template."""

import os
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from areas.models import Assessment, Neighbourhood, SlumArea
from core.uploads import folder
from tests.factories_areas import DecreeLineFactory, SlumAreaFactory, rule_set
from tests.spreadsheets import cells_of, csv_of, xlsx_of
from tests.survey import survey_row

pytestmark = pytest.mark.django_db

PAGE, CONFIRM = "/impor-survei/", "/impor-survei/simpan/"
TEMPLATE, ERRORS = "/impor-survei/templat/", "/impor-survei/kesalahan/"


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def upload(client, people, decree):
    """Sends a file as `by`; the page that comes back."""

    def send(content, name="survei.xlsx", by="editor", **fields):
        client.force_login(people[by])
        fields = {
            "create_areas": "on",
            "decree": decree.pk,
            "rule_set": rule_set().pk,
        } | fields
        file = SimpleUploadedFile(name, content)
        sent = {key: value for key, value in fields.items() if value is not None}
        return client.post(PAGE, {**sent, "file": file})

    return send


def file_of(*rows):
    return xlsx_of(rows).getvalue()


def token_in(page):
    return re.search(r'name="token" value="(\w+)"', page.content.decode()).group(1)


def text_of(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def test_a_preview_stores_nothing_and_the_confirmation_stores_once(client, upload):
    page = upload(file_of(survey_row(1, v1a=80), survey_row(2)))

    assert "Kelayan Barat" in text_of(page)
    assert not SlumArea.objects.exists()

    token = token_in(page)
    done = client.post(CONFIRM, {"token": token}, follow=True)

    assert "1 penilaian diajukan" in text_of(done)
    assert Assessment.objects.get().status == "submitted"
    assert Neighbourhood.objects.count() == 2
    again = client.post(CONFIRM, {"token": token}, follow=True)
    assert "Pratinjau ini sudah tidak ada" in text_of(again)
    assert Assessment.objects.count() == 1
    assert list(folder().iterdir()) == []


def test_a_csv_with_a_chosen_decimal_mark(client, upload):
    row = survey_row(1, luas_ha="1,250", panjang_jalan_ideal_m="1.000")
    content = csv_of([row]).getvalue()

    refused = upload(content, "survei.csv")
    assert "Tidak ada yang disimpan" in text_of(refused)
    page = upload(content, "survei.csv", decimal_mark=",")
    client.post(CONFIRM, {"token": token_in(page)})

    unit = Neighbourhood.objects.get()
    assert (str(unit.hectares), str(unit.ideal_road_m)) == ("1.250000", "1000.000000")


def test_a_file_that_is_stored_already_offers_nothing_to_confirm(client, upload):
    content = file_of(survey_row(1))
    client.post(CONFIRM, {"token": token_in(upload(content))})

    page = upload(content)

    assert "sudah tersimpan" in text_of(page)
    assert 'name="token"' not in page.content.decode()


def test_everything_wrong_is_told_with_its_cell(upload):
    page = upload(
        file_of(
            survey_row(1, v1a=-1),
            survey_row(2, v4a=3, v4b="banyak"),
            survey_row(3, kode_desa="63.71.01.1009"),
            survey_row(3, luas_ha="1.234"),
            survey_row(1),
        )
    )

    text = text_of(page)
    assert page.status_code == 200
    for cell in ("J2", "Q3", "R3", "A4", "D5"):
        assert re.search(rf"\b{cell}\b", text), (cell, text)
    assert "Yang paling mirip" in text
    assert "“1.234” dapat berarti 1234 atau 1,234" in text
    assert not SlumArea.objects.exists()
    assert re.search(r"Baris salah 5 RT baru 0 ", text)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "kosong"),
        (b"%PDF-1.7 bukan lembar", "bukan lembar kerja yang dapat dibaca"),
        (b"\x00\x01\x02\x03", "bukan lembar kerja yang dapat dibaca"),
    ],
    ids=["empty", "a PDF", "noise"],
)
def test_what_is_no_spreadsheet_is_told_so(upload, content, sentence):
    page = upload(content)

    assert sentence in text_of(page)
    assert not SlumArea.objects.exists()


def test_an_unknown_area_needs_the_choice(upload):
    text = text_of(upload(file_of(survey_row(1)), create_areas=None))

    assert "Tidak ada kawasan “Kelayan Barat”" in text
    assert not SlumArea.objects.exists()


def test_a_decree_has_to_be_chosen(upload):
    page = upload(file_of(survey_row(1)), decree="")

    assert page.context["form"].errors.keys() == {"decree"}


def test_what_changed_meanwhile_is_refused_at_the_confirmation(client, upload, people):
    token = token_in(upload(file_of(survey_row(1))))
    other = file_of(survey_row(1, v1a=3))
    client.post(CONFIRM, {"token": token_in(upload(other))})

    page = client.post(CONFIRM, {"token": token}, follow=True)

    assert "Tidak ada yang disimpan" in text_of(page)
    assert Assessment.objects.count() == 1


def test_an_operator_imports_into_areas_of_the_own_office(
    client, upload, people, decree
):
    office = people["operator"].memberships.get().agency
    area = SlumAreaFactory(name="Kelayan Barat", agency=office, regency_id="63.71")
    DecreeLineFactory(decree=decree, area=area)
    content = file_of(survey_row(1))

    stranger = upload(content, by="neighbour", create_areas=None)
    assert "di luar wilayah kerja Anda" in text_of(stranger)
    page = upload(content, by="operator", create_areas=None)
    client.post(CONFIRM, {"token": token_in(page)})

    assert area.assessments.get().submitted_by == people["operator"]


def test_a_token_is_of_one_person_only(client, upload, people):
    token = token_in(upload(file_of(survey_row(1))))
    client.force_login(people["operator"])

    client.post(CONFIRM, {"token": token})

    assert not SlumArea.objects.exists()


@pytest.mark.parametrize("address", [PAGE, TEMPLATE, ERRORS])
def test_a_viewer_may_not(client, people, address):
    client.force_login(people["viewer"])

    assert client.get(address).status_code == 403


def test_another_rule_set_has_other_columns(client, upload):
    row = survey_row(1) | {"4c": 0, "4d": 5, "4e": 0, "6c": 0}
    chosen = {"rule_set": rule_set("permen-02-2016").pk}

    assert "Kolom “4d” tidak ada di templat" in text_of(upload(file_of(row)))
    page = upload(file_of(row), **chosen)
    client.post(CONFIRM, {"token": token_in(page)})

    assert Assessment.objects.get().rule_set.code == "permen-02-2016"


def test_a_refused_file_is_given_back_to_its_owner_only(client, upload, people):
    page = upload(file_of(survey_row(1, v1a=-1), survey_row(2)), name="survei rt.xlsx")
    address = page.context["upload"]
    link = f"{ERRORS}?token={address.token}"
    assert link in page.content.decode()

    given = client.get(link)
    cells = cells_of(b"".join(given.streaming_content))

    assert cells[0][-1] == "_error"
    assert cells[1][-1].startswith("1a: Volume 1a negatif (-1 unit bangunan).")
    assert "survei rt-kesalahan.xlsx" in given["Content-Disposition"]
    client.force_login(people["operator"])
    assert client.get(link).status_code == 404


def test_a_preview_is_no_file_to_give_back(client, upload):
    token = token_in(upload(file_of(survey_row(1))))

    assert client.get(ERRORS, {"token": token}).status_code == 404


def test_files_to_give_back_are_swept_after_a_day(client, upload):
    upload(file_of(survey_row(1, v1a=-1)))
    assert len(list(folder().iterdir())) == 2
    for path in folder().iterdir():
        os.utime(path, (1, 1))

    upload(file_of(survey_row(2)))

    assert len(list(folder().iterdir())) == 1


def test_a_survey_of_the_area_as_a_whole_is_marked_as_weaker(upload):
    text = text_of(upload(file_of(survey_row(1, rt_rw="seluruh  kawasan"))))

    assert "seluruh kawasan (lebih lemah)" in text
    assert re.search(r"RT baru 0 ", text)


def test_the_page_offers_a_template_per_rule_set(client, people):
    client.force_login(people["operator"])

    page = client.get(PAGE).content.decode()

    for code in ("permen-14-2018", "permen-02-2016"):
        assert f"{TEMPLATE}?rule_set={code}" in page
    assert f'value="{rule_set().pk}" selected' in page
