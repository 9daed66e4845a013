"""Pictures as phones make them, with what their EXIF says."""

import io
import struct
from typing import Any

import pillow_heif
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo
from PIL.TiffImagePlugin import IFDRational

pillow_heif.register_heif_opener()

MANTUIL = (-3.316694, 114.590111)  # latitude, longitude
TAKEN = "2021:11:03 09:15:00"
SECRET = b"GEHEIM"  # stands in every kind of metadata; never in what is served


def drawing(width: int = 400, height: int = 300, mode: str = "RGB") -> Image.Image:
    """A grey picture whose upper left corner is red."""
    grey: Any = {"RGB": (120, 120, 120), "RGBA": (90, 90, 90, 128)}
    red: Any = {"RGB": (250, 0, 0), "RGBA": (250, 0, 0, 255)}
    image = Image.new(mode, (width, height), grey.get(mode, 120))
    corner = (0, 0, width // 4, height // 4)
    ImageDraw.Draw(image).rectangle(corner, fill=red.get(mode, 10))
    return image


def exif_of(
    position: tuple[float, float] | None = MANTUIL,
    taken: str = TAKEN,
    offset: str = "",
    orientation: int = 1,
) -> Image.Exif:
    """What a phone writes: orientation, moment, position, and a comment."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010E] = SECRET.decode()
    details = exif.get_ifd(0x8769)
    details[0x9003] = taken
    if offset:
        details[0x9011] = offset
    if position:
        gps = exif.get_ifd(0x8825)
        latitude, longitude = position
        gps[1], gps[2] = "N" if latitude >= 0 else "S", _degrees(latitude)
        gps[3], gps[4] = "E" if longitude >= 0 else "W", _degrees(longitude)
    return exif


def _degrees(value: float) -> tuple[IFDRational, ...]:
    minutes, degrees = (abs(value) % 1) * 60, int(abs(value))
    seconds = (minutes % 1) * 60
    return (
        IFDRational(degrees, 1),
        IFDRational(int(minutes), 1),
        IFDRational(round(seconds * 10_000), 10_000),
    )


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    target = io.BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


def jpeg(width: int = 400, height: int = 300, seed: int = 0, **exif: Any) -> bytes:
    """A photo with position, moment, XMP and a comment; another one for each seed."""
    return saved(
        drawing(width, height),
        "JPEG",
        exif=exif_of(**exif),
        xmp=b"<x:xmpmeta>" + SECRET + b"</x:xmpmeta>",
        comment=SECRET + str(seed).encode(),
        quality=90,
    )


def png(mode: str = "RGB", **options: Any) -> bytes:
    info = PngInfo()
    info.add_text("Comment", SECRET.decode())
    info.add_itxt("XML:com.adobe.xmp", f"<x>{SECRET.decode()}</x>")
    image = drawing(mode=mode)
    return saved(image, "PNG", pnginfo=info, exif=exif_of(), **options)


def webp(**options: Any) -> bytes:
    return saved(drawing(), "WEBP", exif=exif_of(), xmp=SECRET, **options)


def heic(**exif: Any) -> bytes:
    return saved(drawing(), "HEIF", exif=exif_of(**exif).tobytes(), xmp=SECRET)


def upload(content: bytes | None = None, name: str = "IMG_1.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, jpeg() if content is None else content)


def pdf(text: str = "") -> bytes:
    return f"%PDF-1.4\n{text}\n%%EOF\n".encode()


def with_exif(block: bytes) -> bytes:
    """A JPEG whose first segment is this EXIF block, however broken."""
    plain = saved(drawing(40, 30), "JPEG")
    body = b"Exif\x00\x00" + block
    return plain[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + plain[2:]


def bomb(entries: int, kind: int, count: int, offset: int) -> bytes:
    """Lists that name themselves, each entry pointing at the whole block."""
    head = b"MM\x00*" + struct.pack(">I", 8)
    tags = [0x8769, 0x8825, *range(entries - 2)]
    body = b"".join(struct.pack(">HHII", tag, kind, count, offset) for tag in tags)
    return head + struct.pack(">H", entries) + body + struct.pack(">I", 8)


def bytes_of(stored: Any) -> bytes:
    """The content of a stored file, closed again."""
    with stored.open("rb") as file:
        return file.read()
