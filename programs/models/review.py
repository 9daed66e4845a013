"""What a verifier notes line by line, and changes asked of a verified report."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.constraints import choices_known, filled_together
from core.tracking import tracked
from programs.models.report import ProgressReport, ReportLine


class Mark(models.TextChoices):
    AS_REPORTED = "ok", _("As reported")
    CHANGED = "fix", _("Change hectares")
    REJECTED = "no", _("Reject the line")


@tracked()
class LineMark(models.Model):
    """A decision on one line, kept until the whole report is verified or returned.

    `decided` has the hectares of each unit that the mark changes, as text, by the key
    of the unit. A line that changes afterwards loses its mark.
    """

    Mark = Mark

    line = models.OneToOneField(
        ReportLine, on_delete=models.CASCADE, related_name="mark"
    )
    mark = models.CharField(_("mark"), max_length=5, choices=Mark)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    decided = models.JSONField(_("hectares decided"), default=dict, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("at"), auto_now=True)

    class Meta:
        verbose_name = _("mark of a line")
        verbose_name_plural = _("marks of lines")
        ordering = ["line"]
        constraints = [choices_known("mark", Mark, name="line_mark_known")]

    def __str__(self) -> str:
        return f"{self.line}: {self.get_mark_display()}"


class ChangeState(models.TextChoices):
    ASKED = "asked", _("Asked")
    ACCEPTED = "accepted", _("Accepted")
    REFUSED = "refused", _("Refused")


class ReportChangeQuerySet(models.QuerySet["ReportChange"]):
    def visible_to(self, user: Any) -> "ReportChangeQuerySet":
        """Changes of the reports in sight."""
        return self.filter(report__in=ProgressReport.objects.visible_to(user))

    def open(self) -> "ReportChangeQuerySet":
        return self.filter(state=ChangeState.ASKED)


@tracked()
class ReportChange(models.Model):
    """A change asked of one line of a verified report; its verifier decides.

    `values` are the line's new figures as JSON (exact, as texts), `before` what stood
    there when it was asked.
    """

    State = ChangeState

    report = models.ForeignKey(
        ProgressReport, on_delete=models.PROTECT, related_name="changes"
    )
    line = models.ForeignKey(
        ReportLine, on_delete=models.PROTECT, related_name="changes"
    )
    reason = models.CharField(_("reason"), max_length=300)
    values = models.JSONField(_("new figures"), editable=False)
    before = models.JSONField(_("figures before"), editable=False)
    state = models.CharField(
        _("state"), max_length=10, choices=State, default=State.ASKED
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField(_("asked at"), auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    decision_reason = models.CharField(
        _("reason of the decision"), max_length=300, blank=True
    )

    objects = ReportChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change request")
        verbose_name_plural = _("change requests")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            choices_known("state", ChangeState, name="report_change_state_known"),
            models.UniqueConstraint(
                fields=["line"],
                condition=Q(state="asked"),
                name="report_change_one_open",
                violation_error_message=_(
                    "A change of this line is asked for already. Wait for its decision."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="report_change_has_reason",
                violation_error_message=_("Say why it has to be changed."),
            ),
            filled_together("decided_by", "decided_at", name="report_change_decided"),
            models.CheckConstraint(
                condition=Q(state="asked", decided_at=None)
                | (~Q(state="asked") & Q(decided_at__isnull=False)),
                name="report_change_state_agrees",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report}: {self.line}"

    def get_absolute_url(self) -> str:
        return reverse("programs:report-change-detail", args=[self.pk])
