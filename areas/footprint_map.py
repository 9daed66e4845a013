"""A footprint drawn beside the area, the earlier ones, and what they cover of it."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from shapely.geometry import shape

from areas.footprints import Overlap
from areas.geometry.drawing import Layer, Scene, draw_scene
from areas.models import SlumArea


def footprint_scene(area: SlumArea, overlap: Overlap) -> Scene | None:
    """The drawing, the area at the bottom; None where there is nothing to draw."""
    return draw_scene(list(_layers(area, overlap)))


def _layers(area: SlumArea, overlap: Overlap) -> Iterator[Layer]:
    if overlap.outline is None:
        return
    if area.outline:
        yield Layer("outline", area.name, shape(area.outline))
    for meeting in overlap.meetings:
        entry = meeting.entry
        title = _("entry %(entry)s, %(agency)s, %(period)s") % {
            "entry": entry,
            "agency": entry.agency.short_name,
            "period": entry.period,
        }
        yield Layer("footprint-earlier", title, meeting.outline)
    yield Layer("footprint-own", _("this footprint"), overlap.outline)
    if overlap.meetings:
        yield Layer("footprint-overlap", _("counted already"), overlap.covered)
