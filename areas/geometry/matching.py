"""Which area or RT a row of a map file belongs to, by its attributes."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from areas.geometry.choices import Choices, Holds
from areas.geometry.reading import Feature, MapFile
from areas.models import Neighbourhood, SlumArea
from core.errors import BusinessRuleError

AREA_NAMES = (
    "KAWASAN",
    "NAMAKAWASAN",
    "NAMAKAW",
    "NAMAKWS",
    "KWS",
    "NAMALOKASI",
    "LOKASI",
    "NAMA",
    "NAMOBJ",
    "NAME",
)
UNIT_NAMES = ("RTRW", "NAMART", "NORT", "RT", "NAMA", "NAME")
GROUP_NAMES = ("NORW", "NAMARW", "RW")
VILLAGE_NAMES = (
    "KODEDESA",
    "DESA",
    "KELURAHAN",
    "DESAKEL",
    "KELDESA",
    "NAMADESA",
    "NAMAKEL",
    "WADMKD",
)
REGENCY_NAMES = ("KABKOTA", "KABUPATEN", "KOTA", "WADMKK")
Target = SlumArea | Neighbourhood


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of the file that say where a row belongs; empty where none does."""

    area: str = ""
    unit: str = ""
    group: str = ""
    village: str = ""
    regency: str = ""


def columns_of(file: MapFile, choices: Choices) -> Columns:
    """The chosen columns, the others guessed.

    Raises BusinessRuleError at the form's field where one that is needed is missing.
    """
    errors: dict[str, list[str]] = {}
    known = file.columns

    def found(field: str, chosen: str, names: Collection[str], needed: bool) -> str:
        column = _chosen(chosen, known) if chosen else _guessed(names, known)
        if not column and (needed or chosen):
            errors[field] = [_missing(chosen, known)]
        return column

    holds_units = choices.holds == Holds.UNITS
    columns = Columns(
        area=found(
            "area_column", choices.area_column, AREA_NAMES, choices.area is None
        ),
        unit=found("unit_column", choices.unit_column, UNIT_NAMES, holds_units),
        group=_guessed(GROUP_NAMES, known),
        village=_guessed(VILLAGE_NAMES, known),
        regency=_guessed(REGENCY_NAMES, known),
    )
    if errors:
        raise BusinessRuleError(errors=errors)
    return columns


class AreaMatcher:
    """Areas by the name in a row; one query for all rows."""

    def __init__(
        self, areas: QuerySet[SlumArea], features: Sequence[Feature], columns: Columns
    ) -> None:
        self.columns = columns
        wanted = {self._name(feature) for feature in features} - {""}
        self.found: dict[str, list[SlumArea]] = defaultdict(list)
        rows = areas.annotate(key=Lower("name")).filter(key__in=wanted)
        for area in rows.select_related("agency", "regency").order_by("pk"):
            self.found[area.name.lower()].append(area)

    def find(self, feature: Feature) -> SlumArea | str:
        """The area of the row, or the sentence that says why there is none."""
        name = self._name(feature)
        if not name:
            return _("Column %(column)s is blank: the row belongs to no area.") % {
                "column": self.columns.area
            }
        shown = {"name": feature.values[self.columns.area]}
        areas = self._narrowed(self.found.get(name, []), feature)
        if not areas:
            return (
                _(
                    "None of your areas is called “%(name)s”. Correct the name, or"
                    " upload it from the map of its area."
                )
                % shown
            )
        if len(areas) > 1:
            places = ", ".join(area.regency.name for area in areas)
            return _(
                "“%(name)s” is the name of several areas (%(places)s). Add a column"
                " KABUPATEN, or upload it from the map of its area."
            ) % (shown | {"places": places})
        return areas[0]

    def _narrowed(self, areas: list[SlumArea], feature: Feature) -> list[SlumArea]:
        """Of areas of the same name those of the row's regency."""
        place = _bare(feature.values.get(self.columns.regency, ""))
        if len(areas) < 2 or not place:
            return areas
        return [a for a in areas if _bare(a.regency.name) == place]

    def _name(self, feature: Feature) -> str:
        return " ".join(feature.values.get(self.columns.area, "").lower().split())


class UnitMatcher:
    """The RT of some areas by RT, RW and village in a row; one query for all rows."""

    def __init__(self, areas: Iterable[SlumArea], columns: Columns) -> None:
        self.columns = columns
        self.units: dict[int, list[Neighbourhood]] = defaultdict(list)
        rows = Neighbourhood.objects.filter(area__in={area.pk for area in areas})
        rows = rows.select_related("village", "area__agency", "area__regency")
        for unit in rows.order_by("pk"):
            self.units[unit.area_id].append(unit)

    def find(self, area: SlumArea, feature: Feature) -> Neighbourhood | str:
        """The RT of the row, or the sentence that says why there is none."""
        text = feature.values.get(self.columns.unit, "")
        if not text:
            return _("Column %(column)s is blank: the row belongs to no RT.") % {
                "column": self.columns.unit
            }
        units = self._fitting(area, text, feature.values)
        shown = {"unit": text, "area": area.name}
        if not units:
            return _("%(area)s has no RT “%(unit)s”. Add the RT first.") % shown
        if len(units) > 1:
            names = ", ".join(f"{unit.rt_rw} ({unit.village.name})" for unit in units)
            return _(
                "“%(unit)s” fits several RT of %(area)s: %(names)s. Add the columns RW"
                " and DESA."
            ) % (shown | {"names": names})
        return units[0]

    def _fitting(
        self, area: SlumArea, text: str, values: Mapping[str, str]
    ) -> list[Neighbourhood]:
        units = self.units.get(area.pk, [])
        village = values.get(self.columns.village, "")
        if village:
            near = {_bare(village), village}
            units = [
                unit
                for unit in units
                if unit.village_id in near or _bare(unit.village.name) in near
            ]
        exact = [unit for unit in units if unit.rt_rw.lower() == text.lower()]
        if exact:
            return exact
        numbers = numbers_in(text)
        group = values.get(self.columns.group, "")
        if group and len(numbers) == 1 and self.columns.group != self.columns.unit:
            numbers += numbers_in(group)[:1]
        return [
            unit
            for unit in units
            if numbers and numbers_in(unit.rt_rw)[: len(numbers)] == numbers
        ]


def numbers_in(text: str) -> list[int]:
    """RT and RW as numbers: `RT 01/RW 002` and `001/002` are both 1, 2."""
    return [int(digits) for digits in re.findall(r"[0-9]{1,9}", text)]


def _chosen(name: str, known: Iterable[str]) -> str:
    wanted = name.strip().lower()
    return next((column for column in known if column.lower() == wanted), "")


def _guessed(names: Collection[str], known: Sequence[str]) -> str:
    """The column whose name stands first among those that are usual."""
    folded = {re.sub(r"[^A-Z]", "", column.upper()): column for column in known}
    return next((folded[name] for name in names if name in folded), "")


def _missing(chosen: str, known: Sequence[str]) -> str:
    shown = ", ".join(known[:20]) or "–"
    if chosen:
        return _("The file has no column “%(column)s”, but: %(known)s.") % {
            "column": chosen,
            "known": shown,
        }
    return _(
        "No column says where the rows belong. Name the column here; the file has:"
        " %(known)s."
    ) % {"known": shown}


def _bare(text: str) -> str:
    """`Kota Banjarmasin` as `banjarmasin`: files leave the kind out."""
    folded = " ".join(text.lower().split())
    for word in ("kabupaten ", "kab. ", "kab ", "kota ", "kelurahan ", "desa "):
        folded = folded.removeprefix(word)
    return folded
