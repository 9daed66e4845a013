"""Pages of surveys: the list, one survey, its steps; see `entry` for the volumes."""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import DetailView

from agencies.access import agencies_for, can, holds
from agencies.roles import Permission
from areas import presenters, services
from areas.assessment_forms import (
    CorrectionForm,
    ReasonForm,
    SiteForm,
    StartAssessmentForm,
)
from areas.filters import AssessmentFilter
from areas.models import Assessment, Neighbourhood
from areas.results import (
    conclusions_of,
    problems_of,
    progress_of,
    result_of,
    totals_of,
)
from areas.tables import (
    ASSESSMENT_COLUMNS,
    coverage_text,
    severity_badge,
    status_chip,
    verify_column,
)
from areas.trail import rounds_of, volume_changes_of
from areas.views.common import action, require_page, url_or_none
from areas.workflow import RETURN, SUBMIT, may_edit, steps_for
from core import html
from core.tables import Column
from core.views import FilteredListView, ServiceFormView, StepView
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
            return (*ASSESSMENT_COLUMNS, verify_column(self.request.user))
        return ASSESSMENT_COLUMNS

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        actions = []
        if agencies_for(user, Permission.ASSESSMENT_EDIT):
            url = reverse("areas:assessment-create")
            actions.append(action(_("New assessment"), url, "plus", primary=True))
        if holds(user, Permission.SURVEY_IMPORT):
            url = reverse("areas:survey-import")
            actions.append(action(_("Import a survey"), url, "upload"))
        return super().get_context_data(
            actions=actions,
            related=_related(),
            may_verify=holds(user, Permission.ASSESSMENT_VERIFY),
            **kwargs,
        )


def _related() -> list[tuple[str, str]]:
    """Pages about surveys that have no menu entry of their own."""
    names = (
        (_("Rule sets"), "areas:rule-set-list"),
        (_("Agreement of surveys and works"), "programs:agreement-list"),
        (_("What-if (simulation)"), "programs:simulation"),
        (_("Published results without volumes"), "areas:published-list"),
    )
    return [(label, url) for label, name in names if (url := url_or_none(name))]


class AssessmentCreateView(ServiceFormView):
    form_class = StartAssessmentForm
    template_name = "areas/assessment_form.html"
    done_message = gettext_lazy("The draft is there. Fill in the volumes of each RT.")

    def prepare(self, request: HttpRequest, **kwargs: Any) -> None:
        if not agencies_for(request.user, Permission.ASSESSMENT_EDIT):
            raise PermissionDenied(
                _("Your role does not allow assessments. Ask your administrator.")
            )

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
            actions=_actions(assessment, user, editable=editable),
            correction=Assessment.objects.filter(corrects=assessment).first(),
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
    found = conclusions_of(assessment, result)
    assert found is not None  # there is a result
    return {
        "why": presenters.why_survey(found),
        "services": presenters.services_of(found, rules),
        "densities": presenters.densities_of(found),
        "totals": totals_of(assessment),
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
        {
            "label": _("RT surveyed"),
            "value": coverage_text(assessment),
            "note": "" if assessment.is_per_rt else _("weaker than a survey per RT"),
        },
        {
            "label": _("Rule set"),
            "value": assessment.rule_set,
            "url": assessment.rule_set.get_absolute_url(),
            "note": assessment.rule_set.citation,
        },
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
            "url": unit_url(assessment, problem.neighbourhood_id),
        }
        for problem in problems_of(assessment)
    ]


def unit_url(assessment: Assessment, place: int | None) -> str:
    """Where the volumes of this RT, or of the whole area, are filled in."""
    if place is None:
        return reverse("areas:assessment-whole", args=[assessment.pk])
    return reverse("areas:assessment-unit", args=[assessment.pk, place])


