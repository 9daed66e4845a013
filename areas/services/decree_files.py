"""The file of a decree: a real PDF, kept under its content, never overwritten."""

import hashlib
from pathlib import PurePosixPath

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import User
from areas.models import Decree
from areas.models.decree import decree_path
from areas.services.checks import Problems
from areas.services.decrees import locked_decree
from core.numbers import format_decimal

PDF_START, PDF_END = b"%PDF-", b"%%EOF"
PDF_TAIL_BYTES = 2048  # readers look for the end mark in about as much
MEGABYTE = 1 << 20
NAME_LENGTH = 200


@transaction.atomic
def attach_decree_file(decree: Decree, *, file: UploadedFile, by: User) -> Decree:
    """Keep this PDF as the file of the decree, in place of an earlier one.

    An earlier file stays where it is, and the trail names it: a decree that holds is
    read for years. Errors stand under `file`.
    """
    decree = locked_decree(decree, by)
    problems = Problems()
    if sentence := file_problem(file, most=settings.DECREE_FILE_MAX_BYTES):
        problems["file"].append(sentence)
    problems.raise_any()
    decree.file_sha256 = _sha256(file)
    decree.file_name = PurePosixPath(file.name or "sk.pdf").name[-NAME_LENGTH:]
    decree.file.name = _kept(decree, file)
    decree.save(update_fields=["file", "file_name", "file_sha256"])
    return decree


def file_problem(file: UploadedFile, *, most: int) -> str:
    """Why this is no PDF of at most so many bytes; empty where it is."""
    size = file.size or 0
    if not size:
        return _("The file is empty. Scan or export the document again.")
    if size > most:
        megabytes = format_decimal(most / MEGABYTE, None)
        return _(
            "The file is larger than %(megabytes)s MB. Scan it in black and white or at"
            " 150 dpi."
        ) % {"megabytes": megabytes}
    file.seek(0)
    if file.read(len(PDF_START)) != PDF_START:
        return _("The file is not a PDF. Save the document as PDF and choose that.")
    file.seek(max(0, size - PDF_TAIL_BYTES))
    if PDF_END not in file.read():
        return _("The PDF ends too early: it is damaged. Save it again.")
    return ""


def _sha256(file: UploadedFile) -> str:
    file.seek(0)
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    return digest.hexdigest()


def _kept(decree: Decree, file: UploadedFile) -> str:
    """The name under which the content lies; the same content is stored once."""
    storage = decree.file.storage
    name = decree_path(decree, "")
    if storage.exists(name) and storage.size(name) == file.size:
        return name
    file.seek(0)
    return storage.save(name, file)
