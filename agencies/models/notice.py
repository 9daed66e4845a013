"""What a person is told, in the application and by mail."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.models.user import User
from core.constraints import choices_known
from core.tracking import tracked


class NoticeKind(models.TextChoices):
    """What can be chosen: each kind comes by mail or only in the application."""

    DUE = "due", _("A report is due soon")
    OVERDUE = "overdue", _("A report is overdue")
    TO_VERIFY = "to_verify", _("Something waits for my verification")
    RETURNED = "returned", _("A report was returned")
    VERIFIED = "verified", _("A report was verified")
    CHANGE = "change", _("A change of a verified report was asked or decided")
    INVITED = "invited", _("I am invited to a meeting")
    COMMITMENT = "commitment", _("A commitment was agreed, accepted or checked")
    PROMISE_DUE = "promise_due", _("A commitment is due soon or late")
    MENTION = "mention", _("Somebody mentioned me")


class SentMailQuerySet(models.QuerySet["SentMail"]):
    def unsure(self) -> "SentMailQuerySet":
        """Handed to the mail server, but nobody knows whether it took them."""
        return self.filter(attempted_at__isnull=False, sent_at=None)


class SentMail(models.Model):
    """The log of mails: a row is claimed before anything is sent, so none goes twice.

    `key` says what it is, such as the digest of a day. It is sent again after an outage
    only as long as `attempted_at` is empty.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(_("key"), max_length=100)
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    claimed_at = models.DateTimeField(_("claimed at"), auto_now_add=True)
    attempted_at = models.DateTimeField(_("attempted at"), null=True)
    sent_at = models.DateTimeField(_("sent at"), null=True)
    error = models.TextField(_("error"), blank=True)

    objects = SentMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("sent mail")
        verbose_name_plural = _("sent mails")
        ordering = ["-claimed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="sent_mail_once"),
            models.CheckConstraint(
                condition=Q(sent_at=None) | Q(attempted_at__isnull=False),
                name="sent_mail_attempted_first",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.key}"


class NoticeQuerySet(models.QuerySet["Notice"]):
    def unread(self) -> "NoticeQuerySet":
        return self.filter(read_at=None)

    def unmailed(self) -> "NoticeQuerySet":
        """Those that wait for the next digest of their person."""
        return self.filter(mail=None, wants_mail=True, read_at=None)


class Notice(models.Model):
    """One thing that a person is told once; `key` says which, so that it is not said
    again. Whether it comes by mail too was chosen when it was made."""

    Kind = NoticeKind

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    key = models.CharField(_("key"), max_length=120)
    text = models.CharField(_("text"), max_length=500)
    url = models.CharField(_("address"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("at"), auto_now_add=True)
    read_at = models.DateTimeField(_("read at"), null=True, editable=False)
    wants_mail = models.BooleanField(_("by mail"), default=True, editable=False)
    mail = models.ForeignKey(
        SentMail,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="notices",
    )

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-created_at", "-pk"]
        constraints = [
            choices_known("kind", NoticeKind, name="notice_kind_known"),
            models.UniqueConstraint(fields=["user", "key"], name="notice_once"),
        ]
        indexes = [
            models.Index(
                fields=["user", "-created_at"],
                condition=Q(read_at=None),
                name="notice_unread",
            )
        ]

    def __str__(self) -> str:
        return self.text


@tracked()
class NoticeChoice(models.Model):
    """A kind of notice that a person does not want by mail, or wants; no row: wants."""

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="notice_choices"
    )
    kind = models.CharField(_("kind"), max_length=12, choices=NoticeKind)
    by_mail = models.BooleanField(_("by mail"))

    class Meta:
        verbose_name = _("choice of notices")
        verbose_name_plural = _("choices of notices")
        ordering = ["user", "kind"]
        constraints = [
            choices_known("kind", NoticeKind, name="notice_choice_kind_known"),
            models.UniqueConstraint(fields=["user", "kind"], name="notice_choice_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.kind}"
