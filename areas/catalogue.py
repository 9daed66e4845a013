"""What can be planned: the catalogue of interventions, and works on one indicator."""

from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext as _

from areas.models import Intervention
from areas.severity import Rules
from areas.simulation import effects_on
from areas.volume_checks import LONGEST_CODE_SHOWN

Catalogue = Mapping[str, Intervention]


def read_catalogue() -> dict[str, Intervention]:
    """The interventions that are offered, by code, with their effects; two queries."""
    return {row.code: row for row in Intervention.objects.offered()}


def measures_of(intervention: Intervention) -> dict[str, Decimal]:
    """What one unit of it takes off each measure."""
    return {row.measure: row.factor for row in intervention.effects.all()}


def effects_of(code: str, rules: Rules, catalogue: Catalogue) -> dict[str, Decimal]:
    """The effects of an indicator's code, or of one of the catalogue, by indicator.

    Empty for a code that is neither, or whose work improves nothing that the rule set
    asks for: `why_not` says which.
    """
    if code in rules.by_code:
        return {code: Decimal(1)}
    if code in catalogue:
        return effects_on(rules, measures_of(catalogue[code]))
    return {}


def why_not(code: str, rules: Rules, catalogue: Catalogue) -> str:
    """The refusal of a code that has no effect under the rule set; else empty."""
    if effects_of(code, rules, catalogue):
        return ""
    if code in catalogue:
        return _(
            "%(name)s improves no indicator of %(citation)s. Choose another work."
        ) % {"name": catalogue[code], "citation": rules.citation}
    return _(
        "“%(code)s” is neither an indicator of %(citation)s (%(codes)s) nor a code of"
        " the catalogue of interventions."
    ) % {
        "code": str(code)[:LONGEST_CODE_SHOWN],
        "citation": rules.citation,
        "codes": ", ".join(rules.codes),
    }


def negative_volume(volume: Decimal) -> str:
    """The refusal of a planned volume below 0; else empty."""
    if volume >= 0:
        return ""
    return _("The planned volume is negative. Write 0 or more.")
