"""Published results as people meet them: upload, columns, preview, pages, CSV, API."""

import csv
import re
from decimal import Decimal
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from areas.models import PublishedResult, PublishedSource
from core.uploads import folder
from tests.areas.pages import address, said
from tests.data import DATA, requires_data
from tests.factories import UserFactory
from tests.factories_areas import rule_set
from tests.factories_published import (
    HEADINGS,
    PublishedResultFactory,
    PublishedSourceFactory,
    published_row,
)
from tests.spreadsheets import xlsx_of

pytestmark = pytest.mark.django_db
MARK = "Hasil terbitan tanpa volume, tidak dapat dihitung ulang"
API = "/api/v1"


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def upload(client, log_in):
    """Sends a file with its head as the data manager; the page that comes back."""

    def send(content, name="terbitan.xlsx", **fields):
        log_in("editor")
        head = {
            "title": "Profil kumuh",
            "publisher": "Dinas Contoh",
            "published_on": "2025-05-01",
            "region_name": "Kabupaten Contoh",
            "rule_set": rule_set().pk,
        }
        file = SimpleUploadedFile(name, content)
        sent = {**head, **fields, "file": file}
        return client.post(address("published-import"), sent, follow=True)

    return send


@pytest.fixture
def source():
    """Three RT of two kecamatan."""
    source = PublishedSourceFactory(title="Profil Contoh")
    PublishedResultFactory(
        source=source,
        district_name="ANYAR",
        village_name="BANDULU",
        area_name="Pesisir",
        hectares=Decimal("1.25"),
    )
    PublishedResultFactory(
        source=source,
        district_name="ANYAR",
        village_name="BUNIHARA",
        hectares=Decimal("2.123456"),
        authority="PROVINSI",
        total=38,
        severity="moderate",
    )
    PublishedResultFactory(
        source=source, district_name="KIBIN", village_name="CIAGEL", hectares=None
    )
    return source


def file_of(*rows):
    return xlsx_of(rows).getvalue()


def text_of(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def token_in(page):
    return re.search(r'name="token" value="(\w+)"', page.content.decode()).group(1)


def chosen_in(page):
    """What a browser would send of the form with the columns."""
    form = page.context["form"]
    values = {field.name: field.value() or "" for field in form}
    return {"token": token_in(page), **values}


# ---- the import ---------------------------------------------------------------


def test_from_the_file_to_the_stored_rows(client, upload):
    page = upload(file_of(published_row(1), published_row(2)))
    assert chosen_in(page).items() >= HEADINGS.items()
    assert "Contoh isi: BANDULU · BANDULU" in text_of(page)
    assert not PublishedSource.objects.exists()

    preview = client.post(address("published-mapping"), chosen_in(page))
    text = text_of(preview)
    assert MARK in text
    assert text.count("2 dari 2") == 2
    assert "3,00" in text
    assert not PublishedSource.objects.exists()

    token = token_in(preview)
    done = client.post(address("published-confirm"), {"token": token}, follow=True)

    source = PublishedSource.objects.get()
    assert done.redirect_chain[0][0] == source.get_absolute_url()
    assert "2 baris dari “Profil kumuh” tersimpan." in text_of(done)
    assert source.results.count() == 2
    assert list(folder().iterdir()) == []
    again = client.post(address("published-confirm"), {"token": token}, follow=True)
    assert "Unggahan ini sudah tidak ada." in text_of(again)
    assert PublishedSource.objects.count() == 1


@requires_data
def test_the_real_file_in_three_steps(client, upload):
    content = (DATA / "serang" / "sumber_data.csv").read_bytes()
    page = upload(content, "sumber_data.csv", title="Kabupaten Serang")

    preview = client.post(address("published-mapping"), chosen_in(page))

    assert text_of(preview).count("602 dari 602") == 2
    done = client.post(
        address("published-confirm"), {"token": token_in(preview)}, follow=True
    )
    text = text_of(done)
    assert MARK in text
    assert text.count("602 dari 602") == 2
    assert "170 dari 170" in text
    assert "Tanpa pembulatan menjadi 169 dari 170" in text
    assert "9,999737" in text
    assert "PEGANDIKAN" in text
    assert PublishedResult.objects.count() == 602


def test_a_column_can_be_changed_and_the_preview_goes_back(client, upload):
    page = upload(file_of(published_row(1)))
    chosen = chosen_in(page) | {"area_name": "", "hamlet_name": ""}
    preview = client.post(address("published-mapping"), chosen)

    back = client.get(f"{address('published-mapping')}?token={token_in(preview)}")
    assert back.context["form"]["area_name"].value() in ("", None)
    assert back.context["form"]["rt_rw"].value() == "RT/RW"

    client.post(address("published-confirm"), {"token": token_in(preview)})
    result = PublishedResult.objects.get()
    assert (result.area_name, result.hamlet_name) == ("", "")
    assert "area_name" not in result.source.mapping


def test_missing_and_double_columns_stand_at_their_choices(client, upload):
    page = upload(file_of(published_row(1)))
    chosen = chosen_in(page) | {"total": "", "rt_rw": "DESA"}

    refused = client.post(address("published-mapping"), chosen)

    assert refused.context["form"].errors == {
        "total": ["Pilih kolom yang memuat “Jumlah nilai menurut dokumen”."],
        "rt_rw": [
            "Kolom “DESA” sudah dipilih untuk “Kelurahan/desa”. Pilih kolom lain."
        ],
    }


def test_everything_wrong_with_the_rows_is_told_and_nothing_is_kept(client, upload):
    page = upload(file_of(published_row(1), published_row(2, total=17, v1a=4)))

    refused = client.post(address("published-mapping"), chosen_in(page))

    text = text_of(refused)
    assert "Tidak ada yang disimpan: 1" in text
    assert "J3" in text
    assert "2 baris terbaca" in text
    assert "1 dari 2" in text
    assert not PublishedSource.objects.exists()


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"title": "PROFIL contoh"}, "title", "Hapus dahulu yang lama"),
        ({"title": ""}, "title", "Bidang ini harus diisi."),
        ({"published_on": "2999-01-01"}, "published_on", "di masa depan"),
        ({"url": "x y"}, "url", "URL"),
        ({"rule_set": "0"}, "rule_set", "pilihan yang valid"),
    ],
)
def test_a_wrong_head_is_told_on_the_first_page(
    upload, source, fields, field, sentence
):
    page = upload(file_of(published_row(1)), **fields)

    assert sentence in " ".join(page.context["form"].errors[field])
    assert not folder().exists() or list(folder().iterdir()) == []


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"", "kosong"), (b"%PDF-1.7", "bukan lembar kerja"), (b"a\n1", "baris judul")],
)
def test_what_is_no_table_is_told_on_the_first_page(upload, content, sentence):
    page = upload(content)

    assert sentence in " ".join(page.context["form"].errors["file"])
    assert not folder().exists() or list(folder().iterdir()) == []


