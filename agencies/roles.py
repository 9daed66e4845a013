"""Who may do what: the one table of roles, asked through `agencies.access`."""

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    DISTRICT_OPERATOR = "district_operator", _("Reporter")
    DISTRICT_HEAD = "district_head", _("Head of office")
    PROVINCE_EDITOR = "province_editor", _("Data manager")
    PROVINCE_VERIFIER = "province_verifier", _("Verifier")
    VIEWER = "viewer", _("Viewer")
    ADMINISTRATOR = "administrator", _("Administrator")


class Permission(StrEnum):
    AREA_EDIT = "area.edit"
    DECREE_EDIT = "decree.edit"
    SURVEY_IMPORT = "survey.import"
    ASSESSMENT_EDIT = "assessment.edit"
    ASSESSMENT_SUBMIT = "assessment.submit"
    ASSESSMENT_VERIFY = "assessment.verify"
    PROGRAMME_EDIT = "programme.edit"
    REPORT_EDIT = "report.edit"
    REPORT_SUBMIT = "report.submit"
    REPORT_VERIFY = "report.verify"
    LEDGER_PROPOSE = "ledger.propose"
    LEDGER_APPROVE = "ledger.approve"
    CALENDAR_EDIT = "calendar.edit"
    TRANSFER_ASK = "transfer.ask"
    TRANSFER_ANSWER = "transfer.answer"
    TRANSFER_RECORD = "transfer.record"
    MEETING_EDIT = "meeting.edit"
    MEETING_CLOSE = "meeting.close"
    COMMITMENT_ACCEPT = "commitment.accept"
    COMMITMENT_UPDATE = "commitment.update"
    GROUP_EDIT = "group.edit"
    OUTREACH_EDIT = "outreach.edit"
    PRACTICE_EDIT = "practice.edit"
    ADMINISTER = "administer"


P = Permission
ENTRY = frozenset(
    {
        P.AREA_EDIT,
        P.SURVEY_IMPORT,
        P.ASSESSMENT_EDIT,
        P.PROGRAMME_EDIT,
        P.REPORT_EDIT,
        P.MEETING_EDIT,
        P.COMMITMENT_UPDATE,
        P.OUTREACH_EDIT,
    }
)
VERIFICATION = frozenset(
    {P.ASSESSMENT_VERIFY, P.REPORT_VERIFY, P.LEDGER_PROPOSE, P.LEDGER_APPROVE}
)

# `TRANSFER_RECORD` writes down the answer of an agency whose people have no accounts.
TRANSFER = frozenset({P.TRANSFER_ASK, P.TRANSFER_ANSWER})
# What binds an office towards others is for who leads it or keeps the province's data.
AGREEMENT = frozenset({P.MEETING_CLOSE, P.COMMITMENT_ACCEPT, P.GROUP_EDIT})

ROLE_PERMISSIONS: dict[str, frozenset[Permission]] = {
    Role.DISTRICT_OPERATOR: ENTRY,
    Role.DISTRICT_HEAD: ENTRY
    | TRANSFER
    | AGREEMENT
    | {P.ASSESSMENT_SUBMIT, P.REPORT_SUBMIT},
    Role.PROVINCE_EDITOR: ENTRY
    | TRANSFER
    | AGREEMENT
    | {
        P.PRACTICE_EDIT,
        P.DECREE_EDIT,
        P.ASSESSMENT_SUBMIT,
        P.REPORT_SUBMIT,
        P.LEDGER_PROPOSE,
        P.CALENDAR_EDIT,
        P.TRANSFER_RECORD,
    },
    Role.PROVINCE_VERIFIER: VERIFICATION,
    Role.VIEWER: frozenset(),
    Role.ADMINISTRATOR: frozenset({P.ADMINISTER}),
}


def roles_with(permission: Permission) -> list[str]:
    """The roles that hold the permission, in the order of the table."""
    return [role for role, held in ROLE_PERMISSIONS.items() if permission in held]


# Held for every agency's records inside the scope of the member's own agency. Reports
# are not in it: even the province's staff write only their own office's report.
SCOPE_WIDE: dict[str, frozenset[Permission]] = {
    Role.PROVINCE_EDITOR: frozenset(
        {
            P.AREA_EDIT,
            P.DECREE_EDIT,
            P.SURVEY_IMPORT,
            P.ASSESSMENT_EDIT,
            P.ASSESSMENT_SUBMIT,
            P.PROGRAMME_EDIT,
            P.LEDGER_PROPOSE,
            P.CALENDAR_EDIT,
            P.TRANSFER_ASK,
            P.TRANSFER_RECORD,
        }
    ),
    Role.PROVINCE_VERIFIER: VERIFICATION,
    Role.ADMINISTRATOR: frozenset({P.ADMINISTER}),
}
