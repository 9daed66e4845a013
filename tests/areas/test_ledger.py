"""The ledger's services: what is credited, refused, reversed and replaced."""

from datetime import date
from decimal import Decimal
from functools import partial

import pytest

from agencies.models import User
from agencies.roles import Role
from areas.ledger import Claim, credit, credit_many
from areas.ledger_corrections import replace_credit, reverse
from areas.models import LedgerEntry, LiveCredit, Neighbourhood
from core.errors import BusinessRuleError, NotAllowedError, WrongStateError
from tests.committed import _template, at_once, committed_db  # noqa: F401
from tests.factories import (
    AgencyFactory,
    MembershipFactory,
    RegionFactory,
    UserFactory,
)
from tests.factories_ledger import (
    PERIOD_END,
    claim_of,
    credit_unit,
    decreed_area,
    newer_line,
    surveyed_twice,
)


@pytest.fixture
def line(office):
    """An area of 1 + 2 ha, decreed at 3 ha."""
    return decreed_area("1", "2", agency=office)


@pytest.fixture
def unit(line):
    return line.area.neighbourhoods.get(hectares=1)


def errors_of(call) -> dict[str, list[str]]:
    with pytest.raises(BusinessRuleError) as caught:
        call()
    return caught.value.errors


# ---- credit -----------------------------------------------------------------


def test_credit_posts_the_units_hectares(line, unit, verifier):
    result = credit(**claim_of(line, unit), by=verifier)

    entry = LedgerEntry.objects.get()
    assert (result.entry, result.existing) == (entry, None)
    assert (entry.hectares, entry.neighbourhood) == (Decimal(1), unit)
    assert (entry.kind, entry.outcome) == ("credit", "handled")
    assert (entry.effective_on, entry.recorded_by) == (PERIOD_END, verifier)
    assert LiveCredit.objects.get().entry == entry


def test_credit_of_a_credited_unit_names_the_entry_that_is_there(line, unit):
    first = credit_unit(line, unit, period="TW I 2021").entry

    again = credit_unit(line, unit, hectares=Decimal("0.5"))

    assert (again.entry, again.existing) == (None, first)
    assert LedgerEntry.objects.count() == 1


def test_work_is_handled_whatever_surveys_say(line, unit):
    surveyed_twice(line, "heavy", "light")

    assert credit_unit(line, unit).entry.outcome == "handled"


def test_credit_counts_under_each_decree_apart(line, unit):
    credit_unit(line, unit)
    new_line = newer_line(line)

    result = credit_unit(new_line, unit, effective_on=date(2022, 3, 31))

    assert result.entry.decree_line == new_line


@pytest.mark.parametrize(
    ("hectares", "sentence"),
    [
        ("0", "di atas 0"),
        ("-1", "di atas 0"),
        ("0.0000004", "di atas 0"),
        ("1.000001", "1,000001 ha lebih dari luas RT"),
    ],
)
def test_credit_refuses_hectares_outside_the_unit(line, unit, hectares, sentence):
    errors = errors_of(partial(credit_unit, line, unit, hectares=Decimal(hectares)))

    assert sentence in errors["hectares"][0]
    assert not LedgerEntry.objects.exists()


def test_credit_refuses_an_rt_of_another_area(line):
    elsewhere = decreed_area("1").area.neighbourhoods.get()

    errors = errors_of(partial(credit_unit, line, elsewhere))

    assert "bukan bagian dari" in errors["hectares"][0]


def test_credit_refuses_a_decree_that_was_not_in_force(line, unit):
    errors = errors_of(partial(credit_unit, line, unit, effective_on=date(2019, 6, 30)))

    assert "SK-UJI 1/2020" in errors["hectares"][0]
    assert "30 Jun 2019" in errors["hectares"][0]


def test_more_than_the_decree_is_refused_with_the_arithmetic(office):
    line = decreed_area("1", "2", hectares="2.5", agency=office)
    one, two = line.area.neighbourhoods.order_by("pk")
    credit_unit(line, one)

    errors = errors_of(partial(credit_unit, line, two))

    assert "1 ha sudah tercatat + 2 ha = 3 ha" in errors["hectares"][0]
    assert "2,5 ha" in errors["hectares"][0]
    assert LedgerEntry.objects.count() == 1


@pytest.mark.parametrize(("decreed", "fits"), [("2.995", True), ("2.994999", False)])
def test_rt_may_exceed_the_decree_by_rounding_only(office, decreed, fits):
    line = decreed_area("1", "2", hectares=decreed, agency=office)
    one, two = line.area.neighbourhoods.order_by("pk")
    credit_unit(line, one)

    if fits:
        assert credit_unit(line, two).entry
    else:
        assert "3 ha" in errors_of(partial(credit_unit, line, two))["hectares"][0]


