"""A verified report is changed on request: asked by its office, decided by another."""

from contextlib import suppress
from decimal import Decimal

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agencies.models import Notice
from areas.models import LedgerEntry, LiveCredit
from core.errors import BusinessRuleError, NotAllowedError, WrongStateError
from programs import services
from programs.drift import drifted_q
from programs.models import ProgressReport, ReportChange, ReportLine, ReportLineUnit
from programs.services import Decision
from tests.factories import MembershipFactory
from tests.factories_ledger import credit_unit
from tests.factories_programs import activity_in, drafted, filled


@pytest.fixture
def line(verified):
    return verified.lines.get()


def with_units(units, *hectares, reason="sebagian"):
    """The first unit, the second …; None leaves it out."""
    return [
        {"neighbourhood": unit.pk, "hectares": figure, "reason": reason}
        for unit, figure in zip(units, hectares, strict=True)
    ]


def ask(line, by, reason="Salah ukur di lapangan.", **values):
    return services.propose_change(line, values=values, reason=reason, by=by)


def live(report):
    """The sum of the credits that stand for the units of the report."""
    entries = ReportLineUnit.objects.filter(line__report=report).values("entry")
    kept = LiveCredit.objects.filter(entry__in=entries).select_related("entry")
    return sum((row.entry.hectares for row in kept), Decimal(0))


def accepted(report):
    units = ReportLineUnit.objects.filter(line__report=report)
    return sum((unit.verified or Decimal(0) for unit in units), Decimal(0))


def test_asking_changes_nothing_and_tells_the_verifier(line, head, verifier, units):
    change = ask(line, head, units=with_units(units, Decimal("1.2"), Decimal("0.8")))

    line.refresh_from_db()
    assert (change.state, change.asked_by) == ("asked", head)
    assert [u.reported for u in line.units.all()] == [
        Decimal("1.5"),
        Decimal("0.848808"),
    ]
    notice = Notice.objects.get(user=verifier, kind="change")
    assert notice.url == change.get_absolute_url()
    assert "Salah ukur di lapangan." in notice.text


def test_an_accepted_change_reverses_and_credits_once(
    verified, line, head, verifier, units, period
):
    old = {u.neighbourhood_id: u.entry for u in line.units.all()}
    change = ask(
        line,
        head,
        volume=Decimal(80),
        units=with_units(units, Decimal("1.2"), Decimal("0.848808")),
    )

    services.accept_change(change, by=verifier)

    line.refresh_from_db()
    assert line.volume == Decimal(80)
    first, second = line.units.order_by("neighbourhood")
    assert first.entry.hectares == first.verified == Decimal("1.2")
    assert second.entry == old[units[1].pk]  # nothing of it changed: not posted anew
    entries = LedgerEntry.objects.order_by("pk")
    assert [(e.kind, e.hectares) for e in entries] == [
        ("credit", Decimal("1.5")),
        ("credit", Decimal("0.848808")),
        ("reversal", Decimal("-1.5")),
        ("credit", Decimal("1.2")),
    ]
    assert entries[2].reverses == old[units[0].pk]
    assert "Salah ukur di lapangan." in entries[2].reason
    assert entries[3].effective_on == period.last_day
    assert live(verified) == accepted(verified) == Decimal("2.048808")


def test_the_round_of_a_change_keeps_the_figures(verified, line, head, verifier):
    change = ask(line, head, note="Diukur ulang bersama lurah.")
    services.accept_change(change, reason="Sesuai berita acara.", by=verifier)

    last = verified.rounds.last()
    assert (last.step, last.by, last.hectares) == (
        "change",
        verifier,
        Decimal("2.348808"),
    )
    assert last.reason == "Salah ukur di lapangan."
    assert last.figures[str(line.activity_id)]["note"] == "Diukur ulang bersama lurah."
    change.refresh_from_db()
    assert (change.state, change.decided_by) == ("accepted", verifier)
    assert LedgerEntry.objects.count() == 2  # no hectares changed: no entry


def test_a_unit_that_goes_loses_its_credit(verified, line, head, verifier, units):
    change = ask(line, head, units=with_units(units[:1], Decimal("1.5"), reason=""))
    services.accept_change(change, by=verifier)

    assert line.units.get().neighbourhood == units[0]
    assert live(verified) == accepted(verified) == Decimal("1.5")
    assert LedgerEntry.objects.filter(kind="reversal").count() == 1


def test_a_unit_that_comes_is_judged(
    activity, office, operator, head, verifier, units, period
):
    only_first = with_units(units[:1], Decimal("1.5"), reason="")
    report = drafted(
        office, by=operator, lines=[filled(activity, units=only_first)], period=period
    )
    services.submit_report(report, by=head)
    services.verify_report(report, method="desk", by=verifier)
    both = with_units(units, Decimal("1.5"), Decimal("0.848808"), reason="")

    services.accept_change(ask(report.lines.get(), head, units=both), by=verifier)

    assert live(report) == accepted(report) == Decimal("2.348808")
    assert not LedgerEntry.objects.filter(kind="reversal").exists()


