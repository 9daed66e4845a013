"""The models of this app, one noun a file."""

from programs.models.programme import Activity, Fund, Programme
from programs.models.report import (
    ProgressReport,
    ReportingPeriod,
    ReportLine,
    ReportLineUnit,
    ReportRound,
)

__all__ = [
    "Activity",
    "Fund",
    "Programme",
    "ProgressReport",
    "ReportLine",
    "ReportLineUnit",
    "ReportRound",
    "ReportingPeriod",
]
