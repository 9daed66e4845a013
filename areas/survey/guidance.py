"""What to count for each indicator, by what it measures: codes differ by rule set.

The thresholds stand in no rule set: they define what is counted, and come from local
regulations and forms that copy the annex of the Permen.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Guidance:
    """What is counted, and where a threshold in it comes from."""

    count: "StrOrPromise"
    source: "StrOrPromise" = ""


REGULATION = _("Follows the wording of the indicator.")
FORMS = _("Assessment form in use; document of Jorong Sarilamak")
BY_LAWS = _("Perda Kota Bontang 2/2017; Perda Kabupaten Madiun 45/2018, Pasal 9")
NOT_FOUND = _("Source of the limits not found yet: check with the province.")

GUIDANCE = {
    "building_irregularity": Guidance(
        _("Building units that stand irregularly."), REGULATION
    ),
    "building_density": Guidance(
        _(
            "Hectares that are denser than the spatial plan allows. Dense is from 250"
            " units/ha in metropolitan and large cities, from 200 units/ha in medium"
            " and small ones."
        ),
        FORMS,
    ),
    "building_quality": Guidance(
        _("Building units that do not meet the technical requirements."), REGULATION
    ),
    "road_coverage": Guidance(
        _("Metres of road that are lacking to reach the whole settlement."), REGULATION
    ),
    "road_surface": Guidance(
        _("Metres of road with a poor surface, walkways on stilts included."),
        REGULATION,
    ),
    "water_access": Guidance(
        _("Households without safe access to drinking water."), REGULATION
    ),
    "water_need": Guidance(
        _("Households with less than 60 litres per person and day."), BY_LAWS
    ),
    "drainage_flooding": Guidance(
        _(
            "Hectares under water higher than 30 cm, for more than 2 hours, more than"
            " twice a year."
        ),
        NOT_FOUND,
    ),
    "drainage_absent": Guidance(
        _("Metres of drainage that are lacking against the ideal length."), REGULATION
    ),
    "drainage_connection": Guidance(
        _("Metres of drainage without connection to the urban system."), REGULATION
    ),
    "drainage_maintenance": Guidance(
        _("Metres of drainage that nobody maintains."), REGULATION
    ),
    "drainage_construction": Guidance(
        _("Metres of drainage of poor construction."), REGULATION
    ),
    "wastewater_system": Guidance(
        _("Households whose wastewater system does not meet the requirements."),
        REGULATION,
    ),
    "wastewater_facilities": Guidance(
        _("Households whose wastewater facilities do not meet the requirements."),
        REGULATION,
    ),
    "waste_facilities": Guidance(
        _(
            "Households without what is asked for: bins for sorted waste, a cart or"
            " collection point (TPS), TPS 3R, TPST."
        ),
        BY_LAWS,
    ),
    "waste_system": Guidance(
        _(
            "Households for whom one of these is lacking: bins and sorting,"
            " collection, transport, processing."
        ),
        BY_LAWS,
    ),
    "waste_maintenance": Guidance(
        _("Households whose waste facilities nobody maintains."), REGULATION
    ),
    "fire_infrastructure": Guidance(
        _(
            "Building units without: water supply, road access, means of"
            " communication, data of the fire protection, a fire post."
        ),
        BY_LAWS,
    ),
    "fire_facilities": Guidance(
        _("Building units without fire extinguishers (APAR) and pump vehicles."),
        BY_LAWS,
    ),
}
