"""Removing the example: all of it or nothing, and never a row of the real data.

The ledger and verified assessments refuse changes by trigger. `ALTER TABLE … DISABLE
TRIGGER` locks their tables against every other writer until the transaction ends, so
nobody ever writes without the triggers; the statements in between name the example's
rows only, and the database's own foreign keys refuse what a real row still refers to.

The trail stays whole. Its rows are snapshots without foreign keys, so nothing dangles;
it is append-only for everybody, and the removal itself is written there.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection, models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from agencies.models import Notice, User
from areas.models import (
    ActingAgency,
    AreaVillage,
    Assessment,
    AuthorityTransfer,
    Decree,
    DecreeLine,
    Footprint,
    IndicatorValue,
    LedgerChange,
    LedgerEntry,
    LedgerSource,
    LineSuccession,
    LineSum,
    LineTotal,
    LiveCredit,
    Neighbourhood,
    NeighbourhoodSuccession,
    SlumArea,
    SurveyedUnit,
)
from coordination.models import File
from coordination.services.files import forget_files as forget_rakor_files
from core.errors import BusinessRuleError
from dashboard.demo.owned import Rows, inserted, own_or_made
from dashboard.demo.people import SOURCE, acting
from dashboard.demo.presence import any_marked
from dashboard.demo.rakor_removal import RAKOR_GUARDS, rakor_addresses, rakor_rows
from programs.comments import address_of
from programs.models import (
    Activity,
    ActivityUnit,
    Attachment,
    BudgetVersion,
    Comment,
    CommentMention,
    ContractAddendum,
    FundingLeg,
    LineMark,
    LockException,
    PhysicalOutput,
    Programme,
    ProgressReport,
    ReadinessCheck,
    ReportChange,
    ReportingPeriod,
    ReportLine,
    ReportLineUnit,
    ReportRound,
    Target,
)
from programs.services.attachments import forget_files

GUARDS = (
    ("areas_ledgerentry", "ledger_append_only"),
    ("areas_livecredit", "live_credit_guard"),
    ("areas_linesum", "line_sum_guard"),
    ("areas_linetotal", "line_total_guard"),
    ("areas_decreeline", "decree_line_frozen"),
    ("areas_footprint", "footprint_frozen"),
    ("areas_assessment", "assessment_immutable"),
    ("areas_surveyedunit", "surveyed_unit_immutable"),
    ("areas_indicatorvalue", "indicator_value_immutable"),
    *RAKOR_GUARDS,
)
LISTED = 20
FORGET = {Attachment: forget_files, File: forget_rakor_files}


@dataclass(frozen=True, slots=True)
class Removed:
    """How many rows of a kind were removed."""

    kind: str
    count: int


@transaction.atomic
def remove_demo() -> list[Removed]:
    """Remove the example data with everything recorded in it; the counts come back.

    Example data are the marked records, those that an example user made since, and
    what hangs on either. Raises BusinessRuleError with the list where a real record
    refers to one of them, or where there is no example.
    """
    if not any_marked():
        raise BusinessRuleError(_("There is no example data."))
    with acting(), _guards_open():
        parts = demo_rows()
        _refuse_references(parts)
        for rows in parts:
            if rows.model in FORGET:
                FORGET[rows.model](rows)
        counts = [_delete(rows) for rows in parts]
        return [*counts, _delete(_unused_periods())]


def demo_rows() -> list[Rows]:
    """The example's rows by model: what refers to others before what it refers to."""
    areas, decrees, programmes = map(own_or_made, (SlumArea, Decree, Programme))
    lines = DecreeLine.objects.filter(decree__in=decrees)
    units = Neighbourhood.every.filter(area__in=areas)
    ledger = LedgerEntry.objects.filter(decree_line__in=lines)
    assessments = Assessment.objects.filter(area__in=areas)
    surveyed = SurveyedUnit.objects.filter(assessment__in=assessments)
    activities = Activity.objects.filter(programme__in=programmes)
    reports = _reports(activities)
    report_lines = ReportLine.objects.filter(report__in=reports)
    owned = (
        Q(report__in=reports)
        | Q(line__in=report_lines)
        | Q(activity__in=activities)
        | Q(area__in=areas)
    )
    comments = Comment.objects.filter(owned | Q(by__is_demo=True))
    changes = ReportChange.objects.filter(report__in=reports)
    return [
        *rakor_rows(),
        Attachment.objects.filter(owned),
        CommentMention.objects.filter(Q(comment__in=comments) | Q(user__is_demo=True)),
        comments,
        LineMark.objects.filter(line__in=report_lines),
        changes,
        ReportRound.objects.filter(report__in=reports),
        ReportLineUnit.objects.filter(line__in=report_lines),
        PhysicalOutput.objects.filter(line__in=report_lines),
        report_lines,
        reports,
        LockException.objects.filter(granted_by__is_demo=True),
        LedgerChange.objects.filter(decree_line__in=lines),
        LiveCredit.objects.filter(entry__in=ledger),
        LineSum.objects.filter(decree_line__in=lines),
        LineTotal.objects.filter(decree_line__in=lines),
        ledger,
        Footprint.objects.filter(area__in=areas),
        ActivityUnit.objects.filter(activity__in=activities),
        FundingLeg.objects.filter(activity__in=activities),
        ContractAddendum.objects.filter(activity__in=activities),
        activities,
        Target.objects.filter(version__programme__in=programmes),
        BudgetVersion.objects.filter(programme__in=programmes),
        programmes,
        LedgerSource.objects.filter(programme_key__in=_texts(programmes)),
        IndicatorValue.objects.filter(unit__in=surveyed),
        surveyed,
        assessments,
        LineSuccession.objects.filter(decree__in=decrees),
        lines,
        decrees,
        NeighbourhoodSuccession.objects.filter(old__in=units),
        units,
        AuthorityTransfer.objects.filter(area__in=areas),
        AreaVillage.objects.filter(area__in=areas),
        ActingAgency.objects.filter(area__in=areas),
        ReadinessCheck.objects.filter(Q(area__in=areas) | Q(updated_by__is_demo=True)),
        areas,
        Notice.objects.filter(
            Q(url__in=[*_addresses(reports, changes, comments), *rakor_addresses()])
            | Q(key__in=_exception_keys())
        ),
        User.objects.filter(is_demo=True),
    ]


