"""Files of meetings, resource persons, updates, groups, outreach and practices."""

from functools import reduce
from operator import or_
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from coordination.models.commitment import Commitment, CommitmentUpdate
from coordination.models.group import WorkingGroup
from coordination.models.meeting import Meeting
from coordination.models.outreach import Outreach
from coordination.models.people import Speaker
from coordination.models.practice import Practice
from core.constraints import choices_known
from core.tracking import tracked

OWNER_NAMES: dict[type[models.Model], str] = {
    Meeting: "meeting",
    Speaker: "speaker",
    CommitmentUpdate: "update",
    WorkingGroup: "group",
    Outreach: "outreach",
    Practice: "practice",
}
OWNERS = tuple(OWNER_NAMES.values())


class FileKind(models.TextChoices):
    PHOTO = "photo", _("Photo")
    DOCUMENT = "document", _("Document")


class FileQuerySet(models.QuerySet["File"]):
    def visible_to(self, user: Any) -> "FileQuerySet":
        """Those of the records in sight."""
        meetings = Meeting.objects.visible_to(user)
        return self.filter(
            Q(meeting__in=meetings)
            | Q(speaker__meeting__in=meetings)
            | Q(update__commitment__in=Commitment.objects.visible_to(user))
            | Q(group__in=WorkingGroup.objects.visible_to(user))
            | Q(outreach__in=Outreach.objects.visible_to(user))
            | Q(practice__in=Practice.objects.visible_to(user))
        )


def _one_owner() -> Q:
    ways = [
        Q(**{f"{other}__isnull": other != owner for other in OWNERS})
        for owner in OWNERS
    ]
    return reduce(or_, ways)


@tracked()
class File(models.Model):
    """A photo (drawn anew, without EXIF) or a PDF; it belongs to exactly one record."""

    Kind = FileKind

    meeting = models.ForeignKey(
        Meeting, on_delete=models.PROTECT, null=True, related_name="files"
    )
    speaker = models.ForeignKey(
        Speaker, on_delete=models.PROTECT, null=True, related_name="files"
    )
    update = models.ForeignKey(
        CommitmentUpdate, on_delete=models.PROTECT, null=True, related_name="files"
    )
    group = models.ForeignKey(
        WorkingGroup, on_delete=models.PROTECT, null=True, related_name="files"
    )
    outreach = models.ForeignKey(
        Outreach, on_delete=models.PROTECT, null=True, related_name="files"
    )
    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, null=True, related_name="files"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=FileKind)
    name = models.CharField(_("file name"), max_length=200)
    caption = models.CharField(_("caption"), max_length=200, blank=True)
    file = models.FileField(_("file"), max_length=200)
    thumbnail = models.FileField(_("thumbnail"), max_length=200, blank=True)
    content_type = models.CharField(_("type"), max_length=50)
    size = models.PositiveBigIntegerField(_("size (bytes)"))
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField(_("uploaded at"), auto_now_add=True)

    objects = FileQuerySet.as_manager()

    class Meta:
        verbose_name = _("file of the coordination")
        verbose_name_plural = _("files of the coordination")
        ordering = ["uploaded_at", "pk"]
        constraints = [
            choices_known("kind", FileKind, name="coordination_file_kind_known"),
            models.CheckConstraint(
                condition=_one_owner(), name="coordination_file_one_owner"
            ),
            models.UniqueConstraint(
                fields=[*OWNERS, "sha256"],
                name="coordination_file_once",
                nulls_distinct=False,
                violation_error_message=_("This file is attached already."),
            ),
        ]

    def __str__(self) -> str:
        return self.caption or self.name

    @property
    def is_after_closing(self) -> bool:
        """Whether it came after the minutes of its meeting were closed."""
        meeting = self.speaker.meeting if self.speaker else self.meeting
        closed_at = meeting.closed_at if meeting else None
        return closed_at is not None and self.uploaded_at > closed_at

    @property
    def owner(self) -> Any:
        """The record that it belongs to."""
        return next(
            found for owner in OWNERS if (found := getattr(self, owner)) is not None
        )
