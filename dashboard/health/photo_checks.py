"""Checks of photos: verified work without one, and photos taken somewhere else."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from core.tables import Column
from dashboard.health.check import Check, CheckSeverity, Owner
from programs.attachment_pages import page_of
from programs.attachments import WITH_OWNER, area_of, moment_text, position_text
from programs.models import Activity, Attachment, ProgressReport, ReportLine
from programs.models.attachment import AttachmentKind, PhotoStage
from programs.models.report import ReportMethod

END = (PhotoStage.DONE, PhotoStage.HANDED_OVER)


def _without_photo(today: date) -> QuerySet[Any]:
    """Activities reported finished without a photo of it, or seen but not shown.

    Finished: a verified line at 100 %. Seen: a line verified in the field.
    """
    lines = ReportLine.objects.filter(
        activity=OuterRef("pk"),
        is_nil=False,
        report__status=ProgressReport.Status.VERIFIED,
    )
    photos = Attachment.objects.filter(
        Q(activity=OuterRef("pk")) | Q(line__activity=OuterRef("pk")),
        kind=AttachmentKind.PHOTO,
    )
    finished = Exists(lines.filter(physical_percent=100))
    seen = Exists(lines.filter(report__method=ReportMethod.FIELD))
    found = Activity.objects.filter(
        (Q(finished) & ~Exists(photos.filter(stage__in=END))) | (seen & ~Exists(photos))
    )
    return found.select_related("area__regency", "agency")


def _far_outside(today: date) -> QuerySet[Any]:
    photos = Attachment.objects.filter(distance_m__gt=settings.PHOTO_FAR_METRES)
    return photos.select_related(*WITH_OWNER).annotate(
        regency=Coalesce(
            "line__activity__area__regency",
            "activity__area__regency",
            "area__regency",
        )
    )


CHECKS = (
    Check(
        code="verified-without-photo",
        title=_("Verified work without a photo of it"),
        why=_(
            "Who doubts the hectares later finds nothing to look at: finished work has"
            " no photo at 100 % or PHO, or work seen in the field has none at all."
        ),
        todo=_("Add the photo on the page of the activity, with its stage."),
        severity=CheckSeverity.WARNING,
        owner=Owner.DISTRICT_OFFICE,
        found=_without_photo,
        columns=(
            Column(_("Activity"), "name", "name", link=page_of),
            Column(_("Slum area"), "area.name", "area__name", css="half"),
            Column(
                _("Carried out by"),
                "agency.short_name",
                "agency__short_name",
                css="half",
            ),
        ),
    ),
    Check(
        code="photo-far-from-outline",
        title=_("Photo taken far outside the area"),
        why=_("It may show other work, or the outline of the area is wrong."),
        todo=_(
            "Look at the photo and the outline; replace the photo, or correct the"
            " outline."
        ),
        severity=CheckSeverity.WARNING,
        owner=Owner.DISTRICT_OFFICE,
        found=_far_outside,
        columns=(
            Column(_("Photo"), str, "name", link=lambda photo: page_of(photo.owner)),
            Column(_("Slum area"), lambda photo: area_of(photo.owner), css="half"),
            Column(_("Where"), position_text, "distance_m", css="half"),
            Column(_("Metres"), "distance_m", "distance_m", "number", only="csv"),
            Column(_("Taken"), moment_text, "taken_at", css="half"),
        ),
        order=("-distance_m", "-pk"),
    ),
)
