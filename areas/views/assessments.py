"""Pages of surveys: the list, one survey, its steps; see `entry` for the volumes."""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import DetailView

from agencies.access import agencies_for, can, holds
from agencies.roles import Permission
from areas import presenters, services
from areas.filters import AssessmentFilter
from areas.forms import ReasonForm, StartAssessmentForm
from areas.models import Assessment
from areas.results import problems_of, progress_of, result_of
from areas.tables import (
    ASSESSMENT_COLUMNS,
    coverage_text,
    pick_column,
    severity_badge,
    status_chip,
)
from areas.trail import rounds_of, volume_changes_of
from areas.views.common import action
from areas.workflow import RETURN, SUBMIT, may_edit, steps_for
from core import html
from core.tables import Column
from core.views import FilteredListView, ServiceFormView
from core.workflow import OfferedStep

ICONS = {"submit": "send", "return": "return", "verify": "check"}
TONES = {"return": "return"}


class AssessmentScope(LoginRequiredMixin):
    """The surveys that the person may see, with their progress."""

    request: HttpRequest

    def get_queryset(self) -> QuerySet:
        found = Assessment.objects.visible_to(self.request.user).with_progress()
        return found.select_related(
            "rule_set", "area__agency", "area__regency", "submitted_by", "verified_by"
        )


class AssessmentListView(AssessmentScope, FilteredListView):
    filterset_class = AssessmentFilter
    default_order = ("-surveyed_on", "-pk")
    template_name = "areas/assessment_list.html"
    export_name = "penilaian"

    def get_columns(self) -> Sequence[Column]:
        if holds(self.request.user, Permission.ASSESSMENT_VERIFY):
            return (*ASSESSMENT_COLUMNS, pick_column(self.request.user))
        return ASSESSMENT_COLUMNS

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        actions = []
        if agencies_for(user, Permission.ASSESSMENT_EDIT):
            url = reverse("areas:assessment-create")
            actions.append(action(_("New assessment"), url, "plus", primary=True))
        return super().get_context_data(
            actions=actions,
            may_verify=holds(user, Permission.ASSESSMENT_VERIFY),
            **kwargs,
        )


class AssessmentCreateView(ServiceFormView):
    form_class = StartAssessmentForm
    template_name = "areas/assessment_form.html"
    done_message = gettext_lazy("The draft is there. Fill in the volumes of each RT.")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated and not agencies_for(
            request.user, Permission.ASSESSMENT_EDIT
        ):
            raise PermissionDenied(
                _("Your role does not allow assessments. Ask your administrator.")
            )
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user}

    def get_initial(self) -> dict[str, Any]:
        return {"area": self.request.GET.get("area", "")}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        cancel_url = reverse("areas:assessment-list")
        return super().get_context_data(cancel_url=cancel_url, **kwargs)

    def call_service(self, form: Any) -> Assessment:
        return services.start_assessment(by=self.request.user, **form.cleaned_data)

    def get_done_url(self, result: Any) -> str:
        return reverse("areas:assessment-entry", args=[result.pk])


class AssessmentDetailView(AssessmentScope, DetailView):
    """A survey with its result, what is wrong in it, and what may be done."""

    template_name = "areas/assessment_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        assessment, user = self.object, self.request.user
        editable = may_edit(assessment, user)
        return super().get_context_data(
            facts=_facts(assessment),
            chip=status_chip(assessment),
            progress=progress_of(assessment),
            problems=_linked_problems(assessment),
            units=unit_rows(assessment),
            steps=[
                _shown_step(assessment, offered)
                for offered in steps_for(assessment, user)
                if _concerns(offered, assessment, user)
            ],
            rounds=rounds_of(assessment),
            changes=volume_changes_of(assessment),
            editable=editable,
            actions=_entry_actions(assessment) if editable else [],
            crumbs=crumbs_of(assessment),
            **_result_context(assessment),
            **kwargs,
        )


def _concerns(offered: OfferedStep, assessment: Assessment, user: Any) -> bool:
    """Steps of this state, and those that the person takes later; none at the end."""
    if assessment.status == Assessment.Status.VERIFIED:
        return False
    permission = Permission(offered.step.permission)
    return assessment.status in offered.step.sources or can(
        user, permission, agency=assessment.area.agency
    )


