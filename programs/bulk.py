"""Verifying several reports at once: each by the very same service, on its own."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from core.errors import BusinessRuleError, NotAllowedError, WrongStateError
from programs import workflow
from programs.models import ProgressReport
from programs.services.verification import problems_of, verify_report
from programs.sheet import ReportSheet, sheet_of

MOST = 50
CODES: Mapping[type[Exception], str] = {
    WrongStateError: "wrong_state",
    NotAllowedError: "not_allowed",
    BusinessRuleError: "rule_broken",
}


@dataclass(frozen=True, slots=True)
class Verified:
    """What became of one report; without `code` it is verified."""

    report: ProgressReport
    code: str = ""
    sentences: Sequence[str] = ()
    errors: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def is_done(self) -> bool:
        return not self.code


def verify_reports(
    reports: Iterable[ProgressReport],
    *,
    method: str,
    by: Any,
    visited_on: date | None = None,
    officers: str = "",
    minutes_number: str = "",
) -> list[Verified]:
    """Verify each report by `verify_report`; the answers are in their order.

    Each has a transaction of its own: one that is refused does not hold the others
    back. Marks kept on its lines count as in a review; other lines are accepted as
    reported.
    """
    facts: dict[str, Any] = {
        "method": method,
        "visited_on": visited_on,
        "officers": officers,
        "minutes_number": minutes_number,
    }
    return [_verified(report, by, facts) for report in reports]


def _verified(report: ProgressReport, by: Any, facts: Mapping[str, Any]) -> Verified:
    try:
        return Verified(verify_report(report, by=by, **facts))
    except (BusinessRuleError, NotAllowedError) as error:
        code = next(code for kind, code in CODES.items() if isinstance(error, kind))
        errors = getattr(error, "errors", {})
        return Verified(report, code, sentences_of(errors) or [str(error)], errors)


def sentences_of(errors: Mapping[str, Sequence[str]]) -> list[str]:
    """Each sentence with the line that it is about (`lines.<n>.…`, n from 0)."""
    return [
        _("Line %(number)s: %(text)s") % {"number": int(line[1]) + 1, "text": text}
        if (line := path.split("."))[0] == "lines"
        else text
        for path, texts in errors.items()
        for text in texts
    ]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A report chosen for verification, with what speaks against it or should be seen.

    The hectares of the ledger are only asked when it is verified.
    """

    report: ProgressReport
    sheet: ReportSheet
    problems: Sequence[str]

    @property
    def warnings(self) -> list[tuple[int, str]]:
        """Number of the line and sentence."""
        return [
            (line.number, text) for line in self.sheet.lines for text in line.warnings
        ]


def candidates(reports: Iterable[ProgressReport], user: Any) -> list[Candidate]:
    """The chosen reports laid out; the queries grow with them, `MOST` at most."""
    found = []
    for report in reports:
        steps = workflow.steps_for(report, user)
        verify = next(item for item in steps if item.step == workflow.VERIFY)
        sheet = sheet_of(report)
        problems = [str(reason) for reason in verify.reasons]
        problems += sentences_of(problems_of(sheet)) if verify.is_open else []
        found.append(Candidate(report, sheet, problems))
    return found
