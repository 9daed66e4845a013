"""From a phone in the field to the hectares that everybody sees, in a real browser."""

import csv
import io
import re
from decimal import Decimal

import pytest

from tests.browser.conftest import DESK, PHONE, UNITS

pytestmark = pytest.mark.browser

# More decimals than any page shows: a rounded figure anywhere is seen.
WHOLE, PART = Decimal(UNITS[0]), Decimal("0.512345")
HANDLED = WHOLE + PART
SAVE, SUBMIT, RETURN, VERIFY = (
    f"button[name=step][value={step}]"
    for step in ("save", "submit", "return", "verify")
)


def press(page, button):
    """Press it and wait for the page that answers, also where the address stays."""
    with page.expect_navigation():
        page.locator(button).first.click()


def value_in(page, place):
    """The exact hectares that stand there, from `<data value>`."""
    return Decimal(page.locator(place).locator("data").first.get_attribute("value"))


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
    press(page, SAVE)
    assert page.locator("#kesalahan").all_inner_texts() == []


def typed(page):
    return [box.input_value() for box in page.locator("input[name$=-hectares]").all()]


def submit(page, key):
    """The head hands the report in."""
    page.goto(f"/laporan/{key}/isi/")
    press(page, SUBMIT)
    page.goto(f"/laporan/{key}/")
    assert page.get_by_text("Diajukan", exact=True).count()


def send_back(page, key, reason):
    """The verifier returns the report; without a reason it stays where it is."""
    page.goto(f"/laporan/{key}/periksa/")
    press(page, RETURN)
    assert page.url.endswith("/periksa/"), "returned without a reason"
    told = page.locator("#id_reason_error").inner_text()
    assert told == "Tulis apa yang harus diperbaiki."
    page.fill("textarea[name=reason]", reason)
    press(page, RETURN)
    assert page.url.endswith(f"/laporan/{key}/")


def verify(page, key):
    """The verifier accepts the only line, which needs its mark first."""
    page.goto(f"/laporan/{key}/periksa/")
    press(page, VERIFY)
    assert page.url.endswith("/periksa/"), "an unmarked line was accepted"
    page.locator(".pick-ok").first.click()
    page.check("[name=method][value=desk]")
    press(page, VERIFY)
    assert page.url.endswith(f"/laporan/{key}/")
    assert page.get_by_text("Terverifikasi", exact=True).count()


def figures(site, page):
    """The handled hectares as each place has them."""
    page.goto("/")
    home = value_in(page, ".fig.is-handled")
    page.goto("/kawasan/")
    listed = value_in(page, "tfoot td[data-l^=Ditangani]")
    text = page.request.get("/kawasan/?format=csv").text().removeprefix("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    answer = page.request.get(
        "/api/v1/slum-areas/", headers={"Authorization": f"Token {site.token}"}
    )
    return {
        "dashboard": home,
        "list": listed,
        "csv": sum(Decimal(row["Ditangani (ha)"].replace(",", ".")) for row in rows),
        "api": sum(Decimal(row["handled"]) for row in answer.json()["results"]),
    }


def test_from_the_phone_to_the_same_hectares_everywhere(site, enter):
    operator, head = enter("operator"), enter("kepala")
    verifier = enter("verifikator", viewport=DESK)

    key = start_report(operator, site.periods[0])
    fill_in(operator, ["1,5", "0,848808"])
    save(operator)
    assert typed(operator) == ["1,5", "0,848808"]
    assert width_of(operator) <= PHONE["width"]
    assert operator.locator(SUBMIT).count() == 0, "an operator may submit"

    submit(head, key)
    send_back(verifier, key, "RT kedua baru selesai sebagian.")
    assert set(figures(site, verifier).values()) == {Decimal(0)}

    operator.goto(f"/laporan/{key}/isi/")
    assert operator.get_by_text("RT kedua baru selesai sebagian.").first.is_visible()
    fill_in(operator, ["1,5", "0,512345"], reason="Ujung gang menunggu lahan")
    save(operator)
    submit(head, key)
    verify(verifier, key)

    assert figures(site, verifier) == dict.fromkeys(
        ("dashboard", "list", "csv", "api"), HANDLED
    )
    operator.goto("/")
    assert value_in(operator, ".fig.is-handled") == HANDLED


def width_of(page):
    return page.evaluate("document.documentElement.scrollWidth")


