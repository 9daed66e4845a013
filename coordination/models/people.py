"""Who is invited to a meeting, who speaks, and who came."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency
from coordination.models.meeting import AgendaItem, Meeting
from core.constraints import choices_known
from core.tracking import tracked


class MeetingPartQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> Any:
        """Those of the meetings in sight."""
        return self.filter(meeting__in=Meeting.objects.visible_to(user))


class Response(models.TextChoices):
    NONE = "none", _("Not answered")
    ATTENDING = "attending", _("Will attend")
    DECLINED = "declined", _("Cannot attend")


@tracked()
class Invitation(models.Model):
    """An agency, or one person of it, that is asked to come."""

    Response = Response

    meeting = models.ForeignKey(
        Meeting, on_delete=models.CASCADE, related_name="invitations"
    )
    agency = models.ForeignKey(
        Agency,
        on_delete=models.PROTECT,
        related_name="invitations",
        verbose_name=_("agency"),
    )
    person = models.CharField(
        _("person"),
        max_length=200,
        blank=True,
        help_text=_("Blank: the agency as such."),
    )
    response = models.CharField(
        _("answer"), max_length=10, choices=Response, default=Response.NONE
    )
    response_note = models.CharField(
        _("note of the answer"), max_length=300, blank=True
    )
    responded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )
    responded_at = models.DateTimeField(_("answered at"), null=True, editable=False)

    objects = MeetingPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["meeting", "agency__name", "person", "pk"]
        constraints = [
            choices_known("response", Response, name="invitation_response_known"),
            models.UniqueConstraint(
                "meeting",
                "agency",
                Lower("person"),
                name="invitation_once",
                violation_error_message=_("This agency or person is invited already."),
            ),
        ]

    def __str__(self) -> str:
        if self.person:
            return f"{self.person}, {self.agency.short_name}"
        return self.agency.short_name


@tracked()
class Speaker(models.Model):
    """A resource person (narasumber) with a topic; materials are files."""

    meeting = models.ForeignKey(
        Meeting, on_delete=models.CASCADE, related_name="speakers"
    )
    name = models.CharField(_("name"), max_length=200)
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="+", verbose_name=_("agency")
    )
    position = models.CharField(_("position"), max_length=200, blank=True)
    topic = models.CharField(_("topic"), max_length=300, blank=True)
    item = models.ForeignKey(
        AgendaItem,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="speakers",
        verbose_name=_("agenda item"),
    )

    objects = MeetingPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("resource person")
        verbose_name_plural = _("resource persons")
        ordering = ["meeting", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                "meeting",
                "agency",
                Lower("name"),
                name="speaker_once",
                violation_error_message=_("This resource person is named already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.agency.short_name}"


class Gender(models.TextChoices):
    WOMAN = "f", _("Woman")
    MAN = "m", _("Man")


class AttendedBy(models.TextChoices):
    CODE = "code", _("By code")
    HAND = "hand", _("By hand")


@tracked()
class Attendance(models.Model):
    """Somebody who came: written by themselves with the code, or by the secretary."""

    Gender = Gender

    meeting = models.ForeignKey(
        Meeting, on_delete=models.CASCADE, related_name="attendances"
    )
    name = models.CharField(_("name"), max_length=200)
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="+", verbose_name=_("agency")
    )
    position = models.CharField(_("position"), max_length=200, blank=True)
    gender = models.CharField(_("woman or man"), max_length=1, choices=Gender)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )
    via = models.CharField(_("recorded"), max_length=4, choices=AttendedBy)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )
    at = models.DateTimeField(_("at"), auto_now_add=True)

    objects = MeetingPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        ordering = ["meeting", "at", "pk"]
        constraints = [
            choices_known("gender", Gender, name="attendance_gender_known"),
            choices_known("via", AttendedBy, name="attendance_via_known"),
            models.UniqueConstraint(
                "meeting",
                "agency",
                Lower("name"),
                name="attendance_once",
                violation_error_message=_(
                    "This person is on the list already. Nobody needs to sign twice."
                ),
            ),
            models.UniqueConstraint(
                fields=["meeting", "user"],
                condition=Q(user__isnull=False),
                name="attendance_user_once",
                violation_error_message=_(
                    "You are on the list already. Nobody needs to sign twice."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.agency.short_name}"
