"""The part of an area that shows the works of all agencies on it."""

from typing import Any

from areas.views.areas import AreaPart
from programs.area_programmes import area_works


class AreaProgrammesView(AreaPart):
    """Per year who does what with whose money, and the sums by fund and agency."""

    template_name = "programs/area_programmes.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(works=area_works(self.area), **kwargs)
