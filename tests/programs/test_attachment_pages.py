"""The pages of photos and documents, and the files that they show."""

import re

import pytest
from django.urls import reverse

from programs import services
from programs.models import Attachment
from programs.services import attach_file
from tests.factories_programs import activity_in, filled
from tests.pictures import SECRET, heic, jpeg, pdf, upload

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def line(draft):
    return draft.lines.select_related("report__agency", "activity__area").get()


@pytest.fixture
def photo(line, operator):
    return attach_file(
        line, file=upload(heic(), "Saluran é.HEIC"), by=operator, stage="50"
    )


def page_of(line) -> str:
    return reverse("programs:line-files", args=[line.report_id, line.pk])


def text_of(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def body_of(response) -> bytes:
    return b"".join(response.streaming_content)


# ---- adding ------------------------------------------------------------------


def test_of_several_files_the_good_ones_are_kept_and_the_others_are_named(
    client, line, operator
):
    client.force_login(operator)
    files = [
        upload(jpeg(), "satu.jpg"),
        upload(b"halo", "dua.jpg"),
        upload(jpeg(seed=1), "tiga.jpg"),
        upload(b"", "empat.jpg"),
        upload(pdf(), "lima.pdf"),
    ]

    answer = client.post(page_of(line), {"uploads": files, "stage": "50"})

    text = text_of(answer)
    assert answer.status_code == 200
    assert "3 berkas tersimpan." in text
    assert "Tidak tersimpan: 2 berkas" in text
    assert "<strong>dua.jpg</strong>: Ini bukan foto." in text
    assert "<strong>empat.jpg</strong>: Berkas kosong." in text
    stages = Attachment.objects.order_by("pk").values_list("name", "stage")
    assert list(stages) == [("satu.jpg", "50"), ("tiga.jpg", "50"), ("lima.pdf", "")]


def test_files_sent_again_are_said_to_be_there(client, line, operator):
    client.force_login(operator)
    for _time in range(2):
        answer = client.post(page_of(line), {"uploads": [upload()]}, follow=True)

    assert "Berkas ini sudah tersimpan sebelumnya." in text_of(answer)
    assert line.attachments.count() == 1


def test_without_a_file_the_form_says_so(client, line, operator):
    client.force_login(operator)

    answer = client.post(page_of(line), {"stage": "50"})

    assert answer.status_code == 200
    assert "has-error" in text_of(answer)


def test_a_submitted_report_says_why_nothing_can_be_added(
    client, line, draft, operator, head
):
    services.submit_report(draft, by=head)
    client.force_login(operator)

    assert "Minta pemeriksa mengembalikannya" in text_of(client.get(page_of(line)))
    answer = client.post(page_of(line), {"uploads": [upload()]}, follow=True)

    assert "Minta pemeriksa mengembalikannya" in text_of(answer)
    assert "<form" not in text_of(answer).partition("<main")[2].partition("</main")[0]
    assert not Attachment.objects.exists()


def test_a_line_of_another_report_is_not_there(client, line, submitted, operator):
    client.force_login(operator)
    url = reverse("programs:line-files", args=[line.report_id + 1, line.pk])

    assert client.get(url).status_code == 404


# ---- what pages show ---------------------------------------------------------


def test_photos_stand_under_their_stage(client, line, draft, photo, operator, verifier):
    attach_file(draft, file=upload(pdf(), "surat.pdf"), by=operator)
    for person, url in (
        (operator, page_of(line)),
        (verifier, reverse("programs:report-files", args=[draft.pk])),
        (verifier, reverse("programs:activity-files", args=[line.activity_id])),
    ):
        client.force_login(person)
        text = text_of(client.get(url))
        assert "Foto 50 % (<data" in text
        assert f'src="/berkas/{photo.pk}/kecil/" width="160" height="120"' in text
        assert 'loading="lazy" alt="Foto 50 %, 3 Nov 2021 09.15 WITA"' in text
        assert (f"/berkas/{photo.pk}/asli/" in text) == (person == verifier)
        assert (f"/berkas/{photo.pk}/hapus/" in text) == (person == operator)
        assert ("surat.pdf" in text) == ("/laporan/" in url and "kegiatan" not in url)


def test_the_report_shows_what_stages_have_no_photo(client, draft, photo, operator):
    client.force_login(operator)

    text = text_of(client.get(draft.get_absolute_url()))

    assert text.count('class="ph ph-empty"') == 3
    assert text.count(f"/berkas/{photo.pk}/kecil/") == 1
    assert page_of(photo.line) in text


def test_a_file_is_described_anew_and_removed(client, photo, line, operator):
    client.force_login(operator)
    edit = reverse("programs:attachment-edit", args=[photo.pk])
    remove = reverse("programs:attachment-remove", args=[photo.pk])

    assert 'name="position"' not in text_of(client.get(edit))
    answer = client.post(edit, {"stage": "100", "caption": "Selesai"})
    assert answer.url == page_of(line)
    photo.refresh_from_db()
    assert (photo.stage, photo.caption) == ("100", "Selesai")

    assert "Hapus berkas" in text_of(client.get(remove))
    assert Attachment.objects.exists()
    assert client.post(remove).url == page_of(line)
    assert not Attachment.objects.exists()


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("-3,316694; 114,590111", ("-3.316694", "114.590111")),
        ("-3.316694, 114.590111", ("-3.316694", "114.590111")),
        ("-3.316694,114.590111", ("-3.316694", "114.590111")),
        ("-3,316694 114,590111", ("-3.316694", "114.590111")),
        ("−3.3 114.6", ("-3.300000", "114.600000")),
        ("", None),
        ("3 LS 114 BT", "Tulis lintang dan bujur dalam derajat"),
        ("-3,316694", "Tulis lintang dan bujur dalam derajat"),
        ("114,590111; -3,316694", "Lintang antara -90 dan 90 derajat"),
    ],
)
def test_a_position_is_read_as_people_write_it(client, line, operator, written, stored):
    photo = attach_file(line, file=upload(jpeg(position=None)), by=operator)
    client.force_login(operator)
    url = reverse("programs:attachment-edit", args=[photo.pk])

    answer = client.post(url, {"position": written})

    photo.refresh_from_db()
    if isinstance(stored, str):
        assert stored in text_of(answer)
    elif stored:
        assert (str(photo.latitude), str(photo.longitude)) == stored
        assert f"{stored[0]}; {stored[1]}".replace(".", ",") in text_of(client.get(url))
    else:
        assert photo.latitude is None


