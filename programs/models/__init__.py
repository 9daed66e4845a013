"""The models of this app, one noun a file."""

from programs.models.period import ReportingPeriod
from programs.models.programme import Activity, ActivityUnit, Fund, Programme
from programs.models.report import (
    ProgressReport,
    ReportLine,
    ReportLineUnit,
    ReportRound,
)

__all__ = [
    "Activity",
    "ActivityUnit",
    "Fund",
    "Programme",
    "ProgressReport",
    "ReportLine",
    "ReportLineUnit",
    "ReportRound",
    "ReportingPeriod",
]
