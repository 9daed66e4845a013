"""Importing published results, and deleting them: all or nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, BinaryIO, NotRequired, TypedDict, Unpack

import pghistory
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.access import require_any
from agencies.models import Region, User
from agencies.roles import Permission
from areas.models import PublishedResult, PublishedSource, RuleSet
from areas.published.reading import FileRow, Reading, read_results
from areas.rule_sets import rules_of
from areas.services.checks import Problems, one_line
from areas.survey.rows import name_key
from core.errors import WrongStateError
from core.numbers import DecimalMark
from core.sheet_problems import SpreadsheetError

BATCH = 500


class PublishedFileError(SpreadsheetError):
    """The file is refused; `reading` still counts what agrees."""

    def __init__(self, reading: Reading) -> None:
        super().__init__(reading.problems)
        self.reading = reading


@dataclass
class PublishedPlan:
    """What an import does, or did: then `source` has a key."""

    source: PublishedSource
    reading: Reading
    villages: Mapping[tuple[str, str], Region]

    @property
    def rows(self) -> list[FileRow]:
        return self.reading.rows

    @property
    def matched(self) -> int:
        """Rows whose kelurahan/desa the application knows."""
        return sum(_village_key(row) in self.villages for row in self.rows)


class SourceValues(TypedDict):
    """What a document says of itself; `region` only where the application knows it."""

    title: str
    publisher: str
    published_on: date
    rule_set: RuleSet
    region_name: str
    region: NotRequired[Region | None]
    url: NotRequired[str]


@transaction.atomic
def import_published(
    file: BinaryIO,
    *,
    mapping: Mapping[str, str],
    by: User,
    decimal_mark: DecimalMark | None = None,
    dry_run: bool = False,
    check_rights: bool = True,
    **values: Unpack[SourceValues],
) -> PublishedPlan:
    """Store a document of scores without volumes, every row or none.

    `mapping` says which column holds what (`areas.published.mapping`), `decimal_mark`
    settles numbers such as `1.234`. A kelurahan/desa is linked where `region` has
    exactly one of that name (and kecamatan). `dry_run` writes nothing. Without
    `check_rights` the role of `by` does not matter: that is for the command line.

    Raises BusinessRuleError by field for the head and the mapping,
    `PublishedFileError` with every problem of the rows, `NotAllowedError`.
    """
    if check_rights:
        require_any(by, Permission.DECREE_EDIT)
    source = PublishedSource(**_tidy(values), imported_by=by)
    check_head(source)
    reading = read_results(file, mapping, rules_of(source.rule_set_id), decimal_mark)
    if reading.problems:
        raise PublishedFileError(reading)
    source.mapping = dict(reading.mapping)
    plan = PublishedPlan(source, reading, _villages(source.region, reading.rows))
    if not dry_run:
        _write(plan, by)
    return plan


@transaction.atomic
def delete_published(source: PublishedSource, *, by: User) -> None:
    """Remove a source with its rows; the trail keeps what they were."""
    require_any(by, Permission.DECREE_EDIT)
    source.delete()


def check_head(source: PublishedSource) -> None:
    """Raise BusinessRuleError, by field, for all that is wrong with the head."""
    problems = Problems()
    if PublishedSource.objects.filter(title__iexact=source.title).exists():
        message = _(
            "There are published results with this title already. Delete those first,"
            " or choose another title."
        )
        problems["title"].append(message)
    if source.published_on > timezone.localdate():
        problems["published_on"].append(_("The date lies in the future."))
    if source.rule_set.status != RuleSet.Status.PUBLISHED:
        problems["rule_set"].append(_("Choose a rule set that is published."))
    try:
        source.full_clean(exclude=["mapping", *problems])
    except ValidationError as error:
        problems.add_all(error)
    problems.raise_any()


def _tidy(values: SourceValues) -> dict[str, Any]:
    """The values with single spaces in their texts."""
    return {name: one_line(value) for name, value in values.items()}


def _villages(
    region: Region | None, rows: Iterable[FileRow]
) -> dict[tuple[str, str], Region]:
    """The villages of the region that rows name exactly, by kecamatan and name.

    Without a kecamatan in the row the name must be the only one of the region.
    """
    if region is None:
        return {}
    found: dict[tuple[str, str], list[Region]] = {}
    within = Region.objects.within(region.pk).filter(level=Region.Level.VILLAGE)
    for village in within.select_related("parent"):
        district = name_key(village.parent.name) if village.parent else ""
        for key in (district, ""):
            found.setdefault((key, name_key(village.name)), []).append(village)
    wanted = {_village_key(row) for row in rows}
    return {key: found[key][0] for key in wanted if len(found.get(key, ())) == 1}


def _village_key(row: FileRow) -> tuple[str, str]:
    texts = row.texts
    return name_key(texts["district_name"]), name_key(texts["village_name"])


def _write(plan: PublishedPlan, by: User) -> None:
    """Store source and rows, marked in the trail as an import."""
    try:
        with (
            pghistory.context(source="import", user=by.pk, title=plan.source.title),
            transaction.atomic(),
        ):
            plan.source.save()
            results = [_result(plan, row) for row in plan.rows]
            PublishedResult.objects.bulk_create(results, batch_size=BATCH)
    except IntegrityError as error:
        raise WrongStateError(
            _(
                "Somebody else stored results with this title in the same moment."
                " Nothing was imported."
            )
        ) from error


def _result(plan: PublishedPlan, row: FileRow) -> PublishedResult:
    values: dict[str, Any] = {
        "hectares": row.hectares,
        "total": row.total,
        "severity": row.severity,
    }
    return PublishedResult(
        source=plan.source,
        row=row.number,
        village=plan.villages.get(_village_key(row)),
        scores=dict(row.scores),
        needs=dict(row.needs),
        computed_total=sum(row.scores.values()),
        **row.texts,
        **values,
    )
