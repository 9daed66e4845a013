"""The example's meetings, groups, outreach and practices, and what hangs on them."""

from django.db.models import Q

from agencies.models import User
from coordination.models import (
    Addendum,
    AgendaItem,
    AgendaRegion,
    Attendance,
    Commitment,
    CommitmentActivity,
    CommitmentArea,
    CommitmentLink,
    CommitmentSupporter,
    CommitmentUpdate,
    Decision,
    File,
    GroupMember,
    GroupPlan,
    Invitation,
    Meeting,
    MeetingSeries,
    Minutes,
    Outreach,
    OutreachArea,
    OutreachPartner,
    Practice,
    Speaker,
    WorkingGroup,
)
from dashboard.demo.owned import Rows, inserted, own_or_made

RAKOR_GUARDS = (
    ("coordination_meeting", "meeting_frozen"),
    ("coordination_agendaitem", "agenda_frozen"),
    ("coordination_invitation", "invitation_frozen"),
    ("coordination_speaker", "speaker_frozen"),
    ("coordination_attendance", "attendance_frozen"),
    ("coordination_decision", "decision_frozen"),
    ("coordination_commitment", "commitment_frozen"),
    ("coordination_commitmentarea", "commitment_area_frozen"),
    ("coordination_commitmentsupporter", "commitment_supporter_frozen"),
    ("coordination_minutes", "minutes_append_only"),
    ("coordination_addendum", "addendum_append_only"),
    ("coordination_commitmentupdate", "commitment_update_append_only"),
)


def rakor_rows() -> list[Rows]:
    """The rows by model: what refers to others before what it refers to."""
    meetings, groups = own_or_made(Meeting), own_or_made(WorkingGroup)
    outreach, practices = own_or_made(Outreach), own_or_made(Practice)
    commitments = Commitment.objects.filter(meeting__in=meetings)
    updates = CommitmentUpdate.objects.filter(commitment__in=commitments)
    of_commitment = {"commitment__in": commitments}
    of_meeting = {"meeting__in": meetings}
    return [
        File.objects.filter(
            Q(meeting__in=meetings)
            | Q(speaker__meeting__in=meetings)
            | Q(update__in=updates)
            | Q(group__in=groups)
            | Q(outreach__in=outreach)
            | Q(practice__in=practices)
        ),
        OutreachArea.objects.filter(outreach__in=outreach),
        OutreachPartner.objects.filter(outreach__in=outreach),
        outreach,
        CommitmentLink.objects.filter(**of_commitment),
        updates,
        CommitmentActivity.objects.filter(**of_commitment),
        CommitmentSupporter.objects.filter(**of_commitment),
        CommitmentArea.objects.filter(**of_commitment),
        commitments,
        Decision.objects.filter(**of_meeting),
        Minutes.objects.filter(**of_meeting),
        Addendum.objects.filter(**of_meeting),
        Attendance.objects.filter(**of_meeting),
        Speaker.objects.filter(**of_meeting),
        Invitation.objects.filter(**of_meeting),
        AgendaRegion.objects.filter(item__meeting__in=meetings),
        AgendaItem.objects.filter(**of_meeting),
        meetings,
        _series(),
        GroupPlan.objects.filter(group__in=groups),
        GroupMember.objects.filter(group__in=groups),
        groups,
        practices,
    ]


def _series() -> Rows:
    """Series begun by an example user."""
    users = list(User.objects.filter(is_demo=True).values_list("pk", flat=True))
    made = inserted(MeetingSeries, pgh_context__metadata__user__in=users)
    return MeetingSeries.objects.filter(pk__in=made)


def rakor_addresses() -> list[str]:
    """Where notices about the example's meetings lead, also those of real people."""
    meetings = own_or_made(Meeting)
    commitments = Commitment.objects.filter(meeting__in=meetings)
    found = [row.get_absolute_url() for rows in (meetings, commitments) for row in rows]
    follow_up = [f"{row.get_absolute_url()}#tindak-lanjut" for row in meetings]
    return [*found, *follow_up]
