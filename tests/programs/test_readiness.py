"""Readiness of areas for DAK PPKT: answers, counts, the checklist, the list."""

from datetime import date

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from areas.models import SlumArea
from core.errors import BusinessRuleError, NotAllowedError
from programs import services
from programs.models import ReadinessCheck
from programs.readiness import BY_CODE, CRITERIA, Stage, counts_of
from programs.readiness_filters import with_readiness
from tests.factories_ledger import decreed_area

URL = "/api/v1/readiness-checks/"
MET = {"state": "met", "document_number": "  188.45/7 ", "dated_on": date(2025, 3, 1)}


@pytest.fixture
def answered(area, operator):
    """Two of the main stage: one met, one not needed."""
    return services.set_readiness(
        area,
        year=2026,
        answers={
            "sk_kumuh": MET,
            "rtrw": {"state": "not_needed", "note": "Sudah di RDTR"},
            "baseline": {"state": "not_met"},
        },
        by=operator,
    )


def page_of(area):
    return reverse("programs:area-readiness", args=[area.pk])


# ---- the catalogue -------------------------------------------------------------------


def test_the_criteria_of_the_source():
    by_stage = {s: sum(row.stage == s for row in CRITERIA) for s in Stage}

    assert by_stage == {Stage.MAIN: 11, Stage.FIRST: 11, Stage.SECOND: 7}
    assert len(BY_CODE) == len(CRITERIA)


states = st.sampled_from(["", *ReadinessCheck.State.values])


@given(st.fixed_dictionaries({row.code: states for row in CRITERIA}))
def test_counts_add_up(given_states):
    checks = [
        ReadinessCheck(criterion=code, state=state)
        for code, state in given_states.items()
        if state
    ]

    for count in counts_of(checks):
        of_stage = [row for row in CRITERIA if row.stage == count.stage]
        spared = sum(given_states[row.code] == "not_needed" for row in of_stage)
        assert count.needed == len(of_stage) - spared
        assert count.met + len(count.missing) == count.needed
        assert count.is_ready == (count.met == count.needed)


# ---- the service ---------------------------------------------------------------------


def test_answers_are_stored_changed_and_taken_back(area, answered, operator, head):
    services.set_readiness(
        area,
        year=2026,
        answers={"sk_kumuh": {"state": ""}, "baseline": {"state": "met"}},
        by=head,
    )

    rows = {row.criterion: row for row in ReadinessCheck.objects.all()}
    assert set(rows) == {"rtrw", "baseline"}  # what is not named stays
    assert (rows["baseline"].state, rows["baseline"].updated_by) == ("met", head)
    assert rows["rtrw"].updated_by == operator


def test_documents_are_kept_tidy(answered):
    stored = ReadinessCheck.objects.get(criterion="sk_kumuh")

    assert (stored.document_number, stored.dated_on) == ("188.45/7", date(2025, 3, 1))


def test_years_stand_apart(area, answered, operator):
    services.set_readiness(
        area, year=2027, answers={"sk_kumuh": {"state": "not_met"}}, by=operator
    )

    assert ReadinessCheck.objects.get(year=2026, criterion="sk_kumuh").state == "met"


def test_all_problems_are_told_at_once(area, operator):
    with pytest.raises(BusinessRuleError) as refused:
        services.set_readiness(
            area,
            year=1999,
            answers={
                "angan": {"state": "met"},
                "ssk": {"state": "mungkin"},
                "rispam": {"document_number": "7"},
                "video": {"state": "not_needed"},
                "profil": {"state": "met", "note": "x" * 301},
            },
            by=operator,
        )

    assert refused.value.errors == {
        "year": ["Tahun harus antara 2000 dan 2100."],
        "angan": ["Kriteria itu tidak ada."],
        "ssk.state": ["Jawaban itu tidak ada."],
        "rispam.state": [
            "Pilih terpenuhi atau belum; dokumen atau catatannya sudah diisi."
        ],
        "video.note": ["Tulis mengapa di sini tidak diperlukan."],
        "profil.note": ["Lebih panjang dari 300 huruf. Ringkaskan."],
    }
    assert not ReadinessCheck.objects.exists()


@pytest.mark.parametrize(
    ("person", "may"),
    [
        ("operator", True),
        ("head", True),
        ("editor", True),
        ("viewer", False),
        ("verifier", False),
        ("stranger", False),
    ],
)
def test_who_may(request, area, person, may):
    by = request.getfixturevalue(person)
    answers = {"ssk": {"state": "met"}}

    if may:
        assert services.set_readiness(area, year=2026, answers=answers, by=by)
        return
    with pytest.raises(NotAllowedError):
        services.set_readiness(area, year=2026, answers=answers, by=by)


# ---- the checklist -------------------------------------------------------------------


