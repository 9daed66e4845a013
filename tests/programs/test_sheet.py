"""What earlier reports, the survey and the ledger say of a report's lines."""

from datetime import date
from decimal import Decimal

import pytest

from areas.ledger_corrections import replace_credit, reverse
from areas.models import Assessment, IndicatorValue, SurveyedUnit
from programs import queries, services
from programs.models import ActivityUnit, ProgressReport, ReportLine
from programs.rules import missing_in
from programs.sheet import sheet_of, values_of
from tests.factories import UserFactory
from tests.factories_areas import rule_set
from tests.factories_ledger import credit_unit
from tests.factories_programs import (
    ActivityFactory,
    PeriodFactory,
    ProgrammeFactory,
    activity_in,
    drafted,
    filled,
)


def quarter(year, number):
    month = 3 * number - 2
    last = date(year + number // 4, month % 12 + 3 if number < 4 else 1, 1)
    return PeriodFactory(
        name=f"TW {number} {year}",
        starts_on=date(year, month, 1),
        ends_before=last,
        due_on=last.replace(day=10),
    )


def surveyed(area, on, volume, code="4b", status="verified", rules="permen-14-2018"):
    """A survey of all RT of the area, with `volume` of one indicator in each."""
    survey = Assessment.objects.create(
        area=area, rule_set=rule_set(rules), surveyed_on=on, created_by=UserFactory()
    )
    for rt in area.neighbourhoods.all():
        unit = SurveyedUnit.objects.create(
            assessment=survey,
            neighbourhood=rt,
            surveyed_on=on,
            hectares=rt.hectares,
            buildings=1,
            households=1,
            ideal_road_m=1,
            ideal_drainage_m=1,
        )
        IndicatorValue.objects.create(unit=unit, code=code, volume=Decimal(volume))
    if status == "verified":
        Assessment.objects.filter(pk=survey.pk).update(
            status=status,
            submitted_by=survey.created_by,
            submitted_at=f"{on}T08:00+08:00",
            verified_by=survey.created_by,
            verified_at=f"{on}T09:00+08:00",
            severity="light",
            total=20,
            results={},
            hectares=1,
        )
    return survey


def reported(office, operator, head, activity, period, **values):
    report = drafted(
        office, by=operator, lines=[filled(activity, units=[], **values)], period=period
    )
    return services.submit_report(report, by=head)


# ---- before ------------------------------------------------------------------


def test_before_sums_up_what_earlier_periods_added(office, operator, head, activity):
    for number, percent in ((1, 10), (2, 35)):
        reported(
            office,
            operator,
            head,
            activity,
            quarter(2021, number),
            volume=Decimal(20),
            spent=Decimal(5),
            physical_percent=Decimal(percent),
        )

    found = queries.before([activity.pk], quarter(2021, 3))[activity.pk]

    assert (found.volume, found.spent) == (Decimal(40), Decimal(10))
    assert found.physical_percent == Decimal(35)


def test_before_leaves_out_drafts_and_later_periods(office, operator, head, activity):
    drafted(office, by=operator, lines=[filled(activity)], period=quarter(2021, 1))
    reported(office, operator, head, activity, quarter(2021, 3))

    assert queries.before([activity.pk], quarter(2021, 2)) == {}


def test_a_nil_period_keeps_the_last_percentage(office, operator, head, activity):
    reported(
        office, operator, head, activity, quarter(2021, 1), physical_percent=Decimal(40)
    )
    nothing = {"volume": None, "spent": None, "physical_percent": None}
    reported(
        office,
        operator,
        head,
        activity,
        quarter(2021, 2),
        is_nil=True,
        note="Hujan",
        **nothing,
    )

    found = queries.before([activity.pk], quarter(2021, 3))[activity.pk]

    assert found.physical_percent == Decimal(40)


def test_a_years_report_stands_for_its_quarters(office, operator, head, activity):
    year = PeriodFactory(
        kind="year",
        name="Tahun 2021",
        starts_on=date(2021, 1, 1),
        ends_before=date(2022, 1, 1),
        due_on=date(2022, 1, 10),
    )
    reported(office, operator, head, activity, quarter(2021, 2), volume=Decimal(30))
    reported(office, operator, head, activity, year, volume=Decimal(70))

    found = queries.before([activity.pk], quarter(2022, 1))[activity.pk]

    assert found.volume == Decimal(70)


# ---- baseline ----------------------------------------------------------------


def test_the_baseline_is_that_of_the_activitys_rt(activity, units):
    surveyed(activity.area, date(2020, 5, 1), "60")
    ActivityUnit.objects.create(activity=activity, neighbourhood=units[0])

    found = queries.baselines([activity])[activity.pk]

    assert (found.volume, found.surveyed_on) == (Decimal(60), date(2020, 5, 1))


def test_an_activity_of_the_whole_area_has_the_whole_baseline(activity):
    surveyed(activity.area, date(2020, 5, 1), "60")

    assert queries.baselines([activity])[activity.pk].volume == Decimal(120)


def test_the_baseline_is_the_latest_verified_survey_before_the_years_end(activity):
    surveyed(activity.area, date(2019, 5, 1), "10")
    surveyed(activity.area, date(2021, 12, 31), "20")
    surveyed(activity.area, date(2022, 1, 1), "30")
    surveyed(activity.area, date(2021, 6, 1), "40", status="draft")

    assert queries.baselines([activity])[activity.pk].volume == Decimal(40)  # 20 + 20


def test_the_baseline_under_another_rule_set_is_what_measures_the_same(activity):
    """4b of 2018 is 4b of 2016; 4c of 2016 is something else than 4c of 2018."""
    surveyed(activity.area, date(2020, 5, 1), "60", rules="permen-02-2016")

    assert queries.baselines([activity])[activity.pk].volume == Decimal(120)
    activity.indicator = "4c"
    assert queries.baselines([activity]) == {}


@pytest.mark.parametrize("case", ["no survey", "other indicator", "other unit"])
def test_what_cannot_be_compared_has_no_baseline(activity, case):
    if case == "other indicator":
        surveyed(activity.area, date(2020, 5, 1), "60", code="2b")
    if case == "other unit":
        surveyed(activity.area, date(2020, 5, 1), "60")
        activity.unit = "titik"

    assert queries.baselines([activity]) == {}


def test_the_page_warns_of_more_than_the_survey_found(draft, activity):
    surveyed(activity.area, date(2020, 5, 1), "45")

    assert sheet_of(draft).lines[0].warnings == [
        "Volume kegiatan, 100 m, melebihi 90 m yang ditemukan penilaian 1 Mei 2020"
        " untuk indikator 4b di RT ini."
    ]


# ---- the ledger --------------------------------------------------------------


def test_a_unit_that_is_counted_names_the_entry(draft, decree_line, units):
    entry = credit_unit(decree_line, units[0]).entry

    first, second = sheet_of(draft).lines[0].units

    assert (first.credit, second.credit) == (entry, None)
    assert sheet_of(draft).counted == Decimal("1.500000")


def test_a_second_line_on_an_rt_names_the_first(
    activity, decree_line, office, operator, period
):
    road = activity_in(decree_line, agency=office, name="Jalan")
    report = drafted(
        office, by=operator, lines=[filled(activity), filled(road)], period=period
    )

    told = [[u.repeats for u in line.units] for line in sheet_of(report).lines]

    assert told == [[None, None], [1, 1]]


def test_a_verified_report_shows_its_own_entries(verified):
    rows = sheet_of(verified).lines[0].units

    assert [row.credit for row in rows] == [None, None]
    assert all(row.stored.entry for row in rows)
    assert sheet_of(verified).verified == Decimal("2.348808")


def test_a_verified_report_names_the_entry_that_stands_after_a_correction(
    verified, verifier
):
    one, two = sheet_of(verified).lines[0].units
    assert (one.standing, one.was_corrected) == ([one.entry], False)

    lowered = replace_credit(
        one.entry, hectares=Decimal("0.4"), reason="Ukur ulang", by=verifier
    )
    reverse(two.entry, reason="Salah RT", by=verifier)

    one, two = sheet_of(verified).lines[0].units
    assert (one.standing, one.was_corrected) == ([lowered], True)
    assert (two.standing, two.was_corrected) == ([], True)
    assert sheet_of(verified).verified == Decimal("2.348808")  # as it was verified


def test_rt_offered_are_the_activitys_own_and_those_touched(
    draft, activity, units, operator
):
    ActivityUnit.objects.create(activity=activity, neighbourhood=units[0])
    row = {"neighbourhood": units[1].pk, "hectares": Decimal("0.5"), "reason": "x"}

    assert [u.key for u in sheet_of(draft).lines[0].units] == [u.pk for u in units]
    services.save_report_lines(
        draft, lines=[{"activity": activity.pk, "units": []}], by=operator
    )
    assert [u.key for u in sheet_of(draft).lines[0].units] == [units[0].pk]
    services.save_report_lines(
        draft, lines=[{"activity": activity.pk, "units": [row]}], by=operator
    )
    assert len(sheet_of(draft).lines[0].units) == 2


def test_laying_out_costs_the_same_for_more_lines(office, operator, period, queries_of):
    programme = ProgrammeFactory(agency=office)
    report = services.start_report(office, period=period, by=operator)

    def add(count):
        made = ActivityFactory.create_batch(count, programme=programme)
        services.save_report_lines(report, lines=[filled(a) for a in made], by=operator)

    def walk():
        sheet = sheet_of(ProgressReport.objects.select_related("period").get())
        return [(line.missing, line.warnings, line.reported) for line in sheet.lines]

    add(2)
    few = queries_of(walk)
    add(5)

    assert queries_of(walk) == few


# ---- one rule in Python and SQL ----------------------------------------------


def test_incomplete_in_sql_is_missing_in_the_rules(office, operator, period):
    programme = ProgrammeFactory(agency=office)
    cases = [
        {"physical_percent": p, "spent": s, "volume": v, "note": note}
        for p in (None, Decimal(1))
        for s in (None, Decimal(0))
        for v in (None, Decimal(0))
        for note in ("", "Hujan")
    ]
    blank = {"physical_percent": None, "spent": None, "volume": None, "is_nil": True}
    cases += [blank | {"note": ""}, blank | {"note": "Hujan"}]
    activities = ActivityFactory.create_batch(len(cases), programme=programme)
    lines = [
        filled(activity, units=[], **case)
        for activity, case in zip(activities, cases, strict=True)
    ]
    report = drafted(office, by=operator, lines=lines, period=period)

    by_rule = {line.pk for line in report.lines.all() if missing_in(values_of(line))}

    assert set(ReportLine.objects.incomplete().values_list("pk", flat=True)) == by_rule
    assert 0 < len(by_rule) < len(cases)
    found = ProgressReport.objects.with_sums().get()
    assert (found.line_count, found.incomplete_count) == (len(cases), len(by_rule))


def test_sums_of_a_list_are_those_of_the_sheet(verified, decree_line, units):
    found = ProgressReport.objects.with_sums().get()
    sheet = sheet_of(found)

    assert (found.reported, found.verified) == (sheet.reported, sheet.verified)
    assert found.reported == Decimal("2.348808")


def test_verified_is_not_known_before_verification(submitted):
    assert ProgressReport.objects.with_sums().get().verified is None
