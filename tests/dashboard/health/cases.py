"""For each check, what it must find beside something like it that it must not."""

import hashlib
from collections.abc import Callable
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from agencies.models import Agency, Region, RegionBoundary
from areas.models import (
    Assessment,
    Decree,
    DecreeLine,
    LedgerEntry,
    LineSuccession,
    Neighbourhood,
    SlumArea,
)
from areas.outlines import check_outline
from coordination.models import Meeting, Minutes
from programs.models import LockException, ReportLine
from tests.factories import AgencyFactory, RegionFactory, UserFactory
from tests.factories_areas import DecreeFactory, rule_set
from tests.factories_attachments import PhotoFactory
from tests.factories_coordination import CommitmentFactory, brought_to, meeting_in
from tests.factories_ledger import (
    LedgerAreaFactory,
    LedgerUnitFactory,
    claim_of,
    credit_unit,
    decreed_area,
    end_decree,
    surveyed_twice,
    verified_survey,
)
from tests.factories_programs import DraftFactory, PeriodFactory, activity_in
from tests.factories_published import PublishedSourceFactory

TODAY = timezone.localdate()
MONTHS = timedelta(days=90)
OTHER_VILLAGE = "63.71.98.1003"
CASES: dict[str, Callable[[Agency], list[Any]]] = {}


def case(code: str) -> Callable[..., Any]:
    def add(build: Callable[[Agency], list[Any]]) -> Callable[[Agency], list[Any]]:
        CASES[code] = build
        return build

    return add


def days_ago(days: int) -> date:
    return TODAY - timedelta(days)


def square(lon: float, lat: float, size: float = 0.01) -> dict[str, Any]:
    """The columns of a square outline with its lower left corner there."""
    ring = [
        [lon, lat],
        [lon + size, lat],
        [lon + size, lat + size],
        [lon, lat + size],
        [lon, lat],
    ]
    outline = check_outline({"type": "Polygon", "coordinates": [ring]})
    return outline.as_fields()


def bounded(code: str, lon: float, lat: float, size: float) -> Region:
    """The region with a square boundary."""
    region = RegionFactory(code=code)
    RegionBoundary.objects.update_or_create(
        region=region,
        defaults={
            "geometry": {},
            "min_lon": lon,
            "min_lat": lat,
            "max_lon": lon + size,
            "max_lat": lat + size,
        },
    )
    return region


def mayors_decree(**values: Any) -> Decree:
    """A decree of the mayor of 63.71, with its file."""
    values = {
        "level": "mayor",
        "file": "sk/uji.pdf",
        "issued_on": days_ago(30),
    } | values
    return DecreeFactory(region=RegionFactory(code="63.71"), **values)


