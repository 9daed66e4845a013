"""Correcting the ledger: an entry is undone by another one, never changed (ADR 9)."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from agencies.access import require
from agencies.roles import Permission
from areas.ledger import Claim, credit_many, credited_under, lock_lines, refusals_of
from areas.models import DecreeLine, LedgerEntry
from areas.models.ledger import Outcome
from core import html
from core.errors import BusinessRuleError, WrongStateError
from core.fields import six_places
from core.numbers import format_decimal


@transaction.atomic
def reverse(
    entry: LedgerEntry,
    *,
    reason: str,
    by: Any,
    document: str = "",
    effective_on: date | None = None,
) -> LedgerEntry:
    """Take a credit of work back, once; its unit can then be credited again.

    Takes effect on the credit's own day, because the hectares never were right; what
    was said in between is still known by `known_at`. A later `effective_on` says that
    they were right until then. What surveys decided follows from them alone
    (`areas.outcomes`).
    """
    lock_lines([entry.decree_line_id])
    entry = stored_entry(entry)
    require(by, Permission.LEDGER_APPROVE, agency=entry.decree_line.area.agency)
    if text := standing_problem(entry):
        raise WrongStateError(text)
    effective_on = effective_on or entry.effective_on
    _check_reversal(entry, reason, effective_on)
    return undo(
        entry,
        by=by,
        reason=reason.strip(),
        document=document.strip(),
        effective_on=effective_on,
    )


def stored_entry(entry: LedgerEntry) -> LedgerEntry:
    """The entry as it stands now, with what its correction asks about."""
    related = ("decree_line__area__agency", "decree_line__decree", "reversed_by")
    return LedgerEntry.objects.select_related(*related, "neighbourhood", "agency").get(
        pk=entry.pk
    )


def undo(
    entry: LedgerEntry,
    *,
    by: Any,
    reason: str,
    effective_on: date | None = None,
    kind: str = LedgerEntry.Kind.REVERSAL,
    link: str = "reverses",
    **values: Any,
) -> LedgerEntry:
    """Post the counterpart of an entry: the same unit, the other sign, linked to it.

    No right and no rule is asked here, only the database's; callers have locked the
    line and decided.
    """
    same = (
        "decree_line_id",
        "neighbourhood_id",
        "footprint",
        "outcome",
        "agency_id",
        "source_id",
        "method",
        "cause",
        "period",
        "assessment_id",
    )
    fields = {name: getattr(entry, name) for name in same} | values
    return LedgerEntry.objects.create(
        kind=kind,
        hectares=-entry.hectares,
        reason=reason,
        effective_on=effective_on or entry.effective_on,
        recorded_by=by,
        **{link: entry},
        **fields,
    )


@transaction.atomic
def correct_area(
    line: DecreeLine,
    *,
    hectares: Decimal,
    reason: str,
    document: str,
    by: Any,
) -> LedgerEntry:
    """Correct what a decree line in force gives its area, to `hectares` from its start.

    The decree's own print stays; the entry is the difference, with the document that
    says so. Raises BusinessRuleError where nothing changes, or where the ledger has
    credited more than that.
    """
    line = lock_lines([line.pk])[line.pk]
    require(by, Permission.LEDGER_APPROVE, agency=line.area.agency)
    hectares = six_places(hectares)
    errors = area_problems(line, hectares, reason, document)
    if errors:
        raise BusinessRuleError(errors=errors)
    return LedgerEntry.objects.create(
        decree_line=line,
        outcome=Outcome.DECREED,
        kind=LedgerEntry.Kind.AREA_CORRECTION,
        method=LedgerEntry.Method.DOCUMENT,
        hectares=hectares - line.hectares_now,
        agency=line.area.agency,
        cause=line.decree.number,
        period=line.decree.number[:40],
        effective_on=line.decree.in_force_from,
        reason=reason.strip(),
        document=document.strip(),
        recorded_by=by,
    )


def area_problems(
    line: DecreeLine, hectares: Decimal, reason: str, document: str
) -> dict[str, list[str]]:
    """What stands against correcting the line's area to this, by field."""
    errors: dict[str, list[str]] = defaultdict(list)
    if not reason.strip():
        errors["reason"].append(_("Say why the area is corrected."))
    if not document.strip():
        errors["document"].append(_("Name the document that gives the right area."))
    if line.decree.is_draft:
        errors["hectares"].append(_("The decree is a draft: change its line instead."))
    elif hectares <= 0:
        errors["hectares"].append(_("The area must be above 0 ha."))
    elif hectares == line.hectares_now:
        errors["hectares"].append(_("The line already has these hectares."))
    if credited := credited_under([line.pk]).get(line.pk):
        slack = Decimal(settings.LEDGER_ROUNDING_HA)
        if credited > hectares + slack:
            errors["hectares"].append(
                _("%(area)s: the ledger has credited %(credited)s ha, more than this.")
                % {"area": line.area, "credited": format_decimal(credited, None)}
            )
    return errors


@transaction.atomic
def replace_credit(
    entry: LedgerEntry,
    *,
    hectares: Decimal,
    reason: str,
    by: Any,
    document: str = "",
) -> LedgerEntry:
    """Raise or lower a credit: reverse it and post a new one for the same unit."""
    if six_places(hectares) == entry.hectares:
        raise BusinessRuleError(errors={"hectares": [_same_hectares()]})
    reverse(entry, reason=reason, document=document, by=by)
    result = credit_many([_replacement(entry, hectares)], by=by)[0]
    assert result.entry is not None  # the reversal freed the key, under the same lock
    return result.entry


def replacement_problems(entry: LedgerEntry, hectares: Decimal) -> dict[str, list[str]]:
    """What stands against these hectares, by field: the rules of `replace_credit`."""
    if six_places(hectares) == entry.hectares:
        return {"hectares": [_same_hectares()]}
    return refusals_of(_replacement(entry, hectares), instead_of=entry)


def _replacement(entry: LedgerEntry, hectares: Decimal) -> Claim:
    return Claim(
        decree_line=entry.decree_line,
        neighbourhood=entry.neighbourhood,
        footprint=entry.footprint,
        hectares=hectares,
        agency=entry.agency,
        cause=entry.cause,
        period=entry.period,
        effective_on=entry.effective_on,
        method=entry.method,
        source=entry.source,
        replaces=entry,
    )


def _same_hectares() -> str:
    return _("The entry already has these hectares.")


def standing_problem(entry: LedgerEntry) -> str:
    """Why the entry is not a credit of work that stands; empty where it is.

    Costs no query for an entry with its `reversed_by` at hand.
    """
    if entry.outcome != Outcome.HANDLED:
        return _(
            "Entry #%(entry)s follows from a survey or a document; correct that."
        ) % {"entry": entry.pk}
    if entry.hectares < 0:
        return _(
            "Entry #%(entry)s is itself a reversal; post a new credit instead."
        ) % {"entry": entry.pk}
    if other := getattr(entry, "reversed_by", None):
        return _("Entry #%(entry)s was already reversed by #%(other)s.") % {
            "entry": entry.pk,
            "other": other.pk,
        }
    return ""


def _check_reversal(entry: LedgerEntry, reason: str, effective_on: date) -> None:
    errors = {}
    if not reason.strip():
        errors["reason"] = [_("Say why the entry is reversed.")]
    if effective_on < entry.effective_on:
        errors["effective_on"] = [
            _("The entry took effect on %(date)s; it cannot be reversed before that.")
            % {"date": html.day(entry.effective_on)}
        ]
    if errors:
        raise BusinessRuleError(errors=errors)
