"""The models of this app, one noun a file."""

from areas.models.area import ActingAgency, AreaVillage, Neighbourhood, SlumArea
from areas.models.assessment import Assessment, IndicatorValue, SurveyedUnit
from areas.models.decree import Decree, DecreeLine
from areas.models.ledger import LedgerEntry, LiveCredit

__all__ = [
    "ActingAgency",
    "AreaVillage",
    "Assessment",
    "Decree",
    "DecreeLine",
    "IndicatorValue",
    "LedgerEntry",
    "LiveCredit",
    "Neighbourhood",
    "SlumArea",
    "SurveyedUnit",
]