# ---- areas without RT -------------------------------------------------------


def test_footprints_share_the_decreed_hectares_without_tolerance(office):
    line = decreed_area(hectares="3", agency=office)
    by = UserFactory()
    claim = partial(claim_of, line, None)
    credit(**claim(footprint="keg-1", hectares=Decimal(2)), by=by)

    errors = errors_of(
        lambda: credit(**claim(footprint="keg-2", hectares=Decimal("1.001")), by=by)
    )
    assert "3,001 ha" in errors["hectares"][0]
    assert credit(**claim(footprint="keg-2", hectares=Decimal(1)), by=by).entry


def test_a_footprint_credits_nothing_where_rt_exist(line):
    claim = claim_of(line, None, hectares=Decimal(1))

    errors = errors_of(lambda: credit(**claim, by=UserFactory()))

    assert "per RT" in errors["hectares"][0]


def test_a_claim_is_for_an_rt_or_a_footprint(line, unit):
    with pytest.raises(ValueError, match="one of the two"):
        credit(**claim_of(line, unit, footprint="keg-1"), by=UserFactory())


# ---- a whole report ---------------------------------------------------------


def claims_for(lines) -> list[Claim]:
    """Every RT of the lines, the lines in falling order of their keys."""
    return [
        Claim(**claim_of(line, unit), path=f"units.{unit.pk}")
        for line in sorted(lines, key=lambda line: -line.pk)
        for unit in line.area.neighbourhoods.all()
    ]


def test_credit_many_answers_in_the_order_of_the_claims(office):
    claims = claims_for([decreed_area("1", "2", agency=office) for _ in range(3)])

    results = credit_many(claims, by=UserFactory())

    assert [r.entry.neighbourhood for r in results] == [c.neighbourhood for c in claims]
    assert LedgerEntry.objects.count() == 6


def test_the_same_unit_twice_in_a_report_is_credited_once(line, unit):
    claim = Claim(**claim_of(line, unit))

    first, second = credit_many([claim, claim], by=UserFactory())

    assert second.existing is first.entry
    assert second.existing.pk == LedgerEntry.objects.get().pk


def test_credit_many_posts_all_or_nothing_and_tells_every_problem(office):
    good, bad = decreed_area("1", agency=office), decreed_area("1", "1", agency=office)
    units = bad.area.neighbourhoods.order_by("pk")
    claims = [
        *claims_for([good]),
        Claim(**claim_of(bad, units[0], hectares=Decimal(2)), path="lines.4.units.1"),
        Claim(**claim_of(bad, units[1], hectares=Decimal(0)), path="lines.4.units.2"),
    ]

    errors = errors_of(lambda: credit_many(claims, by=UserFactory()))

    assert set(errors) == {"lines.4.units.1", "lines.4.units.2"}
    assert not LedgerEntry.objects.exists()


def test_the_cap_holds_within_one_report(office):
    line = decreed_area("1", "1", "1", hectares="2", agency=office)

    errors = errors_of(lambda: credit_many(claims_for([line]), by=UserFactory()))

    assert len(errors) == 1
    assert "2 ha sudah tercatat + 1 ha = 3 ha" in next(iter(errors.values()))[0]


def test_a_report_of_more_lines_costs_no_more_queries(office, queries_of):
    by = UserFactory()

    def post(lines: int) -> int:
        new = [decreed_area("1", "1", agency=office) for _ in range(lines)]
        return queries_of(credit_many, claims_for(new), by=by)

    assert post(2) == post(12)


# ---- reversal and replacement -----------------------------------------------


def test_reversal_takes_the_hectares_back_on_the_credits_own_day(line, unit, verifier):
    entry = credit_unit(line, unit).entry

    reversal = reverse(entry, reason="Salah RT", by=verifier)

    assert (reversal.hectares, reversal.reverses) == (Decimal(-1), entry)
    assert (reversal.effective_on, reversal.reason) == (PERIOD_END, "Salah RT")
    assert not LiveCredit.objects.exists()


def test_a_reversed_unit_can_be_credited_again(line, unit, verifier):
    reverse(credit_unit(line, unit).entry, reason="Salah RT", by=verifier)

    assert credit_unit(line, unit, hectares=Decimal("0.4")).entry


def test_an_entry_is_reversed_once(line, unit, verifier):
    entry = credit_unit(line, unit).entry
    reversal = reverse(entry, reason="Salah RT", by=verifier)

    with pytest.raises(WrongStateError, match=f"#{reversal.pk}"):
        reverse(entry, reason="Sekali lagi", by=verifier)


