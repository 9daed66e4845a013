"""Where an activity's work lay: the page to draw it, and the part that shows it."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy

from areas.footprint_map import footprint_scene
from areas.footprints import Overlap, overlap_of, placement_note
from areas.geometry.drawing import Scene
from areas.models import DecreeLine, Footprint, Neighbourhood
from areas.models.ledger import Outcome
from areas.services.footprints import require_footprint_edit
from core.errors import BusinessRuleError, NotAllowedError, WrongStateError
from core.views import ServiceFormView
from programs import services
from programs.footprint_forms import FootprintForm
from programs.footprints import footprints_of
from programs.models import Activity
from programs.queries import decree_lines_in_force
from programs.services.footprints import (
    agencies_of,
    drawing_closed,
    may_draw,
    read_footprint,
)


@dataclass(frozen=True, slots=True)
class FootprintPart:
    """What the page of an activity says of its footprint, in an area without RT."""

    footprint: Footprint | None
    overlap: Overlap | None
    scene: Scene | None
    note: str
    closed: str
    may_draw: bool


def footprint_part(activity: Activity, user: Any) -> FootprintPart | None:
    """Where its work lies beside what stands today; None in an area with RT."""
    area = activity.area
    if Neighbourhood.objects.filter(area=area).exists():
        return None
    footprint = footprints_of([activity]).get(activity.pk)
    overlap = _overlap(activity, footprint)
    return FootprintPart(
        footprint=footprint,
        overlap=overlap,
        scene=footprint_scene(area, overlap) if overlap else None,
        note=placement_note(area, footprint.outline) if footprint else "",
        closed=drawing_closed(activity),
        may_draw=may_draw(user, activity),
    )


def _overlap(activity: Activity, footprint: Footprint | None) -> Overlap | None:
    """Under the decree in force today; None without footprint or decree."""
    lines = decree_lines_in_force([activity.area_id], timezone.localdate())
    line: DecreeLine | None = lines.get(activity.area_id)
    if line is None or footprint is None:
        return None
    return overlap_of(line, Outcome.HANDLED, footprint)


class ActivityFootprintView(ServiceFormView):
    """Upload or paste the outline; what it was before stays in the trail."""

    form_class = FootprintForm
    template_name = "programs/activity_footprint.html"
    done_message = gettext_lazy("The footprint is stored.")
    activity: Activity

    def prepare(self, request: HttpRequest, **kwargs: Any) -> None:
        activities = Activity.objects.visible_to(request.user)
        related = ("programme__agency", "agency", "area__agency", "area__regency")
        self.activity = get_object_or_404(
            activities.select_related(*related), pk=kwargs["pk"]
        )
        try:
            require_footprint_edit(request.user, agencies_of(self.activity))
        except NotAllowedError as error:
            raise PermissionDenied(str(error)) from error

    def call_service(self, form: Any) -> Activity:
        values = form.cleaned_data
        source = values.pop("source").strip()
        outline, found = read_footprint(self.activity, **values)
        try:
            services.set_activity_footprint(
                self.activity,
                outline=outline,
                source=source or found,
                by=self.request.user,
            )
        except WrongStateError:
            raise
        except BusinessRuleError as error:
            place = "file" if values["file"] else "text"
            raise BusinessRuleError(errors={place: error.errors["outline"]}) from error
        return self.activity

    def get_wrong_state_url(self) -> str:
        return self.activity.get_absolute_url()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            activity=self.activity,
            closed=drawing_closed(self.activity),
            cancel_url=self.activity.get_absolute_url(),
            **kwargs,
        )
