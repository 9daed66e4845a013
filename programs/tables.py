"""Columns of the lists of this app, on the page and in the CSV."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet, Sum
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import html
from core.tables import Column, pick_column
from core.workflow import open_names
from programs import workflow
from programs.differences import difference_in_files, difference_of
from programs.duties import first_submission_of
from programs.models import Activity, Programme, ProgressReport
from programs.programme_steps import LABELS, state_of
from programs.timeliness import Timing

NO_CHIP = SafeString("")
STATUS_TONES: Mapping[str, tuple[str, str]] = {
    ProgressReport.Status.DRAFT: ("", "edit"),
    ProgressReport.Status.SUBMITTED: ("info", "eye"),
    ProgressReport.Status.RETURNED: ("late", "return"),
    ProgressReport.Status.VERIFIED: ("ok", "check"),
}


def status_chip(report: ProgressReport, more: str = "") -> SafeString:
    """The state of a report: word, colour and icon; `more` follows the word."""
    tone, icon = STATUS_TONES[report.status]
    word = report.get_status_display()
    return html.chip(f"{word}, {more}" if more else word, tone, icon)


def state_chips(report: ProgressReport) -> SafeString:
    """The state, and whether the figures changed since it was verified.

    For reports of `drift.with_drift`.
    """
    if not report.has_drifted:  # type: ignore[attr-defined]
        return status_chip(report)
    return format_html("{} {}", status_chip(report), drift_chip())


def drift_chip() -> SafeString:
    return html.chip(_("Changed after verification"), "late", "warning")


def programme_chip(programme: Programme) -> SafeString:
    """Whether it is a plan only; nothing is said of a running one."""
    return html.chip(_("Draft plan"), "warn", "edit") if programme.is_draft else NO_CHIP


def programme_state(programme: Programme) -> str:
    return str(LABELS[state_of(programme)])


def activity_chip(activity: Activity) -> SafeString:
    if activity.programme.is_draft:
        return programme_chip(activity.programme)
    if activity.is_closed:
        return html.chip(_("Finished"), "off", "check")
    return html.chip(_("Running"), "info", "hourglass")


def verify_column(user: Any) -> Column:
    """Boxes that choose reports for verification, where this person may verify."""
    return pick_column(
        lambda report: (
            workflow.VERIFY.name in open_names(workflow.steps_for(report, user))
        ),
        name="laporan",
        label=lambda report: _("Choose %(report)s") % {"report": report},
    )


def lateness(report: ProgressReport) -> str:
    """How long after the due date it was first submitted; empty in time or not yet."""
    submitted_at = first_submission_of(report)
    if submitted_at is None:
        return ""
    days = report.period.days_late(timezone.localdate(submitted_at))
    return _("%(days)s days late") % {"days": days} if days else ""


def sums_of(queryset: QuerySet, *names: str) -> dict[str, Any]:
    """The sums of these fields over all rows, for the foot of a list."""
    sums = queryset.order_by().aggregate(**{f"{n}_sum": Sum(n) for n in names})
    return {name: sums[f"{name}_sum"] for name in names}


PROGRAMME_COLUMNS = (
    Column(gettext_lazy("Programme"), "name", "name", link=True, note="code"),
    Column(gettext_lazy("Code"), "code", "code", only="csv"),
    Column(gettext_lazy("Agency"), "agency.short_name", "agency__short_name"),
    Column(gettext_lazy("Year"), "year", "year", css="num"),
    Column(
        gettext_lazy("State"),
        lambda programme: programme_chip(programme) or programme_state(programme),
        "is_draft",
        kind="html",
        css="st-cell",
        export=programme_state,
    ),
    Column(gettext_lazy("Source of funds"), "get_fund_display", "fund"),
    Column(gettext_lazy("Origin"), "get_origin_display", "origin"),
    Column(
        gettext_lazy("Budget"),
        "budget_now",
        "budget_now",
        kind="rupiah",
        name="budget_now",
    ),
    Column(
        gettext_lazy("Value of activities"),
        "contracted",
        "contracted",
        kind="rupiah",
        name="contracted",
    ),
    Column(
        gettext_lazy("Activities"),
        "activity_count",
        "activity_count",
        kind="number",
        name="activity_count",
    ),
)

ACTIVITY_COLUMNS = (
    Column(gettext_lazy("Activity"), "name", "name", link=True, note="indicator_name"),
    Column(
        gettext_lazy("Slum area"),
        "area.name",
        "area__name",
        link=lambda activity: activity.area.get_absolute_url(),
    ),
    Column(gettext_lazy("Carried out by"), "agency.short_name", "agency__short_name"),
    Column(gettext_lazy("Volume"), "volume", "volume", kind="number", note="unit"),
    Column(gettext_lazy("Value"), "budget", "budget", kind="rupiah"),
    Column(gettext_lazy("State"), activity_chip, kind="html", css="st-cell"),
)

REPORT_COLUMNS = (
    Column(
        gettext_lazy("Period"),
        "period.name",
        "period__starts_on",
        link=True,
        css="half",
    ),
    Column(
        gettext_lazy("Status"), state_chips, "status", kind="html", css="st-cell half"
    ),
    Column(
        gettext_lazy("Agency"),
        "agency.short_name",
        "agency__short_name",
        full=True,
    ),
    Column(
        gettext_lazy("Activities"),
        "line_count",
        "line_count",
        kind="number",
        name="line_count",
    ),
    Column(
        gettext_lazy("Reported"),
        "reported",
        "reported",
        kind="hectares",
        unit="ha",
        name="reported",
    ),
    Column(
        gettext_lazy("Verified"),
        "verified",
        "verified",
        kind="hectares",
        unit="ha",
        name="verified",
        note=difference_of,
    ),
    Column(gettext_lazy("Why less was verified"), difference_in_files, only="csv"),
    Column(gettext_lazy("Changed after verification"), "has_drifted", only="csv"),
    Column(
        gettext_lazy("Submitted"),
        "submitted_at",
        "submitted_at",
        kind="datetime",
        note=lateness,
    ),
    Column(
        gettext_lazy("Timeliness"),
        lambda report: Timing(report.timing).label,
        only="csv",
    ),
    Column(gettext_lazy("Due on"), "period.due_on", "period__due_on", kind="date"),
    Column(gettext_lazy("Verified how"), "get_method_display", "method", css="hide-s"),
)

SIPD_COLUMNS = (
    Column(gettext_lazy("SIPD code"), "code", "code"),
    Column(gettext_lazy("Name"), "name", "name", full=True),
    Column(gettext_lazy("Level"), "get_level_display", "level", css="half"),
    Column(gettext_lazy("Year"), "year", "year", css="num half"),
    Column(gettext_lazy("Source"), "source", "source"),
)
