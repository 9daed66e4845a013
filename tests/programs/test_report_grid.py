"""Who may take which step in which state, and what everybody else is told."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from core.errors import NotAllowedError, WrongStateError
from programs import services, workflow
from programs.models import LockException, ProgressReport

pytestmark = pytest.mark.django_db

PEOPLE = (
    "viewer",
    "operator",
    "head",
    "stranger",
    "editor",
    "verifier",
    "administrator",
)
STATES = (
    "draft",
    "submitted",
    "returned",
    "verified",
    "draft_closed",
    "submitted_closed",
    "returned_closed",
    "draft_excepted",
)
# + taken, - not allowed, x wrong state or closed; a column per person, a row per state.
GRID = {
    "submit": (
        "--+----",
        "--x----",
        "--+----",
        "--x----",
        "--x----",
        "--x----",
        "--x----",
        "--+----",
    ),
    "return": (
        "-----x-",
        "-----+-",
        "-----x-",
        "-----x-",
        "-----x-",
        "-----+-",
        "-----x-",
        "-----x-",
    ),
    "verify": (
        "-----x-",
        "-----+-",
        "-----x-",
        "-----x-",
        "-----x-",
        "-----+-",
        "-----x-",
        "-----x-",
    ),
    "edit": (
        "-++----",
        "-xx----",
        "-++----",
        "-xx----",
        "-xx----",
        "-xx----",
        "-xx----",
        "-++----",
    ),
}
ROLE = (
    "Peran Anda tidak mengizinkan ini untuk Disperkim Banjarmasin. Hubungi"
    " administrator."
)
STATUS = {
    "draft": "Draf",
    "submitted": "Diajukan",
    "returned": "Dikembalikan",
    "verified": "Terverifikasi",
}
LABELS = {
    "submit": "Ajukan laporan",
    "return": "Kembalikan ke pelapor",
    "verify": "Verifikasi laporan",
}


def sentence(action, state):
    """What stands in the way of somebody whose role would allow the step."""
    status, _dash, calendar = state.partition("_")
    word = STATUS[status]
    is_shut = calendar == "closed" and status in ("draft", "returned")
    if is_shut and action in ("submit", "edit"):
        return "TW IV 2021 ditutup pada"
    if action == "edit":
        return f"Status laporan “{word}”, jadi isiannya tidak dapat diubah."
    return f"“{LABELS[action]}” tidak dapat dilakukan sekarang: statusnya “{word}”."


@pytest.fixture
def report(request):
    """A report in that state, of a period that is open, closed or excepted."""

    def stand(state):
        status, _dash, calendar = state.partition("_")
        report = request.getfixturevalue(status)
        today = timezone.localdate()
        if calendar:
            report.period.closes_on = today - timedelta(days=1)
            report.period.save()
            ProgressReport.objects.filter(pk=report.pk, status="returned").update(
                mend_by=today - timedelta(days=1)
            )
        if calendar == "excepted":
            LockException.objects.create(
                period=report.period,
                agency=report.agency,
                until=today,
                reason="Banjir.",
                granted_by=request.getfixturevalue("editor"),
            )
        return report

    return stand


def take(action, report, by):
    if action == "submit":
        services.submit_report(report, by=by)
    elif action == "return":
        services.return_report(report, reason="Perbaiki.", by=by)
    elif action == "verify":
        services.verify_report(report, method="desk", by=by)
    else:
        services.save_report_lines(report, lines=[], by=by)


def tried(action, report, user):
    """The cell and what was said; what was taken is rolled back."""
    try:
        with transaction.atomic():
            take(action, report, user)
            transaction.set_rollback(True)
    except WrongStateError as error:
        return "x", str(error)
    except NotAllowedError as error:
        return "-", str(error)
    return "+", ""


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("action", GRID)
def test_who_may_take_which_step_in_which_state(request, report, action, state):
    key = report(state).pk
    found = ""
    for person in PEOPLE:
        copy = ProgressReport.objects.select_related("agency", "period").get(pk=key)
        user = request.getfixturevalue(person)
        offered = {s.name: s for s in workflow.steps_for(copy, user)}
        outcome, told = tried(action, copy, user)
        found += outcome
        if outcome == "-":
            assert told == ROLE
        elif outcome == "x":
            assert told.startswith(sentence(action, state))
        if action == "edit":
            assert workflow.may_edit(copy, user) == (outcome == "+")
            continue
        assert offered[action].is_open == (outcome == "+")
        assert offered[action].is_open or all(map(str, offered[action].reasons))

    assert found == GRID[action][STATES.index(state)]
