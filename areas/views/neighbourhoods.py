"""The form of an RT."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.roles import Permission
from areas import services
from areas.forms import NeighbourhoodForm
from areas.models import Neighbourhood
from areas.unit_forms import RenumberForm, notice_of
from areas.views.common import action, require_page, url_or_none, visible_area
from core.views import ServiceFormView


class NeighbourhoodFormView(ServiceFormView):
    form_class = NeighbourhoodForm
    template_name = "areas/neighbourhood_form.html"
    area: Any
    unit: Neighbourhood | None = None

    def prepare(self, request: HttpRequest, **kwargs: Any) -> None:
        self.find(request, kwargs["pk"])
        require_page(request.user, Permission.AREA_EDIT, agency=self.area.agency)

    def find(self, request: HttpRequest, pk: int) -> None:
        """Set `area` (and `unit`), or answer 404."""
        raise NotImplementedError

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"area": self.area, "instance": self.unit}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        cancel_url = f"{self.area.get_absolute_url()}#rt"
        return super().get_context_data(
            area=self.area, unit=self.unit, cancel_url=cancel_url, **kwargs
        )

    def get_done_url(self, result: Any) -> str:
        return f"{self.area.get_absolute_url()}#rt"


class NeighbourhoodCreateView(NeighbourhoodFormView):
    done_message = gettext_lazy("The RT is stored.")

    def find(self, request: HttpRequest, pk: int) -> None:
        self.area = visible_area(request, pk)

    def call_service(self, form: Any) -> Neighbourhood:
        return services.add_neighbourhood(
            self.area, by=self.request.user, **form.cleaned_data
        )

    def get_done_url(self, result: Any) -> str:
        """Whoever adds one RT mostly adds several."""
        if "another" in self.request.POST:
            return self.request.path
        return super().get_done_url(result)


class NeighbourhoodEditView(NeighbourhoodFormView):
    done_message = gettext_lazy("The RT is stored.")

    def find(self, request: HttpRequest, pk: int) -> None:
        units = Neighbourhood.objects.visible_to(request.user)
        self.unit = get_object_or_404(units.select_related("village"), pk=pk)
        self.area = visible_area(request, self.unit.area_id)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(actions=self._changes(), **kwargs)

    def _changes(self) -> list[dict[str, Any]]:
        """What an RT can become, each on a page of its own."""
        assert self.unit is not None
        key = self.unit.pk
        merge = url_or_none("programs:unit-merge", self.area.pk)
        pages = (
            (
                _("Give a new number"),
                reverse("areas:neighbourhood-renumber", args=[key]),
            ),
            (_("Split the RT"), url_or_none("programs:unit-split", key)),
            (_("Merge RT"), merge and f"{merge}?units={key}"),
        )
        return [action(label, url, "edit") for label, url in pages if url]

    def call_service(self, form: Any) -> Neighbourhood:
        assert self.unit is not None
        return services.update_neighbourhood(
            self.unit, by=self.request.user, **form.cleaned_data
        )


class NeighbourhoodRenumberView(NeighbourhoodEditView):
    """A new number for an RT that stays the same."""

    form_class = RenumberForm
    template_name = "areas/neighbourhood_renumber.html"
    done_message = gettext_lazy("The RT has its new number.")

    def get_form_kwargs(self) -> dict[str, Any]:
        """A plain form: it is about the number alone."""
        kwargs = super().get_form_kwargs()
        return {k: v for k, v in kwargs.items() if k not in ("area", "instance")}

    def call_service(self, form: Any) -> Neighbourhood:
        assert self.unit is not None
        return services.renumber_unit(
            self.unit,
            rt_rw=form.cleaned_data["rt_rw"],
            notice=notice_of(form.cleaned_data),
            by=self.request.user,
        )
