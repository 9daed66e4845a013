"""Corrections of the ledger: one person proposes, another one decides."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from areas.models.area import SlumArea
from areas.models.decree import DecreeLine
from areas.models.ledger import LedgerEntry
from core.constraints import choices_known, filled_together
from core.fields import HectaresField
from core.tracking import tracked


class LedgerChangeQuerySet(models.QuerySet["LedgerChange"]):
    def visible_to(self, user: Any) -> "LedgerChangeQuerySet":
        """Corrections in the areas that the person may see."""
        return self.filter(decree_line__area__in=SlumArea.objects.visible_to(user))


class ChangeKind(models.TextChoices):
    REVERSE = "reverse", _("Take an entry back")
    REPLACE = "replace", _("Other hectares for an entry")
    AREA = "area", _("Other hectares for a decree line")


class ChangeStatus(models.TextChoices):
    PROPOSED = "proposed", _("Proposed")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")


@tracked()
class LedgerChange(models.Model):
    """A proposed correction with its reason; approved, it has posted its entries.

    `hectares` are those that are right: of the entry (`replace`) or of the decree line
    (`area`). Who proposed it never decides on it.
    """

    Kind = ChangeKind
    Status = ChangeStatus

    kind = models.CharField(_("correction"), max_length=10, choices=Kind)
    decree_line = models.ForeignKey(
        DecreeLine,
        on_delete=models.PROTECT,
        related_name="ledger_changes",
        verbose_name=_("decree line"),
    )
    entry = models.ForeignKey(
        LedgerEntry,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="changes",
        verbose_name=_("entry"),
    )
    hectares = HectaresField(_("right hectares"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300)
    document = models.CharField(_("document number"), max_length=100, blank=True)
    status = models.CharField(
        _("status"), max_length=10, choices=Status, default=Status.PROPOSED
    )
    proposed_at = models.DateTimeField(_("proposed at"), auto_now_add=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("proposed by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decision_note = models.CharField(
        _("note on the decision"), max_length=300, blank=True
    )
    posted = models.ForeignKey(
        LedgerEntry,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("posted entry"),
    )

    objects = LedgerChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("correction of the ledger")
        verbose_name_plural = _("corrections of the ledger")
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            choices_known("kind", ChangeKind, name="ledger_change_kind_known"),
            choices_known("status", ChangeStatus, name="ledger_change_status_known"),
            filled_together("decided_at", "decided_by", name="ledger_change_decided"),
            models.CheckConstraint(
                condition=Q(kind="reverse", entry__isnull=False, hectares=None)
                | Q(kind="replace", entry__isnull=False, hectares__gt=0)
                | (Q(kind="area", entry=None, hectares__gt=0) & ~Q(document="")),
                name="ledger_change_is_whole",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""), name="ledger_change_has_reason"
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")),
                name="ledger_change_second_person",
                violation_error_message=_(
                    "You proposed it. Somebody else has to decide on it."
                ),
            ),
            models.CheckConstraint(
                condition=Q(status="proposed", decided_at=None, posted=None)
                | Q(status="approved", decided_at__isnull=False, posted__isnull=False)
                | (
                    Q(status="rejected", decided_at__isnull=False, posted=None)
                    & ~Q(decision_note="")
                ),
                name="ledger_change_status_agrees",
            ),
            models.UniqueConstraint(
                fields=["entry"],
                condition=Q(status="proposed"),
                name="ledger_change_one_open_per_entry",
                violation_error_message=_(
                    "A correction of this entry is already proposed."
                ),
            ),
            models.UniqueConstraint(
                fields=["decree_line"],
                condition=Q(status="proposed", kind="area"),
                name="ledger_change_one_open_per_line",
                violation_error_message=_(
                    "A correction of this line is already proposed."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("areas:ledger-change", args=[self.pk])
