"""The page of a simulation: what it starts from, computes, refuses, and never keeps."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from areas import services as area_services
from areas.models import Assessment, Intervention
from programs.models import Activity, Programme
from programs.simulation.bases import bases_of
from tests.factories_areas import (
    NeighbourhoodFactory,
    SlumAreaFactory,
    fill_in,
    submitted_assessment,
    verified_assessment,
    volumes_of,
)
from tests.factories_programs import ActivityFactory, ProgrammeFactory
from tests.rules import PERMEN_02_2016

D = Decimal
URL = "/simulasi/"
SLUM = {"v1a": 100, "v1c": 100, "v3a": 100, "v6a": 100, "v6b": 60}


@pytest.fixture
def place(office, region_tree):
    """An area of two RT of 1 ha without a survey."""
    area = SlumAreaFactory(agency=office, name="Mantuil Tepi Sungai")
    NeighbourhoodFactory.create_batch(2, area=area)
    return area


@pytest.fixture
def survey(place, head, verifier):
    """Each RT: 5 + 5 + 5 + 5 + 3 = 23, lightly slum."""
    return verified_assessment(place, by=head, verifier=verifier, **SLUM)


def sent(area, *rows, **more):
    """What the page posts: rows of (work, volume, unit cost, place)."""
    data = {"area": [area.pk], "rows": str(len(rows)), "action": "compute"}
    for number, (work, volume, cost, place) in enumerate(rows):
        data |= {
            f"k{number}-work": work,
            f"k{number}-volume": volume,
            f"k{number}-unit_cost": cost,
            f"k{number}-place": f"{area.pk}:{place}",
        }
    return data | more


WASTE = ("i:tps3r", "200", "1.000.000", "")


def shown(response):
    return response.content.decode()


# ---- what it starts from -------------------------------------------------------------


def test_the_base_is_the_latest_standing_verified_survey(place, head, verifier):
    first = verified_assessment(place, by=head, verifier=verifier, v1a=50)
    submitted_assessment(place, by=head, surveyed_on=date(2025, 3, 1), v1a=0)

    base = bases_of([place])[place.pk]

    assert base.assessment == first
    assert base.volumes["1a"] == 100
    assert [unit.volumes["1a"] for unit in base.units] == [50, 50]


def test_without_a_verified_survey_the_latest_complete_one_counts(place, head):
    complete = submitted_assessment(place, by=head, v1a=50)
    area_services.start_assessment(place, surveyed_on=date(2025, 3, 1), by=head)

    assert bases_of([place])[place.pk].assessment == complete


def test_an_area_without_a_complete_survey_has_no_base(place, head):
    draft = area_services.start_assessment(place, surveyed_on=date(2025, 3, 1), by=head)
    assert bases_of([place]) == {}

    fill_in(draft, by=head, volumes=volumes_of(v1a=None))
    assert bases_of([place]) == {}


def test_an_area_surveyed_as_a_whole(office, head, client, region_tree):
    area = SlumAreaFactory(agency=office)
    draft = area_services.start_assessment(
        area, surveyed_on=date(2025, 3, 1), by=head, basis=Assessment.Basis.AREA
    )
    whole = area_services.UnitEntry(
        None,
        draft.surveyed_on,
        volumes_of(**SLUM),
        {
            "hectares": D(3),
            "buildings": 100,
            "households": 100,
            "ideal_road_m": D(1000),
            "ideal_drainage_m": D(1000),
        },
    )
    area_services.save_volumes(draft, [whole], by=head)
    client.force_login(head)

    page = client.post(URL, sent(area, ("i:tps3r", "100", "", "")))

    result = page.context["results"][0]
    assert (result.outcome.before.total, result.outcome.after.total) == (23, 15)
    assert result.outcome.hectares_leaving == 3
    assert not result.has_rt
    assert "dinilai sebagai satu kesatuan" in shown(page)
    assert "belum diverifikasi" in shown(page)


def test_the_page_says_which_survey_and_what_is_missing(client, log_in, place):
    log_in("operator")
    page = client.get(URL, {"area": place.pk})

    assert "belum punya penilaian yang lengkap" in shown(page)
    assert reverse("areas:area-assessments", args=[place.pk]) in shown(page)
    assert "Pekerjaan yang direncanakan" not in shown(page)


def test_an_area_page_leads_here(client, log_in, survey, place):
    log_in("viewer")
    page = client.get(place.get_absolute_url())
    assert f"{URL}?area={place.pk}" in shown(page)

    page = client.get(URL, {"area": place.pk})
    assert (
        page.context["bases"][0].said == "penilaian 8 Jan 2024, terverifikasi, per RT"
    )


def test_areas_outside_the_scope_are_not_found(client, log_in, survey, place):
    log_in("stranger")
    assert client.get(URL, {"area": place.pk}).status_code == 404
    assert client.post(URL, sent(place, WASTE)).status_code == 404
    assert client.get(URL, {"area": "9" * 30}).status_code == 200
    assert place.name not in shown(client.get(URL))


# ---- computing -----------------------------------------------------------------------


def test_a_plan_is_computed_and_nothing_is_stored(client, log_in, survey, place):
    log_in("viewer")
    page = client.post(URL, sent(place, WASTE))

    result = page.context["results"][0]
    assert (result.outcome.before.total, result.outcome.after.total) == (23, 15)
    assert result.outcome.cost == D(200_000_000)
    assert result.outcome.hectares_leaving == 2
    assert result.outcome.cost_per_hectare == D(100_000_000)
    text = shown(page)
    assert "23 → 15" in text
    assert "Simulasi, bukan hasil survei" in text
    assert "nanti 15<" in text
    assert not Programme.objects.exists()


def test_rows_go_to_one_rt_or_to_the_chosen_ones(client, log_in, survey, place):
    log_in("viewer")
    one, two = place.neighbourhoods.order_by("rt_rw")
    rows = [("m:waste_facilities", "30", "", one.pk), ("i:rehab-rtlh", "150", "", "")]
    page = client.post(URL, sent(place, *rows, rt=[two.pk]))

    works = page.context["results"][0].outcome.works
    assert works[0].shares == {one.pk: 30}
    assert (works[1].shares, works[1].surplus) == ({two.pk: 100}, 50)
    assert "50 unit bangunan melebihi yang dapat diperbaiki" in shown(page)
    assert "Baris 1, 6a" in shown(page)
    assert "tanpa biaya satuan" in shown(page)


def test_refused_rows_say_why(client, log_in, survey, place):
    log_in("operator")
    rows = [
        ("", "5", "", ""),
        ("i:tps3r", "", "1.000", ""),
        ("i:tps3r", "-3", "", ""),
        ("i:emas", "3", "", ""),
        ("i:tps3r", "3", "dua", "999999"),
        ("", "", "", ""),
    ]
    page = client.post(URL, sent(place, *rows))

    forms = [form for form, _suggestion in page.context["rows"]]
    assert page.context["refused"] == [1, 2, 3, 4, 5]
    assert list(forms[0].errors) == ["work"]
    assert list(forms[1].errors) == ["volume"]
    assert set(forms[4].errors) == {"place", "unit_cost"}
    assert "Belum dihitung" in shown(page)
    assert "results" not in page.context


def test_more_rows_keep_what_was_typed(client, log_in, survey, place):
    log_in("operator")
    page = client.post(URL, sent(place, ("i:tps3r", "1,5x", "", ""), action="more"))

    forms = [form for form, _suggestion in page.context["rows"]]
    assert len(forms) == 4
    assert 'value="1,5x"' in shown(page)
    assert not any(form.errors for form in forms)


def test_garbage_is_no_error(client, log_in, survey, place):
    log_in("operator")
    for more in (
        {"rows": "x"},
        {"rows": "9999999"},
        {"rows": "-1"},
        {"rt": ["x", "²", "99999999999999999999"]},
        {"action": "use-9"},
        {"action": "bukan"},
        {"k0-place": "::"},
        {"k0-place": "x"},
        {"k0-work": "m:"},
        {"k0-work": "\x00"},
    ):
        page = client.post(URL, sent(place, WASTE) | more)
        assert page.status_code == 200


# ---- costs ---------------------------------------------------------------------------


def test_costs_are_suggested_from_recorded_activities(client, log_in, survey, place):
    """The median of three; a draft's, another unit's and a free one do not count."""
    programme = ProgrammeFactory(agency=place.agency)
    for budget in (400, 100, 300):
        ActivityFactory(
            programme=programme,
            area=place,
            indicator="6a",
            volume=D(10),
            unit="KK",
            budget=D(budget),
        )
    ActivityFactory(
        programme=ProgrammeFactory(agency=place.agency, is_draft=True),
        area=place,
        indicator="6a",
        unit="KK",
        budget=D(9),
    )
    ActivityFactory(
        programme=programme, area=place, indicator="6a", unit="unit", budget=D(9)
    )
    log_in("operator")

    page = client.post(
        URL, sent(place, ("i:tempat-sampah", "5", "", ""), action="suggest")
    )

    form, suggestion = page.context["rows"][0]
    assert (suggestion.value, len(suggestion.activities)) == (D(30), 3)
    assert form["unit_cost"].value() == "30"
    assert "median 3 kegiatan" in shown(page)
    assert Activity.objects.filter(budget=400).get().get_absolute_url() in shown(page)
    assert 'name="cost-waste_facilities" value="30"' in shown(page)
    assert 'name="cost-water_access" value=' not in shown(page)


def test_the_catalogues_cost_comes_first(client, log_in, survey, place):
    Intervention.objects.filter(code="tempat-sampah").update(
        unit_cost=D(250_000), cost_source="HSPK Kota Banjarmasin 2025"
    )
    log_in("operator")
    page = client.post(
        URL, sent(place, ("i:tempat-sampah", "5", "", ""), action="suggest")
    )

    assert page.context["rows"][0][0]["unit_cost"].value() == "250000"
    assert "HSPK Kota Banjarmasin 2025" in shown(page)
    assert 'name="cost-waste_facilities" value="250000"' in shown(page)


def test_what_is_typed_is_not_overwritten_by_a_suggestion(
    client, log_in, survey, place
):
    Intervention.objects.filter(code="tempat-sampah").update(
        unit_cost=D(250_000), cost_source="HSPK"
    )
    log_in("operator")
    row = ("i:tempat-sampah", "5", "7", "")
    page = client.post(URL, sent(place, row, action="suggest"))

    assert page.context["rows"][0][0]["unit_cost"].value() == "7"


# ---- the cheapest way ----------------------------------------------------------------

COSTS = {
    "cost-waste_facilities": "100",
    "cost-waste_system": "1.000",
    "cost-building_quality": "50.000",
}


def test_the_cheapest_way_and_its_plan_as_rows(client, log_in, survey, place):
    """23 → below 16: 8 points. 6a to 0 (5 points) and 6b to 0 (3 points)."""
    log_in("operator")
    asked = sent(place, WASTE, action="cheapest", **COSTS)
    page = client.post(URL, asked)

    found = page.context["cheapest"][0]
    assert found.answer.to_lose == 8
    assert [(o.code, o.volume) for o in found.answer.plan] == [("6a", 151), ("6b", 71)]
    assert found.answer.cost == D(86_100)
    text = shown(page)
    assert "Eksak untuk kawasan ini" in text
    assert "Tidak ikut dihitung karena biayanya belum diisi:" in text
    assert "kaidah praktis" not in text

    page = client.post(URL, asked | {"action": f"use-{place.pk}"})
    forms = [form for form, _suggestion in page.context["rows"]]
    assert [form["work"].value() for form in forms] == [
        "m:waste_facilities",
        "m:waste_system",
    ]
    rows = [
        (f["work"].value(), f["volume"].value(), f["unit_cost"].value(), "")
        for f in forms
    ]
    page = client.post(URL, sent(place, *rows))
    outcome = page.context["results"][0].outcome
    assert (outcome.after.total, outcome.cost) == (15, D(86_100))


def test_too_few_costs_are_said(client, log_in, survey, place):
    log_in("operator")
    page = client.post(
        URL, sent(place, action="cheapest", **{"cost-waste_system": "5"})
    )
    assert "8 poin harus turun" in shown(page)
    assert "hanya dapat turun 3" in shown(page)


def test_several_areas_under_one_budget(client, log_in, survey, place, head, verifier):
    other = SlumAreaFactory(agency=place.agency)
    NeighbourhoodFactory(area=other, hectares=D(10))
    verified_assessment(other, by=head, verifier=verifier, **SLUM)
    log_in("operator")
    asked = sent(place, action="cheapest", **COSTS) | {
        "area": [place.pk, other.pk],
        "cost-budget": "50.000",
    }

    page = client.post(URL, asked)

    found = page.context["cheapest"]
    assert [(row.base.area, row.fits) for row in found] == [
        (other, True),
        (place, False),
    ]
    assert "kaidah praktis" in shown(page)
    page = client.post(URL, asked | {"action": "use-all"})
    assert len(page.context["rows"]) == 4


def test_a_wrong_cost_is_marked(client, log_in, survey, place):
    log_in("operator")
    page = client.post(
        URL, sent(place, action="cheapest", **{"cost-waste_system": "-5"})
    )
    assert page.context["costs_form"].errors
    assert "cheapest" not in page.context


# ---- a draft programme ---------------------------------------------------------------


def draft_of(area, **changes):
    values = {
        "agency": area.agency_id,
        "code": "1.04.03.2.03",
        "name": "Peningkatan kualitas Mantuil",
        "year": "2027",
        "fund": "apbd_regency",
    } | changes
    return {"action": "draft"} | {f"draft-{k}": v for k, v in values.items()}


def test_a_plan_becomes_a_draft_programme(client, log_in, survey, place):
    log_in("operator")
    one = place.neighbourhoods.order_by("rt_rw").first()
    rows = [
        WASTE,
        ("m:building_quality", "40", "25.000.000", one.pk),
        ("i:rehab-rtlh", "50", "25.000.000", ""),
    ]
    page = client.post(URL, sent(place, *rows, **draft_of(place)))

    programme = Programme.objects.get()
    assert page.url == programme.get_absolute_url()
    assert (programme.is_draft, programme.year) == (True, 2027)
    assert programme.budget == D(2_450_000_000)
    tps, one_rt, spread = programme.activities.order_by("pk")
    assert (tps.name, tps.indicator, tps.unit) == ("TPS 3R", "6a", "KK")
    assert (tps.volume, tps.budget) == (D(200), D(200_000_000))
    assert tps.rule_set == survey.rule_set
    assert not tps.neighbourhoods.exists()
    assert list(one_rt.neighbourhoods.all()) == [one]
    assert list(spread.neighbourhoods.all()) == [one]


def test_a_row_without_a_cost_leaves_the_budget_open(client, log_in, survey, place):
    log_in("operator")
    rows = [WASTE, ("i:rehab-rtlh", "5", "", "")]
    client.post(URL, sent(place, *rows, **draft_of(place)))

    assert Programme.objects.get().budget is None


def test_a_draft_that_is_refused_stores_nothing(client, log_in, survey, place):
    log_in("operator")
    for rows, changes in (
        ([("i:tps3r", "0", "", "")], {}),
        ([], {}),
        ([WASTE], {"code": ""}),
        ([WASTE], {"year": "1999"}),
        ([WASTE], {"agency": "999999"}),
    ):
        page = client.post(URL, sent(place, *rows, **draft_of(place, **changes)))
        assert page.status_code == 200
        assert page.context["draft"].errors
        assert not Programme.objects.exists()


@pytest.mark.parametrize("person", ["viewer", "verifier"])
def test_who_may_not_edit_programmes_makes_no_draft(
    client, log_in, survey, place, person
):
    log_in(person)
    assert client.get(URL, {"area": place.pk}).context["draft"] is None
    page = client.post(URL, sent(place, WASTE, **draft_of(place)))

    assert page.status_code == 403
    assert not Programme.objects.exists()


# ---- speed ---------------------------------------------------------------------------


@pytest.mark.parametrize("action", ["compute", "cheapest", "suggest"])
def test_the_page_costs_the_same_for_more_rt(
    client, head, verifier, office, region_tree, queries_of, action
):
    client.force_login(head)
    counts = []
    for size in (2, 9):
        area = SlumAreaFactory(agency=office)
        NeighbourhoodFactory.create_batch(size, area=area)
        verified_assessment(area, by=head, verifier=verifier, **SLUM)
        data = sent(area, WASTE, action=action, **COSTS)
        counts.append(queries_of(client.post, URL, data))

    assert counts[0] == counts[1]


def test_a_draft_costs_the_same_for_more_rows(client, head, survey, place, queries_of):
    client.force_login(head)
    counts = []
    for size in (2, 9):
        code = draft_of(place, code=f"1.{size}")
        data = sent(place, *[WASTE] * size, **code)
        counts.append(queries_of(client.post, URL, data))

    assert counts[0] == counts[1]


# ---- both rule sets ------------------------------------------------------------------


def test_an_area_surveyed_under_the_rules_of_2016(client, place, head, verifier):
    """4c of 2016 is the connection to urban drainage; 2018 does not know it."""
    codes = PERMEN_02_2016.codes
    draft = area_services.start_assessment(place, surveyed_on=date(2017, 5, 1), by=head)
    volumes = dict.fromkeys(codes, D(0)) | {"4c": D(1000), "1a": D(100), "3a": D(100)}
    volumes |= {"6a": D(100)}
    fill_in(draft, by=head, volumes=volumes)
    submitted = area_services.submit_assessment(draft, by=head)
    area_services.verify_assessment(submitted, by=verifier)
    client.force_login(head)

    page = client.post(URL, sent(place, ("i:drainase-sambungan", "2000", "", "")))

    result = page.context["results"][0]
    assert result.base.rules.code == "permen-02-2016"
    assert (result.outcome.before.total, result.outcome.after.total) == (20, 15)
    assert result.outcome.leaves  # below 19

    # the newest survey, under the rules of 2018, does not ask for it
    verified_assessment(place, by=head, verifier=verifier, **SLUM)
    page = client.post(URL, sent(place, ("i:drainase-sambungan", "2000", "", "")))
    assert page.context["refused"] == [1]
