"""The steps of a request to transfer an area: which there are, why one is closed."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.access import can
from agencies.models import Agency, Membership
from agencies.roles import Permission, roles_with
from areas.models import AuthorityTransfer
from areas.workflow import who_may
from core.workflow import OfferedStep, Reason, Step, state_reasons

Status = AuthorityTransfer.Status

ACCEPT = Step(
    "accept",
    gettext_lazy("Accept"),
    frozenset({Status.ASKED}),
    Status.ACCEPTED,
    Permission.TRANSFER_ANSWER,
)
REFUSE = Step(
    "refuse",
    gettext_lazy("Refuse"),
    frozenset({Status.ASKED}),
    Status.REFUSED,
    Permission.TRANSFER_ANSWER,
)
STEPS = (ACCEPT, REFUSE)
PARTS = (
    "area__agency",
    "area__regency",
    "to_agency",
    "asked_by",
    "answered_by",
)


def with_steps(transfers: QuerySet[AuthorityTransfer]) -> QuerySet[AuthorityTransfer]:
    """The requests with all that rows and steps ask, in the same query."""
    return transfers.select_related(*PARTS).annotate(
        answers_itself=Exists(answering_members().filter(agency=OuterRef("to_agency")))
    )


def answering_members() -> QuerySet[Membership]:
    """Memberships of today, of people with an account, whose role answers requests."""
    roles = roles_with(Permission.TRANSFER_ANSWER)
    current = Membership.objects.current(timezone.localdate())
    return current.filter(role__in=roles, user__is_active=True)


def steps_for(transfer: AuthorityTransfer, user: Any) -> list[OfferedStep]:
    """Every step as this person finds it now, in the order of the workflow.

    Costs no query for a request of `with_steps()`.
    """
    return [OfferedStep.of(step, _reasons(step, transfer, user)) for step in STEPS]


def may_answer(transfer: AuthorityTransfer, user: Any) -> bool:
    """Whether the person answers for the asked agency, the rules aside.

    A member of it; where it has nobody with an account who could, the province's data
    manager writes its letter down.
    """
    if can(user, Permission.TRANSFER_ANSWER, agency=transfer.to_agency):
        return True
    return not answers_itself(transfer) and can(
        user, Permission.TRANSFER_RECORD, agency=transfer.area.agency
    )


def answers_itself(transfer: AuthorityTransfer) -> bool:
    """Whether somebody of the asked agency can answer here."""
    known: bool | None = getattr(transfer, "answers_itself", None)
    if known is None:
        members = answering_members().filter(agency=transfer.to_agency)
        return members.exists()
    return known


def rule_reasons(transfer: AuthorityTransfer, user: Any) -> list[Reason]:
    """What the rules have against an answer, state and permission aside."""
    if transfer.asked_by_id == user.pk:
        return [Reason(_("You asked for it. Somebody else has to answer."))]
    return []


def _reasons(step: Step, transfer: AuthorityTransfer, user: Any) -> list[Reason]:
    """State first: what comes after it would only confuse."""
    label = str(transfer.get_status_display())
    if against := state_reasons(step, transfer.status, label):
        return against
    reasons = []
    if not may_answer(transfer, user):
        reasons.append(Reason(_who_answers(step, transfer)))
    return reasons + rule_reasons(transfer, user)


def _who_answers(step: Step, transfer: AuthorityTransfer) -> str:
    if answers_itself(transfer):
        agency: Agency = transfer.to_agency
        return _("Only %(agency)s answers. %(who)s") % {
            "agency": agency.short_name,
            "who": who_may(step, Permission.TRANSFER_ANSWER),
        }
    return _("Nobody of %(agency)s has an account that answers. %(who)s") % {
        "agency": transfer.to_agency.short_name,
        "who": who_may(step, Permission.TRANSFER_RECORD),
    }