def test_the_verifier_may_accept_less_with_a_reason(
    verified, line, head, verifier, units
):
    wanted = with_units(units, Decimal("1.4"), Decimal("0.848808"))
    change = ask(line, head, units=wanted)
    less = {units[0].pk: Decision(Decimal("1.1"), "Ujung utara belum selesai.")}

    services.accept_change(change, decisions=less, by=verifier)

    unit = line.units.get(neighbourhood=units[0])
    assert (unit.reported, unit.verified) == (Decimal("1.4"), Decimal("1.1"))
    assert unit.verifier_reason == "Ujung utara belum selesai."
    assert live(verified) == accepted(verified) == Decimal("1.948808")


def test_less_without_a_reason_is_refused_and_nothing_is_stored(
    verified, line, head, verifier, units
):
    change = ask(line, head, units=with_units(units, Decimal("1.4"), Decimal("0.8")))
    less = {units[0].pk: Decision(Decimal("1.1"))}

    with pytest.raises(BusinessRuleError) as refused:
        services.accept_change(change, decisions=less, by=verifier)

    assert list(refused.value.errors) == ["lines.0.units.0.reason"]
    change.refresh_from_db()
    assert change.state == "asked"
    assert LedgerEntry.objects.count() == 2
    assert live(verified) == accepted(verified) == Decimal("2.348808")


def test_where_another_credit_stands_the_unit_points_to_it(
    verified, line, head, verifier, units, decree_line
):
    """The ledger's correction took our credit back, and other work has it since."""
    from areas.ledger_corrections import reverse

    reverse(line.units.get(neighbourhood=units[0]).entry, reason="Ganda.", by=verifier)
    other = credit_unit(decree_line, units[0], by=verifier, period="TW I 2020").entry
    wanted = with_units(units, Decimal("1.2"), Decimal("0.848808"))

    services.accept_change(ask(line, head, units=wanted), by=verifier)

    unit = line.units.get(neighbourhood=units[0])
    assert (unit.entry, unit.counted_in, unit.verified) == (None, other, Decimal(0))
    assert live(verified) == accepted(verified) == Decimal("0.848808")


def test_a_credit_that_the_ledger_corrected_is_the_one_taken_back(
    verified, line, head, verifier, units
):
    from areas.ledger_corrections import replace_credit

    entry = line.units.get(neighbourhood=units[0]).entry
    corrected = replace_credit(
        entry, hectares=Decimal("1.3"), reason="Diukur ulang.", by=verifier
    )
    wanted = with_units(units, Decimal("1.2"), Decimal("0.848808"))

    services.accept_change(ask(line, head, units=wanted), by=verifier)

    assert corrected.reversed_by
    assert live(verified) == accepted(verified) == Decimal("2.048808")


def test_two_lines_on_one_unit_still_count_it_once(
    activity, decree_line, office, operator, head, verifier, period, units
):
    road = activity_in(decree_line, agency=office, name="Jalan", indicator="2b")
    report = drafted(
        office, by=operator, lines=[filled(activity), filled(road)], period=period
    )
    services.submit_report(report, by=head)
    services.verify_report(report, method="desk", by=verifier)
    second = report.lines.get(activity=road)
    wanted = with_units(units, Decimal("1.2"), Decimal("0.848808"))

    services.accept_change(ask(second, head, units=wanted), by=verifier)

    assert {u.verified for u in second.units.all()} == {Decimal(0)}
    assert live(report) == accepted(report) == Decimal("2.348808")


# ---- what is refused -------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({}, ["__all__"]),
        ({"volume": Decimal(100)}, ["__all__"]),
        ({"volume": Decimal(-1)}, ["volume"]),
        ({"physical_percent": Decimal(101)}, ["physical_percent"]),
        ({"spent": None}, ["spent"]),
        ({"is_nil": True}, ["is_nil", "note"]),
    ],
)
def test_what_a_line_may_not_say_is_refused(line, head, values, fields):
    with pytest.raises(BusinessRuleError) as refused:
        ask(line, head, **values)

    assert sorted(refused.value.errors) == fields
    assert not ReportChange.objects.exists()


def test_hectares_above_the_rt_are_refused_at_their_unit(line, head, units):
    with pytest.raises(BusinessRuleError) as refused:
        ask(line, head, units=with_units(units, Decimal("1.6"), Decimal("0.8")))

    assert list(refused.value.errors) == ["units.0.hectares"]


def test_a_change_has_a_reason(line, head):
    with pytest.raises(BusinessRuleError) as refused:
        ask(line, head, reason=" ", volume=Decimal(80))

    assert list(refused.value.errors) == ["reason"]


def test_one_change_of_a_line_at_a_time(line, head):
    ask(line, head, volume=Decimal(80))

    with pytest.raises(BusinessRuleError, match="sudah"):
        ask(line, head, volume=Decimal(70))


def test_only_a_verified_report_is_changed_this_way(submitted, head):
    with pytest.raises(WrongStateError, match="Diajukan"):
        ask(submitted.lines.get(), head, volume=Decimal(80))


