"""A rakor in the browser: invited, held, closed, and followed to verified hectares."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from agencies.models import Agency
from coordination.models import Commitment
from coordination.reminders import remind_of_commitments
from tests.browser import test_quarter
from tests.browser.conftest import DESK
from tests.browser.test_quarter import report, verify
from tests.browser.test_story import press
from tests.factories import MembershipFactory

pytestmark = [pytest.mark.browser, pytest.mark.drill]

STAGE = {"width": 1920, "height": 1080}
HELD_DAYS_AGO, LATE_DAYS = 20, 18
TITLE = "Rapat Koordinasi Penataan Kawasan Permukiman Kumuh"
SPEAKERS = (
    ("Kementerian PKP", "Kebijakan penanganan kumuh"),
    ("Kemendagri", "Kolaborasi pemerintahan daerah"),
    ("Disperkim Jabar", "Pengalaman Jawa Barat"),
)


def fill(site):
    """The 13 offices with their activities and reports, and a guest of a ministry."""
    test_quarter.fill(site)
    ministry = Agency.objects.get(short_name="Kemendagri")
    MembershipFactory(agency=ministry, role="viewer", user__username="tamu")
    for name, topic in SPEAKERS:
        site.keys[topic] = Agency.objects.get(short_name=name).pk


def held_on():
    return timezone.localdate() - timedelta(days=HELD_DAYS_AGO)


def submit(page):
    press(page, "main form.panel button[type=submit], main form.narrow button")


def plan(page):
    """The meeting with three items; its address."""
    page.goto("/rakor/baru/")
    page.fill("[name=title]", TITLE)
    page.select_option("[name=kind]", "rakor")
    page.fill("[name=new_series]", "Rakor kawasan kumuh")
    page.fill("[name=place]", "Aula Disperkim, Banjarbaru")
    page.fill("[name=starts_at]", f"{held_on().isoformat()}T09:00")
    page.fill("[name=ends_at]", f"{held_on().isoformat()}T15:00")
    page.fill("[name=chair]", "Kepala Dinas")
    page.fill("[name=signed_by]", "Kepala Dinas")
    submit(page)
    address = re.search(r"/rakor/\d+/", page.url).group()
    for title, district in (
        ("Pembukaan", None),
        ("Kota Banjarmasin: bantaran sungai", "63.71"),
        ("Penutup", None),
    ):
        page.goto(f"{address}agenda/baru/")
        page.fill("[name=title]", title)
        page.fill("[name=minutes]", "45")
        if district:
            page.check(f"[name=regions][value='{district}']")
        submit(page)
    return address


def invite(site, page, address):
    """All 13 district offices, and three that speak."""
    page.goto(address)
    press(page, f"form[action='{address}undangan/dinas/'] button")
    for number, (_name, topic) in enumerate(SPEAKERS):
        agency = str(site.keys[topic])
        page.goto(f"{address}undangan/baru/")
        page.select_option("[name=agency]", agency)
        submit(page)
        page.goto(f"{address}narasumber/baru/")
        page.fill("[name=name]", f"Narasumber {number + 1}")
        page.select_option("[name=agency]", agency)
        page.fill("[name=topic]", topic)
        submit(page)
    page.goto(address)
    assert page.locator("#undangan li").count() == 16
    press(page, f"form[action='{address}undang/'] button")


def sign(site, browser, code, agency, name, gender):
    """Somebody on their own phone, without an account."""
    context = browser.new_context(
        base_url=site.url, viewport={"width": 360, "height": 740}
    )
    page = context.new_page()
    page.goto(f"/hadir/{code}/")
    page.fill("[name=name]", name)
    page.select_option("[name=agency]", str(agency))
    for choice in page.locator("[name=gender]").all()[:1]:
        if choice.evaluate("e => e.tagName") == "SELECT":
            choice.select_option(gender)
        else:
            page.check(f"[name=gender][value={gender}]")
    press(page, "main form button[type=submit]")
    text = page.locator("main").inner_text()
    context.close()
    return text


def write(page, address, kind, text, **values):
    page.goto(f"{address}layar/")
    page.check(f".stage-form [name=kind][value={kind}]")
    page.fill(".stage-form [name=text]", text)
    for name, value in values.items():
        field = page.locator(f".stage-form [name={name}]")
        if field.evaluate("e => e.tagName") == "SELECT":
            field.select_option(str(value))
        else:
            field.fill(str(value))
    press(page, ".stage-form button[type=submit]")


def promise(site, page, address, number, due_on):
    place = site.places[number]
    write(
        page,
        address,
        "commitment",
        f"Perbaikan drainase {place.line.area.name}.",
        agency=site.keys[f"agency{number}"],
        due_on=due_on.isoformat(),
        target_hectares="1,5",
        proof="Berita acara",
    )


def hold(site, browser, page, address, folder):
    """Opened, signed, six decisions and ten commitments, ended; the screen is kept."""
    page.goto(address)
    press(page, f"form[action='{address}buka/'] button")
    code = page.locator(".sign-code strong").inner_text()
    first = sign(site, browser, code, site.keys["agency0"], "Siti Aminah", "f")
    assert "Siti Aminah" in first or "daftar hadir" in first
    again = sign(site, browser, code, site.keys["agency0"], "siti aminah", "f")
    assert "sudah ada di daftar hadir" in again
    sign(site, browser, code, site.keys["agency1"], "Budi", "m")

    for number in range(6):
        write(page, address, "decision", f"Kesepakatan ke-{number + 1}.")
    late = held_on() + timedelta(days=HELD_DAYS_AGO - LATE_DAYS)
    for number in range(10):
        due_on = late if number == 1 else timezone.localdate() + timedelta(days=60)
        promise(site, page, address, number, due_on)

    page.goto(f"{address}layar/")
    page.screenshot(path=str(folder / "layar.png"))
    assert page.locator(".agreed li").count() == 16
    page.goto(address)
    for _item in range(3):
        page.goto(address)
        press(page, "#agenda form[action$='/selesai/'] button")
    page.goto(address)
    press(page, f"form[action='{address}akhiri/'] button")
    page.goto(f"{address}ubah/")
    page.fill("[name=minutes_number]", "000.1/12/2025")
    submit(page)
    page.goto(address)
    press(page, f"form[action='{address}tutup/'] button")
    assert page.get_by_text("000.1/12/2025").first.is_visible()


def accept(enter, number, address):
    """The head of the office accepts what stands in its tasks."""
    page = enter(f"kepala{number}", viewport=DESK)
    page.goto("/tugas/")
    page.locator(f"a[href='{address}']").first.click()
    press(page, f"form[action='{address}terima/'] button")
    assert page.get_by_text("Diterima").first.is_visible()
    return page


def test_a_rakor_from_invitation_to_verified_hectares(site, enter, browser, tmp_path):
    page = enter("pengelola", viewport=STAGE)
    address = plan(page)
    invite(site, page, address)
    guest = enter("tamu", viewport=DESK)
    guest.goto("/rakor/")
    assert guest.get_by_text(TITLE).count() >= 1
    hold(site, browser, page, address, tmp_path)

    for kind, start in (("pdf", b"%PDF"), ("docx", b"PK")):
        answer = guest.request.get(f"{address}notulen.{kind}")
        assert answer.body().startswith(start)

    links = site.ask(
        lambda: [c.get_absolute_url() for c in Commitment.objects.order_by("number")]
    )
    assert len(links) == 10
    head = accept(enter, 0, links[0])
    accept(enter, 1, links[1])

    # One commitment: activity, report, verified hectares.
    place = site.places[0]
    head.goto(f"{links[0]}kegiatan/")
    key = str(place.activity.pk)
    head.select_option("[name=activity]", key)
    submit(head)
    report(site, enter, place)
    verify(site, enter("verifikator", viewport=DESK), place)
    page.goto(address)
    page.locator(f"#kesepakatan a[href='{links[0]}']").first.click()
    shown = page.locator(".chain-verified data").get_attribute("value")
    assert float(shown) == float(place.verified)
    page.locator(
        f"a[href='/kegiatan/{key}/'], a[href$='/kegiatan/{key}/']"
    ).first.click()
    page.locator(f"a[href='{links[0]}']").first.click()
    page.locator(f"main a[href='{address}'], main a[href^='{address}#']").first.click()
    assert page.url.startswith(f"{site.url}{address}")

    # One is late: its office, its head and the host are told.
    site.ask(lambda: remind_of_commitments(timezone.localdate()))
    late = enter("kepala1", viewport=DESK)
    late.goto(links[1])
    assert late.get_by_text(f"Lewat {LATE_DAYS} hari").first.is_visible()
    for name in ("kepala1", "pengelola"):
        told = enter(name, viewport=DESK)
        told.goto("/pemberitahuan/")
        told.locator("main a", has_text=f"{LATE_DAYS} hari yang lalu").first.click()
        assert told.url == f"{site.url}{links[1]}"
