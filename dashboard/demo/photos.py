"""A few example photos, drawn and not taken: every one says DATA CONTOH."""

import io
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from areas.models import SlumArea
from programs.models import ProgressReport, ReportLine
from programs.models.attachment import PhotoStage
from programs.services import attach_file

WIDTH, HEIGHT = 640, 480
SKY, WATER, WALL, DECK = "#cfe0e6", "#8fb3bd", "#7b6a58", "#e9e2d4"
LINES = 2  # of a report that get photos
# How much of the walkway is drawn, and how far from the area's middle (degrees).
STAGES = (
    (PhotoStage.START, 0, Decimal(0)),
    (PhotoStage.HALF, 50, Decimal("0.0001")),  # some 15 m further
)
AWAY = Decimal("0.02")  # some 2 km: the page says that it is outside


def add_photos(report: ProgressReport, *, by: Any) -> None:
    """Photos of the first activities of the report; one of them was taken elsewhere."""
    lines = list(report.lines.select_related("activity__area").order_by("pk"))
    for line in lines[:LINES]:
        for stage, done, shift in STAGES:
            _attach(line, stage, done, shift, by)
    for line in [line for line in lines if line.activity.area.outline][:1]:
        _attach(line, PhotoStage.HALF, 60, AWAY, by)


def _attach(
    line: ReportLine, stage: PhotoStage, done: int, shift: Decimal, by: Any
) -> None:
    area = line.activity.area
    days = 80 - done
    taken_on = line.report.period.last_day - timedelta(days=days)
    content = drawn(
        f"{area.name}, {stage.label}", done, taken_on, place=_place(area, shift)
    )
    file = SimpleUploadedFile(f"contoh-{line.pk}-{done}.jpg", content, "image/jpeg")
    caption = f"CONTOH {line.activity.name}"[:200]
    attach_file(line, file=file, by=by, stage=stage.value, caption=caption)


def _place(area: SlumArea, shift: Decimal) -> tuple[Decimal, Decimal] | None:
    """Latitude and longitude near the area's point; None without one."""
    if area.latitude is None or area.longitude is None:
        return None
    return area.latitude + shift, area.longitude + shift


def drawn(
    words: str, done: int, taken_on: date, *, place: tuple[Decimal, Decimal] | None
) -> bytes:
    """A walkway of which `done` percent is finished; the JPEG says when and where."""
    image = Image.new("RGB", (WIDTH, HEIGHT), SKY)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 270, WIDTH, HEIGHT), fill=WATER)
    for left in (60, 380):
        draw.polygon([(left, 170), (left + 100, 90), (left + 200, 170)], fill=WALL)
        draw.rectangle((left + 15, 170, left + 185, 290), fill=WALL)
    draw.line((160, 460, 160 + 3 * done, 460 - 2 * done), fill=DECK, width=28)
    draw.text((20, 16), "DATA CONTOH", fill="#8a1c1c", font_size=40)
    draw.text((20, 440), words, fill="#12262b", font_size=22)
    target = io.BytesIO()
    image.save(target, "JPEG", quality=80, exif=_exif(taken_on, place))
    return target.getvalue()


def _exif(taken_on: date, place: tuple[Decimal, Decimal] | None) -> Image.Exif:
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = f"{taken_on:%Y:%m:%d} 10:30:00"
    if place:
        latitude, longitude = place
        gps = exif.get_ifd(0x8825)
        gps[1], gps[2] = "N" if latitude >= 0 else "S", _angle(latitude)
        gps[3], gps[4] = "E" if longitude >= 0 else "W", _angle(longitude)
    return exif


def _angle(value: Decimal) -> tuple[float, float, float]:
    """Degrees, minutes and seconds, as cameras write them."""
    degrees, rest = divmod(abs(value), 1)
    minutes, rest = divmod(rest * 60, 1)
    return float(degrees), float(minutes), float(round(rest * 60, 3))
