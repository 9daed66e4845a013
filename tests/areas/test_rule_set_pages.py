"""The pages of rule sets: what everybody reads, what administrators do."""

import pytest
from django.urls import reverse

from areas import services
from areas.models import RuleSet
from tests.areas.pages import said, text_of
from tests.factories_areas import (
    NeighbourhoodFactory,
    SlumAreaFactory,
    rule_set,
    submitted_assessment,
)

pytestmark = pytest.mark.django_db
LIST = "/aturan-penilaian/"
CODE = "permen-14-2018"


def address(name: str, code: str = CODE) -> str:
    return reverse(f"areas:rule-set-{name}", args=[code])


@pytest.fixture
def draft(administrator) -> RuleSet:
    return services.revise_rule_set(rule_set(), by=administrator)


def surveyed(office, head) -> None:
    area = SlumAreaFactory(agency=office)
    NeighbourhoodFactory(area=area)
    submitted_assessment(area, by=head)


# ---- the list ----------------------------------------------------------------


def test_list_shows_the_published_ones(client, log_in, draft):
    log_in("viewer")

    page = client.get(LIST)

    rows = [row.code for row in page.context["object_list"]]
    assert rows == [CODE, "permen-02-2016"]
    assert "Berlaku" in text_of(page)
    assert "Tidak berlaku lagi" in text_of(page)


def test_administrators_see_drafts_as_well(client, log_in, draft):
    log_in("administrator")

    rows = client.get(LIST, {"status": "draft"}).context["object_list"]

    assert [row.code for row in rows] == [draft.code]


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ({"q": "02/prt"}, ["permen-02-2016"]),
        ({"valid_on": "2017-12-31"}, ["permen-02-2016"]),
        ({"valid_on": "2018-01-01"}, [CODE]),
        ({"valid_on": "2015-12-31"}, []),
    ],
)
def test_filters(client, log_in, query, codes):
    log_in("viewer")
    found = client.get(LIST, query).context["object_list"]
    assert [row.code for row in found] == codes


def test_csv_has_the_rows_of_the_page(client, log_in, office, head):
    surveyed(office, head)
    log_in("viewer")

    response = client.get(LIST, {"format": "csv"})

    lines = b"".join(response.streaming_content).decode().splitlines()
    assert lines[0].lstrip("\ufeff") == (
        "Aturan;Kode;Status;Versi;Berlaku sejak;Berlaku sebelum;Indikator;Penilaian;"
        "Dasar hukum;Berdasarkan"
    )
    assert lines[1] == (
        "Permen PUPR 14/2018;permen-14-2018;Terbit;1;2018-01-01;;16;1;"
        "Permen PUPR 14/PRT/M/2018;"
    )


def test_more_rule_sets_cost_no_more_queries(client, log_in, queries_of, administrator):
    log_in("administrator")
    few = queries_of(client.get, LIST)
    for _version in range(3):
        draft = services.revise_rule_set(rule_set(), by=administrator)
        services.publish_rule_set(draft, by=administrator)

    assert queries_of(client.get, LIST) == few


# ---- one rule set ------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "count", "shown"),
    [
        (
            CODE,
            16,
            ['≥ <data value="60.00">60</data>', "76,00", "Prioritas 1 (A1)"],
        ),
        (
            "permen-02-2016",
            19,
            ['≥ <data value="71.00">71</data>', "Berlaku", "Prioritas 9 (C6)"],
        ),
    ],
)
def test_page_has_every_table(client, log_in, code, count, shown):
    log_in("viewer")

    page = client.get(address("detail", code))

    text = text_of(page)
    assert sum(len(rows) for _aspect, rows in page.context["groups"]) == count
    assert len(page.context["scales"]) == 7
    assert len(page.context["decisions"].rows) == 9
    assert text.count("belum diverifikasi") > 4
    assert "Kualitas permukaan jalan lingkungan buruk" in text
    assert "panjang jalan ideal" in text
    for part in shown:
        assert part in text


def test_page_tells_how_many_surveys_name_it(client, log_in, office, head, stranger):
    """As many as the list behind the link shows to the same person."""
    surveyed(office, head)
    for person, count in (("viewer", 1), ("stranger", 0)):
        log_in(person)
        page = client.get(address("detail"))
        fact = page.context["facts"][-1]
        assert f">{count}<" in fact["value"]
        listed = client.get(reverse("areas:assessment-list"), {"rule_set": CODE})
        assert len(listed.context["object_list"]) == count
    assert not fact["url"]


