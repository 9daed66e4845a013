"""Checks of areas and their RT: what is missing, what lies in no decree, who acts."""

from datetime import date
from typing import Any

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import (
    CharField,
    Exists,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency
from areas.models import ActingAgency, AreaVillage, Neighbourhood, SlumArea
from areas.models.area import SlumAreaQuerySet
from areas.rules import Authority
from core.tables import Column
from dashboard.health.check import Check, CheckSeverity, Owner
from dashboard.health.columns import AREAS, UNITS

AUTHORITY_LEVELS = (Agency.Level.CENTRAL, Agency.Level.PROVINCE, Agency.Level.REGENCY)


def areas() -> SlumAreaQuerySet:
    """Areas as the lists show them; outlines are large and stay where they are."""
    return SlumArea.objects.select_related("regency", "agency").defer("outline")


def _with_figures(today: date) -> QuerySet[Any]:
    return areas().with_figures(today)


def areas_under_decree(today: date) -> QuerySet[Any]:
    """Areas with their figures, of those that a decree in force names."""
    return _with_figures(today).filter(line_id__isnull=False)


def units() -> QuerySet[Neighbourhood]:
    """RT that exist."""
    rows = Neighbourhood.objects.select_related("area", "village")
    return rows.defer("outline", "area__outline")


def _without_units(today: date) -> QuerySet[Any]:
    there = Neighbourhood.objects.filter(area=OuterRef("pk"))
    return areas().filter(~Exists(there))


def _without_outline(today: date) -> QuerySet[Any]:
    return areas().filter(min_lon=None)


def _without_decree(today: date) -> QuerySet[Any]:
    return _with_figures(today).filter(line_id=None)


def _village_ended(today: date) -> QuerySet[Any]:
    """Areas over, or with RT in, a village whose code no longer exists."""
    over = AreaVillage.objects.filter(
        area=OuterRef("pk"), village__valid_until__lte=today
    )
    within = Neighbourhood.objects.filter(
        area=OuterRef("pk"), village__valid_until__lte=today
    )
    return areas().filter(Exists(over) | Exists(within))


def _other_authority(today: date) -> QuerySet[Any]:
    """Areas where an office of another level than the authority acts by no letter."""
    acting = ActingAgency.objects.filter(
        area=OuterRef("pk"), document="", agency__level__in=AUTHORITY_LEVELS
    ).exclude(agency__level=OuterRef("authority"))
    names = (
        acting.order_by()
        .values("area")
        .annotate(names=StringAgg("agency__short_name", Value(", ")))
        .values("names")
    )
    rows = areas_under_decree(today).filter(Exists(acting))
    return rows.annotate(acting=Subquery(names))


def _plain(path: str) -> Func:
    """`RT 01 / 02` as `rt1/2`: without spaces, capitals and leading zeros."""
    tidy = Func(
        Func(path, function="lower"),
        Value(r"\s+"),
        Value(""),
        Value("g"),
        function="regexp_replace",
    )
    return Func(
        tidy,
        Value(r"\m0+(?=\d)"),
        Value(""),
        Value("g"),
        function="regexp_replace",
        output_field=CharField(),
    )


def _same_unit(today: date) -> QuerySet[Any]:
    """RT of one village that bear the same number, in the same area or another."""
    others = Neighbourhood.objects.annotate(plain=_plain("rt_rw")).filter(
        ~Q(pk=OuterRef("pk")), village=OuterRef("village"), plain=OuterRef("plain")
    )
    return units().annotate(plain=_plain("rt_rw")).filter(Exists(others))


def _authority_word(area: Any) -> str:
    return str(Authority(area.authority).label)


CHECKS = (
    Check(
        code="area-without-rt",
        title=_("Area without RT"),
        why=_(
            "Without RT its hectares are counted by activity only, and nobody sees"
            " which part has been handled."
        ),
        todo=_("Add the RT on the page of the area, or import its survey."),
        severity=CheckSeverity.WARNING,
        owner=Owner.DISTRICT_OFFICE,
        found=_without_units,
        columns=AREAS,
    ),
    Check(
        code="area-without-outline",
        title=_("Area without outline"),
        why=_(
            "Without an outline it is missing on the map, and nobody sees whether it"
            " overlaps another area."
        ),
        todo=_("Import the outline of the area from a map file."),
        severity=CheckSeverity.INFO,
        owner=Owner.DISTRICT_OFFICE,
        found=_without_outline,
        columns=AREAS,
    ),
    Check(
        code="area-without-decree",
        title=_("Area in no decree in force"),
        why=_("It is in no figure: hectares are counted under a decree only."),
        todo=_("Enter it in the decree that names it, or wait for the next one."),
        severity=CheckSeverity.INFO,
        owner=Owner.PROVINCE_EDITOR,
        found=_without_decree,
        columns=AREAS,
    ),
    Check(
        code="village-code-ended",
        title=_("Area in a village whose code has ended"),
        why=_(
            "The ministry has replaced the code, so that other data no longer fit to"
            " this area."
        ),
        todo=_("Choose the village that took its place, for the area and its RT."),
        severity=CheckSeverity.WARNING,
        owner=Owner.DISTRICT_OFFICE,
        found=_village_ended,
        columns=AREAS,
    ),
    Check(
        code="acting-without-letter",
        title=_("Acting agency of another authority, without a letter"),
        why=_(
            "The size of the area gives it to another level of government (UU"
            " 23/2014); who acts instead needs a letter that allows it."
        ),
        todo=_("Enter the number of the letter, or ask for a transfer of the area."),
        severity=CheckSeverity.WARNING,
        owner=Owner.DISTRICT_OFFICE,
        found=_other_authority,
        columns=(
            *AREAS,
            Column(_("Authority by size"), _authority_word, "authority", css="half"),
            Column(_("Acting without a letter"), "acting", css="half"),
        ),
    ),
    Check(
        code="rt-twice",
        title=_("RT entered twice"),
        why=_("The same number in the same village, so its hectares may count twice."),
        todo=_("Compare both, and retire or renumber the one that is wrong."),
        severity=CheckSeverity.WARNING,
        owner=Owner.DISTRICT_OFFICE,
        found=_same_unit,
        columns=(
            *UNITS,
            Column(
                _("Size"), "hectares", "hectares", "hectares", unit="ha", css="half"
            ),
        ),
        order=("village__name", "plain", "pk"),
    ),
)
