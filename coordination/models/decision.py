"""What a meeting agreed: information and decisions; corrections come as addenda."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from coordination.models.meeting import AgendaItem, Meeting
from coordination.models.people import MeetingPartQuerySet
from core.constraints import choices_known
from core.tracking import tracked


class DecisionKind(models.TextChoices):
    INFORMATION = "information", _("Information")
    DECISION = "decision", _("Decision")


@tracked()
class Decision(models.Model):
    """An outcome of an agenda item, numbered in its meeting; frozen when it closes.

    What somebody promised to do is a Commitment.
    """

    Kind = DecisionKind

    meeting = models.ForeignKey(
        Meeting, on_delete=models.PROTECT, related_name="decisions"
    )
    item = models.ForeignKey(
        AgendaItem,
        on_delete=models.PROTECT,
        related_name="decisions",
        verbose_name=_("agenda item"),
    )
    kind = models.CharField(
        _("kind"), max_length=12, choices=DecisionKind, default=DecisionKind.DECISION
    )
    number = models.PositiveSmallIntegerField(_("number"), editable=False)
    text = models.TextField(_("what was agreed"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(_("written at"), auto_now_add=True)

    objects = MeetingPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["meeting", "number", "pk"]
        constraints = [
            choices_known("kind", DecisionKind, name="decision_kind_known"),
            models.UniqueConstraint(
                fields=["meeting", "number"], name="decision_number_once"
            ),
            models.CheckConstraint(
                condition=~Q(text=""),
                name="decision_says_something",
                violation_error_message=_("Write what was agreed."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.text[:80]}"

    def get_absolute_url(self) -> str:
        return f"{self.meeting.get_absolute_url()}#kesepakatan-{self.pk}"


@tracked()
class Addendum(models.Model):
    """A correction of closed minutes; what it corrects stays as it was written."""

    meeting = models.ForeignKey(
        Meeting, on_delete=models.PROTECT, related_name="addenda"
    )
    number = models.PositiveSmallIntegerField(_("number"))
    text = models.TextField(_("correction"))
    reason = models.CharField(_("reason"), max_length=300)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("at"), auto_now_add=True)

    objects = MeetingPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("addendum of the minutes")
        verbose_name_plural = _("addenda of the minutes")
        ordering = ["meeting", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "number"], name="minutes_addendum_number_once"
            ),
            models.CheckConstraint(
                condition=~Q(text="") & ~Q(reason=""),
                name="minutes_addendum_says_why",
                violation_error_message=_("Write the correction and its reason."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meeting}: {self.number}"


@tracked(exclude=["pdf", "docx"])
class Minutes(models.Model):
    """The minutes as they were closed: content, both files and their hashes.

    The files are kept as bytes: the same a year later, whatever the code that draws
    them has become. A trigger refuses every change.
    """

    meeting = models.OneToOneField(
        Meeting, on_delete=models.PROTECT, related_name="minutes"
    )
    number = models.CharField(_("number"), max_length=100)
    content = models.JSONField(_("content"), editable=False)
    pdf = models.BinaryField("PDF")
    docx = models.BinaryField("DOCX")
    pdf_sha256 = models.CharField("SHA-256 (PDF)", max_length=64)
    docx_sha256 = models.CharField("SHA-256 (DOCX)", max_length=64)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)

    objects = MeetingPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("minutes of a meeting")
        verbose_name_plural = _("minutes of meetings")
        ordering = ["meeting"]

    def __str__(self) -> str:
        return self.number