def test_a_report_is_filled_in_without_javascript(site, enter):
    operator = enter("operator", java_script_enabled=False)
    key = start_report(operator, site.periods[1])

    fill_in(operator, ["1,5", ""])
    save(operator)
    operator.goto(f"/laporan/{key}/isi/")

    assert typed(operator) == ["1,5", ""]
    assert operator.locator("input[name$=-spent]").input_value() == "250000000"


SCREENS = {
    "operator": (
        "/",
        "/kawasan/",
        "/kawasan/{area}/",
        "/kawasan/{area}/riwayat/",
        "/kawasan/{area}/buku-besar/",
        "/kawasan/{area}/ubah/",
        "/kawasan/{area}/penilaian/",
        "/kawasan/{area}/perkembangan/",
        "/penilaian/",
        "/penilaian/baru/",
        "/penilaian/{survey}/",
        "/penilaian/{survey}/isi/",
        "/penilaian/{survey}/isi/{unit}/",
        "/penilaian/{survey}/lokasi/",
        "/penilaian/kecocokan/",
        "/aturan-penilaian/",
        "/aturan-penilaian/permen-02-2016/",
        "/simulasi/",
        "/simulasi/?area={area}",
        "/hasil-terbitan/",
        "/sk/",
        "/sk/{decree}/",
        "/program/",
        "/program/{programme}/",
        "/kegiatan/{activity}/",
        "/laporan/",
        "/laporan/baru/",
        "/laporan/{report}/",
        "/laporan/{report}/isi/",
        "/buku-besar/",
        "/impor-survei/",
        "/instansi/",
        "/tugas/",
        "/rakor/",
        "/rakor/{meeting}/",
        "/rakor/berkas/rapat/{meeting}/",
        "/komitmen/",
        "/komitmen/{commitment}/",
        "/komitmen/{commitment}/kegiatan/",
        "/praktik/",
        "/praktik/{practice}/",
        "/sosialisasi/",
        "/sosialisasi/{outreach}/",
        "/sosialisasi/{outreach}/hapus/",
        "/pokja/",
        "/pokja/{group}/",
        "/kolaborasi/",
        "/hadir/",
    ),
    "pengelola": (
        "/",
        "/rakor/baru/",
        "/rakor/{meeting}/",
        "/rakor/{meeting}/layar/",
        "/rakor/{meeting}/ubah/",
        "/komitmen/{commitment}/ubah/",
        "/komitmen/{commitment}/tautan/",
        "/praktik/baru/",
        "/sosialisasi/baru/",
        "/pokja/{group}/ubah/",
        "/sk/baru/",
        "/kawasan/baru/",
        "/program/baru/",
        "/hasil-terbitan/impor/",
    ),
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
    for address in (screen.format(**site.keys) for screen in SCREENS[person]):
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
    operator.goto(f"/penilaian/{key}/isi/{site.keys['unit']}/")

    for box in operator.locator("input[data-code]").all():
        box.fill("0")
    operator.fill("input[data-code='1a']", "60")

    told = operator.locator("#hasil-rt")
    told.get_by_text("Nilai RT ini: 5").wait_for()
    operator.locator("main form button[type=submit]").first.click()
    operator.wait_for_load_state()
    assert "tersimpan" in operator.content()


def test_an_area_as_a_whole_counts_with_the_denominators_typed(site, enter):
    operator = enter("operator")
    operator.goto(f"/penilaian/baru/?area={site.keys['area']}")
    operator.select_option("[name=area]", str(site.keys["area"]))
    operator.fill("[name=surveyed_on]", "2024-02-01")
    operator.locator("[name=basis][value=area]").check()
    operator.locator("main form button[type=submit]").first.click()
    operator.wait_for_url(re.compile(r"/penilaian/\d+/"))
    key = re.search(r"/penilaian/(\d+)/", operator.url).group(1)
    operator.goto(f"/penilaian/{key}/isi/kawasan/")

    operator.fill("[name=buildings]", "240")
    for box in operator.locator("input[data-code]").all():
        box.fill("0")
    operator.fill("input[data-code='1a']", "120")

    percent = operator.locator("[data-out='1a'] [data-percent]")
    percent.get_by_text("50,00").wait_for()
    operator.locator("main form button[type=submit]").first.click()
    operator.wait_for_load_state()
    assert "tersimpan" in operator.content()
