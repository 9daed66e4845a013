"""Checks of surveys beside their decree: missing, old, of another rule set, no slum."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from areas.models import Assessment
from areas.rules import Severity
from core.tables import Column
from dashboard.health.area_checks import areas, areas_under_decree
from dashboard.health.check import Check, CheckSeverity, Owner
from dashboard.health.columns import (
    AREAS,
    CLASS,
    DECREED,
    SURVEYED_AREAS,
    SURVEYED_ON,
    hectares,
)


def years_before(day: date, years: int) -> date:
    """The same day that many years earlier; for 29 February the day after the 28th."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return date(day.year - years, 3, 1)


def _not_slum(today: date) -> QuerySet[Any]:
    """Areas under a decree whose latest verified survey finds no slum."""
    return areas_under_decree(today).filter(severity=Severity.NOT_SLUM)


def _never_surveyed(today: date) -> QuerySet[Any]:
    return areas_under_decree(today).filter(assessed_on=None)


def _old(today: date) -> QuerySet[Any]:
    begun = years_before(today, settings.SURVEY_OLD_YEARS)
    return areas_under_decree(today).filter(assessed_on__lt=begun)


def _incomparable(today: date) -> QuerySet[Any]:
    """Areas whose latest survey has earlier ones, but none under its own rule set."""
    surveys = Assessment.objects.standing().filter(area=OuterRef("pk"))
    latest = surveys.order_by("-surveyed_on", "-pk")
    earlier = surveys.filter(surveyed_on__lt=OuterRef("latest_on"))
    return (
        areas()
        .annotate(
            latest_on=Subquery(latest.values("surveyed_on")[:1]),
            latest_rules=Subquery(latest.values("rule_set__code")[:1]),
            earlier_rules=Subquery(
                earlier.order_by("-surveyed_on", "-pk").values("rule_set__code")[:1]
            ),
        )
        .filter(
            ~Exists(earlier.filter(rule_set__code=OuterRef("latest_rules"))),
            earlier_rules__isnull=False,
        )
        .annotate(assessed_on=F("latest_on"))
    )


CHECKS = (
    Check(
        code="decreed-but-not-slum",
        title=_("Not slum inside a decree in force"),
        why=_(
            "The decree counts hectares that the latest survey finds to be no slum:"
            " cleared under this decree, or never slum at all."
        ),
        todo=_("Leave the area out of the next decree."),
        severity=CheckSeverity.WARNING,
        owner=Owner.PROVINCE_EDITOR,
        found=_not_slum,
        columns=(
            *AREAS,
            SURVEYED_ON,
            DECREED,
            hectares(_("Of these out of slum by survey"), "cleared"),
        ),
    ),
    Check(
        code="decreed-never-surveyed",
        title=_("Area in a decree, never surveyed"),
        why=_("It has no class, and nothing later can be compared with it."),
        todo=_("Enter the survey, and have it verified."),
        severity=CheckSeverity.WARNING,
        owner=Owner.DISTRICT_OFFICE,
        found=_never_surveyed,
        columns=(*SURVEYED_AREAS, DECREED),
    ),
    Check(
        code="survey-old",
        title=_("Survey too old"),
        why=_("The class on the pages may no longer be what is there."),
        todo=_("Survey the area again, the oldest first."),
        severity=CheckSeverity.WARNING,
        owner=Owner.DISTRICT_OFFICE,
        found=_old,
        columns=(*SURVEYED_AREAS, SURVEYED_ON, CLASS),
        order=("assessed_on", "name", "pk"),
    ),
    Check(
        code="surveys-not-comparable",
        title=_("Surveys that cannot be compared"),
        why=_(
            "Improved and out of slum come from two surveys under one rule set; the"
            " latest one stands alone under its own."
        ),
        todo=_("Survey under the same rule set again, or enter the earlier volumes."),
        severity=CheckSeverity.INFO,
        owner=Owner.DISTRICT_OFFICE,
        found=_incomparable,
        columns=(
            *SURVEYED_AREAS,
            SURVEYED_ON,
            Column(_("Rule set of the latest"), "latest_rules", css="half"),
            Column(_("Rule set before it"), "earlier_rules", css="half"),
        ),
    ),
)
