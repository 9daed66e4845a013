"""The example data: loaded through the services, consistent, and removable."""

import io
import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pghistory
import pytest
from django.apps import apps
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import Sum
from django.utils import timezone

from agencies.models import Agency, Membership, Notice, User
from agencies.regions import load_regions
from agencies.roles import Role
from agencies.seed import seed_agencies
from areas.figures import figures
from areas.models import (
    Assessment,
    Decree,
    DecreeLine,
    LedgerChange,
    LedgerEntry,
    Neighbourhood,
    SlumArea,
)
from coordination.models import Outreach, Practice, Speaker, WorkingGroup
from core.demo import demo_present
from dashboard.demo import plan, removal
from dashboard.demo.people import acting
from dashboard.demo.plan import AREAS, BANJARMASIN, REGENCIES, Calendar
from programs.duties import duties_of
from programs.models import (
    Activity,
    Attachment,
    LockException,
    Programme,
    ProgressReport,
    ReportingPeriod,
    ReportLineUnit,
)
from programs.services import save_report_lines
from tests.factories import MembershipFactory, UserFactory
from tests.factories_areas import AssessmentFactory
from tests.factories_ledger import (
    BaselineDecreeFactory,
    credit_unit,
    decreed_area,
    verified_survey,
)
from tests.factories_programs import ActivityFactory

OWN = ("agencies", "areas", "programs", "coordination")