def test_surveys_of_another_rule_set_are_filtered_out(client, log_in, office, head):
    surveyed(office, head)
    log_in("viewer")

    page = client.get(reverse("areas:assessment-list"), {"rule_set": "permen-02-2016"})

    assert not page.context["object_list"]


def test_only_administrators_are_offered_steps(client, log_in):
    for person, names in (("verifier", []), ("administrator", ["revise"])):
        log_in(person)
        steps = client.get(address("detail")).context["steps"]
        assert [step["name"] for step in steps] == names


@pytest.mark.parametrize("person", ["viewer", "editor", "verifier"])
def test_draft_is_not_there_for_others(client, log_in, draft, person):
    log_in(person)
    assert client.get(address("detail", draft.code)).status_code == 404


def test_draft_shows_what_it_changes_and_what_is_missing(client, log_in, draft):
    draft.bounds.filter(scale="severity", result="heavy").update(lowest=58)
    draft.bounds.filter(scale="legality").delete()
    draft.indicators.filter(code="7b").update(aspect="9")
    log_in("administrator")

    page = client.get(address("detail", draft.code))

    text = text_of(page)
    assert "Perubahan terhadap Permen PUPR 14/2018" in text
    assert "<del>60</del>" in text
    assert "<ins>58</ins>" in text
    assert "Tanpa aspek" in text
    publish, discard = page.context["steps"]
    assert (publish["is_open"], discard["is_open"]) == (False, True)
    assert [str(reason) for reason in publish["reasons"]] == [
        "Indikator 7b menyebut aspek “9” yang tidak ada.",
        "Skala “jawaban positif tentang tanah → legal” belum memiliki batas.",
    ]
    assert reverse("admin:areas_ruleset_change", args=[draft.pk]) in text


def test_draft_with_unreadable_results_can_be_looked_at(client, log_in, draft):
    draft.bounds.update(result="entah")
    draft.aspects.all().delete()
    log_in("administrator")

    assert client.get(address("detail", draft.code)).status_code == 200


def test_a_draft_closes_the_way_to_another(client, log_in, draft):
    log_in("administrator")

    (revise,) = client.get(address("detail")).context["steps"]

    assert not revise["is_open"]
    assert revise["reasons"][0].url == address("detail", draft.code)


# ---- the steps ---------------------------------------------------------------


def test_administrator_makes_changes_and_publishes_a_version(client, log_in):
    log_in("administrator")

    response = client.post(address("revise"))
    assert response.url == address("detail", "permen-14-2018-v2")
    assert said(response) == ["Draf sudah dibuat. Ubah isinya, lalu terbitkan."]
    response = client.post(address("publish", "permen-14-2018-v2"))

    assert response.url == address("detail", "permen-14-2018-v2")
    assert RuleSet.objects.get(code="permen-14-2018-v2").status == "published"


def test_broken_draft_is_not_published_and_says_why(client, log_in, draft):
    draft.bounds.filter(scale="legality").delete()
    draft.decisions.filter(code="A1").delete()
    log_in("administrator")

    response = client.post(address("publish", draft.code))

    assert said(response) == [
        "Skala “jawaban positif tentang tanah → legal” belum memiliki batas.",
        "Tabel prioritas belum memuat baris “Kumuh berat / Tinggi / legal”.",
    ]
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_discarding_leads_back_to_the_list(client, log_in, draft):
    log_in("administrator")

    response = client.post(address("discard", draft.code))

    assert response.url == LIST
    assert said(response) == ["Draf sudah dibuang."]


def test_published_one_is_not_discarded(client, log_in):
    log_in("administrator")

    response = client.post(address("discard"))

    assert response.url == address("detail")
    assert said(response) == [
        "“Buang draf” tidak dapat dilakukan sekarang: statusnya “Terbit”."
    ]


@pytest.mark.parametrize("person", ["viewer", "head", "editor", "verifier"])
def test_others_take_no_step(client, log_in, draft, person):
    log_in(person)

    assert client.post(address("revise")).status_code == 403
    assert client.post(address("publish", draft.code)).status_code == 404
    assert client.post(address("discard", draft.code)).status_code == 404
    assert RuleSet.objects.count() == 3


def test_everybody_comes_to_the_rules_from_the_list_of_surveys(client, viewer):
    client.force_login(viewer)

    page = client.get(reverse("areas:assessment-list")).content.decode()

    assert f'href="{LIST}"' in page
