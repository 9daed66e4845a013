"""The entry page on a weak line: nothing lost, nothing doubled, little to load."""

import json
import re
from urllib.request import Request, urlopen

import pytest

from tests.browser.conftest import PHONE

pytestmark = pytest.mark.browser

MOST_BYTES = 60 * 1024
TABS = 120
KEPT = re.compile("^Tidak ada sambungan. Isian Anda tersimpan di perangkat ini")
SAVED = re.compile(r"^Tersimpan \d")
IN_PART = re.compile("^Tersimpan, kecuali yang ditandai merah")


@pytest.fixture
def address(site):
    return f"/laporan/{site.keys['report']}/isi/"


def stored(site):
    """The report as another has it over the API: its version and its only line."""
    request = Request(
        f"{site.url}/api/v1/progress-reports/{site.keys['report']}/",
        headers={"Authorization": f"Token {site.token}"},
    )
    with urlopen(request) as answer:
        report = json.load(answer)
    return report["version"], report["lines"][0]


def opened(page, address):
    page.goto(address)
    line = page.locator("details[data-line]").first
    if line.get_attribute("open") is None:
        line.locator("summary").first.click()
    return line


def said(page, text):
    page.locator("[data-saved]").get_by_text(text).wait_for()


def test_an_answer_that_is_lost_is_not_done_twice(site, enter, address):
    page = enter("operator")
    line = opened(page, address)
    version, _line = stored(site)
    tries = []

    def cut_the_first(route):
        tries.append(route.request.headers["idempotency-key"])
        if len(tries) == 1:
            route.fetch()  # it arrives, and is stored
            route.abort()  # but the answer never comes
        else:
            route.continue_()

    page.route(f"**{address}", cut_the_first)
    line.locator("input[name$=-volume]").fill("12,5")

    said(page, KEPT)
    said(page, SAVED)
    assert len(tries) == 2
    assert len(set(tries)) == 1, "sent again under another key"
    now, figures = stored(site)
    assert (now, figures["volume"]) == (version + 1, "12.500000")


def test_what_was_typed_without_a_line_is_there_at_the_next_visit(site, enter, address):
    page = enter("operator")
    line = opened(page, address)
    page.context.set_offline(True)

    line.locator("input[name$=-spent]").fill("7.500.000")
    line.locator("textarea[name$=-note]").fill("Menunggu material.")
    said(page, KEPT)
    _version, figures = stored(site)
    assert figures["note"] == ""
    page.close()

    page.context.set_offline(False)
    again = page.context.new_page()
    again.goto(address)
    said(again, SAVED)
    assert again.locator("input[name$=-spent]").input_value() == "7.500.000"
    _version, figures = stored(site)
    assert (figures["spent"], figures["note"]) == ("7500000.00", "Menunggu material.")


def test_a_refused_figure_is_told_at_once_and_stays(site, enter, address):
    page = enter("operator")
    line = opened(page, address)

    line.locator("input[name$=-physical_percent]").fill("140")

    said(page, IN_PART)
    assert line.locator("[data-said]").inner_text() == (
        "Kemajuan fisik antara 0 dan 100 %."
    )
    line.locator("input[name$=-physical_percent]").fill("40")
    said(page, SAVED)
    assert line.locator("[data-said]").count() == 0
    assert stored(site)[1]["physical_percent"] == "40.00"


def test_the_keyboard_alone_is_enough(site, enter, address):
    page = enter("operator")
    page.goto(address)
    reached = []
    for _press in range(TABS):
        page.keyboard.press("Tab")
        name = page.evaluate(
            "document.activeElement.name || document.activeElement.tagName"
        )
        reached.append(name)
        if page.evaluate(
            "document.activeElement.matches('[data-line]:not([open]) > *')"
        ):
            page.keyboard.press("Enter")
        if name.endswith("-volume"):
            page.keyboard.press("ControlOrMeta+A")
            page.keyboard.type("21")
        if page.evaluate("document.activeElement.value") == "save":
            with page.expect_navigation():
                page.keyboard.press("Enter")
            break
    else:
        pytest.fail(f"the button was not reached: {reached}")

    typed = {name.rpartition("-")[2] for name in reached}
    assert {"volume", "planned_percent", "physical_percent", "spent"} <= typed
    assert stored(site)[1]["volume"] == "21.000000"


def test_the_first_visit_is_light_and_fits_a_phone(site, enter, address):
    page = enter("operator")
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.send("Network.clearBrowserCache")
    sizes = []
    network.on(
        "Network.loadingFinished",
        lambda event: sizes.append(event["encodedDataLength"]),
    )

    page.goto(address)
    page.wait_for_load_state("networkidle")

    assert len(sizes) > 3
    assert sum(sizes) <= MOST_BYTES
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"]
    small = page.evaluate(
        """[...document.querySelectorAll('.stickybar button, .act summary')]
        .filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 44)
        .map(e => e.innerText)"""
    )
    assert small == [], "too small for a thumb"
