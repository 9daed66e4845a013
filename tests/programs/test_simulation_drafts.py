"""Draft plans: marked everywhere, reported nowhere, until they are made running."""

from decimal import Decimal

import pytest
from django.urls import reverse

from core.errors import BusinessRuleError, NotAllowedError, WrongStateError
from programs import services
from programs.models import Activity
from programs.services.common import running_without_line
from tests.factories_programs import ActivityFactory, ProgrammeFactory, drafted, filled

LIST = "programs:programme-list"


@pytest.fixture
def plan(office):
    return ProgrammeFactory(
        agency=office, name="Rencana Mantuil", is_draft=True, budget=Decimal(7)
    )


@pytest.fixture
def planned(plan, area):
    return ActivityFactory(programme=plan, area=area, budget=Decimal(5))


def step_url(programme):
    return reverse("programs:programme-activate", args=[programme.pk])


# ---- reports -------------------------------------------------------------------------


def test_a_draft_is_not_offered_in_reports(draft, planned, activity):
    assert planned not in running_without_line(draft)
    assert [line.activity for line in draft.lines.all()] == [activity]


def test_a_draft_cannot_be_reported_on(draft, planned, operator):
    with pytest.raises(BusinessRuleError) as refused:
        services.save_report_lines(draft, lines=[filled(planned)], by=operator)

    assert list(refused.value.errors) == ["lines.0.activity"]


def test_once_it_runs_it_is_offered(draft, planned, plan, operator):
    services.activate_programme(plan, by=operator)

    assert list(running_without_line(draft)) == [planned]
    assert services.add_missing_lines(draft, by=operator) == 1


def test_a_new_report_has_no_line_for_a_draft(office, planned, operator):
    report = drafted(office, by=operator, lines=[])
    assert not report.lines.exists()


# ---- the step ------------------------------------------------------------------------


def test_activate(plan, operator):
    services.activate_programme(plan, by=operator)
    plan.refresh_from_db()
    assert plan.is_draft is False

    with pytest.raises(WrongStateError):
        services.activate_programme(plan, by=operator)


def test_a_stranger_activates_nothing(plan, stranger):
    with pytest.raises(NotAllowedError):
        services.activate_programme(plan, by=stranger)
    plan.refresh_from_db()
    assert plan.is_draft


def test_the_page_offers_the_step_or_says_why_not(client, log_in, plan, planned):
    url = plan.get_absolute_url()
    log_in("operator")
    page = client.get(url).content.decode()
    assert "Jadikan program berjalan" in page
    assert "Ini draf rencana" in page
    assert "Draf rencana" in page

    log_in("viewer")
    closed = client.get(url).content.decode()
    assert "dijadikan program oleh instansi itu sendiri" in closed

    log_in("operator")
    assert client.post(step_url(plan)).url == url
    assert "Ini draf rencana" not in client.get(url).content.decode()


def test_a_running_programme_is_told_so(client, log_in, activity):
    log_in("operator")
    page = client.post(step_url(activity.programme), follow=True)
    assert "tidak dapat dilakukan" in page.content.decode() or list(
        page.context["messages"]
    )


def test_the_step_over_the_api(client, log_in, plan):
    log_in("operator")
    url = f"/api/v1/programmes/{plan.pk}/"
    before = client.get(url).json()
    assert (before["is_draft"], before["open_steps"]) == (True, ["activate"])
    client.patch(url, {"is_draft": False}, content_type="application/json")
    assert client.get(url).json()["is_draft"] is True

    after = client.post(f"{url}activate/").json()
    assert (after["is_draft"], after["open_steps"]) == (False, [])
    assert "Berjalan" in after["closed_steps"]["activate"][0]
    assert client.post(f"{url}activate/").status_code == 409


# ---- lists ---------------------------------------------------------------------------


def test_the_list_marks_drafts_and_keeps_them_out_of_the_totals(
    client, log_in, plan, planned, activity
):
    activity.programme.budgets.create(number=1, kind="original", amount=100)
    Activity.objects.filter(pk=activity.pk).update(budget=60)
    log_in("operator")
    page = client.get(reverse(LIST))

    assert page.context["totals"] == {
        "budget_now": 100,
        "contracted": 60,
        "activity_count": 1,
    }
    text = page.content.decode()
    assert "Draf rencana" in text
    assert "1</data> draf rencana ada dalam daftar" in text


@pytest.mark.parametrize(("value", "count"), [("yes", 1), ("no", 1), ("", 2)])
def test_drafts_are_a_filter(client, log_in, plan, activity, value, count):
    log_in("operator")
    page = client.get(reverse(LIST), {"draft": value})
    assert page.context["page_obj"].paginator.count == count
    answer = client.get("/api/v1/programmes/", {"draft": value})
    assert answer.json()["count"] == count


@pytest.mark.parametrize(("value", "name"), [("draft", "planned"), ("no", "activity")])
def test_activities_of_drafts_are_neither_running_nor_finished(
    client, log_in, planned, activity, value, name, request
):
    log_in("operator")
    rows = client.get("/api/v1/activities/", {"finished": value}).json()["results"]
    assert [row["id"] for row in rows] == [request.getfixturevalue(name).pk]


def test_the_csv_says_draft(client, log_in, plan):
    log_in("operator")
    response = client.get(reverse(LIST), {"format": "csv"})
    text = b"".join(response.streaming_content).decode()
    assert ";Draf rencana;" in text


def test_the_activitys_page_says_draft(client, log_in, planned):
    log_in("operator")
    assert "Draf rencana" in client.get(planned.get_absolute_url()).content.decode()
