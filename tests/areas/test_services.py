"""Areas, RT and decrees through their services: what is stored, what is refused."""

from datetime import date
from decimal import Decimal

import pytest

from agencies.models import Region
from areas import services
from areas.decree_mapping import propose_mapping
from areas.models import Decree, DecreeLine, Neighbourhood, SlumArea
from core.errors import BusinessRuleError, NotAllowedError
from tests.factories_areas import (
    SQUARE,
    DecreeFactory,
    DecreeLineFactory,
    NeighbourhoodFactory,
    SlumAreaFactory,
)
from tests.factories_ledger import credit_unit

pytestmark = pytest.mark.django_db

RT = {
    "rt_rw": "001/002",
    "hectares": Decimal("1.25"),
    "buildings": 40,
    "population": None,
    "households": 50,
    "ideal_road_m": Decimal(300),
    "ideal_drainage_m": Decimal(250),
}


@pytest.fixture
def area(office, region_tree) -> SlumArea:
    return SlumAreaFactory(agency=office, regency=region_tree["63.71"], name="Mantuil")


@pytest.fixture
def mantuil(region_tree) -> Region:
    return region_tree["63.71.01.1001"]


def errors_of(call, *args, **kwargs) -> dict[str, list[str]]:
    with pytest.raises(BusinessRuleError) as caught:
        call(*args, **kwargs)
    return caught.value.errors


# ---- areas -------------------------------------------------------------------


def test_operator_creates_an_area_with_its_villages(office, operator, mantuil):
    area = services.create_area(
        by=operator,
        name="  Mantuil   Hilir ",
        agency=office,
        regency=office.region,
        villages=[mantuil],
        outline=SQUARE,
    )

    assert area.name == "Mantuil Hilir"
    assert list(area.villages.all()) == [mantuil]
    assert (area.min_lon, area.max_lat) == (114.58, -3.32)


def test_area_of_another_office_is_not_allowed(stranger, office):
    with pytest.raises(NotAllowedError, match="Disperkim Banjarmasin"):
        services.create_area(
            by=stranger, name="X", agency=office, regency=office.region
        )


def test_all_problems_of_an_area_come_at_once(area, office, operator, region_tree):
    errors = errors_of(
        services.create_area,
        by=operator,
        name=area.name,
        agency=office,
        regency=office.region,
        villages=[region_tree["63.72.02.1003"]],
        outline={"type": "Point", "coordinates": [114, -3]},
        latitude=Decimal("3.3"),
        longitude=Decimal("-114"),
    )

    assert set(errors) == {"villages", "outline", "__all__"}
    assert "sudah memiliki kawasan" in " ".join(errors["__all__"])
    assert "Landasan Ulin Timur" in errors["villages"][0]


def test_office_of_another_city_cannot_be_responsible(editor, other_office, office):
    errors = errors_of(
        services.create_area,
        by=editor,
        name="X",
        agency=other_office,
        regency=office.region,
    )

    assert "Pilih perangkat daerah lain" in errors["agency"][0]


def test_area_never_moves_to_another_city(area, editor, region_tree):
    errors = errors_of(
        services.update_area, area, by=editor, regency=region_tree["63.72"]
    )

    assert list(errors) == ["regency"]


def test_update_changes_only_what_is_named(area, operator, mantuil):
    services.update_area(area, by=operator, villages=[mantuil], outline=SQUARE)
    services.update_area(area, by=operator, typology="waterside")

    area.refresh_from_db()
    assert area.typology == "waterside"
    assert area.outline["type"] == "Polygon"
    assert area.villages.count() == 1


def test_outline_can_be_taken_away(area, operator):
    services.update_area(area, by=operator, outline=SQUARE)
    services.update_area(area, by=operator, outline=None)

    area.refresh_from_db()
    assert (area.outline, area.min_lon) == (None, None)


