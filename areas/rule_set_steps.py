"""The steps of a rule set: which there are, and why one is closed."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.access import holds
from agencies.roles import Permission
from areas.models import RuleSet
from areas.rule_set_checks import check_rules
from areas.rule_sets import as_rules
from core.workflow import OfferedStep, Reason, Step

Status = RuleSet.Status

# A new version leaves its source as it is; a discarded draft is gone.
REVISE = Step(
    "revise",
    gettext_lazy("Make a new version"),
    frozenset({Status.PUBLISHED}),
    Status.PUBLISHED,
    Permission.ADMINISTER,
)
PUBLISH = Step(
    "publish",
    gettext_lazy("Publish"),
    frozenset({Status.DRAFT}),
    Status.PUBLISHED,
    Permission.ADMINISTER,
)
DISCARD = Step(
    "discard",
    gettext_lazy("Discard the draft"),
    frozenset({Status.DRAFT}),
    "",
    Permission.ADMINISTER,
)
STEPS = (REVISE, PUBLISH, DISCARD)


def steps_for(rule_set: RuleSet, user: Any) -> list[OfferedStep]:
    """The steps of its state, for administrators; nobody else is offered any."""
    if not holds(user, Permission.ADMINISTER):
        return []
    return [
        OfferedStep.of(step, _reasons(step, rule_set))
        for step in STEPS
        if rule_set.status in step.sources
    ]


def problems_of(rule_set: RuleSet) -> dict[str, list[str]]:
    """What keeps a draft from being published, by field; a published one has none."""
    if rule_set.status == Status.PUBLISHED:
        return {}
    return check_rules(as_rules(rule_set))


def draft_of(method: str) -> RuleSet | None:
    """The draft of that method: there is one at a time."""
    return RuleSet.objects.filter(method=method, status=Status.DRAFT).first()


def draft_exists(draft: RuleSet) -> str:
    return _("There is a draft already, %(code)s. Publish or discard it first.") % {
        "code": draft.code
    }


def _reasons(step: Step, rule_set: RuleSet) -> list[Reason]:
    if step == PUBLISH:
        problems = problems_of(rule_set)
        return [Reason(text) for texts in problems.values() for text in texts]
    if step == REVISE and (draft := draft_of(rule_set.method)):
        return [Reason(draft_exists(draft), draft.get_absolute_url())]
    return []
