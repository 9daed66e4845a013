"""Pages of changes of a verified report: asked for, then accepted or refused."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.generic import View

from agencies.models import User
from agencies.roles import Permission
from areas.views.common import require_page
from core import html
from core.errors import BusinessRuleError, NotAllowedError, WrongStateError
from core.views import PreparedMixin
from programs import services
from programs.models import ReportChange
from programs.report_change_forms import ChangeDecision, ChangeEntry
from programs.report_change_steps import REFUSE, STEPS, steps_for
from programs.rounds import changes_of
from programs.sheet import LineSheet, sheet_of
from programs.views.reports import ReportScope, crumbs_of

State = ReportChange.State
STEP_NAMES = frozenset(step.name for step in STEPS)
TONES = {
    State.ASKED: ("info", "send"),
    State.ACCEPTED: ("ok", "check"),
    State.REFUSED: ("off", "return"),
}


class ChangeAskView(PreparedMixin, ReportScope, View):
    """The line's figures as they stand, to be written as they should be."""

    def prepare(self, request: HttpRequest, **kwargs: Any) -> None:
        self.report = get_object_or_404(self.get_queryset(), pk=kwargs["pk"])
        self.line = get_object_or_404(self.report.lines, pk=kwargs["line"])
        require_page(request.user, Permission.REPORT_SUBMIT, agency=self.report.agency)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.report.status != self.report.Status.VERIFIED:
            messages.error(request, _("Only a verified report is changed this way."))
            return redirect(self.report)
        return self.page(ChangeEntry(self.row()))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        entry = ChangeEntry(self.row(), request.POST)
        if not entry.is_valid():
            return self.page(entry)
        try:
            change = services.propose_change(
                self.line,
                values=entry.panel.as_input(),
                reason=entry.form.cleaned_data["reason"],
                by=request.user,
            )
        except WrongStateError as error:
            messages.error(request, str(error))
            return redirect(self.report)
        except BusinessRuleError as error:
            entry.add_errors(error)
            return self.page(entry)
        messages.success(request, _("Asked for. The verifier decides on it."))
        return redirect(change)

    def row(self) -> LineSheet:
        return sheet_of(self.report).row_of(self.line)

    def page(self, entry: ChangeEntry) -> HttpResponse:
        context = {
            "report": self.report,
            "line": entry.panel.sheet,
            "entry": entry,
            "crumbs": crumbs_of(self.report),
        }
        return render(self.request, "programs/report_change_form.html", context)


class ChangeDetailView(PreparedMixin, View):
    """GET shows what it changes field by field; POST accepts or refuses it."""

    def prepare(self, request: HttpRequest, **kwargs: Any) -> None:
        changes = ReportChange.objects.visible_to(request.user).select_related(
            "report__agency", "report__period", "line__activity__area", "asked_by"
        )
        self.change = get_object_or_404(changes, pk=kwargs["pk"])

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.page(ChangeDecision(self.change))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        agency = self.change.report.agency
        require_page(request.user, Permission.REPORT_VERIFY, agency=agency)
        decision = ChangeDecision(self.change, request.POST)
        step = request.POST.get("step", "")
        if step not in STEP_NAMES or not decision.is_valid():
            return self.page(decision)
        try:
            done = self.decide(decision, step)
        except NotAllowedError as error:
            raise PermissionDenied(str(error)) from error
        except WrongStateError as error:
            messages.error(request, str(error))
        except BusinessRuleError as error:
            decision.add_errors(error)
            return self.page(decision)
        else:
            messages.success(request, done)
        return redirect(self.change)

    def decide(self, decision: ChangeDecision, step: str) -> str:
        """Take the step that was pressed; what was done, in words."""
        reason, by = decision.form.cleaned_data["reason"], cast(User, self.request.user)
        if step == REFUSE.name:
            services.refuse_change(self.change, reason=reason, by=by)
            return _("Refused. The report stays as it is.")
        services.accept_change(
            self.change, reason=reason, decisions=decision.decisions(), by=by
        )
        return _("Accepted. The report and the ledger have the change.")

    def page(self, decision: ChangeDecision) -> HttpResponse:
        change, report = self.change, self.change.report
        row = sheet_of(report).row_of(change.line)
        context = {
            "change": change,
            "report": report,
            "line": row,
            "fields": changes_of(row, change.before, change.values),
            "chip": change_chip(change),
            "decision": decision,
            "steps": {step.name: step for step in steps_for(change, self.request.user)},
            "crumbs": crumbs_of(report),
        }
        return render(self.request, "programs/report_change_detail.html", context)


def change_chip(change: ReportChange) -> SafeString:
    tone, icon = TONES[State(change.state)]
    return html.chip(change.get_state_display(), tone, icon)
