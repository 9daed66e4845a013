"""Every address × every kind of person: an address that is not listed fails the test.

A cell is what the person gets: L to the sign-in page, + the page (200), > a step taken
or told why not (302), - not allowed (403), 0 outside the scope (404), U no sign-in
(401), M not that method (405), ! refused input (400), x wrong state (409), t not JSON
(415).
"""

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from areas import services as area_services
from areas.models import Assessment, Decree, LedgerEntry, LedgerSource
from coordination import services as coordination_services
from coordination.services import files as coordination_files
from programs import services as program_services
from tests import cast
from tests.coordination.promises import promise_of
from tests.factories_areas import (
    DecreeFactory,
    DecreeLineFactory,
    SlumAreaFactory,
    rule_set,
    submitted_assessment,
)
from tests.factories_budgets import (
    AddendumFactory,
    BudgetVersionFactory,
    FundingLegFactory,
    SipdCodeFactory,
    TargetFactory,
)
from tests.factories_coordination import (
    AttendanceFactory,
    GroupFactory,
    MemberFactory,
    PlanFactory,
    SeriesFactory,
    SpeakerFactory,
    meeting_in,
)
from tests.factories_ledger import credit_unit, decreed_area
from tests.factories_practices import OutreachFactory, PracticeFactory
from tests.factories_programs import (
    PeriodFactory,
    ProgrammeFactory,
    activity_in,
    drafted,
    filled,
)
from tests.factories_published import PublishedResultFactory
from tests.footprints import footprint_in, rectangle
from tests.pictures import upload

pytestmark = pytest.mark.django_db

PEOPLE = (
    "anonymous",
    "viewer",
    "operator",
    "head",
    "stranger",
    "province_viewer",
    "editor",
    "verifier",
    "administrator",
)
ANSWERS = {
    200: "+",
    201: "+",
    204: "+",
    302: ">",
    400: "!",
    401: "U",
    403: "-",
    404: "0",
    405: "M",
    409: "x",
    415: "t",
}
# Not ours, each with its own guard: the admin asks for is_staff, allauth's pages and
# the language choice are about oneself.
FOREIGN = ("admin:", "account_", "set_language")


@pytest.fixture(scope="module")
def people(module_db: None) -> dict[str, Any]:
    return cast.everybody()


@pytest.fixture(scope="module")
def sessions(people: dict[str, Any]) -> dict[str, dict[str, str]]:
    """The cookies of each person, signed in once."""
    found: dict[str, dict[str, str]] = {"anonymous": {}}
    for person in cast.PEOPLE:
        client = Client()
        client.force_login(people[person])
        found[person] = {key: morsel.value for key, morsel in client.cookies.items()}
    return found


@pytest.fixture
def log_in(
    sessions: dict[str, dict[str, str]], client: Client
) -> Callable[[str], None]:
    def sign_in(person: str) -> None:
        client.cookies.clear()
        client.cookies.load(sessions[person])

    return sign_in


@pytest.fixture(scope="module")
def world(people: dict[str, Any]) -> dict[str, Any]:
    """One record of each kind, all of the office: what an address names."""
    office, head = people["office"], people["head"]
    editor, verifier = people["editor"], people["verifier"]
    line = decreed_area("1.5", "0.5", agency=office)
    area = line.area
    source = LedgerSource.objects.create(key="activity:0", year=2021, fund="dak")
    entry = credit_unit(line, by=verifier, source=source).entry
    change = area_services.propose_change(
        kind="area",
        decree_line=line,
        hectares=Decimal("2.5"),
        reason="Salah cetak",
        document="BA 7/2021",
        by=editor,
    )
    activity = activity_in(line, agency=office)
    bare = decreed_area(hectares="5", agency=office)
    bare_activity = activity_in(bare, agency=office, is_closed=True)
    footprint = footprint_in(bare, "activity:0", 100, 100)
    assessment = submitted_assessment(area, by=head)
    open_assessment = area_services.start_assessment(
        area, surveyed_on=date(2025, 1, 8), by=head
    )
    whole = area_services.start_assessment(
        area, surveyed_on=date(2025, 1, 9), by=head, basis=Assessment.Basis.AREA
    )
    report = drafted(office, by=head, lines=[filled(activity)])
    report = program_services.submit_report(report, by=head)
    draft = drafted(
        office,
        by=head,
        lines=[],
        period=PeriodFactory(
            starts_on=date(2022, 1, 1),
            ends_before=date(2022, 4, 1),
            due_on=date(2022, 4, 10),
        ),
    )
    free = PeriodFactory(
        starts_on=date(2023, 1, 1),
        ends_before=date(2023, 4, 1),
        due_on=date(2023, 4, 10),
    )
    published = rule_set()
    published_result = PublishedResultFactory()
    acting = area_services.add_acting_agency(area, agency=office, document="", by=head)
    transfer = area_services.ask_transfer(
        area,
        to_agency=verifier.memberships.get().agency,
        letter_number="600/11/2024",
        letter_on=date(2024, 3, 1),
        reason="Alat berat hanya ada di provinsi.",
        by=head,
    )
    newer_decree, draft_decree = decrees_of(office)
    line.decree.file.save("sk.pdf", ContentFile(b"%PDF-1.4 %%EOF"))
    return {
        "period": free.name,
        **calendar_of(office, editor),
        "rule_set": published.code,
        "draft_rule_set": area_services.revise_rule_set(
            published, by=people["administrator"]
        ).code,
        "intervention": "titian-kayu",
        "published": published_result.source_id,
        "published_result": published_result.pk,
        "transfer": transfer.pk,
        "ministry": people["ministry"].pk,
        "acting_agency": acting.pk,
        "agency": office.pk,
        "region": "63.71",
        "health_check": "area-without-outline",
        "area": area.pk,
        "neighbourhood": area.neighbourhoods.first().pk,
        "decree": line.decree_id,
        "decree_line": line.pk,
        "figure": "handled",
        "ledger_change": change.pk,
        "source": source.pk,
        "newer_decree": newer_decree.pk,
        "draft_decree": draft_decree.pk,
        "assessment": assessment.pk,
        "open_assessment": open_assessment.pk,
        "whole_assessment": whole.pk,
        "ledger": LedgerEntry.objects.get(pk=entry.pk).pk,
        "programme": activity.programme_id,
        "draft_programme": ProgrammeFactory(agency=office, is_draft=True).pk,
        "activity": activity.pk,
        "bare_activity": bare_activity.pk,
        "footprint": footprint.pk,
        "report": report.pk,
        "report_line": report.lines.get().pk,
        "report_change": asked_change(office, activity, head, verifier).pk,
        "place": "laporan",
        "comment": said(report, head).pk,
        "notice": verifier.notices.earliest("pk").pk,
        "draft": draft.pk,
        **money_of(activity, draft, by=head),
        **meeting_of(office, head),
        **promised(office, activity, head),
        "attachment": program_services.attach_file(activity, file=upload(), by=head).pk,
        **library_of(office, verifier.memberships.get().agency),
        **group_of(office),
    }


