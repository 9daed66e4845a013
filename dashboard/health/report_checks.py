"""Checks of verified reports and of figures that others published."""

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from areas.models import Decree, DecreeLine, PublishedSource
from core.tables import Column
from dashboard.health.check import Check, CheckSeverity, Owner
from programs.drift import drifted_q
from programs.duties import with_timing
from programs.models import ProgressReport
from programs.models.report import ReportMethod
from programs.timeliness import Timing

REPORTS = (
    Column(_("Reporting agency"), "agency.short_name", "agency__short_name", link=True),
    Column(_("Period"), "period.name", "period__starts_on", css="half"),
    Column(_("Verified"), "verified_at", "verified_at", "date", css="half"),
)
REPORT_ORDER = ("-verified_at", "-pk")


def _verified(method: str) -> QuerySet[ProgressReport]:
    return ProgressReport.objects.filter(
        status=ProgressReport.Status.VERIFIED, method=method
    ).select_related("agency", "period")


def _without_minutes(today: date) -> QuerySet[Any]:
    """Verified in the field, but by no minutes or by nobody named."""
    return _verified(ReportMethod.FIELD).filter(Q(minutes_number="") | Q(officers=""))


def _not_reported(today: date) -> QuerySet[Any]:
    """Called for, closed and never submitted; an exception that still runs is none."""
    reports = ProgressReport.objects.filter(
        agency__reports_progress=True, period__is_called=True
    )
    missing = with_timing(reports, today).filter(timing=Timing.MISSING)
    return missing.select_related("agency", "period")


def _from_the_desk(today: date) -> QuerySet[Any]:
    return _verified(ReportMethod.DESK)


def _drifted(today: date) -> QuerySet[Any]:
    """Verified reports whose figures were changed by other ways than a change."""
    return ProgressReport.objects.filter(drifted_q()).select_related("agency", "period")


def _without_decree(today: date) -> QuerySet[Any]:
    """Sources about a region that no decree named on the day of publication.

    A source whose region the application does not know has none either.
    """
    lines = DecreeLine.objects.filter(
        Q(area__regency=OuterRef("region"))
        | Q(area__regency__parent=OuterRef("region")),
        Q(decree__in_force_until=None)
        | Q(decree__in_force_until__gt=OuterRef("published_on")),
        decree__in_force_from__lte=OuterRef("published_on"),
    ).exclude(decree__status=Decree.Status.DRAFT)
    return PublishedSource.objects.filter(~Exists(lines)).select_related("region")


CHECKS = (
    Check(
        code="closed-without-report",
        title=_("An office has not reported on a closed period"),
        why=_(
            "The sums of that period lack its work, and it can no longer report by"
            " itself."
        ),
        todo=_(
            "Call the office. Give it an exception with a date and the reason, on the"
            " page of the period."
        ),
        severity=CheckSeverity.WARNING,
        owner=Owner.PROVINCE_EDITOR,
        found=_not_reported,
        columns=(
            Column(
                _("Reporting agency"),
                "agency.short_name",
                "agency__short_name",
                link=True,
            ),
            Column(
                _("Period"),
                "period.name",
                "period__starts_on",
                link=lambda report: report.period.get_absolute_url(),
                css="half",
            ),
            Column(_("Due on"), "period.due_on", "period__due_on", "date", css="half"),
            Column(
                _("Last day of grace"),
                "period.closes_on",
                "period__closes_on",
                "date",
                css="half",
            ),
            Column(_("Whom to call"), "agency.contact", css="half"),
        ),
        order=("-period__starts_on", "agency__short_name", "pk"),
    ),
    Check(
        code="changed-after-verification",
        title=_("Report changed after verification"),
        why=_(
            "Its figures are not those that were verified, so pages and ledger may say"
            " different things."
        ),
        todo=_(
            "See in the trail who changed it. The office asks for a change at the line;"
            " the verifier decides on it."
        ),
        severity=CheckSeverity.SEVERE,
        owner=Owner.PROVINCE_VERIFIER,
        found=_drifted,
        columns=REPORTS,
        order=REPORT_ORDER,
    ),
    Check(
        code="field-visit-without-minutes",
        title=_("Verified in the field without minutes or officers"),
        why=_(
            "Without the number of the berita acara and who was there, the visit"
            " cannot be proven."
        ),
        todo=_("Find the berita acara of the visit; name it in the next verification."),
        severity=CheckSeverity.WARNING,
        owner=Owner.PROVINCE_VERIFIER,
        found=_without_minutes,
        columns=(
            *REPORTS,
            Column(_("Date of visit"), "visited_on", "visited_on", "date", css="half"),
            Column(_("Officers"), "officers", css="half"),
            Column(_("Number of the minutes"), "minutes_number", css="half"),
        ),
        order=REPORT_ORDER,
    ),
    Check(
        code="verified-from-desk",
        title=_("Report verified from the desk only"),
        why=_("Nobody has seen the work; figures keep these hectares apart."),
        todo=_("Visit the larger works when you are near."),
        severity=CheckSeverity.INFO,
        owner=Owner.PROVINCE_VERIFIER,
        found=_from_the_desk,
        columns=REPORTS,
        order=REPORT_ORDER,
    ),
    Check(
        code="published-without-decree",
        title=_("Published figures without a decree"),
        why=_(
            "On the day of publication no decree of the application named an area of"
            " that region, so the figures stand on nothing that can be opened."
        ),
        todo=_("Enter the decree of that time, or name the region of the source."),
        severity=CheckSeverity.INFO,
        owner=Owner.PROVINCE_EDITOR,
        found=_without_decree,
        columns=(
            Column(_("Source"), "title", "title", link=True),
            Column(_("Region as written"), "region_name", "region_name", css="half"),
            Column(
                _("Published on"), "published_on", "published_on", "date", css="half"
            ),
            Column(_("Published by"), "publisher", "publisher", full=True),
        ),
        order=("-published_on", "-pk"),
    ),
)
