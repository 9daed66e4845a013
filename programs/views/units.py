"""Pages of RT that are split or merged."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy

from agencies.roles import Permission
from areas.models import LiveCredit, Neighbourhood
from areas.models.ledger import Outcome
from areas.unit_forms import notice_of
from areas.views.common import require_page, visible_area
from core.views import ServiceFormView
from programs import services
from programs.unit_forms import (
    FEWEST_PARTS,
    MOST_PARTS,
    ChooseForm,
    MergeForm,
    SplitForm,
    sums_of,
)


class UnitChangeView(ServiceFormView):
    """A form about RT of one area; who may not edit the area gets none."""

    area: Any

    def prepare(self, request: HttpRequest, **kwargs: Any) -> None:
        self.find(kwargs["pk"])
        require_page(request.user, Permission.AREA_EDIT, agency=self.area.agency)

    def find(self, pk: int) -> None:
        """Set `area` (and the RT), or answer 404."""
        raise NotImplementedError

    def units(self) -> list[Neighbourhood]:
        """The RT that are to be replaced."""
        raise NotImplementedError

    @property
    def area_url(self) -> str:
        return f"{self.area.get_absolute_url()}#rt"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            area=self.area,
            units=self.units(),
            standing=credits_of(self.units()),
            cancel_url=self.area_url,
            **kwargs,
        )

    def get_done_url(self, result: Any) -> str:
        return self.area_url

    def get_wrong_state_url(self) -> str:
        return self.area_url


class UnitSplitView(UnitChangeView):
    """The parts of an RT; "another part" adds room for one more."""

    form_class = SplitForm
    template_name = "programs/unit_split.html"
    done_message = gettext_lazy("The RT is split. Its credits moved to the parts.")
    unit: Neighbourhood

    def find(self, pk: int) -> None:
        seen = Neighbourhood.objects.visible_to(self.request.user)
        self.unit = get_object_or_404(seen.select_related("village"), pk=pk)
        self.area = visible_area(self.request, self.unit.area_id)

    def units(self) -> list[Neighbourhood]:
        return [self.unit]

    @cached_property
    def parts(self) -> int:
        """How many parts the form has."""
        text = self.request.POST.get("part_count", "")
        asked = int(text) if text.isascii() and text.isdigit() else FEWEST_PARTS
        return max(FEWEST_PARTS, min(asked, MOST_PARTS))

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"parts": self.parts}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "another" not in request.POST:
            return super().post(request, *args, **kwargs)
        self.parts = min(self.parts + 1, MOST_PARTS)
        form = SplitForm(initial=request.POST.dict(), parts=self.parts)
        return self.render_to_response(self.get_context_data(form=form))

    def call_service(self, form: Any) -> None:
        services.split_unit(
            self.unit,
            parts=form.values(),
            notice=notice_of(form.cleaned_data),
            by=self.request.user,  # type: ignore[arg-type]
        )


class UnitMergeView(UnitChangeView):
    """First which RT, then the one that takes their place."""

    form_class = MergeForm
    template_name = "programs/unit_merge.html"
    done_message = gettext_lazy(
        "The RT are merged. Their credits moved to the new one."
    )

    def find(self, pk: int) -> None:
        self.area = visible_area(self.request, pk)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if len(self.chosen) > 1:
            return super().get(request, *args, **kwargs)
        return self.choose()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if len(self.chosen) > 1:
            return super().post(request, *args, **kwargs)
        return self.choose()

    def choose(self) -> HttpResponse:
        """The page that asks which RT; those of the address are ticked."""
        form = ChooseForm(
            area=self.area, initial={"units": [unit.pk for unit in self.chosen]}
        )
        context = {"area": self.area, "form": form, "cancel_url": self.area_url}
        return render(self.request, "programs/unit_choose.html", context)

    @cached_property
    def chosen(self) -> list[Neighbourhood]:
        """The RT of the address or of what was sent."""
        sent = self.request.POST.getlist("units") or self.request.GET.getlist("units")
        keys = [key for key in sent if key.isascii() and key.isdigit()]
        units: QuerySet[Neighbourhood] = self.area.neighbourhoods.filter(pk__in=keys)
        return list(units.select_related("village"))

    def units(self) -> list[Neighbourhood]:
        return self.chosen

    def get_initial(self) -> dict[str, Any]:
        return dict(sums_of(self.chosen))

    def get_form_kwargs(self) -> dict[str, Any]:
        own = {"area": self.area, "instance": self.chosen[0]}
        return super().get_form_kwargs() | own

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            choose_url=reverse("programs:unit-merge", args=[self.area.pk]), **kwargs
        )

    def call_service(self, form: Any) -> None:
        values = dict(form.cleaned_data)
        notice = notice_of(values)
        into = {k: v for k, v in values.items() if k in MergeForm.Meta.fields}
        services.merge_units(
            self.chosen,
            into=into,  # type: ignore[arg-type]
            notice=notice,
            by=self.request.user,  # type: ignore[arg-type]
        )


def credits_of(units: list[Neighbourhood]) -> list[Any]:
    """The credits of work that stand for the RT and would move, largest first."""
    rows = LiveCredit.objects.filter(neighbourhood__in=units, outcome=Outcome.HANDLED)
    found = rows.select_related(
        "entry__agency", "entry__neighbourhood", "decree_line__decree"
    )
    return list(found.order_by("-entry__hectares", "entry_id"))
