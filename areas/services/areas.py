"""Areas: create and change, with the rules that no single row can see."""

from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import Any, TypedDict, Unpack

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.access import require
from agencies.models import Agency, Region, User
from agencies.roles import Permission
from agencies.village_codes import code_problem
from areas.models import AreaVillage, Neighbourhood, SlumArea
from areas.outlines import NO_OUTLINE, check_outline
from areas.services.checks import Problems, check_fields, save_checked
from core.errors import BusinessRuleError


class AreaValues(TypedDict, total=False):
    """What an area has; `outline` is parsed GeoJSON or None."""

    name: str
    agency: Agency
    regency: Region
    villages: Collection[Region]
    typology: str
    latitude: Decimal | None
    longitude: Decimal | None
    outline: Any


@transaction.atomic
def create_area(*, by: User, **values: Unpack[AreaValues]) -> SlumArea:
    """A new area of the office `agency` in `regency`, at the villages it touches.

    Raises BusinessRuleError with every problem by field: a name that the regency
    already has, villages elsewhere, an outline that cannot be read.
    """
    require(by, Permission.AREA_EDIT, agency=values["agency"])
    area = SlumArea()
    villages = _fill(area, values)
    save_checked(area)
    _set_villages(area, villages or [])
    return area


@transaction.atomic
def update_area(area: SlumArea, *, by: User, **values: Unpack[AreaValues]) -> SlumArea:
    """Change what is named in `values`. The regency of an area never changes.

    Who hands an area to another office must be allowed for both.
    """
    area = locked_area(area, by)
    if "agency" in values:
        require(by, Permission.AREA_EDIT, agency=values["agency"])
    if values.get("regency", area.regency) != area.regency:
        raise BusinessRuleError(
            errors={"regency": [_("An area cannot move to another regency/city.")]}
        )
    villages = _fill(area, values)
    save_checked(area)
    if villages is not None:
        _set_villages(area, villages)
    return area


def locked_area(area: SlumArea, by: User) -> SlumArea:
    """The area, re-read under a lock, once `by` may edit it."""
    area = (
        SlumArea.objects.select_for_update(of=("self",), no_key=True)
        .select_related("agency", "regency")
        .get(pk=area.pk)
    )
    require(by, Permission.AREA_EDIT, agency=area.agency)
    return area


def _fill(area: SlumArea, values: AreaValues) -> list[Region] | None:
    """Put checked values onto the area; the villages come back, None if not given."""
    problems = Problems()
    rest: dict[str, Any] = dict(values)
    villages = rest.pop("villages", None)
    if "outline" in rest:
        try:
            geometry = rest.pop("outline")
            rest |= check_outline(geometry).as_fields() if geometry else NO_OUTLINE
            if rest["outline"] != area.outline:
                rest["outline_source"] = ""  # no longer that of an imported file
        except BusinessRuleError as error:
            problems.update(error.errors)
    for name, value in rest.items():
        setattr(area, name, " ".join(value.split()) if name == "name" else value)
    _check_office(area, problems)
    if villages is not None:
        _check_villages(area, villages, problems)
    check_fields(area, problems)
    problems.raise_any()
    return None if villages is None else list(villages)


def _check_office(area: SlumArea, problems: Problems) -> None:
    region = area.agency.region_id
    if region and not lies_in(area.regency_id, region):
        problems["agency"].append(
            _("%(agency)s does not work in %(regency)s. Choose another office.")
            % {"agency": area.agency, "regency": area.regency}
        )


def _check_villages(
    area: SlumArea, villages: Iterable[Region], problems: Problems
) -> None:
    """Villages of the regency, whose codes hold today unless the area has them."""
    today = timezone.localdate()
    present = AreaVillage.objects.filter(area=area.pk) if area.pk else ()
    had = {link.village_id for link in present}
    for village in villages:
        if village.pk not in had and (problem := code_problem(village, today)):
            problems["villages"].append(problem)
        if village.level != Region.Level.VILLAGE or not lies_in(
            village.pk, area.regency_id
        ):
            problems["villages"].append(not_in_regency(village, area))
    if area.pk:
        kept = {village.pk for village in villages}
        needed = Region.objects.filter(
            pk__in=Neighbourhood.objects.filter(area=area).values("village")
        )
        for village in needed.exclude(pk__in=kept):
            problems["villages"].append(
                _("%(village)s has RT in this area, so it cannot be left out.")
                % {"village": village}
            )


def _set_villages(area: SlumArea, villages: Iterable[Region]) -> None:
    wanted = {village.pk for village in villages}
    rows = AreaVillage.objects.filter(area=area)
    present = set(rows.values_list("village_id", flat=True))
    rows.filter(village__in=present - wanted).delete()
    AreaVillage.objects.bulk_create(
        AreaVillage(area=area, village_id=code) for code in sorted(wanted - present)
    )


def lies_in(code: str, region: str) -> bool:
    return code == region or code.startswith(f"{region}.")


def not_in_regency(village: Region, area: SlumArea) -> str:
    return _("%(village)s (%(code)s) is not a village of %(regency)s.") % {
        "village": village,
        "code": village.pk,
        "regency": area.regency,
    }
