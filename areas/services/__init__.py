"""Every write of this app, by noun; import from here."""

from areas.services.areas import AreaValues, create_area, update_area
from areas.services.assessments import (
    SiteValues,
    correct_assessment,
    record_site,
    return_assessment,
    save_volumes,
    start_assessment,
    submit_assessment,
    verify_assessment,
    verify_assessments,
)
from areas.services.decree_lines import LineValues, set_decree_lines
from areas.services.decrees import (
    ALWAYS_OPEN,
    DecreeValues,
    create_decree,
    enact_decree,
    update_decree,
)
from areas.services.neighbourhoods import (
    NeighbourhoodValues,
    add_neighbourhood,
    add_neighbourhoods,
    update_neighbourhood,
)
from areas.services.rule_sets import (
    discard_rule_set,
    publish_rule_set,
    revise_rule_set,
)
from areas.services.volumes import UnitEntry

__all__ = [
    "AreaValues",
    "DecreeValues",
    "NeighbourhoodValues",
    "SiteValues",
    "UnitEntry",
    "ALWAYS_OPEN",
    "LineValues",
    "enact_decree",
    "add_neighbourhood",
    "add_neighbourhoods",
    "correct_assessment",
    "create_area",
    "create_decree",
    "discard_rule_set",
    "publish_rule_set",
    "record_site",
    "return_assessment",
    "revise_rule_set",
    "save_volumes",
    "set_decree_lines",
    "start_assessment",
    "submit_assessment",
    "update_area",
    "update_decree",
    "update_neighbourhood",
    "verify_assessment",
    "verify_assessments",
]
