"""What the database itself keeps of areas, decrees and surveys; outlines; figures."""

import json
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError

from areas.authority import authorities_of
from areas.geometry.drawing import draw
from areas.models import Assessment, Decree, DecreeLine, Neighbourhood, SlumArea
from areas.outlines import check_outline, read_outline
from core.errors import BusinessRuleError
from tests.factories import RegionFactory
from tests.factories_areas import (
    SQUARE,
    AssessmentFactory,
    DecreeFactory,
    DecreeLineFactory,
    NeighbourhoodFactory,
    SlumAreaFactory,
)

NOW = "2024-01-09T08:00+08:00"


def draft_decree():
    return DecreeFactory(status="draft")


def superseded_decree():
    return DecreeFactory(in_force_until=date(2024, 1, 1))


def draft_line():
    return DecreeLineFactory(decree__status="draft")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("factory", "model", "constraint", "values"),
    [
        (SlumAreaFactory, SlumArea, "slum_area_typology_known", {"typology": "x"}),
        (SlumAreaFactory, SlumArea, "slum_area_point_whole", {"latitude": -3}),
        (
            SlumAreaFactory,
            SlumArea,
            "slum_area_point_in_indonesia",
            {"latitude": 3, "longitude": 3},
        ),
        (SlumAreaFactory, SlumArea, "slum_area_outline_has_bbox", {"min_lon": 1}),
        (
            NeighbourhoodFactory,
            Neighbourhood,
            "neighbourhood_hectares_positive",
            {"hectares": 0},
        ),
        (
            NeighbourhoodFactory,
            Neighbourhood,
            "neighbourhood_lengths_not_negative",
            {"ideal_road_m": -1},
        ),
        (draft_decree, Decree, "decree_level_known", {"level": "x"}),
        (draft_decree, Decree, "decree_scope_known", {"scope": "x"}),
        (draft_decree, Decree, "decree_unit_known", {"counting_unit": "x"}),
        (
            draft_decree,
            Decree,
            "decree_in_force_after_issue",
            {"issued_on": date(2030, 1, 1)},
        ),
        (
            superseded_decree,
            Decree,
            "decree_in_force_ordered",
            {"in_force_until": date(2019, 1, 1)},
        ),
        (
            DecreeFactory,
            Decree,
            "decree_end_only_when_superseded",
            {"in_force_until": date(2024, 1, 1)},
        ),
        (
            DecreeFactory,
            Decree,
            "decree_status_agrees_with_stamps",
            {"ended_at": NOW},
        ),
        (
            draft_line,
            DecreeLine,
            "decree_line_hectares_positive",
            {"hectares": 0},
        ),
        (AssessmentFactory, Assessment, "assessment_basis_known", {"basis": "x"}),
        (
            AssessmentFactory,
            Assessment,
            "assessment_land_status_known",
            {"land_status": "x"},
        ),
        (
            AssessmentFactory,
            Assessment,
            "assessment_submitted",
            {"status": "submitted", "submitted_at": NOW},
        ),
        (AssessmentFactory, Assessment, "assessment_verified", {"total": 3}),
        (
            AssessmentFactory,
            Assessment,
            "assessment_status_agrees_with_stamps",
            {"status": "submitted"},
        ),
        (
            AssessmentFactory,
            Assessment,
            "assessment_status_agrees_with_stamps",
            {"status": "returned"},
        ),
        (
            AssessmentFactory,
            Assessment,
            "assessment_severity_when_verified",
            {"severity": "heavy"},
        ),
    ],
)
def test_database_refuses(factory, model, constraint, values):
    row = factory()

    with pytest.raises(IntegrityError, match=constraint):
        model.objects.filter(pk=row.pk).update(**values)


@pytest.mark.django_db
def test_names_are_unique_where_they_must_be():
    area = SlumAreaFactory()

    with pytest.raises(IntegrityError, match="slum_area_name_once_per_regency"):
        SlumAreaFactory(agency=area.agency, name=area.name)


