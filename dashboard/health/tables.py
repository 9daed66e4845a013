"""Columns of the page of all checks, and how a severity looks."""

from collections.abc import Mapping

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import html
from core.tables import Column
from dashboard.health.check import CheckSeverity, Result

LOOKS: Mapping[str, tuple[str, str]] = {
    CheckSeverity.SEVERE: ("late", "warning"),
    CheckSeverity.WARNING: ("warn", "eye"),
    CheckSeverity.INFO: ("info", "info"),
}


def rows_url(result: Result) -> str:
    return reverse("dashboard:health-check", args=[result.check.code])


def severity_chip(severity: CheckSeverity) -> SafeString:
    """The severity by colour, word and icon."""
    tone, icon = LOOKS[severity]
    return html.chip(severity.label, tone, icon)


def count_text(result: Result) -> SafeString:
    """How many rows; for a slow check, that its own page counts them."""
    if result.count is None:
        return html.chip(_("open to count"), "off", "hourglass")
    return format_html("<strong>{}</strong>", html.figure(result.count, 0))


RESULT_COLUMNS = (
    Column(
        gettext_lazy("Check"),
        "check.title",
        link=rows_url,
        note="check.why",
        css="full",
    ),
    Column(
        gettext_lazy("How bad"),
        lambda result: severity_chip(result.check.severity),
        kind="html",
        css="half",
    ),
    Column(gettext_lazy("Rows"), count_text, kind="html", css="half num"),
    Column(gettext_lazy("Who puts it right"), "check.owner.label", full=True),
)
