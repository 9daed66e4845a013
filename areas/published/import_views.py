"""The import of published results: the file, its columns, a preview, confirmation."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import FormView, View

from agencies.roles import Permission
from areas.models import RuleSet
from areas.published.forms import MappingForm, PublishedUploadForm, head_values
from areas.published.mapping import guess_mapping
from areas.published.services import (
    PublishedFileError,
    PublishedPlan,
    import_published,
)
from areas.published.sheet import FileColumn, read_columns
from areas.published.tables import COLUMN_COLUMNS, count_of, not_recomputable_chip
from areas.published.uploads import PUBLISHED, PublishedUpload
from areas.published.views import source_crumbs
from areas.rule_sets import rules_of
from areas.survey.tables import PROBLEM_COLUMNS, SHOWN, group_problems, row_ranges
from areas.views.common import HoldsAnywhereMixin
from core.errors import BusinessRuleError
from core.forms import add_rule_errors
from core.sheet_problems import SpreadsheetError


class MayImportMixin(HoldsAnywhereMixin):
    """Only for the data managers of the province."""

    permission = Permission.DECREE_EDIT


class PublishedImportView(MayImportMixin, FormView):
    """The file and what document it is; then its columns are chosen."""

    form_class = PublishedUploadForm
    template_name = "areas/published_import.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.user}

    def get_initial(self) -> dict[str, Any]:
        return {"rule_set": RuleSet.objects.published().first()}

    def form_valid(self, form: Any) -> HttpResponse:
        file = form.cleaned_data["file"]
        try:
            read_columns(file)
        except SpreadsheetError as error:
            form.add_error("file", [str(problem) for problem in error.problems])
            return self.form_invalid(form)
        upload = PUBLISHED.keep(
            self.request.session, file, self.user.pk, head=form.head()
        )
        return redirect(mapping_url(upload))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(crumbs=source_crumbs(), **kwargs)


class KeptUploadView(MayImportMixin, View):
    """A step with the file that this session uploaded; else back to the start."""

    upload: PublishedUpload
    values: dict[str, Any]

    def find(self, token: str) -> HttpResponse | None:
        """Take up the upload of that token; the answer where it has gone."""
        upload = PUBLISHED.find(self.request.session, token, self.user.pk)
        if upload is None:
            messages.error(
                self.request,
                _("This upload is no longer there. Upload the file again."),
            )
            return redirect("areas:published-import")
        self.upload = upload
        self.values = head_values(upload.head)
        return None

    def run_import(self, mapping: dict[str, str], *, dry_run: bool) -> PublishedPlan:
        with self.upload.path.open("rb") as file:
            return import_published(
                file, mapping=mapping, by=self.user, dry_run=dry_run, **self.values
            )


class PublishedMappingView(KeptUploadView):
    """Which column holds what, prefilled; what is chosen is shown as a preview."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if answer := self.find(request.GET.get("token", "")):
            return answer
        columns = self.read_columns()
        rules = rules_of(self.values["rule_set"].pk)
        headings = [column.heading for column in columns]
        chosen = self.upload.mapping or guess_mapping(headings, rules)
        return self.ask(self.form(columns, initial=chosen), columns)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if answer := self.find(request.POST.get("token", "")):
            return answer
        columns = self.read_columns()
        chosen = request.POST.dict()
        form = self.form(columns, data=request.POST, initial=chosen)
        if not form.is_valid():
            return self.ask(form, columns)
        try:
            plan = self.run_import(form.mapping(), dry_run=True)
        except SpreadsheetError as error:
            return self.ask(form, columns, **refusal(error))
        except BusinessRuleError as error:
            add_rule_errors(form, error)
            return self.ask(form, columns)
        PUBLISHED.change(request.session, replace(self.upload, mapping=form.mapping()))
        return self.preview(plan)

    def read_columns(self) -> list[FileColumn]:
        with self.upload.path.open("rb") as file:
            return read_columns(file)

    def form(self, columns: list[FileColumn], **kwargs: Any) -> MappingForm:
        rules = rules_of(self.values["rule_set"].pk)
        return MappingForm(rules=rules, columns=columns, **kwargs)

    def ask(
        self, form: MappingForm, columns: list[FileColumn], **more: Any
    ) -> HttpResponse:
        context = {
            "form": form,
            "columns": columns,
            "column_columns": COLUMN_COLUMNS,
            "upload": self.upload,
            "crumbs": import_crumbs(),
            **more,
        }
        return render(self.request, "areas/published_mapping.html", context)

    def preview(self, plan: PublishedPlan) -> HttpResponse:
        reading = plan.reading
        context = {
            "plan": plan,
            "mark": not_recomputable_chip(),
            "upload": self.upload,
            "mapping_url": mapping_url(self.upload),
            "sums": count_of(reading.sums_equal, len(plan.rows)),
            "classes": count_of(reading.classes_equal, len(plan.rows)),
            "repeated": [
                (place, row_ranges(rows)) for place, rows in reading.repeated()
            ],
            "crumbs": import_crumbs(),
        }
        return render(self.request, "areas/published_preview.html", context)


class PublishedConfirmView(KeptUploadView):
    """Carries out what the preview showed; everything is checked once more."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect("areas:published-import")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if answer := self.find(request.POST.get("token", "")):
            return answer
        try:
            plan = self.run_import(self.upload.mapping, dry_run=False)
        except BusinessRuleError as error:
            for sentence in error.errors.values() or [[str(error)]]:
                messages.error(request, " ".join(sentence))
            return redirect("areas:published-import")
        PUBLISHED.drop(request.session, self.upload)
        text = _("%(count)s rows of “%(title)s” are stored.")
        words = {"count": len(plan.rows), "title": plan.source.title}
        messages.success(request, text % words)
        return redirect(plan.source)


def mapping_url(upload: PublishedUpload) -> str:
    return f"{reverse('areas:published-mapping')}?token={upload.token}"


def import_crumbs() -> list[tuple[Any, str]]:
    address = reverse("areas:published-import")
    return [*source_crumbs(), (_("Import published results"), address)]


def refusal(error: SpreadsheetError) -> dict[str, Any]:
    """What the page says about a refused file; counts where its rows were read."""
    groups = group_problems(error.problems)
    found: dict[str, Any] = {
        "problem_groups": groups[:SHOWN],
        "problem_columns": PROBLEM_COLUMNS,
        "problem_count": len(error.problems),
        "hidden_groups": max(0, len(groups) - SHOWN),
    }
    if isinstance(error, PublishedFileError):
        reading = error.reading
        found |= {
            "reading": reading,
            "sums": count_of(reading.sums_equal, len(reading.rows)),
            "classes": count_of(reading.classes_equal, len(reading.rows)),
        }
    return found
