"""Pages of decrees: the list, one decree with its areas, its forms."""

from typing import Any

from django.conf import settings
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import DetailView

from areas import services
from areas.authority import authorities_of
from areas.decree_forms import DecreeForm, DecreeLinesForm
from areas.decree_tables import (
    DECREE_COLUMNS,
    corrected_note,
    in_force_chip,
    is_review_due,
    review_chip,
)
from areas.decree_workflow import steps_for
from areas.filters import DecreeFilter
from areas.ledger_change_steps import correct_url
from areas.models import Decree, DecreeLine, SlumArea
from areas.rights import can_edit_decree, decree_edit_refusal, decree_regions
from areas.views.common import action
from core.errors import BusinessRuleError
from core.views import FilteredListView, ServiceFormView


class DecreeListView(FilteredListView):
    filterset_class = DecreeFilter
    columns = DECREE_COLUMNS
    default_order = ("-issued_on", "number")
    template_name = "areas/decree_list.html"
    export_name = "sk-kawasan-kumuh"

    def get_queryset(self) -> QuerySet:
        decrees = Decree.objects.visible_to(self.request.user)
        return decrees.with_totals().select_related("region", "supersedes")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        actions = []
        if decree_regions(self.request.user):
            url = reverse("areas:decree-create")
            actions.append(action(_("New decree"), url, "plus", primary=True))
        return super().get_context_data(actions=actions, **kwargs)


class DecreeDetailView(LoginRequiredMixin, DetailView):
    template_name = "areas/decree_detail.html"

    def get_queryset(self) -> QuerySet:
        decrees = Decree.objects.visible_to(self.request.user)
        return decrees.with_totals().select_related("region", "supersedes")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        decree, user = self.object, self.request.user
        rows = decree_rows(decree, user)
        can_edit = can_edit_decree(user, decree.region)
        return super().get_context_data(
            rows=rows,
            chips=format_html("{} {}", in_force_chip(decree), review_chip(decree)),
            review_due=is_review_due(decree),
            review_years=settings.DECREE_REVIEW_YEARS,
            hidden=decree.area_count - len(rows),
            visible_hectares=sum(row["line"].hectares_now for row in rows),
            corrected=corrected_note(decree.printed_hectares, decree.hectares),
            relations=_relations(decree, user),
            as_of=timezone.localdate(),
            can_edit=can_edit,
            steps=_steps(decree, user) if can_edit and decree.is_draft else [],
            actions=_actions(decree) if can_edit else [],
            crumbs=[(_("Decrees"), reverse("areas:decree-list")), (decree.region, "")],
            **kwargs,
        )


