"""The models of this app, one noun a file."""

from areas.models.area import ActingAgency, AreaVillage, Neighbourhood, SlumArea
from areas.models.assessment import Assessment, IndicatorValue, SurveyedUnit
from areas.models.decree import Decree, DecreeLine
from areas.models.intervention import Intervention, InterventionEffect
from areas.models.ledger import LedgerEntry, LiveCredit
from areas.models.published import PublishedResult, PublishedSource
from areas.models.rule_set import (
    RuleAspect,
    RuleBound,
    RuleDecision,
    RuleIndicator,
    RuleSet,
)

__all__ = [
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
