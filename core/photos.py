"""Photos of anybody's phone made into pictures that can be served to others.

What goes out is drawn anew from the pixels: turned upright, in sRGB, at most 1600 px
wide or high, as JPEG without any metadata. Position and moment are read before.

It runs in this process and not in one of its own, as map files do: a map driver
follows what a file points to, a decoder of pictures only reads its bytes. What is left
to fear is bounded before any pixel is decoded: the first bytes decide which of four
decoders may look at the file, the file says how many pixels it has, what a JPEG or PNG
carries besides is cut out before Pillow would read it, and only one photo at a time is
decoded (some 400 MB at the very most). A process costs a quarter of a second a photo,
and in the last minutes before a due date that is what all offices wait for.
"""

import io
import struct
import warnings
import zlib
from dataclasses import dataclass
from datetime import datetime, tzinfo
from threading import Lock

import pillow_heif
from django.utils.translation import gettext as _
from PIL import Image, ImageCms

from core.exif import Exif, Position, read_exif
from core.numbers import format_decimal
from core.photo_metadata import split_jpeg, split_png

LARGE, SMALL = 1600, 320  # px of the longer side
QUALITY = 80
MEGAPIXELS = {"jpg": 80}  # a JPEG is decoded at a smaller scale right away
MEGAPIXELS_OTHERWISE = 50
PROFILE_BYTES = 1 << 20
MEGABYTE = 1 << 20
KINDS = {
    "jpg": "image/jpeg",
    "png": "image/png",
    "heic": "image/heic",
    "webp": "image/webp",
}
SPLITTERS = {"jpg": split_jpeg, "png": split_png}
FORMATS = {"jpg": "JPEG", "png": "PNG", "heic": "HEIF", "webp": "WEBP"}
HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1", b"hevc"})
OTHERS = (
    (b"GIF8", "GIF"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"BM", "BMP"),
    (b"<svg", "SVG"),
    (b"<?xml", "SVG"),
    (b"%PDF", "PDF"),
    (b"PK", "ZIP"),
)
# How EXIF's numbers turn a picture upright.
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# What the decoders raise about a file that is not what it says.
BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    LookupError,
    EOFError,
    TypeError,
    RuntimeError,
    struct.error,
    zlib.error,
)

pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)
_one_at_a_time = Lock()


class PhotoError(Exception):
    """The file is no photo that can be kept; the sentence says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """`large` and `small` are JPEG without metadata, `kind` that of the file sent."""

    kind: str
    large: bytes
    small: bytes
    taken_at: datetime | None
    position: Position | None


def read_photo(content: bytes, *, most: int, zone: tzinfo) -> Photo:
    """The photo, decoded and drawn anew; a moment without an offset is one of `zone`.

    Raises PhotoError where the file has more than `most` bytes, is of another kind, is
    animated, damaged, or has too many pixels.
    """
    if sentence := size_problem(len(content), most=most):
        raise PhotoError(sentence)
    kind = kind_of(content)
    if kind not in KINDS:
        raise PhotoError(_not_a_photo(kind))
    with _one_at_a_time, warnings.catch_warnings():
        # What Pillow only warns of, such as very many pixels, is looked at here.
        warnings.simplefilter("ignore")
        try:
            return _drawn(content, kind, zone)
        except BROKEN as error:
            raise PhotoError(_damaged()) from error
        except (MemoryError, Image.DecompressionBombError) as error:
            raise PhotoError(_too_many_pixels(_most_megapixels(kind))) from error


def size_problem(size: int, *, most: int) -> str:
    """Why a photo of so many bytes is refused before it is read; empty where not."""
    if not size:
        return _("The file is empty. Take or choose the photo again.")
    if size <= most:
        return ""
    return _(
        "The photo has %(size)s MB; at most %(most)s MB fit. Set the camera to a"
        " smaller size, or choose “medium” when sharing it, and send it again."
    ) % {
        "size": format_decimal(size / MEGABYTE, 1),
        "most": format_decimal(most / MEGABYTE, None),
    }


def kind_of(content: bytes) -> str:
    """The kind by its first bytes: a key of `KINDS`, another kind's name, or empty."""
    if content.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "webp"
    if content[4:8] == b"ftyp":
        return "heic" if content[8:12] in HEIC_BRANDS else "MP4"
    start = content[:64].removeprefix(b"\xef\xbb\xbf").lstrip()
    return next((name for mark, name in OTHERS if start.startswith(mark)), "")


