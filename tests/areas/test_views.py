"""The lists, and the pages of areas and decrees, as people use them."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from areas import services
from areas.models import Decree, DecreeLine, Neighbourhood, SlumArea
from tests.areas.pages import address, text_of
from tests.factories_areas import (
    SQUARE,
    DecreeLineFactory,
    NeighbourhoodFactory,
    SlumAreaFactory,
    verified_assessment,
)
from tests.factories_ledger import credit_unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def area(office) -> SlumArea:
    """Mantuil: 2 RT, 4 ha under a decree."""
    area = SlumAreaFactory(agency=office, name="Mantuil")
    NeighbourhoodFactory(area=area, rt_rw="001")
    NeighbourhoodFactory(area=area, rt_rw="002", hectares=Decimal(3))
    DecreeLineFactory(area=area, hectares=Decimal(4))
    return area


# ---- lists -------------------------------------------------------------------


def test_area_list_shows_the_figures_and_their_sum(client, area, log_in, verifier):
    credit_unit(area.decree_lines.get(), by=verifier, effective_on=date(2024, 1, 1))
    log_in("viewer")

    page = text_of(client.get(address("area-list")))

    assert '<data value="4.000000">4,00</data>' in page
    assert '<data value="3.000000">3,00</data>' in page  # not handled
    assert "25,00\u00a0%" in page


def test_area_list_as_csv_has_the_same_rows_exactly(client, area, log_in):
    SlumAreaFactory(agency=area.agency, name="Kelayan")
    log_in("viewer")

    response = client.get(address("area-list"), {"q": "mantuil", "format": "csv"})

    lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert lines[1].startswith("Mantuil;Kota Banjarmasin;")
    assert "4,000000;0,000000;4,000000" in lines[1]


def test_area_list_of_another_day(client, area, log_in, verifier):
    credit_unit(area.decree_lines.get(), by=verifier, effective_on=date(2024, 1, 1))
    log_in("viewer")

    page = text_of(client.get(address("area-list"), {"as_of": "2023-12-31"}))

    assert '<data value="3.000000">' not in page
    assert "31 Des 2023" in page


@pytest.mark.parametrize("query", ["regency=99", "decree=0", "as_of=kemarin"])
def test_unreadable_filter_shows_no_rows(client, area, log_in, query):
    log_in("viewer")

    page = text_of(client.get(f"{address('area-list')}?{query}"))

    assert "Mantuil" not in page


@pytest.mark.parametrize("page", ["area-list", "decree-list", "assessment-list"])
def test_empty_list_says_what_to_do(client, log_in, page):
    log_in("editor")

    assert 'class="empty"' in text_of(client.get(address(page)))


def test_area_list_costs_the_same_for_more_areas(
    client, area, operator, head, verifier, queries_of
):
    client.force_login(operator)
    queries_of(client.get, address("area-list"))
    few = queries_of(client.get, address("area-list"))
    for number in range(4):
        more = SlumAreaFactory(agency=area.agency, name=f"Lain {number}")
        NeighbourhoodFactory(area=more)
        DecreeLineFactory(area=more, decree=area.decree_lines.get().decree)
        verified_assessment(more, by=head, verifier=verifier)

    assert queries_of(client.get, address("area-list")) == few


def test_decree_list_and_decree_cost_the_same_for_more(
    client, area, viewer, queries_of
):
    client.force_login(viewer)
    line = area.decree_lines.get()
    pages = [address("decree-list"), address("decree-detail", line.decree)]
    for page in pages:
        client.get(page)
    few = [queries_of(client.get, page) for page in pages]
    for number in range(4):
        other = SlumAreaFactory(agency=area.agency, name=f"Lain {number}")
        DecreeLineFactory(area=other, decree=line.decree)
        DecreeLineFactory(
            area=other,
            decree__issued_on=date(2010 + number, 1, 1),
            decree__in_force_until=date(2011 + number, 1, 1),
        )

    assert [queries_of(client.get, page) for page in pages] == few


def test_parts_of_an_area_cost_the_same_for_more_rt(
    client, area, head, verifier, viewer, queries_of
):
    verified_assessment(area, by=head, verifier=verifier)
    client.force_login(viewer)
    names = ("area-detail", "area-assessments", "area-ledger", "area-trail")
    pages = [address(name, area) for name in names]
    for page in pages:
        client.get(page)
    NeighbourhoodFactory(area=area, rt_rw="100")  # by somebody, as all that follow
    few = [queries_of(client.get, page) for page in pages]
    for number in range(6):
        NeighbourhoodFactory(area=area, rt_rw=f"2{number}")
    day = date(2025, 1, 1)
    verified_assessment(area, by=head, verifier=verifier, surveyed_on=day)

    assert [queries_of(client.get, page) for page in pages] == few


# ---- areas -------------------------------------------------------------------


@pytest.mark.parametrize(
    "page", ["area-detail", "area-assessments", "area-ledger", "area-trail"]
)
def test_area_outside_the_scope_is_not_there(client, area, log_in, page):
    log_in("stranger")

    assert client.get(address(page, area)).status_code == 404


def test_area_shows_outline_and_what_cannot_be_compared(client, area, operator):
    services.update_area(area, by=operator, outline=SQUARE)
    client.force_login(operator)

    page = text_of(client.get(address("area-detail", area)))

    assert 'class="outline"' in page
    assert page.count("belum dapat dibandingkan") == 2
    assert "style=" not in page


def test_baseline_and_now_stand_side_by_side(client, area, head, verifier, viewer):
    slum = dict.fromkeys(("v1a", "v1c", "v3a", "v7b"), 100)
    verified_assessment(area, by=head, verifier=verifier, **slum)
    verified_assessment(
        area, by=head, verifier=verifier, surveyed_on=date(2025, 6, 1), v1a=100
    )
    client.force_login(viewer)

    page = text_of(client.get(address("area-assessments", area)))

    assert "20 → 5" in page
    assert "Kumuh ringan" in page
    assert "▼ 5" in page


def test_operator_creates_an_area_from_a_file(client, operator, region_tree):
    client.force_login(operator)
    upload = SimpleUploadedFile("batas.geojson", str(SQUARE).replace("'", '"').encode())

    response = client.post(
        address("area-create"),
        {
            "name": "Kelayan Barat",
            "agency": operator.memberships.get().agency_id,
            "villages": ["63.71.01.1001"],
            "latitude": "-3,33",
            "longitude": "114,59",
            "outline_file": upload,
        },
    )

    area = SlumArea.objects.get()
    assert response.url == area.get_absolute_url()
    assert (area.regency_id, area.latitude) == ("63.71", Decimal("-3.33"))
    assert area.outline == SQUARE


def test_form_tells_every_problem_at_its_field(client, area, operator):
    client.force_login(operator)

    page = text_of(
        client.post(
            address("area-create"),
            {"name": "Mantuil", "agency": area.agency_id, "outline": "{"},
        )
    )

    assert "bukan GeoJSON" in page
    assert SlumArea.objects.count() == 1


def test_province_chooses_the_regency_first(client, editor, area, other_office):
    client.force_login(editor)

    first = text_of(client.get(address("area-create")))
    then = text_of(client.get(address("area-create"), {"regency": "63.72"}))

    assert "?regency=63.71" in first
    assert "Landasan Ulin Timur" in then
    assert "Mantuil" not in then


def test_viewer_may_not_create_or_edit(client, area, log_in):
    log_in("viewer")

    assert client.get(address("area-create")).status_code == 403
    assert client.get(address("area-edit", area)).status_code == 403
    assert client.get(address("neighbourhood-create", area)).status_code == 403


def test_edit_keeps_what_is_not_changed(client, area, operator):
    client.force_login(operator)
    form = client.get(address("area-edit", area)).context["form"]
    values = {name: form[name].value() or "" for name in form.fields}
    del values["outline_file"]
    values["villages"] = ["63.71.01.1001"]

    response = client.post(address("area-edit", area), values | {"typology": "lowland"})

    assert response.status_code == 302, response.context["form"].errors
    area.refresh_from_db()
    assert (area.name, area.typology) == ("Mantuil", "lowland")


def test_rt_after_rt(client, area, operator):
    client.force_login(operator)

    response = client.post(
        address("neighbourhood-create", area),
        {
            "village": "63.71.01.1001",
            "rt_rw": "003",
            "hectares": "1,25",
            "buildings": "1.040",
            "households": "50",
            "ideal_road_m": "300,5",
            "ideal_drainage_m": "250",
            "another": "1",
        },
    )

    unit = Neighbourhood.objects.get(rt_rw="003")
    assert response.url == address("neighbourhood-create", area)
    assert (unit.hectares, unit.buildings) == (Decimal("1.25"), 1040)
    assert unit.population is None


def test_rt_of_another_office_is_not_there(client, area, log_in):
    log_in("stranger")
    unit = area.neighbourhoods.first()

    assert client.get(address("neighbourhood-edit", unit)).status_code == 404


def test_trail_names_who_from_what_to_what_and_through_what(client, area, operator):
    client.force_login(operator)
    unit = area.neighbourhoods.get(rt_rw="001")
    form = client.get(address("neighbourhood-edit", unit)).context["form"]
    values = {name: form[name].value() or "" for name in form.fields}
    values["households"] = "90"
    client.post(address("neighbourhood-edit", unit), values)

    trail = client.get(address("area-trail", area)).context["trail"]

    entry = next(row for row in trail if row.action == "diubah")
    change = entry.changes[0]
    assert (entry.who, entry.source, entry.subject) == ("operator", "halaman", "RT 001")
    assert (change.label, change.old, change.new) == ("jumlah KK", "100", "90")


# ---- decrees -----------------------------------------------------------------


def test_decree_shows_what_is_handled_under_it(client, area, verifier, viewer):
    line = area.decree_lines.get()
    credit_unit(line, by=verifier)
    client.force_login(viewer)

    page = text_of(client.get(address("decree-detail", line.decree)))

    assert '<data value="1.000000">1,00</data>' in page


def test_decree_names_the_one_that_counts_in_its_place(client, area, viewer):
    old = Decree.objects.get()
    new = DecreeLineFactory(
        area=area,
        decree__level=Decree.Level.MAYOR,
        decree__region=area.regency,
        decree__issued_on=date(2021, 1, 1),
    ).decree
    client.force_login(viewer)

    page = text_of(client.get(address("decree-detail", old)))

    assert f"dihitung dalam {new.number}" in page


def test_areas_outside_the_scope_are_counted_but_not_shown(
    client, area, viewer, other_office
):
    decree = Decree.objects.get()
    hidden = SlumAreaFactory(agency=other_office, name="Guntung Payung")
    DecreeLineFactory(decree=decree, area=hidden)
    client.force_login(viewer)

    page = text_of(client.get(address("decree-detail", decree)))

    assert "Guntung Payung" not in page
    assert "1 kawasan lain dalam SK ini berada di luar wilayah Anda" in page


def test_editor_enters_a_draft_and_its_areas(client, area, editor):
    client.force_login(editor)
    old = Decree.objects.get()

    response = client.post(
        address("decree-create"),
        {
            "number": "SK 5/2024",
            "level": "governor",
            "region": "63",
            "issued_on": "2024-05-01",
            "scope": "all",
            "counting_unit": "area",
            "supersedes": old.pk,
        },
    )
    decree = Decree.objects.get(number="SK 5/2024")
    assert response.url == address("decree-lines", decree)
    client.post(response.url, {"area_0": area.pk, "new_0": "3,84"})

    assert decree.lines.get().hectares == Decimal("3.84")
    assert (decree.is_draft, decree.supersedes) == (True, old)
    old.refresh_from_db()
    assert old.in_force_until is None


@pytest.fixture
def draft_line(area) -> DecreeLine:
    return DecreeLineFactory(area=area, hectares=Decimal(4), decree__status="draft")


def test_lines_are_changed_removed_and_refused_together(
    client, area, draft_line, editor
):
    decree = draft_line.decree
    other = DecreeLineFactory(decree=decree)
    client.force_login(editor)
    url = address("decree-lines", decree)

    refused = text_of(
        client.post(url, {f"hectares_{area.pk}": "0", f"hectares_{other.area_id}": ""})
    )
    assert "luas harus lebih dari 0 ha" not in refused  # blank is told first
    assert "Tulis luasnya, atau keluarkan kawasan ini." in refused

    client.post(
        url,
        {f"hectares_{area.pk}": "4,5", f"remove_{other.area_id}": "on"},
    )
    assert [row.hectares for row in decree.lines.all()] == [Decimal("4.5")]


def test_refusal_of_the_service_stands_at_the_line(client, area, draft_line, editor):
    client.force_login(editor)

    response = client.post(
        address("decree-lines", draft_line.decree), {f"hectares_{area.pk}": "0"}
    )

    errors = response.context["form"].errors
    assert errors == {f"hectares_{area.pk}": ["Mantuil: luas harus lebih dari 0 ha."]}


def test_district_may_look_at_a_decree_only(client, area, head):
    client.force_login(head)
    decree = Decree.objects.get()

    assert client.get(address("decree-detail", decree)).status_code == 200
    assert client.get(address("decree-create")).status_code == 403
    assert client.get(address("decree-edit", decree)).status_code == 403
    assert client.get(address("decree-lines", decree)).status_code == 403
