"""Footprints in areas without RT: each place counts once, however many report it."""

from decimal import Decimal
from functools import partial

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import union_all
from shapely.geometry import shape

from areas.footprints import compare, overlap_of
from areas.geodesy import hectares_of
from areas.ledger import Claim, credit, credit_many
from areas.ledger_corrections import replace_credit, replacement_problems, reverse
from areas.models import Footprint, LedgerEntry
from areas.models.ledger import Outcome
from areas.services.footprints import set_footprint
from core.errors import BusinessRuleError, NotAllowedError, WrongStateError
from tests.committed import _template, at_once, committed_db  # noqa: F401
from tests.factories import AgencyFactory, MembershipFactory, UserFactory
from tests.factories_ledger import claim_of, decreed_area
from tests.footprints import about, footprint_in, outlined


def refused(call) -> dict[str, list[str]]:
    with pytest.raises(BusinessRuleError) as caught:
        call()
    return caught.value.errors


@pytest.fixture
def line(office):
    return decreed_area(hectares="40", agency=office)


def post(line, key, hectares, **values):
    claim = claim_of(line, None, footprint=key, hectares=Decimal(hectares), **values)
    return credit(**claim, by=UserFactory())


# ---- what may be counted -----------------------------------------------------------


def test_a_footprint_without_others_counts_what_it_encloses(line):
    stored = footprint_in(line, "keg-1", 400, 366.5)

    result = post(line, "keg-1", stored.outline_hectares)

    assert result.entry.hectares == stored.outline_hectares == about("14.66")


def test_more_than_the_footprint_encloses_is_refused(line):
    footprint_in(line, "keg-1", 100, 100)

    errors = refused(lambda: post(line, "keg-1", "1.5"))

    assert "garis batas" in errors["hectares"][0]
    assert not LedgerEntry.objects.exists()


def test_a_covered_footprint_posts_nothing_and_names_the_entry(line):
    stored = footprint_in(line, "keg-1", 400, 366.5)
    footprint_in(line, "keg-2", 390, 366.5)
    first = post(line, "keg-1", stored.outline_hectares).entry

    result = post(line, "keg-2", "14", agency=AgencyFactory())

    assert (result.entry, result.existing) == (None, first)
    assert LedgerEntry.objects.get() == first


def test_only_the_uncovered_part_counts(line):
    """200 × 100 m, of which the western half is counted already."""
    footprint_in(line, "keg-1", 100, 100)
    footprint_in(line, "keg-2", 200, 100)
    post(line, "keg-1", "0.9")

    errors = refused(lambda: post(line, "keg-2", "1.5"))
    overlap = overlap_of(line, Outcome.HANDLED, Footprint.objects.get(key="keg-2"))

    entry = LedgerEntry.objects.get()
    assert f"entri #{entry.pk}" in errors["hectares"][0]
    assert "TW IV 2021" in errors["hectares"][0]
    assert overlap.uncovered == overlap.countable == about("1")
    assert post(line, "keg-2", overlap.uncovered).entry.hectares == overlap.uncovered


def test_three_footprints_cover_their_union_not_their_sum(line):
    """Three that lie over each other leave of 400 × 100 m what none of them covers."""
    for number in range(3):
        footprint_in(line, f"keg-{number}", 100, 100, east=number * 50)
        overlap = overlap_of(
            line, Outcome.HANDLED, Footprint.objects.get(key=f"keg-{number}")
        )
        post(line, f"keg-{number}", overlap.uncovered)
    last = footprint_in(line, "keg-9", 400, 100)

    overlap = overlap_of(line, Outcome.HANDLED, last)

    assert overlap.covered_hectares == about("2")  # not 3
    assert overlap.uncovered == about("2")
    assert len(overlap.meetings) == 3
    credited = sum(entry.hectares for entry in LedgerEntry.objects.all())
    assert credited == pytest.approx(overlap.covered_hectares, abs=Decimal("0.0001"))


