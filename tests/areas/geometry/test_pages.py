"""Maps and the import of outlines as people meet them."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from areas.models import SlumArea
from core.uploads import folder
from tests.areas.geometry.test_checks import BOW
from tests.areas.geometry.test_storing import given, outline_of
from tests.areas.pages import address, text_of
from tests.factories_areas import NeighbourhoodFactory, SlumAreaFactory
from tests.map_files import EAST, degrees, geojson, moved, shapefile, square

pytestmark = pytest.mark.django_db

PAGE, CONFIRM = "/impor-peta/", "/impor-peta/simpan/"


@pytest.fixture
def upload(client, area, log_in):
    """Sends a file for the area (or for many); the page that comes back."""

    def send(content, name="peta.geojson", *, by="operator", one=True, **fields):
        log_in(by)
        address = f"{PAGE}?area={area.pk}" if one else PAGE
        file = SimpleUploadedFile(name, content)
        return client.post(address, {"holds": "areas", **fields, "file": file})

    return send


def token_in(page):
    return re.search(r'name="token" value="(\w+)"', text_of(page)).group(1)


def words_of(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text_of(page)))


def test_a_preview_stores_nothing_and_the_confirmation_stores_once(
    client, area, upload
):
    page = upload(geojson(degrees(square())))

    assert "Mantuil" in words_of(page)
    assert '<data value="99.901573">99,90</data>' in text_of(page)
    assert "-0,10 ha (-0,10 %)" in words_of(page).replace("\u2212", "-")
    assert 'class="map map-small"' in text_of(page)
    assert not SlumArea.objects.exclude(outline=None).exists()

    token = token_in(page)
    done = client.post(CONFIRM, {"token": token}, follow=True)

    assert done.redirect_chain[-1][0] == address("area-map", area)
    assert "Garis luar disimpan: 1 baru" in words_of(done)
    again = client.post(CONFIRM, {"token": token}, follow=True)
    assert "Pratinjau ini sudah tidak ada" in words_of(again)
    assert list(folder().iterdir()) == []


def test_many_areas_by_the_column(client, area, office, upload):
    SlumAreaFactory(agency=office, name="Kelayan")
    content = geojson(
        degrees(square()), degrees(square(EAST + 900)), NAMA=["Mantuil", "Kelayan"]
    )

    page = upload(content, one=False)

    assert re.search(r"Kelayan 9,99 ha", words_of(page))
    client.post(CONFIRM, {"token": token_in(page)})
    assert SlumArea.objects.exclude(outline=None).count() == 2


def test_a_refused_file_shows_the_place_and_cannot_be_confirmed(upload, tmp_path):
    page = upload(shapefile(tmp_path, [moved(BOW)]), "bow.zip")

    assert page.status_code == 200
    assert "Tidak ada yang disimpan: 1 hal perlu diperbaiki" in words_of(page)
    assert "memotong atau menyentuh dirinya sendiri di 114.5837" in words_of(page)
    assert '<circle class="wrong"' in text_of(page)
    assert 'name="token"' not in text_of(page)


def test_a_file_that_cannot_be_read_is_told_on_the_form(upload, settings):
    assert "Ini bukan berkas peta (PDF)." in words_of(upload(b"%PDF-1.7", "peta.zip"))
    settings.GEOMETRY_MAX_BYTES = 100
    big = upload(geojson(degrees(square())))
    assert "Berkas lebih besar dari" in words_of(big)


def test_the_same_file_again_offers_nothing(client, upload):
    content = geojson(degrees(square()))
    client.post(CONFIRM, {"token": token_in(upload(content))})

    page = upload(content)

    assert "Semua isi berkas ini sudah tersimpan" in words_of(page)
    assert 'name="token"' not in text_of(page)


def test_what_changed_between_preview_and_confirmation_is_told(client, area, upload):
    token = token_in(upload(geojson(degrees(square()), NAMA=["Mantuil"]), one=False))
    SlumArea.objects.update(name="Mantuil Selatan")

    page = client.post(CONFIRM, {"token": token})

    assert "Tidak ada kawasan Anda yang bernama “Mantuil”" in words_of(page)
    assert not SlumArea.objects.exclude(outline=None).exists()


@pytest.mark.parametrize(
    ("person", "status"),
    [("operator", 200), ("viewer", 403), ("stranger", 404), ("verifier", 403)],
)
def test_upload_for_an_area_by_whom(client, area, log_in, person, status):
    log_in(person)

    assert client.get(PAGE, {"area": area.pk}).status_code == status


@pytest.mark.parametrize("key", ["x", "99999999999999999999", "-1", "0"])
def test_upload_for_no_area(client, log_in, key):
    log_in("operator")

    assert client.get(PAGE, {"area": key}).status_code == 404


def test_map_shows_three_hectares_and_what_lies_over_it(client, area, office, log_in):
    given(area, square())
    unit = NeighbourhoodFactory(area=area, rt_rw="001", hectares=90)
    other = given(SlumAreaFactory(agency=office, name="Kelayan"), square(EAST + 900))
    log_in("viewer")

    page = client.get(address("area-map", area))

    text = words_of(page)
    assert "Menurut SK 100,00" in text
    assert "Menurut survei 90,00 +9,90 ha (+11,00 %) selisih besar" in text
    assert "Menurut garis luar 99,90" in text
    assert "Kelayan · 9,99 ha" in text
    assert unit.rt_rw in text
    assert address("area-map", other) in text_of(page)
    assert "Unggah garis luar" not in text  # a viewer may not
    log_in("operator")
    assert "Unggah garis luar" in words_of(client.get(address("area-map", area)))


def test_areas_out_of_scope_are_not_named(client, area, other_office, log_in):
    given(area, square())
    given(SlumAreaFactory(agency=other_office, name="Guntung"), square(EAST + 900))

    log_in("operator")
    assert "Guntung" not in words_of(client.get(address("area-map", area)))
    log_in("editor")
    assert "Guntung" in words_of(client.get(address("area-map", area)))


def test_map_without_outline_says_what_to_do(client, area, log_in):
    log_in("viewer")
    assert "Instansi penanggung jawab mengunggahnya." in words_of(
        client.get(address("area-map", area))
    )


def test_versions_page(client, area, upload, log_in):
    for n in range(2):
        page = upload(geojson(degrees(square(EAST + n))), f"versi-{n}.geojson")
        client.post(CONFIRM, {"token": token_in(page)})
    log_in("viewer")

    page = client.get(address("area-outlines", area))

    assert text_of(page).count('class="map map-small"') == 2
    assert words_of(page).index("versi-1.geojson") < words_of(page).index("versi-0")


@pytest.mark.parametrize("name", ["area-map", "area-outlines"])
def test_pages_cost_the_same_for_more(client, area, office, log_in, queries_of, name):
    def add(count, start):
        for n in range(start, start + count):
            unit = NeighbourhoodFactory(area=area, rt_rw=f"{n:03d}")
            given_unit(unit, square(EAST + 10 * n, size=100))
            given(SlumAreaFactory(agency=office), square(EAST + 10 * n))

    given(area, square())
    log_in("viewer")
    client.get(address(name, area))  # who asked goes on into the trail of this test
    add(2, 0)
    few = queries_of(client.get, address(name, area))
    add(6, 2)

    assert queries_of(client.get, address(name, area)) == few


def given_unit(unit, shape):
    type(unit).objects.filter(pk=unit.pk).update(**outline_of(shape).as_fields())


def test_the_api_tells_the_hectares_of_outlines(client, area, log_in):
    given(area, square())
    unit = NeighbourhoodFactory(area=area)
    log_in("viewer")

    found = client.get(f"/api/v1/slum-areas/{area.pk}/").json()
    assert found["outline_hectares"] == "99.901573"
    found = client.get(f"/api/v1/neighbourhoods/{unit.pk}/").json()
    assert found["outline_hectares"] is None
