"""Pokja and Forum PKP: the group by its decree, its members and its work plan."""

from collections.abc import Mapping
from datetime import date
from typing import Any, TypedDict, Unpack

from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.access import require
from agencies.models import Agency
from agencies.roles import Permission
from areas.services.checks import Problems, check_and_save
from coordination.models import GroupMember, GroupPlan, WorkingGroup
from coordination.models.group import GroupKind, GroupTeam
from coordination.services.common import fresh
from coordination.texts import put_texts


class GroupValues(TypedDict, total=False):
    """What a group has besides its secretariat."""

    name: str
    kind: str
    decree_number: str
    decree_on: date
    valid_until: date | None
    signed_by: str


class MemberValues(TypedDict, total=False):
    name: str
    agency: Agency
    team: str
    role: str
    gender: str


class PlanValues(TypedDict, total=False):
    year: int
    text: str
    due_on: date | None
    state: str
    note: str


@transaction.atomic
def create_group(
    *, agency: Agency, by: Any, **values: Unpack[GroupValues]
) -> WorkingGroup:
    """A group whose secretariat is `agency`. Raises BusinessRuleError with everything
    that is wrong, by field."""
    require(by, Permission.GROUP_EDIT, agency=agency)
    return _stored_group(WorkingGroup(agency=agency), values)


@transaction.atomic
def change_group(
    group: WorkingGroup, *, by: Any, **values: Unpack[GroupValues]
) -> WorkingGroup:
    """Change what is named in `values`; its secretariat never changes."""
    return _stored_group(_locked(group, by), values)


@transaction.atomic
def add_member(
    group: WorkingGroup, *, by: Any, **values: Unpack[MemberValues]
) -> GroupMember:
    """Somebody, or an agency as such, sits in the group."""
    return _stored_member(GroupMember(group=_locked(group, by)), values)


@transaction.atomic
def change_member(
    member: GroupMember, *, by: Any, **values: Unpack[MemberValues]
) -> GroupMember:
    """Change what is named in `values`."""
    return _stored_member(_part(member, by), values)


@transaction.atomic
def remove_member(member: GroupMember, *, by: Any) -> None:
    """They no longer sit in it; the trail keeps that they did."""
    _part(member, by).delete()


@transaction.atomic
def add_plan(
    group: WorkingGroup, *, by: Any, **values: Unpack[PlanValues]
) -> GroupPlan:
    """A line of the work plan of a year."""
    return _stored_plan(GroupPlan(group=_locked(group, by)), values)


@transaction.atomic
def change_plan(plan: GroupPlan, *, by: Any, **values: Unpack[PlanValues]) -> GroupPlan:
    """Change what is named in `values`, such as how far the work is."""
    return _stored_plan(_part(plan, by), values)


@transaction.atomic
def remove_plan(plan: GroupPlan, *, by: Any) -> None:
    """The line was a mistake; work that is given up is “dropped” instead."""
    _part(plan, by).delete()


def _locked(group: WorkingGroup, by: Any) -> WorkingGroup:
    rows = WorkingGroup.objects.select_for_update(of=("self",))
    group = fresh(rows.select_related("agency"), group)
    require(by, Permission.GROUP_EDIT, agency=group.agency)
    return group


def _part(record: Any, by: Any) -> Any:
    """The member or line as it stands, its group locked."""
    group = _locked(record.group, by)
    found = fresh(type(record)._default_manager.select_for_update(), record)
    found.group = group
    return found


def _stored_group(group: WorkingGroup, values: GroupValues) -> WorkingGroup:
    problems = _put(group, values)
    if group.decree_on and group.decree_on > timezone.localdate():
        problems["decree_on"].append(_("The decree is dated in the future."))
    if group.decree_on and group.valid_until and group.valid_until <= group.decree_on:
        problems["valid_until"].append(_("The end lies before the decree."))
    return _checked(group, problems)


def _stored_member(member: GroupMember, values: MemberValues) -> GroupMember:
    problems = _put(member, values)
    is_forum = member.group.kind == GroupKind.FORUM
    if member.team and is_forum != (member.team == GroupTeam.FORUM):
        problems["team"].append(
            _("A Forum has members of the forum only.")
            if is_forum
            else _("A Pokja has a steering team, an executing team, a secretariat.")
        )
    return _checked(member, problems)


def _stored_plan(plan: GroupPlan, values: PlanValues) -> GroupPlan:
    problems = _put(plan, values)
    if plan.due_on and plan.year and plan.due_on.year != plan.year:
        problems["due_on"].append(
            _("The due day lies outside the year %(year)s.") % {"year": plan.year}
        )
    return _checked(plan, problems)


def _put(record: Model, values: Mapping[str, Any]) -> Problems:
    put_texts(record, values)
    return Problems()


def _checked(record: Any, problems: Problems) -> Any:
    check_and_save(record, problems)
    return record
