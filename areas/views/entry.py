"""Entry of the volumes of a survey, RT by RT."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import DetailView

from agencies.roles import Permission
from areas import presenters, services
from areas.assessment_forms import VolumesForm, WholeAreaForm
from areas.models import (
    Assessment,
    IndicatorValue,
    Neighbourhood,
    SlumArea,
    SurveyedUnit,
)
from areas.results import progress_of
from areas.rules import Denominator, Denominators, Severity, assess
from areas.severity import OPTIONAL
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
    """The volumes of one RT. "Count" shows what follows, without storing it."""

    form_class = VolumesForm
    template_name = "areas/assessment_unit.html"
    assessment: Assessment
    place: Neighbourhood | None

    def prepare(self, request: HttpRequest, **kwargs: Any) -> None:
        self.assessment = get_object_or_404(self.get_queryset(), pk=kwargs["pk"])
        self.place = self.find_place(kwargs)

    def find_place(self, kwargs: Mapping[str, Any]) -> Neighbourhood | None:
        """The RT of the address; 404 where the survey has no such RT."""
        if not self.assessment.is_per_rt:
            raise Http404
        return get_object_or_404(
            self.assessment.places.select_related("village"),
            pk=kwargs["unit"],
        )

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
        open_space = self.unit.open_space_m2 if self.unit else None
        return {"surveyed_on": day, "open_space_m2": open_space}

    def get_figures(self, form: Any) -> dict[str, Any] | None:
        """The denominators of the form; those of an RT are kept with the RT."""
        return None

    def call_service(self, form: Any) -> Assessment:
        entry = services.UnitEntry(
            self.place,
            form.cleaned_data["surveyed_on"],
            form.volumes(),
            self.get_figures(form),
            form.cleaned_data["open_space_m2"],
        )
        try:
            return services.save_volumes(self.assessment, [entry], by=self.request.user)
        except BusinessRuleError as error:
            if not error.errors:
                raise
            prefix = f"{entry.key}."
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
        if self.place is None:
            return _("The survey of the area as a whole is stored.")
        return _("RT %(unit)s is stored.") % {"unit": self.place}

    def get_wrong_state_url(self) -> str:
        return self.assessment.get_absolute_url()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        form = context["form"]
        volumes = self._volumes(form)
        before = self._previous()
        divisors = self._divisors(form)
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

    def _divisors(self, form: Any) -> Denominators:
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
                assessment__area=self.assessment.area_id,
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
        places = self.assessment.places.order_by("village__name", "rt_rw", "pk")
        return list(places.values_list("pk", flat=True))

    def _neighbour(self, step: int) -> int | None:
        if self.place is None:
            return None
        index = self._places.index(self.place.pk) + step
        return self._places[index] if 0 <= index < len(self._places) else None

    def _address(self, step: int) -> str:
        place = self._neighbour(step)
        return _unit_url(self.assessment, place) if place else ""


def _unit_url(assessment: Assessment, place: int) -> str:
    return reverse("areas:assessment-unit", args=[assessment.pk, place])


class AssessmentWholeView(AssessmentUnitView):
    """The volumes of an area that is surveyed as a whole, with its denominators."""

    form_class = WholeAreaForm
    template_name = "areas/assessment_whole.html"

    def find_place(self, kwargs: Mapping[str, Any]) -> None:
        if self.assessment.is_per_rt:
            raise Http404

    def get_initial(self) -> dict[str, Any]:
        """What the survey holds; a new one starts with the sums of the RT, if any."""
        initial = super().get_initial()
        if self.unit:
            figures = {name: getattr(self.unit, name) for name in WholeAreaForm.FIGURES}
        else:
            figures = sums_of_units(self.assessment.area)
        return figures | initial

    def get_figures(self, form: Any) -> dict[str, Any]:
        return form.figures()

    def _divisors(self, form: Any) -> Denominators:
        """What was typed, else what is stored; 0 while neither is there."""
        typed = form.figures() if hasattr(form, "cleaned_data") else {}
        initial = self.get_initial()
        figures = {
            kind.value: typed.get(kind.value, initial.get(kind.value))
            for kind in Denominator
        }
        known = {
            name: value if value is not None or name in OPTIONAL else Decimal(0)
            for name, value in figures.items()
        }
        return Denominators.from_mapping(known)


def sums_of_units(area: SlumArea) -> dict[str, Any]:
    """Denominators and people of the area's RT together; blank where it has none."""
    sums = area.neighbourhoods.aggregate(
        **{name: Sum(name) for name in WholeAreaForm.FIGURES}
    )
    return {name: value for name, value in sums.items() if value is not None}