@pytest.mark.django_db
def test_line_in_force_is_that_of_the_latest_decree():
    """An area that the governor and later its mayor have named counts once."""
    old = DecreeLineFactory(decree__issued_on=date(2019, 1, 1))
    new = DecreeLineFactory(
        area=old.area,
        hectares=Decimal(7),
        decree__level=Decree.Level.MAYOR,
        decree__region=old.area.regency,
        decree__issued_on=date(2024, 1, 1),
        decree__in_force_from=date(2024, 1, 1),
    )

    assert list(DecreeLine.objects.in_force(date(2023, 12, 31))) == [old]
    assert list(DecreeLine.objects.in_force(date(2024, 1, 1))) == [new]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("hectares", "authority"),
    [("9.994999", "regency"), ("9.995", "province"), ("14.995", "central")],
)
def test_authority_follows_from_the_decreed_hectares(hectares, authority):
    line = DecreeLineFactory(hectares=Decimal(hectares))

    assert authorities_of([line]) == {line.pk: authority}


@pytest.mark.django_db
def test_authority_per_village_follows_from_all_lines_of_the_village():
    decree = DecreeFactory(counting_unit=Decree.CountingUnit.VILLAGE)
    one, other = (
        RegionFactory(code="63.71.01.1001"),
        RegionFactory(code="63.71.01.1002"),
    )
    first = DecreeLineFactory(decree=decree, village=one, hectares=Decimal(6))
    second = DecreeLineFactory(decree=decree, village=one, hectares=Decimal(5))
    third = DecreeLineFactory(decree=decree, village=other, hectares=Decimal(5))

    assert authorities_of([first, second, third]) == {
        first.pk: "province",
        second.pk: "province",
        third.pk: "regency",
    }


@pytest.mark.django_db
def test_two_decrees_of_one_issuer_and_scope_never_hold_together():
    DecreeFactory()
    DecreeFactory(status="draft")
    DecreeFactory(scope=Decree.Scope.PROVINCE)

    with pytest.raises(IntegrityError, match="decree_one_in_force"):
        DecreeFactory(issued_on=date(2024, 1, 1))


# ---- outlines ----------------------------------------------------------------


def test_outline_knows_its_box():
    outline = read_outline(json.dumps({"type": "Feature", "geometry": SQUARE}))

    assert outline.geometry == SQUARE
    assert outline.as_fields()["max_lon"] == 114.6


def test_heights_are_left_out():
    ring = [[*point, 12.5] for point in SQUARE["coordinates"][0]]

    assert check_outline({"type": "Polygon", "coordinates": [ring]}).geometry == SQUARE


def ring(*points):
    return {"type": "Polygon", "coordinates": [[list(point) for point in points]]}


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ("{", "bukan GeoJSON"),
        ("[" * 100_000, "bukan GeoJSON"),
        ('{"type": "Polygon", "coordinates": [[[NaN, 1]]]}', "bukan GeoJSON"),
        ("[]", "satu geometri GeoJSON"),
        ('{"type": "LineString", "coordinates": []}', "bukan LineString"),
        ('{"type": "Polygon", "coordinates": []}', "kosong"),
        ('{"type": "Polygon", "coordinates": 7}', "tidak membentuk bidang"),
        ('{"type": "FeatureCollection", "features": []}', "tepat satu garis luar"),
        (json.dumps(ring((114, -3), (115, -3), (115, -2))), "tidak tertutup"),
        (json.dumps(ring(("a", 1), (1, 1), (2, 2), ("a", 1))), "bujur, lintang"),
        (
            json.dumps(ring((-3, 114), (-3, 115), (-2, 115), (-3, 114))),
            "di luar Indonesia: bujur −3,0000",
        ),
        (
            json.dumps(ring((114, -3), (115, -2), (115, -3), (114, -2), (114, -3))),
            "memotong",
        ),
    ],
)
def test_outline_is_refused_with_its_reason(data, sentence):
    with pytest.raises(BusinessRuleError) as caught:
        read_outline(data)

    assert list(caught.value.errors) == ["outline"]
    assert sentence in caught.value.errors["outline"][0]


def test_outline_of_too_many_points_is_refused():
    points = [[114 + n / 1e6, -3] for n in range(20_001)]

    with pytest.raises(BusinessRuleError, match=r"20\.003 titik"):
        check_outline(ring(*points, [114, -2], points[0]))


def test_drawing_keeps_its_shape_and_turns_north_up():
    drawing = draw(SQUARE)

    assert drawing.path.startswith("M0.0 320.0L")  # the south-west corner is below
    assert drawing.height == 320
    assert 315 < drawing.width <= 320  # at 3° south a degree of longitude is shorter
