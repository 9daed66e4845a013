"""A report's life: started, filled in, submitted, returned; by whom and when."""

from datetime import date
from decimal import Decimal

import pytest
from django.apps import apps

from core.errors import BusinessRuleError, NotAllowedError, WrongStateError
from programs import services, workflow
from programs.calendar import with_calendar
from programs.models import ProgressReport, ReportLineUnit
from programs.rounds import changes
from programs.sheet import sheet_of
from tests.factories import MembershipFactory
from tests.factories_ledger import LedgerAreaFactory
from tests.factories_programs import (
    ActivityFactory,
    PeriodFactory,
    ProgrammeFactory,
    activity_in,
    drafted,
    filled,
)

NEXT = {
    "name": "TW I 2022",
    "starts_on": date(2022, 1, 1),
    "ends_before": date(2022, 4, 1),
    "due_on": date(2022, 4, 10),
}


TRACKED = ("ProgressReport", "ReportLine", "ReportLineUnit")


def stored(report):
    return {
        unit.neighbourhood_id: (unit.reported, unit.reason)
        for unit in ReportLineUnit.objects.filter(line__report=report)
    }


# ---- start -------------------------------------------------------------------


def test_start_fills_in_the_running_activities(activity, office, operator, period):
    closed = activity_in(activity.area.decree_lines.get(), agency=office)
    closed.is_closed = True
    closed.save()

    report = services.start_report(office, period=period, by=operator)

    line = report.lines.get()
    assert (line.activity, line.volume, line.is_nil) == (activity, None, False)
    assert (report.status, report.created_by) == ("draft", operator)


def test_one_report_per_office_and_period(draft, office, operator, period):
    with pytest.raises(BusinessRuleError, match="sudah punya laporan") as refused:
        services.start_report(office, period=period, by=operator)

    assert list(refused.value.errors) == ["period"]


def test_a_period_that_has_not_begun_is_refused(office, operator):
    later = PeriodFactory(
        starts_on=date(2999, 1, 1),
        ends_before=date(2999, 4, 1),
        due_on=date(2999, 4, 9),
    )

    with pytest.raises(BusinessRuleError, match="dibuka pada 1 Jan 2999"):
        services.start_report(office, period=later, by=operator)


@pytest.mark.parametrize("person", ["stranger", "viewer", "verifier", "editor"])
def test_only_its_own_office_starts_a_report(request, office, period, person):
    """Not even the province's data manager: they write their own office's report."""
    with pytest.raises(NotAllowedError):
        services.start_report(office, period=period, by=request.getfixturevalue(person))


def test_activities_that_came_later_can_be_added(draft, office, operator):
    road = ActivityFactory(programme=ProgrammeFactory(agency=office))

    assert services.add_missing_lines(draft, by=operator) == 1
    assert services.add_missing_lines(draft, by=operator) == 0
    assert draft.lines.filter(activity=road).exists()


# ---- fill in -----------------------------------------------------------------


def test_save_stores_the_figures(draft, units):
    line = draft.lines.get()

    assert (line.volume, line.spent) == (Decimal(100), Decimal(450_000_000))
    assert stored(draft) == {
        units[0].pk: (Decimal("1.500000"), ""),
        units[1].pk: (Decimal("0.848808"), ""),
    }


def test_save_changes_only_what_is_named(draft, activity, operator, units):
    services.save_report_lines(
        draft, lines=[{"activity": activity.pk, "volume": Decimal(7)}], by=operator
    )

    line = draft.lines.get()
    assert (line.volume, line.physical_percent) == (Decimal(7), Decimal(100))
    assert len(stored(draft)) == 2


def test_a_blank_unit_is_not_touched_any_more(draft, activity, operator, units):
    rows = [
        {"neighbourhood": units[0].pk, "hectares": None, "reason": ""},
        {"neighbourhood": units[1].pk, "hectares": Decimal("0.85"), "reason": ""},
    ]

    services.save_report_lines(
        draft, lines=[{"activity": activity.pk, "units": rows}], by=operator
    )

    assert stored(draft) == {units[1].pk: (Decimal("0.848808"), "")}


def test_replace_removes_the_lines_not_named(draft, office, operator, decree_line):
    road = activity_in(decree_line, agency=office)
    services.add_missing_lines(draft, by=operator)

    services.save_report_lines(
        draft, lines=[{"activity": road.pk}], replace=True, by=operator
    )

    assert [line.activity for line in draft.lines.all()] == [road]


