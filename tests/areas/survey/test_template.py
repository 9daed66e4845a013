"""The template: filled in with one's own RT, and imported again."""

import re
from datetime import date
from decimal import Decimal
from io import BytesIO
from string import ascii_uppercase
from zipfile import ZipFile

import pytest

from agencies.models import Region
from areas.models import Assessment, IndicatorValue
from areas.rule_sets import published_rules
from areas.survey.columns import SurveySheet
from areas.survey.content import TemplateContent, template_content
from areas.survey.guidance import GUIDANCE
from areas.survey_template import survey_template
from tests.factories_areas import (
    DecreeLineFactory,
    NeighbourhoodFactory,
    SlumAreaFactory,
)
from tests.rules import PERMEN_02_2016, PERMEN_14_2018
from tests.spreadsheets import cells_of
from tests.survey import SURVEYED_ON, people_agency, survey_row

pytestmark = pytest.mark.django_db

ADDRESS = "/impor-survei/templat/"
EMPTY = TemplateContent([], [], [])
LETTERS = [*ascii_uppercase, *(f"A{letter}" for letter in ascii_uppercase)]


def template(rules=PERMEN_14_2018, content=EMPTY):
    return survey_template(SurveySheet(rules), content)


@pytest.fixture
def area(people, decree):
    """An area of the operator's office with two RT."""
    area = SlumAreaFactory(name="Kelayan Barat", agency=people_agency(people))
    village = Region.objects.get(code="63.71.01.1001")
    for rt_rw, hectares in (("RT 002", "0.123456"), ("RT 001", "2")):
        NeighbourhoodFactory(
            area=area, village=village, rt_rw=rt_rw, hectares=Decimal(hectares)
        )
    DecreeLineFactory(decree=decree, area=area, hectares=Decimal("2.123456"))
    return area


@pytest.fixture
def download(client, people):
    def get(by="operator", **query):
        client.force_login(people[by])
        return client.get(ADDRESS, query)

    return get


def test_the_template_of_nobodys_areas_is_a_file_without_rows(refused):
    assert refused(file=BytesIO(template())) == [
        "Berkas hanya berisi judul kolom. Tulis paling sedikit satu baris di bawahnya."
    ]


def test_it_is_filled_in_with_the_stored_rt(area, download):
    heads, *rows = cells_of(download().content)

    sheet = SurveySheet(PERMEN_14_2018)
    assert heads == [column.heading for column in sheet.columns]
    known = ["63.71.01.1001", "Kelayan Barat"]
    figures = [100, 400, 100, 1000, 1000]
    assert [row[:9] for row in rows] == [
        [*known, "RT 001", 2, *figures],
        [*known, "RT 002", 0.123456, *figures],
    ]
    assert {cell for row in rows for cell in row[9:]} == {""}


def test_only_ones_own_areas_stand_in_it(area, download, people):
    other = people["neighbour"].memberships.get().agency
    SlumAreaFactory(name="Landasan Ulin", agency=other, regency=other.region)

    own = {row[1] for row in cells_of(download().content)[1:]}
    all_areas = {row[1] for row in cells_of(download(by="editor").content)[1:]}

    assert own == {"Kelayan Barat"}
    assert all_areas == {"Kelayan Barat", "Landasan Ulin"}
    assert download(area=SlumAreaFactory().pk).status_code == 404
    assert download(area="x").status_code == 404


def test_an_area_without_rt_gets_a_row_with_its_name(area, download, people):
    SlumAreaFactory(name="Pelambuan", agency=people_agency(people))

    rows = cells_of(download().content)[1:]
    one = cells_of(download(area=area.pk).content)[1:]

    assert rows[-1][:4] == ["", "Pelambuan", "", ""]
    assert len(one) == 2


def test_another_rule_set_has_its_own_columns(download):
    response = download(rule_set="permen-02-2016")

    assert "4d" in cells_of(response.content)[0]
    assert "templat-survei-kumuh-permen-02-2016.xlsx" in response["Content-Disposition"]
    assert download(rule_set="permen-99").status_code == 404


