"""What leads a decree into force: file, mapping, comparison, and the step itself."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import DetailView, View
from django.views.generic.detail import SingleObjectMixin

from areas import services
from areas.decree_comparison import Comparison, comparable, compare, visible_lines
from areas.decree_forms import DecreeFileForm, DecreeMappingForm
from areas.decree_mapping import lines_of, present_mapping
from areas.decree_tables import (
    COMPARISON_COLUMNS,
    comparison_totals,
    waterfall,
)
from areas.decree_workflow import steps_for
from areas.models import Decree
from areas.rights import can_edit_decree
from areas.views.decrees import decree_crumbs, editable_decree, require_editor
from core.errors import BusinessRuleError
from core.tables import csv_response
from core.views import ServiceFormView, StepView


class DecreeScope(LoginRequiredMixin):
    """The decrees that the person sees."""

    request: HttpRequest

    def get_queryset(self) -> QuerySet:
        found = Decree.objects.visible_to(self.request.user)
        return found.select_related("region", "supersedes__region")


class EditableDecreeView(ServiceFormView):
    """A form about a decree that the person may edit."""

    decree: Decree

    def prepare(self, request: HttpRequest, **kwargs: Any) -> None:
        self.decree = editable_decree(request, kwargs["pk"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            decree=self.decree,
            cancel_url=self.decree.get_absolute_url(),
            crumbs=decree_crumbs(self.decree),
            **kwargs,
        )


class DecreeUploadView(EditableDecreeView):
    form_class = DecreeFileForm
    template_name = "areas/decree_upload.html"
    done_message = gettext_lazy("The file is stored with the decree.")

    def call_service(self, form: Any) -> Decree:
        return services.attach_decree_file(
            self.decree, file=form.upload(), by=self.request.user
        )


class DecreeFileView(DecreeScope, SingleObjectMixin, View):
    """The PDF, for whoever sees the decree."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> FileResponse:
        decree = self.get_object()
        if not decree.file:
            raise Http404(_("The decree has no file yet."))
        try:
            content = decree.file.open("rb")
        except FileNotFoundError as error:
            raise Http404(_("The file of the decree is missing.")) from error
        return FileResponse(
            content,
            as_attachment=True,
            filename=decree.file_name,
            content_type="application/pdf",
            headers={"X-Content-Type-Options": "nosniff"},
        )


class DecreeMappingView(EditableDecreeView):
    """Line by line: what the new decree made of the old one; begins as proposed."""

    form_class = DecreeMappingForm
    template_name = "areas/decree_mapping.html"
    done_message = gettext_lazy("The mapping is confirmed.")
    is_confirmed = False

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.decree.supersedes is None:
            messages.error(
                request, _("The decree supersedes none, so there is nothing to map.")
            )
            return redirect(self.decree)
        return super().get(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        old, new = lines_of(self.decree.supersedes), lines_of(self.decree)
        rows, self.is_confirmed = present_mapping(self.decree, old, new)
        return super().get_form_kwargs() | {"old": old, "new": new, "rows": rows}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        form = context["form"]
        return context | {
            "title": f"{self.decree.supersedes} → {self.decree}",
            "is_confirmed": self.is_confirmed,
            "alone": form.alone(),
            "both": form.pairs_of_areas(),
        }

    def call_service(self, form: Any) -> Decree:
        try:
            services.set_mapping(self.decree, form.rows(), by=self.request.user)
        except BusinessRuleError as error:
            raise BusinessRuleError(
                str(error),
                errors={key.replace(".", "_"): v for key, v in error.errors.items()},
            ) from error
        return self.decree


class DecreeComparisonView(DecreeScope, DetailView):
    """The decree beside the one it supersedes, as a page and as CSV."""

    template_name = "areas/decree_comparison.html"

    def get_object(self, queryset: QuerySet | None = None) -> Decree:
        decree = super().get_object(queryset)
        if not comparable(decree, self.request.user):
            raise Http404(_("The decree supersedes none that you see."))
        return decree

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.GET.get("format") == "csv":
            return self.export(self.get_object())
        return super().get(request, *args, **kwargs)

    def export(self, decree: Decree) -> HttpResponseBase:
        comparison = compare(decree)
        assert comparison is not None  # `get_object` found both
        rows = visible_lines(comparison, self.request.user)
        return csv_response(
            COMPARISON_COLUMNS, rows, "perbandingan-sk", comparison_meta(comparison)
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        comparison = compare(self.object)
        assert comparison is not None  # `get_object` found both
        rows = visible_lines(comparison, self.request.user)
        return super().get_context_data(
            title=f"{comparison.old} → {comparison.new}",
            comparison=comparison,
            steps=waterfall(comparison),
            columns=COMPARISON_COLUMNS,
            rows=rows,
            totals=comparison_totals(rows),
            hidden=len(comparison.lines) - len(rows),
            crumbs=decree_crumbs(self.object),
            can_edit=can_edit_decree(self.request.user, self.object.region),
            **kwargs,
        )


class DecreeEnactView(DecreeScope, StepView):
    """Put a draft into force, after a page that says what will happen."""

    done_message = gettext_lazy("The decree is in force. Its lines stay from now on.")
    form_class = forms.Form

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Without the confirmation of that page, the page comes first."""
        if "confirm" not in request.POST:
            return self.get(request, *args, **kwargs)
        return super().post(request, *args, **kwargs)

    def take_step(self, record: Decree) -> None:
        services.enact_decree(record, by=self.request.user)

    def require_page(self, record: Decree) -> None:
        require_editor(self.request, record)

    def ask_again(self, record: Decree, form: forms.BaseForm) -> HttpResponse:
        self.require_page(record)
        (step,) = steps_for(record, self.request.user)
        context = {
            "decree": record,
            "form": form,
            "step": step,
            "comparison": compare(record),
            "totals": Decree.objects.with_totals().get(pk=record.pk),
            "crumbs": decree_crumbs(record),
        }
        return render(self.request, "areas/decree_enact.html", context)


def comparison_meta(comparison: Comparison) -> dict[str, str]:
    """What every row of the file repeats: which decrees, and that both are bases."""
    return {
        _("Old decree"): comparison.old.number,
        _("New decree"): comparison.new.number,
        _("Mapping"): _("confirmed") if comparison.is_confirmed else _("proposed"),
    }
