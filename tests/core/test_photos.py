"""Photos: which are kept, how they are drawn anew, what is left of their metadata."""

import io
import struct
import tracemalloc
import zlib
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from PIL import Image, ImageCms

from core import photos
from core.photos import Photo, PhotoError, read_photo
from tests.pictures import (
    SECRET,
    bomb,
    drawing,
    heic,
    jpeg,
    pdf,
    png,
    saved,
    webp,
    with_exif,
)

io_bytes = io.BytesIO
WITA = ZoneInfo("Asia/Makassar")
MOST = 25 << 20


def read(content: bytes, most: int = MOST) -> Photo:
    return read_photo(content, most=most, zone=WITA)


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


KINDS = {
    "jpg": jpeg(),
    "png": png(),
    "heic": heic(),
    "webp": webp(),
}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_is_drawn_anew_without_metadata(kind):
    content = KINDS[kind]
    assert SECRET in content

    photo = read(content)

    assert photo.kind == kind
    assert photo.taken_at == datetime(2021, 11, 3, 1, 15, tzinfo=UTC)
    assert photo.position is not None
    for served in (photo.large, photo.small):
        image = opened(served)
        assert (image.format, image.mode) == ("JPEG", "RGB")
        assert not image.getexif()
        for trace in (SECRET, b"Exif", b"http", b"xmp", b"ICC_PROFILE", b"GPS"):
            assert trace not in served
    assert opened(photo.large).size == (400, 300)
    assert opened(photo.small).size == (320, 240)


@pytest.mark.parametrize("kind", ["jpg", "png"])
def test_a_decoder_never_sees_metadata(kind, monkeypatch):
    seen = []
    monkeypatch.setattr(
        photos.io, "BytesIO", lambda *given: seen.extend(given) or io_bytes(*given)
    )

    read(KINDS[kind])

    assert SECRET not in seen[0]
    assert b"Exif" not in seen[0]


def test_what_a_decoder_tells_of_a_picture_is_never_written():
    image = drawing()
    image.info |= {"comment": SECRET, "exif": SECRET, "xmp": SECRET, "dpi": (72, 72)}

    assert SECRET not in photos._as_jpeg(image)


def test_a_large_photo_is_made_smaller_and_a_small_one_is_not_made_larger():
    large, small = read(jpeg(4000, 3000)), read(jpeg(100, 50))

    assert opened(large.large).size == (1600, 1200)
    assert opened(large.small).size == (320, 240)
    assert opened(small.large).size == opened(small.small).size == (100, 50)


CORNERS = {
    1: (5, 5),
    2: (-5, 5),
    3: (-5, -5),
    4: (5, -5),
    5: (5, 5),
    6: (-5, 5),
    7: (-5, -5),
    8: (5, -5),
}


@pytest.mark.parametrize(("orientation", "corner"), CORNERS.items())
def test_a_photo_is_turned_upright(orientation, corner):
    image = opened(read(jpeg(orientation=orientation)).large)

    x, y = (place % side for place, side in zip(corner, image.size, strict=True))
    red, green, _blue = image.getpixel((x, y))
    assert red > 200 > 100 > green
    assert image.size == ((300, 400) if orientation > 4 else (400, 300))


@pytest.mark.parametrize("orientation", [1, 6])
def test_a_heic_is_turned_once(orientation):
    """Its decoder turns it; the encoder writes down how it has to be turned."""
    content = heic(orientation=orientation)
    image = opened(read(content).large)

    assert image.size == opened(content).size


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_mode_of_png_becomes_a_picture(mode):
    source = drawing(mode="RGBA" if mode in ("LA", "RGBA") else "L")
    content = saved(source.convert(mode), "PNG")

    assert opened(read(content).large).mode == "RGB"


def test_what_is_transparent_is_white():
    image = opened(read(saved(Image.new("RGBA", (40, 30)), "PNG")).large)

    assert min(image.getpixel((10, 10))) > 250


def test_print_colours_become_those_of_a_screen():
    source = Image.new("CMYK", (40, 30), (0, 255, 255, 0))
    red, green, blue = opened(read(saved(source, "JPEG")).large).getpixel((10, 10))

    assert red > 200
    assert max(green, blue) < 60


@pytest.mark.parametrize(
    "profile",
    [
        ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes(),
        b"no profile at all",
        b"\x00" * 200,
    ],
)
def test_a_profile_that_makes_no_sense_is_left_out(profile):
    photo = read(saved(drawing(), "JPEG", icc_profile=profile))

    red, green, _blue = opened(photo.large).getpixel((5, 5))
    assert red > 200 > 100 > green


def test_a_profile_is_applied():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    photo = read(saved(drawing(), "JPEG", icc_profile=profile))

    assert "icc_profile" not in opened(photo.large).info