def unit_rows(assessment: Assessment) -> list[dict[str, Any]]:
    """Every RT of the area: surveyed when, and how many volumes are filled in.

    A survey of the area as a whole has one row.
    """
    asked = len(assessment.rules.codes)
    if not assessment.is_per_rt:
        return [_whole_row(assessment, asked)]
    surveyed: dict[Any, Any] = {
        unit.neighbourhood_id: unit
        for unit in assessment.units.annotate(filled_count=Count("values"))
    }
    places = assessment.places.select_related("village")
    if assessment.results is not None:
        places = Neighbourhood.every.filter(pk__in=surveyed).select_related("village")
    rows = []
    for place in places.order_by("village__name", "rt_rw", "pk"):
        unit: Any = surveyed.get(place.pk)
        filled = unit.filled_count if unit else 0
        rows.append(
            {
                "name": f"RT {place.rt_rw}",
                "note": place.village.name,
                "unit": unit,
                "filled": filled,
                "chip": _unit_chip(filled, asked),
                "url": reverse("areas:assessment-unit", args=[assessment.pk, place.pk]),
            }
        )
    return rows


def _whole_row(assessment: Assessment, asked: int) -> dict[str, Any]:
    unit: Any = assessment.units.annotate(filled_count=Count("values")).first()
    filled = unit.filled_count if unit else 0
    return {
        "name": _("Area as a whole"),
        "note": _("weaker than a survey per RT"),
        "unit": unit,
        "filled": filled,
        "chip": _unit_chip(filled, asked),
        "url": reverse("areas:assessment-whole", args=[assessment.pk]),
    }


def _unit_chip(filled: int, asked: int) -> Any:
    if filled == asked:
        return html.chip(_("Complete"), "ok", "check")
    if filled:
        text = _("%(filled)s of %(asked)s filled in")
        return html.chip(text % {"filled": filled, "asked": asked}, "warn", "edit")
    return html.chip(_("Empty"), "off")


def _actions(
    assessment: Assessment, user: Any, *, editable: bool
) -> list[dict[str, Any]]:
    """Filling in while it is open; a correction once it is verified."""
    key = [assessment.pk]
    if editable:
        site, entry = (
            reverse("areas:assessment-site", args=key),
            reverse("areas:assessment-entry", args=key),
        )
        return [
            action(_("Considerations and land"), site, "edit"),
            action(_("Fill in volumes"), entry, "edit", primary=True),
        ]
    verified = assessment.status == Assessment.Status.VERIFIED
    may = can(user, Permission.ASSESSMENT_EDIT, agency=assessment.area.agency)
    if verified and may and not hasattr(assessment, "correction"):
        url = reverse("areas:assessment-correct", args=key)
        return [action(_("Correct"), url, "edit")]
    return []


def crumbs_of(assessment: Assessment) -> list[tuple[Any, str]]:
    area = assessment.area
    return [
        (_("Assessments"), reverse("areas:assessment-list")),
        (area, reverse("areas:area-assessments", args=[area.pk])),
    ]


class AssessmentSiteView(AssessmentScope, ServiceFormView):
    """Considerations and legality of the land (domain.md 1.6, 1.7)."""

    form_class = SiteForm
    template_name = "areas/assessment_site.html"
    done_message = gettext_lazy("Considerations and land are stored.")
    assessment: Assessment

    def prepare(self, request: HttpRequest, **kwargs: Any) -> None:
        self.assessment = get_object_or_404(self.get_queryset(), pk=kwargs["pk"])
        agency = self.assessment.area.agency
        require_page(request.user, Permission.ASSESSMENT_EDIT, agency=agency)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"instance": self.assessment}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            assessment=self.assessment,
            cancel_url=self.assessment.get_absolute_url(),
            crumbs=crumbs_of(self.assessment),
            **kwargs,
        )

    def call_service(self, form: Any) -> Assessment:
        return services.record_site(
            self.assessment, by=self.request.user, **form.cleaned_data
        )

    def get_wrong_state_url(self) -> str:
        return self.assessment.get_absolute_url()


class AssessmentCorrectView(AssessmentScope, StepView):
    """A new draft in the place of a verified survey; GET asks for the reason."""

    done_message = gettext_lazy(
        "The draft of the correction is there, with the volumes of the verified survey."
    )
    title = gettext_lazy("Correct the verified assessment")
    submit_label = gettext_lazy("Make the draft of a correction")
    form_class = CorrectionForm

    def take_step(self, record: Assessment, **values: Any) -> None:
        self.draft = services.correct_assessment(record, by=self.request.user, **values)

    def get_done_url(self, record: Any) -> str:
        draft = getattr(self, "draft", None)
        return (draft or record).get_absolute_url()

    def require_page(self, record: Any) -> None:
        agency = record.area.agency
        require_page(self.request.user, Permission.ASSESSMENT_EDIT, agency=agency)