def test_neighbours_that_share_an_edge_do_not_overlap(line):
    footprint_in(line, "keg-1", 100, 100)
    beside = footprint_in(line, "keg-2", 100, 100, east=100)
    post(line, "keg-1", "0.9")

    overlap = overlap_of(line, Outcome.HANDLED, beside)

    assert overlap.meetings == []
    assert overlap.uncovered == beside.outline_hectares


def test_credits_without_a_footprint_are_named_and_bound_what_is_left(line):
    entry = post(line, "keg-0", "39.5").entry
    stored = footprint_in(line, "keg-1", 100, 100)

    overlap = overlap_of(line, Outcome.HANDLED, stored)

    assert overlap.unplaced == [entry]
    assert overlap.uncovered == stored.outline_hectares
    assert overlap.countable == overlap.left == Decimal("0.5")


def test_a_line_that_is_credited_whole_shows_the_entry_already_there(line):
    entry = post(line, "keg-0", "40").entry
    footprint_in(line, "keg-2", 100, 100)

    for key in ("keg-1", "keg-2"):
        result = post(line, key, "0.5")
        assert (result.entry, result.existing) == (None, entry)


def test_a_reversed_credit_covers_nothing_any_more(line, verifier):
    footprint_in(line, "keg-1", 100, 100)
    second = footprint_in(line, "keg-2", 100, 100)
    entry = post(line, "keg-1", "0.9").entry
    reverse(entry, reason="Salah lokasi.", by=verifier)

    assert post(line, "keg-2", second.outline_hectares).entry


def test_two_claims_at_once_count_a_place_once(line):
    whole = footprint_in(line, "keg-1", 100, 100).outline_hectares
    footprint_in(line, "keg-2", 100, 100)
    claims = [
        Claim(**claim_of(line, None, footprint=key, hectares=whole))
        for key in ("keg-1", "keg-2")
    ]

    first, second = credit_many(claims, by=UserFactory())

    assert (second.entry, second.existing) == (None, first.entry)


# ---- corrections -------------------------------------------------------------------


@pytest.fixture
def pair(line):
    """Two footprints of 1 ha, the second half over the first, credited for the rest."""
    footprint_in(line, "keg-1", 100, 100)
    later = footprint_in(line, "keg-2", 100, 100, east=50)
    first = post(line, "keg-1", "0.9").entry
    overlap = overlap_of(line, Outcome.HANDLED, later)
    return first, post(line, "keg-2", overlap.uncovered).entry


def test_an_earlier_credit_can_be_lowered_below_itself(pair, verifier):
    """It may keep what it had, though a later footprint lies over half of it."""
    first, _second = pair

    entry = replace_credit(
        first, hectares=Decimal("0.8"), reason="Diukur ulang.", by=verifier
    )

    assert entry.hectares == Decimal("0.8")


def test_a_later_credit_is_not_raised_over_an_earlier_footprint(pair):
    first, second = pair

    problems = replacement_problems(second, second.hectares + Decimal("0.1"))

    assert f"entri #{first.pk}" in problems["hectares"][0]


# ---- storing -----------------------------------------------------------------------


def stored(line, by, outline=None, key="keg-1"):
    return set_footprint(
        line.area,
        key=key,
        outline=outline or outlined(100, 100),
        source="Survei GPS 2024",
        agencies=[line.area.agency],
        by=by,
    )


def test_a_footprint_is_stored_and_replaced_by_its_office(line, operator):
    first = stored(line, operator)

    second = stored(line, operator, outlined(200, 100))

    assert first.pk == second.pk
    assert Footprint.objects.get().outline_hectares == about("2")


def test_only_the_office_whose_work_it_is_draws_it(line, stranger):
    with pytest.raises(NotAllowedError):
        stored(line, stranger)


def test_where_rt_exist_a_footprint_counts_nothing(office, operator):
    line = decreed_area("1", agency=office)

    with pytest.raises(WrongStateError, match="dihitung per RT"):
        stored(line, operator)


