"""Commitments (rencana tindak lanjut): who promised what by when; what came of it."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agencies.access import scope_of
from agencies.models import Agency
from areas.models import SlumArea
from areas.models.ledger import Fund
from coordination.models.decision import Decision
from coordination.models.meeting import AgendaItem, Meeting
from coordination.models.practice import Practice
from core.constraints import choices_known, filled_together
from core.fields import HectaresField, RupiahField, VolumeField
from core.tracking import tracked
from programs.models import Activity


class CommitmentState(models.TextChoices):
    """Late is no state: it is computed from the due date."""

    OPEN = "open", _("Not accepted yet")
    ACCEPTED = "accepted", _("Accepted")
    IN_PROGRESS = "in_progress", _("In progress")
    CLAIMED = "claimed", _("Said to be done")
    DONE = "done", _("Done")
    DROPPED = "dropped", _("Dropped")


ENDED = (CommitmentState.DONE, CommitmentState.DROPPED)


class CommitmentQuerySet(models.QuerySet["Commitment"]):
    def visible_to(self, user: Any) -> "CommitmentQuerySet":
        """Those of meetings in sight, of the own agency, and of areas in sight."""
        agencies = scope_of(user).agencies
        in_sight = CommitmentArea.objects.filter(
            area__in=SlumArea.objects.visible_to(user)
        )
        return self.filter(
            Q(meeting__in=Meeting.objects.visible_to(user))
            | Q(agency__in=agencies)
            | Q(pk__in=in_sight.values("commitment"))
        )

    def supported_by(self, agencies: Any) -> "CommitmentQuerySet":
        """Those in which one of these agencies is named as a supporter."""
        helped = CommitmentSupporter.objects.filter(agency__in=agencies)
        return self.filter(pk__in=helped.values("commitment"))

    def of_agencies(self, agencies: Any) -> "CommitmentQuerySet":
        """What one of these agencies promised or supports."""
        helped = Commitment.objects.supported_by(agencies)
        return self.filter(Q(agency__in=agencies) | Q(pk__in=helped.values("pk")))

    def pending(self) -> "CommitmentQuerySet":
        """Neither done nor dropped."""
        return self.exclude(state__in=ENDED)

    def late(self, on: date) -> "CommitmentQuerySet":
        """Pending after the due day, which itself is in time."""
        return self.pending().filter(due_on__lt=on)


@tracked()
class Commitment(models.Model):
    """What an agency promised in a meeting. Its words freeze when the meeting closes.

    Targets: hectares (ha), a volume with its unit, money (Rp), a document. `proof` is
    what shows that it is done. `accepted_name` is who accepted by a link.
    """

    State = CommitmentState

    meeting = models.ForeignKey(
        Meeting, on_delete=models.PROTECT, related_name="commitments"
    )
    item = models.ForeignKey(
        AgendaItem,
        on_delete=models.PROTECT,
        related_name="commitments",
        verbose_name=_("agenda item"),
    )
    decision = models.ForeignKey(
        Decision,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="commitments",
        verbose_name=_("decision"),
    )
    practice = models.ForeignKey(
        Practice,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="commitments",
        verbose_name=_("practice adopted"),
    )
    number = models.PositiveSmallIntegerField(_("number"), editable=False)
    text = models.TextField(_("what will be done"))
    agency = models.ForeignKey(
        Agency,
        on_delete=models.PROTECT,
        related_name="commitments",
        verbose_name=_("responsible agency"),
    )
    person = models.CharField(_("responsible person"), max_length=200, blank=True)
    supporters = models.ManyToManyField(
        Agency,
        through="CommitmentSupporter",
        related_name="+",
        verbose_name=_("supported by"),
        blank=True,
    )
    due_on = models.DateField(_("due"))
    areas = models.ManyToManyField(
        SlumArea,
        through="CommitmentArea",
        related_name="commitments",
        verbose_name=_("slum areas"),
        blank=True,
    )
    target_hectares = HectaresField(_("target (ha)"), null=True, blank=True)
    target_volume = VolumeField(_("target volume"), null=True, blank=True)
    target_unit = models.CharField(_("unit"), max_length=30, blank=True)
    target_rupiah = RupiahField(_("target (Rp)"), null=True, blank=True)
    target_document = models.CharField(_("target document"), max_length=300, blank=True)
    fund = models.CharField(
        _("source of funds"), max_length=20, choices=Fund, blank=True
    )
    proof = models.CharField(_("proof that it is done"), max_length=300, blank=True)
    activities = models.ManyToManyField(
        Activity,
        through="CommitmentActivity",
        related_name="commitments",
        verbose_name=_("activities"),
        blank=True,
    )
    state = models.CharField(
        _("state"), max_length=12, choices=State, default=State.OPEN
    )
    accepted_at = models.DateTimeField(_("accepted at"), null=True, editable=False)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )
    accepted_name = models.CharField(
        _("accepted by link by"), max_length=200, blank=True, editable=False
    )
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )
    done_on = models.DateField(_("done on"), null=True, editable=False)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )
    drop_reason = models.CharField(
        _("reason of dropping it"), max_length=300, blank=True, editable=False
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(_("written at"), auto_now_add=True)

    objects = CommitmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("commitment")
        verbose_name_plural = _("commitments")
        ordering = ["due_on", "meeting", "number", "pk"]
        constraints = [
            choices_known("state", CommitmentState, name="commitment_state_known"),
            choices_known("fund", Fund, name="commitment_fund_known", blank=True),
            models.UniqueConstraint(
                fields=["meeting", "number"], name="commitment_number_once"
            ),
            models.CheckConstraint(
                condition=~Q(text=""),
                name="commitment_says_something",
                violation_error_message=_("Write what will be done."),
            ),
            models.CheckConstraint(
                condition=(Q(target_hectares=None) | Q(target_hectares__gt=0))
                & (Q(target_volume=None) | Q(target_volume__gt=0))
                & (Q(target_rupiah=None) | Q(target_rupiah__gt=0)),
                name="commitment_targets_positive",
                violation_error_message=_(
                    "A target is above 0. Leave it blank where there is none."
                ),
            ),
            models.CheckConstraint(
                condition=Q(target_volume=None, target_unit="")
                | (Q(target_volume__isnull=False) & ~Q(target_unit="")),
                name="commitment_volume_with_unit",
                violation_error_message=_("A volume and its unit go together."),
            ),
            models.CheckConstraint(
                condition=~Q(state="dropped") | ~Q(drop_reason=""),
                name="commitment_dropped_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(state="open", accepted_at=None)
                | Q(state="dropped")
                | (
                    ~Q(state__in=["open", "dropped"])
                    & Q(accepted_at__isnull=False)
                    & (Q(accepted_by__isnull=False) | ~Q(accepted_name=""))
                ),
                name="commitment_accepted_agrees",
            ),
            filled_together("done_on", "checked_by", name="commitment_done_checked"),
            models.CheckConstraint(
                condition=Q(state="done", done_on__isnull=False)
                | (~Q(state="done") & Q(done_on=None)),
                name="commitment_done_agrees",
            ),
        ]
        indexes = [
            models.Index(
                fields=["agency", "due_on"],
                condition=~Q(state__in=["done", "dropped"]),
                name="commitment_pending",
            )
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.text[:80]}"

    def get_absolute_url(self) -> str:
        return reverse("coordination:commitment-detail", args=[self.pk])

    @property
    def is_pending(self) -> bool:
        return self.state not in ENDED

    def days_late(self, on: date | None = None) -> int:
        """Days after the due day on which it is still pending; 0 in time or ended."""
        day = on or timezone.localdate()
        return max((day - self.due_on).days, 0) if self.is_pending else 0


class CommitmentPartQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> Any:
        """Those of the commitments in sight."""
        return self.filter(commitment__in=Commitment.objects.visible_to(user))


@tracked()
class CommitmentArea(models.Model):
    """A slum area that a commitment is about."""

    commitment = models.ForeignKey(
        Commitment, on_delete=models.CASCADE, related_name="+"
    )
    area = models.ForeignKey(SlumArea, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("area of a commitment")
        verbose_name_plural = _("areas of commitments")
        ordering = ["commitment", "area"]
        constraints = [
            models.UniqueConstraint(
                fields=["commitment", "area"], name="commitment_area_once"
            )
        ]

    def __str__(self) -> str:
        return str(self.area)


@tracked()
class CommitmentSupporter(models.Model):
    """An agency that helps the one that promised."""

    commitment = models.ForeignKey(
        Commitment, on_delete=models.CASCADE, related_name="+"
    )
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("supporter of a commitment")
        verbose_name_plural = _("supporters of commitments")
        ordering = ["commitment", "agency"]
        constraints = [
            models.UniqueConstraint(
                fields=["commitment", "agency"], name="commitment_supporter_once"
            )
        ]

    def __str__(self) -> str:
        return str(self.agency)


@tracked()
class CommitmentActivity(models.Model):
    """The work with which a commitment is kept: from here to reports and ledger."""

    commitment = models.ForeignKey(
        Commitment, on_delete=models.CASCADE, related_name="+"
    )
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        verbose_name = _("activity of a commitment")
        verbose_name_plural = _("activities of commitments")
        ordering = ["commitment", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["commitment", "activity"],
                name="commitment_activity_once",
                violation_error_message=_("This activity is linked already."),
            )
        ]

    def __str__(self) -> str:
        return str(self.activity)


@tracked()
class CommitmentUpdate(models.Model):
    """What was said or done about a commitment, in order; evidence hangs on it.

    `step` is the step of `commitment_workflow` that was taken; `by` is null where it
    came by a link, then `by_name` says who.
    """

    commitment = models.ForeignKey(
        Commitment, on_delete=models.PROTECT, related_name="updates"
    )
    step = models.CharField(_("step"), max_length=12)
    text = models.TextField(_("what was done"), blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    by_name = models.CharField(_("by"), max_length=200, blank=True)
    at = models.DateTimeField(_("at"), auto_now_add=True)

    objects = CommitmentPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("update of a commitment")
        verbose_name_plural = _("updates of commitments")
        ordering = ["commitment", "at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(by__isnull=False) | ~Q(by_name=""),
                name="commitment_update_by_someone",
            )
        ]

    def __str__(self) -> str:
        return self.text[:80]


@tracked(exclude=["token_hash"])
class CommitmentLink(models.Model):
    """A way for one person without an account to read one commitment and accept it.

    Only the hash of its secret is stored; it works once, until it expires or is
    revoked.
    """

    commitment = models.ForeignKey(
        Commitment, on_delete=models.PROTECT, related_name="links"
    )
    recipient = models.CharField(_("recipient"), max_length=200)
    email = models.EmailField(_("e-mail"), blank=True)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    expires_at = models.DateTimeField(_("expires at"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(_("made at"), auto_now_add=True)
    opened_at = models.DateTimeField(_("first opened at"), null=True, editable=False)
    used_at = models.DateTimeField(_("used at"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, editable=False)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )

    objects = CommitmentPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("link to a commitment")
        verbose_name_plural = _("links to commitments")
        ordering = ["commitment", "-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["commitment", "recipient"],
                condition=Q(used_at=None, revoked_at=None),
                name="commitment_link_one_live",
                violation_error_message=_(
                    "This person has a link already. Revoke it before making another."
                ),
            ),
            models.CheckConstraint(
                condition=Q(used_at=None) | Q(revoked_at=None),
                name="commitment_link_used_or_revoked",
            ),
            filled_together("revoked_at", "revoked_by", name="commitment_link_revoked"),
        ]

    def __str__(self) -> str:
        return self.recipient
