"""Pages of the survey import: upload, preview, confirmation, template."""

from datetime import date
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import FormView, View

from agencies.models import User
from agencies.roles import Permission
from areas.models import Decree, RuleSet, SlumArea
from areas.rule_sets import rule_set_on, rules_of
from areas.survey.columns import SurveySheet
from areas.survey.content import importable_areas, template_content
from areas.survey.forms import SurveyUploadForm
from areas.survey.plan import SurveyPlan, SurveyRefusedError
from areas.survey.services import import_survey
from areas.survey.tables import (
    AREA_COLUMNS,
    CHANGE_COLUMNS,
    PROBLEM_COLUMNS,
    SHOWN,
    group_problems,
)
from areas.survey.uploads import SURVEYS, SurveyUpload
from areas.survey_template import survey_template
from areas.views.common import HoldsAnywhereMixin
from core.errors import BusinessRuleError, NotAllowedError
from core.forms import add_rule_errors
from core.marked_workbook import can_be_marked, write_marked
from core.spreadsheets import MAX_ROWS, SpreadsheetError

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class MayImportMixin(HoldsAnywhereMixin):
    """Only for who may import surveys for some agency."""

    permission = Permission.SURVEY_IMPORT


class SurveyImportView(MayImportMixin, FormView):
    """The upload form; a sound file is answered with the preview of its import."""

    form_class = SurveyUploadForm
    template_name = "areas/survey_import.html"

    def get_initial(self) -> dict[str, Any]:
        return {"decree": self.request.GET.get("decree")}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.user}

    def form_valid(self, form: Any) -> HttpResponse:
        values = form.cleaned_data
        file, decree = values["file"], values["decree"]
        choices = {
            "rule_set": values["rule_set"],
            "create_areas": values.get("create_areas", False),
            "decimal_mark": values["decimal_mark"],
            "default_date": values["default_date"],
        }
        kept = as_kept(decree, choices)
        try:
            plan = run_import(self.user, file, decree, choices, dry_run=True)
        except SpreadsheetError as error:
            upload = None
            if can_be_marked(error.problems):
                upload = SURVEYS.keep(self.request.session, file, self.user.pk, **kept)
            return self.refuse(form, error, file.name, upload)
        except BusinessRuleError as error:
            add_rule_errors(form, error)
            return self.form_invalid(form)
        upload = None
        if plan.has_effect:
            upload = SURVEYS.keep(self.request.session, file, self.user.pk, **kept)
        return self.preview(plan, file.name, upload)

    def refuse(
        self,
        form: Any,
        error: SpreadsheetError,
        name: str,
        upload: SurveyUpload | None,
    ) -> HttpResponse:
        """The form again, with all that is wrong and the file to give back."""
        if upload:
            upload.keep_problems(error.problems)
        context = self.get_context_data(
            form=form, upload=upload, **refusal(error, name)
        )
        return self.render_to_response(context)

    def preview(
        self, plan: SurveyPlan, name: str, upload: SurveyUpload | None
    ) -> HttpResponse:
        context = {
            "plan": plan,
            "file_name": name,
            "upload": upload,
            "columns": AREA_COLUMNS,
            "change_columns": CHANGE_COLUMNS,
            "areas": plan.areas[:SHOWN],
            "hidden_areas": max(0, len(plan.areas) - SHOWN),
            "changed": [area for area in plan.areas if area.changed],
            "crumbs": [(_("Survey import"), reverse("areas:survey-import"))],
        }
        return render(self.request, "areas/survey_preview.html", context)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        rule_sets = RuleSet.objects.published()
        return context | {
            "no_decrees": not context["form"].decrees.exists(),
            "templates": [
                (rule_set, SurveySheet(rules_of(rule_set.pk)).columns)
                for rule_set in rule_sets
            ],
        }