class DecreeFormView(ServiceFormView):
    form_class = DecreeForm
    template_name = "areas/decree_form.html"
    decree: Decree | None = None

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {
            "user": self.request.user,
            "instance": self.decree,
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        cancel_url = (
            self.decree.get_absolute_url()
            if self.decree
            else reverse("areas:decree-list")
        )
        return super().get_context_data(
            decree=self.decree, cancel_url=cancel_url, **kwargs
        )


class DecreeCreateView(DecreeFormView):
    done_message = gettext_lazy("The decree is stored. Now name its areas.")

    def prepare(self, request: HttpRequest, **kwargs: Any) -> None:
        if not decree_regions(request.user):
            raise PermissionDenied(
                _("Your role does not allow decrees. Ask your administrator.")
            )

    def call_service(self, form: Any) -> Decree:
        values = form.cleaned_data
        values["in_force_from"] = values["in_force_from"] or values["issued_on"]
        return services.create_decree(by=self.request.user, **values)

    def get_done_url(self, result: Any) -> str:
        return reverse("areas:decree-lines", args=[result.pk])


class DecreeEditView(DecreeFormView):
    done_message = gettext_lazy("The decree is stored.")

    def prepare(self, request: HttpRequest, **kwargs: Any) -> None:
        self.decree = editable_decree(request, kwargs["pk"])

    def call_service(self, form: Any) -> Decree:
        assert self.decree is not None
        return services.update_decree(
            self.decree, by=self.request.user, **form.cleaned_data
        )


class DecreeLinesView(ServiceFormView):
    """The areas of a decree with their hectares, all on one page."""

    form_class = DecreeLinesForm
    template_name = "areas/decree_lines.html"
    done_message = gettext_lazy("The areas of the decree are stored.")
    decree: Decree

    def prepare(self, request: HttpRequest, **kwargs: Any) -> None:
        self.decree = editable_decree(request, kwargs["pk"])

    def get_form_kwargs(self) -> dict[str, Any]:
        lines = list(
            self.decree.lines.select_related("area__regency", "village", "sum")
        )
        candidates = SlumArea.objects.visible_to(self.request.user).filter(
            regency__code__startswith=self.decree.region_id
        )
        return super().get_form_kwargs() | {
            "decree": self.decree,
            "lines": lines,
            "candidates": candidates.exclude(pk__in=[line.area_id for line in lines]),
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(decree=self.decree, **kwargs)

    def call_service(self, form: Any) -> Decree:
        try:
            services.set_decree_lines(self.decree, form.wanted(), by=self.request.user)
        except BusinessRuleError as error:
            raise BusinessRuleError(errors=_at_inputs(error, form)) from error
        return self.decree

    def get_done_url(self, result: Any) -> str:
        """Three more rows at a time, for whoever asks for them."""
        if "more" in self.request.POST:
            return self.request.path
        return super().get_done_url(result)


def editable_decree(request: HttpRequest, pk: int) -> Decree:
    """The decree; 404 outside the scope, 403 without the right."""
    decrees = Decree.objects.visible_to(request.user)
    decree = get_object_or_404(decrees.select_related("region", "supersedes"), pk=pk)
    require_editor(request, decree)
    return decree


def require_editor(request: HttpRequest, decree: Decree) -> None:
    """The page that says why, for whoever may not edit the decree (403)."""
    if not can_edit_decree(request.user, decree.region):
        raise PermissionDenied(decree_edit_refusal(decree.region))


def decree_crumbs(decree: Decree) -> list[tuple[Any, str]]:
    """Where a page about a decree stands."""
    return [
        (_("Decrees"), reverse("areas:decree-list")),
        (decree.number, decree.get_absolute_url()),
    ]


def _actions(decree: Decree) -> list[dict[str, Any]]:
    """What may be done with the decree apart from its steps."""
    key = [decree.pk]
    found = [
        action(_("Edit"), reverse("areas:decree-edit", args=key), "edit"),
        action(_("File (PDF)"), reverse("areas:decree-upload", args=key), "upload"),
    ]
    if decree.supersedes_id:
        url = reverse("areas:decree-mapping", args=key)
        found.append(action(_("Mapping"), url, "right"))
    url = reverse("areas:decree-lines", args=key)
    label = _("Areas and hectares") if decree.is_draft else _("Add areas")
    return [*found, action(label, url, "plus", primary=decree.is_draft)]


def _steps(decree: Decree, user: Any) -> list[dict[str, Any]]:
    """The steps of a draft; the step's own page tells what will happen."""
    return [
        {
            "name": offered.name,
            "label": offered.label,
            "url": reverse(f"areas:decree-{offered.name}", args=[decree.pk]),
            "is_open": offered.is_open,
            "reasons": offered.reasons,
            "icon": "check",
            "tone": "primary",
            "hint": _("The next page says what will happen."),
        }
        for offered in steps_for(decree, user)
    ]


def _relations(decree: Decree, user: Any) -> dict[str, Any]:
    """The decree that it supersedes and the one that superseded it, if seen."""
    seen = Decree.objects.visible_to(user)
    return {
        "old": seen.filter(successors=decree).first(),
        "new": seen.filter(supersedes=decree).order_by("-issued_on", "pk").first(),
    }


def decree_rows(decree: Decree, user: Any) -> list[dict[str, Any]]:
    """The visible lines; handled hectares where the area counts under this decree."""
    lines = (
        DecreeLine.objects.visible_to(user)
        .filter(decree=decree)
        .select_related("area__regency", "area__agency", "decree", "village", "sum")
        .order_by("area__regency__code", "area__name", "pk")
    )
    authorities = authorities_of(lines)
    today = timezone.localdate()
    areas = SlumArea.objects.filter(decree_lines__decree=decree).with_figures(today)
    figures: dict[int, Any] = {area.pk: area for area in areas}
    rows = []
    for line in lines:
        area = figures[line.area_id]
        counts_here = area.line_id == line.pk
        rows.append(
            {
                "line": line,
                "corrected": corrected_note(line.hectares, line.hectares_now),
                "correct_url": correct_url(line, user),
                "authority": authorities[line.pk].label,
                "handled": area.handled if counts_here else None,
                "elsewhere": "" if counts_here else area.decree_number,
            }
        )
    return rows


def _at_inputs(error: BusinessRuleError, form: DecreeLinesForm) -> dict[str, list[str]]:
    """The errors of `lines.<area>.<part>` at the inputs of those areas."""
    found: dict[str, list[str]] = {}
    for path, sentences in error.errors.items():
        parts = path.split(".")
        name = form.field_of(parts[1], parts[2]) if len(parts) == 3 else None
        found.setdefault(name or path, []).extend(sentences)
    return found
