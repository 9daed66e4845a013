"""Photos and documents of reports, activities and areas."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.constraints import choices_known, filled_together
from core.tracking import tracked
from programs.models.owned import OWNERS, Owned, OwnedQuerySet, one_owner


class AttachmentQuerySet(OwnedQuerySet):
    def photos(self) -> "AttachmentQuerySet":
        return self.filter(kind=AttachmentKind.PHOTO)


class AttachmentKind(models.TextChoices):
    PHOTO = "photo", _("Photo")
    DOCUMENT = "document", _("Document")


class PhotoStage(models.TextChoices):
    """How far the work was when the photo was taken (domain.md 5.4)."""

    START = "0", "0 %"
    HALF = "50", "50 %"
    DONE = "100", "100 %"
    HANDED_OVER = "pho", "PHO"


class PositionSource(models.TextChoices):
    EXIF = "exif", _("From the photo")
    TYPED = "typed", _("Written by hand")


@tracked()
class Attachment(Owned):
    """A photo or document; `file` and `thumbnail` carry no EXIF, `original` does.

    The original is for the verifier alone. `distance_m` is how far outside the area's
    outline the photo was taken (m); 0 is inside, null not known.
    """

    Kind = AttachmentKind

    Stage = PhotoStage

    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    stage = models.CharField(_("stage"), max_length=3, choices=Stage, blank=True)
    caption = models.CharField(_("caption"), max_length=200, blank=True)
    name = models.CharField(_("file name"), max_length=200)
    original = models.FileField(_("original"), max_length=200)
    file = models.FileField(_("file"), max_length=200)
    thumbnail = models.FileField(_("thumbnail"), max_length=200, blank=True)
    content_type = models.CharField(_("type"), max_length=50)
    size = models.PositiveBigIntegerField(_("size (bytes)"))
    sha256 = models.CharField(max_length=64)
    taken_at = models.DateTimeField(_("taken at"), null=True, blank=True)
    dated_on = models.DateField(_("date"), null=True, blank=True)
    latitude = models.DecimalField(
        _("latitude"), max_digits=9, decimal_places=6, null=True, blank=True
    )
    longitude = models.DecimalField(
        _("longitude"), max_digits=9, decimal_places=6, null=True, blank=True
    )
    position_source = models.CharField(
        _("position"), max_length=5, choices=PositionSource, blank=True
    )
    distance_m = models.PositiveIntegerField(
        _("metres outside the outline"), null=True, blank=True
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField(_("uploaded at"), auto_now_add=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("photo or document")
        verbose_name_plural = _("photos and documents")
        ordering = ["uploaded_at", "pk"]
        constraints = [
            one_owner(name="attachment_one_owner"),
            choices_known("kind", AttachmentKind, name="attachment_kind_known"),
            choices_known(
                "stage", PhotoStage, name="attachment_stage_known", blank=True
            ),
            choices_known(
                "position_source",
                PositionSource,
                name="attachment_position_known",
                blank=True,
            ),
            models.UniqueConstraint(
                fields=[*OWNERS, "sha256"],
                name="attachment_once",
                nulls_distinct=False,
                violation_error_message=_("This file is attached already."),
            ),
            models.CheckConstraint(
                condition=Q(kind="photo") | Q(stage=""),
                name="attachment_stage_of_photos",
            ),
            filled_together("latitude", "longitude", name="attachment_position_whole"),
            models.CheckConstraint(
                condition=Q(latitude=None)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="attachment_position_on_earth",
                violation_error_message=_("The position is not on earth."),
            ),
        ]

    def __str__(self) -> str:
        return self.caption or self.name
