"""A whole quarter of 13 offices in the browser, from the calendar to the figures."""

import csv
import io
import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone

from agencies.models import Agency
from programs.services import open_due_reports
from tests.browser.conftest import DESK
from tests.browser.test_story import SUBMIT, VERIFY, press
from tests.factories import MembershipFactory
from tests.quarter import FIRST_RT, LATE, LOWERED, NIL, RETURNED, lay_out, quarter

pytestmark = [pytest.mark.browser, pytest.mark.drill]


def fill(site):
    """Instead of the one office of the story: all 13, and two of the province."""
    with transaction.atomic():  # the server's own calendar sees all of it or nothing
        period = quarter()
        _people_and_places(site, period)
    open_due_reports(on=timezone.localdate())
    for place in site.places:
        site.keys[f"report{place.number}"] = place.office.reports.get().pk


def _people_and_places(site, period):
    offices = Agency.objects.filter(reports_progress=True).order_by("region_id")
    places = lay_out(list(offices), period)
    assert len(places) == 13
    province = Agency.objects.get(
        level="province", region_id="63", kind="housing_office"
    )
    for name, role in (
        ("pengelola", "province_editor"),
        ("verifikator", "province_verifier"),
    ):
        MembershipFactory(agency=province, role=role, user__username=name)
    site.keys = {"period": period.pk}
    site.keys |= {f"agency{place.number}": place.office.pk for place in places}
    site.places = places


def local(number):
    return f"{number:f}".rstrip("0").rstrip(".").replace(".", ",")


def report_of(site, place):
    return f"/laporan/{site.keys[f'report{place.number}']}/"


def fill_in(page, place, *, first=FIRST_RT):
    line = page.locator("details[data-line]").first
    if line.get_attribute("open") is None:
        line.locator("summary").first.click()
    for name, value in (
        ("volume", "60"),
        ("planned_percent", "80"),
        ("physical_percent", "75"),
        ("spent", "250.000.000"),
    ):
        line.locator(f"input[name$=-{name}]").fill(value)
    boxes = line.locator("input[name$=-hectares]")
    boxes.nth(0).fill(local(first))
    boxes.nth(1).fill(local(place.sizes[1]))
    if first != FIRST_RT:
        reason = line.locator("details[data-reason]").first
        if reason.get_attribute("open") is None:
            reason.locator("summary").click()
        line.locator("input[name$=-reason]").first.fill("Sisanya menunggu lahan.")


def report(site, enter, place, **values):
    """The head of the office fills in and submits."""
    page = enter(f"kepala{place.number}")
    page.goto(f"{report_of(site, place)}isi/")
    if place.number == NIL:
        page.get_by_text("Seluruh laporan nihil").click()
        page.fill("[name=nil_reason]", "Belum ada pekerjaan, DPA baru terbit.")
    else:
        fill_in(page, place, **values)
    press(page, SUBMIT)
    assert page.url.endswith(report_of(site, place)), page.url
    page.context.close()


def verify(site, page, place):
    page.goto(f"{report_of(site, place)}periksa/")
    if page.locator(".pick-ok").count():
        page.locator(".pick-ok").first.click()
    page.check("[name=method][value=desk]")
    press(page, VERIFY)
    assert page.url.endswith(report_of(site, place))


def close_yesterday(site, page):
    yesterday = (timezone.localdate() - timedelta(days=1)).isoformat()
    page.goto(f"/laporan/kalender/{site.keys['period']}/ubah/")
    page.fill("[name=due_on]", yesterday)
    page.fill("[name=closes_on]", yesterday)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(re.compile(r"/laporan/kalender/\d+/$"))


def except_office(site, page, place):
    page.goto(f"/laporan/kalender/{site.keys['period']}/pengecualian/")
    page.select_option("[name=agency]", str(site.keys[f"agency{place.number}"]))
    page.fill("[name=until]", timezone.localdate().isoformat())
    page.fill("[name=reason]", "Banjir, kantor tutup sepekan.")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(re.compile(r"/laporan/kalender/\d+/$"))


def test_a_quarter_of_thirteen_offices(site, enter):
    places = site.places
    editor = enter("pengelola", viewport=DESK)
    verifier = enter("verifikator", viewport=DESK)
    for place in places:
        if place.number != LATE:
            report(site, enter, place)

    late = places[LATE]
    close_yesterday(site, editor)
    page = enter(f"kepala{LATE}")
    page.goto(f"{report_of(site, late)}isi/")
    assert page.get_by_text("ditutup pada").first.is_visible()
    page.context.close()
    except_office(site, editor, late)
    report(site, enter, late)

    for number in RETURNED:
        place = places[number]
        verifier.goto(f"{report_of(site, place)}periksa/")
        verifier.fill("textarea[name=reason]", "Periksa RT pertama.")
        press(verifier, "button[name=step][value=return]")
        first = LOWERED if number == RETURNED[1] else FIRST_RT
        report(site, enter, place, first=first)
    for place in places:
        verify(site, verifier, place)

    expected = sum(place.verified for place in places)
    verifier.goto("/")
    shown = verifier.locator(".fig.is-handled data").first.get_attribute("value")
    assert Decimal(shown) == expected
    text = verifier.request.get("/laporan/?format=csv").text().removeprefix("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    column = next(name for name in rows[0] if name.startswith("Terverifikasi"))
    verified = [Decimal(row[column].replace(",", ".")) for row in rows]
    assert (len(rows), sum(verified)) == (13, expected)
    areas = verifier.request.get("/api/v1/slum-areas/").json()["results"]
    assert sum(Decimal(row["handled"]) for row in areas) == expected
