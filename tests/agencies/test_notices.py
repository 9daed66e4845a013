"""Notices: told once, read by their person only, and what comes by mail."""

import pytest

from agencies.models import Notice, NoticeChoice, User
from agencies.models.notice import NoticeKind
from agencies.notices import choose_mail, mailed_kinds, tell
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

LIST = "/pemberitahuan/"
CHOICES = "/pemberitahuan/pilihan/"
API = "/api/v1/notices/"


def told(user: User, count: int = 1, **values: str) -> list[Notice]:
    for number in range(count):
        words = {"kind": "returned", "key": f"k{number}", "url": "/laporan/"} | values
        tell([user], text=f"Kabar {number}.", **words)
    return list(user.notices.order_by("pk"))


# ---- telling -------------------------------------------------------------------------
def test_the_same_is_told_once(viewer, operator):
    values = {"kind": "due", "key": "a", "text": "Teks", "url": "/"}

    assert tell([viewer, operator, viewer], **values) == 2
    assert tell([viewer, operator], **values) == 0
    assert Notice.objects.count() == 2


def test_whoever_left_is_told_nothing(viewer):
    gone = UserFactory(is_active=False)

    assert tell([gone], kind="due", key="a", text="Teks", url="/") == 0


def test_a_notice_knows_whether_it_was_wanted_by_mail(viewer, operator):
    choose_mail(set(NoticeKind.values) - {"due"}, by=viewer)

    tell([viewer, operator], kind="due", key="a", text="Teks", url="/")

    wanted = dict(Notice.objects.values_list("user__username", "wants_mail"))
    assert wanted == {"viewer": False, "operator": True}


def test_choices_are_kept_only_where_they_differ(viewer):
    choose_mail(NoticeKind.values, by=viewer)
    assert not NoticeChoice.objects.exists()

    choose_mail(["due"], by=viewer)
    assert mailed_kinds(viewer) == {"due"}
    choose_mail(NoticeKind.values, by=viewer)
    assert mailed_kinds(viewer) == set(NoticeKind.values)


# ---- pages ---------------------------------------------------------------------------
def test_the_list_shows_ones_own_and_the_badge_counts_the_unread(
    client, viewer, operator
):
    told(viewer, 2)
    told(operator, key="other")
    client.force_login(viewer)

    page = client.get(LIST).content.decode()

    assert page.count("Kabar") == 2
    assert 'Pemberitahuan: <data value="2">2</data>' in page
    assert "2</data> belum dibaca" in page


def test_following_a_notice_is_having_read_it(client, viewer):
    [notice] = told(viewer)
    client.force_login(viewer)

    answer = client.get(f"{LIST}{notice.pk}/buka/")

    assert (answer.status_code, answer.url) == (302, "/laporan/")
    notice.refresh_from_db()
    first = notice.read_at
    assert first is not None
    client.get(f"{LIST}{notice.pk}/buka/")
    notice.refresh_from_db()
    assert notice.read_at == first


def test_one_or_all_are_marked_as_read(client, viewer):
    notices = told(viewer, 3)
    client.force_login(viewer)

    page = client.post(f"{LIST}{notices[0].pk}/dibaca/", follow=True)
    assert "Pemberitahuan ditandai sudah dibaca." in page.content.decode()
    assert viewer.notices.unread().count() == 2

    page = client.post(f"{LIST}dibaca/", follow=True).content.decode()
    assert viewer.notices.unread().count() == 0
    assert "Tandai semua sudah dibaca" not in page


def test_the_list_can_be_narrowed(client, viewer):
    told(viewer, 1, kind="due", key="1")
    told(viewer, 1, kind="verified", key="2")
    client.force_login(viewer)

    assert client.get(LIST, {"kind": "due"}).context["page_obj"].paginator.count == 1
    viewer.notices.filter(kind="due").update(read_at="2026-01-01T00:00Z")
    unread = client.get(LIST, {"unread": "true"}).context["object_list"]
    assert [notice.kind for notice in unread] == ["verified"]


def test_an_empty_list_says_what_will_appear(client, viewer):
    client.force_login(viewer)

    assert "Belum ada pemberitahuan" in client.get(LIST).content.decode()


def test_choices_are_shown_with_the_address_and_kept(client, viewer):
    User.objects.filter(pk=viewer.pk).update(email="pembaca@example.go.id")
    client.force_login(viewer)

    page = client.get(CHOICES)
    assert "Surel dikirim ke pembaca@example.go.id." in page.content.decode()
    assert page.content.decode().count("checked") == len(NoticeKind)

    page = client.post(CHOICES, {"due": "on", "mention": "on"}, follow=True)

    assert mailed_kinds(viewer) == {"due", "mention"}
    assert "Pilihan Anda disimpan." in page.content.decode()


def test_who_has_no_address_is_told_to_ask_for_one(client, viewer):
    client.force_login(viewer)

    assert "Minta administrator mengisinya." in client.get(CHOICES).content.decode()


def test_notices_cost_the_same_for_more_of_them(client, viewer, queries_of):
    client.force_login(viewer)
    told(viewer, 2)
    few = [queries_of(client.get, url) for url in (LIST, API)]
    told(viewer, 9)

    assert [queries_of(client.get, url) for url in (LIST, API)] == few


# ---- API -----------------------------------------------------------------------------
def test_the_api_lists_and_reads_ones_own(client, viewer, operator):
    [notice] = told(viewer)
    [other] = told(operator, key="other")
    client.force_login(viewer)

    [row] = client.get(API).json()["results"]
    assert row["text"] == "Kabar 0."
    assert row["url"].endswith("/laporan/")
    assert row["read_at"] is None

    assert client.post(f"{API}{notice.pk}/read/").json()["read_at"]
    assert client.post(f"{API}{notice.pk}/read/").status_code == 200
    assert client.get(API, {"unread": "true"}).json()["count"] == 0
    assert client.post(f"{API}{other.pk}/read/").status_code == 404
    assert client.post(f"{LIST}{other.pk}/dibaca/").status_code == 404
    assert client.get(f"{LIST}{other.pk}/buka/").status_code == 404
