"""Versions of rule sets: a draft copy, its publication, its end (design 4.2)."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.access import require_any
from agencies.models import User
from agencies.roles import Permission
from areas.models import RuleSet
from areas.rule_set_steps import (
    DISCARD,
    PUBLISH,
    REVISE,
    draft_exists,
    draft_of,
    problems_of,
)
from core.errors import BusinessRuleError, WrongStateError
from core.workflow import Step, require_state

COPIED = ("method", "title", "citation", "valid_from", "valid_until", "note")
PARTS = ("aspects", "indicators", "bounds", "decisions")


@transaction.atomic
def revise_rule_set(rule_set: RuleSet, *, by: User) -> RuleSet:
    """A draft with all that the published rule set says, as its method's next version.

    The source stays as it is. A method has one draft at a time.
    """
    require_any(by, Permission.ADMINISTER)
    versions = _locked(rule_set)
    source = versions[rule_set.pk]
    _require(REVISE, source)
    if draft := draft_of(source.method):
        raise BusinessRuleError(errors={REVISE.name: [draft_exists(draft)]})
    version = max(row.version for row in versions.values()) + 1
    new = RuleSet.objects.create(
        **{name: getattr(source, name) for name in COPIED},
        code=f"{source.method}-v{version}",
        version=version,
        based_on=source,
    )
    for name in PARTS:
        _copy(source, new, name)
    return new


@transaction.atomic
def publish_rule_set(rule_set: RuleSet, *, by: User) -> RuleSet:
    """From now on surveys may name it, and nothing in it changes any more.

    Raises BusinessRuleError with everything that is not whole, by field.
    """
    require_any(by, Permission.ADMINISTER)
    draft = _locked(rule_set)[rule_set.pk]
    _require(PUBLISH, draft)
    if problems := problems_of(draft):
        raise BusinessRuleError(errors=problems)
    draft.status = RuleSet.Status.PUBLISHED
    draft.published_at, draft.published_by = timezone.now(), by
    draft.save()
    return draft


@transaction.atomic
def discard_rule_set(draft: RuleSet, *, by: User) -> None:
    """Remove a draft with its parts; the trail keeps what it said."""
    require_any(by, Permission.ADMINISTER)
    found = _locked(draft)[draft.pk]
    _require(DISCARD, found)
    found.delete()


def _locked(rule_set: RuleSet) -> dict[int, RuleSet]:
    """All versions of its method by key, locked: they are numbered one by one.

    Raises WrongStateError where somebody has discarded this one meanwhile.
    """
    rows = RuleSet.objects.select_for_update().filter(method=rule_set.method)
    found = {row.pk: row for row in rows.order_by("pk")}
    if rule_set.pk not in found:
        raise WrongStateError(_("The draft is no longer there."))
    return found


def _require(step: Step, rule_set: RuleSet) -> None:
    require_state(step, rule_set.status, str(rule_set.get_status_display()))


def _copy(source: RuleSet, target: RuleSet, name: str) -> None:
    """The rows of one part, as rows of the target."""
    rows = list(getattr(source, name).all())
    for row in rows:
        row.pk, row.rule_set = None, target
    getattr(target, name).bulk_create(rows)
