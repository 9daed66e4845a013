"""Photos from a phone: several at once, one of them none, also without JavaScript."""

import pytest

from tests.browser.conftest import DESK
from tests.pictures import heic, jpeg, pdf

pytestmark = pytest.mark.browser

FILES = [
    {"name": "saluran.jpg", "mimeType": "image/jpeg", "buffer": jpeg(1200, 900)},
    {"name": "IMG_1.HEIC", "mimeType": "image/heic", "buffer": heic()},
    {"name": "bukan.jpg", "mimeType": "image/jpeg", "buffer": b"halo"},
    {"name": "surat.pdf", "mimeType": "application/pdf", "buffer": pdf()},
]


def is_drawn(image) -> bool:
    image.scroll_into_view_if_needed()
    return image.evaluate("image => image.decode().then(() => image.naturalWidth > 0)")


def fits(page) -> bool:
    width = "document.documentElement.scrollWidth - innerWidth"
    return page.evaluate(width) <= 0


def test_photos_are_sent_from_a_phone_and_shown(site, enter):
    page = enter("operator", java_script_enabled=False)
    page.goto(f"/laporan/{site.keys['report']}/isi/")
    summary = page.locator("details[data-line] > summary").first
    if page.locator("details[data-line][open]").count() == 0:
        summary.click()
    page.locator(".photos-more a").first.click()

    page.set_input_files("[name=uploads]", FILES)
    page.select_option("[name=stage]", "50")
    page.click("main form button[type=submit]")

    assert "3 berkas tersimpan." in page.text_content("main")
    assert "bukan.jpg: Ini bukan foto." in page.locator(".todo-errors").inner_text()
    assert page.locator(".file").count() == 3
    shown = enter("operator")
    shown.goto(page.url)
    assert all(is_drawn(image) for image in shown.locator(".file img").all())
    assert fits(shown)

    shown.goto(f"/laporan/{site.keys['report']}/isi/")
    assert shown.locator(".ph img").count() == 1
    assert shown.locator(".ph-empty").count() == 3
    assert fits(shown)

    desk = enter("verifikator", viewport=DESK)
    desk.goto(f"/laporan/{site.keys['report']}/")
    assert is_drawn(desk.locator(".ph img").first)
    assert fits(desk)
    desk.goto(f"/laporan/{site.keys['report']}/berkas/")
    assert desk.get_by_text("Berkas asli").count() == 2
