"""Uploaded surveys between preview and confirmation: in files, known to one session.

The file lies under a random name that only the session knows. It goes away with the
confirmation, or after a day. A refused one lies beside its problems, so that it can be
given back with them marked.
"""

import json
import re
import secrets
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.core.files.uploadedfile import UploadedFile

from core.spreadsheets import Problem

KEPT_SECONDS = 24 * 60 * 60
KEPT_PER_SESSION = 5
SESSION_KEY = "survey_uploads"
TOKEN = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class SurveyUpload:
    """A file that was looked at, with what was chosen for it on the form."""

    token: str
    owner: int
    name: str
    decree: int
    rule_set: int
    create_areas: bool
    decimal_mark: str
    default_date: str

    @property
    def path(self) -> Path:
        return folder() / self.token

    @property
    def problems_path(self) -> Path:
        return folder() / f"{self.token}.json"

    def keep_problems(self, problems: Iterable[Problem]) -> None:
        """Write down why the file was refused."""
        self.problems_path.touch(mode=0o600)
        self.problems_path.write_text(json.dumps([asdict(p) for p in problems]))

    def problems(self) -> list[Problem]:
        """Why the file was refused; empty where it was not."""
        if not self.problems_path.is_file():
            return []
        kept = json.loads(self.problems_path.read_text())
        return [Problem(**problem) for problem in kept]

    def delete(self) -> None:
        """Delete the file and what was written down about it."""
        for path in (self.path, self.problems_path):
            path.unlink(missing_ok=True)


def folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "imports"


def keep_upload(
    session: SessionBase, file: UploadedFile, owner: int, choices: dict[str, Any]
) -> SurveyUpload:
    """Store the file for this session; files of yesterday are swept away."""
    sweep()
    token = secrets.token_hex(16)
    upload = SurveyUpload(
        token=token, owner=owner, name=(file.name or "")[:100], **choices
    )
    upload.path.touch(mode=0o600)
    file.seek(0)
    with upload.path.open("wb") as target:
        for chunk in file.chunks():
            target.write(chunk)
    kept = [*session.get(SESSION_KEY, []), asdict(upload)]
    for old in kept[:-KEPT_PER_SESSION]:
        SurveyUpload(**old).delete()
    session[SESSION_KEY] = kept[-KEPT_PER_SESSION:]
    return upload


def find_upload(session: SessionBase, token: str, owner: int) -> SurveyUpload | None:
    """The upload of that token, if it is this person's and still there."""
    for upload in _kept(session):
        if upload.token == token and upload.owner == owner and upload.path.is_file():
            return upload
    return None


def drop_upload(session: SessionBase, upload: SurveyUpload) -> None:
    """Forget the upload and delete its file."""
    upload.delete()
    session[SESSION_KEY] = [
        asdict(other) for other in _kept(session) if other.token != upload.token
    ]


def sweep() -> None:
    """Delete what nobody confirmed within a day."""
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    oldest = time.time() - KEPT_SECONDS
    for path in folder().iterdir():
        with suppress(FileNotFoundError):
            if TOKEN.fullmatch(path.stem) and path.stat().st_mtime < oldest:
                path.unlink()


def _kept(session: SessionBase) -> Iterator[SurveyUpload]:
    return (SurveyUpload(**kept) for kept in session.get(SESSION_KEY, []))