def _shown_step(assessment: Assessment, offered: OfferedStep) -> dict[str, Any]:
    name = offered.name
    return {
        "name": name,
        "label": offered.label,
        "url": reverse(f"areas:assessment-{name}", args=[assessment.pk]),
        "is_open": offered.is_open,
        "reasons": offered.reasons,
        "icon": ICONS[name],
        "tone": TONES.get(name, "primary"),
        "form": ReasonForm() if offered.step == RETURN else None,
        "hint": _submit_hint(assessment) if offered.step == SUBMIT else "",
    }


def _submit_hint(assessment: Assessment) -> str:
    progress = progress_of(assessment)
    if progress.is_whole:
        return ""
    return _(
        "Only %(complete)s of %(total)s RT are surveyed; it cannot be verified before"
        " the others are."
    ) % {"complete": progress.complete, "total": progress.total}


def _result_context(assessment: Assessment) -> dict[str, Any]:
    result = result_of(assessment)
    if result is None:
        return {"result": None}
    rules = assessment.rules
    return {
        "result": result,
        "rule_set": rules,
        "groups": presenters.indicator_groups(rules, result),
        "ruler": presenters.ruler(rules, result.total),
        "badge": severity_badge(result.severity, large=True),
    }


def _facts(assessment: Assessment) -> list[dict[str, Any]]:
    submitted, verified = assessment.submitted_by, assessment.verified_by
    return [
        {
            "label": _("Area"),
            "value": assessment.area,
            "url": assessment.area.get_absolute_url(),
            "note": assessment.area.regency,
        },
        {
            "label": _("Surveyed on"),
            "value": html.day(assessment.surveyed_on),
            "note": _("the latest date of its RT"),
        },
        {"label": _("RT surveyed"), "value": coverage_text(assessment)},
        {"label": _("Rule set"), "value": assessment.rules.citation},
        {
            "label": _("Submitted"),
            "value": html.moment(assessment.submitted_at),
            "note": submitted or "",
        },
        {
            "label": _("Verified"),
            "value": html.moment(assessment.verified_at),
            "note": verified or "",
        },
    ]


def _linked_problems(assessment: Assessment) -> list[dict[str, str]]:
    """What is wrong, each with the page of its RT."""
    return [
        {
            "text": problem.text,
            "url": reverse(
                "areas:assessment-unit", args=[assessment.pk, problem.neighbourhood_id]
            ),
        }
        for problem in problems_of(assessment)
    ]


def unit_rows(assessment: Assessment) -> list[dict[str, Any]]:
    """Every RT of the area: surveyed when, and how many volumes are filled in."""
    asked = len(assessment.rules.codes)
    surveyed = {
        unit.neighbourhood_id: unit
        for unit in assessment.units.annotate(filled_count=Count("values"))
    }
    places = assessment.area.neighbourhoods.select_related("village")
    if assessment.results is not None:
        places = places.filter(pk__in=surveyed)
    rows = []
    for place in places.order_by("village__name", "rt_rw", "pk"):
        unit: Any = surveyed.get(place.pk)
        filled = unit.filled_count if unit else 0
        rows.append(
            {
                "place": place,
                "unit": unit,
                "filled": filled,
                "chip": _unit_chip(filled, asked),
                "url": reverse("areas:assessment-unit", args=[assessment.pk, place.pk]),
            }
        )
    return rows


def _unit_chip(filled: int, asked: int) -> Any:
    if filled == asked:
        return html.chip(_("Complete"), "ok", "check")
    if filled:
        text = _("%(filled)s of %(asked)s filled in")
        return html.chip(text % {"filled": filled, "asked": asked}, "warn", "edit")
    return html.chip(_("Empty"), "off")


def _entry_actions(assessment: Assessment) -> list[dict[str, Any]]:
    url = reverse("areas:assessment-entry", args=[assessment.pk])
    return [action(_("Fill in volumes"), url, "edit", primary=True)]


def crumbs_of(assessment: Assessment) -> list[tuple[Any, str]]:
    area = assessment.area
    return [
        (_("Assessments"), reverse("areas:assessment-list")),
        (area, reverse("areas:area-assessments", args=[area.pk])),
    ]
