"""Areas and ledger as files: as filtered, with decrees, day and moment inside."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from areas.ledger_corrections import reverse
from core import exports
from tests.dashboard.surfaces import added, collection_of, sheet_of
from tests.factories_areas import SQUARE
from tests.factories_ledger import (
    LedgerAreaFactory,
    LedgerUnitFactory,
    credit_unit,
    decreed_area,
    surveyed_twice,
)

AREAS, LEDGER = "/kawasan/", "/buku-besar/"
TODAY = "2022-06-30"


@pytest.fixture
def line(office):
    return decreed_area("1", "2", agency=office, name="Kawasan Melati")


def asked(client, url, **query):
    return client.get(url, {"as_of": TODAY, **query})


def told(client, url, **query) -> dict:
    """The workbook's second sheet."""
    response = asked(client, url, format="xlsx", **query)
    return dict(tuple(row) for row in sheet_of(response, 1))


def outlined(record) -> None:
    box = {"min_lon": 114.58, "min_lat": -3.34, "max_lon": 114.6, "max_lat": -3.32}
    values = {"outline": SQUARE, "outline_hectares": Decimal("491.5"), **box}
    type(record).objects.filter(pk=record.pk).update(**values)


# ---- the list page -----------------------------------------------------------


@pytest.mark.parametrize("url", [AREAS, LEDGER])
def test_page_offers_three_files_with_its_filters(client, log_in, line, url):
    credit_unit(line)
    log_in("operator")

    page = asked(client, url, q="Melati").content.decode()

    for name in ("csv", "xlsx", "geojson"):
        assert f"?as_of={TODAY}&amp;q=Melati&amp;format={name}" in page


def test_totals_of_the_page_are_six(client, log_in, line):
    surveyed_twice(line, "heavy", "light")
    credit_unit(line)
    log_in("operator")

    totals = asked(client, AREAS).context["totals"]

    assert totals == {
        "decreed": 3,
        "handled": 1,
        "unhandled": 2,
        "improved": 3,
        "cleared": 0,
        "uncleared": 3,
    }


def test_what_remains_is_not_shown_of_one_agency(client, log_in, line, office):
    credit_unit(line)
    log_in("operator")

    page = asked(client, AREAS, agency=office.pk)

    assert set(page.context["totals"]) == {"decreed", "handled", "improved", "cleared"}
    html = page.content.decode()
    assert "hanya dari:" in html
    assert "Instansi pelapor: Disperkim Kota Banjarmasin" in html
    (row,) = client.get("/api/v1/slum-areas/", {"agency": office.pk}).json()["results"]
    assert (row["handled"], row["unhandled"], row["uncleared"]) == (
        "1.000000",
        None,
        None,
    )


def test_page_says_what_was_known(client, log_in, line):
    log_in("operator")

    html = asked(client, AREAS, known_at="2022-06-30").content.decode()

    assert "menurut yang tercatat sebelum 1 Jul 2022 00.00 WITA" in html


def test_advanced_filters_open_once_one_is_used(client, log_in, line):
    log_in("operator")

    assert '<details class="filters-more">' in asked(client, AREAS).content.decode()
    used = asked(client, AREAS, method="field").content.decode()
    assert '<details class="filters-more" open>' in used


# ---- workbooks ---------------------------------------------------------------


def test_workbook_of_areas_says_what_it_stands_on(client, log_in, line):
    credit_unit(line)
    log_in("operator")

    found = told(client, AREAS, q="Melati", known_at="2099-01-01")

    assert found["SK"] == "SK-UJI 1/2020"
    assert found["Keadaan per"] == TODAY
    assert found["Tercatat sebelum"] == "2099-01-02T00:00:00+08:00"
    assert found["Saringan Kawasan atau kelurahan/desa"] == "Melati"
    assert (found["Jumlah: Luas SK (ha)"], found["Jumlah: Ditangani (ha)"]) == (3, 1)
    assert found["Baris"] == 1


def test_workbook_of_areas_has_typology_and_three_sizes(client, log_in, line):
    line.area.typology = "on_water"
    line.area.save()
    outlined(line.area)
    surveyed_twice(line, "heavy", "light")
    log_in("operator")

    head, row = sheet_of(asked(client, AREAS, format="xlsx"), 0)

    found = dict(zip(head, row, strict=True))
    assert found["Tipologi"] == "Di atas air"
    assert found["Luas menurut penilaian terverifikasi (ha)"] == 1
    assert found["Luas di dalam batas (ha)"] == 491.5
    assert found["Belum keluar dari kumuh (ha)"] == 3
    assert found["Tanggal survei"] == date(2020, 12, 31)


def test_workbook_of_the_ledger_adds_up_by_decree_and_outcome(
    client, log_in, line, verifier
):
    reverse(credit_unit(line).entry, reason="Salah RT", by=verifier)
    surveyed_twice(line, "heavy", "light")
    log_in("operator")

    found = told(client, LEDGER)
    head, *rows = sheet_of(asked(client, LEDGER, format="xlsx"), 0)

    assert found["Hektare: Ditangani, SK-UJI 1/2020"] == 0
    assert found["Hektare: Membaik, SK-UJI 1/2020"] == 3
    assert found["SK"] == "SK-UJI 1/2020"
    hectares = [row[head.index("Hektare")] for row in rows]
    assert sorted(hectares) == [-1, 1, 3]


