"""The page of a simulation: everything is computed from what was sent, none stored."""

from collections.abc import Collection, Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.generic import View

from areas.catalogue import read_catalogue
from areas.models import SlumArea
from core.errors import BusinessRuleError, NotAllowedError
from core.forms import add_rule_errors
from core.numbers import format_input
from programs.simulation import pages
from programs.simulation.bases import Base, bases_of
from programs.simulation.forms import (
    MORE_ROWS,
    NEW_ROWS,
    AreasForm,
    CostsForm,
    DraftForm,
    RowForm,
    chosen_rt,
    draft_offices,
    has_content,
    lacking,
    place_choices,
    typed_rows,
    with_blank_rows,
    work_choices,
)
from programs.simulation.plans import MEASURE, AreaPlan, plan
from programs.simulation.services import draft_programme
from programs.simulation.unit_costs import unit_costs

MOST_AREAS = 40


class SimulationView(LoginRequiredMixin, View):
    """GET opens the plan of the areas in `?area=`; POST computes or fills it."""

    def get(self, request: HttpRequest) -> HttpResponse:
        areas = self.areas(request.GET.getlist("area"))
        if not areas:
            return self.choose(request)
        return Desk(request, areas).page()

    def post(self, request: HttpRequest) -> HttpResponse:
        areas = self.areas(request.POST.getlist("area"))
        if not areas:
            return self.choose(request)
        return Desk(request, areas).answer(request.POST.get("action", ""))

    def areas(self, keys: Sequence[str]) -> list[SlumArea]:
        """The areas of these keys; 404 where one is outside the person's scope."""
        wanted = {int(key) for key in keys if key.isascii() and key.isdigit()}
        wanted = {key for key in wanted if key < 2**63}
        seen = SlumArea.objects.visible_to(self.request.user)
        areas = seen.filter(pk__in=wanted).select_related("regency", "agency")
        found = list(areas[: MOST_AREAS + 1])
        if len(found) > MOST_AREAS:
            text = _("At most %(count)s areas at once. Choose fewer.")
            messages.error(self.request, text % {"count": MOST_AREAS})
            return []
        if len(found) < len(wanted):
            raise Http404
        return found

    def choose(self, request: HttpRequest) -> HttpResponse:
        context = {"form": AreasForm(user=request.user)}
        return render(request, "programs/simulation_choose.html", context)


