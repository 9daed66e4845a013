"""The ledger defends itself: raw SQL is refused as well, whoever sends it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import Count, Max, Sum

from areas.ledger import Claim, credit, credit_many
from areas.ledger_corrections import reverse
from areas.models import (
    DecreeLine,
    LedgerEntry,
    LineSum,
    LineTotal,
    LiveCredit,
    Neighbourhood,
)
from tests.factories import UserFactory
from tests.factories_ledger import (
    PERIOD_END,
    claim_of,
    credit_unit,
    decreed_area,
    newer_line,
    surveyed_twice,
    verified_survey,
)


@pytest.fixture
def entry(office):
    return credit_unit(decreed_area("1", "2", agency=office)).entry


def run(statement: str, *values: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


CHANGES = [
    "UPDATE areas_ledgerentry SET hectares = 0.5",
    "UPDATE areas_ledgerentry SET cause = cause",
    "DELETE FROM areas_ledgerentry",
    "TRUNCATE areas_ledgerentry CASCADE",
    "WITH gone AS (DELETE FROM areas_ledgerentry RETURNING 1) SELECT * FROM gone",
    "INSERT INTO areas_ledgerentry SELECT * FROM areas_ledgerentry"
    " ON CONFLICT (id) DO UPDATE SET hectares = 2",
    "DELETE FROM areas_livecredit",
    "TRUNCATE areas_livecredit",
    "UPDATE areas_livecredit SET outcome = 'cleared'",
    "UPDATE areas_linesum SET hectares = 2",
    "DELETE FROM areas_linesum",
    "TRUNCATE areas_linesum",
    "UPDATE areas_linetotal SET corrected = 2",
    "DELETE FROM areas_linetotal",
    "TRUNCATE areas_linetotal",
    "INSERT INTO areas_linetotal SELECT id, 1, 1, 1, 1, '2020-01-01'"
    " FROM areas_decreeline ON CONFLICT DO NOTHING",
]


@pytest.mark.parametrize("role", ["origin", "replica"])
@pytest.mark.parametrize("statement", CHANGES)
def test_raw_changes_are_refused(entry, statement, role):
    """Also as a replica, where PostgreSQL leaves out ordinary triggers."""
    with pytest.raises(DatabaseError, match=r"hanya bertambah|hanya ditulis oleh"):
        run(
            "SET CONSTRAINTS ALL IMMEDIATE;"  # else TRUNCATE waits for pending checks
            f"SET LOCAL session_replication_role = {role}; {statement}"
        )

    assert LedgerEntry.objects.get().hectares == entry.hectares
    assert LiveCredit.objects.get().entry == entry


@pytest.mark.parametrize(
    "change",
    [
        lambda entry: LedgerEntry.objects.update(hectares=2),
        lambda entry: entry.save(),
        lambda entry: LedgerEntry.objects.all()._raw_delete("default"),
    ],
)
def test_the_orm_cannot_change_it_either(entry, change):
    with pytest.raises(DatabaseError), transaction.atomic():
        change(entry)

    assert LedgerEntry.objects.get().hectares == 1


def raw_entry(entry: LedgerEntry, **values: object) -> None:
    """INSERT a copy of `entry` that differs in `values`, without any service."""
    columns = {
        field.column: getattr(entry, field.attname)
        for field in LedgerEntry._meta.concrete_fields
        if not field.primary_key
    } | values
    names, places = ", ".join(columns), ", ".join(["%s"] * len(columns))
    run(f"INSERT INTO areas_ledgerentry ({names}) VALUES ({places})", *columns.values())


def test_a_second_live_credit_of_a_unit_is_refused(entry):
    with pytest.raises(IntegrityError, match="live_credit_once"):
        raw_entry(entry)


def test_a_second_live_credit_of_a_footprint_is_refused(office):
    line = decreed_area(hectares="3", agency=office)
    claim = claim_of(line, None, hectares=Decimal(1))
    first = credit(**claim, by=UserFactory()).entry

    with pytest.raises(IntegrityError, match="live_credit_once"):
        raw_entry(first)


def test_a_unit_of_another_area_is_refused(entry):
    other = decreed_area("1").area.neighbourhoods.get()

    with pytest.raises(IntegrityError, match="bukan bagian dari kawasan"):
        raw_entry(entry, neighbourhood_id=other.pk)


LINKED = "entry itself"
IMPOSSIBLE = [
    {"hectares": 0},
    {"hectares": -1},
    {"outcome": "decreed"},
    {"kind": "reversal"},
    {"kind": "reversal", "hectares": -1, "reverses_id": LINKED},  # no reason
    {"kind": "relapse", "hectares": -1, "relapse_of_id": LINKED},  # of work
    {"kind": "rebaseline", "hectares": 1, "reason": "RT baru"},  # from nowhere
    {"kind": "rebaseline", "hectares": -1, "reverses_id": LINKED},  # no reason
    {"kind": "rebaseline", "hectares": 1, "moved_from_id": LINKED},  # no reason
    {"kind": "credit", "moved_from_id": LINKED},
    {"kind": "correction", "outcome": "decreed", "method": "document"},
]


@pytest.mark.parametrize("values", IMPOSSIBLE)
def test_entries_unlike_their_kind_are_refused(entry, values):
    values = {key: entry.pk if v == LINKED else v for key, v in values.items()}

    with pytest.raises(IntegrityError, match="ledger_kind_rules"):
        raw_entry(entry, **values)


AREA_CORRECTION = {
    "kind": "correction",
    "outcome": "decreed",
    "method": "document",
    "neighbourhood_id": None,
    "reason": "Salah cetak",
    "document": "BA 1/2021",
    "hectares": Decimal("-0.5"),
}


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("ledger_outcome_known", {"outcome": "done"}),
        ("ledger_kind_known", {"kind": "gift"}),
        ("ledger_method_known", {"method": "telepathy"}),
        ("ledger_unit_is_rt_or_footprint", {"footprint": "keg-1"}),
        ("ledger_unit_is_rt_or_footprint", {"neighbourhood_id": None}),
        ("ledger_survey_outcomes_have_survey", {"outcome": "improved"}),
        ("ledger_kind_rules", {**AREA_CORRECTION, "reason": ""}),
        ("ledger_kind_rules", {**AREA_CORRECTION, "document": ""}),
        ("ledger_kind_rules", {**AREA_CORRECTION, "hectares": 0}),
        ("ledger_kind_rules", {**AREA_CORRECTION, "outcome": "handled"}),
        ("ledger_kind_rules", {**AREA_CORRECTION, "method": "desk"}),
        ("ledger_unit_is_rt_or_footprint", {**AREA_CORRECTION, "footprint": "x"}),
    ],
)
def test_impossible_entries_are_refused(entry, constraint, values):
    with pytest.raises(IntegrityError, match=constraint):
        raw_entry(entry, **values)


def test_an_area_correction_changes_the_line_and_opens_no_credit(entry):
    raw_entry(entry, **AREA_CORRECTION)

    line = DecreeLine.objects.select_related("sum").get()
    assert (line.hectares, line.hectares_now) == (Decimal(3), Decimal("2.5"))
    assert [live.entry for live in LiveCredit.objects.all()] == [entry]


def undone(entry: LedgerEntry, **values: object) -> dict[str, object]:
    return {
        "kind": "reversal",
        "hectares": -entry.hectares,
        "reverses_id": entry.pk,
        "reason": "Salah RT",
    } | values


def test_a_fitting_reversal_is_taken(entry):
    raw_entry(entry, **undone(entry))

    assert not LiveCredit.objects.exists()


SURVEYED = {"outcome": "improved", "footprint": "kawasan", "method": "survey"}


@pytest.mark.parametrize(
    "values",
    [
        {"hectares": Decimal("-0.5")},
        {**SURVEYED, "neighbourhood_id": None, "assessment_id": "its survey"},
        {"decree_line_id": "other line"},
        {"neighbourhood_id": "other unit"},
        {"neighbourhood_id": None, "footprint": "keg-1"},
        {"effective_on": PERIOD_END - timedelta(days=1)},
    ],
)
def test_a_reversal_that_differs_from_its_credit_is_refused(entry, values):
    line = entry.decree_line
    known = {
        "other line": newer_line(line).pk,
        "other unit": line.area.neighbourhoods.exclude(pk=entry.neighbourhood_id)
        .get()
        .pk,
        "its survey": verified_survey(line.area, "light", PERIOD_END, 20).pk,
    }
    values = {key: known.get(value, value) for key, value in values.items()}

    with pytest.raises(IntegrityError, match="Entri harus sama dengan entri"):
        raw_entry(entry, **undone(entry, **values))


def test_a_reversal_of_a_reversal_is_refused(entry, verifier):
    reversal = reverse(entry, reason="Salah RT", by=verifier)

    with pytest.raises(IntegrityError, match="live_credit_once|tidak lagi berdiri"):
        raw_entry(entry, **undone(reversal))


def test_a_second_reversal_is_refused(entry, verifier):
    reverse(entry, reason="Salah RT", by=verifier)

    with pytest.raises(IntegrityError, match="reverses_id|tidak lagi berdiri"):
        raw_entry(entry, **undone(entry))


# ---- relapses -----------------------------------------------------------------


@pytest.fixture
def cleared(entry):
    """What two surveys say: the area is out of slum since 2021."""
    surveyed_twice(entry.decree_line, "heavy", "not_slum")
    return LedgerEntry.objects.get(outcome="cleared")


def relapse(cleared: LedgerEntry, **values: object) -> dict[str, object]:
    return {
        "kind": "relapse",
        "hectares": -cleared.hectares,
        "relapse_of_id": cleared.pk,
        "effective_on": PERIOD_END,
    } | values


def live_outcomes() -> list[str]:
    return sorted(LiveCredit.objects.values_list("outcome", flat=True))


def test_a_relapse_ends_the_credit_and_its_reversal_restores_it(cleared):
    raw_entry(cleared, **relapse(cleared))
    assert live_outcomes() == ["handled", "improved"]
    slum_again = LedgerEntry.objects.get(kind="relapse")

    raw_entry(slum_again, **undone(slum_again, relapse_of_id=None))

    assert live_outcomes() == ["cleared", "handled", "improved"]
    assert LiveCredit.objects.get(outcome="cleared").entry == cleared


def test_what_a_relapse_has_ended_is_not_reversed(cleared):
    raw_entry(cleared, **relapse(cleared))

    with pytest.raises(IntegrityError, match="tidak lagi berdiri"):
        raw_entry(cleared, **undone(cleared, effective_on=PERIOD_END))


def test_a_credit_relapses_once(cleared):
    raw_entry(cleared, **relapse(cleared))

    with pytest.raises(IntegrityError, match="tidak lagi berdiri"):
        raw_entry(cleared, **relapse(cleared))


def test_a_relapse_is_the_whole_credit(cleared):
    with pytest.raises(IntegrityError, match="Entri harus sama dengan entri"):
        raw_entry(cleared, **relapse(cleared, hectares=Decimal(-1)))


# ---- re-baseline: a credit moves to the RT that took the place of another --------


def moved(entry: LedgerEntry, unit: Neighbourhood) -> None:
    raw_entry(entry, **undone(entry, kind="rebaseline", reason="RT bernomor baru"))
    raw_entry(
        entry,
        kind="rebaseline",
        moved_from_id=entry.pk,
        neighbourhood_id=unit.pk,
        reason="RT bernomor baru",
    )


def test_a_rebaseline_moves_the_credit_and_adds_nothing(entry):
    area = entry.decree_line.area
    unit = area.neighbourhoods.exclude(pk=entry.neighbourhood_id).get()

    moved(entry, unit)

    assert [live.neighbourhood for live in LiveCredit.objects.all()] == [unit]
    assert LineTotal.objects.get().handled == entry.hectares
    assert entry.moved_to.get().neighbourhood == unit


def test_a_rebaseline_onto_a_credited_unit_is_refused(entry):
    area = entry.decree_line.area
    unit = area.neighbourhoods.exclude(pk=entry.neighbourhood_id).get()
    credit_unit(entry.decree_line, unit)

    with pytest.raises(IntegrityError, match="live_credit_once"):
        moved(entry, unit)


# ---- sums ---------------------------------------------------------------------


def assert_sums_follow() -> None:
    """Both stored sums are what the entries add up to."""
    by_day = {
        tuple(row.values())
        for row in LedgerEntry.objects.order_by()
        .values(*LINE_SUM_KEY)
        .annotate(total=Sum("hectares"), count=Count("pk"))
    }
    kept = LineSum.objects.values_list(*LINE_SUM_KEY, "hectares", "entries")
    assert set(kept) == by_day
    for row in LineTotal.objects.all():
        entries = LedgerEntry.objects.filter(decree_line=row.decree_line_id)
        sums = dict(
            entries.order_by()
            .values("outcome")
            .annotate(sum=Sum("hectares"))
            .values_list("outcome", "sum")
        )
        told = {
            "handled": row.handled,
            "improved": row.improved,
            "cleared": row.cleared,
            "decreed": row.corrected,
        }
        assert told == {name: sums.get(name, 0) for name in told}
        assert row.last_effective_on == entries.aggregate(d=Max("effective_on"))["d"]


LINE_SUM_KEY = (
    "decree_line",
    "outcome",
    "effective_on",
    "method",
    "agency",
    "source",
)


def test_sums_follow_every_kind_of_entry(cleared, entry, verifier):
    raw_entry(cleared, **relapse(cleared))
    raw_entry(entry, **AREA_CORRECTION)
    reverse(entry, reason="Salah RT", by=verifier)
    credit_unit(entry.decree_line, method="field")

    assert_sums_follow()
    assert LineTotal.objects.get().corrected == Decimal("-0.5")


def test_sums_follow_many_entries_of_one_statement(office, other_office):
    lines = [decreed_area("1", "2", "0.5", agency=office) for _ in range(3)]
    claims = [
        Claim(
            **claim_of(
                line,
                unit,
                agency=(office, other_office)[number % 2],
                method=("desk", "field")[number % 2],
                effective_on=PERIOD_END - timedelta(days=number % 3),
            )
        )
        for line in lines
        for number, unit in enumerate(line.area.neighbourhoods.all())
    ]

    credit_many(claims, by=UserFactory())
    credit_unit(decreed_area("1", agency=office))

    assert LineTotal.objects.count() == 4
    assert_sums_follow()