def test_all_problems_are_told_at_once_and_nothing_is_stored(
    draft, activity, office, operator, units, decree_line
):
    road = activity_in(decree_line, agency=office)
    strange = ActivityFactory()
    lines = [
        filled(
            activity,
            physical_percent=Decimal(101),
            spent=Decimal(-1),
            units=[
                {"neighbourhood": units[0].pk, "hectares": Decimal(2), "reason": ""},
                {"neighbourhood": units[1].pk, "hectares": Decimal(0), "reason": ""},
                {"neighbourhood": None, "hectares": Decimal(1), "reason": ""},
            ],
        ),
        filled(strange),
        filled(road, is_nil=True, note="x"),
        {"activity": activity.pk},
    ]

    with pytest.raises(BusinessRuleError) as refused:
        services.save_report_lines(draft, lines=lines, by=operator)

    assert set(refused.value.errors) == {
        "lines.0.physical_percent",
        "lines.0.spent",
        "lines.0.units.0.hectares",
        "lines.0.units.1.reason",
        "lines.0.units.2.neighbourhood",
        "lines.1.activity",
        "lines.2.is_nil",
        "lines.3.activity",
    }
    assert draft.lines.get().spent == Decimal(450_000_000)


def test_an_rt_twice_or_of_another_area_is_refused(draft, activity, operator, units):
    strange = ActivityFactory().area.neighbourhoods.first()
    whole = {"hectares": Decimal("1.5"), "reason": ""}
    rows = [
        whole | {"neighbourhood": units[0].pk},
        whole | {"neighbourhood": units[0].pk},
        whole | {"neighbourhood": strange.pk},
    ]

    with pytest.raises(BusinessRuleError) as refused:
        services.save_report_lines(
            draft, lines=[{"activity": activity.pk, "units": rows}], by=operator
        )

    assert set(refused.value.errors) == {
        "lines.0.units.1.neighbourhood",
        "lines.0.units.2.neighbourhood",
    }


def test_saving_twice_writes_nothing_the_second_time(draft, activity, operator):
    """So the trail tells what a save changed, and nothing else."""
    trails = [apps.get_model(f"programs.{name}Event") for name in TRACKED]
    before = [trail.objects.count() for trail in trails]

    services.save_report_lines(draft, lines=[filled(activity)], by=operator)

    assert [trail.objects.count() for trail in trails] == before


def test_saving_costs_the_same_for_more_lines(office, operator, period, queries_of):
    programme = ProgrammeFactory(agency=office)
    activities = ActivityFactory.create_batch(6, programme=programme)
    report = services.start_report(office, period=period, by=operator)

    def save(chosen):
        lines = [filled(activity) for activity in chosen]
        return queries_of(services.save_report_lines, report, lines=lines, by=operator)

    few = save(activities[:2])

    assert save(activities[2:]) == few


# ---- submit ------------------------------------------------------------------


def test_submit(submitted, head):
    submitted.refresh_from_db()

    assert (submitted.status, submitted.submitted_by) == ("submitted", head)
    kept = submitted.rounds.get()
    assert (kept.step, kept.by, kept.hectares) == ("submit", head, Decimal("2.348808"))


def test_a_report_with_nothing_is_refused_with_a_list_of_everything(
    office, head, operator, period, decree_line
):
    first = activity_in(decree_line, agency=office, name="Jalan")
    second = activity_in(decree_line, agency=office, name="MCK")
    lines = [{"activity": second.pk, "is_nil": True}, {"activity": first.pk}]
    report = drafted(office, by=operator, lines=lines, period=period)

    with pytest.raises(BusinessRuleError) as refused:
        services.submit_report(report, by=head)

    assert refused.value.errors == {
        "lines.0.volume": [
            "Kegiatan 1, Jalan: volume tambahan (tulis 0 bila tidak ada)."
        ],
        "lines.0.physical_percent": ["Kegiatan 1, Jalan: kemajuan fisik."],
        "lines.0.spent": ["Kegiatan 1, Jalan: uang terserap (tulis 0 bila tidak ada)."],
        "lines.1.note": ["Kegiatan 2, MCK: alasan nihil."],
    }
    report.refresh_from_db()
    assert report.status == "draft"


def test_a_report_without_lines_is_refused(office, head, operator, period):
    report = services.start_report(office, period=period, by=operator)

    with pytest.raises(BusinessRuleError, match="belum berisi kegiatan"):
        services.submit_report(report, by=head)


def test_a_report_all_nil_is_an_answer(activity, office, head, operator, period):
    lines = [{"activity": activity.pk, "is_nil": True, "note": "Belum kontrak"}]
    report = drafted(office, by=operator, lines=lines, period=period)

    assert services.submit_report(report, by=head).status == "submitted"


def test_an_area_without_a_decree_is_warned_of_but_can_be_submitted(
    office, head, operator, period
):
    area = LedgerAreaFactory(agency=office)
    activity = ActivityFactory(programme=ProgrammeFactory(agency=office), area=area)
    units = [{"neighbourhood": None, "hectares": Decimal(1), "reason": ""}]
    report = drafted(
        office, by=operator, lines=[filled(activity, units=units)], period=period
    )

    services.submit_report(report, by=head)

    (warning,) = sheet_of(report).lines[0].warnings
    assert warning.startswith("Tidak ada SK yang berlaku pada 31 Des 2021")


