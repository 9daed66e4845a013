"""Uploaded surveys between preview and confirmation.

A refused one lies beside its problems, so that it can be given back with them marked.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from core.spreadsheets import Problem
from core.uploads import KeptFile, Uploads, folder


@dataclass(frozen=True, slots=True)
class SurveyUpload(KeptFile):
    """A file that was looked at, with what was chosen for it on the form."""

    decree: int
    rule_set: int
    create_areas: bool
    decimal_mark: str
    default_date: str

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


SURVEYS = Uploads(SurveyUpload, "survey_uploads")
