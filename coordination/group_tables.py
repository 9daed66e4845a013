"""Columns of Pokja and Forum PKP, on the page and in the files."""

from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.models import GroupMember, GroupPlan, Meeting, WorkingGroup
from coordination.models.group import PlanState
from core import html
from core.tables import Column

PLAN_LOOKS = {
    PlanState.PLANNED: ("", "calendar"),
    PlanState.RUNNING: ("info", "clock"),
    PlanState.DONE: ("ok", "check"),
    PlanState.DROPPED: ("off", "return"),
}


def with_counts(groups: QuerySet[WorkingGroup]) -> QuerySet[WorkingGroup]:
    """Add `member_count`, `session_count`, and of this year's plan `plan_count` lines
    with `plan_done` of them done."""
    lines = Q(year=timezone.localdate().year) & ~Q(state=PlanState.DROPPED)
    plans = GroupPlan.objects.filter(lines)
    return groups.annotate(
        member_count=_count(GroupMember.objects.all()),
        session_count=_count(Meeting.objects.all()),
        plan_count=_count(plans),
        plan_done=_count(plans.filter(state=PlanState.DONE)),
    )


def _count(rows: QuerySet[Any]) -> Coalesce:
    """How many of these belong to the group; a subquery, for joins would multiply."""
    counted = rows.filter(group=OuterRef("pk")).order_by().values("group")
    return Coalesce(Subquery(counted.annotate(count=Count("pk")).values("count")), 0)


def decree_chip(group: WorkingGroup) -> SafeString:
    if group.is_current(timezone.localdate()):
        return html.chip(_("in force"), "ok", "check")
    return html.chip(_("expired"), "warn", "warning")


def plan_chip(plan: GroupPlan) -> SafeString:
    tone, icon = PLAN_LOOKS[PlanState(plan.state)]
    is_open = plan.state in (PlanState.PLANNED, PlanState.RUNNING)
    if is_open and plan.due_on and plan.due_on < timezone.localdate():
        words = _("%(state)s, late") % {"state": plan.get_state_display()}
        return html.chip(words, "late", "warning")
    return html.chip(plan.get_state_display(), tone, icon)


def _plan_share(group: Any) -> str:
    if not group.plan_count:
        return "–"
    counts = {"done": group.plan_done, "count": group.plan_count}
    return _("%(done)s of %(count)s") % counts


GROUP_COLUMNS = (
    Column(gettext_lazy("Name"), "name", "name", link=True, full=True),
    Column(gettext_lazy("Kind"), "get_kind_display", "kind", css="half"),
    Column(
        gettext_lazy("Secretariat"),
        "agency.short_name",
        "agency__short_name",
        full=True,
    ),
    Column(gettext_lazy("Decree"), "decree_number", "decree_number", full=True),
    Column(
        gettext_lazy("Date of the decree"),
        "decree_on",
        "decree_on",
        "date",
        css="half",
    ),
    Column(
        gettext_lazy("Valid"),
        decree_chip,
        "valid_until",
        "html",
        css="half st-cell",
        export="valid_until",
    ),
    Column(gettext_lazy("Members"), "member_count", "member_count", "number"),
    Column(gettext_lazy("Sessions"), "session_count", "session_count", "number"),
    Column(gettext_lazy("Plan of this year done"), _plan_share, css="half"),
)