class Desk:
    """One request on the plan of some areas: its forms and what the page shows."""

    def __init__(self, request: HttpRequest, areas: Sequence[SlumArea]) -> None:
        self.request, self.data = request, request.POST
        self.areas = areas
        self.bases = bases_of(areas)
        self.catalogue = read_catalogue()
        regencies = {area.regency_id for area in areas}
        self.costs = unit_costs(regencies, self.catalogue, request.user)
        self.indicators = lacking(self.listed)
        self.typed = typed_rows(self.data)
        self.chosen = chosen_rt(self.data.getlist("rt"))
        self.offices = draft_offices(request.user)
        self.numbers: list[int] = []
        self.shown: dict[str, Any] = {}

    @property
    def listed(self) -> list[Base]:
        return list(self.bases.values())

    def answer(self, action: str) -> HttpResponse:
        """What the pressed button asks for; computing where none is named."""
        if action == "more":
            self.typed = with_blank_rows(self.typed, MORE_ROWS)
            return self.page()
        if action == "suggest":
            return self.suggest()
        if action == "cheapest" or action.startswith("use-"):
            return self.cheapest(action.removeprefix("use-"))
        return self.compute(is_draft=action == "draft")

    # ---- buttons -----------------------------------------------------------------

    def compute(self, *, is_draft: bool) -> HttpResponse:
        forms = self.row_forms(bound=True)
        plans = self.plans(forms)
        if plans is None:
            return self.page(forms)
        if is_draft:
            return self.draft(forms, plans)
        self.show(plans)
        return self.page(forms)

    def suggest(self) -> HttpResponse:
        """Fill every blank cost for which somebody recorded one."""
        data = self.data.copy()
        for row in self.typed:
            found = self.costs.of(row.get("work", ""))
            if found and not row.get("unit_cost"):
                row["unit_cost"] = format_input(found.value)
        for indicator in self.indicators:
            name = f"cost-{indicator.measure}"
            found = self.costs.of(f"{MEASURE}{indicator.measure}")
            if found and not data.get(name):
                data[name] = format_input(found.value)
        self.data = data
        return self.page()

    def cheapest(self, use: str) -> HttpResponse:
        """The cheapest way for each area; with `use`, that plan becomes the rows."""
        costs = self.costs_form(bound=True)
        if not costs.is_valid():
            return self.page(costs=costs)
        found = pages.cheapest_results(self.bases, costs.cleaned_data)
        used = [row for row in found if use in ("all", str(row.base.area.pk))]
        if used:
            self.take_over(used)
        self.shown["cheapest"] = found
        self.shown["has_budget"] = costs.cleaned_data["budget"] is not None
        return self.page(costs=costs)

    def take_over(self, used: Sequence[pages.CheapestResult]) -> None:
        """The plans in the place of what was typed for their areas."""
        areas = {str(row.base.area.pk) for row in used}
        kept = [
            row
            for row in self.typed
            if has_content(row) and row["place"].split(":")[0] not in areas
        ]
        self.typed = kept + [typed for row in used for typed in row.typed]
        taken = {key for row in used for key in row.base.keys}
        self.chosen -= taken

    def draft(self, forms: list[RowForm], plans: list[AreaPlan]) -> HttpResponse:
        self.show(plans)
        form = self.draft_form(bound=True)
        if not self.offices:
            raise PermissionDenied(_("Your role does not allow making programmes."))
        if not form.is_valid():
            return self.page(forms, draft=form)
        values = form.cleaned_data
        try:
            programme = draft_programme(
                plans=plans, catalogue=self.catalogue, by=self.request.user, **values
            )
        except NotAllowedError as error:
            raise PermissionDenied(str(error)) from error
        except BusinessRuleError as error:
            add_rule_errors(form, error)
            return self.page(forms, draft=form)
        messages.success(
            self.request,
            _("The draft plan is stored. It counts as soon as you make it running."),
        )
        return redirect(programme)

    # ---- forms -------------------------------------------------------------------

    def row_forms(self, *, bound: bool) -> list[RowForm]:
        works = work_choices(self.listed, self.catalogue)
        places = place_choices(self.listed)
        rows = self.typed or with_blank_rows([], NEW_ROWS)
        return [
            RowForm(
                self.data if bound else None,
                initial=typed,
                prefix=f"k{number}",
                works=works,
                places=places,
            )
            for number, typed in enumerate(rows)
        ]

    def costs_form(self, *, bound: bool) -> CostsForm:
        initial = {
            name.removeprefix("cost-"): value
            for name, value in self.data.items()
            if name.startswith("cost-")
        }
        data = self.data if bound else None
        return CostsForm(data, initial=initial, indicators=self.indicators)

    def draft_form(self, *, bound: bool) -> DraftForm:
        data = self.data if bound else None
        initial = _started(self.data)
        return DraftForm(
            data, initial=initial, user=self.request.user, offices=self.offices
        )

    # ---- the plan ----------------------------------------------------------------

    def plans(self, forms: Sequence[RowForm]) -> list[AreaPlan] | None:
        """The plan of every area; None where a row is refused, which it then says."""
        filled = [form for form in forms if not form.is_blank]
        if not all(form.is_valid() for form in filled):
            return None
        self.numbers = [forms.index(form) for form in filled]
        try:
            return plan(
                self.bases, [form.row for form in filled], self.catalogue, self.chosen
            )
        except BusinessRuleError as error:
            for path, sentences in error.errors.items():
                _rows, number, name = path.split(".")
                field = {"neighbourhood": "place", "area": "place"}.get(name, name)
                for sentence in sentences:
                    filled[int(number)].add_error(field, sentence)
            return None

    def show(self, plans: Sequence[AreaPlan]) -> None:
        found = pages.results(plans, self.catalogue, self.numbers)
        self.shown["results"] = found
        self.shown["totals"] = pages.totals(found) if len(found) > 1 else []

    # ---- the page ----------------------------------------------------------------

    def page(
        self,
        rows: list[RowForm] | None = None,
        *,
        costs: CostsForm | None = None,
        draft: DraftForm | None = None,
    ) -> HttpResponse:
        rows = rows or self.row_forms(bound=False)
        costs = costs or self.costs_form(bound=False)
        context = {
            "bases": self.listed,
            "without": [area for area in self.areas if area.pk not in self.bases],
            "areas": self.areas,
            "rows": [(form, self._suggested(form)) for form in rows],
            "refused": [number for number, form in enumerate(rows, 1) if form.errors],
            "rt_choices": _rt_choices(self.listed, self.chosen),
            "costs": self._cost_rows(costs),
            "costs_form": costs,
            "draft": (draft or self.draft_form(bound=False)) if self.offices else None,
            "unit_columns": pages.UNIT_COLUMNS,
            **self.shown,
        }
        return render(self.request, "programs/simulation_page.html", context)

    def _suggested(self, form: RowForm) -> Any:
        return self.costs.of(str(form["work"].value() or ""))

    def _cost_rows(self, form: CostsForm) -> list[tuple[Any, Any]]:
        return [
            (form[row.measure], self.costs.of(f"{MEASURE}{row.measure}"))
            for row in self.indicators
        ]


def _started(data: QueryDict) -> dict[str, str]:
    """What was typed of the draft programme so far."""
    return {
        name.removeprefix("draft-"): data.get(name, "")
        for name in data
        if name.startswith("draft-") and data.get(name)
    }


def _rt_choices(bases: Sequence[Base], chosen: Collection[int]) -> list[Any]:
    """The RT to tick, by area; areas surveyed as a whole have none."""
    return [
        (base.area, [(unit, unit.key in chosen) for unit in base.units if unit.key])
        for base in bases
        if len(base.units) > 1
    ]