# ---- the files themselves ----------------------------------------------------


def url_of(photo, part: str = "file") -> str:
    return reverse(f"programs:attachment-{part}", args=[photo.pk])


def test_a_picture_is_shown_without_what_it_said(client, photo, viewer):
    client.force_login(viewer)
    for part in ("file", "thumbnail"):
        answer = client.get(url_of(photo, part))
        assert answer["Content-Type"] == "image/jpeg"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Cache-Control"] == "private, max-age=86400"
        assert answer["Content-Disposition"].startswith("inline; filename*=utf-8''")
        assert answer["Content-Disposition"].endswith("Saluran%20%C3%A9.jpg")
        content = body_of(answer)
        assert content.startswith(b"\xff\xd8\xff")
        assert SECRET not in content


def test_a_picture_that_was_fetched_is_not_sent_again(client, photo, viewer, stranger):
    client.force_login(viewer)
    first = client.get(url_of(photo))
    body_of(first)

    again = client.get(url_of(photo), headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["Cache-Control"] == first["Cache-Control"]

    client.force_login(stranger)
    answer = client.get(url_of(photo), headers={"If-None-Match": first["ETag"]})
    assert answer.status_code == 404


def test_the_original_is_for_the_verifier(client, photo, operator, verifier):
    client.force_login(operator)
    assert client.get(url_of(photo, "original")).status_code == 403

    client.force_login(verifier)
    answer = client.get(url_of(photo, "original"))
    assert answer["Content-Type"] == "image/heic"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Content-Disposition"].startswith("attachment;")
    assert SECRET in body_of(answer)


def test_a_document_is_downloaded(client, draft, operator):
    document = attach_file(draft, file=upload(pdf(), "surat.pdf"), by=operator)
    client.force_login(operator)

    answer = client.get(url_of(document))
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="surat.pdf"'
    assert body_of(answer) == pdf()
    assert client.get(url_of(document, "thumbnail")).status_code == 404


def test_a_file_that_is_gone_is_not_found(client, photo, operator, folder):
    for path in folder.rglob("*.jpg"):
        path.unlink()
    client.force_login(operator)

    assert client.get(url_of(photo)).status_code == 404


# ---- how much a page asks ----------------------------------------------------


@pytest.mark.parametrize("kind", ["line", "report", "activity", "area", "entry"])
def test_a_page_asks_the_same_for_more_files(
    client, line, draft, activity, area, operator, queries_of, kind
):
    owner = {"line": line, "activity": activity, "area": area}.get(kind, draft)
    url = {
        "line": page_of(line),
        "entry": reverse("programs:report-entry", args=[draft.pk]),
        "area": reverse("programs:area-files", args=[area.pk]),
        "report": reverse("programs:report-files", args=[draft.pk]),
        "activity": reverse("programs:activity-files", args=[activity.pk]),
    }[kind]
    client.force_login(operator)
    for seed in range(2):
        attach_file(owner, file=upload(jpeg(seed=seed)), by=operator)
        attach_file(line, file=upload(jpeg(seed=seed)), by=operator, stage="50")
    few = queries_of(client.get, url)
    for seed in range(2, 6):
        attach_file(owner, file=upload(jpeg(seed=seed)), by=operator)
        attach_file(line, file=upload(jpeg(seed=seed)), by=operator, stage="100")

    assert queries_of(client.get, url) == few


def test_a_report_asks_the_same_for_more_lines_with_photos(
    client, line, draft, decree_line, office, operator, queries_of
):
    attach_file(line, file=upload(), by=operator, stage="0")
    client.force_login(operator)
    few = queries_of(client.get, draft.get_absolute_url())
    more = [activity_in(decree_line, agency=office) for _n in range(3)]
    services.save_report_lines(
        draft, lines=[filled(activity, units=[]) for activity in more], by=operator
    )
    for other in draft.lines.exclude(pk=line.pk):
        attach_file(other, file=upload(), by=operator, stage="0")

    assert queries_of(client.get, draft.get_absolute_url()) == few
