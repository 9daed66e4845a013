"""An uploaded photo or PDF, looked at and kept: what its content says that it is."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import TypeVar

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _

from areas.services.decree_files import PDF_START, file_problem
from core import kept_files
from core.errors import BusinessRuleError, WrongStateError
from core.exif import Position
from core.photos import PhotoError, read_photo, size_problem

PDF_TYPE, PHOTO_TYPE = "application/pdf", "image/jpeg"
NAME_LENGTH = 200
Refused = list[tuple[str, list[str]]]
R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A file as it is kept: names in the storage. A document has no thumbnail.

    `original` of a photo still has its metadata, `file` and `thumbnail` have none.
    """

    is_photo: bool
    content_type: str
    original: str
    file: str
    thumbnail: str = ""
    taken_at: datetime | None = None
    position: Position | None = None


def content_of(file: UploadedFile) -> bytes:
    """The whole content of a photo or PDF whose size and kind were looked at before.

    Raises BusinessRuleError with its sentence under `file`.
    """
    file.seek(0)
    if file.read(len(PDF_START)) == PDF_START:
        sentence = file_problem(file, most=settings.DOCUMENT_MAX_BYTES)
    else:
        sentence = size_problem(file.size or 0, most=settings.PHOTO_MAX_BYTES)
    if sentence:
        raise BusinessRuleError(errors={"file": [sentence]})
    file.seek(0)
    return file.read()


def receive(content: bytes, keep: kept_files.Keep) -> Received:
    """Keep the file, a photo drawn anew; BusinessRuleError where it is neither."""
    if content.startswith(PDF_START):
        name = keep(content, "pdf")
        return Received(is_photo=False, content_type=PDF_TYPE, original=name, file=name)
    zone = timezone.get_default_timezone()
    try:
        photo = read_photo(content, most=settings.PHOTO_MAX_BYTES, zone=zone)
    except PhotoError as error:
        raise BusinessRuleError(errors={"file": [str(error)]}) from error
    return Received(
        is_photo=True,
        content_type=PHOTO_TYPE,
        original=keep(content, photo.kind),
        file=keep(photo.large, "jpg"),
        thumbnail=keep(photo.small, "jpg"),
        taken_at=photo.taken_at,
        position=photo.position,
    )


def receive_each(
    files: Iterable[UploadedFile], attach: Callable[[UploadedFile], R]
) -> tuple[list[R], Refused]:
    """Attach what can be attached: the records, and what is wrong with the others.

    Where nothing can be attached any more, WrongStateError goes on.
    """
    records: list[R] = []
    refused: Refused = []
    for file in files:
        try:
            records.append(attach(file))
        except WrongStateError:
            raise
        except BusinessRuleError as error:
            texts = [text for found in error.errors.values() for text in found]
            refused.append((file.name or "", texts))
    return records, refused


def name_of(file: UploadedFile) -> str:
    """The file's own name, fit to be shown and stored."""
    name = PurePosixPath(file.name or "").name
    printable = "".join(letter for letter in name if letter.isprintable())
    return printable[-NAME_LENGTH:] or _("file")