# ---- one load for all tests of this file ---------------------------------------------
@pytest.fixture(scope="module")
def printed(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """What `load_demo` printed, beside real data; rolled back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_regions(["63"])
        seed_agencies()
        make_real_data()
        counts.update(count_rows())
        yield run("load_demo")
        transaction.set_rollback(True)


@pytest.fixture
def demo(printed: str, db: None) -> str:
    return printed


counts: dict[str, int] = {}


def make_real_data() -> None:
    """A real area with a decree, a verified survey, a ledger entry and an activity.

    The province has a verifier, who is told of the example's reports as well.
    """
    province = Agency.objects.get(region="63", kind=Agency.Kind.HOUSING_OFFICE)
    MembershipFactory(agency=province, role=Role.PROVINCE_VERIFIER)
    office = Agency.objects.get(region=BANJARMASIN)
    line = decreed_area("1.25", agency=office, name="Kawasan Asli")
    credit_unit(line)
    verified_survey(line.area, "light", date(2021, 5, 1), 20)
    ActivityFactory(area=line.area, agency=office, programme__agency=office)


def run(command: str, *arguments: str) -> str:
    out = io.StringIO()
    call_command(command, *arguments, stdout=out)
    return out.getvalue()


def count_rows() -> dict[str, int]:
    """Rows by model, the trail aside."""
    return {
        model._meta.label: model._default_manager.count()
        for model in apps.get_models()
        if model._meta.app_label in OWN and not model.__name__.endswith("Event")
    }


# ---- what is loaded ------------------------------------------------------------------
def test_users_of_each_role_are_printed_with_a_password_that_works(demo):
    accounts = re.findall(r"^  (contoh\.\S+)  .*  (\S+)$", demo, re.M)
    users = {user.username: user for user in User.objects.filter(is_demo=True)}
    assert all(users[name].check_password(word) for name, word in accounts)
    printed_users = [users[name] for name, _password in accounts]
    roles = Membership.objects.filter(user__in=printed_users).values_list(
        "role", flat=1
    )
    assert set(roles) == set(Role.values)
    silent = [user for user in users.values() if user not in printed_users]
    assert len(silent) == 11
    assert not any(user.has_usable_password() for user in silent)


def test_everything_is_called_an_example(demo):
    names = [
        *SlumArea.objects.filter(is_demo=True).values_list("name", flat=True),
        *Decree.objects.filter(is_demo=True).values_list("number", flat=True),
        *Programme.objects.filter(is_demo=True).values_list("name", flat=True),
        *Activity.objects.filter(programme__is_demo=True).values_list(
            "contract_number", flat=True
        ),
        *User.objects.filter(is_demo=True).values_list("last_name", flat=True),
    ]
    assert len(names) > 100
    assert [name for name in names if "contoh" not in name.lower()] == []


def test_no_room_of_the_coordination_opens_empty(demo):
    group = WorkingGroup.objects.get(is_demo=True)
    assert (group.members.count(), group.plans.count()) == (14, 3)
    event, practice = Outreach.objects.get(), Practice.objects.get()
    assert (event.is_demo, event.areas.count()) == (True, 1)
    assert (practice.is_demo, practice.is_published) == (True, True)
    speakers = Speaker.objects.select_related("meeting")
    assert speakers.count() == 2
    for speaker in speakers:
        invited = speaker.meeting.invitations.get(agency=speaker.agency)
        assert invited.person == speaker.name
    names = [group.name, event.title, practice.title, *(s.name for s in speakers)]
    assert [name for name in names if "CONTOH" not in name] == []


def test_areas_lie_in_every_regency_with_villages_of_their_own(demo):
    areas = SlumArea.objects.filter(is_demo=True)
    assert set(areas.values_list("regency", flat=True)) == set(REGENCIES)
    for area in areas.prefetch_related("villages", "neighbourhoods"):
        assert area.villages.all()
        assert all(v.pk.startswith(f"{area.regency_id}.") for v in area.villages.all())
        assert 2 <= len(area.neighbourhoods.all()) <= 6


def test_surveys_have_the_planned_class(demo):
    for row in AREAS:
        surveys = Assessment.objects.filter(
            area__name=row.name, status=Assessment.Status.VERIFIED
        )
        wanted = [row.severity, row.severity_now] if row.survey == plan.VERIFIED else []
        found = surveys.order_by("surveyed_on").values_list("severity", flat=True)
        assert list(found) == [severity for severity in wanted if severity], row


def test_every_size_class_is_there(demo):
    groups = figures(SlumArea.objects.all(), as_of=timezone.localdate()).by_authority
    assert min(sums.areas for sums in groups.values()) > 3


def test_figures_are_those_of_the_ledger(demo):
    today = timezone.localdate()
    found = figures(SlumArea.objects.filter(is_demo=True), as_of=today)
    number = Calendar(today).number
    ledger = LedgerEntry.objects.filter(decree_line__decree__number=number)
    for outcome in ("handled", "improved", "cleared"):
        entries = ledger.filter(outcome=outcome)
        told = entries.aggregate(sum=Sum("hectares"))["sum"]
        assert getattr(found.total, outcome) == told
    assert found.total.handled == sum(s.handled for s in found.by_regency.values())
    assert Decimal("0.1") < found.total.handled / found.total.decreed < Decimal("0.6")
    assert len({year.handled for year in found.by_year}) > 2
    assert found.baseline == (number,)


def test_ledger_is_what_the_reports_caused(demo):
    """Each entry of work hangs on a report, apart from the one correction."""
    entries = LedgerEntry.objects.filter(
        decree_line__decree__is_demo=True, outcome="handled"
    )
    assert entries.filter(report_unit=None).count() == 2
    assert entries.filter(kind="reversal").count() == 1
    assert LedgerChange.objects.get().posted in entries.filter(report_unit=None)
    units = ReportLineUnit.objects.all()
    assert units.exclude(counted_in=None).exists()
    assert units.exclude(verifier_reason="").exists()
    assert units.exclude(reason="").exists()


def test_older_decree_has_hectares_of_its_own(demo):
    calendar = Calendar(timezone.localdate())
    old = Decree.objects.get(number=calendar.old_number)
    assert old.in_force_until == calendar.in_force_from
    assert LedgerEntry.objects.filter(decree_line__decree=old).exists()


def test_reports_stand_in_every_state(demo):
    reports = ProgressReport.objects.filter(created_by__is_demo=True)
    states = Counter(reports.values_list("status", flat=True))
    assert set(states) == {"draft", "submitted", "returned", "verified"}
    latest = Calendar(timezone.localdate()).last_day
    waiting = reports.get(status="submitted")
    assert waiting.agency.region_id == BANJARMASIN
    assert waiting.period.last_day == latest
    assert reports.get(status="returned").return_reason.startswith("CONTOH")
    corrected = reports.filter(status="verified", rounds__step="return").get()
    assert corrected.rounds.count() == 4


def test_photos_are_drawn_and_say_where_they_were_taken(demo):
    photos = Attachment.objects.filter(line__report__created_by__is_demo=True)
    assert {photo.stage for photo in photos} == {"0", "50"}
    assert all(photo.caption.startswith("CONTOH") for photo in photos)
    assert all(photo.taken_at and photo.position_source == "exif" for photo in photos)
    metres = {photo.distance_m for photo in photos} - {None}
    assert 0 in metres
    assert max(metres) > 250
    assert all(default_storage.exists(photo.thumbnail.name) for photo in photos)


def test_the_calendar_has_a_late_report_an_exception_and_who_is_missing(demo):
    today = timezone.localdate()
    called = ReportingPeriod.objects.called(today)
    ended = called.filter(ends_before__lte=today)
    assert (called.count(), ended.count()) == (5, 4)
    offices = Agency.objects.filter(reports_progress=True)
    duties = duties_of(offices, ended, today)
    assert len(duties) == 4 * 13
    timings = {duty.timing for duty in duties}
    assert {"in_time", "late", "missing", "overdue"} <= timings
    exception = LockException.objects.get()
    assert exception.reason.startswith("CONTOH")
    assert ProgressReport.objects.filter(
        agency=exception.agency, period=exception.period, status="draft"
    ).exists()


def test_the_running_quarter_is_open_for_every_office(demo):
    today = timezone.localdate()
    running = ReportingPeriod.objects.called(today).get(ends_before__gt=today)
    reports = ProgressReport.objects.filter(period=running)
    assert set(reports.values_list("status", "created_by")) == {("draft", None)}
    assert reports.count() == 13
    assert reports.filter(lines__activity__programme__is_demo=True).exists()


def test_trail_says_who_did_it_through_what(demo):
    events = Assessment.pgh_event_model.objects.filter(status="verified")
    events = events.filter(area__is_demo=True).select_related("pgh_context")
    verifier = User.objects.get(username="contoh.pemeriksa")
    assert {tuple(sorted(e.pgh_context.metadata.items())) for e in events} == {
        (("source", "demo"), ("user", verifier.pk))
    }


def test_what_the_example_tells_is_what_waits_today(demo):
    """A submitted report waits for its verifiers, a rakor for its guests; old ones
    are read."""
    unread = Notice.objects.unread().select_related("user")
    found = Counter(notice.kind for notice in unread)
    assert set(found) <= {"to_verify", "returned", "change", "mention", "invited"}
    assert Notice.objects.filter(user__is_demo=False, kind="to_verify").exists()


def test_badge_asks_one_query(demo, queries_of):
    assert demo_present()
    assert queries_of(demo_present) == 1


def test_load_is_refused_twice(demo):
    with pytest.raises(CommandError, match="sudah ada"):
        run("load_demo")


# ---- remove_demo ---------------------------------------------------------------------
def test_removal_leaves_the_real_rows_alone(demo):
    ledger = list(
        LedgerEntry.objects.filter(decree_line__decree__is_demo=False).values()
    )
    example = LedgerEntry.objects.filter(decree_line__decree__is_demo=True).count()
    said = run("remove_demo", "--yes")
    assert count_rows() == counts
    assert list(LedgerEntry.objects.values()) == ledger
    assert f"entri buku besar: {example}\n" in said
    assert not demo_present()


def test_removal_takes_the_files_along(demo, django_capture_on_commit_callbacks):
    names = Attachment.objects.values_list("original", "file", "thumbnail")
    files = {name for row in names for name in row}
    assert all(map(default_storage.exists, files))
    with django_capture_on_commit_callbacks() as callbacks:
        run("remove_demo", "--yes")
    (forget,) = callbacks
    assert set(forget.args[0]) == files


@pytest.mark.drill
def test_load_works_again_after_a_removal(demo):
    before = figures(SlumArea.objects.all(), as_of=timezone.localdate()).total
    run("remove_demo", "--yes")
    run("load_demo")
    after = figures(SlumArea.objects.all(), as_of=timezone.localdate()).total
    assert before == after


def test_removal_switches_the_guards_on_again(demo):
    run("remove_demo", "--yes")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal"
        )
        state = dict(cursor.fetchall())
    assert {state[name] for _table, name in removal.GUARDS} == {"A"}
    with pytest.raises(IntegrityError, match="hanya bertambah"), transaction.atomic():
        LedgerEntry.objects.update(reason="x")


def test_removal_knows_every_trigger_that_refuses_deletion(demo):
    """One that is added later would keep the example in the database for ever."""
    on_delete = 8
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgname FROM pg_trigger"
            " WHERE tgenabled = 'A' AND tgtype & %s <> 0",
            [on_delete],
        )
        found = set(cursor.fetchall())
    # No example stands among the rule sets: what guards them may stay.
    assert {row for row in found if "_rule" not in row[0]} == set(removal.GUARDS)


def test_removal_is_written_in_the_trail(demo):
    area = SlumArea.objects.filter(is_demo=True).earliest("pk")
    run("remove_demo", "--yes")
    event = SlumArea.pgh_event_model.objects.filter(pgh_obj_id=area.pk).latest("pgh_id")
    assert (event.pgh_label, event.name) == ("delete", area.name)
    assert event.pgh_context.metadata == {"source": "demo"}


def real_decree_naming_an_example_area() -> str:
    area = SlumArea.objects.get(name="Kawasan Contoh Melati")
    decree = BaselineDecreeFactory(
        number="SK-ASLI 2/2022", level="mayor", region__code=BANJARMASIN
    )
    DecreeLine.objects.create(decree=decree, area=area, hectares=1)
    return "Kawasan Contoh Melati"


def real_activity_in_an_example_area() -> str:
    area = SlumArea.objects.get(name="Kawasan Contoh Dahlia")
    ActivityFactory(name="Pekerjaan asli", area=area)
    return "Pekerjaan asli"


def real_survey_by_an_example_user() -> str:
    user = User.objects.get(username="contoh.pelapor")
    area = SlumArea.objects.get(name="Kawasan Asli")
    AssessmentFactory(area=area, surveyed_on=date(2023, 1, 1), created_by=user)
    return "Kawasan Asli 2023-01-01"


@pytest.mark.parametrize(
    "refer",
    [
        real_decree_naming_an_example_area,
        real_activity_in_an_example_area,
        real_survey_by_an_example_user,
    ],
)
def test_removal_names_the_real_records_that_refer_to_the_example(
    demo, refer: Callable[[], str]
):
    with pghistory.context(source="page", user=UserFactory(username="asli").pk):
        named = refer()
    before = count_rows()
    with pytest.raises(CommandError, match=named):
        run("remove_demo", "--yes")
    assert count_rows() == before


def running_report(office: Agency) -> ProgressReport:
    """What the calendar made for the quarter that runs."""
    today = timezone.localdate()
    return ProgressReport.objects.get(
        agency=office, period__ends_before__gt=today, period__is_called=True
    )


def test_removal_takes_along_what_example_users_recorded(demo):
    user = User.objects.get(username="contoh.pelapor")
    office = Agency.objects.get(region=BANJARMASIN)
    with acting(user):
        line = decreed_area(
            "2.5",
            agency=office,
            name="Kawasan coba-coba",
            decree=Decree.objects.filter(is_demo=True).latest("issued_on"),
        )
        report = running_report(office)
        save_report_lines(report, lines=[], note="Coba-coba", by=user)
        verified_survey(line.area, "light", date(2022, 5, 1), 20)
    stranger = UserFactory(username="orang-asli")
    run("remove_demo", "--yes")
    assert not SlumArea.objects.filter(name="Kawasan coba-coba").exists()
    assert not Neighbourhood.objects.filter(area=line.area_id).exists()
    assert User.objects.filter(pk=stranger.pk).exists()


def test_periods_that_real_reports_use_stay(demo):
    report = running_report(Agency.objects.get(region="63.11"))
    report.saved_by = UserFactory(username="orang-asli")
    report.save()
    period = report.period
    run("remove_demo", "--yes")
    assert list(ReportingPeriod.objects.all()) == [period]


def test_removal_asks_first(demo, monkeypatch):
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda question: "t")
    with pytest.raises(CommandError, match="Tidak ada yang dihapus"):
        run("remove_demo")
    assert demo_present()
    monkeypatch.setattr("builtins.input", lambda question: "ya")
    run("remove_demo")
    assert not demo_present()


def test_removal_without_anybody_to_ask_is_refused(demo, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("ya"))
    with pytest.raises(CommandError, match="--yes"):
        run("remove_demo")
