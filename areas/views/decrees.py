"""Pages of decrees: the list, one decree with its areas, its forms."""

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import DetailView

from areas import services
from areas.authority import authorities_of
from areas.filters import DecreeFilter
from areas.forms import DecreeForm, DecreeLinesForm
from areas.models import Decree, DecreeLine, SlumArea
from areas.rights import can_edit_decree, decree_regions
from areas.tables import DECREE_COLUMNS, in_force_chip
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
        return decrees.with_totals().select_related("region")

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
        return decrees.with_totals().select_related("region")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        decree = self.object
        rows = decree_rows(decree, self.request.user)
        return super().get_context_data(
            rows=rows,
            chip=in_force_chip(decree),
            hidden=decree.area_count - len(rows),
            visible_hectares=sum(row["line"].hectares for row in rows),
            as_of=timezone.localdate(),
            actions=self._actions(),
            crumbs=[(_("Decrees"), reverse("areas:decree-list")), (decree.region, "")],
            **kwargs,
        )

    def _actions(self) -> list[dict[str, Any]]:
        if not can_edit_decree(self.request.user, self.object.region):
            return []
        key = [self.object.pk]
        edit, lines = (
            reverse("areas:decree-edit", args=key),
            reverse("areas:decree-lines", args=key),
        )
        return [
            action(_("Edit"), edit, "edit"),
            action(_("Areas and hectares"), lines, "plus", primary=True),
        ]


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

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated and not decree_regions(request.user):
            raise PermissionDenied(
                _("Your role does not allow decrees. Ask your administrator.")
            )
        return super().dispatch(request, *args, **kwargs)

    def call_service(self, form: Any) -> Decree:
        values = form.cleaned_data
        values["in_force_from"] = values["in_force_from"] or values["issued_on"]
        return services.create_decree(by=self.request.user, **values)

    def get_done_url(self, result: Any) -> str:
        return reverse("areas:decree-lines", args=[result.pk])


class DecreeEditView(DecreeFormView):
    done_message = gettext_lazy("The decree is stored.")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        self.decree = editable_decree(request, kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

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

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        self.decree = editable_decree(request, kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        lines = list(self.decree.lines.select_related("area__regency"))
        candidates = SlumArea.objects.visible_to(self.request.user).filter(
            regency__code__startswith=self.decree.region_id
        )
        return super().get_form_kwargs() | {
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
    decrees = Decree.objects.visible_to(request.user).select_related("region")
    decree = get_object_or_404(decrees, pk=pk)
    if not can_edit_decree(request.user, decree.region):
        raise PermissionDenied(
            _("Your role does not allow decrees of %(region)s. Ask your administrator.")
            % {"region": decree.region}
        )
    return decree


def decree_rows(decree: Decree, user: Any) -> list[dict[str, Any]]:
    """The visible lines; handled hectares where the area counts under this decree."""
    lines = (
        DecreeLine.objects.visible_to(user)
        .filter(decree=decree)
        .select_related("area__regency", "decree", "sum")
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
                "authority": authorities[line.pk].label,
                "handled": area.handled if counts_here else None,
                "elsewhere": "" if counts_here else area.decree_number,
            }
        )
    return rows


def _at_inputs(error: BusinessRuleError, form: DecreeLinesForm) -> dict[str, list[str]]:
    """The errors of `lines.<area>.hectares` at the inputs of those areas."""
    found: dict[str, list[str]] = {}
    for path, sentences in error.errors.items():
        parts = path.split(".")
        name = form.field_of(parts[1]) if len(parts) == 3 else None
        found.setdefault(name or path, []).extend(sentences)
    return found
