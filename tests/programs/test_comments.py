"""Comments: who may say something, who is told, and that it stays plain text."""

import pytest
from django.urls import reverse

from agencies.models import Notice
from core.errors import BusinessRuleError, NotAllowedError
from programs import services
from programs.comments import mentioned_in
from programs.models import Comment
from tests.factories import UserFactory

API = "/api/v1/comments/"


@pytest.fixture
def owners(submitted, activity, area):
    return {
        "report": submitted,
        "line": submitted.lines.get(),
        "activity": activity,
        "area": area,
    }


PLACES = {
    "report": "laporan",
    "line": "baris",
    "activity": "kegiatan",
    "area": "kawasan",
}


def told():
    return {notice.user.username for notice in Notice.objects.filter(kind="mention")}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@siti tolong", ["siti"]),
        ("Halo @siti, @budi.", ["siti", "budi"]),
        ("(@siti.w)", ["siti.w"]),
        ("@siti @siti", ["siti"]),
        ("surel siti@kota.go.id", []),
        ("@", []),
        ("@@siti", ["@siti"]),
        ("@siti's", ["siti"]),
        ("tanpa nama", []),
    ],
)
def test_names_are_found_in_a_text(text, names):
    assert mentioned_in(text) == names


@pytest.mark.parametrize("kind", ["report", "line", "activity", "area"])
def test_whoever_sees_the_record_may_comment_on_it(owners, kind, viewer, stranger):
    said = services.add_comment(owners[kind], text="  Sudah dicek.\r\n", by=viewer)

    assert said.comment.owner == owners[kind]
    assert said.comment.text == "Sudah dicek."
    with pytest.raises(NotAllowedError, match="anggota instansi"):
        services.add_comment(owners[kind], text="Halo", by=stranger)
    with pytest.raises(NotAllowedError):
        services.add_comment(owners[kind], text="Halo", by=UserFactory())


@pytest.mark.parametrize("kind", ["report", "line", "activity", "area"])
def test_those_who_see_it_are_told_and_the_others_are_named(
    owners, kind, operator, verifier, stranger
):
    text = "@Operator @stranger @tidakada, mohon foto. @operator"

    said = services.add_comment(owners[kind], text=text, by=verifier)

    assert told() == {"operator"}
    assert said.untold == ["stranger", "tidakada"]
    assert list(said.comment.mentioned.all()) == [operator]
    notice = Notice.objects.get(kind="mention")
    assert notice.url.endswith(f"#komentar-{said.comment.pk}")
    assert "mohon foto" in notice.text


def test_nobody_is_told_of_what_they_said_themselves(submitted, operator):
    said = services.add_comment(submitted, text="Catatan @operator", by=operator)

    assert told() == set()
    assert said.untold == []


def test_people_without_access_any_more_are_not_told(submitted, operator, verifier):
    operator.is_active = False
    operator.save()

    said = services.add_comment(submitted, text="@operator", by=verifier)

    assert (told(), said.untold) == (set(), ["operator"])


@pytest.mark.parametrize("text", ["", "  \n", "a\x00b", "x" * 4001])
def test_a_text_that_says_nothing_or_too_much_is_refused(submitted, viewer, text):
    with pytest.raises(BusinessRuleError) as refused:
        services.add_comment(submitted, text=text, by=viewer)

    assert list(refused.value.errors) == ["text"]
    assert not Comment.objects.exists()


# ---- pages -----------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["report", "line", "activity", "area"])
def test_a_comment_is_posted_and_shown_as_plain_text(client, log_in, owners, kind):
    log_in("viewer")
    owner = owners[kind]
    url = reverse("programs:comment", args=[PLACES[kind], owner.pk])
    text = "<script>x</script>\nbaris dua http://contoh.id/ @hantu"

    response = client.post(url, {"text": text})

    comment = Comment.objects.get()
    assert response.status_code == 302
    assert response.url.endswith(f"#komentar-{comment.pk}")
    page = client.get(response.url).text
    assert f'id="komentar-{comment.pk}"' in page
    assert "&lt;script&gt;x&lt;/script&gt;<br>baris dua http://contoh.id/" in page
    assert "<script>x" not in page
    assert "Tidak ada pengguna @hantu" in page


def test_a_refused_text_is_asked_again_with_what_was_typed(client, log_in, submitted):
    log_in("viewer")
    url = reverse("programs:comment", args=["laporan", submitted.pk])

    page = client.post(url, {"text": "x" * 4001})

    assert page.status_code == 200
    assert "x" * 4001 in page.text
    assert "4.000" in page.text or "4000" in page.text


def test_other_kinds_of_records_do_not_exist(client, log_in, submitted):
    log_in("viewer")

    url = reverse("programs:comment", args=["program", submitted.pk])
    assert client.get(url).status_code == 404


@pytest.mark.parametrize("kind", ["report", "activity", "area"])
def test_more_comments_ask_no_more_queries(
    client, log_in, owners, kind, viewer, queries_of
):
    log_in("viewer")
    from programs.comments import page_of

    url = page_of(owners[kind])
    services.add_comment(owners[kind], text="Satu.", by=viewer)
    few = queries_of(client.get, url)
    for number in range(5):
        services.add_comment(owners[kind], text=f"{number}", by=UserFactoryIn(viewer))
    assert queries_of(client.get, url) == few


def UserFactoryIn(colleague):  # noqa: N802
    """Somebody of the same agency."""
    from tests.factories import MembershipFactory

    return MembershipFactory(
        agency=colleague.memberships.get().agency, role="viewer"
    ).user


# ---- the API ---------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["report", "line", "activity", "area"])
def test_the_api_says_and_lists(client, log_in, owners, kind, operator):
    log_in("viewer")
    data = {kind: owners[kind].pk, "text": "Mohon foto @operator @hantu"}

    response = client.post(API, data, content_type="application/json")

    assert response.status_code == 201
    said = response.json()
    assert (said[kind], said["mentioned"], said["untold"]) == (
        owners[kind].pk,
        ["operator"],
        ["hantu"],
    )
    rows = client.get(API, {kind: owners[kind].pk}).json()["results"]
    assert [row["text"] for row in rows] == ["Mohon foto @operator @hantu"]
    log_in("stranger")
    assert client.get(API).json()["results"] == []


def test_the_api_wants_one_record_in_sight(client, log_in, owners):
    log_in("viewer")
    both = {"report": owners["report"].pk, "area": owners["area"].pk, "text": "x"}
    for data in (both, {"text": "x"}):
        response = client.post(API, data, content_type="application/json")
        assert (response.status_code, list(response.json())) == (400, ["__all__"])
    log_in("stranger")
    data = {"report": owners["report"].pk, "text": "x"}
    response = client.post(API, data, content_type="application/json")
    assert (response.status_code, list(response.json())) == (400, ["report"])
    assert not Comment.objects.exists()


def test_the_api_list_asks_the_same_number_of_queries(
    client, log_in, owners, viewer, operator, queries_of
):
    log_in("viewer")
    services.add_comment(owners["report"], text="@operator", by=viewer)
    few = queries_of(client.get, API)
    for owner in owners.values():
        services.add_comment(owner, text="@operator", by=viewer)

    assert queries_of(client.get, API) == few
