"""What the ledger keeps of an activity: by which programme and fund its work is."""

from collections.abc import Iterable

from areas.models import LedgerSource
from programs.models import Activity, Programme
from programs.queries import footprint_of

NAMES = ("activity", "programme", "programme_key", "year", "fund")


def sources_of(activities: Iterable[Activity]) -> dict[int, LedgerSource]:
    """The ledger's row of each activity, written as the programme stands now."""
    rows = {activity.pk: _source(activity) for activity in activities}
    LedgerSource.objects.bulk_create(
        rows.values(),
        update_conflicts=True,
        unique_fields=["key"],
        update_fields=NAMES,
    )
    stored = LedgerSource.objects.in_bulk(
        [row.key for row in rows.values()], field_name="key"
    )
    return {pk: stored[row.key] for pk, row in rows.items()}


def rename_sources(programme: Programme) -> None:
    """The ledger groups by what the programme is called and paid from now."""
    LedgerSource.objects.filter(programme_key=str(programme.pk)).update(
        programme=str(programme)[:350], year=programme.year, fund=programme.fund
    )


def _source(activity: Activity) -> LedgerSource:
    programme = activity.programme
    return LedgerSource(
        key=footprint_of(activity.pk),
        activity=activity.name,
        programme=str(programme)[:350],
        programme_key=str(programme.pk),
        year=programme.year,
        fund=programme.fund,
    )
