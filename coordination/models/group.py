"""Pokja PKP and Forum PKP: standing bodies with members and a work plan.

PP 14/2016 Pasal 54; Permen PUPR 12/2020 Pasal 14-15 (Forum) and 36 (Pokja).
"""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.access import scope_of
from agencies.models import Agency
from core.constraints import choices_known
from core.tracking import tracked


class GroupKind(models.TextChoices):
    POKJA = "pokja", _("Pokja PKP")
    FORUM = "forum", _("Forum PKP")


class WorkingGroupQuerySet(models.QuerySet["WorkingGroup"]):
    def visible_to(self, user: Any) -> "WorkingGroupQuerySet":
        """Groups of the own agency and region, and those one's agency sits in."""
        scope = scope_of(user)
        sits = GroupMember.objects.filter(agency__in=scope.agencies).values("group")
        return self.filter(
            Q(agency__in=scope.agencies)
            | scope.regions_q("agency__region_id")
            | Q(pk__in=sits)
        )


@tracked()
class WorkingGroup(models.Model):
    """A Pokja or Forum PKP, as its decree names it; `agency` is its secretariat."""

    Kind = GroupKind

    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=10, choices=GroupKind)
    agency = models.ForeignKey(
        Agency,
        on_delete=models.PROTECT,
        related_name="groups",
        verbose_name=_("secretariat"),
    )
    decree_number = models.CharField(_("number of the decree"), max_length=100)
    decree_on = models.DateField(_("date of the decree"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    signed_by = models.CharField(_("signed by"), max_length=200, blank=True)
    is_demo = models.BooleanField(_("example data"), default=False, editable=False)

    objects = WorkingGroupQuerySet.as_manager()

    class Meta:
        verbose_name = _("Pokja or Forum PKP")
        verbose_name_plural = _("Pokja and Forum PKP")
        ordering = ["name", "pk"]
        constraints = [
            choices_known("kind", GroupKind, name="group_kind_known"),
            models.UniqueConstraint(
                fields=["agency", "name"],
                name="group_once",
                violation_error_message=_("This office has that group already."),
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gt=F("decree_on")),
                name="group_dates_ordered",
                violation_error_message=_("The end lies before the decree."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("coordination:group-detail", args=[self.pk])

    def is_current(self, on: date) -> bool:
        return self.decree_on <= on and (
            self.valid_until is None or on < self.valid_until
        )


class GroupTeam(models.TextChoices):
    STEERING = "steering", _("Steering team")
    EXECUTING = "executing", _("Executing team")
    SECRETARIAT = "secretariat", _("Secretariat")
    FORUM = "forum", _("Member of the forum")


@tracked()
class GroupMember(models.Model):
    """Who sits in it, in which team and for whom."""

    Team = GroupTeam

    group = models.ForeignKey(
        WorkingGroup, on_delete=models.CASCADE, related_name="members"
    )
    name = models.CharField(_("name"), max_length=200, blank=True)
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="+", verbose_name=_("agency")
    )
    team = models.CharField(_("team"), max_length=12, choices=GroupTeam)
    role = models.CharField(
        _("role"),
        max_length=100,
        help_text=_("Such as chair, deputy, secretary, member."),
    )
    gender = models.CharField(
        _("woman or man"),
        max_length=1,
        choices=[("f", _("Woman")), ("m", _("Man"))],
        blank=True,
    )

    class Meta:
        verbose_name = _("member of a Pokja or Forum")
        verbose_name_plural = _("members of Pokja and Forum")
        ordering = ["group", "team", "pk"]
        constraints = [
            choices_known("team", GroupTeam, name="group_team_known"),
            models.CheckConstraint(
                condition=Q(gender__in=["", "f", "m"]), name="group_gender_known"
            ),
            models.UniqueConstraint(
                fields=["group", "agency", "name", "role"],
                name="group_member_once",
                violation_error_message=_("This member is named already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.agency.short_name


class PlanState(models.TextChoices):
    PLANNED = "planned", _("Planned")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    DROPPED = "dropped", _("Dropped")


@tracked()
class GroupPlan(models.Model):
    """A line of the group's work plan of a year."""

    State = PlanState

    group = models.ForeignKey(
        WorkingGroup, on_delete=models.CASCADE, related_name="plans"
    )
    year = models.PositiveSmallIntegerField(_("year"))
    text = models.CharField(_("work"), max_length=300)
    due_on = models.DateField(_("due"), null=True, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=PlanState, default=PlanState.PLANNED
    )
    note = models.CharField(_("result or note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("line of the work plan")
        verbose_name_plural = _("lines of the work plan")
        ordering = ["group", "-year", "due_on", "pk"]
        constraints = [
            choices_known("state", PlanState, name="group_plan_state_known"),
            models.CheckConstraint(
                condition=Q(year__range=(1990, 2100)),
                name="group_plan_year_bounded",
                violation_error_message=_("The year lies between 1990 and 2100."),
            ),
            models.UniqueConstraint(
                fields=["group", "year", "text"],
                name="group_plan_once",
                violation_error_message=_("The plan of the year says that already."),
            ),
        ]

    def __str__(self) -> str:
        return self.text