class SurveyConfirmView(SurveyImportView):
    """Carries out what the preview showed; everything is checked once more."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect("areas:survey-import")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        token = request.POST.get("token", "")
        upload = SURVEYS.find(request.session, token, self.user.pk)
        if upload is None:
            messages.error(
                request, _("This preview is no longer there. Upload the file again.")
            )
            return redirect("areas:survey-import")
        decree = get_object_or_404(
            Decree.objects.visible_to(self.user).select_related("region"),
            pk=upload.decree,
        )
        return self.carry_out(upload, decree)

    def carry_out(self, upload: SurveyUpload, decree: Decree) -> HttpResponse:
        try:
            with upload.path.open("rb") as file:
                plan = run_import(self.user, file, decree, as_chosen(upload))
        except SpreadsheetError as error:
            form = self.form_class(user=self.user, initial={"decree": decree})
            return self.refuse(form, error, upload.name, upload)
        except BusinessRuleError as error:
            for sentences in error.errors.values():
                for sentence in sentences:
                    messages.error(self.request, sentence)
            if not error.errors:
                messages.error(self.request, str(error))
            return redirect("areas:survey-import")
        SURVEYS.drop(self.request.session, upload)
        messages.success(self.request, done_text(plan))
        return redirect("areas:assessment-list")


class SurveyErrorsView(MayImportMixin, View):
    """A refused file of this session again, with its wrong cells marked."""

    def get(self, request: HttpRequest) -> FileResponse:
        token = request.GET.get("token", "")
        upload = SURVEYS.find(request.session, token, self.user.pk)
        problems = upload.problems() if upload else []
        if upload is None or not problems:
            raise Http404
        target = TemporaryFile()  # noqa: SIM115  the response closes it
        with upload.path.open("rb") as source:
            write_marked(
                source,
                target,
                problems,
                max_bytes=settings.SURVEY_MAX_BYTES,
                max_rows=MAX_ROWS,
            )
        target.seek(0)
        name = f"{Path(upload.name).stem}-{_('problems')}.xlsx"
        return FileResponse(
            target, as_attachment=True, filename=name, content_type=XLSX
        )


class SurveyTemplateView(MayImportMixin, View):
    """The spreadsheet to fill in, with the RT that the person may import for.

    `?rule_set=` names another rule set by its code, `?area=` one area by its key.
    """

    def get(self, request: HttpRequest) -> HttpResponse:
        rule_set = self.find_rule_set(request.GET.get("rule_set", ""))
        content = survey_template(
            SurveySheet(rules_of(rule_set.pk)),
            template_content(self.user, area=self.find_area(request.GET.get("area"))),
        )
        response = HttpResponse(content, content_type=XLSX)
        name = f"templat-survei-kumuh-{rule_set.code}.xlsx"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    def find_rule_set(self, code: str) -> RuleSet:
        if not code:
            return rule_set_on(timezone.localdate())
        return get_object_or_404(RuleSet.objects.published(), code=code)

    def find_area(self, key: str | None) -> SlumArea | None:
        if not key:
            return None
        areas = importable_areas(self.user)
        return get_object_or_404(areas, pk=key if key.isdecimal() else None)


def run_import(
    user: User,
    file: BinaryIO,
    decree: Decree,
    choices: dict[str, Any],
    *,
    dry_run: bool = False,
) -> SurveyPlan:
    """The import as the signed-in person; not allowed is answered with 403."""
    try:
        return import_survey(
            file,
            decree=decree,
            by=user,
            rule_set=choices["rule_set"],
            create_areas=choices["create_areas"],
            decimal_mark=choices["decimal_mark"] or None,
            default_date=choices["default_date"],
            dry_run=dry_run,
        )
    except NotAllowedError as error:
        raise PermissionDenied(str(error)) from error


def as_kept(decree: Decree, choices: dict[str, Any]) -> dict[str, Any]:
    """The choices as a session can hold them."""
    day = choices["default_date"]
    return {
        **choices,
        "decree": decree.pk,
        "rule_set": choices["rule_set"].pk,
        "default_date": day.isoformat() if day else "",
    }


def as_chosen(upload: SurveyUpload) -> dict[str, Any]:
    """The choices of a kept upload."""
    day = upload.default_date
    return {
        "rule_set": RuleSet.objects.get(pk=upload.rule_set),
        "create_areas": upload.create_areas,
        "decimal_mark": upload.decimal_mark,
        "default_date": date.fromisoformat(day) if day else None,
    }


def refusal(error: SpreadsheetError, name: str) -> dict[str, Any]:
    """What the page says about a refused file."""
    groups = group_problems(error.problems)
    return {
        "plan": error.plan if isinstance(error, SurveyRefusedError) else None,
        "problem_groups": groups[:SHOWN],
        "problem_columns": PROBLEM_COLUMNS,
        "problem_count": len(error.problems),
        "hidden_groups": max(0, len(groups) - SHOWN),
        "file_name": name,
    }


def done_text(plan: SurveyPlan) -> str:
    return _(
        "Imported: %(surveys)s assessments submitted; RT: %(new)s new, %(changed)s"
        " changed, %(same)s unchanged."
    ) % {
        "surveys": plan.new_surveys,
        "new": plan.new_units,
        "changed": plan.changed_units,
        "same": plan.same_units,
    }
