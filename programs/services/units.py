"""RT that are split or merged, with the activities that work in them.

The RT and their credits are the areas' part (`areas.services.unit_succession`); here
stands what reports have against it, and the activities follow in the same transaction.
"""

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import User
from areas.models import Neighbourhood
from areas.services import unit_succession
from areas.services.neighbourhoods import NeighbourhoodValues
from areas.services.unit_succession import UnitNotice
from programs.models import ActivityUnit, ProgressReport, ReportLineUnit


@transaction.atomic
def split_unit(
    unit: Neighbourhood,
    *,
    parts: Sequence[NeighbourhoodValues],
    notice: UnitNotice,
    by: User,
) -> list[Neighbourhood]:
    """Put several RT in the place of one; credits and activities move to them."""
    blockers = _open_reports([unit])
    stored = unit_succession.split_unit(
        unit, parts=parts, notice=notice, by=by, blockers=blockers
    )
    _move_activities([unit], stored)
    return stored


@transaction.atomic
def merge_units(
    units: Sequence[Neighbourhood],
    *,
    into: NeighbourhoodValues,
    notice: UnitNotice,
    by: User,
) -> Neighbourhood:
    """Put one RT in the place of several; credits and activities move to it."""
    blockers = _open_reports(units)
    stored = unit_succession.merge_units(
        units, into=into, notice=notice, by=by, blockers=blockers
    )
    _move_activities(units, [stored])
    return stored


def _open_reports(units: Iterable[Neighbourhood]) -> list[str]:
    """Why reports that are not verified yet keep these RT as they are.

    The reports stay locked until the transaction ends, as the first of all locks.
    """
    touched = ReportLineUnit.objects.filter(neighbourhood__in=list(units))
    reports = (
        ProgressReport.objects.select_for_update(of=("self",))
        .exclude(status=ProgressReport.Status.VERIFIED)
        .filter(pk__in=touched.values("line__report"))
        .select_related("agency", "period")
        .order_by("pk")
    )
    return [
        _(
            "The report of %(agency)s for %(period)s names this RT and is still"
            " “%(status)s”. Have it verified first, or take the RT out of it."
        )
        % {
            "agency": report.agency.short_name,
            "period": report.period.name,
            "status": report.get_status_display(),
        }
        for report in reports
    ]


def _move_activities(
    old: Sequence[Neighbourhood], new: Sequence[Neighbourhood]
) -> None:
    """Activities that named one of the old RT name the new ones instead."""
    rows = ActivityUnit.objects.filter(neighbourhood__in=old)
    activities = sorted(set(rows.values_list("activity", flat=True)))
    rows.delete()
    ActivityUnit.objects.bulk_create(
        ActivityUnit(activity_id=activity, neighbourhood=unit)
        for activity in activities
        for unit in new
    )