def _drawn(content: bytes, kind: str, zone: tzinfo) -> Photo:
    megapixels, exif_block = _most_megapixels(kind), b""
    if split := SPLITTERS.get(kind):
        content, exif_block = split(content)
    with Image.open(io.BytesIO(content), formats=[FORMATS[kind]]) as image:
        if image.width * image.height > megapixels * 1_000_000:
            raise PhotoError(_too_many_pixels(megapixels))
        if kind in ("png", "webp") and getattr(image, "is_animated", False):
            raise PhotoError(_("The picture moves. Choose a photo that does not."))
        exif = read_exif(exif_block or image.info.get("exif") or b"", zone=zone)
        large = _upright(_shrunk(image), exif)
    small = large.copy()
    small.thumbnail((SMALL, SMALL))
    return Photo(
        kind=kind,
        large=_as_jpeg(large),
        small=_as_jpeg(small),
        taken_at=exif.taken_at,
        position=exif.position,
    )


def _shrunk(image: Image.Image) -> Image.Image:
    """In sRGB, not larger than `LARGE`; what is transparent becomes white."""
    profile = image.info.get("icc_profile")
    has_alpha = image.mode in ("P", "LA", "PA", "RGBA")
    if image.mode.startswith("I;16"):
        image = image.convert("I").point(lambda value: value / 256).convert("L")
    elif image.mode not in ("L", "RGB", "CMYK", "RGBA"):
        image = image.convert("RGBA" if has_alpha else "RGB")
    image.thumbnail((LARGE, LARGE), reducing_gap=2.0)
    if has_alpha:
        white = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(white, image).convert("RGB")
    return _in_srgb(image, profile)


def _in_srgb(image: Image.Image, profile: object) -> Image.Image:
    """Colours as every screen shows them; a profile that makes no sense is left out."""
    if isinstance(profile, bytes) and 0 < len(profile) <= PROFILE_BYTES:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            target = ImageCms.createProfile("sRGB")
            changed = ImageCms.profileToProfile(image, source, target, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, TypeError, ValueError):
            changed = None
        if changed is not None:
            return changed
    return image.convert("RGB")


def _upright(image: Image.Image, exif: Exif) -> Image.Image:
    """Turned as the camera was held; the decoder of HEIC does that, and says so."""
    turn = TURNS.get(exif.orientation)
    return image if turn is None else image.transpose(turn)


def _as_jpeg(image: Image.Image) -> bytes:
    image.info.clear()  # comments and the like would be written as well
    target = io.BytesIO()
    image.save(target, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return target.getvalue()


def _not_a_photo(found: str) -> str:
    if found:
        return _(
            "This is a file of the kind %(kind)s, not a photo. Choose a JPEG, PNG, HEIC"
            " or WebP."
        ) % {"kind": found}
    return _("This is not a photo. Choose a JPEG, PNG, HEIC or WebP.")


def _damaged() -> str:
    return _(
        "The photo is damaged or not whole. Open it on the phone and send it again."
    )


def _most_megapixels(kind: str) -> int:
    return MEGAPIXELS.get(kind, MEGAPIXELS_OTHERWISE)


def _too_many_pixels(megapixels: int) -> str:
    return _(
        "The photo has more than %(megapixels)s megapixels. Set the camera to a smaller"
        " size and take it again."
    ) % {"megapixels": megapixels}