@contextmanager
def unguarded(table: str, guard: str) -> Any:
    """Writes that the table's trigger would refuse: what a mended dump might do."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {guard}")
        yield cursor.execute
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {guard}")


# ---- areas and RT ------------------------------------------------------------


@case("area-without-rt")
def _(office: Agency) -> list[Any]:
    decreed_area("1", agency=office)
    return [LedgerAreaFactory(agency=office)]


@case("area-without-outline")
def _(office: Agency) -> list[Any]:
    LedgerAreaFactory(agency=office, **square(114.58, -3.34))
    return [LedgerAreaFactory(agency=office)]


@case("area-without-decree")
def _(office: Agency) -> list[Any]:
    decreed_area("1", agency=office)
    draft = mayors_decree(status="draft")
    return [decreed_area("1", agency=office, decree=draft).area]


@case("village-code-ended")
def _(office: Agency) -> list[Any]:
    ended = RegionFactory(code="63.71.98.1001", valid_until=TODAY)
    ends = RegionFactory(code="63.71.98.1002", valid_until=TODAY + timedelta(1))
    over, fine, within = LedgerAreaFactory.create_batch(3, agency=office)
    over.villages.add(ended)
    fine.villages.add(ends)
    LedgerUnitFactory(area=within, village=ended)
    return [over, within]


@case("acting-without-letter")
def _(office: Agency) -> list[Any]:
    small = decreed_area("9.99", agency=office).area
    small.acting_agencies.create(agency=office)
    large = decreed_area("10", agency=office).area
    large.acting_agencies.create(agency=office, document="600/1/2024")
    wrong = decreed_area("10", agency=office).area
    wrong.acting_agencies.create(agency=office)
    university = AgencyFactory(level=Agency.Level.NON_GOVERNMENT)
    small.acting_agencies.create(agency=university)
    return [wrong]


@case("rt-twice")
def _(office: Agency) -> list[Any]:
    one, other = LedgerAreaFactory.create_batch(2, agency=office)
    LedgerUnitFactory(area=one, rt_rw="010/002")
    LedgerUnitFactory(area=one, rt_rw="007/002", retired_on=TODAY)
    LedgerUnitFactory(area=other, rt_rw="007/002")
    LedgerUnitFactory(
        area=other, rt_rw="001/002", village=RegionFactory(code=OTHER_VILLAGE)
    )
    return [
        LedgerUnitFactory(area=one, rt_rw="001/002"),
        LedgerUnitFactory(area=other, rt_rw="1/ 02"),
    ]


# ---- decrees -----------------------------------------------------------------


@case("decree-review-overdue")
def _(office: Agency) -> list[Any]:
    due_today = date(TODAY.year - 5, TODAY.month, min(TODAY.day, 28))
    mayors_decree(issued_on=due_today + timedelta(1), scope="regency")
    old = mayors_decree(issued_on=due_today - timedelta(2), scope="province")
    superseded = mayors_decree(issued_on=date(2010, 1, 1), scope="central")
    end_decree(superseded, date(2015, 1, 1))
    mayors_decree(issued_on=date(2010, 1, 1), status="draft")
    return [old]


@case("decree-without-file")
def _(office: Agency) -> list[Any]:
    mayors_decree(scope="regency")
    mayors_decree(file="", status="draft")
    return [mayors_decree(file="", scope="province")]


@case("decree-draft-old")
def _(office: Agency) -> list[Any]:
    mayors_decree(status="draft", issued_on=days_ago(90))
    mayors_decree(issued_on=days_ago(91))
    return [mayors_decree(status="draft", issued_on=days_ago(91))]


@case("decree-mapping-incomplete")
def _(office: Agency) -> list[Any]:
    wrong = []
    for scope, named in (("regency", "both"), ("province", "new"), ("central", "old")):
        old = mayors_decree(issued_on=days_ago(900), scope=scope)
        gone = decreed_area("1", agency=office, decree=old)
        end_decree(old, days_ago(30))
        new = mayors_decree(scope=scope, supersedes=old)
        line = decreed_area("1", agency=office, decree=new)
        if named != "old":
            _change(new, "new", new_line=line)
        if named != "new":
            _change(new, "removed", old_line=gone)
        wrong += [new] if named != "both" else []
    return wrong


def _change(decree: Decree, kind: str, **sides: DecreeLine) -> None:
    LineSuccession.objects.create(decree=decree, kind=kind, **sides)


# ---- surveys -----------------------------------------------------------------


@case("decreed-but-not-slum")
def _(office: Agency) -> list[Any]:
    slum, wrong = (decreed_area("1", agency=office).area for _ in range(2))
    verified_survey(slum, "light", days_ago(30), 20)
    verified_survey(wrong, "light", days_ago(60), 20)
    verified_survey(wrong, "not_slum", days_ago(30), 10)
    verified_survey(LedgerAreaFactory(agency=office), "not_slum", days_ago(9), 10)
    return [wrong]


@case("decreed-never-surveyed")
def _(office: Agency) -> list[Any]:
    surveyed = decreed_area("1", agency=office).area
    verified_survey(surveyed, "light", days_ago(9999), 20)
    LedgerAreaFactory(agency=office)
    return [decreed_area("1", agency=office).area]


@case("survey-old")
def _(office: Agency) -> list[Any]:
    fresh, wrong = (decreed_area("1", agency=office).area for _ in range(2))
    verified_survey(fresh, "light", days_ago(900), 20)
    verified_survey(fresh, "light", days_ago(729), 20)
    verified_survey(wrong, "light", days_ago(733), 20)
    decreed_area("1", agency=office)  # never surveyed is another check
    return [wrong]


@case("surveys-not-comparable")
def _(office: Agency) -> list[Any]:
    fine, wrong, single = LedgerAreaFactory.create_batch(3, agency=office)
    _surveyed(fine, ("permen-14-2018", "permen-02-2016", "permen-14-2018"))
    _surveyed(wrong, ("permen-02-2016", "permen-14-2018"))
    _surveyed(single, ("permen-02-2016",))
    return [wrong]


def _surveyed(area: SlumArea, codes: tuple[str, ...]) -> None:
    """Surveys by these rule sets, a year after each other."""
    user = UserFactory()
    for number, code in enumerate(codes):
        day = date(2018 + number, 5, 4)
        Assessment.objects.create(
            area=area,
            rule_set=rule_set(code),
            surveyed_on=day,
            status="verified",
            created_by=user,
            submitted_by=user,
            submitted_at=f"{day}T08:00+08:00",
            verified_by=user,
            verified_at=f"{day}T09:00+08:00",
            severity="light",
            total=20,
            results={},
            hectares=1,
        )


# ---- outlines ----------------------------------------------------------------


@case("outline-outside-country")
def _(office: Agency) -> list[Any]:
    LedgerAreaFactory(agency=office, **square(114.58, -3.34))
    zero = {"min_lon": 0.0, "min_lat": 0.0, "max_lon": 0.01, "max_lat": 0.01}
    return [LedgerAreaFactory(agency=office, **(square(114.58, -3.34) | zero))]


@case("outside-regency")
def _(office: Agency) -> list[Any]:
    bounded("63.71", 114.5, -3.4, 0.2)
    inside = {"latitude": Decimal("-3.3"), "longitude": Decimal("114.6")}
    LedgerAreaFactory(agency=office, **inside, **square(114.58, -3.34))
    LedgerAreaFactory(agency=office)
    outside = {"latitude": Decimal("-3.3"), "longitude": Decimal("115.6")}
    return [
        LedgerAreaFactory(agency=office, **outside),
        LedgerAreaFactory(agency=office, **square(115.58, -3.34)),
    ]


@case("outline-outside-village")
def _(office: Agency) -> list[Any]:
    near = bounded("63.71.01.1001", 114.5, -3.4, 0.1)
    far = bounded("63.71.01.1002", 114.6, -3.4, 0.1)
    unknown = RegionFactory(code="63.71.01.1003")
    fine, judged_not, none, wrong = (
        LedgerAreaFactory(agency=office, **square(114.62, -3.34)) for _ in range(4)
    )
    fine.villages.add(near, far)
    judged_not.villages.add(near, unknown)
    wrong.villages.add(near)
    assert not none.villages.exists()
    return [wrong]


@case("rt-outline-outside-village")
def _(office: Agency) -> list[Any]:
    near = bounded("63.71.01.1001", 114.5, -3.4, 0.1)
    area = LedgerAreaFactory(agency=office)
    LedgerUnitFactory(area=area, village=near, **square(114.52, -3.34))
    LedgerUnitFactory(area=area, village=near)
    LedgerUnitFactory(
        area=area, village=RegionFactory(code=OTHER_VILLAGE), **square(114.9, -3.34)
    )
    return [LedgerUnitFactory(area=area, village=near, **square(114.9, -3.34))]


@case("outlines-overlap")
def _(office: Agency) -> list[Any]:
    one = LedgerAreaFactory(agency=office, name="Satu", **square(114.50, -3.34))
    other = LedgerAreaFactory(agency=office, name="Dua", **square(114.505, -3.34))
    LedgerAreaFactory(agency=office, name="Bersinggungan", **square(114.515, -3.34))
    # The boxes overlap, the outlines do not.
    corner = [[114.52, -3.3], [114.56, -3.3], [114.52, -3.26], [114.52, -3.3]]
    bend = check_outline({"type": "Polygon", "coordinates": [corner]}).as_fields()
    LedgerAreaFactory(agency=office, name="Siku", **bend)
    LedgerAreaFactory(agency=office, name="Ujung", **square(114.55, -3.27))
    return [one, other]


# ---- hectares ----------------------------------------------------------------


@case("credited-above-decree")
def _(office: Agency) -> list[Any]:
    fine = decreed_area("1", hectares="0.995", agency=office)
    credit_unit(fine)
    wrong = decreed_area(hectares="1", agency=office)
    entry_of(wrong, hectares=Decimal("1.005001"))
    return [wrong]


def entry_of(line: DecreeLine, **values: Any) -> LedgerEntry:
    """A credit that no service has looked at."""
    claim = claim_of(line) | values
    return LedgerEntry.objects.create(
        kind="credit", outcome="handled", recorded_by=UserFactory(), **claim
    )


@case("credited-above-rt")
def _(office: Agency) -> list[Any]:
    line = decreed_area("1", "2", agency=office)
    one, other = line.area.neighbourhoods.order_by("pk")
    credit_unit(line, one)
    wrong = credit_unit(line, other).entry
    Neighbourhood.objects.filter(pk=other.pk).update(hectares=Decimal("1.999999"))
    return [wrong]


@case("rt-differ-from-decree")
def _(office: Agency) -> list[Any]:
    decreed_area("1", "2", hectares="3.005", agency=office)
    decreed_area(hectares="3", agency=office)
    less = decreed_area("1", "2", hectares="3.005001", agency=office).area
    more = decreed_area("1", "2", hectares="2.994999", agency=office).area
    return [less, more]


@case("outline-differs-from-decree")
def _(office: Agency) -> list[Any]:
    fine, wrong = (square(114.58, -3.34) | {"outline_hectares": 105}, None)
    decreed_area("100", agency=office, **fine)
    decreed_area("100", agency=office)
    wrong = fine | {"outline_hectares": Decimal("105.000001")}
    return [decreed_area("100", agency=office, **wrong).area]


# ---- the ledger --------------------------------------------------------------


@case("stored-sums-differ")
def _(office: Agency) -> list[Any]:
    credit_unit(decreed_area("1", agency=office))
    wrong = decreed_area("1", agency=office)
    credit_unit(wrong)
    with unguarded("areas_linesum", "line_sum_guard") as run:
        run(f"UPDATE areas_linesum SET hectares = 2 WHERE decree_line_id = {wrong.pk}")
    return [wrong]


@case("live-credits-differ")
def _(office: Agency) -> list[Any]:
    credit_unit(decreed_area("1", agency=office))
    wrong = credit_unit(decreed_area("1", agency=office)).entry
    with unguarded("areas_livecredit", "live_credit_guard") as run:
        run(f"DELETE FROM areas_livecredit WHERE entry_id = {wrong.pk}")
    return [wrong]


@case("outcomes-differ-from-surveys")
def _(office: Agency) -> list[Any]:
    surveyed_twice(decreed_area("1", agency=office), "heavy", "light")
    surveyed_twice(decreed_area("1", agency=office), "light", "light")
    wrong = decreed_area("1", agency=office)
    verified_survey(wrong.area, "heavy", date(2020, 1, 1), 65)
    verified_survey(wrong.area, "light", date(2021, 1, 1), 20)
    return [wrong]


# ---- reports and published figures -------------------------------------------


@case("closed-without-report")
def _(office: Agency) -> list[Any]:
    """Never submitted in a closed period; not: open by an exception, not called."""
    Agency.objects.filter(pk=office.pk).update(reports_progress=True)
    user = UserFactory()
    found = []
    for month, values in ((1, {}), (4, {"is_called": False}), (7, {})):
        period = PeriodFactory(
            starts_on=date(2021, month, 1),
            ends_before=date(2021, month + 3, 1),
            due_on=date(2021, month + 3, 10),
            closes_on=date(2021, month + 3, 20),
            **values,
        )
        found.append(DraftFactory(agency=office, period=period, created_by=user))
    LockException.objects.create(
        period=period, agency=office, until=TODAY, reason="Banjir", granted_by=user
    )
    DraftFactory(agency=office, created_by=user)  # of a period that never closes
    return found[:1]


@case("field-visit-without-minutes")
def _(office: Agency) -> list[Any]:
    _verified(office, 1, method="field", officers="Rina", minutes_number="BA-1")
    _verified(office, 4, method="desk")
    return [
        _verified(office, 7, method="field", officers="Rina"),
        _verified(office, 10, method="field", minutes_number="BA-2"),
    ]


@case("changed-after-verification")
def _(office: Agency) -> list[Any]:
    _with_round(_verified(office, 1, method="desk"), figures={})
    _verified(office, 4, method="desk")  # verified when figures were not kept yet
    return [_with_round(_verified(office, 7, method="desk"), figures={"1": {}})]


def _with_round(report: Any, figures: Any) -> Any:
    """As if it had been verified with these figures; it has no line."""
    report.rounds.create(step="verify", by=report.verified_by, figures=figures)
    return report


@case("verified-from-desk")
def _(office: Agency) -> list[Any]:
    _verified(office, 1, method="field", officers="Rina", minutes_number="BA-1")
    return [_verified(office, 4, method="desk")]


def _verified(office: Agency, month: int, **values: Any) -> Any:
    """A verified report of the quarter that begins in this month of 2021."""
    starts, ends = (
        date(2021, month, 1),
        date(2021 + month // 10, (month + 2) % 12 + 1, 1),
    )
    period = PeriodFactory(starts_on=starts, ends_before=ends, due_on=ends)
    user, now = UserFactory(), timezone.now()
    if values["method"] == "field":
        values["visited_on"] = ends
    return DraftFactory(
        agency=office,
        period=period,
        status="verified",
        submitted_at=now,
        submitted_by=user,
        verified_at=now,
        verified_by=user,
        **values,
    )


# ---- photos ------------------------------------------------------------------


@case("verified-without-photo")
def _(office: Agency) -> list[Any]:
    line = decreed_area("1", agency=office)
    seen = _verified(office, 1, method="field", officers="Rina", minutes_number="BA-1")
    desk = _verified(office, 4, method="desk")

    def works(report: Any, percent: int, *stages: str, **values: Any) -> Any:
        activity = activity_in(line, agency=office)
        owner = ReportLine.objects.create(
            report=report, activity=activity, physical_percent=percent, **values
        )
        for stage in stages:
            PhotoFactory(line=owner, stage=stage)
        return activity

    works(seen, 50, "")
    works(seen, 100, "100")
    works(desk, 99)
    handed_over = works(desk, 100)
    PhotoFactory(activity=handed_over, stage="pho")
    works(DraftFactory(agency=office), 100)
    return [works(seen, 50), works(seen, 100, "50"), works(desk, 100)]


@case("photo-far-from-outline")
def _(office: Agency) -> list[Any]:
    line = decreed_area("1", agency=office)
    activity = activity_in(line, agency=office)
    owner = ReportLine.objects.create(
        report=DraftFactory(agency=office), activity=activity
    )
    PhotoFactory(line=owner, distance_m=250)
    PhotoFactory(activity=activity)
    return [
        PhotoFactory(line=owner, distance_m=251),
        PhotoFactory(activity=activity, distance_m=900),
        PhotoFactory(area=line.area, distance_m=40_000),
    ]


@case("published-without-decree")
def _(office: Agency) -> list[Any]:
    decreed_area("1", agency=office)
    region = RegionFactory(code="63.71")
    PublishedSourceFactory(region=region, published_on=date(2020, 1, 1))
    PublishedSourceFactory(region=region.parent, published_on=date(2020, 1, 1))
    return [
        PublishedSourceFactory(region=region, published_on=date(2019, 12, 31)),
        PublishedSourceFactory(region=None, published_on=date(2020, 1, 1)),
    ]


# ---- meetings ----------------------------------------------------------------


def _closed(office: Agency) -> Meeting:
    meeting = meeting_in("draft", agency=office, secretary=UserFactory())
    return brought_to(meeting, "closed")


def _minutes_of(office: Agency, number: str) -> Minutes:
    """Minutes as they are closed: two files with their hashes."""
    pdf, docx = number.encode(), b"docx"
    meeting = _closed(office)
    return Minutes.objects.create(
        meeting=meeting,
        number=number,
        content={},
        pdf=pdf,
        docx=docx,
        pdf_sha256=hashlib.sha256(pdf).hexdigest(),
        docx_sha256=hashlib.sha256(docx).hexdigest(),
        made_by=meeting.secretary,
    )


@case("minutes-altered")
def _(office: Agency) -> list[Any]:
    _minutes_of(office, "000.1/1")
    altered = _minutes_of(office, "000.1/2")
    with unguarded("coordination_minutes", "minutes_append_only") as write:
        write(f"UPDATE coordination_minutes SET docx = 'lain' WHERE id = {altered.pk}")
    return [altered]


@case("closed-without-minutes")
def _(office: Agency) -> list[Any]:
    _minutes_of(office, "000.1/1")
    meeting_in("draft", agency=office)
    return [_closed(office)]


@case("commitment-long-late")
def _(office: Agency) -> list[Any]:
    meeting = meeting_in("draft", agency=office, starts_at=timezone.now() - MONTHS)
    due = {"meeting": meeting, "agency": office}
    late = CommitmentFactory(due_on=days_ago(31), **due)
    CommitmentFactory(due_on=days_ago(30), **due)
    CommitmentFactory(
        due_on=days_ago(40), state="dropped", drop_reason="Digabung.", **due
    )
    return [late]
