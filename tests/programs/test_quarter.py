"""A whole quarter of 13 offices over the API, from the calendar to the figures."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from areas.models import LedgerEntry
from programs import services
from programs.models import ProgressReport
from tests.factories import AgencyFactory, RegionFactory
from tests.quarter import LATE, LOWERED, NIL, RETURNED, lay_out, quarter

API = "/api/v1"


@pytest.fixture
def period(region_tree):
    return quarter()


@pytest.fixture
def places(period):
    offices = [
        AgencyFactory(
            region=RegionFactory(code=f"63.{code:02d}"),
            level="regency",
            reports_progress=True,
        )
        for code in (*range(1, 12), 71, 72)
    ]
    return lay_out(offices, period)


@pytest.fixture
def ask(client):
    """Send JSON as a person; the answer must have the status that is expected."""

    def send(user, method, path, data=None, *, expected=200):
        client.force_login(user)
        answer = getattr(client, method)(
            f"{API}/{path}/", data or {}, content_type="application/json"
        )
        assert answer.status_code == expected, (path, answer.content)
        return answer.json()

    return send


def line_of(place, first=None):
    units = place.line.area.neighbourhoods.order_by("pk")
    rows = [
        {"neighbourhood": unit.pk, "hectares": str(unit.hectares)} for unit in units
    ]
    if first is not None:
        rows[0] |= {"hectares": str(first), "reason": "Sisanya menunggu lahan."}
    return {
        "activity": place.activity.pk,
        "volume": "60",
        "planned_percent": "80",
        "physical_percent": "75",
        "spent": "250000000",
        "units": rows,
    }


def test_a_quarter_of_thirteen_offices(ask, places, period, editor, verifier):
    today = timezone.localdate()
    assert services.open_due_reports(on=today) == 13
    assert services.open_due_reports(on=today) == 0
    keys = dict(ProgressReport.objects.values_list("agency", "pk"))
    path = {place: f"progress-reports/{keys[place.office.pk]}" for place in places}

    in_time = [place for place in places if place.number != LATE]
    for place in in_time:
        body = {"lines": [line_of(place)], "version": 0}
        if place.number == NIL:
            body = {"nil_reason": "Belum ada pekerjaan, DPA baru terbit."}
        ask(place.operator, "patch", path[place], body)
        ask(place.operator, "post", f"{path[place]}/submit", expected=403)
        ask(place.head, "post", f"{path[place]}/submit")

    # The late one: the period closes, then an exception opens it for this office alone.
    late = places[LATE]
    yesterday = today - timedelta(days=1)
    ask(
        editor,
        "patch",
        f"reporting-periods/{period.pk}",
        {
            "opens_on": period.opens_on.isoformat(),
            "due_on": yesterday.isoformat(),
            "closes_on": yesterday.isoformat(),
            "is_called": True,
        },
    )
    body = {"lines": [line_of(late)]}
    told = ask(late.operator, "patch", path[late], body, expected=409)
    assert "ditutup pada" in told["detail"]
    ask(
        editor,
        "post",
        "lock-exceptions",
        {
            "period": period.name,
            "agency": late.office.pk,
            "until": today.isoformat(),
            "reason": "Banjir, kantor tutup sepekan.",
        },
        expected=201,
    )
    ask(late.operator, "patch", path[late], body)
    ask(late.head, "post", f"{path[late]}/submit")

    for number in RETURNED:
        place = places[number]
        ask(verifier, "post", f"{path[place]}/return", expected=400)
        ask(verifier, "post", f"{path[place]}/return", {"reason": "Periksa RT 1."})
        first = LOWERED if number == RETURNED[1] else None
        ask(place.operator, "patch", path[place], {"lines": [line_of(place, first)]})
        ask(place.head, "post", f"{path[place]}/submit")

    for place in places:
        ask(
            place.head,
            "post",
            f"{path[place]}/verify",
            {"method": "desk"},
            expected=403,
        )
        ask(verifier, "post", f"{path[place]}/verify", {"method": "desk"})

    expected = sum(place.verified for place in places)
    assert set(ProgressReport.objects.values_list("status", flat=True)) == {"verified"}
    assert sum(LedgerEntry.objects.values_list("hectares", flat=True)) == expected
    listed = ask(verifier, "get", "progress-reports")
    assert sum(Decimal(row["verified"]) for row in listed["results"]) == expected
    areas = ask(verifier, "get", "slum-areas")["results"]
    assert sum(Decimal(row["handled"]) for row in areas) == expected
    by_name = {row["name"]: Decimal(row["handled"]) for row in areas}
    assert by_name == {place.line.area.name: place.verified for place in places}
