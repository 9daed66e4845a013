"""Columns and chips of periods, of the offices in one, and of timeliness."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import html
from core.numbers import format_decimal
from core.tables import Column
from programs.duties import Duty
from programs.models import ProgressReport, ReportingPeriod
from programs.office_years import Board, OfficeYear
from programs.tables import status_chip
from programs.timeliness import PeriodState, Share, Standing, Timing, state_of

TIMING_TONES: Mapping[Timing, tuple[str, str]] = {
    Timing.NOT_DUE: ("off", "hourglass"),
    Timing.DUE: ("info", "clock"),
    Timing.OVERDUE: ("late", "warning"),
    Timing.MISSING: ("late", "close"),
    Timing.IN_TIME: ("ok", "check"),
    Timing.LATE: ("warn", "clock"),
    Timing.EXCEPTED: ("warn", "key"),
}
STATE_TONES: Mapping[PeriodState, tuple[str, str]] = {
    PeriodState.AHEAD: ("off", "hourglass"),
    PeriodState.OPEN: ("info", "edit"),
    PeriodState.GRACE: ("warn", "clock"),
    PeriodState.CLOSED: ("off", "lock"),
}
# Who has not reported stands first, and what is still to come before what is done.
ORDER = (
    Timing.MISSING,
    Timing.OVERDUE,
    Timing.DUE,
    Timing.NOT_DUE,
    Timing.LATE,
    Timing.EXCEPTED,
    Timing.IN_TIME,
)
STATUS_ORDER = ("draft", "returned", "submitted", "verified")


# ---- words ---------------------------------------------------------------------------
def timing_chip(standing: Standing) -> SafeString:
    tone, icon = TIMING_TONES[standing.timing]
    return html.chip(standing.timing.label, tone, icon)


def days_text(standing: Standing) -> str:
    """`5 days late`, `3 days left`, `today is the last day`; empty where in time."""
    if standing.days_late:
        return _("%(days)s days late") % {"days": standing.days_late}
    if standing.timing not in (Timing.DUE, Timing.NOT_DUE):
        return ""
    if not standing.days_left:
        return _("today is the last day")
    return _("%(days)s days left") % {"days": standing.days_left}


def timing_text(standing: Standing) -> str:
    """State and days in one, for files."""
    days = days_text(standing)
    return f"{standing.timing.label}, {days}" if days else str(standing.timing.label)


def share_text(share: Share) -> str:
    """`3 of 4`; a dash where nothing was due yet."""
    if not share.due:
        return "–"
    return _("%(in_time)s of %(due)s") % {
        "in_time": format_decimal(share.in_time, 0),
        "due": format_decimal(share.due, 0),
    }


def state_chip(period: ReportingPeriod) -> SafeString:
    state = state_of(period, timezone.localdate())
    return html.chip(state.label, *STATE_TONES[state])


def progress_chip(duty: Duty) -> SafeString:
    """The state of the report: not begun, a draft, …; nihil is said beside it."""
    report = duty.report
    is_draft = report is None or report.status == ProgressReport.Status.DRAFT
    if report is None or (is_draft and not duty.is_begun):
        return html.chip(_("Not begun"), "off", "hourglass")
    return status_chip(report, _("nihil") if report.nil_reason else "")


# ---- periods -------------------------------------------------------------------------
def of_offices(period: Any) -> str:
    """`of 13`, as small print under a count; empty where nobody is called."""
    if not period.offices:
        return ""
    return _("of %(count)s") % {"count": format_decimal(period.offices, 0)}


def _optional(period: ReportingPeriod) -> str:
    return "" if period.is_called else _("Only who wants to")


PERIOD_COLUMNS = (
    Column(
        gettext_lazy("Period"),
        "name",
        "starts_on",
        link=True,
        css="half",
        note=_optional,
    ),
    Column(gettext_lazy("State"), state_chip, kind="html", css="st-cell half"),
    Column(gettext_lazy("Kind"), "get_kind_display", "kind", only="csv"),
    Column(gettext_lazy("Opens on"), "opens_on", "opens_on", "date", css="half"),
    Column(gettext_lazy("Due on"), "due_on", "due_on", "date", css="half"),
    Column(
        gettext_lazy("Last day of grace"), "closes_on", "closes_on", "date", css="half"
    ),
    Column(gettext_lazy("Offices"), "offices", only="csv", kind="number"),
    Column(
        gettext_lazy("Submitted"),
        "submitted",
        "submitted",
        "number",
        note=of_offices,
        css="half",
    ),
    Column(
        gettext_lazy("Verified"),
        "verified",
        "verified",
        "number",
        note=of_offices,
        css="half",
    ),
    Column(
        gettext_lazy("In time"),
        "in_time",
        "in_time",
        "number",
        note=of_offices,
        css="half",
    ),
)


# ---- the offices in one period -------------------------------------------------------
def worst_first(duty: Duty) -> tuple[int, int, str]:
    """For sorting: who has not reported, then what is still to come, then the rest."""
    status = duty.report.status if duty.report else STATUS_ORDER[0]
    return (
        ORDER.index(duty.timing),
        STATUS_ORDER.index(status) + duty.is_begun,
        duty.agency.short_name,
    )


def _report_url(duty: Duty) -> str:
    return duty.report.get_absolute_url() if duty.report else ""


def _exception(duty: Duty) -> str:
    if duty.exception is None:
        return ""
    return _("until %(date)s") % {"date": html.day(duty.exception.until)}


def _exception_reason(duty: Duty) -> str:
    return duty.exception.reason if duty.exception else ""


def duty_columns(may_grant: Callable[[Duty], bool]) -> list[Column]:
    """The offices of a period; `may_grant` says where an exception can be given."""
    columns = [
        Column(gettext_lazy("Agency"), "agency.short_name", link=_report_url),
        Column(gettext_lazy("Report"), progress_chip, kind="html", css="half"),
        Column(
            gettext_lazy("Timeliness"),
            lambda duty: timing_chip(duty.standing),
            kind="html",
            css="half",
            note=lambda duty: days_text(duty.standing),
        ),
        Column(
            gettext_lazy("First submitted"), "submitted_at", kind="datetime", css="half"
        ),
        Column(
            gettext_lazy("Exception"), _exception, css="half", note=_exception_reason
        ),
        Column(gettext_lazy("Whom to call"), "agency.contact", css="half"),
    ]
    grant = Column(
        gettext_lazy("Give an exception"),
        lambda duty: _grant_link(duty) if may_grant(duty) else None,
        kind="html",
        css="half",
    )
    return [*columns, grant]


def _grant_link(duty: Duty) -> SafeString:
    url = reverse("programs:exception-create", args=[duty.period.pk])
    return format_html(
        '<a href="{}?agency={}" aria-label="{}">{}</a>',
        url,
        duty.agency.pk,
        _("Give %(agency)s an exception") % {"agency": duty.agency.short_name},
        _("Give"),
    )


EXCEPTION_COLUMNS = (
    Column(gettext_lazy("Agency"), "agency.short_name"),
    Column(gettext_lazy("Until"), "until", kind="date", css="half"),
    Column(gettext_lazy("Granted at"), "granted_at", kind="datetime", css="half"),
    Column(gettext_lazy("Granted by"), "granted_by", css="half"),
    Column(gettext_lazy("Reason"), "reason", full=True),
)


# ---- timeliness ----------------------------------------------------------------------
def office_columns(periods: Sequence[ReportingPeriod]) -> list[Column]:
    """An office, a column per period, and its share of the year."""
    return [
        Column(gettext_lazy("Agency"), "agency.short_name", "agency"),
        *(_period_column(period) for period in periods),
        Column(
            gettext_lazy("In time"),
            lambda row: share_text(row.share),
            css="num half",
            name="in_time",
        ),
        Column(
            gettext_lazy("Share"),
            "share.percent",
            "share",
            "percent",
            name="share",
            css="half",
        ),
    ]


def _period_column(period: ReportingPeriod) -> Column:
    def standing(row: OfficeYear) -> Standing | None:
        duty = row.duties.get(period.pk)
        return duty.standing if duty else None

    def link(row: OfficeYear) -> str:
        duty = row.duties.get(period.pk)
        return _report_url(duty) if duty else ""

    return Column(
        period.name,
        lambda row: (found := standing(row)) and timing_chip(found),
        kind="html",
        css="half",
        name=f"period_{period.pk}",
        link=link,
        note=lambda row: days_text(found) if (found := standing(row)) else "",
        export=lambda row: timing_text(found) if (found := standing(row)) else None,
    )


def board_totals(board: Board) -> dict[str, Any]:
    """How many came in time, by period and in all."""
    by_period = {
        f"period_{period.pk}": share_text(board.share_of(period))
        for period in board.periods
    }
    share = board.share
    return {**by_period, "in_time": share_text(share), "share": share.percent}


SORTS: Mapping[str, Callable[[OfficeYear], Any]] = {
    "agency": lambda row: row.agency.short_name.casefold(),
    "share": lambda row: -1 if (share := row.share.percent) is None else share,
}