def test_a_credited_footprint_stays_as_it_is(line, operator):
    stored(line, operator)
    entry = post(line, "keg-1", "0.9").entry

    with pytest.raises(WrongStateError, match=f"entri #{entry.pk}"):
        stored(line, operator, outlined(200, 100))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE areas_footprint SET outline_hectares = 9",
        "UPDATE areas_footprint SET key = 'keg-7'",
        "DELETE FROM areas_footprint",
    ],
)
@pytest.mark.parametrize("role", ["origin", "replica"])
def test_raw_changes_of_a_credited_footprint_are_refused(
    line, operator, statement, role
):
    stored(line, operator)
    post(line, "keg-1", "0.9")

    with (
        pytest.raises(DatabaseError, match="sudah dikreditkan"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"SET LOCAL session_replication_role = {role}; {statement}")

    assert Footprint.objects.get().outline_hectares == about("1")


def test_it_must_lie_in_the_outline_of_its_area(line, operator):
    for name, value in outlined(100, 100).as_fields().items():
        setattr(line.area, name, value)
    line.area.save()

    with pytest.raises(BusinessRuleError) as caught:
        stored(line, operator, outlined(200, 100))

    assert "di luar garis batas" in caught.value.errors["outline"][0]
    assert stored(line, operator, outlined(101, 100))


# ---- random histories --------------------------------------------------------------

SIDES = st.integers(20, 300)
PLACES = st.integers(-200, 200)


@settings(max_examples=25)
@given(places=st.lists(st.tuples(SIDES, SIDES, PLACES, PLACES), min_size=1, max_size=6))
def test_credits_never_exceed_the_union_of_their_footprints(places):
    """Each claims all that it may; whoever comes last, no place counts twice."""
    credited, standing, shapes = Decimal(0), [], []
    for number, (across, down, east, north) in enumerate(places):
        outline = outlined(across, down, east=east, north=north)
        new = Footprint(
            key=f"keg-{number}",
            outline=outline.geometry,
            outline_hectares=outline.hectares,
        )
        overlap = compare(new, standing, left=Decimal(1000))
        assert Decimal(0) <= overlap.countable <= outline.hectares
        if overlap.counted_by is None:
            credited += overlap.countable
            entry = LedgerEntry(hectares=overlap.countable, footprint=new.key)
            standing.append((entry, new))
            shapes.append(shape(outline.geometry))
    union = hectares_of(union_all(shapes))
    assert credited <= union + Decimal("0.0001")
    assert credited >= union - Decimal("0.01") * len(places)


# ---- at the same moment, really committed -----------------------------------


@pytest.mark.usefixtures("committed_db")
def test_fifty_claims_of_one_place_post_one_entry():
    line = decreed_area(hectares="100")
    keys = [f"keg-{number}" for number in range(50)]
    for key in keys:
        footprint_in(line, key, 100, 100)

    results = at_once([partial(post, line, key, "0.9") for key in keys])

    (entry,) = LedgerEntry.objects.all()
    assert [result.entry for result in results if result.entry] == [entry]
    assert {result.existing for result in results if not result.entry} == {entry}


@pytest.mark.usefixtures("committed_db")
def test_a_footprint_never_changes_under_its_credit():
    line = decreed_area(hectares="100")
    footprint_in(line, "keg-1", 200, 100)
    office = line.area.agency
    person = MembershipFactory(agency=office, role="district_operator").user

    smaller = [partial(stored, line, person, outlined(100, 100)) for _ in range(4)]
    results = at_once([*smaller, partial(post, line, "keg-1", "1.9")])

    kept = Footprint.objects.get()
    credited = sum(entry.hectares for entry in LedgerEntry.objects.all())
    assert credited <= kept.outline_hectares
    errors = [result for result in results if isinstance(result, Exception)]
    assert {type(error) for error in errors} <= {WrongStateError, BusinessRuleError}
