"""Pages of the ledger's corrections: the list, one, its proposal, its decision."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import DetailView

from agencies.roles import Permission
from areas import services
from areas.ledger_change_filters import LedgerChangeFilter
from areas.ledger_change_forms import (
    ApproveForm,
    AreaChangeForm,
    EntryChangeForm,
    RejectForm,
)
from areas.ledger_change_steps import steps_for
from areas.ledger_change_tables import (
    CHANGE_COLUMNS,
    before_and_after,
    status_chip,
    with_names,
)
from areas.ledger_corrections import standing_problem
from areas.ledger_tables import entry_chip, unit_name
from areas.models import DecreeLine, LedgerChange, LedgerEntry
from areas.views.common import require_page
from core import html
from core.views import FilteredListView, ServiceFormView, StepView
from core.workflow import OfferedStep


class LedgerChangeListView(FilteredListView):
    filterset_class = LedgerChangeFilter
    columns = CHANGE_COLUMNS
    default_order = ("-proposed_at", "-pk")
    template_name = "areas/ledger_change_list.html"
    export_name = "koreksi-buku-besar"

    def get_queryset(self) -> QuerySet[LedgerChange]:
        return with_names(LedgerChange.objects.visible_to(self.request.user))


class ChangeScope(LoginRequiredMixin):
    """The corrections that the person may see."""

    request: HttpRequest

    def get_queryset(self) -> QuerySet[LedgerChange]:
        return with_names(LedgerChange.objects.visible_to(self.request.user))


class LedgerChangeView(ChangeScope, DetailView):
    template_name = "areas/ledger_change_detail.html"
    context_object_name = "change"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        change = self.object
        return super().get_context_data(
            chip=status_chip(change),
            facts=_facts(change),
            decision=_decision(change) if change.decided_at else [],
            entry_chip=entry_chip(change.entry) if change.entry else "",
            steps=[
                _shown_step(change, step)
                for step in steps_for(change, self.request.user)
            ],
            crumbs=[
                (_("Ledger of hectares"), reverse("areas:ledger-list")),
                (_("Corrections"), reverse("areas:ledger-change-list")),
            ],
            **kwargs,
        )


class ProposeView(ServiceFormView):
    """The form of a correction; who may not propose gets no form."""

    template_name = "areas/ledger_change_form.html"
    done_message = gettext_lazy("Proposed. Somebody else now decides on it.")
    line: DecreeLine

    def prepare(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase | None:
        self.line = self.find_line(kwargs["pk"])
        agency = self.line.area.agency
        require_page(request.user, Permission.LEDGER_PROPOSE, agency=agency)
        if problem := self.problem():
            messages.error(request, problem)
            return redirect(self.get_wrong_state_url())
        return None

    def find_line(self, pk: int) -> DecreeLine:
        raise NotImplementedError

    def problem(self) -> str:
        """Why there is nothing to correct here; empty where there is."""
        return ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            line=self.line,
            facts=self.facts(),
            cancel_url=self.get_wrong_state_url(),
            **kwargs,
        )

    def facts(self) -> list[Mapping[str, Any]]:
        line = self.line
        return [
            {
                "label": _("Area"),
                "value": line.area,
                "url": line.area.get_absolute_url(),
            },
            {
                "label": _("Decree"),
                "value": line.decree.number,
                "note": format_html("{} ha", html.figure(line.hectares_now, None)),
            },
        ]


class EntryChangeView(ProposeView):
    """Another number for one entry of work, or its end."""

    form_class = EntryChangeForm
    entry: LedgerEntry

    def find_line(self, pk: int) -> DecreeLine:
        entries = LedgerEntry.objects.visible_to(self.request.user).select_related(
            "decree_line__area__agency",
            "decree_line__decree",
            "decree_line__sum",
            "neighbourhood",
            "agency",
            "reversed_by",
        )
        self.entry = get_object_or_404(entries, pk=pk)
        return self.entry.decree_line

    def problem(self) -> str:
        return standing_problem(self.entry)

    def get_wrong_state_url(self) -> str:
        return self.entry.get_absolute_url()

    def facts(self) -> list[Mapping[str, Any]]:
        entry = self.entry
        return [
            {
                "label": _("Entry"),
                "value": entry,
                "url": entry.get_absolute_url(),
                "note": format_html("{} ha", html.figure(entry.hectares, None)),
            },
            {"label": _("Unit"), "value": unit_name(entry)},
            {"label": _("Cause"), "value": entry.cause, "note": entry.agency},
            *super().facts(),
        ]

    def call_service(self, form: Any) -> LedgerChange:
        return services.propose_change(
            entry=self.entry, by=self.request.user, **form.cleaned_data
        )


class LineChangeView(ProposeView):
    """Another number for an area in a decree that holds or held."""

    form_class = AreaChangeForm

    def find_line(self, pk: int) -> DecreeLine:
        lines = DecreeLine.objects.visible_to(self.request.user).select_related(
            "area__agency", "decree", "sum"
        )
        return get_object_or_404(lines, pk=pk)

    def problem(self) -> str:
        if self.line.decree.is_draft:
            return _("The decree is a draft: change its line instead.")
        return ""

    def get_wrong_state_url(self) -> str:
        return self.line.decree.get_absolute_url()

    def call_service(self, form: Any) -> LedgerChange:
        return services.propose_change(
            kind=LedgerChange.Kind.AREA,
            decree_line=self.line,
            by=self.request.user,
            **form.cleaned_data,
        )


class DecisionView(ChangeScope, StepView):
    """One decision; who may not decide is told before the form is shown."""

    def require_page(self, record: LedgerChange) -> None:
        agency = record.decree_line.area.agency
        require_page(self.request.user, Permission.LEDGER_APPROVE, agency=agency)


class LedgerChangeApproveView(DecisionView):
    title = gettext_lazy("Approve the correction")
    submit_label = gettext_lazy("Approve")
    done_message = gettext_lazy("Approved. The ledger has the correction.")
    form_class = ApproveForm

    def take_step(self, record: LedgerChange, note: str) -> None:
        services.approve_change(record, note=note, by=self.request.user)


class LedgerChangeRejectView(DecisionView):
    title = gettext_lazy("Reject the correction")
    submit_label = gettext_lazy("Reject")
    done_message = gettext_lazy("Rejected. The ledger stays as it is.")
    form_class = RejectForm

    def take_step(self, record: LedgerChange, note: str) -> None:
        services.reject_change(record, note=note, by=self.request.user)


LOOK: Mapping[str, tuple[str, str, type]] = {
    "approve": ("check", "primary", ApproveForm),
    "reject": ("return", "return", RejectForm),
}


def _shown_step(change: LedgerChange, offered: OfferedStep) -> dict[str, Any]:
    icon, tone, form = LOOK[offered.name]
    return {
        "name": offered.name,
        "label": offered.label,
        "url": reverse(f"areas:ledger-change-{offered.name}", args=[change.pk]),
        "is_open": offered.is_open,
        "reasons": offered.reasons,
        "icon": icon,
        "tone": tone,
        "form": form(auto_id=f"id_{offered.name}_%s"),
    }


def _facts(change: LedgerChange) -> list[Mapping[str, Any]]:
    """What it changes, from what to what, and why."""
    line = change.decree_line
    return [
        {
            "label": _("Hectares, before → after"),
            "value": format_html("{} ha", before_and_after(change)),
        },
        {
            "label": _("Area"),
            "value": line.area,
            "url": line.area.get_absolute_url(),
            "note": line.area.regency,
        },
        {
            "label": _("Decree"),
            "value": line.decree.number,
            "url": line.decree.get_absolute_url(),
            "note": format_html("{} ha", html.figure(line.hectares_now)),
        },
        _subject(change),
        {
            "label": _("Document number"),
            "value": change.document or "–",
        },
        {
            "label": _("Proposed"),
            "value": change.proposed_by,
            "note": html.moment(change.proposed_at),
        },
    ]


def _subject(change: LedgerChange) -> Mapping[str, Any]:
    if change.entry is None:
        return {"label": _("Corrected"), "value": _("the decree line as a whole")}
    return {
        "label": _("Entry"),
        "value": change.entry,
        "url": change.entry.get_absolute_url(),
        "note": unit_name(change.entry),
    }


def _decision(change: LedgerChange) -> list[Mapping[str, Any]]:
    posted = change.posted
    return [
        {
            "label": _("Decided"),
            "value": change.decided_by,
            "note": html.moment(change.decided_at),
        },
        {"label": _("Note"), "value": change.decision_note or "–"},
        {
            "label": _("Posted entry"),
            "value": posted or "–",
            "url": posted.get_absolute_url() if posted else "",
        },
    ]
