"""Every write of this app, by noun; import from here."""

from programs.services.activities import (
    ActivityValues,
    create_activities,
    create_activity,
    update_activity,
)
from programs.services.attachments import (
    AttachmentValues,
    attach_file,
    change_attachment,
    remove_attachment,
)
from programs.services.budgets import (
    BudgetValues,
    add_budget,
    add_target,
    remove_budget,
    remove_target,
    set_budget,
    set_target,
)
from programs.services.calendar import (
    create_period,
    grant_exception,
    open_due_reports,
    set_period_calendar,
)
from programs.services.comments import add_comment
from programs.services.contracts import (
    AddendumValues,
    add_addendum,
    remove_addendum,
    set_addendum,
)
from programs.services.footprints import set_activity_footprint
from programs.services.funding import (
    LegValues,
    add_funding_leg,
    remove_funding_leg,
    set_funding_leg,
)
from programs.services.outputs import OutputInput, set_outputs
from programs.services.periods import ensure_period, make_periods
from programs.services.programmes import (
    ProgrammeValues,
    activate_programme,
    create_programme,
    update_programme,
)
from programs.services.readiness import Answer, set_readiness
from programs.services.report_changes import (
    accept_change,
    propose_change,
    refuse_change,
)
from programs.services.report_lines import (
    LineInput,
    UnitInput,
    add_missing_lines,
    check_report_lines,
    save_report_lines,
)
from programs.services.reports import return_report, start_report, submit_report
from programs.services.review import (
    Decision,
    MarkInput,
    mark_rest_as_reported,
    save_marks,
)
from programs.services.sipd import SipdLoad, load_sipd_codes
from programs.services.units import merge_units, split_unit
from programs.services.verification import verify_report

__all__ = [
    "ActivityValues",
    "AddendumValues",
    "Answer",
    "AttachmentValues",
    "BudgetValues",
    "Decision",
    "LegValues",
    "LineInput",
    "MarkInput",
    "OutputInput",
    "ProgrammeValues",
    "SipdLoad",
    "UnitInput",
    "accept_change",
    "activate_programme",
    "add_addendum",
    "add_budget",
    "add_comment",
    "add_funding_leg",
    "add_missing_lines",
    "add_target",
    "attach_file",
    "change_attachment",
    "check_report_lines",
    "create_activities",
    "create_activity",
    "create_period",
    "create_programme",
    "ensure_period",
    "grant_exception",
    "load_sipd_codes",
    "make_periods",
    "mark_rest_as_reported",
    "merge_units",
    "open_due_reports",
    "propose_change",
    "refuse_change",
    "remove_addendum",
    "remove_attachment",
    "remove_budget",
    "remove_funding_leg",
    "remove_target",
    "return_report",
    "save_marks",
    "save_report_lines",
    "set_activity_footprint",
    "set_addendum",
    "set_budget",
    "set_funding_leg",
    "set_outputs",
    "set_period_calendar",
    "set_readiness",
    "set_target",
    "split_unit",
    "start_report",
    "submit_report",
    "update_activity",
    "update_programme",
    "verify_report",
]
