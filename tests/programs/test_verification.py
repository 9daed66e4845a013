"""Verification: what is decided on each unit, and what then stands in the ledger."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from areas.models import DecreeLine, LedgerEntry
from core.errors import BusinessRuleError, NotAllowedError, WrongStateError
from programs import services
from programs.models import ProgressReport, ReportLineUnit
from programs.services import Decision
from tests.factories import MembershipFactory
from tests.factories_ledger import LedgerAreaFactory, credit_unit, decreed_area
from tests.factories_programs import PeriodFactory, activity_in, drafted, filled

FIELD = {
    "method": "field",
    "visited_on": date(2022, 1, 12),
    "officers": "Rahma, Yusuf",
    "minutes_number": "BA-04/2022",
}


def stored_units(report):
    return list(ReportLineUnit.objects.filter(line__report=report).order_by("pk"))


def test_verification_credits_each_unit_on_the_last_day_of_the_period(
    verified, units, decree_line, office, verifier
):
    entries = LedgerEntry.objects.order_by("neighbourhood")

    assert [(e.neighbourhood, e.hectares) for e in entries] == [
        (units[0], Decimal("1.500000")),
        (units[1], Decimal("0.848808")),
    ]
    assert {e.decree_line for e in entries} == {decree_line}
    assert {e.effective_on for e in entries} == {date(2021, 12, 31)}
    assert {(e.agency, e.cause, e.period, e.recorded_by) for e in entries} == {
        (office, "Drainase lingkungan", "TW IV 2021", verifier)
    }
    assert {u.entry for u in stored_units(verified)} == set(entries)


def test_verification_is_stamped_and_kept_as_a_round(verified, verifier):
    verified.refresh_from_db()

    assert (verified.status, verified.verified_by) == ("verified", verifier)
    last = verified.rounds.last()
    assert (last.step, last.hectares) == ("verify", Decimal("2.348808"))


def test_verify_twice_posts_once(submitted, verifier):
    """Both people hold a copy of the report that still reads "submitted"."""
    stale = ProgressReport.objects.get(pk=submitted.pk)
    services.verify_report(submitted, method="desk", by=verifier)

    with pytest.raises(WrongStateError, match="Terverifikasi"):
        services.verify_report(stale, method="desk", by=verifier)

    assert LedgerEntry.objects.count() == 2


def test_less_than_reported_needs_a_reason(submitted, verifier):
    unit = stored_units(submitted)[0]

    with pytest.raises(BusinessRuleError) as refused:
        services.verify_report(
            submitted,
            method="desk",
            decisions={unit.pk: Decision(Decimal("1.2"))},
            by=verifier,
        )

    assert list(refused.value.errors) == ["lines.0.units.0.reason"]
    assert not LedgerEntry.objects.exists()


def test_less_with_a_reason_credits_the_lower_figure(submitted, verifier):
    unit = stored_units(submitted)[0]
    decision = Decision(Decimal("1.2"), "16 KK belum tersambung")

    services.verify_report(
        submitted, method="desk", decisions={unit.pk: decision}, by=verifier
    )

    unit.refresh_from_db()
    assert unit.entry.hectares == unit.verified == Decimal("1.200000")
    assert unit.verifier_reason == "16 KK belum tersambung"


def test_more_than_reported_is_refused(submitted, verifier):
    unit = stored_units(submitted)[0]

    with pytest.raises(BusinessRuleError) as refused:
        services.verify_report(
            submitted,
            method="desk",
            decisions={unit.pk: Decision(Decimal("1.6"), "lebih luas")},
            by=verifier,
        )

    assert list(refused.value.errors) == ["lines.0.units.0.verified"]


def test_nothing_accepted_leaves_no_entry(submitted, verifier):
    none = {u.pk: Decision(Decimal(0), "belum") for u in stored_units(submitted)}

    services.verify_report(submitted, method="desk", decisions=none, by=verifier)

    assert not LedgerEntry.objects.exists()
    assert {u.verified for u in stored_units(submitted)} == {Decimal(0)}


def test_a_unit_that_is_counted_gets_0_and_the_entry_that_stands(
    submitted, verifier, decree_line, units
):
    entry = credit_unit(decree_line, units[0], period="TW II 2021").entry

    services.verify_report(submitted, method="desk", by=verifier)

    first, second = stored_units(submitted)
    assert (first.verified, first.entry, first.counted_in) == (Decimal(0), None, entry)
    assert second.entry.hectares == Decimal("0.848808")
    assert LedgerEntry.objects.count() == 2


def test_two_lines_on_one_unit_credit_it_once(
    activity, decree_line, office, operator, head, verifier, period
):
    road = activity_in(decree_line, agency=office, name="Jalan", indicator="2b")
    report = drafted(
        office, by=operator, lines=[filled(activity), filled(road)], period=period
    )
    services.submit_report(report, by=head)

    services.verify_report(report, method="desk", by=verifier)

    first, second = stored_units(report)[:2], stored_units(report)[2:]
    assert [u.entry.hectares for u in first] == [Decimal("1.5"), Decimal("0.848808")]
    assert [u.counted_in for u in second] == [u.entry for u in first]
    assert {u.verified for u in second} == {Decimal(0)}


def test_a_rejected_first_line_leaves_the_unit_to_the_second(
    activity, decree_line, office, operator, head, verifier, period
):
    road = activity_in(decree_line, agency=office, name="Jalan", indicator="2b")
    report = drafted(
        office, by=operator, lines=[filled(activity), filled(road)], period=period
    )
    services.submit_report(report, by=head)
    rejected = stored_units(report)[:2]

    services.verify_report(
        report,
        method="desk",
        decisions={u.pk: Decision(Decimal(0), "salah RT") for u in rejected},
        by=verifier,
    )

    entries = [u.entry for u in stored_units(report)[2:]]
    assert [entry.cause for entry in entries] == ["Jalan", "Jalan"]
    assert [u.counted_in for u in stored_units(report)[:2]] == entries


def test_0_ha_reported_posts_nothing(
    activity, office, operator, head, verifier, period
):
    units = [
        {"neighbourhood": unit.pk, "hectares": Decimal(0), "reason": "baru separuh"}
        for unit in activity.area.neighbourhoods.all()
    ]
    report = drafted(
        office, by=operator, lines=[filled(activity, units=units)], period=period
    )
    services.submit_report(report, by=head)

    services.verify_report(report, method="desk", by=verifier)

    assert not LedgerEntry.objects.exists()


def test_an_area_without_rt_is_credited_by_activity(
    office, operator, head, verifier, period
):
    line = decreed_area(hectares="3", agency=office)
    activity = activity_in(line, agency=office)
    unit = {"neighbourhood": None, "hectares": Decimal("1.25"), "reason": ""}
    report = drafted(
        office, by=operator, lines=[filled(activity, units=[unit])], period=period
    )
    services.submit_report(report, by=head)

    services.verify_report(report, method="desk", by=verifier)

    entry = LedgerEntry.objects.get()
    assert (entry.neighbourhood, entry.footprint) == (None, f"activity:{activity.pk}")
    assert entry.hectares == Decimal("1.25")


def test_the_decree_caps_the_sum(office, operator, head, verifier, period):
    line = decreed_area("1", "1", hectares="1.5", agency=office)
    activity = activity_in(line, agency=office)
    report = drafted(office, by=operator, lines=[filled(activity)], period=period)
    services.submit_report(report, by=head)

    with pytest.raises(BusinessRuleError) as refused:
        services.verify_report(report, method="desk", by=verifier)

    assert list(refused.value.errors) == ["lines.0.units.1.verified"]
    assert not LedgerEntry.objects.exists()
    report.refresh_from_db()
    assert report.status == "submitted"


def test_without_a_decree_in_force_nothing_can_be_verified(
    submitted, verifier, decree_line
):
    decree = decree_line.decree
    decree.in_force_until = date(2021, 12, 31)  # half-open: not on the last day
    decree.status, decree.ended_at = "superseded", timezone.now()
    decree.save()

    with pytest.raises(BusinessRuleError, match="SK") as refused:
        services.verify_report(submitted, method="desk", by=verifier)

    assert list(refused.value.errors) == [
        "lines.0.units.0.verified",
        "lines.0.units.1.verified",
    ]


def test_a_line_without_hectares_needs_no_decree(office, operator, head, verifier):
    activity = activity_in(
        DecreeLine(area=LedgerAreaFactory(agency=office)), agency=office
    )
    report = drafted(office, by=operator, lines=[filled(activity, units=[])])
    services.submit_report(report, by=head)

    assert services.verify_report(report, method="desk", by=verifier).verified_at


def test_a_field_visit_is_recorded(submitted, verifier):
    services.verify_report(submitted, **FIELD, by=verifier)

    submitted.refresh_from_db()
    assert {name: getattr(submitted, name) for name in FIELD} == FIELD


@pytest.mark.parametrize(
    ("facts", "fields"),
    [
        ({"method": ""}, ["method"]),
        ({"method": "drone"}, ["method"]),
        ({"method": "field"}, ["visited_on", "officers", "minutes_number"]),
        (FIELD | {"visited_on": date(2999, 1, 1)}, ["visited_on"]),
        ({"method": "desk", "visited_on": date(2022, 1, 3)}, ["visited_on"]),
    ],
)
def test_facts_that_are_missing_or_impossible_are_told_at_once(
    submitted, verifier, facts, fields
):
    with pytest.raises(BusinessRuleError) as refused:
        services.verify_report(submitted, **facts, by=verifier)

    assert list(refused.value.errors) == fields


def test_the_submitter_never_verifies(draft, head, province):
    """Not even with a verifier's role besides their own."""
    MembershipFactory(user=head, agency=province, role="province_verifier")
    head = type(head).objects.get(pk=head.pk)
    services.submit_report(draft, by=head)

    with pytest.raises(NotAllowedError, match="mengajukan"):
        services.verify_report(draft, method="desk", by=head)


