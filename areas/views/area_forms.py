"""The form of an area."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.access import agencies_for
from agencies.models import Region
from agencies.roles import Permission
from areas import services
from areas.forms import AreaForm
from areas.models import SlumArea
from areas.views.common import require_page, visible_area
from core.views import ServiceFormView


class AreaFormView(ServiceFormView):
    form_class = AreaForm
    template_name = "areas/area_form.html"
    regency: Region
    area: Any = None

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {
            "user": self.request.user,
            "regency": self.regency,
            "instance": self.area,
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        cancel_url = (
            self.area.get_absolute_url() if self.area else reverse("areas:area-list")
        )
        return super().get_context_data(
            area=self.area, regency=self.regency, cancel_url=cancel_url, **kwargs
        )


class AreaCreateView(AreaFormView):
    """First the regency, unless there is only one; then the area in it."""

    done_message = gettext_lazy("The area is stored. Now add its RT.")

    def prepare(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase | None:
        choices = list(_editable_regencies(request))
        if not choices:
            raise PermissionDenied(
                _("Your role does not allow new areas. Ask your administrator.")
            )
        wanted = request.GET.get("regency") or (
            choices[0].pk if len(choices) == 1 else ""
        )
        found = next((region for region in choices if region.pk == wanted), None)
        if found is None:
            context = {"regencies": choices}
            return render(request, "areas/area_regency.html", context)
        self.regency = found
        return None

    def call_service(self, form: Any) -> SlumArea:
        return services.create_area(
            by=self.request.user, regency=self.regency, **form.cleaned_data
        )


class AreaEditView(AreaFormView):
    done_message = gettext_lazy("The area is stored.")

    def prepare(self, request: HttpRequest, **kwargs: Any) -> None:
        self.area = visible_area(request, kwargs["pk"])
        self.regency = self.area.regency
        require_page(request.user, Permission.AREA_EDIT, agency=self.area.agency)

    def call_service(self, form: Any) -> SlumArea:
        return services.update_area(
            self.area, by=self.request.user, **form.cleaned_data
        )


def _editable_regencies(request: HttpRequest) -> QuerySet[Region]:
    """The regencies in which the person may create areas."""
    found = Region.objects.none()
    for agency in agencies_for(request.user, Permission.AREA_EDIT):
        if agency.region_id:
            found |= Region.objects.within(agency.region_id)
    return found.filter(level=Region.Level.REGENCY).distinct()
