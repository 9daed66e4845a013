"""Decrees: written down as drafts, then put into force for good."""

from datetime import date
from typing import TypedDict, Unpack

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.models import Region, User
from areas.decree_workflow import ENACT, enact_problems
from areas.models import Decree, DecreeLine, SlumArea
from areas.outcomes import settle_outcomes
from areas.rights import require_decree_edit
from areas.services.checks import Problems, check_fields, put_values, save_checked
from core.errors import BusinessRuleError
from core.workflow import require_state

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
    require_state(ENACT, decree.status, str(decree.get_status_display()))
    old = _superseded(decree, by)
    if problems := enact_problems(decree):
        raise BusinessRuleError(errors=problems)
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
    put_values(decree, values)
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