def test_a_title_taken_meanwhile_is_told_at_the_confirmation(client, upload):
    page = upload(file_of(published_row(1)))
    preview = client.post(address("published-mapping"), chosen_in(page))
    PublishedSourceFactory(title="Profil Kumuh")

    answer = client.post(address("published-confirm"), {"token": token_in(preview)})

    assert "Hapus dahulu yang lama" in said(answer)[0]
    assert PublishedSource.objects.count() == 1


def test_an_upload_belongs_to_who_made_it(client, upload, log_in, editor):
    page = upload(file_of(published_row(1)))
    token = token_in(page)
    session = dict(client.session)
    editor.memberships.update(user=log_in("viewer"))
    fresh = client.session
    fresh["published_uploads"] = session["published_uploads"]
    fresh.save()

    answer = client.get(f"{address('published-mapping')}?token={token}")

    assert "Unggahan ini sudah tidak ada." in said(answer)[0]


def test_what_a_cell_says_is_text_and_never_markup(client, upload):
    row = published_row(1, village_name="<script>x</script>")
    page = upload(file_of(row))
    assert "<script>x" not in page.content.decode()

    preview = client.post(address("published-mapping"), chosen_in(page))
    client.post(address("published-confirm"), {"token": token_in(preview)})

    result = PublishedResult.objects.get()
    for url in (
        address("published-detail", result.source),
        address("published-result", result),
    ):
        assert "<script>x" not in client.get(url).content.decode()


# ---- the pages ----------------------------------------------------------------


def test_the_list_names_rows_and_hectares(client, log_in, source):
    log_in("viewer")

    page = client.get(address("published-list"))

    (row,) = page.context["object_list"]
    assert (row.row_count, row.hectares) == (3, Decimal("3.373456"))
    assert MARK in text_of(page)
    assert address("published-import") not in page.content.decode()
    log_in("editor")
    page = client.get(address("published-list"))
    assert address("published-import") in page.content.decode()


def test_a_source_shows_its_mark_facts_recap_and_comparison(client, log_in, source):
    log_in("viewer")

    page = client.get(address("published-detail", source))

    text = text_of(page)
    assert MARK in text
    assert "2 dari 3" in text  # sums: one total of 38 is not that of its scores
    assert "3 dari 3" in text  # classes
    assert "1 baris tanpa luas" in text
    assert [row.name for row in page.context["recap"]] == ["ANYAR", "KIBIN"]
    anyar = page.context["recap"][0]
    assert anyar.by_class["light"] == Decimal("1.25")
    assert anyar.by_class["moderate"] == Decimal("2.123456")
    found = page.context["authority"]
    assert (found.compared, found.agreeing, found.left_out) == (2, 1, 1)
    assert address("published-delete", source) not in page.content.decode()


