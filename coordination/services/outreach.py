"""Outreach: an event is written down once it was held."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any, TypedDict, Unpack

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.access import require
from agencies.models import Agency, Region
from agencies.roles import Permission
from areas.models import SlumArea
from areas.services.checks import Problems, check_and_save
from coordination.models import Commitment, Outreach
from coordination.models.outreach import Topic
from coordination.services.common import fresh
from coordination.texts import put_texts

EARLIEST = date(2000, 1, 1)
LINKS = ("areas", "partners")


class OutreachValues(TypedDict, total=False):
    """What an event has besides the agency that held it."""

    title: str
    held_on: date
    partners: Collection[Agency]
    regency: Region
    place: str
    areas: Collection[SlumArea]
    prevention: str
    topics: Collection[str]
    women: int
    men: int
    material: str
    follow_up: str
    commitment: Commitment | None


@transaction.atomic
def record_outreach(
    *, agency: Agency, by: Any, **values: Unpack[OutreachValues]
) -> Outreach:
    """An event that `agency` held. Raises BusinessRuleError with every problem."""
    require(by, Permission.OUTREACH_EDIT, agency=agency)
    return _stored(Outreach(agency=agency, created_by=by), values, by)


@transaction.atomic
def change_outreach(
    outreach: Outreach, *, by: Any, **values: Unpack[OutreachValues]
) -> Outreach:
    """Change what is named in `values`; who held it never changes."""
    return _stored(_locked(outreach, by), values, by)


@transaction.atomic
def remove_outreach(outreach: Outreach, *, by: Any) -> None:
    """It was written down by mistake; the trail keeps that it was.

    Raises BusinessRuleError while a commitment is shown by it or files hang on it.
    """
    outreach = _locked(outreach, by)
    problems = Problems()
    if outreach.commitment:
        text = _("It shows what became of “%(commitment)s”. Take that off it first.")
        problems["__all__"].append(text % {"commitment": outreach.commitment})
    if outreach.files.exists():
        text = _("Photos or documents hang on it. Remove them first.")
        problems["__all__"].append(text)
    problems.raise_any()
    outreach.delete()


def _locked(outreach: Outreach, by: Any) -> Outreach:
    """The event under its lock, which `by` may change."""
    rows = Outreach.objects.select_for_update(of=("self",))
    outreach = fresh(rows.select_related("agency", "regency"), outreach)
    require(by, Permission.OUTREACH_EDIT, agency=outreach.agency)
    return outreach


def _stored(outreach: Outreach, values: OutreachValues, by: Any) -> Outreach:
    rest: dict[str, Any] = dict(values)
    areas, partners = (rest.pop(name, None) for name in LINKS)
    put_texts(outreach, rest)
    outreach.topics = sorted(set(outreach.topics or []))
    problems = Problems()
    _check_event(outreach, problems)
    _check_regency(outreach, problems)
    _check_areas(outreach, areas, problems, by)
    _check_partners(outreach, partners or (), problems)
    if "commitment" in values:
        _check_commitment(outreach, problems, by)
    check_and_save(outreach, problems)
    if areas is not None:
        outreach.areas.set(areas)
    if partners is not None:
        outreach.partners.set(partners)
    return outreach


def _check_event(outreach: Outreach, problems: Problems) -> None:
    day, women, men = outreach.held_on, outreach.women, outreach.men
    if day and day > timezone.localdate():
        problems["held_on"].append(
            _("This day has not come yet. Write it down once it was held.")
        )
    if day and day < EARLIEST:
        problems["held_on"].append(_("The date lies before 2000. Is the year right?"))
    if women is not None and men is not None and women + men < 1:
        problems["women"].append(_("At least one person came: count women and men."))
    if not outreach.topics:
        problems["topics"].append(_("Tick what it was about, at least one topic."))
    if unknown := [topic for topic in outreach.topics if topic not in Topic.values]:
        problems["topics"].append(
            _("These topics are not known: %(topics)s.")
            % {"topics": ", ".join(unknown)}
        )


def _check_regency(outreach: Outreach, problems: Problems) -> None:
    regency = outreach.regency_id
    if regency and not regencies_of([outreach.agency]).filter(pk=regency).exists():
        text = _("%(agency)s does not work in %(regency)s. Choose a region of its own.")
        words = {
            "agency": outreach.agency.short_name,
            "regency": outreach.regency.name,
        }
        problems["regency"].append(text % words)


def regencies_of(offices: Iterable[Agency]) -> QuerySet[Region]:
    """Where these offices work; one without a region works everywhere."""
    codes = [office.region_id for office in offices]
    inside = Region.objects.none() if all(codes) else Region.objects.all()
    for code in filter(None, codes):
        inside |= Region.objects.within(code)
    return inside.filter(level=Region.Level.REGENCY)


def _check_areas(
    outreach: Outreach, areas: Iterable[SlumArea] | None, problems: Problems, by: Any
) -> None:
    """New areas in the person's sight, all of them in the regency of the event."""
    had = set(outreach.areas.values_list("pk", flat=True)) if outreach.pk else set()
    new = [area for area in areas or () if area.pk not in had]
    asked = SlumArea.objects.filter(pk__in=[area.pk for area in new])
    seen = set(asked.visible_to(by).values_list("pk", flat=True))
    if any(area.pk not in seen for area in new):
        problems["areas"].append(_("Choose areas that you see in the list of areas."))
    known = [area for area in new if area.pk in seen]
    if areas is None:
        kept: Iterable[SlumArea] = SlumArea.objects.filter(pk__in=had)
    else:
        kept = [*known, *(area for area in areas if area.pk in had)]
    for area in kept:
        if outreach.regency_id and area.regency_id != outreach.regency_id:
            problems["areas"].append(
                _("%(area)s does not lie in %(regency)s.")
                % {"area": area, "regency": outreach.regency}
            )


def _check_partners(
    outreach: Outreach, partners: Iterable[Agency], problems: Problems
) -> None:
    if any(partner.pk == outreach.agency_id for partner in partners):
        problems["partners"].append(
            _("%(agency)s held it itself. Choose only who else did.")
            % {"agency": outreach.agency.short_name}
        )


def _check_commitment(outreach: Outreach, problems: Problems, by: Any) -> None:
    """A commitment in sight; one that it has already may stay."""
    had = Outreach.objects.filter(pk=outreach.pk).values_list("commitment", flat=True)
    key = outreach.commitment_id
    if key is None or key in set(had):
        return
    if not Commitment.objects.visible_to(by).filter(pk=key).exists():
        problems["commitment"].append(
            _("Choose a commitment that you see in the list of commitments.")
        )
