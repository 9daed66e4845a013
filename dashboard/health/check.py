"""What a check is: a question about the data whose answer ought to have no rows."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, TextField, Value, When
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agencies.roles import Role
from areas.models import (
    Assessment,
    Decree,
    DecreeLine,
    LedgerEntry,
    Neighbourhood,
    PublishedSource,
    SlumArea,
)
from coordination.models import Commitment, Meeting, Minutes
from core.tables import Column
from programs.models import Activity, Attachment, ProgressReport


class CheckSeverity(models.TextChoices):
    """How bad a row is; only severe ones make the command fail."""

    SEVERE = "severe", _("Severe")
    WARNING = "warning", _("Warning")
    INFO = "info", _("Note")


class Owner(models.TextChoices):
    """Who can put the rows right, by the words of `agencies.roles`."""

    DISTRICT_OFFICE = "district_office", _("District office")
    PROVINCE_EDITOR = Role.PROVINCE_EDITOR.value, Role.PROVINCE_EDITOR.label
    PROVINCE_VERIFIER = Role.PROVINCE_VERIFIER.value, Role.PROVINCE_VERIFIER.label
    ADMINISTRATOR = Role.ADMINISTRATOR.value, Role.ADMINISTRATOR.label


# Which regency a row lies in, by what the row is; a decree says it by its lines, too.
REGENCY_PATHS: Mapping[type[models.Model], str] = {
    SlumArea: "regency",
    Neighbourhood: "area__regency",
    DecreeLine: "area__regency",
    Assessment: "area__regency",
    LedgerEntry: "decree_line__area__regency",
    ProgressReport: "agency__region",
    Activity: "area__regency",
    Attachment: "regency",  # the check says which
    PublishedSource: "region",
    Meeting: "agency__region",
    Minutes: "meeting__agency__region",
    Commitment: "agency__region",
}


def in_regency(rows: QuerySet[Any], code: str) -> QuerySet[Any]:
    """The rows of a check that lie in the regency of this code."""
    if rows.model is Decree:
        lines = DecreeLine.objects.filter(decree=OuterRef("pk"), area__regency=code)
        return rows.filter(Q(region=code) | Exists(lines))
    return rows.filter(**{REGENCY_PATHS[rows.model]: code})


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A named check: what is wrong, why it matters, who puts it right and how.

    `found(today)` gives the rows of everybody in one query; their queryset has
    `visible_to`. What SQL cannot say, `exact` says in Python of those candidates: what
    was found, by key. `is_slow`: it reads too much for the page of all checks, so its
    rows are counted on its own page and by the command only.
    """

    code: str
    title: Promise
    why: Promise
    todo: Promise
    severity: CheckSeverity
    owner: Owner
    found: Callable[[date], QuerySet[Any]]
    columns: tuple[Column, ...]
    order: tuple[str, ...] = ("name", "pk")
    exact: Callable[[QuerySet[Any]], Mapping[int, str]] | None = None
    is_slow: bool = False

    def candidates(self, user: Any, regency: str = "") -> QuerySet[Any]:
        """The rows that SQL finds of what the person sees; all of them for None."""
        rows: Any = self.found(timezone.localdate())
        rows = rows if user is None else rows.visible_to(user)
        return in_regency(rows, regency) if regency else rows

    def rows(self, user: Any, regency: str = "") -> QuerySet[Any]:
        """The rows to be put right, with `finding` where Python decided."""
        rows = self.candidates(user, regency)
        return rows if self.exact is None else _with_findings(rows, self.exact(rows))

    def count(self, user: Any, regency: str = "") -> int:
        """How many there are, by the same queryset."""
        rows = self.candidates(user, regency)
        return rows.count() if self.exact is None else len(self.exact(rows))


def _with_findings(rows: QuerySet[Any], findings: Mapping[int, str]) -> QuerySet[Any]:
    said = (When(pk=key, then=Value(text)) for key, text in findings.items())
    finding = Case(*said, default=Value(""), output_field=TextField())
    return rows.filter(pk__in=list(findings)).annotate(finding=finding)


@dataclass(frozen=True, slots=True)
class Result:
    """A check with its number of rows; None where that is not counted here."""

    check: Check
    count: int | None

    @property
    def is_fine(self) -> bool:
        return self.count == 0

    @property
    def fails(self) -> bool:
        """Whether the command has to say that the data are not sound."""
        return self.check.severity == CheckSeverity.SEVERE and bool(self.count)


RANKS = {severity: rank for rank, severity in enumerate(CheckSeverity)}


def run_checks(
    checks: Iterable[Check], user: Any, *, regency: str = "", with_slow: bool = False
) -> list[Result]:
    """Every check with its count, the worst first and what is fine at the end.

    One query a check, as far as the person sees; `user=None` sees everything.
    """
    results = [
        Result(check, _count(check, user, regency, with_slow)) for check in checks
    ]
    return sorted(results, key=_worst_first)


def _count(check: Check, user: Any, regency: str, with_slow: bool) -> int | None:
    if check.is_slow and not with_slow:
        return None
    return check.count(user, regency)


def _worst_first(result: Result) -> tuple[bool, int, int]:
    return (result.is_fine, RANKS[result.check.severity], -(result.count or 0))
