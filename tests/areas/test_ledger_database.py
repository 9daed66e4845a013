"""The ledger defends itself: raw SQL is refused as well, whoever sends it."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from areas.ledger_corrections import reverse
from areas.models import LedgerEntry, LiveCredit
from tests.factories import UserFactory
from tests.factories_ledger import PERIOD_END, claim_of, credit_unit, decreed_area


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
    claim = claim_of(line, None, hectares=Decimal(1), recorded_by=UserFactory())
    first = LedgerEntry.objects.create(kind="credit", **claim)

    with pytest.raises(IntegrityError, match="live_credit_once"):
        raw_entry(first)


def test_a_unit_of_another_area_is_refused(entry):
    other = decreed_area("1").area.neighbourhoods.get()

    with pytest.raises(IntegrityError, match="bukan bagian dari kawasan"):
        raw_entry(entry, neighbourhood_id=other.pk)


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("ledger_credit_positive_reversal_explained", {"hectares": 0}),
        ("ledger_credit_positive_reversal_explained", {"hectares": -1}),
        ("ledger_credit_positive_reversal_explained", {"kind": "reversal"}),
        ("ledger_outcome_known", {"outcome": "done"}),
        ("ledger_unit_is_rt_or_footprint", {"footprint": "keg-1"}),
        ("ledger_unit_is_rt_or_footprint", {"neighbourhood_id": None}),
    ],
)
def test_impossible_entries_are_refused(entry, constraint, values):
    with pytest.raises(IntegrityError, match=constraint):
        raw_entry(entry, **values)


def reversal_of(entry: LedgerEntry, **values: object) -> dict[str, object]:
    return {
        "kind": "reversal",
        "hectares": -entry.hectares,
        "reverses_id": entry.pk,
        "reason": "Salah RT",
    } | values


def test_a_fitting_reversal_is_taken(entry):
    raw_entry(entry, **reversal_of(entry))

    assert not LiveCredit.objects.exists()


@pytest.mark.parametrize(
    "values",
    [
        {"hectares": Decimal("-0.5")},
        {"outcome": "improved"},
        {"decree_line_id": "other line"},
        {"neighbourhood_id": "other unit"},
        {"neighbourhood_id": None, "footprint": "keg-1"},
    ],
)
def test_a_reversal_that_differs_from_its_credit_is_refused(entry, values):
    second = entry.decree_line.area.neighbourhoods.exclude(pk=entry.neighbourhood_id)
    new_line = decreed_area("1").decree.lines.model(
        decree=newer_decree(entry), area=entry.decree_line.area, hectares=3
    )
    new_line.save()
    known = {"other line": new_line.pk, "other unit": second.get().pk}
    values = {key: known.get(value, value) for key, value in values.items()}

    with pytest.raises(IntegrityError, match="Entri pembalik harus sama"):
        raw_entry(entry, **reversal_of(entry, **values))


def newer_decree(entry: LedgerEntry):
    decree = entry.decree_line.decree
    return type(decree).objects.create(
        number="SK-UJI 9/2022",
        level=decree.level,
        region=decree.region,
        issued_on=PERIOD_END,
        in_force_from=PERIOD_END,
    )


def test_a_reversal_of_a_reversal_is_refused(entry, verifier):
    reversal = reverse(entry, reason="Salah RT", by=verifier)

    with pytest.raises(IntegrityError):
        raw_entry(entry, **reversal_of(reversal, hectares=-1))


def test_a_second_reversal_is_refused(entry, verifier):
    reverse(entry, reason="Salah RT", by=verifier)

    with pytest.raises(IntegrityError, match="reverses_id"):
        raw_entry(entry, **reversal_of(entry))
