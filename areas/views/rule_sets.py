"""Pages of rule sets: the list, one with all its tables, and the steps of versions."""

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import DetailView

from areas import services
from areas.models import RuleSet
from areas.rule_set_diff import differences
from areas.rule_set_filters import RuleSetPageFilter
from areas.rule_set_steps import steps_for
from areas.rule_set_tables import (
    RULE_SET_COLUMNS,
    aspect_groups,
    decision_table,
    rule_set_chip,
    scale_tables,
    unverified_chip,
    unverified_count,
    with_counts,
)
from areas.rule_sets import as_rules
from areas.severity import Rules
from areas.views.common import action
from core import html
from core.views import FilteredListView, StepView
from core.workflow import OfferedStep

LOOK = {
    "revise": ("edit", "quiet"),
    "publish": ("check", "primary"),
    "discard": ("trash", "return"),
}
HINTS = {
    "revise": gettext_lazy("A draft with all of these rows; this version stays."),
    "publish": gettext_lazy("After that, nothing in it changes any more."),
    "discard": gettext_lazy("The draft and its rows are removed."),
}


class RuleSetScope(LoginRequiredMixin):
    """The rule sets that the person sees, by their code."""

    request: HttpRequest
    slug_field = "code"
    slug_url_kwarg = "code"

    def get_queryset(self) -> QuerySet:
        found = RuleSet.objects.visible_to(self.request.user)
        return found.select_related("based_on", "published_by")


class RuleSetListView(RuleSetScope, FilteredListView):
    filterset_class = RuleSetPageFilter
    columns = RULE_SET_COLUMNS
    default_order = ("-valid_from", "-version", "-pk")
    template_name = "areas/rule_set_list.html"
    export_name = "aturan-penilaian"

    def get_queryset(self) -> QuerySet:
        return with_counts(super().get_queryset(), self.request.user)


class RuleSetDetailView(RuleSetScope, DetailView):
    """All that a rule set says, what it changed, and what may be done with it."""

    template_name = "areas/rule_set_detail.html"
    context_object_name = "rule_set"

    def get_queryset(self) -> QuerySet:
        return with_counts(super().get_queryset(), self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rule_set, user = self.object, self.request.user
        rules = as_rules(rule_set)
        base = rule_set.based_on
        return super().get_context_data(
            facts=_facts(rule_set, rules),
            chip=rule_set_chip(rule_set),
            unverified=unverified_chip(),
            groups=aspect_groups(rules),
            scales=scale_tables(rules),
            decisions=decision_table(rules),
            changes=differences(base, rule_set) if base else [],
            steps=[_shown_step(rule_set, step) for step in steps_for(rule_set, user)],
            actions=_actions(rule_set, user),
            crumbs=[(_("Rule sets"), reverse("areas:rule-set-list"))],
            **kwargs,
        )


class RuleSetStepView(RuleSetScope, StepView):
    """One step of a rule set; where it leads depends on the step."""


class RuleSetReviseView(RuleSetStepView):
    done_message = gettext_lazy("The draft is there. Change it, then publish it.")
    draft: RuleSet | None = None

    def take_step(self, record: RuleSet) -> None:
        self.draft = services.revise_rule_set(record, by=self.request.user)

    def get_done_url(self, record: RuleSet) -> str:
        return (self.draft or record).get_absolute_url()


class RuleSetPublishView(RuleSetStepView):
    done_message = gettext_lazy("Published. New surveys can name it from now on.")

    def take_step(self, record: RuleSet) -> None:
        services.publish_rule_set(record, by=self.request.user)


class RuleSetDiscardView(RuleSetStepView):
    done_message = gettext_lazy("The draft is discarded.")

    def take_step(self, record: RuleSet) -> None:
        services.discard_rule_set(record, by=self.request.user)

    def get_done_url(self, record: RuleSet) -> str:
        if RuleSet.objects.filter(pk=record.pk).exists():
            return record.get_absolute_url()
        return reverse("areas:rule-set-list")


def _facts(rule_set: Any, rules: Rules) -> list[dict[str, Any]]:
    until, base = rule_set.valid_until, rule_set.based_on
    count = rule_set.assessment_count
    listed = f"{reverse('areas:assessment-list')}?rule_set={rule_set.code}"
    return [
        {"label": _("Citation"), "value": rule_set.citation, "note": rule_set.code},
        {
            "label": _("Valid from"),
            "value": html.day(rule_set.valid_from),
            "note": _("before %(date)s") % {"date": html.day(until)}
            if until
            else _("without an end"),
        },
        {
            "label": _("Version"),
            "value": rule_set.version,
            "note": _("based on %(rule_set)s") % {"rule_set": base} if base else "",
            "url": base.get_absolute_url() if base else "",
        },
        {
            "label": _("Published"),
            "value": html.moment(rule_set.published_at),
            "note": rule_set.published_by or "",
        },
        {
            "label": _("Not verified"),
            "value": html.figure(unverified_count(rules), 0),
            "note": _("rows whose source does not settle them"),
        },
        {
            "label": _("Assessments"),
            "value": html.figure(count, 0),
            "note": _("name this rule set"),
            "url": listed if count else "",
        },
    ]


def _shown_step(rule_set: RuleSet, offered: OfferedStep) -> dict[str, Any]:
    name = offered.name
    icon, tone = LOOK[name]
    return {
        "name": name,
        "label": offered.label,
        "url": reverse(f"areas:rule-set-{name}", args=[rule_set.code]),
        "is_open": offered.is_open,
        "reasons": offered.reasons,
        "icon": icon,
        "tone": tone,
        "hint": HINTS[name],
    }


def _actions(rule_set: RuleSet, user: Any) -> list[dict[str, Any]]:
    """Drafts are edited in the Django admin, by whoever gets in there."""
    if rule_set.status != RuleSet.Status.DRAFT or not user.is_staff:
        return []
    url = reverse("admin:areas_ruleset_change", args=[rule_set.pk])
    return [action(_("Edit the draft"), url, "edit", primary=True)]
