"""Assessments: enter volumes, submit, return, verify (design 4.3, 4.9)."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.access import can, require
from agencies.models import User
from agencies.roles import Permission
from areas import workflow
from areas.models import Assessment, RuleSet, SlumArea
from areas.outcomes import settle_outcomes
from areas.results import problems_of, result_of, to_store
from areas.rule_sets import rule_set_on
from areas.services.checks import Problems, put_values
from areas.services.volumes import UnitEntry, copy_units, store_entries
from core import html
from core.errors import BusinessRuleError, WrongStateError
from core.workflow import Step, require_state, state_reasons


@transaction.atomic
def start_assessment(
    area: SlumArea,
    *,
    surveyed_on: date,
    by: User,
    rule_set: RuleSet | None = None,
    basis: str = Assessment.Basis.RT,
) -> Assessment:
    """A new draft for the area's RT, or for the area as a whole; one a day.

    Without a `rule_set` it is the published one that holds on the survey's day.
    """
    area = (
        SlumArea.objects.select_for_update(of=("self",), no_key=True)
        .select_related("agency")
        .get(pk=area.pk)
    )
    require(by, Permission.ASSESSMENT_EDIT, agency=area.agency)
    problems = Problems()
    if basis == Assessment.Basis.RT and not area.neighbourhoods.exists():
        problems["area"].append(
            _(
                "%(area)s has no RT yet. Add its RT first, or survey the area as a"
                " whole."
            )
            % {"area": area}
        )
    if surveyed_on > timezone.localdate():
        problems["surveyed_on"].append(_("The survey date lies in the future."))
    elif _is_taken(area.pk, surveyed_on):
        problems["surveyed_on"].append(_taken_text())
    _check_rule_set(rule_set, problems)
    problems.raise_any()
    return Assessment.objects.create(
        area=area,
        surveyed_on=surveyed_on,
        rule_set=rule_set or rule_set_on(surveyed_on),
        basis=basis,
        created_by=by,
    )


class SiteValues(TypedDict, total=False):
    """What is recorded about the place, each answer with what it rests on."""

    is_strategic: bool | None
    strategic_basis: str
    has_social_need: bool | None
    social_basis: str
    land_status: str
    land_basis: str
    conforms_to_plan: bool | None
    plan_basis: str


@transaction.atomic
def record_site(
    assessment: Assessment, *, by: User, **values: Unpack[SiteValues]
) -> Assessment:
    """Considerations and legality of an open survey; what is not named stays."""
    assessment = _locked(assessment)
    _require_open(assessment, by)
    put_values(assessment, values)
    problems = Problems()
    try:
        assessment.clean_fields(
            exclude=[
                field.name
                for field in Assessment._meta.fields
                if field.name not in values
            ]
        )
    except ValidationError as error:
        problems.add_all(error)
    problems.raise_any()
    assessment.save(update_fields=list(values))
    return assessment


@transaction.atomic
def correct_assessment(assessment: Assessment, *, reason: str, by: User) -> Assessment:
    """A new draft in the place of a verified survey, which stays as it was.

    It names the survey that it corrects, and starts with its volumes and answers; once
    verified, it takes its place in every figure.
    """
    original = _locked(assessment)
    require(by, Permission.ASSESSMENT_EDIT, agency=original.area.agency)
    problems = Problems()
    if not reason.strip():
        problems["reason"].append(_("Say what is wrong in the verified assessment."))
    problems.raise_any()
    if original.status != Assessment.Status.VERIFIED:
        raise WrongStateError(
            _(
                "Only a verified assessment needs a correction: the status is"
                " “%(status)s”."
            )
            % {"status": original.get_status_display()}
        )
    if Assessment.objects.filter(corrects=original).exists():
        raise WrongStateError(_("This assessment already has a correction."))
    copied = ("area", "rule_set", "basis", "surveyed_on", *SiteValues.__annotations__)
    draft = Assessment.objects.create(
        corrects=original,
        correction_reason=reason.strip(),
        created_by=by,
        **{name: getattr(original, name) for name in copied},
    )
    copy_units(original, draft)
    return draft


def _check_rule_set(rule_set: RuleSet | None, problems: Problems) -> None:
    if rule_set is not None and rule_set.status != RuleSet.Status.PUBLISHED:
        problems["rule_set"].append(
            _("%(rule_set)s is not published yet. Choose a published rule set.")
            % {"rule_set": rule_set}
        )


@transaction.atomic
def save_volumes(
    assessment: Assessment, entries: Sequence[UnitEntry], *, by: User
) -> Assessment:
    """Store the volumes of one or many RT, or of the whole area; may be partial.

    Denominators are copied from the RT as they are now. The assessment's date becomes
    the latest of its RT. Errors of all entries come at once, under
    `<RT's key>.<indicator code>`; a number above its denominator or below 0 is refused.
    """
    assessment = _locked(assessment)
    _require_open(assessment, by)
    store_entries(assessment, entries)
    latest = assessment.units.aggregate(latest=Max("surveyed_on"))["latest"]
    if latest and latest != assessment.surveyed_on:
        if assessment.corrects_id is None and _is_taken(assessment.area_id, latest):
            raise BusinessRuleError(errors={"surveyed_on": [_taken_text()]})
        assessment.surveyed_on = latest
        assessment.save(update_fields=["surveyed_on"])
    return assessment


@transaction.atomic
def submit_assessment(assessment: Assessment, *, by: User) -> Assessment:
    """Hand the survey to the province. A blank volume is an error: write 0."""
    assessment = _locked(assessment)
    _check(workflow.SUBMIT, assessment, by)
    assessment.submitted_at, assessment.submitted_by = timezone.now(), by
    assessment.return_reason = ""
    return _moved(workflow.SUBMIT, assessment)


@transaction.atomic
def return_assessment(assessment: Assessment, *, reason: str, by: User) -> Assessment:
    """Give a submitted survey back, with the reason; its volumes are open again."""
    assessment = _locked(assessment)
    _check(workflow.RETURN, assessment, by)
    if not reason.strip():
        raise BusinessRuleError(errors={"reason": [_("Say what has to be corrected.")]})
    assessment.submitted_at = assessment.submitted_by = None
    assessment.return_reason = reason.strip()
    return _moved(workflow.RETURN, assessment)


@transaction.atomic
def verify_assessment(assessment: Assessment, *, by: User) -> Assessment:
    """Accept a submitted survey for good; its results are stored with it.

    What follows from it for improved and cleared goes to the ledger in the same moment.
    """
    assessment = _locked(assessment)
    _check(workflow.VERIFY, assessment, by)
    verified = _verified(assessment, by)
    settle_outcomes([assessment.area_id], by=by)
    return verified


@transaction.atomic
def verify_assessments(
    assessments: Iterable[Assessment], *, by: User
) -> list[Assessment]:
    """Verify all of them or none, by the rules of `verify_assessment`.

    Raises BusinessRuleError with everything that stands against any of them, under its
    key.
    """
    locked = _locked_all(assessment.pk for assessment in assessments)
    problems = Problems()
    if not locked:
        problems["assessments"].append(_("Choose at least one assessment."))
    for assessment in locked:
        for sentence in _everything_against(workflow.VERIFY, assessment, by):
            problems[str(assessment.pk)].append(
                _("%(area)s, %(date)s: %(problem)s")
                % {
                    "area": assessment.area,
                    "date": html.day(assessment.surveyed_on),
                    "problem": sentence,
                }
            )
    problems.raise_any()
    verified = [_verified(assessment, by) for assessment in locked]
    settle_outcomes([assessment.area_id for assessment in locked], by=by)
    return verified


def _require_open(assessment: Assessment, by: User) -> None:
    require(by, Permission.ASSESSMENT_EDIT, agency=assessment.area.agency)
    if not assessment.is_open:
        raise WrongStateError(
            _("The volumes can no longer be changed: the status is “%(status)s”.")
            % {"status": assessment.get_status_display()}
        )


def _locked(assessment: Assessment) -> Assessment:
    return _locked_all([assessment.pk])[0]


def _locked_all(keys: Iterable[int]) -> list[Assessment]:
    """The assessments, then their areas (no RT joins meanwhile), locked by key."""
    rows = list(
        Assessment.objects.select_for_update(of=("self",))
        .select_related("area__agency")
        .filter(pk__in=sorted(set(keys)))
        .order_by("pk")
    )
    areas = SlumArea.objects.select_for_update(no_key=True).order_by("pk")
    list(areas.filter(pk__in={row.area_id for row in rows}).values_list("pk"))
    return rows


def _check(step: Step, assessment: Assessment, by: User) -> None:
    """Right, state, rules, in this order; all broken rules at once."""
    require(by, Permission(step.permission), agency=assessment.area.agency)
    require_state(step, assessment.status, str(assessment.get_status_display()))
    if sentences := _broken_rules(step, assessment, by):
        raise BusinessRuleError(errors={step.name: sentences})


def _everything_against(step: Step, assessment: Assessment, by: User) -> list[str]:
    label = str(assessment.get_status_display())
    if against := state_reasons(step, assessment.status, label):
        return [str(reason) for reason in against]
    if not can(by, Permission(step.permission), agency=assessment.area.agency):
        return [_("Your role does not allow this. Ask your administrator.")]
    return _broken_rules(step, assessment, by)


def _broken_rules(step: Step, assessment: Assessment, by: User) -> list[str]:
    """The reasons of the workflow; where they concern RT, with each RT's own."""
    reasons = [str(r) for r in workflow.rule_reasons(step, assessment, by)]
    if not reasons:
        return []
    return reasons + [problem.text for problem in problems_of(assessment)]


def _verified(assessment: Assessment, by: User) -> Assessment:
    result = result_of(assessment)
    assert result is not None  # every RT is complete, or the rules had refused
    assessment.verified_at, assessment.verified_by = timezone.now(), by
    assessment.total, assessment.severity = result.total, result.severity
    assessment.results = to_store(assessment, result)
    assessment.hectares = Decimal(assessment.results["denominators"]["hectares"])
    return _moved(workflow.VERIFY, assessment)


def _moved(step: Step, assessment: Assessment) -> Assessment:
    assessment.status = step.target
    assessment.save()
    return assessment


def _is_taken(area_id: int, day: date) -> bool:
    rows = Assessment.objects.filter(area=area_id, surveyed_on=day, corrects=None)
    return rows.exists()


def _taken_text() -> str:
    return _("This area already has an assessment of that date.")
