"""The regencies and cities that a person's home page stands for."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from agencies.access import scope_of
from agencies.models import Region
from areas.models import SlumArea


def regencies_of(user: Any) -> QuerySet[Region]:
    """All regencies of the person's own regions, with areas or not, and those beyond
    in which they see areas; with their province, without the shape of the boundary."""
    own = Region.objects.none()
    for code in sorted(scope_of(user).regions):
        own |= Region.objects.within(code)
    seen = SlumArea.objects.visible_to(user).filter(regency=OuterRef("pk"))
    shown = Region.objects.filter(Exists(seen)) | own
    return (
        shown.filter(level=Region.Level.REGENCY)
        .select_related("parent", "boundary")
        .defer("boundary__geometry")
        .order_by("code")
    )


def place_name(regencies: Sequence[Region]) -> str:
    """One name for them all: the city, the province, or a general word."""
    if len(regencies) == 1:
        return regencies[0].name
    provinces = {region.parent for region in regencies}
    if len(provinces) == 1:
        return str(provinces.pop())
    return _("all your regions")
