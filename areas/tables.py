"""Columns of the lists of this app, on the page and in the CSV."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from areas.models import Assessment
from areas.results import progress_of
from areas.rules import Authority, Severity
from areas.workflow import steps_for
from core import html
from core.numbers import format_decimal
from core.tables import Column, pick_column
from core.workflow import open_names

STATUS_TONES: Mapping[str, tuple[str, str]] = {
    Assessment.Status.DRAFT: ("", "edit"),
    Assessment.Status.SUBMITTED: ("info", "send"),
    Assessment.Status.RETURNED: ("warn", "return"),
    Assessment.Status.VERIFIED: ("ok", "check"),
}


def severity_badge(severity: str | None, *, large: bool = False) -> SafeString | None:
    """The class by colour, letter and word; None where there is none."""
    if not severity:
        return None
    found = Severity(severity)
    return html.badge(found.letter, found.label, large=large)


def severity_word(severity: str | None) -> str | None:
    return str(Severity(severity).label) if severity else None


def status_chip(assessment: Assessment) -> SafeString:
    tone, icon = STATUS_TONES[assessment.status]
    return html.chip(assessment.get_status_display(), tone, icon)


def coverage_text(assessment: Assessment) -> str:
    """`3 of 4`: RT with all volumes of all RT; an area surveyed as a whole says so."""
    progress = progress_of(assessment)
    if not assessment.is_per_rt:
        return _("area as a whole")
    return _("%(complete)s of %(total)s") % {
        "complete": progress.complete,
        "total": progress.total,
    }


def _share(area: Any) -> str | None:
    if not area.decreed:
        return None
    return html.percent(area.handled / area.decreed * 100)


def _authority(area: Any) -> str | None:
    return str(Authority(area.authority).label) if area.authority else None


def verify_column(user: Any) -> Column:
    """Boxes that choose surveys for verification, where this person may verify."""
    return pick_column(
        lambda assessment: "verify" in open_names(steps_for(assessment, user)),
        name="assessments",
        label=lambda assessment: (
            _("Choose %(assessment)s") % {"assessment": assessment.area}
        ),
    )


def _hectares(label: Any, name: str, **more: Any) -> Column:
    return Column(label, name, name, "hectares", unit="ha", name=name, **more)


REMAINING = frozenset({"unhandled", "uncleared"})  # nothing remains of some entries
AREA_COLUMNS = (
    Column(gettext_lazy("Area"), "name", "name", link=True),
    Column(gettext_lazy("Regency/city"), "regency.name", "regency__name", css="half"),
    Column(gettext_lazy("Decree"), "decree_number", "decree_number", css="half"),
    _hectares(gettext_lazy("Decreed"), "decreed"),
    _hectares(gettext_lazy("Handled"), "handled", note=_share),
    _hectares(gettext_lazy("Not handled"), "unhandled"),
    _hectares(gettext_lazy("Improved"), "improved"),
    _hectares(gettext_lazy("Out of slum"), "cleared"),
    _hectares(gettext_lazy("Not out of slum"), "uncleared"),
    Column(gettext_lazy("Authority"), _authority, "authority"),
    Column(
        gettext_lazy("Severity"),
        lambda area: severity_badge(area.severity),
        "severity_total",
        "html",
        export=lambda area: severity_word(area.severity),
    ),
    Column(gettext_lazy("Total score"), "severity_total", "severity_total", "number"),
    Column(
        gettext_lazy("Surveyed on"), "assessed_on", "assessed_on", "date", css="half"
    ),
    Column(gettext_lazy("Responsible office"), "agency.name", only="csv"),
    Column(gettext_lazy("Code of the regency/city"), "regency_id", only="csv"),
    Column(gettext_lazy("Typology"), "get_typology_display", only="csv"),
    Column(
        gettext_lazy("Area by verified surveys"),
        "verified",
        kind="hectares",
        unit="ha",
        only="csv",
    ),
    Column(
        gettext_lazy("Area inside the outline"),
        "outline_hectares",
        kind="hectares",
        unit="ha",
        only="csv",
    ),
)

ASSESSMENT_COLUMNS = (
    Column(gettext_lazy("Area"), "area.name", "area__name", link=True),
    Column(gettext_lazy("Regency/city"), "area.regency.name", "area__regency__name"),
    Column(gettext_lazy("Surveyed on"), "surveyed_on", "surveyed_on", "date"),
    Column(
        gettext_lazy("Status"),
        status_chip,
        "status",
        "html",
        export="get_status_display",
    ),
    Column(gettext_lazy("RT surveyed"), coverage_text),
    Column(
        gettext_lazy("Rule set"),
        "rule_set.title",
        "rule_set__code",
        css="half",
        export="rule_set.code",
    ),
    Column(
        gettext_lazy("Severity"),
        lambda row: severity_badge(row.severity),
        "total",
        "html",
        export=lambda row: severity_word(row.severity),
    ),
    Column(gettext_lazy("Total score"), "total", "total", "number"),
    Column(
        gettext_lazy("Submitted at"),
        "submitted_at",
        "submitted_at",
        "datetime",
        css="half",
    ),
)


def fraction_text(part: Decimal, whole: Decimal) -> str:
    """`9,05 ÷ 12,48 = 72,52 %`: a share with what it was computed from."""
    if not whole:
        return ""
    return f"{format_decimal(part)} ÷ {format_decimal(whole)} = " + html.percent(
        part / whole * 100
    )
