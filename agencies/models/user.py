"""People, their roles in an agency, and their API tokens."""

from datetime import date

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken

from agencies.models.agency import Agency
from agencies.roles import Role
from core.constraints import choices_known
from core.tracking import tracked


@tracked(exclude=["password", "last_login"])
class User(AbstractUser):  # type: ignore[django-manager-missing]  # knox's tokens
    """A person who signs in. What they may do follows from their memberships."""

    is_demo = models.BooleanField(_("example data"), default=False)

    class Meta(AbstractUser.Meta):
        verbose_name = _("user")  # type: ignore[assignment]
        verbose_name_plural = _("users")  # type: ignore[assignment]

    def __str__(self) -> str:
        return self.get_full_name() or self.username


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self, on: date) -> "MembershipQuerySet":
        """Memberships in force on that day; ranges are half-open."""
        return self.filter(
            Q(valid_from=None) | Q(valid_from__lte=on),
            Q(valid_until=None) | Q(valid_until__gt=on),
        )


@tracked()
class Membership(models.Model):
    """A person's role in an agency, for a time."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    agency = models.ForeignKey(
        Agency,
        on_delete=models.PROTECT,
        related_name="memberships",
        verbose_name=_("agency"),
    )
    role = models.CharField(_("role"), max_length=20, choices=Role)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "agency", "role"],
                name="membership_once",
                violation_error_message=_("This person already has this role here."),
            ),
            choices_known("role", Role, name="membership_role_known"),
            models.CheckConstraint(
                condition=Q(valid_from=None)
                | Q(valid_until=None)
                | Q(valid_until__gt=F("valid_from")),
                name="membership_dates_ordered",
                violation_error_message=_("The end lies before the beginning."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} · {self.agency.short_name}"

    def is_current(self, on: date) -> bool:
        """Whether the membership is in force on that day; the end is exclusive."""
        return (self.valid_from is None or self.valid_from <= on) and (
            self.valid_until is None or on < self.valid_until
        )


@tracked(exclude=["digest"], obj_field=None)
class ApiToken(AbstractAuthToken):
    """A token of 30 days for the API; only its hash is kept, not in the trail."""

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ["-created"]

    def __str__(self) -> str:
        return f"{self.token_key}…"