def money_of(activity: Any, draft: Any, *, by: Any) -> dict[str, Any]:
    """What hangs on an activity and its programme, a report and an area."""
    line = draft.lines.get(activity=activity)
    unit = activity.area.neighbourhoods.first()
    version = BudgetVersionFactory(programme=activity.programme)
    (check,) = program_services.set_readiness(
        activity.area, year=2026, answers={"ssk": {"state": "met"}}, by=by
    )
    return {
        "budget": version.pk,
        "target": TargetFactory(version=version).pk,
        "funding_leg": FundingLegFactory(activity=activity).pk,
        "addendum": AddendumFactory(activity=activity).pk,
        "sipd_code": SipdCodeFactory().pk,
        "readiness": check.pk,
        "draft_line": line.pk,
        "output": line.outputs.create(
            neighbourhood=unit, indicator=activity.indicator, units=1
        ).pk,
    }


def group_of(office: Any) -> dict[str, Any]:
    """A Pokja whose secretariat is the office, with a member and a plan."""
    group = GroupFactory(agency=office)
    return {
        "group": group.pk,
        "group_member": MemberFactory(group=group, agency=office).pk,
        "group_plan": PlanFactory(group=group).pk,
    }


def library_of(office: Any, province: Any) -> dict[str, Any]:
    """Practices of the province, and what its office may adopt one with."""
    return {
        "practice": PracticeFactory(agency=province).pk,
        "draft_practice": PracticeFactory(agency=province, is_published=False).pk,
        "adopting": promise_of(office, host=province).pk,
        "outreach": OutreachFactory(agency=office).pk,
    }


def meeting_of(office: Any, head: Any) -> dict[str, Any]:
    """A meeting in session that the office hosts, and its guest at once."""
    meeting = meeting_in("in_session", agency=office, secretary=head, guest=office)
    series = SeriesFactory(agency=office)
    type(meeting).objects.filter(pk=meeting.pk).update(series=series)
    file = coordination_files.attach_file(meeting, file=upload(), by=head)
    return {
        "file_place": "rapat",
        "meeting_file": file.pk,
        "meeting": meeting.pk,
        "series": series.pk,
        "item": meeting.items.get().pk,
        "invitation": meeting.invitations.get().pk,
        "speaker": SpeakerFactory(meeting=meeting).pk,
        "attendance": AttendanceFactory(meeting=meeting).pk,
        "attendance_code": meeting.attendance_code,
    }


def promised(office: Any, activity: Any, head: Any) -> dict[str, Any]:
    """A commitment of the office in its own meeting, with its work and a link."""
    commitment = promise_of(office, host=office)
    meeting = commitment.meeting
    work = coordination_services.link_activity(commitment, activity=activity, by=head)
    made = coordination_services.invite_by_link(commitment, recipient="Bu Sri", by=head)
    decision = coordination_services.write_decision(
        meeting, item=commitment.item, text="Data disepakati", by=head
    )
    return {
        "commitment": commitment.pk,
        "promised_work": work.activity_id,
        "commitment_link": made.link.pk,
        "commitment_token": made.token,
        "decision": decision.pk,
    }


def said(report: Any, head: Any) -> Any:
    return program_services.add_comment(report, text="Halo", by=head).comment


def asked_change(office: Any, activity: Any, head: Any, verifier: Any) -> Any:
    """A change asked of a verified report without hectares."""
    period = PeriodFactory(
        starts_on=date(2021, 4, 1),
        ends_before=date(2021, 7, 1),
        due_on=date(2021, 7, 10),
    )
    line = filled(activity, units=[])
    report = drafted(office, by=head, lines=[line], period=period)
    program_services.submit_report(report, by=head)
    program_services.verify_report(report, method="desk", by=verifier)
    return program_services.propose_change(
        report.lines.exclude(volume=None).get(),
        values={"volume": Decimal(80)},
        reason="Salah ukur.",
        by=head,
    )


def decrees_of(office: Any) -> tuple[Decree, Decree]:
    """A mayor's decree that superseded another long ago, and a draft of the mayor."""
    city = {"level": Decree.Level.MAYOR, "region": office.region}
    old = DecreeFactory(
        issued_on=date(2010, 1, 1), in_force_until=date(2012, 1, 1), **city
    )
    newer = DecreeFactory(
        issued_on=date(2012, 1, 1),
        in_force_until=date(2013, 1, 1),
        supersedes=old,
        **city,
    )
    draft = DecreeFactory(status=Decree.Status.DRAFT, **city)
    DecreeLineFactory(decree=draft, area=SlumAreaFactory(agency=office))
    return newer, draft


def calendar_of(office: Any, editor: Any) -> dict[str, Any]:
    """A period that has closed, and the exception that one office has from it."""
    closed = PeriodFactory(
        starts_on=date(2023, 4, 1),
        ends_before=date(2023, 7, 1),
        due_on=date(2023, 7, 10),
        closes_on=date(2023, 7, 20),
    )
    exception = program_services.grant_exception(
        closed, agency=office, until=date(2099, 1, 1), reason="Banjir", by=editor
    )
    return {
        "closed_period": closed.pk,
        "closed_name": closed.name,
        "exception": exception.pk,
    }


