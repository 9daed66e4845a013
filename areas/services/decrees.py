"""Decrees and their lines."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TypedDict, Unpack

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Min, Sum
from django.utils.translation import gettext as _

from agencies.models import Region, User
from areas.models import Decree, DecreeLine, LedgerEntry, LiveCredit, SlumArea
from areas.rights import require_decree_edit
from areas.services.areas import lies_in
from areas.services.checks import Problems, check_fields, save_checked
from core import html
from core.errors import BusinessRuleError
from core.fields import six_places
from core.numbers import format_decimal

ISSUER_LEVELS: dict[str, str] = {
    Decree.Level.GOVERNOR: Region.Level.PROVINCE,
    Decree.Level.REGENT: Region.Level.REGENCY,
    Decree.Level.MAYOR: Region.Level.REGENCY,
}


class DecreeValues(TypedDict, total=False):
    """What a decree says of itself; `in_force_until` is the first day without it."""

    number: str
    title: str
    level: str
    region: Region
    issued_on: date
    in_force_from: date
    in_force_until: date | None


@transaction.atomic
def create_decree(
    *, by: User, supersedes: Decree | None = None, **values: Unpack[DecreeValues]
) -> Decree:
    """A new decree; without `in_force_from` it holds from its own date.

    The decree that it `supersedes` holds until then. Errors come by field, all at once.
    """
    require_decree_edit(by, values["region"])
    decree = Decree()
    values.setdefault("in_force_from", values["issued_on"])
    _fill(decree, values)
    save_checked(decree)
    if supersedes is not None:
        _end(supersedes, decree, by)
    return decree


@transaction.atomic
def update_decree(
    decree: Decree, *, by: User, **values: Unpack[DecreeValues]
) -> Decree:
    """Change what is named in `values`, unless lines or ledger would contradict it."""
    decree = _locked(decree, by)
    if "region" in values:
        require_decree_edit(by, values["region"])
    _fill(decree, values)
    save_checked(decree)
    return decree


@transaction.atomic
def set_decree_lines(
    decree: Decree, lines: Sequence[tuple[SlumArea, Decimal]], *, by: User
) -> list[DecreeLine]:
    """Make these the lines of the decree: areas with their hectares.

    Lines that are not among them are removed, unless the ledger stands on them; none
    falls below what the ledger has credited. Errors stand under
    `lines.<area's key>.hectares`, all at once.
    """
    decree = _locked(decree, by)
    present = {
        line.area_id: line
        for line in DecreeLine.objects.select_for_update(of=("self",), no_key=True)
        .select_related("area")
        .filter(decree=decree)
        .order_by("pk")
    }
    wanted = {area.pk: (area, six_places(hectares)) for area, hectares in lines}
    gone = [line for key, line in present.items() if key not in wanted]
    problems = Problems()
    if len(wanted) < len(lines):
        problems["lines"].append(_("An area is named twice. Keep one line of it."))
    _check_areas(decree, wanted.values(), problems)
    _check_ledger(present, wanted, gone, problems)
    problems.raise_any()
    return _store(decree, present, wanted, gone)


def _locked(decree: Decree, by: User) -> Decree:
    decree = (
        Decree.objects.select_for_update(of=("self",))
        .select_related("region")
        .get(pk=decree.pk)
    )
    require_decree_edit(by, decree.region)
    return decree


def _fill(decree: Decree, values: DecreeValues) -> None:
    """Put checked values onto the decree."""
    problems = Problems()
    for name, value in values.items():
        tidy = " ".join(value.split()) if isinstance(value, str) else value
        setattr(decree, name, tidy)
    if ISSUER_LEVELS.get(decree.level) not in (None, decree.region.level):
        problems["level"].append(
            _(
                "A governor decides for a province, a regent or mayor for a"
                " regency/city."
            )
        )
    check_fields(decree, problems)
    if decree.pk:
        _check_entries_in_force(decree, problems)
        _check_region_covers_lines(decree, problems)
    problems.raise_any()


def _check_entries_in_force(decree: Decree, problems: Problems) -> None:
    """No ledger entry takes effect on a day on which its decree does not hold."""
    days = LedgerEntry.objects.filter(decree_line__decree=decree).aggregate(
        first=Min("effective_on"), last=Max("effective_on")
    )
    first, last, until = days["first"], days["last"], decree.in_force_until
    outside = {
        "in_force_from": first if first and first < decree.in_force_from else None,
        "in_force_until": last if last and until and last >= until else None,
    }
    for name, day in outside.items():
        if day and name not in problems:
            problems[name].append(
                _("The ledger has entries of %(date)s under this decree.")
                % {"date": html.day(day)}
            )


def _check_region_covers_lines(decree: Decree, problems: Problems) -> None:
    outside = DecreeLine.objects.filter(decree=decree).exclude(
        area__regency__in=Region.objects.within(decree.region_id)
    )
    for line in outside.select_related("area"):
        problems["region"].append(_outside(line.area, decree))


def _end(old: Decree, new: Decree, by: User) -> None:
    """The old decree holds until the new one does."""
    try:
        update_decree(old, by=by, in_force_until=new.in_force_from)
    except BusinessRuleError as error:
        raise BusinessRuleError(errors={"supersedes": [str(error)]}) from error


def _check_areas(
    decree: Decree, wanted: Iterable[tuple[SlumArea, Decimal]], problems: Problems
) -> None:
    for area, hectares in wanted:
        if not lies_in(area.regency_id, decree.region_id):
            problems[f"lines.{area.pk}.area"].append(_outside(area, decree))
        if hectares <= 0:
            problems[f"lines.{area.pk}.hectares"].append(
                _("%(area)s: the area must be above 0 ha.") % {"area": area}
            )


def _check_ledger(
    present: Mapping[int, DecreeLine],
    wanted: Mapping[int, tuple[SlumArea, Decimal]],
    gone: Iterable[DecreeLine],
    problems: Problems,
) -> None:
    """Lines on which the ledger stands stay, and stay as large as it needs."""
    written = set(
        LedgerEntry.objects.filter(decree_line__in=present.values())
        .order_by()
        .values_list("decree_line", flat=True)
        .distinct()
    )
    for line in gone:
        if line.pk in written:
            problems[f"lines.{line.area_id}.hectares"].append(
                _("%(area)s has ledger entries under this decree, so its line stays.")
                % {"area": line.area}
            )
    credited = _credited(present.values())
    slack = Decimal(settings.LEDGER_ROUNDING_HA)
    for key, line in present.items():
        if key in wanted and credited.get(line.pk, 0) > wanted[key][1] + slack:
            problems[f"lines.{key}.hectares"].append(
                _("%(area)s: the ledger has credited %(credited)s ha, more than this.")
                % {
                    "area": line.area,
                    "credited": format_decimal(credited[line.pk], None),
                }
            )


def _credited(lines: Iterable[DecreeLine]) -> dict[int, Decimal]:
    """The most that any outcome has under each line: outcomes are never added up."""
    rows = (
        LiveCredit.objects.filter(decree_line__in=list(lines))
        .order_by()
        .values("decree_line", "outcome")
        .annotate(total=Sum("entry__hectares"))
    )
    most: dict[int, Decimal] = {}
    for row in rows:
        key = row["decree_line"]
        most[key] = max(most.get(key, Decimal(0)), row["total"])
    return most


def _store(
    decree: Decree,
    present: Mapping[int, DecreeLine],
    wanted: Mapping[int, tuple[SlumArea, Decimal]],
    gone: Iterable[DecreeLine],
) -> list[DecreeLine]:
    DecreeLine.objects.filter(pk__in=[line.pk for line in gone]).delete()
    changed = []
    for key, line in present.items():
        if key in wanted and line.hectares != wanted[key][1]:
            line.hectares = wanted[key][1]
            changed.append(line)
    DecreeLine.objects.bulk_update(changed, ["hectares"])
    DecreeLine.objects.bulk_create(
        DecreeLine(decree=decree, area=area, hectares=hectares)
        for key, (area, hectares) in wanted.items()
        if key not in present
    )
    return list(decree.lines.select_related("area"))


def _outside(area: SlumArea, decree: Decree) -> str:
    return _("%(area)s does not lie in %(region)s.") % {
        "area": area,
        "region": decree.region,
    }
