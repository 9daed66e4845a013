"""Entry of the volumes of a survey, RT by RT."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import DetailView

from agencies.roles import Permission
from areas import presenters, services
from areas.forms import VolumesForm
from areas.models import Assessment, IndicatorValue, Neighbourhood, SurveyedUnit
from areas.results import progress_of
from areas.rules import Denominators, Severity, assess
from areas.tables import severity_badge, status_chip
from areas.views.assessments import AssessmentScope, crumbs_of, unit_rows
from areas.views.common import require_page
from areas.workflow import may_edit
from core.errors import BusinessRuleError
from core.views import ServiceFormView


class AssessmentEntryView(AssessmentScope, DetailView):
    """The RT of a survey: which are filled in, which come next."""

    template_name = "areas/assessment_entry.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        assessment = self.object
        units = unit_rows(assessment)
        asked = len(assessment.rules.codes)
        waiting = [row for row in units if row["filled"] < asked]
        return super().get_context_data(
            units=units,
            waiting=waiting,
            progress=progress_of(assessment),
            chip=status_chip(assessment),
            crumbs=crumbs_of(assessment),
            **kwargs,
        )


class AssessmentUnitView(AssessmentScope, ServiceFormView):
    """The 16 volumes of one RT. "Count" shows what follows, without storing it."""

    form_class = VolumesForm
    template_name = "areas/assessment_unit.html"
    assessment: Assessment
    place: Neighbourhood

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        self.assessment = get_object_or_404(self.get_queryset(), pk=kwargs["pk"])
        self.place = get_object_or_404(
            self.assessment.area.neighbourhoods.select_related("village"),
            pk=kwargs["unit"],
        )
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        agency = self.assessment.area.agency
        require_page(request.user, Permission.ASSESSMENT_EDIT, agency=agency)
        if "count" in request.POST:
            form = self.get_form()
            form.is_valid()
            return self.render_to_response(
                self.get_context_data(form=form, is_counted=True)
            )
        return super().post(request, *args, **kwargs)

    @cached_property
    def unit(self) -> SurveyedUnit | None:
        return self.assessment.units.filter(neighbourhood=self.place).first()

    @cached_property
    def stored(self) -> dict[str, Decimal]:
        if self.unit is None:
            return {}
        return {value.code: value.volume for value in self.unit.values.all()}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {
            "assessment": self.assessment,
            "volumes": self.stored,
        }

    def get_initial(self) -> dict[str, Any]:
        day = self.unit.surveyed_on if self.unit else self.assessment.surveyed_on
        return {"surveyed_on": day}

    def call_service(self, form: Any) -> Assessment:
        entry = services.UnitEntry(
            self.place, form.cleaned_data["surveyed_on"], form.volumes()
        )
        try:
            return services.save_volumes(self.assessment, [entry], by=self.request.user)
        except BusinessRuleError as error:
            if not error.errors:
                raise
            prefix = f"{self.place.pk}."
            raise BusinessRuleError(
                errors={
                    name.removeprefix(prefix): sentences
                    for name, sentences in error.errors.items()
                }
            ) from error

    def get_done_url(self, result: Any) -> str:
        """On to the next RT, or back to all of them."""
        if "next" in self.request.POST and (place := self._neighbour(1)):
            return _unit_url(self.assessment, place)
        return reverse("areas:assessment-entry", args=[self.assessment.pk])

    @property
    def done_message(self) -> str:  # type: ignore[override]
        return _("RT %(unit)s is stored.") % {"unit": self.place}

    def get_wrong_state_url(self) -> str:
        return self.assessment.get_absolute_url()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        form = context["form"]
        volumes = self._volumes(form)
        before = self._previous()
        divisors = self._divisors()
        rules = self.assessment.rules
        return context | {
            "assessment": self.assessment,
            "place": self.place,
            "rule_set": rules,
            "divisors": divisors,
            "groups": presenters.entry_groups(
                rules, form, divisors, volumes, before[1]
            ),
            "previous_on": before[0],
            "editable": may_edit(self.assessment, self.request.user),
            "filled_text": _("%(filled)s of %(asked)s filled in.")
            % {"filled": "%(filled)s", "asked": len(rules.codes)},
            "sum_text": _("Total of this RT: %(total)s"),
            "unread_text": _("Not counted yet: write it like 1234 or 1234,5."),
            "severities": [
                (value.replace("_", "-"), label) for value, label in Severity.choices
            ],
            "filled": sum(volume is not None for volume in volumes.values()),
            "next_url": self._address(1),
            "previous_url": self._address(-1),
            "crumbs": [
                *crumbs_of(self.assessment),
                (
                    _("Fill in"),
                    reverse("areas:assessment-entry", args=[self.assessment.pk]),
                ),
            ],
            **self._result(volumes, divisors),
        }

    def _volumes(self, form: Any) -> Mapping[str, Decimal | None]:
        """What the results beside the inputs stand for: typed, else stored."""
        if form.is_bound and hasattr(form, "cleaned_data"):
            return form.volumes()
        return self.stored

    def _divisors(self) -> Denominators:
        """Those of the RT while the survey is open, else those it was made with."""
        if self.assessment.is_open or self.unit is None:
            return Denominators.of(self.place)
        return Denominators.of(self.unit)

    def _result(
        self, volumes: Mapping[str, Decimal | None], divisors: Denominators
    ) -> dict[str, Any]:
        """Total and class of this RT alone, once every volume is there and fits."""
        filled = {code: v for code, v in volumes.items() if v is not None}
        limits = divisors.as_mapping()
        fits = all(
            0 <= filled.get(row.code, Decimal(0)) <= (limits[row.denominator] or 0)
            for row in self.assessment.rules.indicators
        )
        try:
            result = assess(filled, divisors, self.assessment.rules) if fits else None
        except BusinessRuleError:
            result = None
        if result is None:
            return {"result": None}
        return {"result": result, "badge": severity_badge(result.severity)}

    def _previous(self) -> tuple[Any, dict[str, Decimal]]:
        """The RT's volumes in the verified survey before this one, and its date."""
        unit = (
            SurveyedUnit.objects.filter(
                neighbourhood=self.place,
                assessment__in=Assessment.objects.standing(),
                assessment__rule_set=self.assessment.rule_set_id,
                assessment__surveyed_on__lt=self.assessment.surveyed_on,
            )
            .order_by("-assessment__surveyed_on")
            .first()
        )
        if unit is None:
            return None, {}
        values = IndicatorValue.objects.filter(unit=unit)
        return unit.surveyed_on, {value.code: value.volume for value in values}

    @cached_property
    def _places(self) -> list[int]:
        places = self.assessment.area.neighbourhoods.order_by(
            "village__name", "rt_rw", "pk"
        )
        return list(places.values_list("pk", flat=True))

    def _neighbour(self, step: int) -> int | None:
        index = self._places.index(self.place.pk) + step
        return self._places[index] if 0 <= index < len(self._places) else None

    def _address(self, step: int) -> str:
        place = self._neighbour(step)
        return _unit_url(self.assessment, place) if place else ""


def _unit_url(assessment: Assessment, place: int) -> str:
    return reverse("areas:assessment-unit", args=[assessment.pk, place])
