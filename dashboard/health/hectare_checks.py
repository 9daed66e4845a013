"""Checks that compare hectares from different hands: decree, RT, outline, credits."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Abs, Coalesce, Greatest
from django.utils.translation import gettext_lazy as _

from areas.models import DecreeLine, LedgerEntry, Neighbourhood
from areas.models.ledger import Outcome
from core.fields import HectaresField
from core.tables import Column
from dashboard.health.area_checks import areas_under_decree
from dashboard.health.check import Check, CheckSeverity, Owner
from dashboard.health.columns import AREAS, DECREED, DIFFERENCE, LINES, hectares

ZERO = Decimal(0)


def slack() -> Decimal:
    """Up to these hectares a difference is rounding."""
    return Decimal(settings.LEDGER_ROUNDING_HA)


def lines() -> QuerySet[DecreeLine]:
    """Lines of decrees that hold or held, with `decreed`: printed plus corrections."""
    rows = DecreeLine.objects.exclude(decree__status="draft")
    corrected = Coalesce(F("sum__corrected"), ZERO, output_field=HectaresField())
    return (
        rows.select_related("decree", "area__regency")
        .defer("area__outline")
        .annotate(decreed=F("hectares") + corrected)
    )


def _units_differ(today: date) -> QuerySet[Any]:
    """Areas under a decree whose RT add up to other hectares than the decree gives."""
    units = Neighbourhood.objects.filter(area=OuterRef("pk")).order_by().values("area")
    rows = areas_under_decree(today).annotate(
        of_units=Subquery(units.annotate(sum=Sum("hectares")).values("sum"))
    )
    rows = rows.annotate(difference=F("of_units") - F("decreed"))
    return rows.annotate(gap=Abs("difference")).filter(gap__gt=slack())


def _outline_differs(today: date) -> QuerySet[Any]:
    """Areas whose outline measures more or less than the decree gives, by percent."""
    share = Decimal(settings.OUTLINE_DIFFERENCE_PERCENT) / 100
    rows = areas_under_decree(today).annotate(
        difference=F("outline_hectares") - F("decreed")
    )
    return rows.annotate(gap=Abs("difference")).filter(gap__gt=F("decreed") * share)


def _above_decree(today: date) -> QuerySet[Any]:
    """Lines under which an outcome has more hectares than the decree."""
    rows = lines().annotate(
        credited=Greatest("sum__handled", "sum__improved", "sum__cleared")
    )
    rows = rows.annotate(difference=F("credited") - F("decreed"))
    return rows.filter(difference__gt=slack())


def _above_unit(today: date) -> QuerySet[Any]:
    """Standing credits of more hectares than their RT has."""
    rows = LedgerEntry.objects.filter(
        Q(hectares__gt=F("neighbourhood__hectares")),
        live__isnull=False,
        outcome=Outcome.HANDLED,
    )
    names = ("neighbourhood", "decree_line__area__regency", "decree_line__decree")
    return (
        rows.select_related(*names)
        .defer("neighbourhood__outline", "decree_line__area__outline")
        .annotate(
            of_unit=F("neighbourhood__hectares"),
            difference=F("hectares") - F("neighbourhood__hectares"),
        )
    )


CHECKS = (
    Check(
        code="credited-above-decree",
        title=_("Credited above the decree"),
        why=_("More hectares are counted than the decree gives to the area."),
        todo=_("Have the wrong credit reversed, or the area corrected by a document."),
        severity=CheckSeverity.SEVERE,
        owner=Owner.PROVINCE_VERIFIER,
        found=_above_decree,
        columns=(*LINES, DECREED, hectares(_("Credited"), "credited"), DIFFERENCE),
        order=("area__name", "pk"),
    ),
    Check(
        code="credited-above-rt",
        title=_("Credited above the hectares of the RT"),
        why=_("The RT was made smaller after the credit, or the credit was too large."),
        todo=_("Have the credit lowered, or correct the size of the RT."),
        severity=CheckSeverity.SEVERE,
        owner=Owner.PROVINCE_VERIFIER,
        found=_above_unit,
        columns=(
            Column(_("Entry"), lambda entry: f"#{entry.pk}", "pk", link=True),
            Column(
                _("Area"),
                "decree_line.area.name",
                "decree_line__area__name",
                css="half",
            ),
            Column(_("RT"), "neighbourhood.rt_rw", css="half"),
            hectares(_("Credited"), "hectares"),
            hectares(_("Size of the RT"), "of_unit"),
            DIFFERENCE,
        ),
        order=("decree_line__area__name", "pk"),
    ),
    Check(
        code="rt-differ-from-decree",
        title=_("RT hectares are not the decree's"),
        why=_(
            "The RT add up to more or less than the decree gives, so an area can be"
            " handled as a whole and still not be full, or be full too early."
        ),
        todo=_("Correct the sizes of the RT, or the decree by a document."),
        severity=CheckSeverity.WARNING,
        owner=Owner.DISTRICT_OFFICE,
        found=_units_differ,
        columns=(*AREAS, DECREED, hectares(_("RT together"), "of_units"), DIFFERENCE),
    ),
    Check(
        code="outline-differs-from-decree",
        title=_("Outline hectares are not the decree's"),
        why=_("What the map shows is not what the decree counts."),
        todo=_("Look which of both is right; neither is changed by itself."),
        severity=CheckSeverity.INFO,
        owner=Owner.DISTRICT_OFFICE,
        found=_outline_differs,
        columns=(
            *AREAS,
            DECREED,
            hectares(_("By outline"), "outline_hectares"),
            DIFFERENCE,
        ),
    ),
)
