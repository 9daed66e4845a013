"""Files of meetings, resource persons, updates, groups, outreach and practices."""

import hashlib
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from coordination.files import PLACES, Owner, place_of, require_add, require_remove
from coordination.models import File
from coordination.models.file import OWNER_NAMES, FileKind
from core import kept_files
from core.errors import BusinessRuleError
from core.numbers import format_decimal
from programs.received import content_of, name_of, receive

FOLDER = "rapat"
CAPTION_LENGTH = 200


@transaction.atomic
def attach_file(
    owner: Owner, *, file: UploadedFile, by: Any, caption: str = ""
) -> File:
    """Keep a photo (drawn anew) or a PDF with the record.

    A file that the record has already comes back as it is. Raises BusinessRuleError
    with its sentences under `file` or `caption`, WrongStateError where the record is
    closed.
    """
    require_add(owner, by)
    caption = caption.strip()
    if len(caption) > CAPTION_LENGTH:
        sentence = _("A caption has at most %(count)s characters.")
        texts = [sentence % {"count": CAPTION_LENGTH}]
        raise BusinessRuleError(errors={"caption": texts})
    content = content_of(file)
    digest = hashlib.sha256(content).hexdigest()
    with kept_files.keeping(FOLDER) as keep:
        received = receive(content, keep)
        record = File(
            kind=FileKind.PHOTO if received.is_photo else FileKind.DOCUMENT,
            name=name_of(file),
            caption=caption,
            file=received.file,
            thumbnail=received.thumbnail,
            content_type=received.content_type,
            size=len(content),
            sha256=digest,
            uploaded_by=by,
        )
        if received.is_photo:
            # Nobody verifies these: the photo with its position is not kept.
            kept_files.delete([received.original])
        # Only now: nobody waits for a photo.
        owner = _locked(owner)
        require_add(owner, by)
        if found := owner.files.filter(sha256=digest).first():
            kept_files.delete(_names_of(record))
            return found
        _require_room(owner)
        setattr(record, OWNER_NAMES[type(owner)], owner)
        record.save()
    return record


@transaction.atomic
def remove_file(file: File, *, by: Any) -> None:
    """Take a file away; the trail keeps that it was there."""
    require_remove(_locked(file.owner), by)
    names = _names_of(file)
    file.delete()
    kept_files.delete_on_commit(names)


def sweep_files() -> int:
    """Delete files that no record names, and say how many."""
    return kept_files.sweep(FOLDER, _named_in)


def forget_files(files: Any) -> None:
    """Delete the files of these rows once the rows are gone."""
    kept_files.delete_on_commit(name for row in files for name in _names_of(row))


def _locked(owner: Owner) -> Owner:
    """The record under its lock: right and state are asked of it."""
    model, related = PLACES[place_of(owner)]
    rows = model._default_manager.select_for_update(of=("self",))
    found: Owner = rows.select_related(*related).get(pk=owner.pk)  # type: ignore[assignment]
    return found


def _names_of(record: File) -> set[str]:
    return {stored.name for stored in (record.file, record.thumbnail) if stored.name}


def _named_in(folder: str) -> set[str]:
    names: set[str] = set()
    for field in ("file", "thumbnail"):
        rows = File.objects.filter(**{f"{field}__startswith": f"{folder}/"})
        names.update(rows.values_list(field, flat=True))
    return names


def _require_room(owner: Owner) -> None:
    most = settings.ATTACHMENTS_MAX
    if owner.files.count() >= most:
        sentence = _(
            "There are %(most)s files here already, which is the most. Remove some that"
            " nobody needs."
        ) % {"most": format_decimal(most, 0)}
        raise BusinessRuleError(errors={"file": [sentence]})
