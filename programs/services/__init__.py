"""Every write of this app, by noun; import from here."""

from programs.services.activities import (
    ActivityValues,
    create_activities,
    create_activity,
    update_activity,
)
from programs.services.comments import add_comment
from programs.services.footprints import set_activity_footprint
from programs.services.periods import ensure_period, make_periods
from programs.services.programmes import (
    ProgrammeValues,
    activate_programme,
    create_programme,
    update_programme,
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
from programs.services.units import merge_units, split_unit
from programs.services.verification import verify_report

__all__ = [
    "ActivityValues",
    "Decision",
    "LineInput",
    "MarkInput",
    "ProgrammeValues",
    "UnitInput",
    "activate_programme",
    "add_comment",
    "add_missing_lines",
    "check_report_lines",
    "create_activities",
    "create_activity",
    "create_programme",
    "ensure_period",
    "make_periods",
    "mark_rest_as_reported",
    "merge_units",
    "return_report",
    "save_marks",
    "save_report_lines",
    "set_activity_footprint",
    "split_unit",
    "start_report",
    "submit_report",
    "update_activity",
    "update_programme",
    "verify_report",
]
