"""The practice library: what is kept, who is offered it, and who adopts it."""

from collections.abc import Collection
from decimal import Decimal
from typing import Any, TypedDict, Unpack

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.access import require
from agencies.models import Agency
from agencies.roles import Permission
from areas.services.checks import Problems, check_and_save
from coordination.models import Commitment, Practice
from coordination.practice_steps import PUBLISH, UNPUBLISH, require_step
from coordination.practice_tags import tagged_indicators
from coordination.services.common import locked_commitment
from coordination.texts import put_texts
from core.errors import BusinessRuleError, WrongStateError
from core.workflow import Step


class PracticeValues(TypedDict, total=False):
    """What a practice has besides its agency; `cost` in Rp, for what `cost_note`
    says.
    """

    title: str
    place: str
    year: int | None
    problem: str
    approach: str
    cost: Decimal | None
    cost_note: str
    results: str
    conditions: str
    contact: str
    source: str
    indicators: Collection[str]
    typologies: Collection[str]
    patterns: Collection[str]


@transaction.atomic
def add_practice(
    *, agency: Agency, by: Any, **values: Unpack[PracticeValues]
) -> Practice:
    """A practice that `agency` keeps, as a draft that only its people see.

    Raises BusinessRuleError with every problem by field.
    """
    require(by, Permission.PRACTICE_EDIT, agency=agency)
    return _stored(Practice(agency=agency), values)


@transaction.atomic
def change_practice(
    practice: Practice, *, by: Any, **values: Unpack[PracticeValues]
) -> Practice:
    """Change what is named in `values`; a practice never changes its agency."""
    practice = _locked(practice)
    require(by, Permission.PRACTICE_EDIT, agency=practice.agency)
    return _stored(practice, values)


@transaction.atomic
def publish_practice(practice: Practice, *, by: Any) -> Practice:
    """Offer it to all agencies. Raises WrongStateError where it is offered already."""
    return _taken(PUBLISH, practice, by)


@transaction.atomic
def unpublish_practice(practice: Practice, *, by: Any) -> Practice:
    """Offer it no more; commitments that adopted it keep their tie to it."""
    return _taken(UNPUBLISH, practice, by)


@transaction.atomic
def adopt_practice(
    practice: Practice, *, commitment: Commitment, by: Any
) -> Commitment:
    """Tie a published practice to a pending commitment of the own agency.

    Another practice that it had gives way; the trail keeps it. Raises WrongStateError
    where the commitment has ended, BusinessRuleError where the practice is a draft.
    """
    commitment = locked_commitment(commitment)
    require(by, Permission.COMMITMENT_UPDATE, agency=commitment.agency)
    if not commitment.is_pending:
        raise WrongStateError(
            _("The commitment is “%(state)s”: it can adopt nothing any more.")
            % {"state": commitment.get_state_display()}
        )
    practice = _locked(practice)
    if not practice.is_published:
        sentence = _("The practice is a draft. It has to be published first.")
        raise BusinessRuleError(errors={"practice": [sentence]})
    commitment.practice = practice
    commitment.save(update_fields=["practice"])
    return commitment


def _locked(practice: Practice) -> Practice:
    rows = Practice.objects.select_for_update(of=("self",)).select_related("agency")
    return rows.get(pk=practice.pk)


def _taken(step: Step, practice: Practice, by: Any) -> Practice:
    practice = _locked(practice)
    require_step(step, practice, by)
    practice.is_published = step is PUBLISH
    practice.save(update_fields=["is_published"])
    return practice


def _stored(practice: Practice, values: PracticeValues) -> Practice:
    put_texts(practice, values)
    for name in ("indicators", "typologies", "patterns"):
        setattr(practice, name, sorted(set(getattr(practice, name))))
    problems = Problems()
    _check_tags(practice, problems)
    _check_cost(practice, problems)
    if practice.year and practice.year > timezone.localdate().year:
        problems["year"].append(_("This year has not come yet."))
    check_and_save(practice, problems)
    return practice


def _check_tags(practice: Practice, problems: Problems) -> None:
    if not practice.indicators:
        problems["indicators"].append(
            _("Tick the indicators that it improves, at least one.")
        )
    known = tagged_indicators()
    if unknown := [code for code in practice.indicators if code not in known]:
        problems["indicators"].append(
            _("No published rule set has these indicators: %(codes)s.")
            % {"codes": ", ".join(unknown)}
        )


def _check_cost(practice: Practice, problems: Problems) -> None:
    if practice.cost is not None and not practice.cost_note:
        problems["cost_note"].append(
            _("Say what the cost is for, such as per house or per metre.")
        )
    if practice.cost is None and practice.cost_note:
        problems["cost"].append(_("Write the cost, or leave blank what it is for."))
