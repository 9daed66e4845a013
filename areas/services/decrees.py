"""Decrees: written down as drafts, then put into force for good."""

from datetime import date
from typing import TypedDict, Unpack

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.models import Region, User
from areas.models import Decree, DecreeLine, LiveCredit, SlumArea
from areas.models.ledger import Outcome
from areas.outcomes import settle_outcomes
from areas.rights import require_decree_edit
from areas.services.checks import Problems, check_fields, save_checked
from core import html
from core.errors import BusinessRuleError, WrongStateError

ISSUER_LEVELS: dict[str, str] = {
    Decree.Level.GOVERNOR: Region.Level.PROVINCE,
    Decree.Level.REGENT: Region.Level.REGENCY,
    Decree.Level.MAYOR: Region.Level.REGENCY,
}
# What can still be put right once a decree holds: what is printed on it, not its rule.
ALWAYS_OPEN = frozenset({"number", "title"})


class DecreeValues(TypedDict, total=False):
    """What a decree says of itself, and which one it supersedes."""

    number: str
    title: str
    level: str
    region: Region
    scope: str
    counting_unit: str
    supersedes: Decree | None
    issued_on: date
    in_force_from: date


@transaction.atomic
def create_decree(*, by: User, **values: Unpack[DecreeValues]) -> Decree:
    """A new draft; without `in_force_from` it is to hold from its own date.

    Errors come by field, all at once.
    """
    require_decree_edit(by, values["region"])
    decree = Decree()
    values.setdefault("in_force_from", values["issued_on"])
    _fill(decree, values)
    save_checked(decree)
    return decree


@transaction.atomic
def update_decree(
    decree: Decree, *, by: User, **values: Unpack[DecreeValues]
) -> Decree:
    """Change what is named in `values`; once in force, only number and title."""
    decree = locked_decree(decree, by)
    if "region" in values:
        require_decree_edit(by, values["region"])
    _refuse_frozen(decree, values)
    _fill(decree, values)
    save_checked(decree)
    return decree


@transaction.atomic
def enact_decree(decree: Decree, *, by: User) -> Decree:
    """Put a draft into force: from then on it counts, and its lines stay.

    The decree that it supersedes ends on the day this one begins. Outcomes that surveys
    decide are brought in line under both. Raises BusinessRuleError with everything that
    stands against it, WrongStateError when it is no draft.
    """
    decree = locked_decree(decree, by)
    if not decree.is_draft:
        raise WrongStateError(
            _("“%(decree)s” is no draft any more: it is already %(status)s.")
            % {"decree": decree, "status": decree.get_status_display()}
        )
    old = _superseded(decree, by)
    problems = enact_problems(decree)
    problems.raise_any()
    now = timezone.now()
    if old is not None:
        old.status, old.ended_at = Decree.Status.SUPERSEDED, now
        old.in_force_until = decree.in_force_from
        old.save()
    decree.status, decree.enacted_at = Decree.Status.IN_FORCE, now
    _save_in_force(decree)
    ended = [old.pk] if old else []
    lines = DecreeLine.objects.filter(decree__in=[decree.pk, *ended])
    settle_outcomes(lines.values_list("area", flat=True), by=by)
    return decree


def enact_problems(decree: Decree) -> Problems:
    """What stands against putting this draft into force, by field."""
    problems = Problems()
    if not decree.lines.exists():
        problems["lines"].append(
            _("The decree names no area yet. Enter its areas with their hectares.")
        )
    if decree.counting_unit == Decree.CountingUnit.VILLAGE:
        for line in decree.lines.filter(village=None).select_related("area"):
            problems[f"lines.{line.area_id}.village"].append(
                _("%(area)s: choose the village by which the decree counts it.")
                % {"area": line.area}
            )
    old = decree.supersedes
    if old is not None:
        _check_order(decree, old, problems)
    return problems


def _check_order(decree: Decree, old: Decree, problems: Problems) -> None:
    if old.is_draft:
        problems["supersedes"].append(
            _("%(decree)s is a draft itself. Put it into force first.")
            % {"decree": old}
        )
    if old.status == Decree.Status.SUPERSEDED:
        problems["supersedes"].append(
            _("%(decree)s has already been superseded.") % {"decree": old}
        )
    if decree.in_force_from <= old.in_force_from:
        problems["in_force_from"].append(
            _("It must begin after %(decree)s did, on %(date)s.")
            % {"decree": old, "date": html.day(old.in_force_from)}
        )
    last = _last_entry(old)
    if last is not None and last >= decree.in_force_from:
        problems["in_force_from"].append(
            _(
                "The ledger has work of %(date)s under %(decree)s. Begin after that"
                " day, or have those entries reversed first."
            )
            % {"date": html.day(last), "decree": old}
        )


def _last_entry(old: Decree) -> date | None:
    """The last day on which standing work counts under a decree."""
    standing = LiveCredit.objects.filter(
        decree_line__decree=old, outcome=Outcome.HANDLED
    )
    return standing.aggregate(last=Max("entry__effective_on"))["last"]


def _superseded(decree: Decree, by: User) -> Decree | None:
    """The decree that this one ends, locked; who ends it must be allowed to."""
    if decree.supersedes_id is None:
        return None
    return locked_decree(Decree(pk=decree.supersedes_id), by)


def _save_in_force(decree: Decree) -> None:
    """Two offices can put two drafts into force at once; the database lets one."""
    problems = Problems()
    check_fields(decree, problems)
    problems.raise_any()
    try:
        with transaction.atomic():
            decree.save()
    except IntegrityError as error:
        raise BusinessRuleError(
            _(
                "Another decree of this issuer about the same areas holds on those"
                " days. Say which decree it supersedes."
            )
        ) from error


def locked_decree(decree: Decree, by: User) -> Decree:
    decree = (
        Decree.objects.select_for_update(of=("self",))
        .select_related("region")
        .get(pk=decree.pk)
    )
    require_decree_edit(by, decree.region)
    return decree


def _refuse_frozen(decree: Decree, values: DecreeValues) -> None:
    if decree.is_draft:
        return
    problems = Problems()
    for name, value in values.items():
        if name not in ALWAYS_OPEN and value != getattr(decree, name):
            problems[name].append(
                _("The decree is already in force; this stays as it is.")
            )
    problems.raise_any()


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
        _check_region_covers_lines(decree, problems)
    problems.raise_any()


def _check_region_covers_lines(decree: Decree, problems: Problems) -> None:
    outside = DecreeLine.objects.filter(decree=decree).exclude(
        area__regency__in=Region.objects.within(decree.region_id)
    )
    for line in outside.select_related("area"):
        problems["region"].append(outside_region(line.area, decree))


def outside_region(area: SlumArea, decree: Decree) -> str:
    return _("%(area)s does not lie in %(region)s.") % {
        "area": area,
        "region": decree.region,
    }
