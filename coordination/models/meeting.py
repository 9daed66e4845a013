"""Coordination meetings: when, where, in which phase, and their agenda."""

from datetime import UTC, date, datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agencies.access import Scope, scope_of
from agencies.models import Agency, Region
from coordination.models.group import WorkingGroup
from core.constraints import choices_known, filled_together
from core.tracking import tracked


class MeetingKind(models.TextChoices):
    RAKOR = "rakor", _("Coordination meeting (rakor)")
    RAKORTEK = "rakortek", _("Technical coordination meeting (rakortek)")
    FGD = "fgd", _("Focus group discussion (FGD)")
    GROUP_SESSION = "group_session", _("Session of the Pokja PKP")
    SOCIALISATION = "socialisation", _("Sosialisasi")


class Phase(models.TextChoices):
    """The life of a meeting; outcomes are written in session and in the draft only."""

    PLANNED = "planned", _("Planned")
    INVITED = "invited", _("Invited")
    IN_SESSION = "in_session", _("In session")
    DRAFT = "draft", _("Minutes in draft")
    CLOSED = "closed", _("Closed")


WRITABLE = (Phase.IN_SESSION, Phase.DRAFT)
# A mistyped year, such as 0026, would leave a row that cannot be read back.
FIRST_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)
LAST_MOMENT = datetime(2101, 1, 1, tzinfo=UTC)


