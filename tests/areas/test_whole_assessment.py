"""The whole of a survey: area as a whole, considerations, land, corrections."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from areas import services
from areas.conclusions import SiteFacts, conclude
from areas.models import Assessment, SlumArea
from areas.results import conclusions_of, result_of, totals_of
from areas.rules import Denominators, assess
from core.errors import BusinessRuleError, WrongStateError
from tests.factories_areas import (
    NeighbourhoodFactory,
    SlumAreaFactory,
    verified_assessment,
    volumes_of,
)
from tests.rules import PERMEN_02_2016, PERMEN_14_2018

DAY = date(2024, 1, 8)
FIGURES = {
    "hectares": Decimal("2.5"),
    "buildings": 100,
    "households": 100,
    "population": 1005,
    "ideal_road_m": Decimal(1000),
    "ideal_drainage_m": Decimal(1000),
    "existing_road_m": None,
}
ALL_YES = SiteFacts(
    population=1005,
    is_strategic=True,
    has_social_need=True,
    land_status="legal",
    conforms_to_plan=True,
)


# ---- conclusions: values in, values out -----------------------------------------


def concluded(total: int, facts: SiteFacts, rules=PERMEN_14_2018):
    """The conclusions of a survey of 2.5 ha with this total (fives, threes, ones)."""
    volumes = dict.fromkeys(rules.codes, Decimal(0))
    left = total
    for code in rules.codes:
        for score, percent in ((5, 100), (3, 60), (1, 30)):
            if left >= score and percent:
                volumes[code] = Decimal(percent)
                left -= score
                break
    divisors = Denominators(*[Decimal(100)] * 5)
    result = assess(volumes, divisors, rules)
    assert result.total == total
    place = Denominators(Decimal("2.5"), *[Decimal(100)] * 4)
    return conclude(result, place, facts, rules)


@pytest.mark.parametrize(
    ("total", "answers", "priority", "code", "pattern"),
    [
        (60, {}, 1, "A1", "renewal"),
        (60, {"land_status": "occupied"}, 1, "A2", "resettlement"),
        (38, {}, 2, "B1", "renewal"),
        (16, {}, 3, "C1", "rehabilitation"),
        (16, {"conforms_to_plan": False}, 3, "C2", "resettlement"),
        (60, {"is_strategic": False, "has_social_need": True}, 1, "A1", "renewal"),
        (60, {"is_strategic": False, "has_social_need": False}, 4, "A3", "renewal"),
        (
            16,
            {"is_strategic": False, "has_social_need": False, "population": 100},
            9,
            "C5",
            "rehabilitation",
        ),
    ],
)
def test_priority_and_pattern(total, answers, priority, code, pattern):
    facts = {name: getattr(ALL_YES, name) for name in SiteFacts.__slots__} | answers
    found = concluded(total, SiteFacts(**facts))

    assert found["priority"].value == priority
    assert f"({code})" in found["priority"].shown
    assert found["pattern"].value == pattern


@pytest.mark.parametrize(
    ("population", "score"),
    [(500, 1), (501, 3), (502, 3), (1000, 3), (1001, 5), (1005, 5)],
)
def test_density_on_both_sides_of_its_bounds(population, score):
    """On 2.5 ha: 200 and 400 people/ha; above them the next score."""
    found = concluded(16, SiteFacts(population=population))

    assert found["density"].value == score


def test_the_level_of_the_considerations_depends_on_the_rule_set():
    """5 + 1 + 1 = 7: medium under 14/2018 (unverified), high under 02/2016."""
    facts = SiteFacts(population=100, is_strategic=True, has_social_need=False)

    new, old = (
        concluded(19, facts, rules) for rules in (PERMEN_14_2018, PERMEN_02_2016)
    )

    assert (new["consideration"].value, old["consideration"].value) == (
        "medium",
        "high",
    )
    assert new["consideration"].is_verified is False


def test_what_nobody_filled_in_is_named_and_nothing_is_guessed():
    found = concluded(16, SiteFacts())

    unknown = ["strategic", "density", "social", "consideration", "legality"]
    assert [found[code].value for code in unknown] == [None] * 5
    assert found["priority"].value is found["pattern"].value is None
    assert found["priority"].because == (
        "Belum diisi: Pertimbangan lain, Legalitas tanah.",
    )


def test_what_is_not_slum_has_neither_priority_nor_pattern():
    found = concluded(15, ALL_YES)

    assert (found["priority"].shown, found["pattern"].shown) == ("tidak ada",) * 2


def test_every_finding_explains_itself():
    for finding in concluded(60, ALL_YES).findings:
        assert finding.because
        assert finding.rule
        assert finding.citation


# ---- the area as a whole --------------------------------------------------------


@pytest.fixture
def area(office):
    return SlumAreaFactory(agency=office, name="Mantuil")


@pytest.fixture
def whole(area, operator):
    draft = services.start_assessment(
        area, surveyed_on=DAY, by=operator, basis=Assessment.Basis.AREA
    )
    entry = services.UnitEntry(
        None, DAY, volumes_of(v1a=60, v4a="1.5"), FIGURES, Decimal("120.5")
    )
    return services.save_volumes(draft, [entry], by=operator)


def test_an_area_without_rt_is_surveyed_as_a_whole(whole, head, verifier):
    submitted = services.submit_assessment(whole, by=head)
    services.verify_assessment(submitted, by=verifier)

    done = Assessment.objects.get(pk=whole.pk)
    assert (done.total, done.results["basis"]) == (6, "area")
    assert done.results["coverage"] == {"complete": 1, "total": 1}
    totals = totals_of(done)
    assert totals.population == 1005
    assert totals.denominators.hectares == Decimal("2.500000")
    assert totals.open_space_m2 == Decimal("120.500000")
    assert conclusions_of(done).people_per_ha == Decimal("402.00")


def test_figures_of_a_whole_area_are_needed(area, operator):
    draft = services.start_assessment(
        area, surveyed_on=DAY, by=operator, basis=Assessment.Basis.AREA
    )
    entry = services.UnitEntry(
        None, DAY, volumes_of(v1a=101), FIGURES | {"households": -1, "hectares": None}
    )

    with pytest.raises(BusinessRuleError) as refusal:
        services.save_volumes(draft, [entry], by=operator)

    assert set(refusal.value.errors) == {"area.1a", "area.households", "area.hectares"}
    assert not draft.units.exists()


def test_a_survey_is_per_rt_or_of_the_whole_never_both(whole, operator):
    unit = NeighbourhoodFactory(area=whole.area)

    with pytest.raises(BusinessRuleError) as refusal:
        services.save_volumes(
            whole, [services.UnitEntry(unit, DAY, volumes_of())], by=operator
        )

    assert list(refusal.value.errors) == [f"{unit.pk}.neighbourhood"]


def test_the_page_of_the_whole_area(client, area, operator):
    draft = services.start_assessment(
        area, surveyed_on=DAY, by=operator, basis=Assessment.Basis.AREA
    )
    client.force_login(operator)
    url = reverse("areas:assessment-whole", args=[draft.pk])
    assert "lebih lemah" in client.get(url).content.decode()
    values = dict.fromkeys(PERMEN_14_2018.codes, "0") | {
        "1a": "60",
        "surveyed_on": "2024-01-08",
        "open_space_m2": "",
        "hectares": "2,5",
        "buildings": "100",
        "households": "100",
        "population": "1.005",
        "ideal_road_m": "1000",
        "ideal_drainage_m": "1000",
        "existing_road_m": "",
    }

    refused = client.post(url, values | {"1b": "3"}).content.decode()
    answer = client.post(url, values, follow=True)

    assert "melebihi luas" in refused
    assert "tersimpan" in answer.content.decode()
    assert result_of(Assessment.objects.get(pk=draft.pk)).total == 3


# ---- considerations and land on the page ----------------------------------------


def test_answers_about_the_place_are_recorded_and_explained(client, whole, operator):
    client.force_login(operator)
    url = reverse("areas:assessment-site", args=[whole.pk])
    values = {
        "is_strategic": "true",
        "strategic_basis": "RTRW pasal 40",
        "has_social_need": "false",
        "land_status": "legal",
        "conforms_to_plan": "true",
        "plan_basis": "SKRK 12/2024",
    }

    page = client.post(url, values, follow=True).content.decode()

    stored = Assessment.objects.get(pk=whole.pk)
    assert (stored.is_strategic, stored.has_social_need) == (True, False)
    assert (stored.strategic_basis, stored.social_basis) == ("RTRW pasal 40", "")
    assert "Legalitas tanah" in page
    assert "402,00 jiwa/ha" in page
    assert "aturan belum diverifikasi" in page


def test_answers_cannot_change_once_submitted(whole, operator, head):
    services.submit_assessment(whole, by=head)

    with pytest.raises(WrongStateError):
        services.record_site(whole, by=operator, is_strategic=True)


# ---- corrections ----------------------------------------------------------------


@pytest.fixture
def verified(area, operator, head, verifier):
    NeighbourhoodFactory(area=area)
    return verified_assessment(area, by=head, verifier=verifier, v1a=100, v2a=1000)


def corrected(verified, operator, head, verifier, **volumes):
    draft = services.correct_assessment(
        verified, reason="Panjang jalan tertukar dengan RT sebelah.", by=operator
    )
    unit = verified.area.neighbourhoods.get()
    entry = services.UnitEntry(unit, draft.surveyed_on, volumes_of(**volumes))
    services.save_volumes(draft, [entry], by=operator)
    services.submit_assessment(draft, by=head)
    return services.verify_assessment(draft, by=verifier)


def test_a_correction_starts_with_what_was_verified(verified, operator):
    draft = services.correct_assessment(verified, reason="Salah ketik.", by=operator)

    assert draft.corrects == verified
    assert (draft.status, draft.surveyed_on) == ("draft", verified.surveyed_on)
    assert result_of(draft).total == verified.total == 10
    assert Assessment.objects.get(pk=verified.pk).status == "verified"


def test_a_verified_correction_takes_the_place_everywhere(
    verified, operator, head, verifier
):
    before = verified.verified_at
    now = corrected(verified, operator, head, verifier, v1a=100)

    assert list(Assessment.objects.standing()) == [now]
    areas = SlumArea.objects.with_figures(date(2026, 1, 1))
    assert areas.get().severity_total == 5
    assert list(Assessment.objects.standing(known_at=now.verified_at)) == [verified]
    assert list(Assessment.objects.standing(known_at=before)) == []


def test_an_unverified_correction_changes_nothing(verified, operator):
    services.correct_assessment(verified, reason="Salah ketik.", by=operator)

    assert list(Assessment.objects.standing()) == [verified]


def test_a_survey_is_corrected_once_and_with_a_reason(verified, operator):
    with pytest.raises(BusinessRuleError) as refusal:
        services.correct_assessment(verified, reason="  ", by=operator)
    assert list(refusal.value.errors) == ["reason"]

    draft = services.correct_assessment(verified, reason="Salah ketik.", by=operator)

    with pytest.raises(WrongStateError):
        services.correct_assessment(verified, reason="Lagi.", by=operator)
    with pytest.raises(WrongStateError):
        services.correct_assessment(draft, reason="Draf.", by=operator)


def test_the_verified_one_stays_as_it_was_in_the_database(
    verified, operator, head, verifier
):
    corrected(verified, operator, head, verifier, v1a=100)

    with (
        pytest.raises(DatabaseError, match="sudah terverifikasi"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "UPDATE areas_assessment SET total = 1 WHERE id = %s", [verified.pk]
        )


def test_pages_lead_from_one_to_the_other(client, verified, operator, head, verifier):
    client.force_login(operator)
    url = reverse("areas:assessment-correct", args=[verified.pk])
    assert "Mengoreksi" in client.get(url).content.decode()

    answer = client.post(url, {"reason": "Salah ketik."}, follow=True)

    draft = Assessment.objects.get(corrects=verified)
    assert answer.redirect_chain[-1][0] == draft.get_absolute_url()
    assert verified.get_absolute_url() in answer.content.decode()
    old = client.get(verified.get_absolute_url()).content.decode()
    assert draft.get_absolute_url() in old
    assert "sedang berjalan" in old