def test_a_reversal_cannot_be_reversed(line, unit, verifier):
    reversal = reverse(credit_unit(line, unit).entry, reason="Salah RT", by=verifier)

    with pytest.raises(WrongStateError):
        reverse(reversal, reason="Ternyata benar", by=verifier)


def test_a_reversal_needs_a_reason_and_a_possible_day(line, unit, verifier):
    entry = credit_unit(line, unit).entry

    errors = errors_of(
        lambda: reverse(
            entry, reason="  ", by=verifier, effective_on=date(2021, 12, 30)
        )
    )

    assert set(errors) == {"reason", "effective_on"}


@pytest.mark.parametrize("person", ["operator", "head", "editor", "stranger"])
def test_only_a_verifier_reverses(line, unit, person, request):
    entry = credit_unit(line, unit).entry

    with pytest.raises(NotAllowedError):
        reverse(entry, reason="Salah RT", by=request.getfixturevalue(person))

    assert LedgerEntry.objects.count() == 1


def test_replacing_lowers_a_credit_and_keeps_both_entries(line, unit, verifier):
    entry = credit_unit(line, unit, cause="Titian 640 m").entry

    new = replace_credit(
        entry, hectares=Decimal("0.4"), reason="Sebagian RT", by=verifier
    )

    assert (new.hectares, new.cause) == (Decimal("0.4"), "Titian 640 m")
    assert entry.reversed_by.reason == "Sebagian RT"
    assert sum(LedgerEntry.objects.values_list("hectares", flat=True)) == new.hectares


def test_a_replacement_is_another_number(line, unit, verifier):
    entry = credit_unit(line, unit).entry

    errors = errors_of(
        lambda: replace_credit(entry, hectares=Decimal(1), reason="Sama", by=verifier)
    )

    assert errors == {"hectares": ["Entri ini sudah bernilai sekian hektare."]}


def test_a_replacement_that_is_refused_leaves_the_entry(line, unit, verifier):
    entry = credit_unit(line, unit).entry

    with pytest.raises(BusinessRuleError):
        replace_credit(entry, hectares=Decimal(9), reason="Lebih", by=verifier)

    assert list(LedgerEntry.objects.all()) == [entry]


# ---- at the same moment, really committed -----------------------------------


def province_verifier() -> User:
    province = AgencyFactory(level="province", region=RegionFactory(code="63"))
    return MembershipFactory(agency=province, role=Role.PROVINCE_VERIFIER).user


@pytest.mark.usefixtures("committed_db")
def test_fifty_verifications_of_one_unit_post_one_entry():
    line = decreed_area("1")
    unit = line.area.neighbourhoods.get()
    people = [UserFactory() for _ in range(50)]

    results = at_once([partial(credit_unit, line, unit, by=by) for by in people])

    posted = [result.entry for result in results if result.entry]
    assert len(posted) == 1
    assert {result.existing for result in results if not result.entry} == set(posted)
    assert LedgerEntry.objects.count() == LiveCredit.objects.count() == 1


@pytest.mark.usefixtures("committed_db")
def test_simultaneous_units_never_exceed_the_decree():
    line = decreed_area(*["1"] * 8, hectares="5", agency=AgencyFactory())
    by = UserFactory()

    results = at_once(
        [
            partial(credit_unit, line, unit, by=by)
            for unit in line.area.neighbourhoods.all()
        ]
    )

    refused = [r for r in results if isinstance(r, BusinessRuleError)]
    assert (len(refused), LedgerEntry.objects.count()) == (3, 5)


@pytest.mark.usefixtures("committed_db")
def test_reports_over_the_same_lines_in_any_order_never_block_each_other():
    office = AgencyFactory()
    lines = [decreed_area("1", "1", agency=office) for _ in range(12)]
    claims = claims_for(lines)
    by = UserFactory()

    results = at_once(
        [
            partial(credit_many, claims[::way], by=by)
            for way in (1, -1, 1, -1, 1, -1, 1, -1)
        ]
    )

    assert [r for r in results if isinstance(r, Exception)] == []
    assert LedgerEntry.objects.count() == Neighbourhood.objects.count()


@pytest.mark.usefixtures("committed_db")
def test_one_of_two_simultaneous_reversals_wins():
    line = decreed_area("1")
    entry = credit_unit(line).entry
    verifier = province_verifier()

    results = at_once(
        [partial(reverse, entry, reason="Salah", by=verifier) for _ in range(6)]
    )

    assert sum(isinstance(r, LedgerEntry) for r in results) == 1
    assert sum(isinstance(r, WrongStateError) for r in results) == 5