def test_the_first_picture_of_several_in_a_jpeg_is_the_photo():
    second = drawing(50, 50)
    several = saved(drawing(), "MPO", save_all=True, append_images=[second])

    assert opened(several).format == "MPO"
    assert opened(read(several).large).size == (400, 300)


def many_pixels(side: int) -> bytes:
    """A PNG of some hundred bytes that says it has `side` × `side` pixels."""
    plain = png()
    head = struct.pack(">4sIIBBBBB", b"IHDR", side, side, 8, 2, 0, 0, 0)
    return plain[:12] + head + struct.pack(">I", zlib.crc32(head)) + plain[33:]


def tall_jpeg() -> bytes:
    """A JPEG that says it has 60,000 × 60,000 pixels."""
    plain = bytearray(saved(drawing(), "JPEG"))
    place = plain.index(b"\xff\xc0") + 5
    plain[place : place + 4] = struct.pack(">HH", 60_000, 60_000)
    return bytes(plain)


def moving(kind: str) -> bytes:
    frames = [drawing(40, 30), Image.new("RGB", (40, 30), "blue")]
    return saved(frames[0], kind, save_all=True, append_images=frames[1:])


BAD = {
    "empty": (b"", "Berkas kosong"),
    "fake jpeg": (b"\xff\xd8\xff\xe0" + b"bukan foto" * 50, "rusak atau tidak utuh"),
    "a text called .jpg": (b"halo dunia", "Ini bukan foto"),
    "gif": (moving("GIF"), "jenis GIF, bukan foto"),
    "tiff": (saved(drawing(), "TIFF"), "jenis TIFF, bukan foto"),
    "bmp": (saved(drawing(), "BMP"), "jenis BMP, bukan foto"),
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "jenis SVG, bukan foto"),
    "svg with head": (b'<?xml version="1.0"?><svg/>', "jenis SVG, bukan foto"),
    "pdf": (pdf(), "jenis PDF, bukan foto"),
    "zip": (b"PK\x03\x04" + bytes(40), "jenis ZIP, bukan foto"),
    "video": (b"\x00\x00\x00\x18ftypmp42" + bytes(40), "jenis MP4, bukan foto"),
    "moving png": (moving("PNG"), "bergerak"),
    "moving webp": (moving("WEBP"), "bergerak"),
    "half a jpeg": (KINDS["jpg"][: len(KINDS["jpg"]) // 2], "rusak"),
    "half a png": (KINDS["png"][: len(KINDS["png"]) // 2], "rusak"),
    "half a webp": (KINDS["webp"][: len(KINDS["webp"]) // 2], "rusak"),
    "half a heic": (KINDS["heic"][: len(KINDS["heic"]) // 2], "rusak"),
    "head of a jpeg": (KINDS["jpg"][:20], "rusak"),
    "head of a heic": (KINDS["heic"][:40], "rusak"),
    "png of 51 megapixels": (many_pixels(7_150), "lebih dari 50 megapiksel"),
    "png of 3,600 megapixels": (many_pixels(60_000), "lebih dari 50 megapiksel"),
    "jpeg of 3,600 megapixels": (tall_jpeg(), "lebih dari 80 megapiksel"),
    "endless segments": (b"\xff\xd8" + b"\xff\xfe\x00\x02" * 50_000, "rusak"),
    "endless filling": (b"\xff\xd8" + b"\xff" * 100_000, "rusak"),
    "endless chunks": (
        b"\x89PNG\r\n\x1a\n" + (bytes(4) + b"tEXt" + bytes(4)) * 50_000,
        "rusak",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_photo_gets_a_sentence(name):
    content, sentence = BAD[name]

    with pytest.raises(PhotoError, match=sentence):
        read(content)


def test_a_photo_of_40_megabytes_hears_the_limit_and_what_to_do():
    with pytest.raises(PhotoError) as refused:
        read(b"\xff\xd8\xff" + bytes(40 << 20))

    assert str(refused.value) == (
        "Foto ini 40,0 MB; paling besar 25 MB. Kecilkan ukuran foto di pengaturan"
        " kamera, atau pilih “sedang” saat membagikannya, lalu kirim lagi."
    )


@pytest.mark.parametrize(
    "block",
    [bomb(5_000, 4, 1, 8), bomb(5_000, 7, 60_000, 8), b"II*\x00" + b"\xff" * 60_000],
)
def test_an_exif_bomb_is_a_photo_like_any_other(block):
    content = with_exif(block)
    tracemalloc.start()
    try:
        photo = read(content)
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert (photo.taken_at, photo.position) == (None, None)
    assert peak < 20 << 20


def test_too_little_memory_is_told_as_too_many_pixels(monkeypatch):
    def fail(image: Image.Image) -> Image.Image:
        raise MemoryError

    monkeypatch.setattr(photos, "_shrunk", fail)

    with pytest.raises(PhotoError, match="megapiksel"):
        read(jpeg())