@pytest.mark.parametrize("person", ["operator", "viewer", "verifier", "editor"])
def test_asking_is_for_the_head_of_the_office(line, person, request):
    with pytest.raises(NotAllowedError):
        ask(line, request.getfixturevalue(person), volume=Decimal(80))


@pytest.mark.parametrize("person", ["operator", "viewer", "head", "editor"])
@pytest.mark.parametrize("step", ["accept", "refuse"])
def test_deciding_is_for_the_verifier(line, head, person, step, request):
    change = ask(line, head, volume=Decimal(80))
    decide = getattr(services, f"{step}_change")

    with pytest.raises(NotAllowedError):
        decide(change, reason="Tidak.", by=request.getfixturevalue(person))

    change.refresh_from_db()
    assert change.state == "asked"


def test_who_asked_never_decides(line, head, province):
    """Not even with a verifier's role besides their own."""
    MembershipFactory(user=head, agency=province, role="province_verifier")
    head = type(head).objects.get(pk=head.pk)
    change = ask(line, head, volume=Decimal(80))

    with pytest.raises(NotAllowedError, match="mengajukan"):
        services.accept_change(change, by=head)


def test_the_own_agency_never_decides(line, head, office):
    change = ask(line, head, volume=Decimal(80))
    insider = MembershipFactory(agency=office, role="province_verifier").user

    with pytest.raises(NotAllowedError, match="Anda bagian dari"):
        services.accept_change(change, by=insider)


def test_a_second_decision_comes_too_late(line, head, verifier):
    change = ask(line, head, volume=Decimal(80))
    stale = ReportChange.objects.get(pk=change.pk)
    services.accept_change(change, by=verifier)

    with pytest.raises(WrongStateError, match="Diterima"):
        services.refuse_change(stale, reason="Tidak perlu.", by=verifier)
    with pytest.raises(WrongStateError, match="Diterima"):
        services.accept_change(stale, by=verifier)


def test_a_refusal_says_why_and_leaves_the_line(line, head, verifier):
    change = ask(line, head, volume=Decimal(80))

    with pytest.raises(BusinessRuleError) as refused:
        services.refuse_change(change, reason=" ", by=verifier)
    assert list(refused.value.errors) == ["reason"]
    services.refuse_change(change, reason="Foto tidak mendukung.", by=verifier)

    line.refresh_from_db()
    assert line.volume == Decimal(100)
    notice = Notice.objects.get(user=head, key=f"change-decided:{change.pk}")
    assert "Foto tidak mendukung." in notice.text


def test_a_line_that_changed_meanwhile_is_not_overwritten(line, head, verifier):
    change = ask(line, head, volume=Decimal(80))
    ReportLine.objects.filter(pk=line.pk).update(spent=Decimal(1))

    with pytest.raises(BusinessRuleError, match="sudah berbeda"):
        services.accept_change(change, by=verifier)

    assert ProgressReport.objects.get(pk=line.report_id).rounds.last().step == "verify"


# ---- whatever is asked, refused and accepted -------------------------------------
CHANGES = st.lists(
    st.tuples(
        st.integers(0, 1),  # which line
        st.lists(
            st.sampled_from([None, "0", "0.4", "0.848808", "1.2", "1.5"]),
            min_size=2,
            max_size=2,
        ),
        st.sampled_from(["", "0", "0.3"]),  # what the verifier accepts of the first RT
    ),
    min_size=1,
    max_size=5,
)


@settings(
    max_examples=15,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(changes=CHANGES)
def test_the_ledger_is_the_sum_of_what_is_verified_after_any_changes(
    activity, decree_line, office, operator, head, verifier, period, units, changes
):
    """Two lines claim the same two RT, and each RT is credited once at most."""
    with transaction.atomic():
        road = activity_in(decree_line, agency=office, name="Jalan", indicator="2b")
        lines = [filled(activity), filled(road)]
        report = drafted(office, by=operator, lines=lines, period=period)
        services.submit_report(report, by=head)
        services.verify_report(report, method="desk", by=verifier)
        keys = list(report.lines.order_by("pk").values_list("pk", flat=True))
        for which, hectares, less in changes:
            with suppress(BusinessRuleError):
                change_one(keys[which], units, hectares, less, head, verifier)
            assert live(report) == accepted(report)
            sums = LiveCredit.objects.aggregate(sum=Sum("entry__hectares"))
            assert (sums["sum"] or 0) == accepted(report) <= Decimal("2.348808")
            assert drifted_q_finds_nothing()
        transaction.set_rollback(True)


def change_one(key, units, hectares, less, head, verifier):
    figures = [None if text is None else Decimal(text) for text in hectares]
    wanted = [row for row in with_units(units, *figures) if row["hectares"] is not None]
    with transaction.atomic():
        change = ask(ReportLine.objects.get(pk=key), head, units=wanted)
        decided = {units[0].pk: Decision(Decimal(less), "kurang")} if less else {}
        services.accept_change(change, decisions=decided, by=verifier)


def drifted_q_finds_nothing():
    return not ProgressReport.objects.filter(drifted_q()).exists()
