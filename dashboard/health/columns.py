"""Columns that several checks share; the first one leads to where it is put right."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from areas.models import SlumArea
from areas.tables import severity_badge, severity_word
from core.tables import Column


def surveys_of(area: SlumArea) -> str:
    """The page on which a survey of the area is begun or corrected."""
    return reverse("areas:area-assessments", args=[area.pk])


def ledger_of(line: Any) -> str:
    return reverse("areas:area-ledger", args=[line.area_id])


REGENCY = Column(_("Regency/city"), "regency.name", "regency__name", css="half")
RESPONSIBLE = Column(
    _("Responsible office"), "agency.short_name", "agency__short_name", css="half"
)
AREAS = (Column(_("Area"), "name", "name", link=True), REGENCY, RESPONSIBLE)
SURVEYED_AREAS = (
    Column(_("Area"), "name", "name", link=surveys_of),
    REGENCY,
    RESPONSIBLE,
)
SURVEYED_ON = Column(
    _("Latest survey"), "assessed_on", "assessed_on", "date", css="half"
)
CLASS = Column(
    _("Severity"),
    lambda area: severity_badge(area.severity),
    kind="html",
    css="half",
    export=lambda area: severity_word(area.severity),
)

UNITS = (
    Column(_("RT"), "rt_rw", "rt_rw", link="area.get_absolute_url"),
    Column(_("Area"), "area.name", "area__name", css="half"),
    Column(_("Village (kelurahan/desa)"), "village.name", "village__name", css="half"),
)

DECREES = (
    Column(_("Decree"), "number", "number", link=True),
    Column(_("Region"), "region.name", "region__name", css="half"),
    Column(_("Date of the decree"), "issued_on", "issued_on", "date", css="half"),
)

LINES = (
    Column(_("Area"), "area.name", "area__name", link=ledger_of),
    Column(_("Decree"), "decree.number", "decree__number", css="half"),
    Column(_("Regency/city"), "area.regency.name", "area__regency__name", css="half"),
)

DECREED = Column(
    _("Area in decree"), "decreed", "decreed", "hectares", unit="ha", css="half"
)
DIFFERENCE = Column(
    _("Difference"), "difference", "difference", "hectares", unit="ha", css="half"
)
FINDING = Column(_("What was found"), "finding", full=True)


def hectares(label: Any, name: str) -> Column:
    """A column of hectares that the check's queryset adds."""
    return Column(label, name, name, "hectares", unit="ha", css="half")