def test_village_with_rt_stays_in_the_area(area, operator, mantuil):
    services.add_neighbourhood(area, by=operator, village=mantuil, **RT)

    errors = errors_of(services.update_area, area, by=operator, villages=[])

    assert errors["villages"] == [
        "Mantuil mempunyai RT di kawasan ini sehingga tidak dapat dikeluarkan."
    ]


# ---- RT ----------------------------------------------------------------------


def test_rt_brings_its_village_into_the_area(area, operator, mantuil):
    unit = services.add_neighbourhood(area, by=operator, village=mantuil, **RT)

    assert unit.hectares == Decimal("1.25")
    assert list(area.villages.all()) == [mantuil]


def test_same_rt_twice_is_refused(area, operator, mantuil):
    services.add_neighbourhood(area, by=operator, village=mantuil, **RT)

    errors = errors_of(
        services.add_neighbourhood, area, by=operator, village=mantuil, **RT
    )

    assert errors == {"rt_rw": ["001/002 di Mantuil sudah ada di kawasan ini."]}


def test_all_problems_of_an_rt_come_at_once(area, operator, region_tree):
    values = RT | {"hectares": Decimal(0), "ideal_road_m": Decimal(-1), "buildings": -3}

    errors = errors_of(
        services.add_neighbourhood,
        area,
        by=operator,
        village=region_tree["63.72.02.1003"],
        **values,
    )

    assert set(errors) == {"village", "hectares", "ideal_road_m", "buildings"}


def test_many_rt_are_stored_all_or_none(area, operator, mantuil, queries_of):
    rows = [RT | {"village": mantuil, "rt_rw": f"{n:03d}"} for n in range(1, 4)]

    errors = errors_of(services.add_neighbourhoods, area, [*rows, rows[0]], by=operator)
    assert list(errors) == ["3.rt_rw"]
    assert not Neighbourhood.objects.exists()

    few = queries_of(services.add_neighbourhoods, area, rows, by=operator)
    more = [RT | {"village": mantuil, "rt_rw": f"{n:03d}"} for n in range(10, 40)]
    assert queries_of(services.add_neighbourhoods, area, more, by=operator) == few


def test_rt_never_falls_below_its_credit(area, operator, verifier, mantuil):
    unit = services.add_neighbourhood(area, by=operator, village=mantuil, **RT)
    line = DecreeLineFactory(area=area)
    credit_unit(line, unit, by=verifier)

    errors = errors_of(
        services.update_neighbourhood, unit, by=operator, hectares=Decimal("1.2")
    )

    assert "1,25 ha" in errors["hectares"][0]
    assert "dibalik" in errors["hectares"][0]


# ---- decrees -----------------------------------------------------------------


def decree_values(region, **changes):
    return {
        "number": "SK 1/2024",
        "level": Decree.Level.GOVERNOR,
        "region": region,
        "issued_on": date(2024, 1, 2),
    } | changes


def test_new_decree_is_a_draft_until_it_is_put_into_force(editor, region_tree):
    old = DecreeLineFactory(decree__region=region_tree["63"])

    new = services.create_decree(
        by=editor, supersedes=old.decree, **decree_values(region_tree["63"])
    )

    assert (new.status, new.in_force_from) == ("draft", date(2024, 1, 2))
    old.decree.refresh_from_db()
    assert old.decree.in_force_until is None

    services.set_decree_lines(new, [(old.area, Decimal(9))], by=editor)
    services.set_mapping(new, propose_mapping(new), by=editor)
    services.enact_decree(new, by=editor)

    old.decree.refresh_from_db()
    assert old.decree.status == "superseded"
    assert old.decree.in_force_until == date(2024, 1, 2)


def test_district_cannot_enter_decrees(head, region_tree):
    with pytest.raises(NotAllowedError, match="Kota Banjarmasin"):
        services.create_decree(
            by=head, **decree_values(region_tree["63.71"], level=Decree.Level.MAYOR)
        )


