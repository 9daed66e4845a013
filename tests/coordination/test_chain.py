"""The chain: promised, planned, reported, verified; an RT counts once."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.asserts import assertContains

from areas.models import Decree, DecreeLine, LedgerEntry
from coordination.chain import _by_units, chains, latest
from coordination.ground import WHOLE, hectares_of, kin_of, together
from programs import services as programs
from tests.coordination.promises import promise_of
from tests.factories_ledger import decreed_area
from tests.factories_programs import PeriodFactory, activity_in, drafted, filled

ON = date(2026, 11, 28)
SIZES = st.dictionaries(
    st.tuples(st.integers(1, 3), st.integers(1, 4)),
    st.decimals(0, 100, places=2),
    max_size=8,
)


@given(SIZES, SIZES)
def test_a_unit_counts_once_with_the_most_that_is_said(first, second):
    found = together([first, second])

    assert set(found) == {*first, *second}
    for unit, size in found.items():
        assert size == max(first.get(unit, 0), second.get(unit, 0))
    assert together([first, first]) == first


def test_a_whole_area_has_its_units():
    parts = [{(1, 5): Decimal(2)}, {(1, WHOLE): Decimal(9)}, {(2, 6): Decimal(3)}]

    assert hectares_of(together(parts), {}) == Decimal(12)


def test_nothing_known_is_none():
    assert hectares_of({}, {}) is None
    assert hectares_of({(1, WHOLE): None}, {}) is None


# RT 1 was split into 2 and 3; 4 and 5 were merged into 6; 7 became 8, which was split.
CHANGES = [(1, 2), (1, 3), (4, 6), (5, 6), (7, 8), (8, 9), (8, 10)]


@pytest.mark.parametrize(
    ("sizes", "hectares"),
    [
        ({1: "1", 2: "0.4", 3: "0.6"}, "1"),
        ({1: "1", 2: "0.4"}, "1"),
        ({1: "1", 2: "0.7", 3: "0.6"}, "1.3"),
        ({2: "0.4", 3: "0.6"}, "1.0"),
        ({4: "1", 5: "2", 6: "3"}, "3"),
        ({4: "1", 6: "3"}, "3"),
        ({7: "2", 9: "1", 10: "1.5"}, "2.5"),
        ({7: "2", 8: "2", 10: "1"}, "2"),
        ({1: "1", 2: "1", 4: "1", 11: "1"}, "3"),
    ],
)
def test_the_same_ground_counts_once_after_a_change_of_rt(sizes, hectares):
    known = {(1, unit): Decimal(size) for unit, size in sizes.items()}

    assert hectares_of(known, kin_of(CHANGES)) == Decimal(hectares)


@pytest.mark.parametrize(
    ("units", "kept"),
    [({1: "1", 2: "0.4", 3: "0.6"}, "1.5"), ({1: "1", 2: "0.9", 3: "0.9"}, "1.8")],
)
def test_a_whole_work_and_its_later_rt_are_the_same_ground(units, kept):
    """RT 1 became 2 and 3; before the area had RT, 1.5 ha were reported of it all."""
    sizes = {(1, unit): Decimal(size) for unit, size in units.items()}

    found = _by_units({(1, -7): Decimal("1.5")} | sizes, kin_of(CHANGES))

    assert hectares_of(found, kin_of(CHANGES)) == Decimal(kept)


def credit(key, hectares, issued_on):
    line = DecreeLine(decree=Decree(issued_on=issued_on))
    return LedgerEntry(pk=key, decree_line=line, hectares=Decimal(hectares))


def test_a_unit_credited_under_two_decrees_counts_once():
    old, new = (
        credit(8, "1", date(2019, 5, 1)),
        credit(3, "0.9", date(2024, 5, 1)),
    )
    other = credit(9, "2", date(2019, 5, 1))
    unit, second = (1, 1), (1, 2)

    found = latest([(unit, old), (second, other), (unit, new)])

    assert found == {unit: new, second: other}


@pytest.fixture
def line(office):
    return decreed_area("1.5", "0.5", agency=office)


@pytest.fixture
def commitment(db, office, province):
    return promise_of(office, host=province, target_hectares=Decimal("2.5"))


def link(commitment, activity):
    commitment.activities.add(activity, through_defaults={"by": commitment.created_by})


def chain_of(commitment):
    return chains([commitment], ON)[commitment.pk]


def figures(commitment):
    chain = chain_of(commitment)
    return (chain.promised, chain.planned, chain.reported, chain.verified)


def test_without_activities_only_the_promise_is_known(commitment):
    assert figures(commitment) == (Decimal("2.5"), None, None, None)


def test_step_by_step_to_the_ledger(commitment, line, office, head, verifier):
    activity = activity_in(
        line, agency=office, units=line.area.neighbourhoods.all()[:1]
    )
    link(commitment, activity)
    planned = line.area.neighbourhoods.first().hectares
    assert figures(commitment) == (Decimal("2.5"), planned, None, None)

    unit = line.area.neighbourhoods.first()
    row = {"neighbourhood": unit.pk, "hectares": unit.hectares, "reason": ""}
    report = drafted(office, by=head, lines=[filled(activity, units=[row])])
    assert chain_of(commitment).reported is None  # a draft says nothing yet
    report = programs.submit_report(report, by=head)
    assert figures(commitment)[2:] == (unit.hectares, None)

    programs.verify_report(report, method="desk", by=verifier)
    assert figures(commitment)[2:] == (unit.hectares, unit.hectares)
    assert chain_of(commitment).works[0].source


def test_a_later_report_on_the_same_rt_adds_nothing(
    commitment, line, office, head, verifier
):
    activity = activity_in(line, agency=office)
    link(commitment, activity)
    later = PeriodFactory(
        starts_on=date(2022, 1, 1),
        ends_before=date(2022, 4, 1),
        due_on=date(2022, 4, 10),
    )
    for period in (None, later):
        lines = [filled(activity, physical_percent=Decimal(100))]
        report = drafted(office, by=head, lines=lines, period=period)
        report = programs.submit_report(report, by=head)
        programs.verify_report(report, method="desk", by=verifier)

    assert figures(commitment)[1:] == (Decimal(2), Decimal(2), Decimal(2))


def test_two_works_on_the_same_area_count_it_once(commitment, line, office):
    for _ in range(2):
        link(commitment, activity_in(line, agency=office))

    assert chain_of(commitment).planned == Decimal(2)


def test_many_cost_the_same(commitment, line, office, province, queries_of):
    link(commitment, activity_in(line, agency=office))
    few = queries_of(chains, [commitment], ON)
    more = [commitment]
    for _ in range(4):
        other = promise_of(office, host=province)
        link(other, activity_in(decreed_area("1", agency=office), agency=office))
        more.append(other)

    assert queries_of(chains, more, ON) == few


def test_the_page_links_each_figure_to_its_rows(
    client, commitment, line, office, head, verifier
):
    client.force_login(head)
    activity = activity_in(line, agency=office)
    link(commitment, activity)
    report = drafted(office, by=head, lines=[filled(activity)])
    report = programs.submit_report(report, by=head)
    programs.verify_report(report, method="desk", by=verifier)

    page = client.get(commitment.get_absolute_url())

    work = chains([commitment], timezone.localdate())[commitment.pk].works[0]
    assertContains(page, activity.get_absolute_url())
    assertContains(page, f"/{work.source}/")
    assertContains(page, '<data value="2.000000">2,00</data>')
