"""The models of this app, one noun a file."""

from coordination.models.commitment import (
    Commitment,
    CommitmentActivity,
    CommitmentArea,
    CommitmentLink,
    CommitmentSupporter,
    CommitmentUpdate,
)
from coordination.models.decision import Addendum, Decision, Minutes
from coordination.models.file import File
from coordination.models.group import GroupMember, GroupPlan, WorkingGroup
from coordination.models.meeting import (
    AgendaItem,
    AgendaRegion,
    Meeting,
    MeetingSeries,
)
from coordination.models.outreach import Outreach, OutreachArea, OutreachPartner
from coordination.models.people import Attendance, Invitation, Speaker
from coordination.models.practice import Practice

__all__ = [
    "Addendum",
    "AgendaItem",
    "AgendaRegion",
    "Attendance",
    "Commitment",
    "CommitmentActivity",
    "CommitmentArea",
    "CommitmentLink",
    "CommitmentSupporter",
    "CommitmentUpdate",
    "Decision",
    "File",
    "GroupMember",
    "GroupPlan",
    "Invitation",
    "Meeting",
    "MeetingSeries",
    "Minutes",
    "Outreach",
    "OutreachArea",
    "OutreachPartner",
    "Practice",
    "Speaker",
    "WorkingGroup",
]
