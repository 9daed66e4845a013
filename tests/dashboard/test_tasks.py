"""“Tugas saya”: one set of queries behind page, badge, API and mail."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from agencies.models import Notice, User
from agencies.roles import Role
from areas import services as area_services
from areas import transfer_workflow
from areas import workflow as survey_workflow
from areas.ledger_change_steps import steps_for as ledger_steps
from core.workflow import open_names
from dashboard.tasks import count_inbox, count_tasks, tasks_of
from dashboard.tasks.task import TaskKind, TaskState, state_of
from programs import services, workflow
from programs.calendar import closing_of, open_on
from programs.models import LockException, ProgressReport, ReportChange
from tests.cast import member
from tests.factories_areas import submitted_assessment
from tests.factories_ledger import credit_unit, decreed_area
from tests.factories_programs import (
    DraftFactory,
    PeriodFactory,
    activity_in,
    drafted,
    filled,
)

pytestmark = pytest.mark.django_db

DUE = date(2026, 7, 10)
PAGE = "/tugas/"
API = "/api/v1/tasks/"
PEOPLE = (
    "viewer",
    "operator",
    "head",
    "stranger",
    "province_viewer",
    "editor",
    "verifier",
    "administrator",
)
LETTER = {
    "letter_number": "600/12/DPRKP/2024",
    "letter_on": date(2024, 3, 1),
    "reason": "Alat berat hanya ada di provinsi.",
}


@pytest.fixture
def period(db):
    """Opens on 1 July 2026, due on the 10th, closes on the 20th."""
    return PeriodFactory(
        name="TW II 2026",
        starts_on=date(2026, 4, 1),
        ends_before=date(2026, 7, 1),
        opens_on=date(2026, 7, 1),
        due_on=DUE,
        closes_on=date(2026, 7, 20),
    )


@pytest.fixture
def second(province):
    return member("second", province, Role.PROVINCE_VERIFIER)


def kinds(user, on) -> dict[str, int]:
    """How many tasks of which kind; the counts agree with the rows."""
    tasks = tasks_of(user, on)
    found: dict[str, int] = {}
    for task in tasks.rows:
        found[task.kind] = found.get(task.kind, 0) + 1
    assert {kind: n for kind, n in tasks.counts.items() if n} == found
    assert count_inbox(user, on)[0] == len(tasks.rows) == tasks.total
    return found


# ---- the report of the own office ----------------------------------------------------
@pytest.mark.parametrize(
    ("on", "expected", "state"),
    [
        (date(2026, 6, 30), None, None),
        (date(2026, 7, 1), "report", TaskState.LATER),
        (date(2026, 7, 3), "report", TaskState.SOON),
        (date(2026, 7, 10), "report", TaskState.SOON),
        (date(2026, 7, 11), "overdue", TaskState.OVERDUE),
        (date(2026, 7, 20), "overdue", TaskState.OVERDUE),
        (date(2026, 7, 21), None, None),
    ],
)
def test_a_draft_is_a_task_while_its_period_is_open(
    office, operator, period, on, expected, state
):
    DraftFactory(agency=office, period=period)

    assert kinds(operator, on) == ({expected: 1} if expected else {})
    assert [task.state for task in tasks_of(operator, on).rows] == (
        [state] if state else []
    )


def test_an_exception_makes_it_a_task_again_and_says_until_when(
    office, operator, editor, period
):
    DraftFactory(agency=office, period=period)
    LockException.objects.create(
        period=period,
        agency=office,
        until=date(2026, 8, 5),
        reason="Banjir",
        granted_by=editor,
    )

    [task] = tasks_of(operator, date(2026, 8, 5)).rows

    assert (task.kind, task.due_on, task.place) == (
        "overdue",
        DUE,
        "Disperkim Banjarmasin",
    )
    assert task.note == "Masih diterima sampai 5 Agu 2026."
    assert kinds(operator, date(2026, 8, 6)) == {}


@pytest.mark.parametrize("person", PEOPLE)
def test_only_who_may_fill_the_report_in_has_it_as_a_task(
    request, office, period, person
):
    report = DraftFactory(agency=office, period=period)
    user = request.getfixturevalue(person)
    report_on_day = report.period.opens_on
    mine = person in {"operator", "head"}

    assert kinds(user, report_on_day) == ({"report": 1} if mine else {})


@pytest.mark.parametrize("status", ["draft", "returned"])
@pytest.mark.parametrize("closes", [None, 20])
@pytest.mark.parametrize("until", [None, 15, 25])
@pytest.mark.parametrize("mend", [12, 28])
def test_open_in_sql_is_open_by_the_calendar(
    office, editor, period, status, closes, until, mend
):
    period.closes_on = date(2026, 7, closes) if closes else None
    period.save()
    values = {"status": status, "mend_by": date(2026, 7, mend)}
    if status == "returned":
        values["return_reason"] = "Foto."
    report = DraftFactory(agency=office, period=period, **values)
    if until:
        LockException.objects.create(
            period=period,
            agency=office,
            until=date(2026, 7, until),
            reason="Banjir",
            granted_by=editor,
        )

    for day in range(30):
        on = date(2026, 6, 30) + timedelta(days=day)
        is_open = open_on(ProgressReport.objects.all(), on).exists()
        assert is_open == (not closing_of(report, on)), on


def test_a_returned_report_is_due_on_the_day_to_mend_it_by(
    office, operator, verifier, period
):
    DraftFactory(
        agency=office,
        period=period,
        status="returned",
        mend_by=date(2026, 7, 24),
        return_reason="Foto kegiatan 2 tertukar.",
    )

    [task] = tasks_of(operator, date(2026, 7, 22)).rows

    assert (task.kind, task.state, task.due_on) == (
        "returned",
        TaskState.SOON,
        date(2026, 7, 24),
    )
    assert task.note == "Foto kegiatan 2 tertukar."
    assert kinds(operator, date(2026, 7, 25)) == {}
    assert kinds(verifier, date(2026, 7, 22)) == {}


# ---- what waits for a decision -------------------------------------------------------
@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def line(office):
    return decreed_area("1.5", "0.848808", agency=office, name="Mantuil")


@pytest.fixture
def submitted(line, office, operator, head):
    lines = [filled(activity_in(line, agency=office))]
    return services.submit_report(drafted(office, by=operator, lines=lines), by=head)


@pytest.mark.parametrize("person", PEOPLE)
def test_a_submitted_report_is_a_task_where_the_workflow_opens_a_step(
    request, submitted, person, today
):
    user = request.getfixturevalue(person)
    steps = set(open_names(workflow.steps_for(submitted, user)))

    assert (kinds(user, today) == {"verify": 1}) == bool(steps & {"verify", "return"})


def test_nobody_has_a_report_of_their_own_agency_to_verify(
    line, province, editor, verifier, today
):
    lines = [filled(activity_in(line, agency=province))]
    report = drafted(province, by=editor, lines=lines)
    report = services.submit_report(report, by=editor)

    assert open_names(workflow.steps_for(report, verifier)) == []
    assert kinds(verifier, today) == {}


@pytest.mark.parametrize("person", PEOPLE)
def test_a_submitted_assessment_is_a_task_of_its_verifiers(
    request, line, head, person, today
):
    assessment = submitted_assessment(line.area, by=head)
    user = request.getfixturevalue(person)
    steps = set(open_names(survey_workflow.steps_for(assessment, user)))

    assert (kinds(user, today) == {"survey_verify": 1}) == ("verify" in steps)


@pytest.mark.parametrize("person", PEOPLE)
def test_a_returned_assessment_is_a_task_of_its_office_only(
    request, line, head, verifier, person, today
):
    assessment = submitted_assessment(line.area, by=head)
    area_services.return_assessment(assessment, reason="RT 2 kosong.", by=verifier)
    user = request.getfixturevalue(person)

    mine = person in {"operator", "head"}
    assert kinds(user, today) == ({"survey_returned": 1} if mine else {})


@pytest.mark.parametrize("person", [*PEOPLE, "second"])
def test_a_correction_of_the_ledger_is_a_task_of_the_second_person(
    request, line, verifier, person, today
):
    change = area_services.propose_change(
        kind="replace",
        entry=credit_unit(line).entry,
        hectares=Decimal("0.4"),
        reason="Salah ukur",
        by=verifier,
    )
    user = request.getfixturevalue(person)

    is_open = bool(open_names(ledger_steps(change, user)))
    assert (kinds(user, today) == {"ledger": 1}) == is_open
    assert is_open == (person == "second")


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("asked", ["province", "ministry"])
def test_a_transfer_is_a_task_of_who_may_answer(
    request, office, head, asked, person, today
):
    area = decreed_area("5", agency=office).area
    agency = request.getfixturevalue(asked)
    transfer = area_services.ask_transfer(area, to_agency=agency, by=head, **LETTER)
    user = request.getfixturevalue(person)

    offered = transfer_workflow.steps_for(transfer, user)
    assert (kinds(user, today) == {"transfer": 1}) == bool(open_names(offered))


@pytest.mark.parametrize("person", PEOPLE)
def test_a_change_of_a_verified_report_is_a_task_of_its_verifiers(
    request, submitted, head, verifier, person, today
):
    report = services.verify_report(submitted, method="desk", by=verifier)
    ReportChange.objects.create(
        report=report,
        line=report.lines.get(),
        reason="Volume tertukar",
        values={},
        before={},
        asked_by=head,
    )
    user = request.getfixturevalue(person)

    assert kinds(user, today) == ({"change": 1} if person == "verifier" else {})


@pytest.mark.parametrize(
    ("days", "state"),
    [(-1, "overdue"), (0, "soon"), (7, "soon"), (8, "later")],
)
def test_the_due_day_itself_is_in_time(days, state):
    assert state_of(DUE + timedelta(days=days), DUE) == state


# ---- page, badge, API ----------------------------------------------------------------
def test_page_api_and_badge_tell_the_same(client, verifier, submitted):
    client.force_login(verifier)

    page = client.get(PAGE).content.decode()
    answer = client.get(API).json()

    assert "Periksa laporan TW" in page
    assert 'Tugas saya: <data value="1">1</data>' in page
    assert answer["count"] == 1
    [task] = answer["results"]
    assert task["kind"] == "verify"
    assert task["url"].endswith(f"/laporan/{submitted.pk}/periksa/")
    assert task["state"] == "undated"


def test_page_shows_one_kind_and_the_numbers_of_all(
    client, verifier, submitted, line, head
):
    submitted_assessment(line.area, by=head)
    client.force_login(verifier)

    page = client.get(PAGE, {"kind": "survey_verify"})

    assert [row["task"].kind for g in page.context["groups"] for row in g["rows"]] == [
        "survey_verify"
    ]
    assert [tab["count"] for tab in page.context["tabs"]] == [2, 1, 1]
    assert client.get(API, {"kind": "verify"}).json()["count"] == 1
    assert client.get(API, {"kind": "salah"}).status_code == 400
    assert client.get(PAGE, {"kind": "salah"}).context["total"] == 2


def test_empty_page_says_what_will_appear(client, viewer):
    client.force_login(viewer)

    page = client.get(PAGE).content.decode()

    assert "Tidak ada yang perlu dikerjakan sekarang" in page
    assert 'class="count"' not in page


def test_who_waits_sees_for_whom_and_who_decided_sees_it_as_done(
    client, operator, verifier, submitted
):
    client.force_login(operator)
    [waiting] = client.get(PAGE).context["waiting"]
    assert "di pemeriksa" in waiting.title

    services.return_report(submitted, reason="Foto belum ada.", by=verifier)

    client.force_login(verifier)
    page = client.get(PAGE)
    assert [row.url for row in page.context["waiting"]] == [
        submitted.get_absolute_url()
    ]
    assert [row.url for row in page.context["finished"]] == [
        submitted.get_absolute_url()
    ]


def test_tasks_cost_the_same_for_more_of_them(
    client, office, operator, head, verifier, queries_of
):
    def make(first: int, count: int) -> None:
        for number in range(first, first + count):
            line = decreed_area("1", agency=office)
            quarter = PeriodFactory(
                starts_on=date(2000 + number, 1, 1),
                ends_before=date(2000 + number, 4, 1),
                due_on=date(2000 + number, 4, 10),
            )
            report = drafted(
                office,
                by=operator,
                lines=[filled(activity_in(line, agency=office))],
                period=quarter,
            )
            services.submit_report(report, by=head)
            submitted_assessment(line.area, by=head)
            area_services.ask_transfer(
                line.area,
                to_agency=verifier.memberships.get().agency,
                by=head,
                **LETTER,
            )

    client.force_login(verifier)
    make(1, 1)
    few = [queries_of(client.get, url) for url in (PAGE, API)]
    make(2, 4)
    many = [queries_of(client.get, url) for url in (PAGE, API)]

    assert many == few
    assert few[0] <= 16


def test_the_badge_is_one_query_on_any_page(verifier, submitted, queries_of, today):
    Notice.objects.all().delete()
    Notice.objects.create(user=verifier, kind="verified", key="a", text="Teks")
    user = User.objects.get(pk=verifier.pk)
    user.memberships.all()
    count_tasks(user, today)  # reads the memberships

    assert queries_of(count_inbox, user, today) == 1
    assert count_inbox(user, today) == (1, 1)


def test_every_kind_of_task_has_a_source_a_look_and_a_word():
    from dashboard.tasks.sources import SOURCES
    from dashboard.tasks.views import LOOKS

    assert [source.kind for source in SOURCES] == list(TaskKind)
    assert set(LOOKS) == set(TaskKind)
