"""One outline out of a map file: all its rows together."""

from typing import BinaryIO

import shapely
from django.utils.translation import gettext as _
from shapely.geometry import shape

from areas.geodesy import as_geojson
from areas.geometry.checks import check_feature
from areas.geometry.places import places_of
from areas.geometry.reading import read_map
from areas.models import SlumArea
from areas.outlines import Outline, check_outline
from core.errors import BusinessRuleError


def read_one_outline(
    file: BinaryIO, name: str, area: SlumArea, *, layer: str = ""
) -> tuple[Outline, str]:
    """The outline that all rows of the file are together, and its source in words.

    Raises BusinessRuleError at `file` (or `layer`) with everything that is wrong.
    """
    found = read_map(file, name, layer=layer)
    place = places_of([area.regency])[area.regency_id]
    checked = [check_feature(row, place, found.crs) for row in found.features]
    errors = [
        text if len(checked) == 1 else _numbered(row.number, text)
        for row, result in zip(found.features, checked, strict=True)
        for text in result.errors
    ]
    if errors:
        raise BusinessRuleError(errors={"file": errors})
    shapes = [shape(result.outline.geometry) for result in checked if result.outline]
    try:
        outline = check_outline(as_geojson(shapely.union_all(shapes)))
    except BusinessRuleError as error:
        raise BusinessRuleError(errors={"file": error.errors["outline"]}) from error
    source = found.source
    if any(result.is_repaired for result in checked):
        source = f"{source}; {_('repaired')}"
    return outline, source


def _numbered(number: int, text: str) -> str:
    return _("Row %(number)s: %(text)s") % {"number": number, "text": text}