def test_a_report_of_the_province_is_not_verified_by_its_own_staff(
    province, editor, verifier, region_tree
):
    line = decreed_area("1")
    activity = activity_in(line, agency=province)
    report = drafted(province, by=editor, lines=[filled(activity)])
    services.submit_report(report, by=editor)

    with pytest.raises(NotAllowedError, match="Anda bagian dari"):
        services.verify_report(report, method="desk", by=verifier)


def test_someone_of_another_agency_of_the_province_verifies_it(
    province, editor, region_tree
):
    outsider = MembershipFactory(
        agency__level="province",
        agency__region=region_tree["63"],
        role="province_verifier",
    ).user
    activity = activity_in(decreed_area("1"), agency=province)
    report = drafted(province, by=editor, lines=[filled(activity)])
    services.submit_report(report, by=editor)

    services.verify_report(report, method="desk", by=outsider)

    assert LedgerEntry.objects.get().agency == province


def test_next_period_goes_under_the_decree_of_its_own_last_day(
    verified, activity, office, operator, head, verifier, decree_line
):
    """The same RT counts anew under a new decree; the old entries stay with the old."""
    decree_line.decree.in_force_until = date(2022, 1, 1)
    decree_line.decree.status = "superseded"
    decree_line.decree.ended_at = timezone.now()
    decree_line.decree.save()
    newer = type(decree_line.decree).objects.create(
        number="SK-UJI 2/2022",
        level="governor",
        region=decree_line.decree.region,
        issued_on=date(2022, 1, 1),
        in_force_from=date(2022, 1, 1),
        status="in_force",
        enacted_at=timezone.now(),
    )
    new_line = DecreeLine.objects.create(
        decree=newer, area=activity.area, hectares=Decimal("2.348808")
    )
    period = PeriodFactory(
        name="TW I 2022",
        starts_on=date(2022, 1, 1),
        ends_before=date(2022, 4, 1),
        due_on=date(2022, 4, 10),
    )
    report = drafted(office, by=operator, lines=[filled(activity)], period=period)
    services.submit_report(report, by=head)

    services.verify_report(report, method="desk", by=verifier)

    assert decree_line.ledger.count() == new_line.ledger.count() == 2
