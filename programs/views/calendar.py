"""Pages of the calendar: its periods, who has reported, exceptions, timeliness."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import DetailView

from agencies.access import can, holds
from agencies.roles import Permission
from areas.views.common import HoldsAnywhereMixin, action
from core import html
from core.tables import Column
from core.views import FilteredListView, ServiceFormView
from programs import services
from programs.calendar_filters import PeriodFilter, TimelinessFilter
from programs.calendar_forms import ExceptionForm, PeriodCalendarForm, PeriodForm
from programs.calendar_tables import (
    EXCEPTION_COLUMNS,
    PERIOD_COLUMNS,
    SORTS,
    board_totals,
    duty_columns,
    of_offices,
    office_columns,
    state_chip,
    worst_first,
)
from programs.duties import Duty, agencies_seen, duties_of, with_counts
from programs.models import LockException, ReportingPeriod
from programs.office_years import Board, board_of, called_periods
from programs.timeliness import Share


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    """The way to the calendar's pages."""
    return [
        (_("Reports"), reverse("programs:report-list")),
        (_("Calendar"), reverse("programs:period-list")),
        *more,
    ]


class PeriodListView(FilteredListView):
    filterset_class = PeriodFilter
    columns = PERIOD_COLUMNS
    default_order = ("-starts_on", "kind", "pk")
    template_name = "programs/period_list.html"
    export_name = "periode-pelaporan"

    def get_queryset(self) -> QuerySet:
        return with_counts(ReportingPeriod.objects.all(), self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        actions = [
            action(_("Timeliness"), reverse("programs:timeliness-list"), "clock")
        ]
        if holds(self.request.user, Permission.CALENDAR_EDIT):
            url = reverse("programs:period-create")
            actions.append(action(_("New period"), url, "plus", primary=True))
        return super().get_context_data(actions=actions, crumbs=crumbs()[:1], **kwargs)


class PeriodDetailView(LoginRequiredMixin, DetailView):
    """Every office that the person sees with its report, the missing ones first."""

    template_name = "programs/period_detail.html"
    context_object_name = "period"

    def get_queryset(self) -> QuerySet:
        return with_counts(ReportingPeriod.objects.all(), self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        period, user = self.object, self.request.user
        duties = duties_of(agencies_seen(user), [period], timezone.localdate())
        exceptions = LockException.objects.visible_to(user).filter(period=period)
        return super().get_context_data(
            duties=sorted(duties, key=worst_first),
            columns=duty_columns(self.may_grant),
            exceptions=exceptions.select_related("agency", "granted_by"),
            exception_columns=EXCEPTION_COLUMNS,
            facts=period_facts(period),
            chip=state_chip(period),
            crumbs=crumbs(),
            actions=self.actions(),
            **kwargs,
        )

    def may_grant(self, duty: Duty) -> bool:
        return (
            duty.period.closes_on is not None
            and (duty.report is None or duty.report.is_open)
            and can(self.request.user, Permission.CALENDAR_EDIT, agency=duty.agency)
        )

    def actions(self) -> list[dict[str, Any]]:
        if not holds(self.request.user, Permission.CALENDAR_EDIT):
            return []
        edit = reverse("programs:period-edit", args=[self.object.pk])
        grant = reverse("programs:exception-create", args=[self.object.pk])
        found = [action(_("Edit the dates"), edit, "edit")]
        if self.object.closes_on:
            found.append(action(_("Give an exception"), grant, "key", primary=True))
        return found


def period_facts(period: Any) -> list[dict[str, Any]]:
    """Dates and counts of a period from `with_counts`."""
    note = of_offices(period)
    closes = html.day(period.closes_on) if period.closes_on else _("never")
    return [
        {"label": _("Opens on"), "value": html.day(period.opens_on)},
        {"label": _("Due on"), "value": html.day(period.due_on)},
        {"label": _("Last day of grace"), "value": closes},
        {
            "label": _("Submitted"),
            "value": html.figure(period.submitted, 0),
            "note": note,
        },
        {"label": _("In time"), "value": html.figure(period.in_time, 0), "note": note},
        {
            "label": _("Verified"),
            "value": html.figure(period.verified, 0),
            "note": note,
        },
    ]


# ---- forms ---------------------------------------------------------------------------
class PeriodCreateView(HoldsAnywhereMixin, ServiceFormView):
    permission = Permission.CALENDAR_EDIT
    form_class = PeriodForm
    template_name = "programs/period_form.html"
    done_message = gettext_lazy("The period is made. Change its dates where needed.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            title=_("New period"),
            lede=_("It opens on its first day and is due on the 10th after its last."),
            crumbs=crumbs(),
            cancel_url=reverse("programs:period-list"),
            **kwargs,
        )

    def call_service(self, form: Any) -> ReportingPeriod:
        return services.create_period(by=self.user, **form.cleaned_data)


class OfPeriod(HoldsAnywhereMixin, ServiceFormView):
    """A form about one period, for who keeps the calendar."""

    permission = Permission.CALENDAR_EDIT
    title: Any = ""
    lede: Any = ""
    template_name = "programs/period_form.html"

    @cached_property
    def period(self) -> ReportingPeriod:
        return get_object_or_404(ReportingPeriod, pk=self.kwargs["pk"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        url = self.period.get_absolute_url()
        return super().get_context_data(
            title=self.title,
            lede=self.lede,
            crumbs=crumbs((self.period.name, url)),
            cancel_url=url,
            **kwargs,
        )


class PeriodEditView(OfPeriod):
    form_class = PeriodCalendarForm
    title = gettext_lazy("Edit the dates")
    lede = gettext_lazy("They hold for every office.")
    done_message = gettext_lazy("The dates are saved.")

    def get_initial(self) -> dict[str, Any]:
        names = PeriodCalendarForm.base_fields
        return {name: getattr(self.period, name) for name in names}

    def call_service(self, form: Any) -> ReportingPeriod:
        return services.set_period_calendar(
            self.period, by=self.user, **form.cleaned_data
        )


class ExceptionCreateView(OfPeriod):
    form_class = ExceptionForm
    title = gettext_lazy("Give an exception")
    lede = gettext_lazy(
        "One office may still report after the closing. The latest exception counts."
    )
    done_message = gettext_lazy("The exception is given.")

    def get_initial(self) -> dict[str, Any]:
        return {"agency": self.request.GET.get("agency")}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.user}

    def call_service(self, form: Any) -> ReportingPeriod:
        services.grant_exception(self.period, by=self.user, **form.cleaned_data)
        return self.period


# ---- timeliness ----------------------------------------------------------------------
class TimelinessListView(FilteredListView):
    """Offices beside the periods of a year; computed, so the queries stay the same."""

    filterset_class = TimelinessFilter
    template_name = "programs/timeliness_list.html"
    export_name = "ketepatan-waktu"
    board = Board()

    def get_queryset(self) -> QuerySet:
        return called_periods(timezone.localdate())

    def ordered(self, queryset: QuerySet) -> Any:
        self.board = board_of(self.filterset, timezone.localdate())
        rows = list(self.board.rows)
        if order := self.get_order():
            rows.sort(key=SORTS[order.removeprefix("-")], reverse=order[0] == "-")
        return rows

    def get_columns(self) -> Sequence[Column]:
        return office_columns(self.board.periods)

    def get_totals(self, queryset: Any) -> Mapping[str, Any]:
        return board_totals(self.board)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        share: Share = self.board.share
        return super().get_context_data(share=share, crumbs=crumbs(), **kwargs)
