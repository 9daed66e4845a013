"""The steps of an assessment: which there are, and why one is closed."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.access import can
from agencies.roles import Permission, Role, roles_with
from areas.models import Assessment
from areas.results import Progress, progress_of
from core.workflow import OfferedStep, Reason, Step, state_reasons

Status = Assessment.Status

SUBMIT = Step(
    "submit",
    gettext_lazy("Submit"),
    frozenset({Status.DRAFT, Status.RETURNED}),
    Status.SUBMITTED,
    Permission.ASSESSMENT_SUBMIT,
)
RETURN = Step(
    "return",
    gettext_lazy("Return"),
    frozenset({Status.SUBMITTED}),
    Status.RETURNED,
    Permission.ASSESSMENT_VERIFY,
)
VERIFY = Step(
    "verify",
    gettext_lazy("Verify"),
    frozenset({Status.SUBMITTED}),
    Status.VERIFIED,
    Permission.ASSESSMENT_VERIFY,
)
STEPS = (SUBMIT, RETURN, VERIFY)


def steps_for(assessment: Assessment, user: Any) -> list[OfferedStep]:
    """Every step as this person finds it now, in the order of the workflow.

    Costs no query for an assessment of `with_progress()` with its area's agency.
    """
    return [OfferedStep.of(step, _reasons(step, assessment, user)) for step in STEPS]


def rule_reasons(step: Step, assessment: Assessment, user: Any) -> list[Reason]:
    """What the rules have against the step, state and permission aside."""
    if step == RETURN:
        return []
    progress = progress_of(assessment)
    url = reverse("areas:assessment-entry", args=[assessment.pk])
    reasons = _volume_reasons(progress, url)
    if step == VERIFY:
        if assessment.submitted_by_id == user.pk:
            reasons.insert(
                0, Reason(_("You submitted it. Somebody else has to verify it."))
            )
        if not progress.is_whole:
            reasons.append(Reason(_coverage_text(progress), url))
    return reasons


def may_edit(assessment: Assessment, user: Any) -> bool:
    """Whether the person may enter volumes now."""
    agency = assessment.area.agency
    return assessment.is_open and can(user, Permission.ASSESSMENT_EDIT, agency=agency)


def _reasons(step: Step, assessment: Assessment, user: Any) -> list[Reason]:
    """State first: what comes after it would only confuse."""
    label = str(assessment.get_status_display())
    if against := state_reasons(step, assessment.status, label):
        return against
    reasons = []
    permission = Permission(step.permission)
    if not can(user, permission, agency=assessment.area.agency):
        reasons.append(Reason(who_may(step, permission)))
    return reasons + rule_reasons(step, assessment, user)


def _volume_reasons(progress: Progress, url: str) -> list[Reason]:
    reasons = []
    if not progress.started:
        reasons.append(Reason(_("No volume has been entered yet."), url))
    if progress.unfinished:
        text = _("%(count)s RT have blank volumes. Write 0 where there is none.")
        reasons.append(Reason(text % {"count": progress.unfinished}, url))
    if progress.above:
        text = _(
            "%(count)s volumes are above their denominator, or have none. Correct the"
            " volume or the RT."
        )
        reasons.append(Reason(text % {"count": progress.above}, url))
    return reasons


def _coverage_text(progress: Progress) -> str:
    return _(
        "Only %(complete)s of %(total)s RT are surveyed. Survey the others as well."
    ) % {"complete": progress.complete, "total": progress.total}


def who_may(step: Step, permission: Permission) -> str:
    """Whom to ask: the roles that hold the permission."""
    roles = [str(Role(role).label) for role in roles_with(permission)]
    return _("“%(step)s” needs the role %(roles)s.") % {
        "step": step.label,
        "roles": _(" or ").join(roles),
    }