def test_mayor_does_not_decide_for_a_province(editor, region_tree):
    errors = errors_of(
        services.create_decree,
        by=editor,
        **decree_values(region_tree["63"], level=Decree.Level.MAYOR),
    )

    assert list(errors) == ["level"]


def test_decree_number_is_used_once(editor, region_tree):
    values = decree_values(region_tree["63"])
    services.create_decree(by=editor, **values)

    assert list(errors_of(services.create_decree, by=editor, **values)) == ["number"]


def test_lines_of_a_draft_become_what_is_given(editor, area):
    decree = DecreeFactory(status="draft")
    gone = DecreeLineFactory(decree=decree)
    kept = DecreeLineFactory(decree=decree, area=area, hectares=Decimal(3))
    new = SlumAreaFactory()

    services.set_decree_lines(
        decree, [(area, Decimal("4.5")), (new, Decimal(2))], by=editor
    )

    kept.refresh_from_db()
    assert kept.hectares == Decimal("4.5")
    assert not DecreeLine.objects.filter(pk=gone.pk).exists()
    assert {line.area for line in decree.lines.all()} == {area, new}


def test_lines_in_force_stay_and_others_are_added(editor, area):
    line = DecreeLineFactory(area=area, hectares=Decimal(5))
    other = SlumAreaFactory()
    key = f"lines.{area.pk}.hectares"

    gone = errors_of(services.set_decree_lines, line.decree, [], by=editor)
    changed = errors_of(
        services.set_decree_lines, line.decree, [(area, Decimal(1))], by=editor
    )
    services.set_decree_lines(
        line.decree, [(area, Decimal(5)), (other, Decimal(2))], by=editor
    )

    assert gone == {key: ["Mantuil: SK sudah berlaku, jadi barisnya tetap."]}
    assert "Usulkan koreksi luas" in changed[key][0]
    assert {row.area for row in line.decree.lines.all()} == {area, other}


def test_problems_of_all_lines_come_at_once(editor, area, region_tree, other_office):
    decree = DecreeFactory(region=region_tree["63.71"], level=Decree.Level.MAYOR)
    outside = SlumAreaFactory(agency=other_office)

    errors = errors_of(
        services.set_decree_lines,
        decree,
        [(area, Decimal(0)), (outside, Decimal(1)), (area, Decimal(1))],
        by=editor,
    )

    assert set(errors) == {"lines", f"lines.{outside.pk}.area"}
    assert not decree.lines.exists()


def test_decree_in_force_keeps_what_decides_over_figures(editor, area, region_tree):
    decree = DecreeLineFactory(area=area).decree

    errors = errors_of(
        services.update_decree,
        decree,
        by=editor,
        title="Lokasi kumuh",
        in_force_from=date(2021, 1, 1),
        scope=Decree.Scope.PROVINCE,
    )
    services.update_decree(decree, by=editor, title="  Lokasi  kumuh ")

    assert set(errors) == {"in_force_from", "scope"}
    decree.refresh_from_db()
    assert decree.title == "Lokasi kumuh"


def test_decree_keeps_a_region_that_covers_its_areas(editor, area, region_tree):
    line = DecreeLineFactory(area=area, decree__status="draft")

    errors = errors_of(
        services.update_decree,
        line.decree,
        by=editor,
        region=region_tree["63.72"],
        level=Decree.Level.MAYOR,
    )

    assert errors == {"region": ["Mantuil tidak terletak di Kota Banjarbaru."]}


def test_removed_line_stands_in_the_trail(editor, area):
    line = DecreeLineFactory(area=area, decree__status="draft")
    services.set_decree_lines(line.decree, [], by=editor)

    labels = DecreeLine.pgh_event_model.objects.filter(pgh_obj_id=line.pk)
    assert list(labels.order_by("pgh_id").values_list("pgh_label", flat=True)) == [
        "insert",
        "delete",
    ]


def test_neighbourhood_factory_is_valid():
    NeighbourhoodFactory().full_clean()
