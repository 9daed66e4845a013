"""The answers of an area's readiness for DAK PPKT, all of a year at once."""

from collections.abc import Mapping
from datetime import date
from typing import Any, TypedDict

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.access import can, require
from agencies.roles import Permission
from areas.models import SlumArea
from areas.services.checks import Problems, one_line
from programs.models import ReadinessCheck
from programs.readiness import BY_CODE
from programs.services.periods import FIRST_YEAR, LAST_YEAR

TEXTS = {"document_number": 100, "note": 300}


class Answer(TypedDict, total=False):
    """The answer to a criterion; a blank `state` says that nobody looked at it."""

    state: str
    document_number: str
    dated_on: date | None
    note: str


@transaction.atomic
def set_readiness(
    area: SlumArea, *, year: int, answers: Mapping[str, Answer], by: Any
) -> list[ReadinessCheck]:
    """Store the answers by criterion; criteria that are not named stay.

    For who may edit the area or its office's programmes. Raises BusinessRuleError with
    every problem under `<criterion>.<field>`; then nothing is stored.
    """
    area = (
        SlumArea.objects.select_for_update(of=("self",))
        .select_related("agency")
        .get(pk=area.pk)
    )
    require_readiness(area, by)
    problems = Problems()
    if not FIRST_YEAR <= year <= LAST_YEAR:
        problems["year"].append(_("The year must lie between 2000 and 2100."))
    cleaned = {code: _cleaned(answer) for code, answer in answers.items()}
    for code, answer in cleaned.items():
        _check(code, answer, problems)
    problems.raise_any()
    stored = {c.criterion: c for c in area.readiness.filter(year=year)}
    for code, answer in cleaned.items():
        check = stored.get(code)
        if not answer["state"]:
            if check is not None:
                check.delete()
        elif check is None or _differs(check, answer):
            check = check or ReadinessCheck(area=area, year=year, criterion=code)
            _fill(check, answer, by)
    return list(area.readiness.filter(year=year))


def may_edit(area: SlumArea, user: Any) -> bool:
    return can(user, Permission.AREA_EDIT, agency=area.agency) or can(
        user, Permission.PROGRAMME_EDIT, agency=area.agency
    )


def require_readiness(area: SlumArea, user: Any) -> None:
    """Raise NotAllowedError, with a sentence, unless `may_edit`."""
    if not may_edit(area, user):
        require(user, Permission.AREA_EDIT, agency=area.agency)


def _cleaned(answer: Answer) -> Answer:
    return Answer(
        state=answer.get("state", ""),
        document_number=one_line(answer.get("document_number", "")),
        dated_on=answer.get("dated_on"),
        note=one_line(answer.get("note", "")),
    )


def _check(code: str, answer: Answer, problems: Problems) -> None:
    kinds = ReadinessCheck.State
    if code not in BY_CODE:
        problems[code].append(_("There is no such criterion."))
        return
    state = answer["state"]
    said = answer["document_number"] or answer["dated_on"] or answer["note"]
    if state and state not in kinds.values:
        problems[f"{code}.state"].append(_("There is no such answer."))
    elif said and not state:
        problems[f"{code}.state"].append(
            _("Choose whether it is met; a document or note stands here already.")
        )
    elif state == kinds.NOT_NEEDED and not answer["note"]:
        problems[f"{code}.note"].append(_("Say why it is not needed here."))
    for name, most in TEXTS.items():
        if len(answer[name]) > most:  # type: ignore[literal-required]
            text = _("This is longer than %(most)s characters. Shorten it.")
            problems[f"{code}.{name}"].append(text % {"most": most})


def _differs(check: ReadinessCheck, answer: Answer) -> bool:
    return any(getattr(check, name) != value for name, value in answer.items())


def _fill(check: ReadinessCheck, answer: Answer, by: Any) -> None:
    for name, value in answer.items():
        setattr(check, name, value)
    check.updated_by = by
    check.save()