def test_the_last_sheet_lists_villages_and_areas(area, download):
    content = download().content
    heads, *rows = cells_of(content, sheet=2)

    assert heads[:3] == ["Kode kelurahan/desa", "Kelurahan/desa", "Kecamatan"]
    assert [row[0] for row in rows] == [
        "63.71.01.1001",
        "63.71.01.1002",
        "63.71.02.1003",
    ]
    assert rows[0][4] == "Kelayan Barat"
    assert b'state="hidden"' not in ZipFile(BytesIO(content)).read("xl/workbook.xml")


@pytest.mark.parametrize("rules", [PERMEN_14_2018, PERMEN_02_2016], ids=str)
def test_volumes_are_checked_against_the_denominator_of_their_row(area, people, rules):
    content = template(rules, template_content(people["operator"]))
    xml = ZipFile(BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()
    checks = dict(
        re.findall(
            r'<dataValidation type="decimal" [^>]*sqref="([A-Z]+)2:[A-Z]+1003">'
            r"<formula1>0</formula1><formula2>\$([A-Z]+)2</formula2>",
            xml,
        )
    )

    sheet = SurveySheet(rules)
    headings = [column.heading for column in sheet.columns]
    letter_of = dict(zip(headings, LETTERS, strict=False))
    assert checks == {
        letter_of[code]: letter_of[sheet.denominator_heading(code)]
        for code in rules.codes
    }
    assert "<formula1>'Wilayah'!$A$2:$A$4</formula1>" in xml
    assert "<formula1>'Wilayah'!$E$2:$E$2</formula1>" in xml


def test_every_indicator_is_explained_with_thresholds_and_sources():
    explained = cells_of(template(), sheet=1)

    citation = f"{PERMEN_14_2018.title}: {PERMEN_14_2018.citation}"
    assert explained[0][:2] == ["Aturan", citation]
    lines = {row[0]: " ".join(map(str, row)) for row in explained}
    assert set(PERMEN_14_2018.codes) < set(lines)
    for code, words in {
        "1b": ["250 unit/ha", "200 unit/ha", "luas permukiman (luas_ha)"],
        "3b": ["60 liter per orang per hari", "Perda Kota Bontang 2/2017"],
        "4a": ["30 cm", "2 jam", "2 kali setahun", "belum diverifikasi"],
    }.items():
        for word in words:
            assert word in lines[code]


def test_every_measure_of_a_published_rule_set_has_guidance():
    measures = {
        row.measure for rules in published_rules().values() for row in rules.indicators
    }

    assert measures <= set(GUIDANCE)


def test_the_filled_template_is_imported(area, people, run):
    content = template_content(people["operator"], area=area)
    filled = with_row(template(content=content), survey_row(3, v1a=80))

    plan = run(file=filled, by="operator", create_areas=False)

    assert (plan.new_units, plan.changed_units, plan.same_units) == (1, 0, 2)
    assert Assessment.objects.get().surveyed_on == SURVEYED_ON
    assert IndicatorValue.objects.get(code="1a", volume=80)


def with_row(workbook, row):
    """The workbook with its rows completed and one more, as Excel saves it."""
    filled = BytesIO()
    with ZipFile(BytesIO(workbook)) as source, ZipFile(filled, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                content = completed(content.decode(), row).encode()
            target.writestr(name, content)
    return filled


def completed(xml, row):
    """Volumes 0 and the date in every row; `row` below them."""
    columns = SurveySheet(PERMEN_14_2018).columns
    letters = dict(zip([c.heading for c in columns], LETTERS, strict=False))
    date_style = re.search(rf'<col min="{len(columns)}"[^>]* style="(\d+)"', xml)[1]

    def cells(number, values):
        for heading, value in values.items():
            place = f'<c r="{letters[heading]}{number}"'
            if isinstance(value, date):
                serial = (value - date(1899, 12, 30)).days
                yield f'{place} s="{date_style}"><v>{serial}</v></c>'
            elif isinstance(value, str):
                yield f'{place} t="inlineStr"><is><t>{value}</t></is></c>'
            else:
                yield f"{place}><v>{value}</v></c>"

    volumes = dict.fromkeys(PERMEN_14_2018.codes, 0) | {"tanggal_survei": SURVEYED_ON}
    for number in (2, 3):
        end = "".join(cells(number, volumes))
        xml = re.sub(rf'(<row r="{number}".*?)(</row>)', rf"\1{end}\2", xml, count=1)
    new = f'<row r="4">{"".join(cells(4, row))}</row>'
    return xml.replace("</sheetData>", f"{new}</sheetData>")
