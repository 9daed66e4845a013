"""The services of this app."""

from coordination.services.agenda import (
    add_item,
    change_item,
    finish_item,
    move_item,
    remove_item,
    set_current_item,
)
from coordination.services.attendance import (
    record_attendance,
    remove_attendance,
    sign_attendance,
)
from coordination.services.commitment_life import (
    accept_commitment,
    check_done,
    claim_done,
    drop_commitment,
    link_activity,
    object_to_commitment,
    report_progress,
    return_commitment,
    unlink_activity,
)
from coordination.services.commitments import (
    CommitmentValues,
    agree_commitment,
    change_commitment,
    remove_commitment,
)
from coordination.services.decisions import (
    DecisionValues,
    change_decision,
    remove_decision,
    write_decision,
)
from coordination.services.guests import (
    add_speaker,
    answer_invitation,
    change_speaker,
    invite_agency,
    invite_district_offices,
    remove_speaker,
    withdraw_invitation,
)
from coordination.services.links import (
    NewLink,
    accept_by_link,
    invite_by_link,
    open_link,
    revoke_link,
)
from coordination.services.meetings import (
    end_session,
    open_session,
    plan_meeting,
    reopen_session,
    send_invitations,
    update_meeting,
)
from coordination.services.outreach import change_outreach, record_outreach
from coordination.services.practices import (
    add_practice,
    adopt_practice,
    change_practice,
    publish_practice,
    unpublish_practice,
)

__all__ = [
    "CommitmentValues",
    "DecisionValues",
    "NewLink",
    "accept_by_link",
    "accept_commitment",
    "add_item",
    "add_practice",
    "add_speaker",
    "adopt_practice",
    "agree_commitment",
    "answer_invitation",
    "change_commitment",
    "change_decision",
    "change_item",
    "change_outreach",
    "change_practice",
    "change_speaker",
    "check_done",
    "claim_done",
    "drop_commitment",
    "end_session",
    "finish_item",
    "invite_agency",
    "invite_by_link",
    "invite_district_offices",
    "link_activity",
    "move_item",
    "object_to_commitment",
    "open_link",
    "open_session",
    "plan_meeting",
    "publish_practice",
    "record_attendance",
    "record_outreach",
    "remove_attendance",
    "remove_commitment",
    "remove_decision",
    "remove_item",
    "remove_speaker",
    "reopen_session",
    "report_progress",
    "return_commitment",
    "revoke_link",
    "send_invitations",
    "set_current_item",
    "sign_attendance",
    "unlink_activity",
    "unpublish_practice",
    "update_meeting",
    "withdraw_invitation",
    "write_decision",
]