def _addresses(reports: Rows, changes: Rows, comments: Rows) -> list[str]:
    """Where notices about the example lead, also those that real people got."""
    found = [
        record.get_absolute_url() for rows in (reports, changes) for record in rows
    ]
    return [*found, *map(address_of, comments)]


def _exception_keys() -> list[str]:
    """What was told of the example's exceptions, also where no report was there yet."""
    rows = LockException.objects.filter(granted_by__is_demo=True)
    return [f"exception:{key}" for key in rows.values_list("pk", flat=True)]


def _texts(programmes: Rows) -> list[str]:
    """Their keys as the ledger names them."""
    return [str(key) for key in programmes.values_list("pk", flat=True)]


def _reports(activities: Rows) -> Rows:
    """Reports begun by an example user, those with example activities only, and those
    that the calendar made and nobody else has saved: it makes them again."""
    lines = ReportLine.objects.filter(report=OuterRef("pk"))
    found = ProgressReport.objects.filter(
        Q(created_by__is_demo=True)
        | Q(created_by=None, saved_by__is_demo=True)
        | Q(created_by=None, saved_by=None, period__in=_own_periods())
        | (
            Q(created_by=None, saved_by=None)
            & Exists(lines.filter(activity__in=activities))
        )
        | (
            Exists(lines.filter(activity__in=activities))
            & ~Exists(lines.exclude(activity__in=activities))
        )
    )
    return ProgressReport.objects.filter(
        pk__in=list(found.values_list("pk", flat=True))
    )


def _own_periods() -> Rows:
    """Reporting periods that the example brought along."""
    return ReportingPeriod.objects.filter(
        pk__in=inserted(ReportingPeriod, pgh_context__metadata__source=SOURCE)
    )


def _unused_periods() -> Rows:
    """Reporting periods that the example brought along and nobody needs any more."""
    periods = _own_periods()
    for relation in _protected_relations(ReportingPeriod):
        periods = periods.exclude(
            pk__in=_referring(relation).values(relation.field.name)
        )
    return periods


def _refuse_references(parts: Sequence[Rows]) -> None:
    own = {rows.model: rows for rows in parts}
    found = [
        _("%(kind)s “%(record)s” refers to %(example)s “%(name)s”")
        % {
            "kind": record._meta.verbose_name,
            "record": record,
            "example": rows.model._meta.verbose_name,
            "name": getattr(record, relation.field.name),
        }
        for rows in parts
        for relation in _protected_relations(rows.model)
        for record in _referring(relation)
        .filter(**{f"{relation.field.name}__in": rows.values("pk")})
        .exclude(pk__in=_keys(own.get(relation.related_model)))
        .order_by("pk")[: LISTED + 1]
    ]
    if not found:
        return
    more = [_("… and more.")] if len(found) > LISTED else []
    raise BusinessRuleError(
        "\n".join(
            [
                _(
                    "Real records refer to the example data, so nothing was removed."
                    " Change or delete them first:"
                ),
                *found[:LISTED],
                *more,
            ]
        )
    )


def _protected_relations(model: type[models.Model]) -> Iterator[Any]:
    """The foreign keys that would keep a row of the model from being deleted."""
    for relation in model._meta.get_fields(include_hidden=True):
        if (
            isinstance(relation, models.ForeignObjectRel)
            and getattr(relation, "on_delete", None) is models.PROTECT
        ):
            yield relation


def _referring(relation: Any) -> Rows:
    return relation.related_model._default_manager.all()


def _keys(rows: Rows | None) -> Any:
    return [] if rows is None else rows.values("pk")


def _delete(rows: Rows) -> Removed:
    """Delete exactly these rows; users with their memberships, tokens and the like."""
    kind = str(rows.model._meta.verbose_name_plural)
    if rows.model is User:
        _total, by_model = rows.delete()
        return Removed(kind, by_model.get(User._meta.label, 0))
    # Nothing to ask the database for counts as None.
    return Removed(kind, rows._raw_delete(rows.db) or 0)


@contextmanager
def _guards_open() -> Iterator[None]:
    """The append-only triggers off, inside this transaction and under its table locks.

    An error rolls everything back, the triggers' state as well. Foreign keys are
    checked before each change of state: PostgreSQL refuses it while checks wait.
    """
    _switch("DISABLE")
    yield
    _switch("ENABLE ALWAYS")


def _switch(state: str) -> None:
    connection.check_constraints()
    with connection.cursor() as cursor:
        for table, trigger in GUARDS:
            cursor.execute(f"ALTER TABLE {table} {state} TRIGGER {trigger}")
