"""The filters of areas, decrees and surveys, and what they offer to whom."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import RequestFactory
from django.utils import timezone

from areas.filters import AssessmentFilter, DecreeFilter, SlumAreaFilter
from areas.models import AreaVillage, Assessment, Decree, SlumArea
from tests.factories_areas import (
    AssessmentFactory,
    DecreeFactory,
    DecreeLineFactory,
    NeighbourhoodFactory,
    SlumAreaFactory,
    verified_assessment,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def mantuil(office, head, verifier):
    """12 ha under a decree, lightly slum by a verified survey."""
    area = SlumAreaFactory(agency=office, name="Mantuil")
    NeighbourhoodFactory(area=area)
    DecreeLineFactory(area=area, hectares=Decimal(12))
    codes = ("v1a", "v1c", "v3a", "v7a")
    verified_assessment(area, by=head, verifier=verifier, **dict.fromkeys(codes, 100))
    return area


@pytest.fixture
def guntung(other_office):
    """5 ha, not assessed."""
    area = SlumAreaFactory(agency=other_office, name="Guntung Payung")
    DecreeLineFactory(
        area=area,
        hectares=Decimal(5),
        decree__level=Decree.Level.MAYOR,
        decree__region=other_office.region,
    )
    return area


def found(filterset, rows, user, **query):
    request = RequestFactory().get("/", query)
    request.user = user
    result = filterset(query, rows, request=request)
    assert result.is_valid(), result.errors
    return set(result.qs)


def areas(user, **query):
    rows = SlumArea.objects.with_figures(timezone.localdate())
    return found(SlumAreaFilter, rows, user, **query)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, {"Mantuil", "Guntung Payung"}),
        ({"q": "mantu"}, {"Mantuil"}),
        ({"q": "ulin timur"}, {"Guntung Payung"}),
        ({"regency": "63.71"}, {"Mantuil"}),
        ({"severity": "light"}, {"Mantuil"}),
        ({"severity": "none"}, {"Guntung Payung"}),
        ({"severity": "heavy"}, set()),
        ({"authority": "province"}, {"Mantuil"}),
        ({"authority": "regency"}, {"Guntung Payung"}),
    ],
)
def test_areas(mantuil, guntung, province_viewer, region_tree, query, names):
    AreaVillage.objects.create(area=guntung, village=region_tree["63.72.02.1003"])

    assert {area.name for area in areas(province_viewer, **query)} == names


def test_areas_of_a_decree_are_those_that_count_under_it(mantuil, province_viewer):
    old = mantuil.decree_lines.get().decree
    new = DecreeLineFactory(
        area=mantuil,
        decree__level=Decree.Level.MAYOR,
        decree__region=mantuil.regency,
        decree__issued_on=date(2021, 1, 1),
        decree__in_force_from=date(2021, 1, 1),
    ).decree

    assert areas(province_viewer, decree=str(new.pk)) == {mantuil}
    assert areas(province_viewer, decree=str(old.pk)) == set()


def test_choices_end_with_the_scope(mantuil, guntung, operator):
    request = RequestFactory().get("/")
    request.user = operator
    form = SlumAreaFilter({}, SlumArea.objects.all(), request=request).form

    assert [region.pk for region in form.fields["regency"].queryset] == ["63.71"]
    assert form.fields["decree"].queryset.count() == 1


@pytest.fixture
def four_decrees(region_tree):
    """One that holds, an older one, a mayor's of this year, and a draft."""
    today = timezone.localdate()
    city = {"level": Decree.Level.MAYOR, "region": region_tree["63.71"]}
    DecreeFactory(
        number="188.44/1/2020", title="Lokasi kumuh", issued_on=date(2020, 1, 1)
    )
    DecreeFactory(
        number="188.44/2/2015",
        issued_on=date(2015, 1, 1),
        in_force_until=date(2020, 1, 1),
    )
    DecreeFactory(number="12/kota", scope="regency", issued_on=today, **city)
    DecreeFactory(number="draf", status="draft")


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ({}, {"188.44/1/2020", "188.44/2/2015", "12/kota", "draf"}),
        ({"q": "lokasi"}, {"188.44/1/2020"}),
        ({"q": "2/2015"}, {"188.44/2/2015"}),
        ({"in_force": "yes"}, {"188.44/1/2020", "12/kota"}),
        ({"in_force": "no"}, {"188.44/2/2015", "draf"}),
        ({"level": "mayor"}, {"12/kota"}),
        ({"status": "draft"}, {"draf"}),
        ({"status": "superseded"}, {"188.44/2/2015"}),
        ({"scope": "regency"}, {"12/kota"}),
        ({"review": "due"}, {"188.44/1/2020"}),
        ({"review": "not_due"}, {"12/kota"}),
    ],
)
def test_decrees(four_decrees, province_viewer, query, numbers):
    decrees = found(DecreeFilter, Decree.objects.all(), province_viewer, **query)

    assert {decree.number for decree in decrees} == numbers


@pytest.mark.parametrize(
    ("issued_on", "last_day_before"),
    [
        (date(2020, 6, 15), date(2025, 6, 14)),
        (date(2020, 2, 29), date(2025, 2, 27)),
        (date(2021, 2, 28), date(2026, 2, 27)),
    ],
)
def test_review_clock_is_the_same_in_sql_and_in_python(issued_on, last_day_before):
    decree = DecreeFactory(issued_on=issued_on)
    due = last_day_before + timedelta(days=1)

    assert decree.review_due_on == due
    assert not Decree.objects.review_due(last_day_before).exists()
    assert Decree.objects.review_due(due).get() == decree


def test_assessments(mantuil, guntung, province_viewer):
    draft = AssessmentFactory(area=guntung, surveyed_on=date(2025, 5, 1))
    verified = mantuil.assessments.get()

    def surveys(**query):
        rows = Assessment.objects.with_progress()
        return found(AssessmentFilter, rows, province_viewer, **query)

    assert surveys() == {draft, verified}
    assert surveys(q="guntung") == {draft}
    assert surveys(status="verified") == {verified}
    assert surveys(severity="light") == {verified}
    assert surveys(year="2025") == {draft}
    assert surveys(regency="63.71") == {verified}
