"""Random histories of the ledger: what must hold after every step, and afterwards.

Credits, reversals, other hectares, area corrections, surveys, splits of RT and new
decrees in any order. After each step no unit is above its hectares and every partition
is the whole; at the end every moment is asked again with `known_at` and must answer
what was shown then.
"""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from areas import services
from areas.decree_mapping import propose_mapping
from areas.figures import GROUPED_BY, Figures, figures
from areas.ledger import credit
from areas.ledger_corrections import correct_area, replace_credit, reverse
from areas.models import (
    Assessment,
    DecreeLine,
    LedgerEntry,
    LineSum,
    LineTotal,
    LiveCredit,
    Neighbourhood,
    SlumArea,
)
from areas.outcomes import settle_outcomes
from areas.services.decree_mapping import set_mapping
from core.errors import BusinessRuleError
from tests.factories import AgencyFactory
from tests.factories_ledger import decreed_area, verified_survey

pytestmark = pytest.mark.django_db
START = date(2020, 1, 1)
DAYS = [START + timedelta(days=100 * number) for number in range(12)]
OUTCOMES = ("handled", "improved", "cleared")
ROUNDING = Decimal("0.005")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["credit"] * 5
            + ["survey"] * 3
            + ["reverse", "reverse", "replace", "correct", "decree"]
        ),
        st.integers(0, 9_999),
        st.integers(0, 9_999),
    ),
    min_size=1,
    max_size=12,
)


@dataclass
class History:
    """A small province, and what it said after each step."""

    verifier: Any
    editor: Any
    said: list[tuple[datetime, date, dict[str, Decimal]]] = field(default_factory=list)

    def take(self, name: str, one: int, two: int) -> None:
        """One step; what the rules refuse changes nothing."""
        refused = (BusinessRuleError, DecreeLine.DoesNotExist, IndexError)
        with suppress(*refused), transaction.atomic():
            getattr(self, f"_{name}")(one, two)

    def _credit(self, one: int, two: int) -> None:
        unit = pick(Neighbourhood.objects.order_by("pk"), one)
        day = DAYS[two % len(DAYS)]
        line = DecreeLine.objects.in_force(day).get(area=unit.area)
        credit(
            decree_line=line,
            neighbourhood=unit,
            hectares=min(unit.hectares, Decimal(two % 7 + 1) / 2),
            agency=unit.area.agency,
            cause="Jalan lingkungan",
            period=str(day.year),
            effective_on=day,
            method="field" if one % 2 else "desk",
            by=self.verifier,
        )

    def _reverse(self, one: int, _two: int) -> None:
        reverse(self._standing(one), reason="Salah RT", by=self.verifier)

    def _replace(self, one: int, two: int) -> None:
        entry = self._standing(one)
        hectares = entry.hectares * (two % 20 + 1) / 10
        replace_credit(entry, hectares=hectares, reason="Salah ukur", by=self.verifier)

    def _correct(self, one: int, two: int) -> None:
        line = pick(DecreeLine.objects.order_by("pk"), one)
        correct_area(
            line,
            hectares=line.hectares * (80 + two % 40) / 100,
            reason="Salah cetak",
            document="BA 1/2024",
            by=self.verifier,
        )
        settle_outcomes([line.area_id], by=self.verifier)

    def _survey(self, one: int, two: int) -> None:
        area = pick(SlumArea.objects.order_by("pk"), one)
        day = DAYS[two % len(DAYS)]
        if Assessment.objects.filter(area=area, surveyed_on=day).exists():
            return
        severity = ("heavy", "moderate", "light", "not_slum")[two % 4]
        verified_survey(area, severity, day, 40)
        settle_outcomes([area.pk], by=self.verifier)

    def _decree(self, one: int, two: int) -> None:
        old = DecreeLine.objects.order_by("-pk")[0].decree
        day = old.in_force_from + timedelta(days=100 * (two % 9 + 1))
        new = services.create_decree(
            by=self.editor,
            number=f"SK {one}-{two}",
            level=old.level,
            region=old.region,
            supersedes=old,
            issued_on=day,
        )
        lines = [
            (line.area, line.hectares * (70 + (one + line.pk) % 50) / 100)
            for line in old.lines.order_by("pk")
        ]
        services.set_decree_lines(new, lines, by=self.editor)
        set_mapping(new, propose_mapping(new), by=self.editor)
        services.enact_decree(new, by=self.editor)

    def _standing(self, number: int) -> LedgerEntry:
        live = LiveCredit.objects.filter(outcome="handled").order_by("pk")
        return pick(live, number).entry

    def note(self) -> None:
        """Keep what is shown now, for some days."""
        moment = timezone.now()
        for day in DAYS[::4]:
            self.said.append((moment, day, shown(province(day))))


def pick(rows: Any, number: int) -> Any:
    """One of the rows; where there is none, the step is none."""
    found = list(rows)
    return found[number % max(len(found), 1)]


def province(day: date, **values: Any) -> Figures:
    return figures(SlumArea.objects.all(), as_of=day, **values)


def shown(found: Figures) -> dict[str, Decimal]:
    names = ("areas", "decreed", *OUTCOMES)
    return {name: getattr(found.total, name) for name in names}


def check_caps() -> None:
    """No unit above its hectares, no line above what its decree (corrected) has."""
    units = LedgerEntry.objects.filter(neighbourhood__isnull=False).order_by()
    for row in units.values(
        "decree_line", "outcome", "neighbourhood__hectares"
    ).annotate(sum=Sum("hectares")):
        assert row["sum"] >= 0
    per_unit = units.values(
        "decree_line", "outcome", "neighbourhood", "neighbourhood__hectares"
    )
    for row in per_unit.annotate(sum=Sum("hectares")):
        assert 0 <= row["sum"] <= row["neighbourhood__hectares"]
    for total in LineTotal.objects.select_related("decree_line"):
        most = total.decree_line.hectares + total.corrected
        assert 0 <= total.handled <= most + ROUNDING
        assert total.improved in (0, most)
        assert total.cleared in (0, most)


def check_partitions(day: date) -> None:
    """Every way of parting the figures adds up to the whole."""
    found = province(day)
    for dimension in GROUPED_BY:
        groups = found.groups_by(dimension)
        for outcome in OUTCOMES:
            parts = sum((getattr(g.sums, outcome) for g in groups), Decimal(0))
            assert parts == getattr(found.total, outcome), (dimension, outcome)


def check_stored_sums() -> None:
    """What the trigger keeps is what the entries add up to."""
    keys = ("decree_line", "outcome", "effective_on", "method", "agency", "source")
    asked = LedgerEntry.objects.order_by().values_list(*keys)
    summed = set(asked.annotate(sum=Sum("hectares")))
    kept = set(LineSum.objects.order_by().values_list(*keys, "hectares"))
    assert kept == summed


@given(STEPS)
@settings(
    max_examples=20,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_whatever_happens_the_figures_hold(verifier, editor, steps):
    with transaction.atomic():
        history = History(verifier, editor)
        office = AgencyFactory()
        for sizes in (("1", "2", "3"), ("2.5", "4"), ("12",)):
            decreed_area(*sizes, agency=office)
        for step in steps:
            history.take(*step)
            history.note()
            check_caps()
        check_stored_sums()
        for day in DAYS[::5]:
            check_partitions(day)
            now = timezone.now()
            assert shown(province(day, known_at=now)) == shown(province(day))
        for moment, day, figures_then in history.said:
            assert shown(province(day, known_at=moment)) == figures_then
        transaction.set_rollback(True)
