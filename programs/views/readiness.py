"""Pages of readiness for DAK PPKT: one area's checklist, and the list of areas."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy

from areas.models import SlumArea
from areas.views.areas import AreaPart
from areas.views.common import visible_area
from core.errors import NotAllowedError
from core.views import FilteredListView, ServiceFormMixin
from programs import services
from programs.models import ReadinessCheck
from programs.readiness import SOURCE, counts_of
from programs.readiness_filters import ReadinessFilter
from programs.readiness_forms import ReadinessForm, YearForm
from programs.readiness_tables import READINESS_COLUMNS
from programs.services.readiness import may_edit, require_readiness


class AreaReadinessView(ServiceFormMixin, AreaPart):
    """All criteria by stage for one budget year; one form saves all of them."""

    template_name = "programs/area_readiness.html"
    done_message = gettext_lazy("The readiness is stored.")

    @cached_property
    def year(self) -> int:
        """The budget year asked for; this year's where none can be read."""
        form = YearForm(self.request.GET)
        return form.cleaned_data["year"] if form.is_valid() else this_year()

    @cached_property
    def checks(self) -> dict[str, ReadinessCheck]:
        rows = ReadinessCheck.objects.filter(area=self.area, year=self.year)
        return {row.criterion: row for row in rows.select_related("updated_by")}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.area = visible_area(request, kwargs["pk"])
        try:
            require_readiness(self.area, request.user)
        except NotAllowedError as error:
            raise PermissionDenied(str(error)) from error
        form = ReadinessForm(request.POST, checks=self.checks)
        return self.form_valid(form) if form.is_valid() else self.form_invalid(form)

    def call_service(self, form: ReadinessForm) -> None:
        services.set_readiness(
            self.area, year=self.year, answers=form.answers(), by=self.request.user
        )

    def form_invalid(self, form: ReadinessForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form))

    def get_success_url(self) -> str:
        url = reverse("programs:area-readiness", args=[self.area.pk])
        return f"{url}?year={self.year}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **{"form": ReadinessForm(checks=self.checks)} | kwargs,
            year=self.year,
            year_form=YearForm(initial={"year": self.year}),
            counts=counts_of(self.checks.values()),
            latest=max(self.checks.values(), key=lambda c: c.updated_at, default=None),
            may_answer=may_edit(self.area, self.request.user),
            source=SOURCE,
            list_url=f"{reverse('programs:readiness-list')}?year={self.year}",
        )


class ReadinessListView(FilteredListView):
    """The areas with how many criteria of each stage they meet in a budget year."""

    filterset_class = ReadinessFilter
    columns = READINESS_COLUMNS
    default_order = ("-met", "name", "pk")
    template_name = "programs/readiness_list.html"
    export_name = "kesiapan-dak"

    def get_queryset(self) -> QuerySet[SlumArea]:
        areas = SlumArea.objects.visible_to(self.request.user)
        return areas.select_related("regency", "agency").defer("outline")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(year=self.filterset.counted_year, **kwargs)


def this_year() -> int:
    return timezone.localdate().year
