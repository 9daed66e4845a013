"""The step of a decree, from draft into force: what it needs, why it is closed."""

from collections import defaultdict
from datetime import date
from typing import Any

from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.roles import Permission
from areas.decree_mapping import Errors, is_complete
from areas.models import Decree, LiveCredit
from areas.models.ledger import Outcome
from areas.rights import can_edit_decree, decree_edit_refusal
from core import html
from core.workflow import OfferedStep, Reason, Step, state_reasons

Status = Decree.Status

ENACT = Step(
    "enact",
    gettext_lazy("Put into force"),
    frozenset({Status.DRAFT}),
    Status.IN_FORCE,
    Permission.DECREE_EDIT,
)
STEPS = (ENACT,)
# Where what an error is about can be put right.
PLACES = {
    "lines": "areas:decree-lines",
    "mapping": "areas:decree-mapping",
    "supersedes": "areas:decree-edit",
    "in_force_from": "areas:decree-edit",
}


def steps_for(decree: Decree, user: Any) -> list[OfferedStep]:
    """Every step as this person finds it now; a few queries for a draft."""
    return [OfferedStep.of(step, _reasons(step, decree, user)) for step in STEPS]


def enact_problems(decree: Decree) -> Errors:
    """What stands against putting this draft into force, by field."""
    problems: Errors = defaultdict(list)
    if not decree.lines.exists():
        problems["lines"].append(
            _("The decree names no area yet. Enter its areas with their hectares.")
        )
    if decree.is_per_village:
        for line in decree.lines.filter(village=None).select_related("area"):
            problems[f"lines.{line.area_id}.village"].append(
                _("%(area)s: choose the village by which the decree counts it.")
                % {"area": line.area}
            )
    old = decree.supersedes
    if old is not None:
        _check_order(decree, old, problems)
        if not is_complete(decree):
            problems["mapping"].append(
                _("Confirm first, line by line, what this decree made of %(decree)s.")
                % {"decree": old}
            )
    return dict(problems)


def _reasons(step: Step, decree: Decree, user: Any) -> list[Reason]:
    """State first: what comes after it would only confuse."""
    label = str(decree.get_status_display())
    if against := state_reasons(step, decree.status, label):
        return against
    if not can_edit_decree(user, decree.region):
        return [Reason(decree_edit_refusal(decree.region))]
    return [
        Reason(text, _place(decree, field))
        for field, texts in enact_problems(decree).items()
        for text in texts
    ]


def _place(decree: Decree, field: str) -> str:
    name = PLACES.get(field.partition(".")[0])
    return reverse(name, args=[decree.pk]) if name else ""


def _check_order(decree: Decree, old: Decree, problems: Errors) -> None:
    if old.is_draft:
        problems["supersedes"].append(
            _("%(decree)s is a draft itself. Put it into force first.")
            % {"decree": old}
        )
    if old.status == Status.SUPERSEDED:
        problems["supersedes"].append(
            _("%(decree)s has already been superseded.") % {"decree": old}
        )
    if decree.in_force_from <= old.in_force_from:
        problems["in_force_from"].append(
            _("It must begin after %(decree)s did, on %(date)s.")
            % {"decree": old, "date": html.day(old.in_force_from)}
        )
    last = _last_entry(old)
    if last is not None and last >= decree.in_force_from:
        problems["in_force_from"].append(
            _(
                "The ledger has work of %(date)s under %(decree)s. Begin after that"
                " day, or have those entries reversed first."
            )
            % {"date": html.day(last), "decree": old}
        )


def _last_entry(old: Decree) -> date | None:
    """The last day on which standing work counts under a decree."""
    standing = LiveCredit.objects.filter(
        decree_line__decree=old, outcome=Outcome.HANDLED
    )
    return standing.aggregate(last=Max("entry__effective_on"))["last"]
