"""The models of this app, one noun a file."""

from programs.models.activity import (
    Activity,
    ActivityUnit,
    ContractAddendum,
    FundingLeg,
)
from programs.models.attachment import Attachment
from programs.models.comment import Comment, CommentMention
from programs.models.output import PhysicalOutput
from programs.models.period import LockException, ReportingPeriod
from programs.models.programme import BudgetVersion, Fund, Programme, Target
from programs.models.readiness import ReadinessCheck
from programs.models.report import (
    ProgressReport,
    ReportLine,
    ReportLineUnit,
    ReportRound,
)
from programs.models.review import LineMark, ReportChange
from programs.models.sipd import SipdCode

__all__ = [
    "Activity",
    "ActivityUnit",
    "Attachment",
    "BudgetVersion",
    "Comment",
    "CommentMention",
    "ContractAddendum",
    "Fund",
    "FundingLeg",
    "LineMark",
    "LockException",
    "PhysicalOutput",
    "Programme",
    "ProgressReport",
    "ReadinessCheck",
    "ReportChange",
    "ReportLine",
    "ReportLineUnit",
    "ReportRound",
    "ReportingPeriod",
    "SipdCode",
    "Target",
]
