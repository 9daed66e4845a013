"""The lines of a decree: free in a draft, only added to once it holds."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import Region, User
from areas.models import Decree, DecreeLine, SlumArea
from areas.outcomes import settle_outcomes
from areas.services.areas import lies_in
from areas.services.checks import Problems
from areas.services.decrees import locked_decree, outside_region
from core.fields import six_places


class LineValues(NamedTuple):
    """An area with the hectares that the decree prints, and its village if it says."""

    area: SlumArea
    hectares: Decimal
    village: Region | None = None


@transaction.atomic
def set_decree_lines(
    decree: Decree, lines: Sequence[tuple[Any, ...]], *, by: User
) -> list[DecreeLine]:
    """Make these (`LineValues`) the lines of the decree.

    Once the decree holds, its lines stay and others can only be added: a wrong area is
    corrected in the ledger, a changed one by a new decree. Errors stand under
    `lines.<area's key>.hectares`, all at once.
    """
    decree = locked_decree(decree, by)
    present = {
        line.area_id: line
        for line in DecreeLine.objects.select_for_update(of=("self",), no_key=True)
        .select_related("area")
        .filter(decree=decree)
        .order_by("pk")
    }
    wanted = {row.area.pk: row for row in (LineValues(*line) for line in lines)}
    gone = [line for key, line in present.items() if key not in wanted]
    problems = Problems()
    if len(wanted) < len(lines):
        problems["lines"].append(_("An area is named twice. Keep one line of it."))
    _check_places(decree, wanted.values(), problems)
    if not decree.is_draft:
        _check_kept(present, wanted, gone, problems)
        _check_villages(decree, present, wanted, problems)
    problems.raise_any()
    added = _store(decree, present, wanted, gone)
    if added and not decree.is_draft:
        settle_outcomes(added, by=by)
    return list(decree.lines.select_related("area"))


def _check_places(
    decree: Decree, wanted: Iterable[LineValues], problems: Problems
) -> None:
    for area, hectares, village in wanted:
        if not lies_in(area.regency_id, decree.region_id):
            problems[f"lines.{area.pk}.area"].append(outside_region(area, decree))
        if hectares <= 0:
            problems[f"lines.{area.pk}.hectares"].append(
                _("%(area)s: the area must be above 0 ha.") % {"area": area}
            )
        if village is not None and not lies_in(village.pk, area.regency_id):
            problems[f"lines.{area.pk}.village"].append(
                _("%(village)s is not a village of %(regency)s.")
                % {"village": village, "regency": area.regency}
            )


def _check_kept(
    present: Mapping[int, DecreeLine],
    wanted: Mapping[int, LineValues],
    gone: Iterable[DecreeLine],
    problems: Problems,
) -> None:
    """What a decree in force prints stays as it is."""
    for line in gone:
        problems[f"lines.{line.area_id}.hectares"].append(
            _("%(area)s: the decree is in force, so its line stays.")
            % {"area": line.area}
        )
    for key, line in present.items():
        if key in wanted and _differs(line, wanted[key]):
            problems[f"lines.{key}.hectares"].append(
                _(
                    "%(area)s: the decree is in force, so its hectares stay. Propose an"
                    " area correction with the document that gives the right ones."
                )
                % {"area": line.area}
            )


def _check_villages(
    decree: Decree,
    present: Mapping[int, DecreeLine],
    wanted: Mapping[int, LineValues],
    problems: Problems,
) -> None:
    """A line that counts at once names its village, where the decree counts so."""
    if decree.counting_unit != Decree.CountingUnit.VILLAGE:
        return
    for key, row in wanted.items():
        if key not in present and row.village is None:
            problems[f"lines.{key}.village"].append(
                _("%(area)s: choose the village by which the decree counts it.")
                % {"area": row.area}
            )


def _differs(line: DecreeLine, row: LineValues) -> bool:
    village = row.village.pk if row.village else None
    return line.hectares != six_places(row.hectares) or line.village_id != village


def _store(
    decree: Decree,
    present: Mapping[int, DecreeLine],
    wanted: Mapping[int, LineValues],
    gone: Iterable[DecreeLine],
) -> list[int]:
    """Write what differs; the keys of the areas that are new come back."""
    DecreeLine.objects.filter(pk__in=[line.pk for line in gone]).delete()
    changed = []
    for key, line in present.items():
        if key in wanted and _differs(line, wanted[key]):
            line.hectares = six_places(wanted[key].hectares)
            line.village = wanted[key].village
            changed.append(line)
    DecreeLine.objects.bulk_update(changed, ["hectares", "village"])
    added = [key for key in wanted if key not in present]
    DecreeLine.objects.bulk_create(
        DecreeLine(
            decree=decree,
            area=wanted[key].area,
            hectares=six_places(wanted[key].hectares),
            village=wanted[key].village,
        )
        for key in added
    )
    return added
