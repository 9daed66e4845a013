"""Decrees on their pages and in the API: from draft to force, as people do it."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from areas import services
from areas.decree_mapping import propose_mapping
from areas.filters import decrees as pick_list
from areas.ledger_corrections import correct_area
from areas.models import Decree, SlumArea
from areas.survey.forms import SurveyUploadForm
from tests.areas.pages import address, said, text_of
from tests.factories_areas import (
    DecreeFactory,
    DecreeLineFactory,
    SlumAreaFactory,
)

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture
def old(region_tree) -> Decree:
    """Mantuil 4 ha and Kelayan 6 ha, in force since 2020."""
    return DecreeFactory(number="SK LAMA", region=region_tree["63"])


@pytest.fixture
def mantuil(office, old) -> SlumArea:
    area = SlumAreaFactory(agency=office, name="Mantuil")
    DecreeLineFactory(decree=old, area=area, hectares=Decimal(4))
    return area


@pytest.fixture
def kelayan(office, old) -> SlumArea:
    area = SlumAreaFactory(agency=office, name="Kelayan")
    DecreeLineFactory(decree=old, area=area, hectares=Decimal(6))
    return area


@pytest.fixture
def draft(old, mantuil, kelayan, office) -> Decree:
    """Mantuil 4.5 ha; Kelayan was split in two."""
    decree = DecreeFactory(
        number="SK BARU",
        region=old.region,
        status="draft",
        issued_on=date(2024, 1, 1),
        supersedes=old,
    )
    DecreeLineFactory(decree=decree, area=mantuil, hectares=Decimal("4.5"))
    for name, hectares in (("Kelayan Barat", "2"), ("Kelayan Timur", "3.25")):
        area = SlumAreaFactory(agency=office, name=name)
        DecreeLineFactory(decree=decree, area=area, hectares=Decimal(hectares))
    return decree


def line_of(decree: Decree, name: str):
    return decree.lines.get(area__name=name)


def split(old: Decree, draft: Decree) -> dict[str, object]:
    """What the page sends for it: Kelayan became both."""
    kelayan = line_of(old, "Kelayan").pk
    return {
        f"new_{line_of(draft, 'Mantuil').pk}": line_of(old, "Mantuil").pk,
        f"new_{line_of(draft, 'Kelayan Barat').pk}": kelayan,
        f"new_{line_of(draft, 'Kelayan Timur').pk}": kelayan,
    }


# ---- from draft to force -----------------------------------------------------


def test_a_draft_is_mapped_confirmed_and_put_into_force(client, old, draft, editor):
    client.force_login(editor)
    page = text_of(client.get(address("decree-detail", draft)))
    assert "Konfirmasi dahulu, baris demi baris" in page
    assert "Draf belum dihitung di mana pun" in page

    url = address("decree-mapping", draft)
    form = client.get(url).context["form"]
    kelayan = line_of(old, "Kelayan").pk
    assert form[f"old_{kelayan}"].value() == "removed"
    assert form[f"new_{line_of(draft, 'Kelayan Barat').pk}"].value() == ""
    answer = client.post(url, split(old, draft))
    assert answer.status_code == 302, answer.context["form"].errors
    assert sorted(draft.successions.values_list("kind", flat=True)) == [
        "corrected",
        "split",
        "split",
    ]

    url = address("decree-enact", draft)
    page = text_of(client.post(url))  # the button of the decree's page
    assert "Yang akan terjadi" in page
    assert "SK LAMA berakhir" in page
    assert '<data value="10.000000">10,00</data>' in page
    assert '<data value="9.750000">9,75</data>' in page
    draft.refresh_from_db()
    assert draft.is_draft

    answer = client.post(url, {"confirm": "1"})
    assert (answer.status_code, answer.url) == (302, draft.get_absolute_url())
    draft.refresh_from_db()
    old.refresh_from_db()
    assert (draft.status, old.status) == ("in_force", "superseded")
    page = text_of(client.get(address("decree-detail", old)))
    assert "Digantikan oleh" in page
    assert "SK BARU" in page


def test_the_page_of_the_step_lists_everything_against_it(client, old, draft, editor):
    client.force_login(editor)

    page = text_of(client.get(address("decree-enact", draft)))
    answer = client.post(address("decree-enact", draft), {"confirm": "1"})

    assert "Belum dapat diberlakukan" in page
    assert address("decree-mapping", draft) in page
    assert 'name="confirm"' not in page
    assert "Konfirmasi dahulu" in text_of(answer)
    draft.refresh_from_db()
    assert draft.is_draft


def test_a_step_taken_twice_says_so(client, old, draft, editor):
    services.set_mapping(draft, propose_mapping(draft), by=editor)
    services.enact_decree(draft, by=editor)
    client.force_login(editor)

    answer = client.post(address("decree-enact", draft), {"confirm": "1"})

    assert "“Berlakukan” tidak dapat dilakukan" in said(answer)[0]


def test_a_wrong_mapping_is_told_at_its_line(client, old, draft, editor):
    client.force_login(editor)
    kelayan = line_of(old, "Kelayan")
    sent = split(old, draft) | {f"old_{kelayan.pk}": "removed"}

    answer = client.post(address("decree-mapping", draft), sent)

    assert answer.context["form"].errors == {
        f"old_{kelayan.pk}": [
            "Kelayan dinyatakan dihapus, tetapi disebut juga di tempat lain."
        ]
    }
    assert not draft.successions.exists()


def test_a_merger_is_said_at_the_old_line(client, old, mantuil, kelayan, editor):
    new = DecreeFactory(
        region=old.region, status="draft", issued_on=date(2024, 1, 1), supersedes=old
    )
    DecreeLineFactory(decree=new, area=mantuil, hectares=Decimal(10))
    client.force_login(editor)
    one, two = line_of(old, "Mantuil").pk, line_of(old, "Kelayan").pk
    target = line_of(new, "Mantuil").pk
    url = address("decree-mapping", new)

    client.post(url, {f"new_{target}": one, f"old_{two}": target})

    assert set(new.successions.values_list("kind", flat=True)) == {"merged"}
    form = client.get(url).context["form"]
    assert (form[f"old_{two}"].value(), form[f"new_{target}"].value()) == (
        str(target),
        str(one),
    )


def test_a_decree_that_supersedes_none_has_nothing_to_map(client, old, editor):
    client.force_login(editor)

    answer = client.get(address("decree-mapping", old))

    assert answer.url == old.get_absolute_url()
    assert client.get(address("decree-comparison", old)).status_code == 404


# ---- the comparison ----------------------------------------------------------


def test_the_comparison_is_the_same_on_page_file_and_api(client, old, draft, editor):
    services.set_mapping(draft, propose_mapping(draft), by=editor)
    client.force_login(editor)
    client.post(address("decree-mapping", draft), split(old, draft))
    url = address("decree-comparison", draft)

    page = text_of(client.get(url))
    lines = b"".join(client.get(url, {"format": "csv"}).streaming_content)
    rows = lines.decode("utf-8-sig").splitlines()
    found = client.get(f"/api/v1/decrees/{draft.pk}/comparison/").json()

    assert "tidak disambung menjadi satu garis" in page
    assert '<data value="-0.750000">−0,75</data>' in page
    assert "style=" not in page
    assert rows[1].startswith(
        "Kelayan;6,000000;Kelayan Barat;2,000000;dipecah;-0,750000"
    )
    assert rows[2].startswith("Kelayan;;Kelayan Timur;3,250000;dipecah;;")
    assert all(row.endswith("SK LAMA;SK BARU;dikonfirmasi") for row in rows[1:])
    assert (found["old_hectares"], found["new_hectares"]) == ("10.000000", "9.750000")
    kinds = {row["kind"]: row["difference"] for row in found["kinds"]}
    assert kinds["split"] == "-0.750000"
    assert kinds["corrected"] == "0.500000"
    assert found["is_confirmed"] is True
    assert len(found["lines"]) == 3


def test_rows_of_other_regions_are_counted_but_not_shown(
    client, old, draft, viewer, editor, other_office
):
    hidden = SlumAreaFactory(agency=other_office, name="Guntung Payung")
    DecreeLineFactory(decree=draft, area=hidden, hectares=Decimal(2))
    services.set_mapping(draft, propose_mapping(draft), by=editor)
    services.enact_decree(draft, by=editor)
    client.force_login(viewer)

    page = text_of(client.get(address("decree-comparison", draft)))
    found = client.get(f"/api/v1/decrees/{draft.pk}/comparison/").json()

    assert "Guntung Payung" not in page
    assert "1 baris lain menyangkut kawasan di luar wilayah Anda" in page
    assert found["new_hectares"] == "11.750000"
    assert "Guntung Payung" not in str(found)


# ---- API ---------------------------------------------------------------------


def test_the_api_takes_the_step_and_says_why_not(client, old, draft, editor, head):
    url = f"/api/v1/decrees/{draft.pk}/"
    client.force_login(head)
    assert client.post(f"{url}enact/").status_code == 404
    client.force_login(editor)

    before = client.get(url).json()
    refused = client.post(f"{url}enact/")
    services.set_mapping(draft, propose_mapping(draft), by=editor)
    opened = client.get(url).json()
    taken = client.post(f"{url}enact/")
    again = client.post(f"{url}enact/")

    assert before["open_steps"] == []
    assert before["closed_steps"]["enact"][0].startswith("Konfirmasi dahulu")
    assert (refused.status_code, list(refused.json())) == (400, ["mapping"])
    assert (opened["open_steps"], opened["closed_steps"]) == (["enact"], {})
    assert (taken.status_code, taken.json()["status"]) == (200, "in_force")
    assert (again.status_code, again.json()["code"]) == (409, "wrong_state")


def test_the_api_has_what_counts_and_what_was_printed(client, old, mantuil, verifier):
    correct_area(
        old.lines.get(),
        hectares=Decimal("3.8"),
        reason="Salah cetak",
        document="BA 7",
        by=verifier,
    )
    client.force_login(verifier)

    found = client.get(f"/api/v1/decrees/{old.pk}/").json()

    assert (found["hectares"], found["printed_hectares"]) == ("3.800000", "4.000000")
    assert found["review_due_on"] == "2025-01-01"
    assert (found["status"], found["scope"], found["supersedes"]) == (
        "in_force",
        "all",
        None,
    )
    (line,) = found["lines"]
    assert (line["hectares"], line["printed_hectares"]) == ("3.800000", "4.000000")
    assert line["authority"] == "regency"


# ---- what a decree shows -----------------------------------------------------


def test_a_corrected_line_says_what_was_printed(client, old, mantuil, verifier):
    correct_area(
        old.lines.get(),
        hectares=Decimal("3.8"),
        reason="Salah cetak",
        document="BA 7",
        by=verifier,
    )
    client.force_login(verifier)
    said = "dicetak 4,00 ha, dikoreksi menjadi 3,80 ha"

    for page in (
        address("decree-detail", old),
        address("decree-list"),
        address("area-detail", mantuil),
    ):
        assert said in text_of(client.get(page)), page


def test_the_review_clock_is_shown_where_it_runs(client, old, draft, editor):
    client.force_login(editor)

    detail = text_of(client.get(address("decree-detail", old)))
    listed = text_of(client.get(address("decree-list"), {"review": "due"}))
    drafted = text_of(client.get(address("decree-detail", draft)))

    assert "Perlu ditinjau sejak 1 Jan 2025" in detail
    assert "dalam 5 tahun" in detail
    assert "Perlu ditinjau sejak 1 Jan 2025" in listed
    assert "SK BARU" not in listed
    assert "ditinjau" not in drafted.lower()


def test_the_list_and_its_csv_have_the_state(client, old, draft, editor, viewer):
    client.force_login(editor)
    page = text_of(client.get(address("decree-list")))
    lines = b"".join(
        client.get(address("decree-list"), {"format": "csv"}).streaming_content
    )
    client.force_login(viewer)
    without = text_of(client.get(address("decree-list")))

    assert "Draf" in page
    assert "Draf" in lines.decode("utf-8-sig").splitlines()[1]
    assert "SK BARU" not in without


def test_drafts_are_in_no_pick_list_and_on_no_page_of_others(
    client, rf, old, draft, mantuil, editor, viewer
):
    request = rf.get("/")
    for person in (editor, viewer):
        request.user = person
        assert list(pick_list(request)) == [old]
    choices = {
        person: set(SurveyUploadForm(user=person).decrees)
        for person in (editor, viewer)
    }
    assert choices == {editor: {old, draft}, viewer: {old}}

    for person, seen in ((editor, True), (viewer, False)):
        client.force_login(person)
        area = text_of(client.get(address("area-detail", mantuil)))
        trail = text_of(client.get(address("area-trail", mantuil)))
        assert ("SK BARU" in area) == seen
        assert "SK BARU" not in trail


# ---- lines -------------------------------------------------------------------


def test_lines_in_force_are_shown_and_only_added_to(client, old, mantuil, editor):
    other = SlumAreaFactory(agency=mantuil.agency, name="Basirih")
    client.force_login(editor)
    url = address("decree-lines", old)

    page = text_of(client.get(url))
    client.post(url, {"area_0": other.pk, "new_0": "2,5"})

    assert f"hectares_{mantuil.pk}" not in page
    assert "barisnya tetap seperti dicetak" in page
    assert address("area-ledger", mantuil) in page
    assert line_of(old, "Basirih").hectares == Decimal("2.5")
    assert line_of(old, "Mantuil").hectares == Decimal(4)


def test_a_decree_per_village_asks_for_the_village(client, office, region_tree, editor):
    village, other = region_tree["63.71.01.1001"], region_tree["63.71.01.1002"]
    area = SlumAreaFactory(agency=office, name="Mantuil")
    area.villages.set([village, other])
    alone = SlumAreaFactory(agency=office, name="Kelayan")
    alone.villages.set([other])
    decree = DecreeFactory(status="draft", counting_unit="village")
    for one in (area, alone):
        DecreeLineFactory(decree=decree, area=one, hectares=Decimal(3))
    client.force_login(editor)
    url = address("decree-lines", decree)

    form = client.get(url).context["form"]
    assert form[f"village_{alone.pk}"].value() == other.pk  # the only one
    assert form[f"village_{area.pk}"].value() == ""
    sent = {
        f"hectares_{area.pk}": "3",
        f"village_{area.pk}": village.pk,
        f"hectares_{alone.pk}": "3",
        f"village_{alone.pk}": other.pk,
    }
    client.post(url, sent)

    assert {line.area.name: line.village_id for line in decree.lines.all()} == {
        "Mantuil": village.pk,
        "Kelayan": other.pk,
    }


def test_a_missing_village_is_told_at_its_line(client, office, region_tree, editor):
    decree = DecreeLineFactory(
        decree__counting_unit="village", area=SlumAreaFactory(agency=office)
    ).decree
    other = SlumAreaFactory(agency=office, name="Basirih")
    other.villages.set([region_tree["63.71.01.1001"]])
    client.force_login(editor)
    url = address("decree-lines", decree)

    refused = client.post(url, {"area_0": other.pk, "new_0": "2"})
    client.post(url, {"area_0": other.pk, "new_0": "2", "place_0": "63.71.01.1001"})

    assert refused.context["form"].errors == {
        "place_0": [
            "Basirih: pilih kelurahan/desa yang dipakai SK untuk menghitungnya."
        ]
    }
    assert line_of(decree, "Basirih").village_id == "63.71.01.1001"


# ---- the file ----------------------------------------------------------------


def test_a_file_is_uploaded_and_fetched(
    client, old, mantuil, editor, viewer, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    client.force_login(editor)
    url = address("decree-upload", old)

    bad = client.post(url, {"file": SimpleUploadedFile("foto.pdf", b"\xff\xd8\xff")})
    empty = client.post(url, {"file": SimpleUploadedFile("sk.pdf", b"")})
    good = client.post(url, {"file": SimpleUploadedFile("SK Kumuh.pdf", PDF)})
    client.force_login(viewer)
    answer = client.get(address("decree-file", old))

    assert "bukan PDF" in text_of(bad)
    assert "Berkas kosong" in text_of(empty)
    assert good.url == old.get_absolute_url()
    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Type"] == "application/pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert 'attachment; filename="SK Kumuh.pdf"' in answer["Content-Disposition"]
    assert "SK Kumuh.pdf" in text_of(client.get(address("decree-detail", old)))


def test_a_file_that_is_not_there_is_not_found(
    client, old, draft, viewer, stranger, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    client.force_login(viewer)
    assert client.get(address("decree-file", old)).status_code == 404
    Decree.objects.filter(pk=draft.pk).update(file="sk/x.pdf")
    assert client.get(address("decree-file", draft)).status_code == 404
    Decree.objects.filter(pk=old.pk).update(file="sk/x.pdf")
    assert client.get(address("decree-file", old)).status_code == 404


# ---- many lines --------------------------------------------------------------


def test_pages_of_a_decree_cost_the_same_for_more_lines(
    client, old, draft, office, editor, queries_of
):
    client.force_login(editor)
    pages = [
        address("decree-list"),
        address("decree-detail", draft),
        address("decree-lines", draft),
        address("decree-mapping", draft),
        address("decree-comparison", draft),
        address("decree-enact", draft),
        f"/api/v1/decrees/{draft.pk}/",
        f"/api/v1/decrees/{draft.pk}/comparison/",
        "/api/v1/decrees/",
    ]
    for page in pages:
        client.get(page)
    few = [queries_of(client.get, page) for page in pages]
    for number in range(5):
        area = SlumAreaFactory(agency=office, name=f"Kawasan {number}")
        DecreeLineFactory(decree=old, area=area)
        DecreeLineFactory(decree=draft, area=area)
        DecreeFactory(status="draft", supersedes=old)

    assert [queries_of(client.get, page) for page in pages] == few


def test_three_hundred_lines_are_a_page_that_can_be_sent(
    client, office, region_tree, editor
):
    old = DecreeFactory(region=region_tree["63"])
    new = DecreeFactory(
        region=old.region, status="draft", issued_on=date(2024, 1, 1), supersedes=old
    )
    areas = SlumAreaFactory.create_batch(300, agency=office)
    for area in areas:
        DecreeLineFactory(decree=old, area=area)
        DecreeLineFactory(decree=new, area=area)
    client.force_login(editor)
    url = address("decree-mapping", new)

    answer = client.get(url)
    form = answer.context["form"]
    sent = {name: form[name].value() for name in form.fields}
    client.post(url, sent)

    assert len(answer.content) < 600_000
    assert new.successions.filter(kind="same").count() == 300
