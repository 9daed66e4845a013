"""The models of this app, one noun a file."""

from areas.models.area import ActingAgency, AreaVillage, Neighbourhood, SlumArea
from areas.models.assessment import Assessment, IndicatorValue, SurveyedUnit
from areas.models.decree import Decree, DecreeLine
from areas.models.footprint import Footprint
from areas.models.intervention import Intervention, InterventionEffect
from areas.models.ledger import (
    LedgerEntry,
    LedgerSource,
    LineSum,
    LineTotal,
    LiveCredit,
)
from areas.models.ledger_change import LedgerChange
from areas.models.published import PublishedResult, PublishedSource
from areas.models.rule_set import (
    RuleAspect,
    RuleBound,
    RuleDecision,
    RuleIndicator,
    RuleSet,
)
from areas.models.succession import LineSuccession, NeighbourhoodSuccession
from areas.models.transfer import AuthorityTransfer

__all__ = [
    "AuthorityTransfer",
    "Footprint",
    "LedgerChange",
    "LedgerSource",
    "LineSuccession",
    "LineSum",
    "LineTotal",
    "NeighbourhoodSuccession",
    "ActingAgency",
    "AreaVillage",
    "Assessment",
    "Decree",
    "DecreeLine",
    "IndicatorValue",
    "Intervention",
    "InterventionEffect",
    "LedgerEntry",
    "LiveCredit",
    "Neighbourhood",
    "PublishedResult",
    "PublishedSource",
    "RuleAspect",
    "RuleBound",
    "RuleDecision",
    "RuleIndicator",
    "RuleSet",
    "SlumArea",
    "SurveyedUnit",
]