@pytest.mark.parametrize(
    ("query", "villages"),
    [
        ({}, ["BANDULU", "BUNIHARA", "CIAGEL"]),
        ({"district_name": "ANYAR"}, ["BANDULU", "BUNIHARA"]),
        ({"village_name": "CIAGEL"}, ["CIAGEL"]),
        ({"area_name": "Pesisir"}, ["BANDULU"]),
        ({"severity": "moderate"}, ["BUNIHARA"]),
        ({"authority": "PROVINSI"}, ["BUNIHARA"]),
        ({"q": "bun"}, ["BUNIHARA"]),
        ({"district_name": "ANYAR", "severity": "light"}, ["BANDULU"]),
        ({"district_name": "LAIN"}, []),
    ],
)
def test_rows_are_filtered_on_page_csv_and_api_alike(
    client, log_in, source, query, villages
):
    PublishedResultFactory(village_name="DOKUMEN LAIN")
    log_in("viewer")
    url = address("published-detail", source)

    page = client.get(url, query)
    assert [row.village_name for row in page.context["object_list"]] == villages

    if not villages:
        return
    content = b"".join(client.get(url, {**query, "format": "csv"}).streaming_content)
    lines = csv.DictReader(StringIO(content.decode("utf-8-sig")), delimiter=";")
    assert [line["Kelurahan/desa"] for line in lines] == villages
    api = client.get(f"{API}/published-results/", {**query, "source": source.pk})
    assert [row["village_name"] for row in api.json()["results"]] == villages


def test_the_csv_says_that_it_cannot_be_recomputed(client, log_in, source):
    log_in("viewer")

    answer = client.get(address("published-detail", source), {"format": "csv"})

    content = b"".join(answer.streaming_content).decode("utf-8-sig")
    first = next(csv.DictReader(StringIO(content), delimiter=";"))
    assert first["Catatan"] == MARK
    assert (first["Luas (ha)"], first["Nilai (1a)"]) == ("1,250000", "5")
    assert first["Kebutuhan menurut dokumen (1a)"] == "13"
    assert first["Sumber"] == "Profil Contoh"


def test_figures_of_the_recap_lead_to_their_rows(client, log_in, source):
    log_in("viewer")
    page = client.get(address("published-detail", source))

    link = f"{source.get_absolute_url()}?district_name=ANYAR&amp;severity=moderate"
    assert link in page.content.decode()
    rows = client.get(link.replace("&amp;", "&")).context["object_list"]
    assert [row.village_name for row in rows] == ["BUNIHARA"]


def test_a_row_shows_scores_and_needs_with_the_heading_they_came_from(
    client, log_in, source
):
    log_in("viewer")
    result = source.results.first()

    page = client.get(address("published-result", result))

    text = text_of(page)
    assert MARK in text
    assert "16 dari paling tinggi 80" in text
    assert f"13 {HEADINGS['need_1a']}" in text
    assert sum(len(group["rows"]) for group in page.context["groups"]) == 16
    assert source.get_absolute_url() in page.content.decode()


def test_deleting_asks_first(client, log_in, source):
    log_in("editor")
    url = address("published-delete", source)

    assert "3 barisnya akan dihapus" in text_of(client.get(url))
    assert PublishedSource.objects.exists()

    answer = client.post(url, follow=True)
    assert "Hasil terbitan sudah dihapus." in text_of(answer)
    assert not PublishedResult.objects.exists()


def test_who_belongs_to_no_region_sees_nothing(client, source):
    client.force_login(UserFactory())

    assert client.get(address("published-detail", source)).status_code == 404
    result = source.results.first()
    assert client.get(address("published-result", result)).status_code == 404
    assert list(client.get(address("published-list")).context["object_list"]) == []


@pytest.mark.parametrize(
    "url", ["/hasil-terbitan/", f"{API}/published-sources/"], ids=["page", "API"]
)
def test_lists_of_sources_cost_the_same_for_more(client, log_in, queries_of, url):
    log_in("viewer")
    PublishedResultFactory.create_batch(2)
    few = queries_of(client.get, url)

    for source in PublishedSourceFactory.create_batch(6):
        PublishedResultFactory.create_batch(3, source=source)

    assert queries_of(client.get, url) == few


def test_lists_of_rows_cost_the_same_for_more(client, log_in, queries_of, source):
    log_in("viewer")
    urls = (source.get_absolute_url(), f"{API}/published-results/")
    for url in urls:
        client.get(url)
    few = [queries_of(client.get, url) for url in urls]

    for number in range(30):
        PublishedResultFactory(source=source, village_name=f"DESA {number}")

    assert [queries_of(client.get, url) for url in urls] == few


# ---- the API ------------------------------------------------------------------


def test_the_api_says_that_nothing_can_be_recomputed(client, log_in, source):
    log_in("viewer")

    listed = client.get(f"{API}/published-sources/").json()["results"]
    assert [
        (row["title"], row["rows"], row["hectares"], row["is_recomputable"])
        for row in listed
    ] == [("Profil Contoh", 3, "3.373456", False)]
    assert listed[0]["rule_set"] == "permen-14-2018"
    alone = client.get(f"{API}/published-sources/{source.pk}/").json()
    assert alone == listed[0]

    result = source.results.first()
    row = client.get(f"{API}/published-results/{result.pk}/").json()
    assert row["is_recomputable"] is False
    assert row["scores"]["1a"] == 5
    assert row["needs"] == {"1a": "13"}
    assert (row["total"], row["computed_total"], row["hectares"]) == (
        16,
        16,
        "1.250000",
    )
