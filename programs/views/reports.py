"""Pages of reports: the list, a new one, one report as it stands."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import DetailView

from agencies.access import holds
from agencies.roles import Permission
from areas.views.common import HoldsAnywhereMixin, action, require_page
from core.errors import BusinessRuleError
from core.tables import Column
from core.views import FilteredListView, ServiceFormView, StepView
from core.workflow import OfferedStep
from programs import services, workflow
from programs.calendar import with_calendar
from programs.comments import comments_on, load_comments
from programs.differences import with_reasons
from programs.drift import with_drift
from programs.duties import with_timing
from programs.filters import ReportFilter
from programs.forms import ReturnForm, StartReportForm
from programs.models import ProgressReport, ReportRound
from programs.report_change_steps import may_ask
from programs.sheet import sheet_of
from programs.tables import (
    REPORT_COLUMNS,
    lateness,
    status_chip,
    sums_of,
    verify_column,
)

STEP_LOOKS = {
    "submit": ("primary", "send"),
    "verify": ("primary", "check"),
    "return": ("return", "return"),
}
ROUND_WORDS = {
    "submit": gettext_lazy("Submitted, round %(number)s"),
    "return": gettext_lazy("Returned"),
    "verify": gettext_lazy("Verified"),
    workflow.CHANGE: gettext_lazy("Change accepted"),
}


class ReportListView(FilteredListView):
    filterset_class = ReportFilter
    columns = REPORT_COLUMNS
    default_order = ("-period__starts_on", "agency__short_name", "pk")
    template_name = "programs/report_list.html"
    export_name = "laporan-progres"

    def get_queryset(self) -> QuerySet:
        reports = ProgressReport.objects.visible_to(self.request.user)
        reports = with_drift(with_reasons(with_calendar(reports.with_sums())))
        reports = with_timing(reports, timezone.localdate())
        return reports.select_related("agency", "period")

    def get_columns(self) -> Sequence[Column]:
        if holds(self.request.user, Permission.REPORT_VERIFY):
            return (*REPORT_COLUMNS, verify_column(self.request.user))
        return REPORT_COLUMNS

    def get_totals(self, queryset: QuerySet) -> Mapping[str, Any]:
        return sums_of(queryset, "line_count", "reported", "verified")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        actions = []
        if holds(self.request.user, Permission.REPORT_EDIT):
            url = reverse("programs:report-start")
            actions.append(action(_("New report"), url, "plus", primary=True))
        may_verify = holds(self.request.user, Permission.REPORT_VERIFY)
        return super().get_context_data(
            actions=actions, may_verify=may_verify, **kwargs
        )


class ReportStartView(HoldsAnywhereMixin, ServiceFormView):
    permission = Permission.REPORT_EDIT
    form_class = StartReportForm
    template_name = "programs/report_start.html"
    done_message = gettext_lazy(
        "The report is started; the running activities are filled in."
    )

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        periods = context["form"].fields["period"].queryset
        return context | {
            "cancel_url": reverse("programs:report-list"),
            "no_period": not periods.exists(),
        }

    def call_service(self, form: Any) -> ProgressReport:
        return services.start_report(by=self.request.user, **form.cleaned_data)

    def get_done_url(self, result: Any) -> str:
        return reverse("programs:report-entry", args=[result.pk])


class ReportScope:
    """Reports in the person's scope; the others do not exist for them (404)."""

    request: HttpRequest

    def get_queryset(self) -> QuerySet:
        reports = ProgressReport.objects.visible_to(self.request.user)
        return reports.select_related(
            "agency", "period", "submitted_by", "verified_by", "created_by"
        )


def crumbs_of(report: ProgressReport) -> list[tuple[Any, str]]:
    """The way to a page about a part of the report."""
    return [
        (_("Reports"), reverse("programs:report-list")),
        (report, report.get_absolute_url()),
    ]


class ReportDetailView(LoginRequiredMixin, ReportScope, DetailView):
    template_name = "programs/report_detail.html"
    context_object_name = "report"

    def get_queryset(self) -> QuerySet:
        return with_drift(super().get_queryset())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        report, user = self.object, self.request.user
        sheet = sheet_of(report)
        load_comments(line.line for line in sheet.lines)
        steps = workflow.steps_for(report, user)
        may_review = any(s.step == workflow.VERIFY and s.is_open for s in steps)
        return super().get_context_data(
            sheet=sheet,
            **heading_of(report),
            rounds=rounds_of(report),
            comments=comments_on(report),
            changes=report.changes.select_related("line__activity", "asked_by"),
            may_ask=may_ask(report, user),
            steps=posted_steps(report, steps),
            may_edit=workflow.may_edit(report, user),
            review_url=reverse("programs:report-review", args=[report.pk])
            if may_review
            else "",
            **kwargs,
        )


