"""Which practices fit an area, why, and what its page shows of them."""

import string
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from areas import services
from coordination.fitting import Traits, fit_of, fitting_practices, ranked, traits_of
from coordination.models import Practice
from tests.factories_areas import SlumAreaFactory, fill_in, verified_assessment
from tests.factories_ledger import decreed_area
from tests.factories_practices import OutreachFactory, PracticeFactory
from tests.factories_programs import ProgrammeFactory, activity_in

CODES = ("1a", "2a", "2b", "4a", "4b")
TYPOLOGIES = ("", "waterside", "on_water")
PATTERNS = ("renewal", "rehabilitation")


def subsets(values):
    return st.lists(st.sampled_from([v for v in values if v]), unique=True)


traits = st.builds(
    Traits,
    weak=st.dictionaries(st.sampled_from(CODES), st.sampled_from([1, 3, 5])),
    typology=st.sampled_from(TYPOLOGIES),
    patterns=subsets(PATTERNS).map(frozenset),
)
practices = st.builds(
    Practice,
    pk=st.integers(1, 10**6),
    title=st.text(string.ascii_letters, min_size=1, max_size=5),
    indicators=subsets(CODES),
    typologies=subsets(TYPOLOGIES),
    patterns=subsets(PATTERNS),
)


@given(practices, traits)
def test_it_fits_exactly_where_something_is_in_common(practice, traits):
    fit = fit_of(practice, traits)

    assert set(fit.indicators) == set(practice.indicators) & set(traits.weak)
    assert set(fit.typologies) == set(practice.typologies) & {traits.typology}
    assert set(fit.patterns) == set(practice.patterns) & traits.patterns
    assert bool(fit.reason) == bool(fit.indicators or fit.typologies or fit.patterns)
    assert fit.score == sum(traits.weak[code] for code in fit.indicators)


@given(st.lists(practices, max_size=8), traits)
def test_the_worst_indicators_come_first(rows, traits):
    found = ranked(rows, traits)

    scores = [fit.score for fit in found]
    assert scores == sorted(scores, reverse=True)
    assert ranked(list(reversed(rows)), traits) == found or len(
        {row.pk for row in rows}
    ) < len(rows)
    assert len(found) == sum(bool(fit_of(row, traits).reason) for row in rows)


def test_the_reason_is_said_in_words():
    traits = Traits({"2a": 5, "4b": 1}, "waterside", frozenset({"renewal"}))
    practice = Practice(
        indicators=["1a", "2a", "4b"],
        typologies=["waterside", "on_water"],
        patterns=["renewal"],
    )

    with translation.override("id"):
        reason = fit_of(practice, traits).reason

    assert reason == "indikator 2a, 4b, di tepi air, peremajaan"


# ---- out of the database -------------------------------------------------------


@pytest.fixture
def area(office, head, verifier):
    """Roads (2a) at 5, drainage (4b) at 1, all other indicators at 0."""
    area = decreed_area("1.5", "0.5", agency=office).area
    area.typology = "waterside"
    area.save()
    verified_assessment(area, by=head, verifier=verifier, v2a=100, v4b=150)
    return area


@pytest.mark.django_db
def test_what_an_area_has(area, office):
    activity_in(area.decree_lines.get(), agency=office, pattern="renewal")
    draft = ProgrammeFactory(agency=office, is_draft=True)
    line = area.decree_lines.get()
    activity_in(line, agency=office, programme=draft, pattern="rehabilitation")

    found = traits_of(area)

    assert set(found.weak) >= {"2a", "4b"}
    assert "1a" not in found.weak
    assert found.typology == "waterside"
    assert found.patterns == {"renewal"}


@pytest.mark.django_db
def test_only_the_latest_survey_that_stands_counts(area, head, verifier):
    verified_assessment(
        area, by=head, verifier=verifier, surveyed_on=date(2025, 6, 1), v5a=60
    )

    assert "5a" in traits_of(area).weak
    assert "2a" not in traits_of(area).weak


@pytest.mark.django_db
def test_an_area_without_survey_fits_by_its_typology_only(operator, office):
    bare = SlumAreaFactory(agency=office, typology="on_water")
    PracticeFactory(title="Saluran")
    PracticeFactory(title="Titian", typologies=["on_water"])

    (fit,) = fitting_practices(bare, operator)

    assert fit.practice.title == "Titian"
    assert fit.reason == "di atas air"


@pytest.mark.django_db
def test_the_best_comes_first_and_drafts_are_left_out(area, operator, editor):
    PracticeFactory(title="Atap", indicators=["1a"])
    PracticeFactory(title="Saluran", indicators=["4b"])
    PracticeFactory(title="Jalan", indicators=["2a", "1a"])
    PracticeFactory(title="Tepian", indicators=["1a"], typologies=["waterside"])
    agency = editor.memberships.get().agency
    PracticeFactory(title="Draf", indicators=["2a"], agency=agency, is_published=False)

    for person in (operator, editor):
        fits = fitting_practices(area, person)
        assert [fit.practice.title for fit in fits] == ["Jalan", "Saluran", "Tepian"]


@pytest.mark.django_db
def test_the_page_of_the_area_says_why(client, area, operator):
    practice = PracticeFactory(indicators=["2a"], typologies=["waterside"])
    client.force_login(operator)

    page = client.get(area.get_absolute_url()).content.decode()

    assert practice.get_absolute_url() in page
    assert "cocok: indikator 2a, di tepi air" in page


@pytest.mark.django_db
def test_the_page_of_an_area_costs_the_same_for_more(
    client, area, operator, office, queries_of
):
    PracticeFactory(indicators=["2a"])
    OutreachFactory(agency=office).areas.add(area)
    client.force_login(operator)
    url = area.get_absolute_url()
    few = queries_of(client.get, url)

    PracticeFactory.create_batch(8, indicators=["2a"], typologies=["waterside"])
    for event in OutreachFactory.create_batch(4, agency=office):
        event.areas.add(area)

    assert queries_of(client.get, url) == few
    page = client.get(url).content.decode()
    assert ">4</data> praktik lain" in page


@pytest.mark.django_db
def test_the_page_of_an_area_tells_its_outreach(client, area, operator, office):
    client.force_login(operator)
    assert (
        "Belum ada sosialisasi" in client.get(area.get_absolute_url()).content.decode()
    )
    OutreachFactory(agency=office).areas.add(area)

    page = client.get(area.get_absolute_url()).content.decode()

    assert f"{reverse('coordination:outreach-list')}?area={area.pk}" in page
    assert "terakhir 5 Mei 2025" in page


@pytest.mark.django_db
@pytest.mark.parametrize(("weak", "tags"), [("4e", {"4c", "4e"}), ("4c", set())])
def test_a_survey_by_an_older_rule_set_is_read_by_what_it_measured(
    office, head, verifier, weak, tags
):
    """4e of 2016 is 4c of 2018; 4c of 2016 measured what 2018 asks no more."""
    area = decreed_area("1.5", agency=office).area
    draft = services.start_assessment(area, surveyed_on=date(2017, 1, 8), by=head)
    assert draft.rule_set.code == "permen-02-2016"
    volumes = dict.fromkeys(draft.rules.codes, Decimal(0)) | {weak: Decimal(100)}
    fill_in(draft, by=head, volumes=volumes)
    services.submit_assessment(draft, by=head)
    services.verify_assessment(draft, by=verifier)

    assert set(traits_of(area).weak) == tags
