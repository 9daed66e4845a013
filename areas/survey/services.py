"""Importing a survey: read, plan, write; all or nothing."""

from collections.abc import Iterator, Set
from contextlib import contextmanager
from datetime import date
from typing import BinaryIO

import pghistory
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.access import require_any
from agencies.models import User
from agencies.roles import Permission
from areas.models import Assessment, Decree, DecreeLine, RuleSet, SlumArea
from areas.rule_sets import rule_set_on, rules_of
from areas.survey.columns import DATE, SurveySheet
from areas.survey.plan import SurveyPlan, SurveyRefusedError
from areas.survey.planning import Planner
from areas.survey.rows import RowReader, date_problem
from areas.survey.staging import StagedRows
from areas.survey.writing import OPEN, PlanWriter
from core.errors import BusinessRuleError, WrongStateError
from core.numbers import DecimalMark
from core.spreadsheets import Problem, TableReader, open_table


@transaction.atomic
def import_survey(
    file: BinaryIO,
    *,
    decree: Decree,
    by: User,
    rule_set: RuleSet | None = None,
    create_areas: bool = False,
    decimal_mark: DecimalMark | None = None,
    default_date: date | None = None,
    dry_run: bool = False,
    check_rights: bool = True,
) -> SurveyPlan:
    """Import the surveys of RT under a decree, and return what was done.

    RT are added or get the new denominators; each area gets one assessment, submitted
    by `by`, of the latest date of its RT. A row SELURUH KAWASAN is a survey of the area
    as a whole, which leaves the RT as they are. What is stored already with the same
    figures stays untouched, so a file may be imported twice. With `create_areas` areas
    that the decree does not have are added to it with the sum of their RT.

    The volumes are those of `rule_set`, by default the published one of today.
    `default_date` holds for rows without a date; `decimal_mark` settles numbers such as
    `1.234`. `dry_run` writes nothing. Without `check_rights` neither scope nor role of
    `by` matters: that is for the command line of the machine.

    The rows pass through a temporary table and areas are written as they are planned,
    so that memory does not grow with the file (ADR 7).

    Raises `SpreadsheetError` with every problem of the file (`SurveyRefusedError` when
    its rows could be read), `NotAllowedError` for who may not import at all.
    """
    if check_rights:
        require_any(by, Permission.SURVEY_IMPORT)
    _check_default_date(default_date)
    rule_set = rule_set or rule_set_on(timezone.localdate())
    sheet = SurveySheet(rules_of(rule_set.pk))
    table = open_table(
        file,
        required=sheet.required,
        optional=sheet.optional,
        max_bytes=settings.SURVEY_MAX_BYTES,
    )
    staged = stage_rows(sheet, table, decimal_mark, default_date)
    if not dry_run:
        decree = _lock(decree, staged.regencies())
    plan = SurveyPlan(decree, rule_set)
    planner = Planner(
        decree, rule_set, by if check_rights else None, create_areas, table.problems
    )
    writer = None if dry_run else PlanWriter(decree, rule_set, by)
    with _as_import(decree, by):
        _carry_out(planner, staged, plan, writer)
    if table.problems:
        plan.wrong = len(table.problems.rows - {table.heading_row})
        raise SurveyRefusedError(table.problems, plan)
    return plan


def stage_rows(
    sheet: SurveySheet,
    table: TableReader,
    decimal_mark: DecimalMark | None,
    default_date: date | None,
) -> StagedRows:
    """The rows as values; problems are added to those of the table."""
    today = timezone.localdate()
    if DATE not in table.letters and default_date is None:
        table.problems.append(_no_dates())
        default_date = today
    reader = RowReader(sheet, table.problems, decimal_mark, default_date, today)
    staged = StagedRows(sheet.rules.codes)
    staged.fill(filter(None, map(reader.read, table.rows())))
    reader.finish()
    return staged


def _carry_out(
    planner: Planner, staged: StagedRows, plan: SurveyPlan, writer: PlanWriter | None
) -> None:
    """Plan some areas at a time and write them; once a row is wrong, only count."""
    for areas in planner.plans(staged):
        if planner.problems:
            wrong = planner.problems.rows
            for area in areas:
                plan.effects.update(area.effects(wrong))
            continue
        for area in areas:
            plan.add(area.summary())
        if writer:
            writer.write(areas)


def _check_default_date(default_date: date | None) -> None:
    if default_date and (problem := date_problem(default_date, timezone.localdate())):
        raise BusinessRuleError(errors={"default_date": [problem]})


def _no_dates() -> Problem:
    return Problem(
        _(
            "The column tanggal_survei is missing. Add it, or give one survey date for"
            " all rows at the import."
        )
    )


def _lock(decree: Decree, regencies: Set[str]) -> Decree:
    """Let nobody else change the areas of these regencies until we are done.

    In the order of everybody: decree, areas, open assessments, decree lines.
    """
    locked = (
        Decree.objects.select_for_update(of=("self",), no_key=True)
        .select_related("region")
        .get(pk=decree.pk)
    )
    for model, condition in (
        (SlumArea, {"regency__in": regencies}),
        (Assessment, {"area__regency__in": regencies, "status__in": OPEN}),
        (DecreeLine, {"area__regency__in": regencies}),
    ):
        rows_of = model.objects.filter(**condition).order_by("pk")
        list(
            rows_of.select_for_update(of=("self",), no_key=True).values_list(
                "pk", flat=True
            )
        )
    return locked


@contextmanager
def _as_import(decree: Decree, by: User) -> Iterator[None]:
    """What is written here is marked in the trail as an import."""
    try:
        with (
            pghistory.context(source="import", user=by.pk, decree=decree.number),
            transaction.atomic(),
        ):
            yield
    except IntegrityError as error:
        raise WrongStateError(
            _(
                "Somebody else stored one of these areas in the same moment. Nothing"
                " was imported; try again."
            )
        ) from error
