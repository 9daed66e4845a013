"""Uploaded files between two pages: on the disk, known to one session.

A file lies under a random name that only the session knows. It goes away when it is
dropped, or after a day.
"""

import re
import secrets
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.core.files.uploadedfile import UploadedFile

KEPT_SECONDS = 24 * 60 * 60
KEPT_PER_SESSION = 5
TOKEN = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class KeptFile:
    """An uploaded file; a subclass adds what was chosen for it."""

    token: str
    owner: int
    name: str

    @property
    def path(self) -> Path:
        return folder() / self.token

    def delete(self) -> None:
        """Delete the file, and what a subclass keeps beside it."""
        self.path.unlink(missing_ok=True)


F = TypeVar("F", bound=KeptFile)


class Uploads(Generic[F]):
    """The files of one kind that a session has; `key` is their place in it."""

    def __init__(self, kind: type[F], key: str) -> None:
        self.kind = kind
        self.key = key

    def keep(
        self, session: SessionBase, file: UploadedFile, owner: int, **chosen: Any
    ) -> F:
        """Store the file for this session; files of yesterday are swept away."""
        sweep()
        name = (file.name or "")[:100]
        upload = self.kind(secrets.token_hex(16), owner, name, **chosen)
        upload.path.touch(mode=0o600)
        file.seek(0)
        with upload.path.open("wb") as target:
            for chunk in file.chunks():
                target.write(chunk)
        kept = [*self.all(session), upload]
        for old in kept[:-KEPT_PER_SESSION]:
            old.delete()
        self._store(session, kept[-KEPT_PER_SESSION:])
        return upload

    def find(self, session: SessionBase, token: str, owner: int) -> F | None:
        """The file of that token, if it is this person's and still there."""
        for upload in self.all(session):
            if (upload.token, upload.owner) == (token, owner) and upload.path.is_file():
                return upload
        return None

    def change(self, session: SessionBase, changed: F) -> F:
        """Remember what was chosen anew for a file."""
        kept = self.all(session)
        self._store(
            session, [changed if one.token == changed.token else one for one in kept]
        )
        return changed

    def drop(self, session: SessionBase, upload: F) -> None:
        """Forget the file and delete it."""
        upload.delete()
        kept = self.all(session)
        self._store(session, [one for one in kept if one.token != upload.token])

    def all(self, session: SessionBase) -> Iterator[F]:
        return (self.kind(**kept) for kept in session.get(self.key, []))

    def _store(self, session: SessionBase, uploads: list[F]) -> None:
        session[self.key] = [asdict(upload) for upload in uploads]


def folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "imports"


def sweep() -> None:
    """Delete what nobody took up again within a day."""
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    oldest = time.time() - KEPT_SECONDS
    for path in folder().iterdir():
        with suppress(FileNotFoundError):
            if TOKEN.fullmatch(path.stem) and path.stat().st_mtime < oldest:
                path.unlink()
