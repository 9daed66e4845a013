"""From a phone in the field to the hectares that everybody sees, in a real browser."""

import csv
import io
import re
from decimal import Decimal

import pytest

from tests.browser.conftest import DESK, PHONE, UNITS

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

WHOLE, PART = Decimal(UNITS[0]), Decimal("0.500000")


def press(page, name):
    page.get_by_role("button", name=name, exact=False).first.click()
    page.wait_for_load_state()


def exact(page, selector):
    """The exact values of the figures there, from `<data value>`."""
    found = (
        page.locator(selector)
        .locator("data")
        .evaluate_all("nodes => nodes.map(node => node.value)")
    )
    return [Decimal(value) for value in found]


def start_report(page, period):
    """The operator's draft of that period; its key."""
    page.goto("/laporan/baru/")
    page.select_option("[name=period]", label=period)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(re.compile(r"/laporan/\d+/isi/"))
    return re.search(r"/laporan/(\d+)/", page.url).group(1)


def fill_in(page, hectares, reason=""):
    """The only activity's line: 60 m, 80 %, Rp 250 million, hectares per RT."""
    line = page.locator("details[data-line]").first
    if line.get_attribute("open") is None:
        line.locator("summary").first.click()
    line.locator("input[name$=-volume]").fill("60")
    line.locator("input[name$=-physical_percent]").fill("80")
    line.locator("input[name$=-spent]").fill("250.000.000")
    for box, value in zip(
        line.locator("input[name$=-hectares]").all(), hectares, strict=True
    ):
        box.fill(value)
    if reason:
        for details in line.locator("details[data-reason]").all():
            if details.get_attribute("open") is None:
                details.locator("summary").click()
        line.locator("input[name$=-reason]").last.fill(reason)


def save(page):
    page.click("button[name=step][value=save]")
    page.wait_for_load_state()


def test_from_the_phone_to_the_same_hectares_everywhere(site, enter):
    operator = enter("operator")
    key = start_report(operator, "TW III 2026")
    fill_in(operator, ["1,5", "0,848808"])
    save(operator)
    assert width_of(operator) <= PHONE["width"]
    assert operator.locator("button[name=step][value=submit]").count() == 0

    head = enter("kepala")
    head.goto(f"/laporan/{key}/isi/")
    head.click("button[name=step][value=submit]")
    head.wait_for_load_state()

    verifier = enter("verifikator", viewport=DESK)
    verifier.goto(f"/laporan/{key}/periksa/")
    verifier.click("button[name=step][value=return]")
    verifier.wait_for_load_state()
    assert "wajib" in verifier.content().lower()
    verifier.fill("textarea[name=reason]", "RT kedua baru selesai sebagian.")
    verifier.click("button[name=step][value=return]")
    verifier.wait_for_url(re.compile(rf"/laporan/{key}/$"))

    operator.goto(f"/laporan/{key}/isi/")
    assert "RT kedua baru selesai sebagian." in operator.content()
    fill_in(operator, ["1,5", "0,5"], reason="Ujung gang menunggu pembebasan lahan")
    save(operator)
    head.goto(f"/laporan/{key}/isi/")
    head.click("button[name=step][value=submit]")
    head.wait_for_load_state()

    verifier.goto(f"/laporan/{key}/periksa/")
    verifier.click("button[name=step][value=verify]")
    verifier.wait_for_load_state()
    assert verifier.url.endswith("/periksa/"), "an unmarked line was accepted"
    verifier.locator(".pick-ok").first.click()
    verifier.check("[name=method][value=desk]")
    verifier.click("button[name=step][value=verify]")
    verifier.wait_for_url(re.compile(rf"/laporan/{key}/$"))
    assert "Terverifikasi" in verifier.content()

    assert figures(site, verifier) == {
        "dashboard": WHOLE + PART,
        "list": WHOLE + PART,
        "csv": WHOLE + PART,
        "api": WHOLE + PART,
    }
    operator.goto("/")
    assert WHOLE + PART in exact(operator, "main")


def figures(site, page):
    """The handled hectares as each place has them."""
    page.goto("/")
    card = page.locator(".fig.is-handled")
    handled = Decimal(card.locator("data").first.get_attribute("value"))
    page.goto("/kawasan/")
    listed = exact(page, "tfoot")
    text = page.request.get("/kawasan/?format=csv").text().removeprefix("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    token = site.manage("api_token", "verifikator").split()[-1]
    answer = page.request.get(
        f"{site.url}/api/v1/slum-areas/", headers={"Authorization": f"Token {token}"}
    )
    return {
        "dashboard": handled,
        "list": next(value for value in listed if value == handled),
        "csv": sum(Decimal(r["Ditangani (ha)"].replace(",", ".")) for r in rows),
        "api": sum(Decimal(row["handled"]) for row in answer.json()["results"]),
    }


def width_of(page):
    return page.evaluate("document.documentElement.scrollWidth")


def test_a_report_is_filled_in_without_javascript(enter):
    operator = enter("operator", java_script_enabled=False)
    start_report(operator, "TW II 2026")

    fill_in(operator, ["1,25", ""], reason="")
    save(operator)

    assert operator.locator("input[name$=-hectares]").first.input_value() == "1,25"
    assert operator.locator("input[name$=-spent]").input_value() == "250.000.000"


SCREENS = {
    "operator": (
        "/",
        "/kawasan/",
        "/kawasan/{area}/",
        "/kawasan/{area}/riwayat/",
        "/kawasan/{area}/buku-besar/",
        "/kawasan/{area}/ubah/",
        "/penilaian/",
        "/penilaian/baru/",
        "/sk/",
        "/sk/{decree}/",
        "/program/",
        "/program/{programme}/",
        "/kegiatan/{activity}/",
        "/laporan/",
        "/laporan/baru/",
        "/buku-besar/",
        "/impor-survei/",
        "/instansi/",
    ),
    "pengelola": ("/", "/sk/baru/", "/kawasan/baru/", "/program/baru/"),
}


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("person", sorted(SCREENS))
def test_screens_fit_and_ask_nobody_else(site, enter, person, viewport):
    page = enter(person, viewport=viewport)
    told, elsewhere = [], []
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on("request", lambda request: elsewhere.append(request.url))
    wide = []
    for screen in SCREENS[person]:
        address = screen.format(**site.keys)
        answer = page.goto(address)
        assert answer.status == 200, address
        if width_of(page) > viewport["width"]:
            wide.append((address, width_of(page)))

    assert (wide, told) == ([], [])
    assert [url for url in elsewhere if not url.startswith((site.url, "data:"))] == []


def test_a_survey_is_entered_with_a_live_result(site, enter):
    operator = enter("operator")
    operator.goto(f"/penilaian/baru/?area={site.keys['area']}")
    operator.select_option("[name=area]", str(site.keys["area"]))
    operator.locator("main form button[type=submit]").first.click()
    operator.wait_for_url(re.compile(r"/penilaian/\d+/"))
    key = re.search(r"/penilaian/(\d+)/", operator.url).group(1)
    operator.goto(f"/penilaian/{key}/isi/{site.keys['unit_1']}/")

    for box in operator.locator("input[data-code]").all():
        box.fill("0")
    operator.fill("input[data-code='1a']", "60")

    told = operator.locator("#hasil-rt")
    told.get_by_text("Nilai RT ini: 5").wait_for()
    operator.locator("main form button[type=submit]").first.click()
    operator.wait_for_load_state()
    assert "tersimpan" in operator.content()