def EXCEPTION(world: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
    return {
        "period": world["closed_name"],
        "agency": world["agency"],
        "until": "2099-02-01",
        "reason": "Banjir di kantor",
    }


def MONTH(world: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
    return {"kind": "month", "starts_on": "2026-03-01"}


def GUEST(world: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
    return {"meeting": world["meeting"], "agency": world["ministry"]}


def PERSON(world: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
    return GUEST(world) | {"name": "Rahmah", "gender": "f"}


def ITEM(world: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
    return {"meeting": world["meeting"], "title": "Titian"}


Sent = Callable[[dict[str, Any]], dict[str, Any]]


def REASON(world: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
    return {"reason": "Foto pekerjaan belum ada."}


def ANSWER(world: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
    return {
        "answer_number": "600/77/2024",
        "answer_on": "2024-03-20",
        "note": "Sesuai rapat.",
    }


# name: (what its argument is, the answers to GET, the answers to an empty POST), the
# answers in the order of PEOPLE.
MATRIX: dict[str, tuple[str, str, str]] = {
    "activities-detail": ("activity", "U+++0++++", "UMMMMMMMM"),
    "activities-footprint": ("activity", "UMMMMMMMM", "U!!!0!!!!"),
    "activities-list": ("", "U++++++++", "U!!!!!!!!"),
    "agencies-detail": ("agency", "U++++++++", "UMMMMMMMM"),
    "agencies-list": ("", "U++++++++", "UMMMMMMMM"),
    "agencies:agency-detail": ("agency", "L++++++++", "LMMMMMMMM"),
    "agencies:agency-list": ("", "L++++++++", "LMMMMMMMM"),
    "agencies:notice-choices": ("", "L++++++++", "L>>>>>>>>"),
    "agencies:notice-list": ("", "L++++++++", "LMMMMMMMM"),
    "agencies:notice-open": ("notice", "L000000>0", "LMMMMMMMM"),
    "agencies:notice-read": ("notice", "L000000>0", "L000000>0"),
    "agencies:notice-read-all": ("", "L>>>>>>>>", "L>>>>>>>>"),
    "agenda-items-current": ("item", "UMMMMMMMM", "U-++0----"),
    "agenda-items-detail": ("item", "U+++0++++", "UMMMMMMMM"),
    "agenda-items-done": ("item", "UMMMMMMMM", "U-++0----"),
    "agenda-items-list": ("", "U++++++++", "U!!!!!!!!"),
    "agenda-items-undone": ("item", "UMMMMMMMM", "U-++0----"),
    "api-root": ("", "U++++++++", "UMMMMMMMM"),
    "areas:acting-agency": ("area", "L-++0-+--", "L-++0-+--"),
    "areas:acting-agency-end": ("acting_agency", "L-++0-+--", "L->>0->--"),
    "areas:area-assessments": ("area", "L+++0++++", "LMMMMMMMM"),
    "areas:area-create": ("", "L-+++-+--", "L-+++-+--"),
    "areas:area-detail": ("area", "L+++0++++", "LMMMMMMMM"),
    "areas:area-edit": ("area", "L-++0-+--", "L-++0-+--"),
    "areas:area-figure": ("figure", "L++++++++", "LMMMMMMMM"),
    "areas:area-ledger": ("area", "L+++0++++", "LMMMMMMMM"),
    "areas:area-list": ("", "L++++++++", "LMMMMMMMM"),
    "areas:area-map": ("area", "L+++0++++", "LMMMMMMMM"),
    "areas:area-outlines": ("area", "L+++0++++", "LMMMMMMMM"),
    "areas:area-trail": ("area", "L+++0++++", "LMMMMMMMM"),
    "areas:assessment-correct": ("assessment", "L-++0-+--", "L-++0-+--"),
    "areas:assessment-create": ("", "L-+++-+--", "L-+++-+--"),
    "areas:assessment-detail": ("assessment", "L+++0++++", "LMMMMMMMM"),
    "areas:assessment-entry": ("open_assessment", "L+++0++++", "LMMMMMMMM"),
    "areas:assessment-list": ("", "L++++++++", "LMMMMMMMM"),
    "areas:assessment-return": ("assessment", "L---0--+-", "L---0--+-"),
    "areas:assessment-site": ("open_assessment", "L-++0-+--", "L->>0->--"),
    "areas:assessment-submit": ("open_assessment", "L>>>0>>>>", "L-->0->--"),
    "areas:assessment-unit": (
        "open_assessment neighbourhood",
        "L+++0++++",
        "L-++0-+--",
    ),
    "areas:assessment-verify": ("assessment", "L>>>0>>>>", "L---0-->-"),
    "areas:assessment-verify-many": ("", "L>>>>>>>>", "L>>>>>>>>"),
    "areas:assessment-whole": ("whole_assessment", "L+++0++++", "L-++0-+--"),
    "areas:decree-comparison": ("newer_decree", "L+++0++++", "LMMMMMMMM"),
    "areas:decree-create": ("", "L-----+--", "L-----+--"),
    "areas:decree-detail": ("decree", "L++++++++", "LMMMMMMMM"),
    "areas:decree-edit": ("decree", "L-----+--", "L-----+--"),
    "areas:decree-enact": ("draft_decree", "L00000+00", "L00000+00"),
    "areas:decree-file": ("decree", "L++++++++", "LMMMMMMMM"),
    "areas:decree-lines": ("decree", "L-----+--", "L----->--"),
    "areas:decree-list": ("", "L++++++++", "LMMMMMMMM"),
    "areas:decree-mapping": ("newer_decree", "L---0-+--", "L---0->--"),
    "areas:decree-upload": ("decree", "L-----+--", "L-----+--"),
    "areas:ledger-agency": ("agency", "L++++++++", "LMMMMMMMM"),
    "areas:ledger-change": ("ledger_change", "L+++0++++", "LMMMMMMMM"),
    "areas:ledger-change-approve": ("ledger_change", "L---0--+-", "L---0-->-"),
    "areas:ledger-change-list": ("", "L++++++++", "LMMMMMMMM"),
    "areas:ledger-change-reject": ("ledger_change", "L---0--+-", "L---0--+-"),
    "areas:ledger-entry": ("ledger", "L+++0++++", "LMMMMMMMM"),
    "areas:ledger-entry-correct": ("ledger", "L---0-++-", "L---0-++-"),
    "areas:ledger-line-correct": ("decree_line", "L---0-++-", "L---0-++-"),
    "areas:ledger-list": ("", "L++++++++", "LMMMMMMMM"),
    "areas:ledger-slum-again": ("", "L++++++++", "LMMMMMMMM"),
    "areas:ledger-work": ("source", "L+++0++++", "LMMMMMMMM"),
    "areas:neighbourhood-create": ("area", "L-++0-+--", "L-++0-+--"),
    "areas:neighbourhood-edit": ("neighbourhood", "L-++0-+--", "L-++0-+--"),
    "areas:neighbourhood-renumber": ("neighbourhood", "L-++0-+--", "L-++0-+--"),
    "areas:outline-confirm": ("", "L->>>->--", "L->>>->--"),
    "areas:outline-import": ("", "L-+++-+--", "L-+++-+--"),
    "areas:published-confirm": ("", "L----->--", "L----->--"),
    "areas:published-delete": ("published", "L-----+--", "L----->--"),
    "areas:published-detail": ("published", "L++++++++", "LMMMMMMMM"),
    "areas:published-import": ("", "L-----+--", "L-----+--"),
    "areas:published-list": ("", "L++++++++", "LMMMMMMMM"),
    "areas:published-mapping": ("", "L----->--", "L----->--"),
    "areas:published-result": ("published_result", "L++++++++", "LMMMMMMMM"),
    "areas:recap": ("", "L++++++++", "LMMMMMMMM"),
    "areas:rule-set-detail": ("rule_set", "L++++++++", "LMMMMMMMM"),
    "areas:rule-set-discard": ("draft_rule_set", "L0000000>", "L0000000>"),
    "areas:rule-set-list": ("", "L++++++++", "LMMMMMMMM"),
    "areas:rule-set-publish": ("draft_rule_set", "L0000000>", "L0000000>"),
    "areas:rule-set-revise": ("rule_set", "L>>>>>>>>", "L------->"),
    "areas:survey-confirm": ("", "L->>>->--", "L->>>->--"),
    "areas:survey-errors": ("", "L-000-0--", "L-MMM-M--"),
    "areas:survey-import": ("", "L-+++-+--", "L-+++-+--"),
    "areas:survey-template": ("", "L-+++-+--", "L-MMM-M--"),
    "areas:transfer-accept": ("transfer", "L---0-+--", "L---0-+--"),
    "areas:transfer-ask": ("area", "L--+0-+--", "L--+0-+--"),
    "areas:transfer-detail": ("transfer", "L+++0++++", "LMMMMMMMM"),
    "areas:transfer-list": ("", "L++++++++", "LMMMMMMMM"),
    "areas:transfer-refuse": ("transfer", "L---0-+--", "L---0-+--"),
    "assessment-agreements-list": ("", "U++++++++", "UMMMMMMMM"),
    "assessment-agreements-summary": ("", "U++++++++", "UMMMMMMMM"),
    "assessment-histories-detail": ("area", "U+++0++++", "UMMMMMMMM"),
    "assessments-correct": ("assessment", "UMMMMMMMM", "U!!!0!!!!"),
    "assessments-detail": ("assessment", "U+++0++++", "UMMMMMMMM"),
    "assessments-list": ("", "U++++++++", "U!!!!!!!!"),
    "assessments-send-back": ("assessment", "UMMMMMMMM", "U!!!0!!!!"),
    "assessments-site": ("open_assessment", "UMMMMMMMM", "U-++0-+--"),
    "assessments-submit": ("open_assessment", "UMMMMMMMM", "U--!0-!--"),
    "assessments-units": ("assessment", "U+++0++++", "UMMMMMMMM"),
    "assessments-verify": ("assessment", "UMMMMMMMM", "U---0--+-"),
    "assessments-volumes": ("open_assessment", "UMMMMMMMM", "U!!!0!!!!"),
    "attachments-detail": ("attachment", "U+++0++++", "UMMMMMMMM"),
    "attachments-file": ("attachment", "U+++0++++", "UMMMMMMMM"),
    "attachments-list": ("", "U++++++++", "U!!!!!!!!"),
    "attachments-original": ("attachment", "U---0--+-", "UMMMMMMMM"),
    "attachments-thumbnail": ("attachment", "U+++0++++", "UMMMMMMMM"),
    "attendances-detail": ("attendance", "U+++0++++", "UMMMMMMMM"),
    "attendances-list": ("", "U++++++++", "U!!!!!!!!"),
    "attendances-sign": ("", "UMMMMMMMM", "U!!!!!!!!"),
    "authority-transfers-accept": ("transfer", "UMMMMMMMM", "U!!!0!!!!"),
    "authority-transfers-detail": ("transfer", "U+++0++++", "UMMMMMMMM"),
    "authority-transfers-list": ("", "U++++++++", "U!!!!!!!!"),
    "authority-transfers-refuse": ("transfer", "UMMMMMMMM", "U!!!0!!!!"),
    "budget-versions-detail": ("budget", "U+++0++++", "UMMMMMMMM"),
    "budget-versions-list": ("", "U++++++++", "U!!!!!!!!"),
    "comments-detail": ("comment", "U+++0++++", "UMMMMMMMM"),
    "comments-list": ("", "U++++++++", "U!!!!!!!!"),
    "commitment-links-detail": ("commitment_link", "U0++00000", "UMMMMMMMM"),
    "commitment-links-list": ("", "U++++++++", "U!!!!!!!!"),
    "commitment-links-revoke": ("commitment_link", "UMMMMMMMM", "U0++00000"),
    "commitments-accept": ("commitment", "UMMMMMMMM", "U--+0----"),
    "commitments-check": ("commitment", "UMMMMMMMM", "U-xx0----"),
    "commitments-claim": ("commitment", "UMMMMMMMM", "U!!!0!!!!"),
    "commitments-detail": ("commitment", "U+++0++++", "UMMMMMMMM"),
    "commitments-drop": ("commitment", "UMMMMMMMM", "U!!!0!!!!"),
    "commitments-link": ("commitment", "UMMMMMMMM", "U!!!0!!!!"),
    "commitments-list": ("", "U++++++++", "U!!!!!!!!"),
    "commitments-object-to": ("commitment", "UMMMMMMMM", "U!!!0!!!!"),
    "commitments-progress": ("commitment", "UMMMMMMMM", "U!!!0!!!!"),
    "commitments-send-back": ("commitment", "UMMMMMMMM", "U!!!0!!!!"),
    "commitments-unlink": ("commitment", "UMMMMMMMM", "U!!!0!!!!"),
    "contract-addenda-detail": ("addendum", "U+++0++++", "UMMMMMMMM"),
    "contract-addenda-list": ("", "U++++++++", "U!!!!!!!!"),
    "collaboration-list": ("", "U++++++++", "UMMMMMMMM"),
    "coordination-files-detail": ("meeting_file", "U+++0++++", "UMMMMMMMM"),
    "coordination-files-file": ("meeting_file", "U+++0++++", "UMMMMMMMM"),
    "coordination-files-list": ("", "U++++++++", "U!!!!!!!!"),
    "coordination-files-thumbnail": ("meeting_file", "U+++0++++", "UMMMMMMMM"),
    "coordination:attendance-create": ("meeting", "L-++0----", "L-++0----"),
    "coordination:attendance-done": ("", "+++++++++", "MMMMMMMMM"),
    "coordination:attendance-enter": ("", "+++++++++", "+++++++++"),
    "coordination:attendance-remove": ("attendance", "L>>>0>>>>", "L->>0----"),
    "coordination:attendance-sign": ("attendance_code", "+++++++++", "+++++++++"),
    "coordination:collaboration": ("", "L++++++++", "LMMMMMMMM"),
    "coordination:commitment-accept": ("commitment", "L>>>0>>>>", "L-->0----"),
    "coordination:commitment-activity": ("commitment", "L-++0----", "L-++0----"),
    "coordination:commitment-activity-remove": (
        "commitment promised_work",
        "L-++0----",
        "L->>0----",
    ),
    "coordination:commitment-check": ("commitment", "L-++0----", "L->>0----"),
    "coordination:commitment-claim": ("commitment", "L-++0----", "L-++0----"),
    "coordination:commitment-detail": ("commitment", "L+++0++++", "LMMMMMMMM"),
    "coordination:commitment-drop": ("commitment", "L--+0----", "L--+0----"),
    "coordination:commitment-edit": ("commitment", "L-++0----", "L-++0----"),
    "coordination:commitment-invite": ("commitment", "L-++0----", "L-++0----"),
    "coordination:commitment-link": ("commitment_token", "+++++++++", "+++++++++"),
    "coordination:commitment-link-revoke": (
        "commitment_link",
        "L0>>00000",
        "L0>>00000",
    ),
    "coordination:commitment-list": ("", "L++++++++", "LMMMMMMMM"),
    "coordination:commitment-object": ("commitment", "L--+0----", "L--+0----"),
    "coordination:commitment-progress": ("commitment", "L-++0----", "L-++0----"),
    "coordination:commitment-remove": ("commitment", "L-++0----", "L-++0----"),
    "coordination:commitment-return": ("commitment", "L-++0----", "L-++0----"),
    "coordination:decision-edit": ("decision", "L-++0----", "L-++0----"),
    "coordination:decision-list": ("", "L++++++++", "LMMMMMMMM"),
    "coordination:decision-remove": ("decision", "L-++0----", "L->>0----"),
    "coordination:file": ("meeting_file", "L+++0++++", "LMMMMMMMM"),
    "coordination:file-remove": ("meeting_file", "L-++0----", "L->>0----"),
    "coordination:file-thumbnail": ("meeting_file", "L+++0++++", "LMMMMMMMM"),
    "coordination:files": ("file_place meeting", "L+++0++++", "L-++0----"),
    "coordination:group-create": ("", "L--+--+--", "L--+--+--"),
    "coordination:group-detail": ("group", "L+++0++++", "LMMMMMMMM"),
    "coordination:group-edit": ("group", "L--+0----", "L--+0----"),
    "coordination:group-list": ("", "L++++++++", "LMMMMMMMM"),
    "coordination:invitation-answer": ("invitation", "L>>>0----", "L>>>0----"),
    "coordination:invitation-create": ("meeting", "L-++0----", "L-++0----"),
    "coordination:invitation-letter": ("meeting invitation", "L+++0++++", "LMMMMMMMM"),
    "coordination:invitation-offices": ("meeting", "L>>>0>>>>", "L->>0----"),
    "coordination:invitation-remove": ("invitation", "L>>>0>>>>", "L->>0----"),
    "coordination:item-create": ("meeting", "L-++0----", "L-++0----"),
    "coordination:item-current": ("item", "L>>>0>>>>", "L->>0----"),
    "coordination:item-done": ("item", "L>>>0>>>>", "L->>0----"),
    "coordination:item-down": ("item", "L>>>0>>>>", "L->>0----"),
    "coordination:item-edit": ("item", "L-++0----", "L-++0----"),
    "coordination:item-remove": ("item", "L>>>0>>>>", "L->>0----"),
    "coordination:item-undone": ("item", "L>>>0>>>>", "L->>0----"),
    "coordination:item-up": ("item", "L>>>0>>>>", "L->>0----"),
    "coordination:meeting-addendum": ("meeting", "L-->0----", "L-->0----"),
    "coordination:meeting-calendar": ("meeting", "L+++0++++", "LMMMMMMMM"),
    "coordination:meeting-close": ("meeting", "L>>>0>>>>", "L-->0----"),
    "coordination:meeting-create": ("", "L-+++-+--", "L-+++-+--"),
    "coordination:meeting-detail": ("meeting", "L+++0++++", "LMMMMMMMM"),
    "coordination:meeting-edit": ("meeting", "L-++0----", "L-++0----"),
    "coordination:meeting-end": ("meeting", "L>>>0>>>>", "L->>0----"),
    "coordination:meeting-invite": ("meeting", "L>>>0>>>>", "L->>0----"),
    "coordination:meeting-letters": ("meeting", "L+++0++++", "LMMMMMMMM"),
    "coordination:meeting-list": ("", "L++++++++", "LMMMMMMMM"),
    "coordination:meeting-minutes-docx": ("meeting", "L+++0++++", "LMMMMMMMM"),
    "coordination:meeting-minutes-pdf": ("meeting", "L+++0++++", "LMMMMMMMM"),
    "coordination:meeting-open": ("meeting", "L>>>0>>>>", "L->>0----"),
    "coordination:meeting-qr": ("meeting", "L+++0++++", "LMMMMMMMM"),
    "coordination:meeting-remove": ("meeting", "L-++0----", "L->>0----"),
    "coordination:meeting-reopen": ("meeting", "L>>>0>>>>", "L->>0----"),
    "coordination:meeting-screen": ("meeting", "L+++0++++", "L-++0----"),
    "coordination:member-create": ("group", "L--+0----", "L--+0----"),
    "coordination:member-edit": ("group_member", "L--+0----", "L--+0----"),
    "coordination:member-remove": ("group_member", "L--+0----", "L-->0----"),
    "coordination:outreach-create": ("", "L-+++-+--", "L-+++-+--"),
    "coordination:outreach-detail": ("outreach", "L+++0++++", "LMMMMMMMM"),
    "coordination:outreach-edit": ("outreach", "L-++0----", "L-++0----"),
    "coordination:outreach-list": ("", "L++++++++", "LMMMMMMMM"),
    "coordination:outreach-remove": ("outreach", "L-++0----", "L->>0----"),
    "coordination:plan-create": ("group", "L--+0----", "L--+0----"),
    "coordination:plan-edit": ("group_plan", "L--+0----", "L--+0----"),
    "coordination:plan-remove": ("group_plan", "L--+0----", "L-->0----"),
    "coordination:practice-adopt": ("practice", "L-+++-+--", "L-+++-+--"),
    "coordination:practice-create": ("", "L-----+--", "L-----+--"),
    "coordination:practice-detail": ("practice", "L++++++++", "LMMMMMMMM"),
    "coordination:practice-edit": ("practice", "L-----+--", "L-----+--"),
    "coordination:practice-list": ("", "L++++++++", "LMMMMMMMM"),
    "coordination:practice-publish": ("draft_practice", "L0000>>>>", "L0000->--"),
    "coordination:practice-unpublish": ("practice", "L>>>>>>>>", "L----->--"),
    "coordination:speaker-create": ("meeting", "L-++0----", "L-++0----"),
    "coordination:speaker-edit": ("speaker", "L-++0----", "L-++0----"),
    "coordination:speaker-remove": ("speaker", "L>>>0>>>>", "L->>0----"),
    "dashboard:health-check": ("health_check", "L++++++++", "LMMMMMMMM"),
    "dashboard:health-list": ("", "L++++++++", "LMMMMMMMM"),
    "dashboard:home": ("", "L++++++++", "LMMMMMMMM"),
    "dashboard:tasks": ("", "L++++++++", "LMMMMMMMM"),
    "data-health-list": ("", "U++++++++", "UMMMMMMMM"),
    "decisions-detail": ("decision", "U+++0++++", "UMMMMMMMM"),
    "decisions-list": ("", "U++++++++", "U!!!!!!!!"),
    "decrees-comparison": ("newer_decree", "U+++0++++", "UMMMMMMMM"),
    "decrees-detail": ("decree", "U++++++++", "UMMMMMMMM"),
    "decrees-enact": ("draft_decree", "UMMMMMMMM", "U00000+00"),
    "decrees-list": ("", "U++++++++", "UMMMMMMMM"),
    "docs": ("", "+++++++++", "MMMMMMMMM"),
    "figures": ("", "U++++++++", "UMMMMMMMM"),
    "footprints-detail": ("footprint", "U+++0++++", "UMMMMMMMM"),
    "footprints-list": ("", "U++++++++", "UMMMMMMMM"),
    "funding-legs-detail": ("funding_leg", "U+++0++++", "UMMMMMMMM"),
    "funding-legs-list": ("", "U++++++++", "U!!!!!!!!"),
    "interventions-detail": ("intervention", "U++++++++", "UMMMMMMMM"),
    "interventions-list": ("", "U++++++++", "UMMMMMMMM"),
    "invitations-answer": ("invitation", "UMMMMMMMM", "U!!!0!!!!"),
    "invitations-detail": ("invitation", "U+++0++++", "UMMMMMMMM"),
    "invitations-list": ("", "U++++++++", "U!!!!!!!!"),
    "invitations-offices": ("", "UMMMMMMMM", "U!!!!!!!!"),
    "ledger-changes-approve": ("ledger_change", "UMMMMMMMM", "U---0--+-"),
    "ledger-changes-detail": ("ledger_change", "U+++0++++", "UMMMMMMMM"),
    "ledger-changes-list": ("", "U++++++++", "U!!!!!!!!"),
    "ledger-changes-reject": ("ledger_change", "UMMMMMMMM", "U!!!0!!!!"),
    "ledger-entries-detail": ("ledger", "U+++0++++", "UMMMMMMMM"),
    "ledger-entries-list": ("", "U++++++++", "UMMMMMMMM"),
    "lock-exceptions-detail": ("exception", "U+++0++++", "UMMMMMMMM"),
    "lock-exceptions-list": ("", "U++++++++", "U!!!!!!!!"),
    "meeting-series-detail": ("series", "U+++0++++", "UMMMMMMMM"),
    "meeting-series-list": ("", "U++++++++", "UMMMMMMMM"),
    "meetings-addenda": ("meeting", "U+++0++++", "U!!!0!!!!"),
    "meetings-close": ("meeting", "UMMMMMMMM", "U--x0----"),
    "meetings-detail": ("meeting", "U+++0++++", "UMMMMMMMM"),
    "meetings-end": ("meeting", "UMMMMMMMM", "U-++0----"),
    "meetings-invite": ("meeting", "UMMMMMMMM", "U-xx0----"),
    "meetings-list": ("", "U++++++++", "U!!!!!!!!"),
    "meetings-minutes": ("meeting", "Uxxx0xxxx", "UMMMMMMMM"),
    "meetings-minutes-docx": ("meeting", "Uxxx0xxxx", "UMMMMMMMM"),
    "meetings-minutes-pdf": ("meeting", "Uxxx0xxxx", "UMMMMMMMM"),
    "meetings-open": ("meeting", "UMMMMMMMM", "U-xx0----"),
    "meetings-reopen": ("meeting", "UMMMMMMMM", "U-xx0----"),
    "neighbourhoods-detail": ("neighbourhood", "U+++0++++", "UMMMMMMMM"),
    "neighbourhoods-list": ("", "U++++++++", "UMMMMMMMM"),
    "notices-detail": ("notice", "U000000+0", "UMMMMMMMM"),
    "notices-list": ("", "U++++++++", "UMMMMMMMM"),
    "notices-read": ("notice", "UMMMMMMMM", "U000000+0"),
    "outreach-detail": ("outreach", "U+++0++++", "UMMMMMMMM"),
    "outreach-list": ("", "U++++++++", "U!!!!!!!!"),
    "physical-outputs-detail": ("output", "U+++0++++", "UMMMMMMMM"),
    "physical-outputs-list": ("", "U++++++++", "U!!!!!!!!"),
    "practices-adopt": ("practice", "UMMMMMMMM", "U!!!!!!!!"),
    "practices-detail": ("practice", "U++++++++", "UMMMMMMMM"),
    "practices-list": ("", "U++++++++", "U!!!!!!!!"),
    "practices-publish": ("draft_practice", "UMMMMMMMM", "U0000-+--"),
    "practices-unpublish": ("practice", "UMMMMMMMM", "U-----+--"),
    "programmes-activate": ("draft_programme", "UMMMMMMMM", "U-++0-+--"),
    "programmes-detail": ("programme", "U+++0++++", "UMMMMMMMM"),
    "programmes-list": ("", "U++++++++", "U!!!!!!!!"),
    "programs:activity-create": ("programme", "L-++0-+--", "L-++0-+--"),
    "programs:activity-detail": ("activity", "L+++0++++", "LMMMMMMMM"),
    "programs:activity-edit": ("activity", "L-++0-+--", "L-++0-+--"),
    "programs:activity-files": ("activity", "L+++0++++", "L-++0-+--"),
    "programs:activity-footprint": ("activity", "L-++0-+--", "L-++0-+--"),
    "programs:addendum-create": ("activity", "L-++0-+--", "L-++0-+--"),
    "programs:addendum-edit": ("addendum", "L-++0-+--", "L-++0-+--"),
    "programs:addendum-remove": ("addendum", "L-++0-+--", "L->>0->--"),
    "programs:agreement-list": ("", "L++++++++", "LMMMMMMMM"),
    "programs:area-comments": ("area", "L+++0++++", "LMMMMMMMM"),
    "programs:area-files": ("area", "L+++0++++", "L-++0-+--"),
    "programs:area-history": ("area", "L+++0++++", "LMMMMMMMM"),
    "programs:area-programmes": ("area", "L+++0++++", "LMMMMMMMM"),
    "programs:area-readiness": ("area", "L+++0++++", "L->>0->--"),
    "programs:attachment-edit": ("attachment", "L-++0-+--", "L->>0->--"),
    "programs:attachment-file": ("attachment", "L+++0++++", "LMMMMMMMM"),
    "programs:attachment-original": ("attachment", "L---0--+-", "LMMMMMMMM"),
    "programs:attachment-remove": ("attachment", "L-++0-+--", "L->>0->--"),
    "programs:attachment-thumbnail": ("attachment", "L+++0++++", "LMMMMMMMM"),
    "programs:budget-create": ("programme", "L-++0-+--", "L-++0-+--"),
    "programs:budget-edit": ("budget", "L-++0-+--", "L-++0-+--"),
    "programs:budget-remove": ("budget", "L-++0-+--", "L->>0->--"),
    "programs:comment": ("place report", "L+++0++++", "L+++0++++"),
    "programs:exception-create": ("closed_period", "L-----+--", "L-----+--"),
    "programs:funding-create": ("activity", "L-++0-+--", "L-++0-+--"),
    "programs:funding-edit": ("funding_leg", "L-++0-+--", "L-++0-+--"),
    "programs:funding-remove": ("funding_leg", "L-++0-+--", "L->>0->--"),
    "programs:line-files": ("draft draft_line", "L+++0++++", "L-++0----"),
    "programs:period-create": ("", "L-----+--", "L-----+--"),
    "programs:period-detail": ("closed_period", "L++++++++", "LMMMMMMMM"),
    "programs:period-edit": ("closed_period", "L-----+--", "L-----+--"),
    "programs:period-list": ("", "L++++++++", "LMMMMMMMM"),
    "programs:programme-activate": ("draft_programme", "L>>>0>>>>", "L->>0->--"),
    "programs:programme-create": ("", "L-+++-+--", "L-+++-+--"),
    "programs:programme-detail": ("programme", "L+++0++++", "LMMMMMMMM"),
    "programs:programme-edit": ("programme", "L-++0-+--", "L-++0-+--"),
    "programs:programme-list": ("", "L++++++++", "LMMMMMMMM"),
    "programs:readiness-list": ("", "L++++++++", "LMMMMMMMM"),
    "programs:report-add-lines": ("draft", "L>>>0>>>>", "L->>0----"),
    "programs:report-change": ("report report_line", "L-->0----", "L--+0----"),
    "programs:report-change-detail": ("report_change", "L+++0++++", "L---0--+-"),
    "programs:report-detail": ("report", "L+++0++++", "LMMMMMMMM"),
    "programs:report-entry": ("draft", "L-++0----", "L->>0----"),
    "programs:report-files": ("draft", "L+++0++++", "L-++0----"),
    "programs:report-list": ("", "L++++++++", "LMMMMMMMM"),
    "programs:report-minutes": ("report", "L>>>0>>>>", "LMMMMMMMM"),
    "programs:report-outputs": ("draft draft_line", "L-++0----", "L->>0----"),
    "programs:report-return": ("report", "L---0--+-", "L---0--+-"),
    "programs:report-review": ("report", "L---0--+-", "L---0--+-"),
    "programs:report-start": ("", "L-+++-+--", "L-+++-+--"),
    "programs:report-submit": ("draft", "L>>>0>>>>", "L-->0----"),
    "programs:report-verify-many": ("", "L------>-", "L------+-"),
    "programs:simulation": ("", "L++++++++", "L++++++++"),
    "programs:sipd-list": ("", "L++++++++", "LMMMMMMMM"),
    "programs:timeliness-list": ("", "L++++++++", "LMMMMMMMM"),
    "programs:unit-merge": ("area", "L-++0-+--", "L-++0-+--"),
    "programs:unit-split": ("neighbourhood", "L-++0-+--", "L-++0-+--"),
    "progress-reports-bulk-verify": ("", "UMMMMMMMM", "U!!!!!!!!"),
    "progress-reports-detail": ("report", "U+++0++++", "UMMMMMMMM"),
    "progress-reports-list": ("", "U++++++++", "U!!!!!!!!"),
    "progress-reports-marks": ("report", "U---0--+-", "U!!!0!!!!"),
    "progress-reports-minutes": ("report", "Uxxx0xxxx", "UMMMMMMMM"),
    "progress-reports-send-back": ("report", "UMMMMMMMM", "U!!!0!!!!"),
    "progress-reports-submit": ("draft", "UMMMMMMMM", "U--!0----"),
    "progress-reports-verify": ("report", "UMMMMMMMM", "U!!!0!!!!"),
    "published-results-detail": ("published_result", "U++++++++", "UMMMMMMMM"),
    "published-results-list": ("", "U++++++++", "UMMMMMMMM"),
    "published-sources-detail": ("published", "U++++++++", "UMMMMMMMM"),
    "published-sources-list": ("", "U++++++++", "UMMMMMMMM"),
    "readiness-checks-detail": ("readiness", "U+++0++++", "UMMMMMMMM"),
    "readiness-checks-list": ("", "U++++++++", "U!!!!!!!!"),
    "regions-detail": ("region", "U++++++++", "UMMMMMMMM"),
    "regions-list": ("", "U++++++++", "UMMMMMMMM"),
    "report-changes-accept": ("report_change", "UMMMMMMMM", "U---0--+-"),
    "report-changes-detail": ("report_change", "U+++0++++", "UMMMMMMMM"),
    "report-changes-list": ("", "U++++++++", "U!!!!!!!!"),
    "report-changes-refuse": ("report_change", "UMMMMMMMM", "U!!!0!!!!"),
    "reporting-periods-detail": ("closed_period", "U++++++++", "UMMMMMMMM"),
    "reporting-periods-list": ("", "U++++++++", "U!!!!!!!!"),
    "reporting-periods-offices": ("closed_period", "U++++++++", "UMMMMMMMM"),
    "rule-sets-detail": ("rule_set", "U++++++++", "UMMMMMMMM"),
    "rule-sets-list": ("", "U++++++++", "UMMMMMMMM"),
    "schema": ("", "+++++++++", "MMMMMMMMM"),
    "severity-scores": ("", "MMMMMMMMM", "!!!!!!!!!"),
    "simulations": ("", "UMMMMMMMM", "U!!!!!!!!"),
    "sipd-codes-detail": ("sipd_code", "U++++++++", "UMMMMMMMM"),
    "sipd-codes-list": ("", "U++++++++", "UMMMMMMMM"),
    "slum-areas-detail": ("area", "U+++0++++", "UMMMMMMMM"),
    "slum-areas-geojson": ("", "U++++++++", "UMMMMMMMM"),
    "slum-areas-list": ("", "U++++++++", "UMMMMMMMM"),
    "speakers-detail": ("speaker", "U+++0++++", "UMMMMMMMM"),
    "speakers-list": ("", "U++++++++", "U!!!!!!!!"),
    "targets-detail": ("target", "U+++0++++", "UMMMMMMMM"),
    "targets-list": ("", "U++++++++", "U!!!!!!!!"),
    "tasks-list": ("", "U++++++++", "UMMMMMMMM"),
    "timeliness-list": ("", "U++++++++", "UMMMMMMMM"),
    "timeliness-summary": ("", "U++++++++", "UMMMMMMMM"),
    "working-groups-detail": ("group", "U+++0++++", "UMMMMMMMM"),
    "working-groups-list": ("", "U++++++++", "U!!!!!!!!"),
    "working-groups-member": ("group group_member", "UMMMMMMMM", "UMMMMMMMM"),
    "working-groups-members": ("group", "UMMMMMMMM", "U!!!0!!!!"),
    "working-groups-plan": ("group group_plan", "UMMMMMMMM", "UMMMMMMMM"),
    "working-groups-plans": ("group", "UMMMMMMMM", "U!!!0!!!!"),
}


# Steps that look at what was sent before they ask who sent it: the same people with
# something that could be taken. name: (argument, what is sent, the answers to it)
FILLED: dict[str, tuple[str, Sent, str]] = {
    "activities-footprint": (
        "bare_activity",
        lambda world: {"outline": rectangle(100, 100), "source": "GPS"},
        "U-++0-+--",
    ),
    "activities-list": (
        "",
        lambda world: {
            "programme": world["programme"],
            "area": world["area"],
            "name": "Drainase lanjutan",
            "indicator": "4a",
            "volume": "10.00",
            "pattern": "",
            "contract_value": "1000000.00",
        },
        "U-++!-+--",
    ),
    "areas:assessment-return": ("assessment", REASON, "L---0-->-"),
    "areas:assessment-verify-many": (
        "",
        lambda world: {"assessments": [world["assessment"]]},
        "L>>>>>>>>",
    ),
    "areas:transfer-accept": ("transfer", ANSWER, "L---0->--"),
    "areas:transfer-refuse": ("transfer", ANSWER, "L---0->--"),
    "authority-transfers-accept": ("transfer", ANSWER, "U---0-+--"),
    "authority-transfers-list": (
        "",
        lambda world: {
            "area": world["area"],
            "to_agency": world["ministry"],
            "letter_number": "600/12/DPRKP/2024",
            "letter_on": "2024-03-01",
            "reason": "Alat berat hanya ada di sana.",
        },
        "U--+!-+--",
    ),
    "authority-transfers-refuse": ("transfer", ANSWER, "U---0-+--"),
    "budget-versions-list": (
        "",
        lambda world: {"programme": world["programme"], "amount": "5.00"},
        "U-++!-+--",
    ),
    "contract-addenda-list": (
        "",
        lambda world: {
            "activity": world["activity"],
            "number": "ADD 9",
            "signed_on": "2021-06-01",
            "value": "5.00",
        },
        "U-++!-+--",
    ),
    "funding-legs-list": (
        "",
        lambda world: {"activity": world["activity"], "fund": "csr", "amount": "5.00"},
        "U-++!-+--",
    ),
    "physical-outputs-list": (
        "",
        lambda world: {"line": world["draft_line"], "rows": []},
        "U-++!----",
    ),
    "readiness-checks-list": (
        "",
        lambda world: {"area": world["area"], "year": 2026, "answers": []},
        "U-++!-+--",
    ),
    "targets-list": (
        "",
        lambda world: {
            "version": world["budget"],
            "measure": "houses",
            "value": "5",
        },
        "U-++!-+--",
    ),
    "areas:ledger-change-reject": (
        "ledger_change",
        lambda world: {"note": "Luas sudah benar."},
        "L---0-->-",
    ),
    "areas:ledger-entry-correct": (
        "ledger",
        lambda world: {"kind": "reverse", "reason": "Salah RT."},
        "L---0->>-",
    ),
    "assessments-correct": ("assessment", REASON, "U-xx0-x--"),
    "assessments-list": (
        "",
        lambda world: {"area": world["area"], "surveyed_on": "2023-01-08"},
        "U-++!-+--",
    ),
    "assessments-send-back": ("assessment", REASON, "U---0--+-"),
    "assessments-volumes": (
        "open_assessment",
        lambda world: {
            "units": [{"neighbourhood": world["neighbourhood"], "volumes": {"1a": "1"}}]
        },
        "U-++0-+--",
    ),
    "ledger-changes-list": (
        "",
        lambda world: {
            "kind": "reverse",
            "entry": world["ledger"],
            "reason": "Salah RT.",
        },
        "U---!-++-",
    ),
    "ledger-changes-reject": (
        "ledger_change",
        lambda world: {"note": "Luas sudah benar."},
        "U---0--+-",
    ),
    "lock-exceptions-list": ("", EXCEPTION, "U---!-+--"),
    "reporting-periods-list": ("", MONTH, "U-----+--"),
    "programs:exception-create": ("closed_period", EXCEPTION, "L----->--"),
    "programs:period-create": ("", MONTH, "L----->--"),
    "programmes-list": (
        "",
        lambda world: {
            "code": "1.04.03.2.01",
            "name": "Peningkatan kualitas",
            "year": 2025,
            "agency": world["agency"],
            "budget": "1000000.00",
            "fund": "apbd_regency",
        },
        "U-++--+--",
    ),
    "programs:report-return": ("report", REASON, "L---0-->-"),
    "progress-reports-list": (
        "",
        lambda world: {"agency": world["agency"], "period": world["period"]},
        "U-++-----",
    ),
    "comments-list": (
        "",
        lambda world: {"report": world["report"], "text": "Halo"},
        "U+++!++++",
    ),
    "programs:comment": (
        "place report",
        lambda world: {"text": "Halo"},
        "L>>>0>>>>",
    ),
    "programs:report-change-detail": (
        "report_change",
        lambda world: {"step": "refuse", "reason": "Tidak sesuai."},
        "L---0-->-",
    ),
    "programs:report-verify-many": (
        "",
        lambda world: {"laporan": [world["report"]], "method": "desk"},
        "L------+-",
    ),
    "progress-reports-bulk-verify": (
        "",
        lambda world: {"ids": [world["report"]], "method": "desk"},
        "U++++++++",
    ),
    "progress-reports-marks": ("report", lambda world: {"marks": []}, "U---0--+-"),
    "report-changes-list": (
        "",
        lambda world: {
            "line": world["report_line"],
            "values": {"volume": "80"},
            "reason": "Salah ukur.",
        },
        "U--x!----",
    ),
    "report-changes-refuse": ("report_change", REASON, "U---0--+-"),
    "progress-reports-send-back": ("report", REASON, "U---0--+-"),
    "simulations": (
        "",
        lambda world: {
            "area": world["area"],
            "rows": [{"indicator": "4a", "volume": "10", "unit_cost": None}],
        },
        "U+++!++++",
    ),
    "coordination:invitation-create": ("meeting", GUEST, "L->>0----"),
    "coordination:attendance-create": ("meeting", PERSON, "L->>0----"),
    "invitations-list": ("", GUEST, "U-++!----"),
    "invitations-offices": (
        "",
        lambda world: {"meeting": world["meeting"]},
        "U-!!!----",  # below a city there is no office to ask
    ),
    "attendances-list": ("", PERSON, "U-++!----"),
    "speakers-list": ("", PERSON, "U-++!----"),
    "agenda-items-list": ("", ITEM, "U-++!----"),
    "working-groups-members": (
        "group",
        lambda world: {"agency": world["agency"], "team": "steering", "role": "Ketua"},
        "U--+0----",
    ),
    "working-groups-plans": (
        "group",
        lambda world: {"year": 2026, "text": "Menyusun RP2KPKPK"},
        "U--+0----",
    ),
    "invitations-answer": (
        "invitation",
        lambda world: {"response": "attending"},
        "Uxxx0----",
    ),
    "practices-adopt": (
        "practice",
        lambda world: {"commitment": world["adopting"]},
        "U-++!----",
    ),
    "progress-reports-verify": (
        "report",
        lambda world: {"method": "desk"},
        "U---0--+-",
    ),
}


def names(patterns: list, prefix: str = "") -> Iterator[str]:
    """Every named address of the project, with its namespace."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            space = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from names(pattern.url_patterns, space)
        elif isinstance(pattern, URLPattern):
            yield f"{prefix}{pattern.name}"


def own_names() -> set[str]:
    return {
        name
        for name in names(get_resolver().url_patterns)
        if not name.startswith(FOREIGN)
    }


def address_of(name: str, argument: str, world: dict[str, Any]) -> str:
    return reverse(name, args=[world[part] for part in argument.split()])


def answer(response: Any) -> str:
    if response.status_code == 302 and "/akun/masuk/" in response.url:
        return "L"
    return ANSWERS.get(response.status_code, str(response.status_code))


def asked(method: str, url: str, client, sent: dict[str, Any] | None = None) -> str:
    """The answer, and everything as it was before the question."""
    options: dict[str, Any] = {"data": sent or {}}
    if method == "post" and url.startswith("/api/"):
        options["content_type"] = "application/json"
    before = transaction.savepoint()
    response = getattr(client, method)(url, **options)
    if response.streaming:
        b"".join(response)  # to its end, so that a file is closed
    transaction.savepoint_rollback(before)
    return answer(response)


@pytest.mark.parametrize("name", sorted(MATRIX))
def test_who_gets_what(client, log_in, world, name):
    argument, to_get, to_post = MATRIX[name]
    url = address_of(name, argument, world)
    found = {"get": "", "post": ""}
    for person in PEOPLE:
        log_in(person)
        for method in found:
            found[method] += asked(method, url, client)

    assert found == {"get": to_get, "post": to_post}


@pytest.mark.parametrize("name", sorted(FILLED))
def test_who_may_take_the_step(client, log_in, world, name):
    argument, sent, expected = FILLED[name]
    url = address_of(name, argument, world)
    found = ""
    for person in PEOPLE:
        log_in(person)
        found += asked("post", url, client, sent(world))

    assert found == expected


def test_a_stranger_changes_nothing_in_bulk(client, log_in, world):
    """The list of the page answers with a message; what it did is in the table."""
    url = reverse("areas:assessment-verify-many")
    for person in ("viewer", "operator", "head", "stranger", "editor"):
        log_in(person)
        client.post(url, {"assessments": [world["assessment"]]})

    assert Assessment.objects.get(pk=world["assessment"]).status == "submitted"


def test_every_address_has_a_row():
    assert own_names() == set(MATRIX)
