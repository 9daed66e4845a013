"""Who works where: the matrix, the gaps, the collisions, and their queries."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from areas.models import SlumArea
from areas.models.ledger import Fund
from coordination.collaboration import Question, map_of
from coordination.models import CommitmentArea
from coordination.models.meeting import Phase
from programs.models import Activity
from tests.factories import AgencyFactory
from tests.factories_budgets import FundingLegFactory
from tests.factories_coordination import CommitmentFactory, meeting_in
from tests.factories_ledger import credit_unit, decreed_area, verified_survey
from tests.factories_programs import activity_in

pytestmark = pytest.mark.django_db

PAGE = reverse("coordination:collaboration")
TODAY = date(2026, 3, 1)


@pytest.fixture
def line(office):
    """An area of the office with two RT: 1.5 and 0.5 ha."""
    return decreed_area("1.5", "0.5", agency=office)


@pytest.fixture
def second(province):
    return AgencyFactory(name="Dinas PU", short_name="Dinas PU", region=province.region)


def promise(area, agency, **values):
    meeting = meeting_in(Phase.DRAFT, agency=agency)
    commitment = CommitmentFactory(meeting=meeting, agency=agency, **values)
    CommitmentArea.objects.create(commitment=commitment, area=area)
    return commitment


def found_for(user, **asked):
    return map_of(SlumArea.objects.visible_to(user), user, TODAY, Question(**asked))


def cells_of(found):
    """Place × agency → what is there."""
    names = {agency.pk: agency.short_name for agency in found.agencies}
    return {
        (row.name.partition(" (")[0], names[key]): (
            cell.activities,
            cell.commitments,
            cell.hectares,
        )
        for row in found.rows
        for key, cell in row.cells.items()
    }


def test_a_cell_counts_works_promises_and_handled_hectares(
    line, office, second, editor, verifier
):
    activity_in(line, agency=office)
    activity_in(line, agency=office)
    activity_in(line, agency=second, is_closed=True)
    promise(line.area, second)
    credit_unit(line, by=verifier)

    expected = {
        ("Kota Banjarmasin", office.short_name): (2, 0),
        ("Kota Banjarmasin", second.short_name): (0, 1),
    }
    cells = cells_of(found_for(editor))
    assert {key: cell[:2] for key, cell in cells.items() if any(cell[:2])} == expected
    assert sum(cell[2] for cell in cells.values()) > Decimal(0)
    by_area = cells_of(found_for(editor, by_area=True))
    assert {name for name, _agency in by_area} == {line.area.name}


def test_a_commitment_about_two_areas_counts_once_in_their_district(
    line, office, editor
):
    other = decreed_area("2", agency=office)
    commitment = promise(line.area, office)
    CommitmentArea.objects.create(commitment=commitment, area=other.area)

    district = cells_of(found_for(editor))
    assert district["Kota Banjarmasin", office.short_name][1] == 1
    areas = cells_of(found_for(editor, by_area=True))
    assert [cell[1] for cell in areas.values()] == [1, 1]


def test_what_is_drafted_finished_done_or_of_another_fund_is_left_out(
    line, office, editor
):
    work = activity_in(line, agency=office)
    year, fund = work.programme.year, work.programme.fund
    other = next(value for value in Fund.values if value != fund)

    assert cells_of(found_for(editor, fund=fund, year=year))
    assert not cells_of(found_for(editor, fund=other))
    assert not cells_of(found_for(editor, year=year + 1))
    FundingLegFactory(activity=work, fund=other, agency=office)
    assert cells_of(found_for(editor, fund=other))
    assert not cells_of(found_for(editor, fund=fund))

    Activity.objects.update(is_closed=True)
    assert not cells_of(found_for(editor))


def test_a_heavy_area_is_a_gap_until_somebody_works_or_promises(line, office, editor):
    heavy(line.area)

    assert [gap.area for gap in found_for(editor).gaps] == [line.area]
    commitment = promise(line.area, office)
    assert found_for(editor).gaps == []
    type(commitment).objects.filter(pk=commitment.pk).update(
        state="dropped", drop_reason="Tidak jadi"
    )
    assert [gap.area for gap in found_for(editor).gaps] == [line.area]
    activity_in(line, agency=office)
    assert found_for(editor).gaps == []


def heavy(area):
    """A verified survey of the area that finds it heavy; only its class matters."""
    return verified_survey(area, "heavy", date(2025, 1, 1), 65)


def test_an_area_that_is_not_heavy_is_no_gap(line, editor):
    assert found_for(editor).gaps == []


def test_two_agencies_in_the_same_rt_collide(line, office, second, editor):
    first_unit, second_unit = line.area.neighbourhoods.order_by("pk")
    one = activity_in(line, agency=office, units=[first_unit])
    two = activity_in(line, agency=second, units=[second_unit])
    assert found_for(editor).collisions == []

    third = activity_in(line, agency=second, units=[first_unit])
    collision = found_for(editor).collisions[0]
    assert collision.unit == f"RT {first_unit.rt_rw}"
    assert {work.pk for work in collision.works} == {one.pk, third.pk}
    assert not collision.is_stressed
    assert two.pk not in {work.pk for work in collision.works}


def test_three_agencies_in_an_rt_stand_first_and_stressed(
    line, office, second, province, editor
):
    unit, other = line.area.neighbourhoods.order_by("-pk")
    for agency in (office, second, province):
        activity_in(line, agency=agency, units=[unit])
    for agency in (office, second):
        activity_in(line, agency=agency, units=[other])

    collisions = found_for(editor).collisions
    assert [len(row.agencies) for row in collisions] == [3, 2]
    assert [row.is_stressed for row in collisions] == [True, False]


def test_an_area_without_rt_collides_as_a_whole(office, second, editor):
    bare = decreed_area(hectares="5", agency=office)
    activity_in(bare, agency=office)
    activity_in(bare, agency=second)

    assert [row.unit for row in found_for(editor).collisions] == ["seluruh kawasan"]


def test_the_map_shows_only_what_is_in_sight(line, office, stranger, other_office):
    activity_in(line, agency=office)
    own = decreed_area("2", agency=other_office, regency=other_office.region)
    activity_in(own, agency=other_office)

    found = found_for(stranger)
    assert [row.name for row in found.rows] == ["Kota Banjarbaru"]
    assert found.agencies == [other_office]


# ---- the page ------------------------------------------------------------------------
def test_the_page_draws_the_picture_and_links_the_lists(
    client, log_in, line, office, second
):
    log_in("editor")
    activity_in(line, agency=office)
    activity_in(line, agency=second)

    page = client.get(PAGE).content.decode()
    assert "Peta kolaborasi" in page
    assert '<line class="tie"' in page
    assert "Dinas PU" in page
    collisions = client.get(PAGE, {"show": "collisions"}).content.decode()
    assert line.area.name in collisions
    assert "2 instansi" in collisions


@pytest.mark.parametrize("show", ["", "gaps", "collisions"])
def test_every_list_is_a_file_with_the_same_rows(
    client, log_in, line, office, second, show
):
    log_in("editor")
    heavy(decreed_area("3", agency=office).area)
    activity_in(line, agency=office)
    activity_in(line, agency=second)

    query = {"show": show, "rows": "area"}
    page = client.get(PAGE, query)
    rows = len(page.context["object_list"])
    answer = client.get(PAGE, query | {"format": "csv"})
    text = b"".join(answer.streaming_content).decode()
    assert rows >= 1
    assert len(text.strip().splitlines()) == rows + 1
    book = client.get(PAGE, query | {"format": "xlsx"})
    assert book.status_code == 200
    book.close()


@pytest.mark.parametrize(
    "query",
    [
        {"year": "abc"},
        {"year": "99999999999"},
        {"regency": "x"},
        {"fund": "x"},
        {"show": "x"},
        {"rows": "\x00"},
        {"page": "9999"},
        {"sort": "-x"},
    ],
)
def test_odd_questions_are_answered(client, log_in, line, query):
    log_in("editor")
    assert client.get(PAGE, query).status_code == 200


def test_nothing_at_all_is_a_page_too(client, log_in, editor):
    log_in("editor")
    assert "Belum ada yang bekerja di sini" in client.get(PAGE).content.decode()


def test_the_queries_do_not_grow(client, log_in, office, second, queries_of):
    log_in("editor")

    def fill(count):
        for _number in range(count):
            line = decreed_area("1.5", "0.5", agency=office)
            activity_in(line, agency=office)
            activity_in(line, agency=AgencyFactory())
            activity_in(line, agency=second)
            promise(line.area, second)
            heavy(decreed_area("2", agency=office).area)

    fill(2)
    queries = {"rows": "area"}
    client.get(PAGE, queries)
    few = queries_of(client.get, PAGE, queries)
    fill(4)
    assert queries_of(client.get, PAGE, queries) <= few


# ---- API -----------------------------------------------------------------------------
API = reverse("collaboration-list")


def test_the_api_has_the_table_with_its_gaps_and_collisions(
    client, log_in, line, office, second, verifier
):
    log_in("editor")
    work = activity_in(line, agency=office)
    activity_in(line, agency=second)
    promise(line.area, second)
    credit_unit(line, by=verifier)
    bare = decreed_area("3", agency=office).area
    heavy(bare)

    said = client.get(API, {"rows": "area"}).json()

    assert {row["id"] for row in said["agencies"]} == {office.pk, second.pk}
    row = next(row for row in said["rows"] if row["area"] == line.area.pk)
    cells = {cell.pop("agency"): cell for cell in row["cells"]}
    assert cells[second.pk] == {"activities": 1, "commitments": 1, "hectares": "0"}
    assert Decimal(cells[office.pk]["hectares"]) > 0
    assert row["total"]["activities"] == 2
    (gap,) = said["gaps"]
    assert (gap["area"], gap["severity"]) == (bare.pk, "heavy")
    assert Decimal(gap["decreed"]) == 3
    assert {each["area"] for each in said["collisions"]} == {line.area.pk}
    assert work.pk in {each["activity"] for each in said["collisions"][0]["works"]}
    districts = client.get(API).json()["rows"]
    assert [(each["regency"], each["area"]) for each in districts] == [("63.71", None)]


def test_the_api_refuses_odd_questions_and_shows_what_is_in_sight(
    client, log_in, line, office
):
    activity_in(line, agency=office)
    log_in("stranger")
    assert client.get(API).json()["rows"] == []
    for query in ({"year": "abc"}, {"regency": "63.71"}, {"fund": "x"}):
        assert client.get(API, query).status_code == 400