def test_what_is_submitted_cannot_be_edited(submitted, activity, operator):
    with pytest.raises(WrongStateError, match="tidak dapat diubah"):
        services.save_report_lines(
            submitted, lines=[{"activity": activity.pk}], by=operator
        )


# ---- return ------------------------------------------------------------------


def test_return_frees_the_report_for_editing(returned, activity, operator):
    services.save_report_lines(
        returned, lines=[{"activity": activity.pk, "volume": Decimal(90)}], by=operator
    )

    returned.refresh_from_db()
    assert (returned.status, returned.submitted_by) == ("returned", None)
    assert returned.return_reason == "Foto belum ada."


def test_return_needs_a_reason(submitted, verifier):
    with pytest.raises(BusinessRuleError) as refused:
        services.return_report(submitted, reason="  ", by=verifier)

    assert list(refused.value.errors) == ["reason"]


def test_all_rounds_are_kept(returned, activity, head, operator, verifier):
    services.save_report_lines(
        returned, lines=[filled(activity, volume=Decimal(90), units=[])], by=operator
    )
    services.submit_report(returned, by=head)
    services.verify_report(returned, method="desk", by=verifier)

    told = [(r.step, r.by, r.reason, r.hectares) for r in returned.rounds.all()]
    assert told == [
        ("submit", head, "", Decimal("2.348808")),
        ("return", verifier, "Foto belum ada.", None),
        ("submit", head, "", Decimal(0)),
        ("verify", verifier, "", Decimal(0)),
    ]


def test_the_review_tells_what_changed_since_the_last_round(
    returned, activity, head, operator, units
):
    first = returned.rounds.get(step="submit").figures
    rows = [{"neighbourhood": units[0].pk, "hectares": Decimal(1), "reason": "sisa"}]
    line = filled(activity, volume=Decimal(90), note="Hujan", units=rows)
    services.save_report_lines(returned, lines=[line], by=operator)

    found = [(c.what, c.old, c.new) for c in changes(first, sheet_of(returned))]

    assert found == [
        ("volume", "100 m", "90 m"),
        ("catatan", "", "Hujan"),
        (f"RT {units[0].rt_rw}", "1,5 ha", "1 ha"),
        (f"RT {units[0].rt_rw}, alasan", "", "sisa"),
        (f"RT {units[1].rt_rw}", "0,848808 ha", ""),
    ]


# ---- steps offered ------------------------------------------------------------


def test_a_closed_step_says_why(draft, operator, verifier, submitted):
    told = {
        step.name: [str(reason) for reason in step.reasons]
        for step in workflow.steps_for(submitted, operator)
    }

    assert "Diajukan" in told["submit"][0]
    assert told["return"] == [
        "Laporan Disperkim Banjarmasin dikembalikan oleh pemeriksanya. Hubungi"
        " Disperkim Kalsel."
    ]
    assert told["verify"] == [
        "Laporan Disperkim Banjarmasin diverifikasi oleh pemeriksanya. Hubungi"
        " Disperkim Kalsel."
    ]


def test_what_is_missing_closes_submitting_and_leads_to_it(office, head, activity):
    report = services.start_report(office, period=PeriodFactory(), by=head)

    submit = workflow.steps_for(report, head)[0]

    assert [str(reason) for reason in submit.reasons] == [
        "1 dari 1 kegiatan belum lengkap."
    ]
    assert submit.reasons[0].url == f"/laporan/{report.pk}/isi/#kurang"


def test_steps_of_a_list_cost_no_query(draft, head, queries_of):
    reports = ProgressReport.objects.with_sums().select_related("agency", "period")
    (report,) = with_calendar(reports)
    workflow.steps_for(report, head)  # fetches the head's memberships

    assert queries_of(workflow.steps_for, report, head) == 0


def test_the_submitter_finds_verifying_closed(draft, head, province):
    MembershipFactory(user=head, agency=province, role="province_verifier")
    head = type(head).objects.get(pk=head.pk)
    report = services.submit_report(draft, by=head)

    steps = {step.name: step for step in workflow.steps_for(report, head)}

    assert [str(r) for r in steps["verify"].reasons] == [
        "Anda yang mengajukan laporan ini, jadi harus orang lain yang memeriksanya."
    ]


def test_a_second_submission_from_a_stale_page_is_refused(draft, head):
    stale = ProgressReport.objects.get(pk=draft.pk)
    services.submit_report(draft, by=head)

    with pytest.raises(WrongStateError):
        services.submit_report(stale, by=head)

    assert draft.rounds.count() == 1
