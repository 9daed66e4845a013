"""Photos and documents: who may, what is read and refused, what lies on the disk."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from pyproj import Geod

from areas.geodesy import metres_outside
from core import kept_files
from core.errors import BusinessRuleError, NotAllowedError, WrongStateError
from programs import attachments, services
from programs.attachments import position_text
from programs.models import Attachment
from programs.services import attach_file, change_attachment, remove_attachment
from programs.services import attachments as service
from programs.sheet import sheet_of
from tests.factories_programs import PeriodFactory, drafted, filled
from tests.footprints import SOUTH, WEST, outlined, rectangle
from tests.pictures import SECRET, bytes_of, heic, jpeg, pdf, upload

pytestmark = pytest.mark.django_db

# A point in the middle of the area's outline of 400 × 300 m, and one east of it.
INSIDE = (SOUTH + 0.001, WEST + 0.001)


def east_of(metres: float) -> tuple[float, float]:
    """The point so far east of the outline, at half its height."""
    edge = rectangle(400, 300)["coordinates"][0][1][0]
    latitude = SOUTH + 0.001
    longitude, latitude, _back = Geod(ellps="WGS84").fwd(edge, latitude, 90, metres)
    return latitude, longitude


@pytest.fixture(autouse=True)
def folder(settings, tmp_path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def area(decree_line):
    for name, value in outlined(400, 300).as_fields().items():
        setattr(decree_line.area, name, value)
    decree_line.area.outline_source = "uji.geojson"
    decree_line.area.save()
    return decree_line.area


@pytest.fixture
def line(area, draft):
    return draft.lines.select_related("report__agency", "activity__area").get()


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def refusal(call, *args, **kwargs) -> dict[str, list[str]]:
    with pytest.raises(BusinessRuleError) as refused:
        call(*args, **kwargs)
    return refused.value.errors


# ---- what is kept ------------------------------------------------------------


def test_a_photo_is_kept_with_what_it_says_itself(line, operator, folder):
    photo = attach_file(
        line,
        file=upload(jpeg(position=INSIDE), name="../../IMG 1.jpg"),
        by=operator,
        stage="50",
        caption=" Saluran RT 02 ",
    )

    assert (photo.kind, photo.stage, photo.caption) == ("photo", "50", "Saluran RT 02")
    assert (photo.name, photo.content_type) == ("IMG 1.jpg", "image/jpeg")
    assert timezone.localtime(photo.taken_at).isoformat() == "2021-11-03T09:15:00+08:00"
    assert (photo.position_source, photo.distance_m) == ("exif", 0)
    assert position_text(photo) == "di dalam kawasan"
    assert SECRET in bytes_of(photo.original)
    for served in (bytes_of(photo.file), bytes_of(photo.thumbnail)):
        assert SECRET not in served
        assert b"Exif" not in served
    assert len(files_in(folder)) == 3
    for path in files_in(folder):
        assert "IMG" not in path.name
        assert len(path.stem) == 64 + 1 + 16


def test_a_heic_is_served_as_jpeg_and_kept_as_it_was(line, operator):
    photo = attach_file(line, file=upload(heic(), "IMG_1.HEIC"), by=operator)

    assert photo.content_type == "image/jpeg"
    assert photo.original.name.endswith(".heic")
    assert bytes_of(photo.file)[:3] == b"\xff\xd8\xff"


def test_a_pdf_is_a_document_without_stage(draft, operator, folder):
    document = attach_file(
        draft, file=upload(pdf(), "surat.pdf"), by=operator, stage="50"
    )

    assert (document.kind, document.stage) == ("document", "")
    assert (document.thumbnail.name, position_text(document)) == ("", "")
    assert len(files_in(folder)) == 1


def test_every_kind_of_record_has_files(line, draft, activity, area, operator):
    for owner in (line, draft, activity, area):
        owned = attach_file(owner, file=upload(), by=operator)
        assert owned.owner == owner


def test_the_same_file_sent_again_is_the_one_that_is_there(line, operator, folder):
    first = attach_file(line, file=upload(), by=operator, stage="0")
    again = attach_file(line, file=upload(name="IMG_9.jpg"), by=operator, stage="100")

    assert (again.pk, again.stage) == (first.pk, "0")
    assert line.attachments.count() == 1
    assert len(files_in(folder)) == 3


def test_the_same_file_sent_twice_at_once_is_stored_once(
    line, operator, folder, monkeypatch
):
    """The second was not seen before the photo was read, only under the lock."""
    attach_file(line, file=upload(), by=operator)
    found = service._same_file
    answers = iter([None])
    monkeypatch.setattr(
        service, "_same_file", lambda *asked: next(answers, found(*asked))
    )

    again = attach_file(line, file=upload(), by=operator)

    assert line.attachments.get() == again
    assert len(files_in(folder)) == 3


# ---- where it was taken ------------------------------------------------------


@pytest.mark.parametrize(
    ("metres", "text"),
    [
        (1, "1 m di luar batas kawasan"),
        (410, "410 m di luar batas kawasan"),
        (9_000, "9.000 m di luar batas kawasan"),
        (25_000, "25 km di luar batas kawasan"),
    ],
)
def test_a_photo_outside_says_how_far(line, operator, metres, text):
    content = jpeg(position=east_of(metres))
    photo = attach_file(line, file=upload(content), by=operator)

    assert photo.distance_m == pytest.approx(metres, abs=1)
    assert position_text(photo).replace("409", "410").replace("411", "410") == text
    assert attachments.is_far(photo) == (metres > 250)


@pytest.mark.parametrize("bearing", range(0, 360, 30))
def test_metres_are_those_of_the_nearest_point_on_the_ellipsoid(bearing):
    """Compared with the nearest of many points on it, each measured exactly."""
    geod = Geod(ellps="WGS84")
    outline = rectangle(400, 300)
    longitude, latitude, _back = geod.fwd(WEST, SOUTH, bearing, 2_000)
    ring = outline["coordinates"][0]
    steps = [step / 2_000 for step in range(2_001)]
    nearest = min(
        geod.inv(
            longitude, latitude, a[0] + (b[0] - a[0]) * s, a[1] + (b[1] - a[1]) * s
        )[2]
        for a, b in zip(ring, ring[1:], strict=False)
        for s in steps
    )

    found = metres_outside(
        outline, latitude=Decimal(str(latitude)), longitude=Decimal(str(longitude))
    )

    assert found == pytest.approx(nearest, abs=1.5)


def test_without_position_or_outline_nothing_is_compared(draft, line, area, operator):
    nowhere = attach_file(line, file=upload(jpeg(position=None)), by=operator)
    of_report = attach_file(draft, file=upload(jpeg(position=INSIDE)), by=operator)

    assert (nowhere.distance_m, position_text(nowhere)) == (None, "tanpa posisi")
    assert of_report.distance_m is None
    assert position_text(of_report) == "posisi ada, batas kawasan belum ada"


def test_a_typed_position_is_marked_and_a_photos_own_stays(line, operator):
    typed = tuple(Decimal(str(part)) for part in east_of(410))
    nowhere = attach_file(line, file=upload(jpeg(position=None)), by=operator)
    placed = attach_file(
        line, file=upload(jpeg(position=INSIDE)), by=operator, position=typed
    )

    nowhere = change_attachment(nowhere, by=operator, position=typed)
    errors = refusal(change_attachment, placed, by=operator, position=typed)

    assert nowhere.position_source == "typed"
    assert position_text(nowhere) == (
        "410 m di luar batas kawasan (posisi ditulis tangan)"
    )
    assert (placed.position_source, placed.distance_m) == ("exif", 0)
    assert errors == {
        "position": ["Foto ini sudah memuat posisinya sendiri; itu tidak diubah."]
    }
    nowhere = change_attachment(nowhere, by=operator, position=None)
    assert (nowhere.latitude, nowhere.position_source) == (None, "")


def test_a_position_is_on_earth(line, operator):
    photo = attach_file(line, file=upload(jpeg(position=None)), by=operator)
    swapped = (Decimal("114.59"), Decimal("-3.31"))

    errors = refusal(change_attachment, photo, by=operator, position=swapped)

    assert errors == {
        "position": ["Lintang antara -90 dan 90 derajat, misalnya -3,316694."]
    }


# ---- what is refused, and that nothing of it is left -------------------------

BAD = {
    "empty": (b"", "Berkas kosong. Ambil atau pilih fotonya sekali lagi."),
    "text": (b"halo", "Ini bukan foto. Pilih JPEG, PNG, HEIC, atau WebP."),
    "fake": (b"\xff\xd8\xff" + b"x" * 99, "Foto rusak atau tidak utuh."),
    "half": (jpeg()[:2000], "Foto rusak atau tidak utuh."),
    "broken pdf": (b"%PDF-1.4 ...", "PDF berakhir terlalu awal"),
    "large": (jpeg() + bytes(3 << 20), "Foto ini 3,0 MB; paling besar 2 MB."),
    "large pdf": (b"%PDF-" + bytes(3 << 20), "lebih besar dari 1 MB"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_gets_a_sentence_and_leaves_nothing(
    line, operator, folder, settings, name
):
    settings.PHOTO_MAX_BYTES, settings.DOCUMENT_MAX_BYTES = 2 << 20, 1 << 20
    content, sentence = BAD[name]

    errors = refusal(attach_file, line, file=upload(content), by=operator)

    assert set(errors) == {"file"}
    assert sentence in errors["file"][0]
    assert not Attachment.objects.exists()
    assert files_in(folder) == []


def test_what_is_said_of_a_file_is_checked_as_a_whole(line, operator, folder):
    errors = refusal(
        attach_file,
        line,
        file=upload(),
        by=operator,
        stage="75",
        caption="x" * 201,
        dated_on=timezone.localdate() + timedelta(days=1),
    )

    assert set(errors) == {"stage", "caption", "dated_on"}
    assert errors["dated_on"] == [
        "Tanggal ini belum tiba. Tulis tanggal foto atau suratnya."
    ]
    assert files_in(folder) == []


def test_a_record_has_only_so_many_files(line, operator, settings, folder):
    settings.ATTACHMENTS_MAX = 1
    attach_file(line, file=upload(), by=operator)

    errors = refusal(attach_file, line, file=upload(jpeg(seed=1)), by=operator)

    assert errors["file"] == [
        "Di sini sudah ada 1 berkas, batas terbanyak. Hapus yang tidak diperlukan."
    ]
    assert len(files_in(folder)) == 3


def test_where_the_database_refuses_no_file_is_left(
    line, operator, folder, monkeypatch
):
    def refuse(record, **options) -> None:
        raise IntegrityError

    monkeypatch.setattr(Attachment, "save", refuse)

    with pytest.raises(IntegrityError):
        attach_file(line, file=upload(), by=operator)

    assert files_in(folder) == []


# ---- rights and states -------------------------------------------------------


@pytest.mark.parametrize("person", ["viewer", "stranger", "verifier", "administrator"])
def test_only_the_office_adds_files(
    request, line, draft, activity, area, folder, person
):
    by = request.getfixturevalue(person)
    for owner in (line, draft, activity, area):
        with pytest.raises(NotAllowedError):
            attach_file(owner, file=upload(), by=by)

    assert files_in(folder) == []


def test_the_province_adds_documents_of_programmes_and_areas(
    line, activity, area, editor
):
    for owner in (activity, area):
        attach_file(owner, file=upload(pdf()), by=editor)

    with pytest.raises(NotAllowedError):
        attach_file(line, file=upload(), by=editor)


def test_the_files_of_a_report_rest_with_its_figures(line, draft, operator, head):
    photo = attach_file(line, file=upload(), by=operator)
    services.submit_report(draft, by=head)

    for call in (
        lambda: attach_file(line, file=upload(jpeg(seed=1)), by=operator),
        lambda: change_attachment(photo, by=operator, caption="lain"),
        lambda: remove_attachment(photo, by=operator),
    ):
        with pytest.raises(WrongStateError, match="Minta pemeriksa mengembalikannya"):
            call()

    photo.refresh_from_db()
    assert photo.caption == ""


def test_a_closed_period_says_whom_to_call(area, activity, office, operator):
    period = PeriodFactory(
        starts_on=date(2021, 1, 1), ends_before=date(2021, 4, 1), name="TW I 2021"
    )
    report = drafted(office, by=operator, lines=[filled(activity)], period=period)
    period.closes_on = date(2021, 4, 20)
    period.save()
    report.refresh_from_db()

    with pytest.raises(WrongStateError, match="TW I 2021 ditutup"):
        attach_file(report.lines.get(), file=upload(), by=operator)


# ---- removal -----------------------------------------------------------------


def test_removal_takes_the_files_once_it_holds(
    line, operator, folder, django_capture_on_commit_callbacks
):
    photo = attach_file(line, file=upload(), by=operator)

    with django_capture_on_commit_callbacks(execute=True):
        remove_attachment(photo, by=operator)
        assert len(files_in(folder)) == 3

    assert not Attachment.objects.exists()
    assert files_in(folder) == []


def test_one_record_loses_no_file_of_another(
    line, draft, operator, folder, django_capture_on_commit_callbacks
):
    photo = attach_file(line, file=upload(), by=operator)
    other = attach_file(draft, file=upload(), by=operator)

    with django_capture_on_commit_callbacks(execute=True):
        remove_attachment(photo, by=operator)

    assert bytes_of(other.file)[:3] == b"\xff\xd8\xff"
    assert len(files_in(folder)) == 3


def test_what_was_rolled_back_or_killed_is_swept_away_but_nothing_else(
    line, operator, folder, monkeypatch
):
    kept = attach_file(line, file=upload(), by=operator)
    with transaction.atomic():
        attach_file(line, file=upload(jpeg(seed=1)), by=operator)
        transaction.set_rollback(True)
    assert len(files_in(folder)) == 6

    assert service.sweep_files() == 0  # a row may come yet
    monkeypatch.setattr(kept_files.time, "time", lambda: 4_000_000_000)
    assert service.sweep_files() == 3

    assert len(files_in(folder)) == 3
    assert bytes_of(kept.file)[:3] == b"\xff\xd8\xff"


# ---- photos of a line --------------------------------------------------------


def test_a_line_shows_the_stages_of_its_activity(
    line, draft, office, activity, operator
):
    later = drafted(
        office,
        by=operator,
        lines=[filled(activity)],
        period=PeriodFactory(
            starts_on=date(2022, 1, 1), ends_before=date(2022, 4, 1), name="TW I 2022"
        ),
    )
    later_line = later.lines.get()
    start = attach_file(
        line, file=upload(jpeg(position=INSIDE)), by=operator, stage="0"
    )
    far = attach_file(
        later_line,
        file=upload(jpeg(position=east_of(410))),
        by=operator,
        stage="100",
    )
    attach_file(later_line, file=upload(pdf()), by=operator)

    before, now = (sheet_of(report).lines[0].photos for report in (draft, later))

    assert [place.photo for place in before.places] == [start, None, None, None]
    assert [place.photo for place in now.places] == [start, None, far, None]
    assert (before.own, now.own, now.documents) == (1, 2, 1)
    assert now.warnings == ["Foto 100 % diambil 410 m di luar batas kawasan."]
    assert before.warnings == []
