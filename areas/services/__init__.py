"""Every write of this app, by noun; import from here."""

from areas.services.acting import add_acting_agency, end_acting_agency
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
from areas.services.decree_files import attach_decree_file
from areas.services.decree_lines import LineValues, set_decree_lines
from areas.services.decree_mapping import set_mapping
from areas.services.decrees import (
    ALWAYS_OPEN,
    DecreeValues,
    create_decree,
    enact_decree,
    update_decree,
)
from areas.services.ledger_changes import (
    approve_change,
    propose_change,
    reject_change,
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
from areas.services.transfers import (
    accept_transfer,
    ask_transfer,
    refuse_transfer,
)
from areas.services.unit_succession import UnitNotice, renumber_unit
from areas.services.volumes import UnitEntry

__all__ = [
    "AreaValues",
    "DecreeValues",
    "NeighbourhoodValues",
    "SiteValues",
    "UnitEntry",
    "UnitNotice",
    "ALWAYS_OPEN",
    "LineValues",
    "end_acting_agency",
    "enact_decree",
    "accept_transfer",
    "add_acting_agency",
    "add_neighbourhood",
    "add_neighbourhoods",
    "attach_decree_file",
    "approve_change",
    "ask_transfer",
    "correct_assessment",
    "create_area",
    "create_decree",
    "discard_rule_set",
    "propose_change",
    "publish_rule_set",
    "record_site",
    "refuse_transfer",
    "reject_change",
    "renumber_unit",
    "return_assessment",
    "revise_rule_set",
    "save_volumes",
    "set_decree_lines",
    "set_mapping",
    "start_assessment",
    "submit_assessment",
    "update_area",
    "update_decree",
    "update_neighbourhood",
    "verify_assessment",
    "verify_assessments",
]
