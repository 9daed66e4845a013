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
    ADMINISTER = "administer"


P = Permission
ENTRY = frozenset(
    {
        P.AREA_EDIT,
        P.SURVEY_IMPORT,
        P.ASSESSMENT_EDIT,
        P.PROGRAMME_EDIT,
        P.REPORT_EDIT,
    }
)

ROLE_PERMISSIONS: dict[str, frozenset[Permission]] = {
    Role.DISTRICT_OPERATOR: ENTRY,
    Role.DISTRICT_HEAD: ENTRY | {P.ASSESSMENT_SUBMIT, P.REPORT_SUBMIT},
    Role.PROVINCE_EDITOR: ENTRY | {P.DECREE_EDIT, P.ASSESSMENT_SUBMIT, P.REPORT_SUBMIT},
    Role.PROVINCE_VERIFIER: frozenset({P.ASSESSMENT_VERIFY, P.REPORT_VERIFY}),
    Role.VIEWER: frozenset(),
    Role.ADMINISTRATOR: frozenset({P.ADMINISTER}),
}

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
        }
    ),
    Role.PROVINCE_VERIFIER: frozenset({P.ASSESSMENT_VERIFY, P.REPORT_VERIFY}),
    Role.ADMINISTRATOR: frozenset({P.ADMINISTER}),
}
