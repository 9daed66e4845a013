"""Requests that another authority take over an area, with their letters."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.access import scope_of
from agencies.models import Agency
from areas.models.area import SlumArea
from areas.rules import Authority
from core.constraints import choices_known, filled_together
from core.tracking import tracked


class AuthorityTransferQuerySet(models.QuerySet["AuthorityTransfer"]):
    def visible_to(self, user: Any) -> "AuthorityTransferQuerySet":
        """Requests about visible areas, and those addressed to the own agency."""
        return self.filter(
            Q(area__in=SlumArea.objects.visible_to(user))
            | Q(to_agency__in=scope_of(user).agencies)
        )


class TransferStatus(models.TextChoices):
    ASKED = "asked", _("Asked")
    ACCEPTED = "accepted", _("Accepted")
    REFUSED = "refused", _("Refused")


@tracked()
class AuthorityTransfer(models.Model):
    """An office asks an agency of another authority to act in an area.

    The authority by size stays what the decree makes it (UU 23/2014, lampiran D);
    accepted, the agency acts there by the letter that says so.
    """

    Status = TransferStatus

    area = models.ForeignKey(
        SlumArea,
        on_delete=models.PROTECT,
        related_name="transfers",
        verbose_name=_("slum area"),
    )
    authority = models.CharField(
        _("authority by size"), max_length=10, choices=Authority
    )
    to_agency = models.ForeignKey(
        Agency,
        on_delete=models.PROTECT,
        related_name="transfers",
        verbose_name=_("asked agency"),
    )
    letter_number = models.CharField(_("number of the letter"), max_length=100)
    letter_on = models.DateField(_("date of the letter"))
    reason = models.CharField(_("reason"), max_length=500)
    status = models.CharField(
        _("status"), max_length=10, choices=Status, default=Status.ASKED
    )
    asked_at = models.DateTimeField(_("asked at"), auto_now_add=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("asked by"),
    )
    answer_number = models.CharField(
        _("number of the answer"), max_length=100, blank=True
    )
    answer_on = models.DateField(_("date of the answer"), null=True, blank=True)
    answer_note = models.CharField(_("note"), max_length=500, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("answered by"),
    )

    objects = AuthorityTransferQuerySet.as_manager()

    class Meta:
        verbose_name = _("transfer of an area")
        verbose_name_plural = _("transfers of areas")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            choices_known("status", TransferStatus, name="transfer_status_known"),
            choices_known("authority", Authority, name="transfer_authority_known"),
            filled_together(
                "answered_at", "answered_by", "answer_on", name="transfer_answered"
            ),
            models.CheckConstraint(
                condition=Q(status="asked", answered_at=None, answer_number="")
                | (
                    Q(status="accepted", answered_at__isnull=False)
                    & ~Q(answer_number="")
                )
                | (
                    Q(status="refused", answered_at__isnull=False)
                    & ~Q(answer_number="")
                    & ~Q(answer_note="")
                ),
                name="transfer_status_agrees",
            ),
            models.CheckConstraint(
                condition=~Q(letter_number="") & ~Q(reason=""),
                name="transfer_has_letter_and_reason",
            ),
            models.UniqueConstraint(
                fields=["area", "to_agency"],
                condition=Q(status="asked"),
                name="transfer_one_open",
                violation_error_message=_(
                    "This agency has already been asked about this area."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("areas:transfer-detail", args=[self.pk])