class ReportSubmitView(ReportScope, StepView):
    done_message = gettext_lazy("The report is submitted.")

    def take_step(self, record: ProgressReport, **values: Any) -> None:
        try:
            services.submit_report(record, by=self.request.user)
        except BusinessRuleError as error:
            raise shortened(error) from error

    def get_done_url(self, record: ProgressReport) -> str:
        record.refresh_from_db()
        if workflow.may_edit(record, self.request.user):
            return entry_url(record)
        return record.get_absolute_url()


class ReportReturnView(ReportScope, StepView):
    done_message = gettext_lazy("The report is returned.")
    title = gettext_lazy("Return to the reporter")
    form_class = ReturnForm

    def require_page(self, record: ProgressReport) -> None:
        agency = record.agency
        require_page(self.request.user, Permission.REPORT_VERIFY, agency=agency)

    def take_step(self, record: ProgressReport, **values: Any) -> None:
        services.return_report(record, by=self.request.user, **values)


class ReportAddLinesView(ReportScope, StepView):
    """Lines for activities that came after the report was started."""

    done_message = gettext_lazy("The activities are added.")

    def take_step(self, record: ProgressReport, **values: Any) -> None:
        services.add_missing_lines(record, by=self.request.user)

    def get_done_url(self, record: ProgressReport) -> str:
        return entry_url(record)


def entry_url(report: ProgressReport) -> str:
    return reverse("programs:report-entry", args=[report.pk])


def shortened(error: BusinessRuleError) -> BusinessRuleError:
    """One sentence for all that is missing; the page it leads to lists everything."""
    if not error.errors:
        return error
    count = sum(len(texts) for texts in error.errors.values())
    return BusinessRuleError(
        _("Not submitted: %(count)s things are missing. They are listed below.")
        % {"count": count}
    )


def heading_of(report: ProgressReport) -> dict[str, Any]:
    """Round, state and lateness, as the head of every page of a report says them."""
    number = report.rounds.filter(step=workflow.SUBMIT.name).count()
    is_unsent = report.is_open and not number
    if report.is_open:
        number += 1
    return {
        "round_number": number,
        "chip": status_chip(report, _("round %(number)s") % {"number": number}),
        "late": lateness(report),
        "overdue_days": report.period.days_late(timezone.localdate())
        if is_unsent
        else 0,
        "crumbs": [
            (_("Reports"), reverse("programs:report-list")),
            (report.agency.short_name, ""),
        ],
    }


def rounds_of(report: ProgressReport) -> list[dict[str, Any]]:
    """Every step that the report took, in order, in words."""
    rounds = list(report.rounds.select_related("by"))
    number, told = 0, []
    for kept in rounds:
        number += kept.step == workflow.SUBMIT.name
        told.append(
            {
                "round": kept,
                "label": str(ROUND_WORDS[kept.step]) % {"number": number},
                "is_last": kept is rounds[-1],
            }
        )
    return told


def last_submission(report: ProgressReport, *, before: int) -> ReportRound | None:
    """The submission `before` rounds earlier than the latest one."""
    rounds = report.rounds.filter(step=workflow.SUBMIT.name).order_by("-at", "-pk")
    return rounds[before : before + 1].first()


def posted_steps(
    report: ProgressReport, steps: list[OfferedStep]
) -> list[dict[str, Any]]:
    """The steps for `_components/steps.html`: submit, and whatever is closed.

    Verifying and returning have a page of their own and are left out where open.
    """
    shown = [step for step in steps if step.step == workflow.SUBMIT or not step.is_open]
    if report.status == ProgressReport.Status.VERIFIED:
        shown = []
    elif report.is_open:
        shown = [step for step in shown if step.step == workflow.SUBMIT]
    else:
        shown = [step for step in shown if step.step != workflow.SUBMIT]
    return [step_panel(report, step) for step in shown]


def step_panel(
    report: ProgressReport, offered: OfferedStep, **extra: Any
) -> dict[str, Any]:
    tone, icon = STEP_LOOKS[offered.name]
    return {
        "name": offered.name,
        "label": offered.label,
        "url": reverse(f"programs:report-{offered.name}", args=[report.pk])
        if offered.step != workflow.VERIFY
        else reverse("programs:report-review", args=[report.pk]),
        "is_open": offered.is_open,
        "reasons": offered.reasons,
        "tone": tone,
        "icon": icon,
    } | extra