def test_the_checklist_says_what_is_missing(client, log_in, area, answered):
    log_in("operator")

    page = client.get(page_of(area), {"year": "2026"})

    assert [(c.met, c.needed) for c in page.context["counts"]] == [
        (1, 10),
        (0, 11),
        (0, 7),
    ]
    text = page.content.decode()
    assert "Kurang untuk RC utama" in text
    assert "188.45/7" in text


def test_the_checklist_is_saved_as_a_whole(client, log_in, area):
    log_in("operator")
    url = f"{page_of(area)}?year=2027"

    answer = client.post(
        url, {"ssk.state": "met", "ssk.document_number": "9", "rtrw.state": "not_met"}
    )

    assert answer["Location"] == url
    rows = ReadinessCheck.objects.filter(area=area, year=2027)
    assert {row.criterion: row.state for row in rows} == {
        "ssk": "met",
        "rtrw": "not_met",
    }


def test_a_refused_checklist_keeps_what_was_typed(client, log_in, area):
    log_in("operator")

    page = client.post(page_of(area), {"ssk.document_number": "SK 9"})

    text = page.content.decode()
    assert "Pilih terpenuhi atau belum" in text
    assert 'value="SK 9"' in text
    assert not ReadinessCheck.objects.exists()


def test_a_viewer_reads_it(client, log_in, area, answered):
    log_in("viewer")

    text = client.get(page_of(area), {"year": "2026"}).content.decode()

    assert "Terpenuhi" in text
    assert "188.45/7" in text
    assert 'name="ssk.state"' not in text


@pytest.mark.parametrize("year", ["", "x", "1999", "99999999999", "2026.5"])
def test_a_strange_year_is_this_years(client, log_in, area, year):
    log_in("operator")

    assert client.get(page_of(area), {"year": year}).status_code == 200


# ---- the list ------------------------------------------------------------------------


def test_the_list_counts_by_stage_and_year(client, log_in, area, answered):
    log_in("operator")
    url = reverse("programs:readiness-list")

    page = client.get(url, {"year": "2026"})
    other = client.get(url, {"year": "2025"})

    assert "1 dari 10" in page.content.decode()
    assert "0 dari 11" in other.content.decode()
    assert f"{page_of(area)}?year=2026" in page.content.decode()


def test_ready_is_a_filter(area, answered, operator):
    services.set_readiness(
        area,
        year=2026,
        answers={row.code: {"state": "met"} for row in CRITERIA},
        by=operator,
    )

    row = with_readiness(SlumArea.objects.all(), 2026).get()

    assert (row.met, row.needed) == (29, 29)


@pytest.mark.parametrize(("ready", "count"), [("yes", 0), ("no", 1), ("", 1)])
def test_the_filter_of_the_page(client, log_in, area, answered, ready, count):
    log_in("operator")

    page = client.get(
        reverse("programs:readiness-list"), {"year": "2026", "ready": ready}
    )

    assert page.context["page_obj"].paginator.count == count


def test_the_list_as_csv(client, log_in, area, answered):
    log_in("operator")

    answer = client.get(
        reverse("programs:readiness-list"), {"year": "2026", "format": "csv"}
    )

    assert "1 dari 10" in b"".join(answer.streaming_content).decode()


def test_the_list_costs_the_same_for_more_areas(
    client, log_in, office, operator, queries_of
):
    def add(count):
        for _number in range(count):
            area = decreed_area("1", agency=office).area
            services.set_readiness(
                area, year=2026, answers={"ssk": {"state": "met"}}, by=operator
            )

    log_in("operator")
    urls = (f"{reverse('programs:readiness-list')}?year=2026", URL)
    add(2)
    few = [queries_of(client.get, url) for url in urls]
    add(6)

    assert [queries_of(client.get, url) for url in urls] == few


# ---- the API -------------------------------------------------------------------------


def test_answers_over_the_api(client, log_in, area):
    log_in("operator")
    body = {
        "area": area.pk,
        "year": 2026,
        "answers": [{"criterion": "ssk", "state": "met", "document_number": "9"}],
    }

    answer = client.post(URL, body, content_type="application/json")
    listed = client.get(URL, {"area": area.pk, "year": 2026, "state": "met"}).json()

    assert answer.status_code == 200
    assert answer.json()[0]["stage"] == "main"
    assert [row["criterion_name"] for row in listed["results"]] == ["SSK"]


def test_the_api_names_every_problem(client, log_in, area):
    log_in("operator")
    body = {
        "area": area.pk,
        "year": 2026,
        "answers": [
            {"criterion": "angan", "state": "met"},
            {"criterion": "ssk", "state": "mungkin"},
        ],
    }

    answer = client.post(URL, body, content_type="application/json")

    assert answer.status_code == 400
    assert set(answer.json()) == {"angan", "ssk.state"}


def test_a_stranger_finds_nothing(client, log_in, area, answered):
    log_in("stranger")

    assert client.get(URL).json()["count"] == 0
    body = {"area": area.pk, "year": 2026, "answers": []}
    assert client.post(URL, body, content_type="application/json").status_code == 400