def test_without_a_moment_the_file_says_until_when_it_knows(client, log_in, line):
    log_in("operator")
    before = timezone.localtime().replace(microsecond=0)

    found = told(client, AREAS)["Tercatat sebelum"]

    assert before.isoformat() <= found <= timezone.localtime().isoformat()


def test_a_list_too_long_for_a_sheet_is_refused_on_its_page(
    client, log_in, line, monkeypatch
):
    credit_unit(line)
    monkeypatch.setattr(exports, "MOST_ROWS", 0)
    log_in("operator")

    response = client.get(AREAS, {"q": "Melati", "format": "xlsx"}, follow=True)

    assert response.redirect_chain == [("/kawasan/?q=Melati", 302)]
    assert "Saring dulu, menurut kabupaten/kota atau tahun" in response.content.decode()


@pytest.mark.parametrize("url", [AREAS, LEDGER])
@pytest.mark.parametrize("name", ["csv", "xlsx", "geojson"])
def test_file_costs_the_same_for_more_rows(
    client, log_in, line, office, queries_of, url, name
):
    log_in("operator")
    credit_unit(line)

    def read() -> bytes:
        return asked(client, url, format=name).getvalue()

    read()
    few = queries_of(read)
    for _number in range(4):
        credit_unit(decreed_area("1", agency=office))

    assert queries_of(read) == few


@pytest.mark.parametrize(
    "url", ["/instansi/", "/sk/", "/penilaian/", "/program/", "/laporan/"]
)
def test_every_list_has_a_workbook(client, log_in, line, url):
    log_in("verifier")

    head = sheet_of(client.get(url, {"format": "xlsx"}), 0)[:1]

    assert len(head[0]) > 3


# ---- GeoJSON -----------------------------------------------------------------


def test_areas_have_outline_point_or_nothing_and_none_is_missing(
    client, log_in, line, office
):
    outlined(line.area)
    point = {"latitude": Decimal("-3.3"), "longitude": Decimal("114.6")}
    decreed_area("4", agency=office, name="Titik", **point)
    decreed_area("5", agency=office, name="Tanpa tempat")
    LedgerAreaFactory(agency=office, name="Tanpa SK")
    log_in("operator")

    found = collection_of(asked(client, AREAS, format="geojson"))

    kinds = {
        feature["properties"]["name"]: (feature["geometry"] or {}).get("type")
        for feature in found["features"]
    }
    assert kinds == {
        "Kawasan Melati": "Polygon",
        "Titik": "Point",
        "Tanpa tempat": None,
        "Tanpa SK": None,
    }
    totals = found["totals"]
    assert (totals["areas"], totals["areas_without_decree"]) == (3, 1)
    assert totals["decreed"] == "12.000000"
    rows = [feature["properties"] for feature in found["features"]]
    assert added(row["decreed"] for row in rows) == 12


def test_areas_say_what_they_stand_on(client, log_in, line):
    log_in("operator")

    found = collection_of(asked(client, AREAS, q="Melati", format="geojson"))

    assert (found["as_of"], found["known_at"]) == (TODAY, None)
    assert found["baseline"] == ["SK-UJI 1/2020"]
    assert found["filters"] == {"q": "Melati", "as_of": TODAY}
    properties = found["features"][0]["properties"]
    assert (properties["as_of"], properties["decree_number"]) == (
        TODAY,
        "SK-UJI 1/2020",
    )
    api = client.get("/api/v1/slum-areas/geojson/", {"as_of": TODAY, "q": "Melati"})
    assert collection_of(api) == found


def test_entries_lie_where_their_rt_or_area_is(client, log_in, line, office):
    one, _two = line.area.neighbourhoods.order_by("pk")
    outlined(one)
    point = {"latitude": Decimal("-3.3"), "longitude": Decimal("114.6")}
    pointed = decreed_area("4", agency=office, **point)
    nowhere = decreed_area("5", agency=office)
    entries = [
        credit_unit(line, one).entry,
        credit_unit(pointed).entry,
        credit_unit(nowhere).entry,
    ]
    log_in("operator")

    found = collection_of(asked(client, LEDGER, format="geojson"))

    places = {
        feature["id"]: (
            feature["properties"]["place"],
            (feature["geometry"] or {}).get("type"),
        )
        for feature in found["features"]
    }
    assert places == {
        entries[0].pk: ("neighbourhood", "Polygon"),
        entries[1].pk: ("area", "Point"),
        entries[2].pk: (None, None),
    }
    assert found["totals"] == [
        {
            "decree_number": "SK-UJI 1/2020",
            "outcome": "handled",
            "hectares": "10.000000",
        }
    ]
    rows = [feature["properties"] for feature in found["features"]]
    assert added(row["hectares"] for row in rows) == 10


def test_a_retired_rt_still_has_its_place(client, log_in, line):
    unit = LedgerUnitFactory(area=line.area)
    outlined(unit)
    entry = credit_unit(line, unit, hectares=Decimal(1)).entry
    type(unit).every.filter(pk=unit.pk).update(retired_on="2022-01-01")
    log_in("operator")

    (found,) = collection_of(asked(client, LEDGER, format="geojson"))["features"]

    assert (found["id"], found["properties"]["place"]) == (entry.pk, "neighbourhood")
