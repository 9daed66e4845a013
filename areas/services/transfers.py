"""Requests that another authority take over an area: asked, accepted, refused."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.access import require
from agencies.models import Agency
from agencies.roles import Permission
from areas import transfer_workflow as workflow
from areas.models import AuthorityTransfer, SlumArea
from areas.rules import Authority
from areas.services.acting import acting_row
from areas.services.checks import Problems, check_and_save, save_checked
from areas.standing import Standing, standing_of
from core import html
from core.errors import BusinessRuleError, NotAllowedError
from core.workflow import Step, require_state


@transaction.atomic
def ask_transfer(
    area: SlumArea,
    *,
    to_agency: Agency,
    letter_number: str,
    letter_on: date,
    reason: str,
    by: Any,
) -> AuthorityTransfer:
    """Ask an agency of another authority to act in the area, with the letter.

    Raises BusinessRuleError with every problem by field.
    """
    area = _locked_area(area)
    require(by, Permission.TRANSFER_ASK, agency=area.agency)
    standing = standing_of(area, timezone.localdate())
    problems = Problems()
    _check_asked(area, standing, to_agency, problems)
    if letter_on > timezone.localdate():
        problems["letter_on"].append(_("The letter is dated in the future."))
    transfer = AuthorityTransfer(
        area=area,
        authority=standing.authority or Authority.REGENCY,
        to_agency=to_agency,
        letter_number=" ".join(letter_number.split()),
        letter_on=letter_on,
        reason=reason.strip(),
        asked_by=by,
    )
    check_and_save(transfer, problems)
    return transfer


@transaction.atomic
def accept_transfer(
    transfer: AuthorityTransfer,
    *,
    answer_number: str,
    answer_on: date,
    by: Any,
    note: str = "",
) -> AuthorityTransfer:
    """The asked agency takes the area over: it acts there by its letter from now on.

    The authority by size stays what the decree makes it.
    """
    transfer = _answered(workflow.ACCEPT, transfer, answer_number, answer_on, note, by)
    row = acting_row(transfer.area, transfer.to_agency)
    row.document = transfer.answer_number
    save_checked(row)
    return transfer


@transaction.atomic
def refuse_transfer(
    transfer: AuthorityTransfer,
    *,
    answer_number: str,
    answer_on: date,
    note: str,
    by: Any,
) -> AuthorityTransfer:
    """The asked agency does not take the area over; the note says why."""
    return _answered(workflow.REFUSE, transfer, answer_number, answer_on, note, by)


def _check_asked(
    area: SlumArea, standing: Standing, agency: Agency, problems: Problems
) -> None:
    """The area has an authority, and the agency belongs to another one there."""
    if standing.authority is None:
        problems["area"].append(
            _("No decree in force names %(area)s, so its size gives no authority.")
            % {"area": area}
        )
    elif agency.level == standing.authority:
        problems["to_agency"].append(
            _(
                "By size the area is already the authority of “%(authority)s”, to which"
                " %(agency)s belongs. No transfer is needed."
            )
            % {"authority": standing.authority.label, "agency": agency.short_name}
        )
    elif not standing.needs_letter(agency) or not works_in(agency, area):
        problems["to_agency"].append(
            _("%(agency)s has no authority in %(regency)s. Choose another office.")
            % {"agency": agency.short_name, "regency": area.regency}
        )


def works_in(agency: Agency, area: SlumArea) -> bool:
    """Whether the area lies in the agency's region; a ministry works everywhere."""
    region = agency.region_id
    return region is None or f"{area.regency_id}.".startswith(f"{region}.")


def _answered(
    step: Step,
    transfer: AuthorityTransfer,
    answer_number: str,
    answer_on: date,
    note: str,
    by: Any,
) -> AuthorityTransfer:
    """The request with its answer stored, once right, state and rules allow it."""
    _locked_area(transfer.area)
    transfer = (
        AuthorityTransfer.objects.select_for_update(of=("self",))
        .select_related("area__agency", "to_agency")
        .get(pk=transfer.pk)
    )
    _require_answer(transfer, by)
    require_state(step, transfer.status, str(transfer.get_status_display()))
    if reasons := workflow.rule_reasons(transfer, by):
        raise BusinessRuleError(str(reasons[0]))
    transfer.answer_number = " ".join(answer_number.split())
    transfer.answer_on, transfer.answer_note = answer_on, note.strip()
    _check_answer(step, transfer)
    transfer.status = step.target
    transfer.answered_at, transfer.answered_by = timezone.now(), by
    save_checked(transfer)
    return transfer


def _require_answer(transfer: AuthorityTransfer, by: Any) -> None:
    if not workflow.may_answer(transfer, by):
        raise NotAllowedError(
            _("Your role does not answer for %(agency)s. Ask your administrator.")
            % {"agency": transfer.to_agency.short_name}
        )


def _check_answer(step: Step, transfer: AuthorityTransfer) -> None:
    """The letter of the answer has a number and a day that can be."""
    problems = Problems()
    day = transfer.answer_on
    assert day is not None  # callers give it
    if not transfer.answer_number:
        problems["answer_number"].append(_("Enter the number of the answer."))
    if day > timezone.localdate():
        problems["answer_on"].append(_("The letter is dated in the future."))
    elif day < transfer.letter_on:
        problems["answer_on"].append(
            _("The answer cannot be older than the letter of %(date)s.")
            % {"date": html.day(transfer.letter_on)}
        )
    if step == workflow.REFUSE and not transfer.answer_note:
        problems["note"].append(_("Say why it is refused."))
    problems.raise_any()


def _locked_area(area: SlumArea) -> SlumArea:
    return (
        SlumArea.objects.select_for_update(of=("self",), no_key=True)
        .select_related("agency", "regency")
        .get(pk=area.pk)
    )
