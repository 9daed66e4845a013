"""What the entry page promises: nil as a whole, plans, shared money, stale forms."""

from decimal import Decimal

import pytest

from core.errors import BusinessRuleError, StaleError
from programs import services
from programs.models import FundingLeg, PhysicalOutput, ProgressReport
from programs.sheet import sheet_of
from tests.factories import MembershipFactory
from tests.factories_programs import PeriodFactory, drafted, filled

D = Decimal


def save(report, activity, by, **values):
    """Store values of the one line."""
    line = {"activity": activity.pk, **values}
    return services.save_report_lines(report, lines=[line], by=by)


@pytest.fixture
def blank(activity, office, operator, period):
    return services.start_report(office, period=period, by=operator)


# ---- nil as a whole ----------------------------------------------------------
def test_a_nil_report_is_an_answer_for_every_line(blank, operator, head, verifier):
    services.save_report_lines(
        blank, lines=[], nil_reason=" Belum ada DPA. ", by=operator
    )

    report = services.submit_report(blank, by=head)
    assert (report.status, report.nil_reason) == ("submitted", "Belum ada DPA.")
    assert services.verify_report(report, method="desk", by=verifier).verified_at


def test_a_report_without_activities_can_be_nil(office, operator, head, period):
    report = services.start_report(office, period=period, by=operator)
    services.save_report_lines(
        report, lines=[], nil_reason="Tidak ada kegiatan tahun ini.", by=operator
    )

    assert services.submit_report(report, by=head).status == "submitted"


def test_nil_and_figures_are_refused(blank, activity, operator):
    save(blank, activity, operator, volume=D(3))

    with pytest.raises(BusinessRuleError) as refused:
        services.save_report_lines(blank, lines=[], nil_reason="Nihil.", by=operator)

    assert refused.value.errors == {
        "nil_reason": [
            "Seluruh laporan ditandai nihil, tetapi kegiatan ini berisi angka:"
            " Drainase lingkungan. Kosongkan angkanya, atau lepas tanda nihil."
        ]
    }


def test_lists_know_that_a_nil_report_lacks_nothing(blank, operator):
    def incomplete():
        return ProgressReport.objects.with_sums().get(pk=blank.pk).incomplete_count

    assert incomplete() == 1
    services.save_report_lines(blank, lines=[], nil_reason="Nihil.", by=operator)
    assert incomplete() == 0


# ---- plan and obstacle -------------------------------------------------------
@pytest.mark.parametrize(
    ("planned", "actual", "obstacle", "note", "missing"),
    [
        (50, 40, "", "", []),
        (50, "39.99", "", "", ["obstacle"]),
        (50, "39.99", "land", "", []),
        (None, 10, "", "", []),
        (50, 60, "other", "", ["note"]),
        (50, 60, "other", "Sengketa batas", []),
    ],
)
def test_work_behind_its_plan_names_the_obstacle(
    blank, activity, operator, planned, actual, obstacle, note, missing
):
    save(
        blank,
        activity,
        operator,
        planned_percent=planned if planned is None else D(planned),
        physical_percent=D(actual),
        spent=D(0),
        volume=D(0),
        obstacle=obstacle,
        note=note,
    )

    assert list(sheet_of(blank).lines[0].missing) == missing
    assert blank.lines.incomplete().exists() == bool(missing)


# ---- money of several ----------------------------------------------------------
@pytest.fixture
def shared(activity, office, province):
    """100 million of the office, 40 of the province."""
    for agency, fund, amount in (
        (office, "apbd_regency", 100_000_000),
        (province, "apbd_province", 40_000_000),
    ):
        FundingLeg.objects.create(
            activity=activity, agency=agency, fund=fund, amount=amount
        )
    return activity


def test_who_pays_reports_the_money_alone(shared, province):
    treasurer = MembershipFactory(agency=province, role="province_editor").user
    report = services.start_report(province, period=PeriodFactory(), by=treasurer)

    (line,) = sheet_of(report).lines
    assert (line.is_money_only, line.units) == (True, [])
    assert list(line.missing) == ["spent"]
    assert line.limits.budget == D(40_000_000)
    with pytest.raises(BusinessRuleError) as refused:
        save(report, shared, treasurer, volume=D(3), physical_percent=D(5))
    assert set(refused.value.errors) == {"lines.0.volume", "lines.0.physical_percent"}
    save(report, shared, treasurer, spent=D(41_000_000))
    assert "lebih" in sheet_of(report).lines[0].warnings[0]
    assert services.submit_report(report, by=treasurer).status == "submitted"


def test_the_office_is_held_against_its_own_money(shared, office, operator, period):
    report = drafted(
        office,
        by=operator,
        lines=[filled(shared, spent=D(100_000_001))],
        period=period,
    )

    (line,) = sheet_of(report).lines
    assert line.limits.budget == D(100_000_000)
    assert len(line.warnings) == 1


# ---- a stale form --------------------------------------------------------------
def test_a_stale_form_is_told_who_saved(blank, activity, operator, head):
    version = blank.version
    save(blank, activity, head, volume=D(5))

    with pytest.raises(StaleError, match=str(head)):
        services.save_report_lines(
            blank,
            lines=[{"activity": activity.pk, "volume": D(7)}],
            version=version,
            by=operator,
        )

    assert blank.lines.get().volume == 5


def test_the_page_shows_both_and_stores_at_the_second_press(
    client, blank, activity, operator, head
):
    save(blank, activity, head, volume=D(5))
    client.force_login(operator)
    key = blank.lines.get().pk
    form = {"lines": key, f"k{key}-volume": "7", "version": "0", "step": "save"}
    url = f"/laporan/{blank.pk}/isi/"

    page = client.post(url, form)

    assert page.status_code == 409
    shown = page.content.decode()
    assert "tersimpan “5” " in shown.replace(",", " ") or "tersimpan “5" in shown
    assert 'name="version" value="1"' in shown
    assert blank.lines.get().volume == 5
    assert client.post(url, form | {"version": "1"}).status_code == 302
    assert blank.lines.get().volume == 7


def test_a_line_with_outputs_cannot_be_nil(blank, activity, operator):
    PhysicalOutput.objects.create(line=blank.lines.get(), indicator="4b", length=D(12))

    with pytest.raises(BusinessRuleError) as refused:
        save(blank, activity, operator, is_nil=True, note="Belum mulai.")

    assert list(refused.value.errors) == ["lines.0.is_nil"]
    with pytest.raises(BusinessRuleError, match="ditandai nihil"):
        services.save_report_lines(blank, lines=[], nil_reason="Nihil.", by=operator)
