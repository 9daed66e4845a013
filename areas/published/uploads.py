"""Uploaded files with published results, between upload and confirmation.

They lie beside uploaded surveys, under a random name that only the session knows, and
go away with the confirmation, or after a day.
"""

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from django.contrib.sessions.backends.base import SessionBase
from django.core.files.uploadedfile import UploadedFile

from areas.survey.uploads import KEPT_PER_SESSION, folder, sweep

SESSION_KEY = "published_uploads"


@dataclass(frozen=True, slots=True)
class PublishedUpload:
    """A file with what was typed for it, and the columns chosen so far."""

    token: str
    owner: int
    name: str
    head: dict[str, str]
    mapping: dict[str, str] = field(default_factory=dict)

    @property
    def path(self) -> Path:
        return folder() / self.token


def keep_upload(
    session: SessionBase, file: UploadedFile, owner: int, head: Mapping[str, str]
) -> PublishedUpload:
    """Store the file for this session; files of yesterday are swept away."""
    sweep()
    name = (file.name or "")[:100]
    upload = PublishedUpload(secrets.token_hex(16), owner, name, dict(head))
    upload.path.touch(mode=0o600)
    file.seek(0)
    with upload.path.open("wb") as target:
        for chunk in file.chunks():
            target.write(chunk)
    kept = [*_kept(session), upload]
    for old in kept[:-KEPT_PER_SESSION]:
        old.path.unlink(missing_ok=True)
    _store(session, kept[-KEPT_PER_SESSION:])
    return upload


def find_upload(session: SessionBase, token: str, owner: int) -> PublishedUpload | None:
    """The upload of that token, if it is this person's and still there."""
    for upload in _kept(session):
        if upload.token == token and upload.owner == owner and upload.path.is_file():
            return upload
    return None


def keep_mapping(
    session: SessionBase, upload: PublishedUpload, mapping: Mapping[str, str]
) -> PublishedUpload:
    """Remember the columns that were chosen for an upload."""
    changed = replace(upload, mapping=dict(mapping))
    _store(
        session,
        [changed if one.token == upload.token else one for one in _kept(session)],
    )
    return changed


def drop_upload(session: SessionBase, upload: PublishedUpload) -> None:
    """Forget the upload and delete its file."""
    upload.path.unlink(missing_ok=True)
    _store(session, [one for one in _kept(session) if one.token != upload.token])


def _kept(session: SessionBase) -> Iterator[PublishedUpload]:
    return (PublishedUpload(**kept) for kept in session.get(SESSION_KEY, []))


def _store(session: SessionBase, uploads: list[PublishedUpload]) -> None:
    session[SESSION_KEY] = [asdict(upload) for upload in uploads]