@tracked()
class MeetingSeries(models.Model):
    """Meetings that follow on each other: each begins with what the last agreed."""

    name = models.CharField(_("series"), max_length=200)
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="+", verbose_name=_("host")
    )

    class Meta:
        verbose_name = _("series of meetings")
        verbose_name_plural = _("series of meetings")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "name"],
                name="meeting_series_once",
                violation_error_message=_("This office has that series already."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def visible_to(self, user: Any) -> "MeetingQuerySet":
        """Meetings of the own agency and region, and those one is invited to.

        Who is invited sees it once invitations are out; who owes a commitment of it
        sees it as well.
        """
        scope = scope_of(user)
        guest = ~Q(phase=Phase.PLANNED) & Q(
            Q(pk__in=_invited_to(scope)) | Q(pk__in=_committed_in(scope))
        )
        return self.filter(_hosted_in(scope) | guest)

    def before(self, meeting: "Meeting") -> "MeetingQuerySet":
        """Earlier meetings of the same series, else of the same host and kind."""
        if meeting.series_id:
            same = Q(series=meeting.series_id)
        else:
            same = Q(agency=meeting.agency_id, kind=meeting.kind)
        earlier = self.filter(same, starts_at__lt=meeting.starts_at)
        return earlier.exclude(pk=meeting.pk).order_by("-starts_at", "-pk")


def _hosted_in(scope: Scope) -> Q:
    """Meetings whose host lies in the scope."""
    return Q(agency__in=scope.agencies) | scope.regions_q("agency__region_id")


def _invited_to(scope: Scope) -> Any:
    from coordination.models.people import Invitation

    return Invitation.objects.filter(agency__in=scope.agencies).values("meeting")


def _committed_in(scope: Scope) -> Any:
    from coordination.models.commitment import Commitment

    own = Q(agency__in=scope.agencies) | Q(supporters__in=scope.agencies)
    return Commitment.objects.filter(own).values("meeting")


@tracked()
class Meeting(models.Model):
    """A meeting that agrees on something; frozen by trigger once it is closed.

    `secretary` writes the minutes and checks what was promised. `attendance_code` is
    shown in the room while the meeting is in session.
    """

    Kind = MeetingKind

    Phase = Phase

    title = models.CharField(_("title"), max_length=300)
    kind = models.CharField(_("kind"), max_length=20, choices=MeetingKind)
    series = models.ForeignKey(
        MeetingSeries,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="meetings",
        verbose_name=_("series"),
    )
    agency = models.ForeignKey(
        Agency,
        on_delete=models.PROTECT,
        related_name="meetings",
        verbose_name=_("host"),
    )
    group = models.ForeignKey(
        WorkingGroup,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="sessions",
        verbose_name=_("Pokja or Forum PKP"),
    )
    place = models.CharField(_("place"), max_length=300)
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    phase = models.CharField(
        _("phase"), max_length=12, choices=Phase, default=Phase.PLANNED
    )
    chair = models.CharField(_("chair"), max_length=200, blank=True)
    chair_position = models.CharField(
        _("position of the chair"), max_length=200, blank=True
    )
    secretary = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("secretary"),
    )
    letter_number = models.CharField(
        _("number of the invitation"), max_length=100, blank=True
    )
    letter_on = models.DateField(_("date of the invitation"), null=True, blank=True)
    letter_note = models.TextField(_("what to bring"), blank=True)
    signed_by = models.CharField(_("signed by"), max_length=200, blank=True)
    signer_position = models.CharField(
        _("position of the signer"), max_length=200, blank=True
    )
    summary = models.TextField(_("summary"), blank=True)
    minutes_number = models.CharField(
        _("number of the minutes"), max_length=100, blank=True
    )
    attendance_code = models.CharField(
        _("attendance code"), max_length=12, blank=True, editable=False
    )
    current_item = models.ForeignKey(
        "AgendaItem",
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
    )
    invited_at = models.DateTimeField(_("invited at"), null=True, editable=False)
    opened_at = models.DateTimeField(_("opened at"), null=True, editable=False)
    ended_at = models.DateTimeField(_("ended at"), null=True, editable=False)
    closed_at = models.DateTimeField(_("closed at"), null=True, editable=False)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    is_demo = models.BooleanField(_("example data"), default=False, editable=False)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ["-starts_at", "-pk"]
        constraints = [
            choices_known("kind", MeetingKind, name="meeting_kind_known"),
            choices_known("phase", Phase, name="meeting_phase_known"),
            models.CheckConstraint(
                condition=Q(starts_at__gte=FIRST_MOMENT, ends_at__lt=LAST_MOMENT),
                name="meeting_in_a_year_that_can_be",
                violation_error_message=_("Check the year: it is from 2000 to 2100."),
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="meeting_ends_after_it_begins",
                violation_error_message=_("The meeting ends before it begins."),
            ),
            models.CheckConstraint(
                condition=Q(group=None) | Q(kind="group_session"),
                name="meeting_group_of_sessions",
                violation_error_message=_(
                    "Only a session of the Pokja PKP names a Pokja or Forum."
                ),
            ),
            filled_together("closed_at", "closed_by", name="meeting_closed_by_someone"),
            models.CheckConstraint(
                condition=Q(phase="closed", closed_at__isnull=False)
                | (~Q(phase="closed") & Q(closed_at=None)),
                name="meeting_closed_agrees",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("coordination:meeting-detail", args=[self.pk])

    @property
    def held_on(self) -> date:
        """The day in WITA."""
        return timezone.localdate(self.starts_at)

    @property
    def is_writable(self) -> bool:
        """Whether outcomes can be written: in session or while in draft."""
        return self.phase in WRITABLE


@tracked()
class AgendaItem(models.Model):
    """What is talked about, in order; `regions` are those whose figures are shown."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField(_("number"))
    title = models.CharField(_("agenda item"), max_length=300)
    starts_at = models.TimeField(_("begins"), null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(
        _("length (minutes)"), null=True, blank=True
    )
    presenter = models.CharField(_("presented by"), max_length=200, blank=True)
    regions = models.ManyToManyField(
        Region,
        through="AgendaRegion",
        related_name="+",
        verbose_name=_("districts concerned"),
        blank=True,
    )
    notes = models.TextField(_("discussion"), blank=True)
    done_at = models.DateTimeField(_("done at"), null=True, editable=False)

    class Meta:
        verbose_name = _("agenda item")
        verbose_name_plural = _("agenda items")
        ordering = ["meeting", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "position"],
                name="agenda_position_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                condition=Q(minutes=None) | Q(minutes__range=(1, 720)),
                name="agenda_minutes_bounded",
                violation_error_message=_("An item lasts from 1 to 720 minutes."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.title}"


@tracked()
class AgendaRegion(models.Model):
    """A district that an agenda item is about."""

    item = models.ForeignKey(AgendaItem, on_delete=models.CASCADE, related_name="+")
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("district of an agenda item")
        verbose_name_plural = _("districts of agenda items")
        ordering = ["region"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "region"], name="agenda_region_once"
            )
        ]

    def __str__(self) -> str:
        return str(self.region)
