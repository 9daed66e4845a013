"""Files of the coordination: who may, what is kept, and what closing freezes."""

import pytest
from django.urls import reverse

from agencies.roles import Role
from coordination.models import File
from coordination.models.meeting import Phase
from coordination.services.files import attach_file, remove_file, sweep_files
from core.errors import BusinessRuleError, NotAllowedError, WrongStateError
from tests.factories import AgencyFactory, MembershipFactory
from tests.factories_coordination import BEGINS, SpeakerFactory, brought_to, meeting_in
from tests.pictures import SECRET, jpeg, pdf, upload

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def guest():
    return AgencyFactory(region=None, level="central")


@pytest.fixture
def meeting(office, guest):
    return meeting_in(Phase.IN_SESSION, agency=office, guest=guest)


def files_in(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_photo_is_drawn_anew_and_only_that_is_kept(folder, meeting, operator):
    sent = jpeg()
    assert SECRET in sent

    file = attach_file(
        meeting, file=upload(sent, "foto.jpg"), by=operator, caption=" Aula "
    )

    assert (file.kind, file.caption, file.owner) == ("photo", "Aula", meeting)
    stored = files_in(folder)
    assert len(stored) == 2  # the picture and its thumbnail; no original
    assert all(SECRET not in path.read_bytes() for path in stored)
    assert all(path.read_bytes().startswith(b"\xff\xd8\xff") for path in stored)


def test_a_file_sent_again_is_the_one_that_is_there(folder, meeting, operator):
    first = attach_file(meeting, file=upload(pdf(), "a.pdf"), by=operator)
    again = attach_file(meeting, file=upload(pdf(), "b.pdf"), by=operator)

    assert again == first
    assert len(files_in(folder)) == 1


def test_what_is_no_photo_and_no_pdf_is_refused_with_what_to_do(
    folder, meeting, operator
):
    with pytest.raises(BusinessRuleError) as refused:
        attach_file(meeting, file=upload(b"halo", "a.docx"), by=operator)

    assert set(refused.value.errors) == {"file"}
    assert files_in(folder) == []


def test_material_hangs_on_its_resource_person(meeting, operator):
    speaker = SpeakerFactory(meeting=meeting)

    file = attach_file(speaker, file=upload(pdf(), "paparan.pdf"), by=operator)

    assert list(File.objects.visible_to(operator)) == [file]


def test_only_the_host_adds_and_removes(meeting, operator, guest):
    stranger = MembershipFactory(agency=guest, role=Role.DISTRICT_HEAD).user
    file = attach_file(meeting, file=upload(pdf(), "a.pdf"), by=operator)

    with pytest.raises(NotAllowedError):
        attach_file(meeting, file=upload(jpeg(), "b.jpg"), by=stranger)
    with pytest.raises(NotAllowedError):
        remove_file(file, by=stranger)
    assert list(File.objects.visible_to(stranger)) == [file]


def test_closed_minutes_keep_their_files(meeting, operator, head):
    file = attach_file(meeting, file=upload(pdf(), "a.pdf"), by=operator)
    brought_to(meeting, Phase.CLOSED)

    with pytest.raises(WrongStateError, match="Notulen sudah ditutup"):
        attach_file(meeting, file=upload(jpeg(), "b.jpg"), by=operator)
    for person in (operator, head):
        with pytest.raises(WrongStateError):
            remove_file(file, by=person)


def test_who_may_close_adds_the_signed_scan_afterwards(client, meeting, operator, head):
    speaker = SpeakerFactory(meeting=meeting)
    early = attach_file(meeting, file=upload(pdf(), "paparan.pdf"), by=operator)
    File.objects.filter(pk=early.pk).update(uploaded_at=BEGINS)
    brought_to(meeting, Phase.CLOSED)

    scan = attach_file(meeting, file=upload(jpeg(), "pindaian.jpg"), by=head)
    attach_file(speaker, file=upload(pdf(), "bahan.pdf"), by=head)

    with pytest.raises(WrongStateError, match="Notulen sudah ditutup"):
        remove_file(scan, by=head)
    late = "ditambahkan setelah notulen ditutup"
    client.force_login(head)
    for place, record in (("rapat", meeting), ("narasumber", speaker)):
        page = client.get(page_of(place, record)).content.decode()
        assert page.count(late) == 1  # the earlier one is as it was
        assert 'name="uploads"' in page
        assert reverse("coordination:file-remove", args=[scan.pk]) not in page
    client.force_login(operator)
    page = client.get(page_of("rapat", meeting)).content.decode()
    assert 'name="uploads"' not in page


def test_a_removed_file_leaves_the_disk_once_it_is_certain(
    folder, meeting, operator, django_capture_on_commit_callbacks
):
    file = attach_file(meeting, file=upload(pdf(), "a.pdf"), by=operator)

    with django_capture_on_commit_callbacks(execute=True):
        remove_file(file, by=operator)

    assert files_in(folder) == []
    assert not File.objects.exists()


def test_files_of_today_are_not_swept(meeting, operator, folder):
    attach_file(meeting, file=upload(pdf(), "a.pdf"), by=operator)
    assert sweep_files() == 0
    assert len(files_in(folder)) == 1


# ---- pages ---------------------------------------------------------------------------
def page_of(place, record):
    return reverse("coordination:files", args=[place, record.pk])


def test_of_several_files_the_good_ones_are_kept_and_the_others_named(
    client, meeting, operator
):
    client.force_login(operator)
    files = [upload(jpeg(), "satu.jpg"), upload(b"halo", "dua.jpg")]

    page = client.post(page_of("rapat", meeting), {"uploads": files, "caption": "A"})

    assert File.objects.count() == 1
    assert "dua.jpg" in page.content.decode()
    assert "1 berkas tersimpan" in page.content.decode()


def test_the_guest_reads_and_has_no_form(client, meeting, operator, guest):
    file = attach_file(meeting, file=upload(jpeg(), "a.jpg"), by=operator)
    client.force_login(MembershipFactory(agency=guest, role=Role.VIEWER).user)

    page = client.get(page_of("rapat", meeting)).content.decode()

    assert reverse("coordination:file", args=[file.pk]) in page
    assert "<input" not in page.partition("<main")[2]
    small = client.get(reverse("coordination:file-thumbnail", args=[file.pk]))
    assert b"".join(small.streaming_content).startswith(b"\xff\xd8\xff")
    assert small.headers["Content-Type"] == "image/jpeg"
    assert client.post(page_of("rapat", meeting)).status_code == 403


def test_strangers_find_nothing(client, meeting, operator):
    file = attach_file(meeting, file=upload(pdf(), "a.pdf"), by=operator)
    other = AgencyFactory(region=None, level="central")
    client.force_login(MembershipFactory(agency=other, role=Role.VIEWER).user)

    for address in (
        page_of("rapat", meeting),
        page_of("apa", meeting),
        reverse("coordination:file", args=[file.pk]),
    ):
        assert client.get(address).status_code == 404


def test_removing_asks_first(client, meeting, operator):
    file = attach_file(meeting, file=upload(pdf(), "a.pdf"), by=operator)
    client.force_login(operator)
    address = reverse("coordination:file-remove", args=[file.pk])

    assert client.get(address).status_code == 200
    assert File.objects.exists()
    assert client.post(address).status_code == 302
    assert not File.objects.exists()


# ---- API -----------------------------------------------------------------------------
API = "/api/v1/coordination-files/"


def test_a_file_through_the_api(client, meeting, operator, guest):
    client.force_login(operator)
    speaker = SpeakerFactory(meeting=meeting)
    sent = {"place": "speaker", "record": speaker.pk, "caption": "Paparan"}

    made = client.post(API, sent | {"file": upload(jpeg(), "a.jpg")})
    again = client.post(API, sent | {"file": upload(jpeg(), "a.jpg")})

    assert (made.status_code, again.status_code) == (201, 200)
    file = made.json()
    assert again.json() == file
    assert (file["place"], file["record"], file["kind"]) == (
        "speaker",
        speaker.pk,
        "photo",
    )
    attach_file(meeting, file=upload(pdf(), "b.pdf"), by=operator)
    for query, count in (
        ({}, 2),
        ({"place": "speaker", "record": speaker.pk}, 1),
        ({"place": "group"}, 0),
        ({"kind": "document"}, 1),
    ):
        assert client.get(API, query).json()["count"] == count
    small = client.get(file["thumbnail_url"], headers={"Accept": "image/*"})
    assert small.headers["Content-Type"] == "image/jpeg"

    client.force_login(MembershipFactory(agency=guest, role=Role.VIEWER).user)
    url = f"{API}{file['id']}/"
    assert client.delete(url).status_code == 403
    assert client.post(API, sent | {"file": upload(pdf())}).status_code == 403
    client.force_login(operator)
    assert client.delete(url).status_code == 204
    assert client.get(url).status_code == 404


def test_the_api_knows_no_record_of_strangers(client, meeting):
    other = AgencyFactory(region=None, level="central")
    client.force_login(MembershipFactory(agency=other, role=Role.DISTRICT_HEAD).user)
    sent = {"place": "meeting", "record": meeting.pk, "file": upload(pdf(), "a.pdf")}

    refused = client.post(API, sent)

    assert refused.status_code == 400
    assert refused.json() == {
        "record": ["Tidak ada catatan ini yang dapat Anda lihat."]
    }


def test_page_and_list_ask_as_much_for_many_files(
    client, meeting, operator, queries_of
):
    client.force_login(operator)
    speaker = SpeakerFactory(meeting=meeting)
    attach_file(speaker, file=upload(pdf(), "a.pdf"), by=operator)
    urls = (API, page_of("narasumber", speaker))
    few = [(client.get(url), queries_of(client.get, url))[1] for url in urls]
    for number in range(1, 5):
        other = SpeakerFactory(meeting=meeting)
        for owner in (speaker, other):
            sent = upload(pdf() + b" " * number, "a.pdf")
            attach_file(owner, file=sent, by=operator)

    for url, least in zip(urls, few, strict=True):
        assert queries_of(client.get, url) <= least
