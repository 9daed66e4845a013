"""The survey import as people meet it: upload, preview, confirmation, template."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from python_calamine import CalamineWorkbook

from areas.models import Assessment, Neighbourhood, SlumArea
from areas.survey.uploads import folder
from tests.factories_areas import DecreeFactory, DecreeLineFactory, SlumAreaFactory
from tests.spreadsheets import csv_of, xlsx_of
from tests.survey import make_people, survey_row

pytestmark = pytest.mark.django_db

PAGE, CONFIRM = "/impor-survei/", "/impor-survei/simpan/"
TEMPLATE = "/impor-survei/templat/"


@pytest.fixture
def people():
    return make_people()


@pytest.fixture
def decree():
    return DecreeFactory(number="SK 1/2025")


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def upload(client, people, decree):
    """Sends a file as `by`; the page that comes back."""

    def send(content, name="survei.xlsx", by="editor", **fields):
        client.force_login(people[by])
        fields = {"create_areas": "on", "decree": decree.pk} | fields
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


def test_everything_wrong_is_told_with_its_cell_and_nothing_is_kept(upload):
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
    assert not folder().exists() or list(folder().iterdir()) == []


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


def test_the_template_opens_and_has_every_column(client, people):
    client.force_login(people["operator"])
    response = client.get(TEMPLATE)

    path = folder().parent / "templat.xlsx"
    path.write_bytes(response.content)
    headings = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()[0]

    assert headings == list(survey_row(1))
    assert "templat-survei-kumuh.xlsx" in response["Content-Disposition"]


@pytest.mark.parametrize("address", [PAGE, TEMPLATE])
def test_a_viewer_may_not(client, people, address):
    client.force_login(people["viewer"])

    assert client.get(address).status_code == 403
