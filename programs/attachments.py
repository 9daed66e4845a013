"""Photos and documents: to what they belong, who may change them, how they are told."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from agencies.access import can, require
from agencies.models import Agency
from agencies.roles import Permission
from areas.models import SlumArea
from core import html
from core.numbers import format_decimal
from programs import workflow
from programs.models import Activity, Attachment, ProgressReport, ReportLine
from programs.models.attachment import AttachmentKind, PhotoStage, PositionSource

Owner = ProgressReport | ReportLine | Activity | SlumArea
# What rights and pages ask of an attachment's owner, so that a list asks once.
WITH_OWNER = (
    "report__agency",
    "line__report__agency",
    "line__activity__area",
    "activity__agency",
    "activity__programme__agency",
    "activity__area",
    "area__agency",
)


# ---- whose it is, and who may change it -----------------------------------------


def report_of(owner: Owner) -> ProgressReport | None:
    """The report that a report's or a line's files are part of."""
    if isinstance(owner, ReportLine):
        return owner.report
    return owner if isinstance(owner, ProgressReport) else None


def area_of(owner: Owner) -> SlumArea | None:
    """The area whose outline tells where a photo belongs; a report has many."""
    if isinstance(owner, ReportLine):
        return owner.activity.area
    if isinstance(owner, Activity):
        return owner.area
    return owner if isinstance(owner, SlumArea) else None


def ways_to_edit(owner: Owner) -> list[tuple[Permission, Agency]]:
    """The permissions of which one is enough to add and remove files there."""
    if report := report_of(owner):
        return [(Permission.REPORT_EDIT, report.agency)]
    if isinstance(owner, Activity):
        return [
            (Permission.PROGRAMME_EDIT, owner.programme.agency),
            (Permission.REPORT_EDIT, owner.agency),
        ]
    assert isinstance(owner, SlumArea)
    return [(Permission.AREA_EDIT, owner.agency)]


def require_edit(owner: Owner, user: Any) -> None:
    """Raise NotAllowedError unless the person holds one of `ways_to_edit`."""
    if not _holds_a_way(owner, user):
        permission, agency = ways_to_edit(owner)[0]
        require(user, permission, agency=agency)


def _holds_a_way(owner: Owner, user: Any) -> bool:
    ways = ways_to_edit(owner)
    return any(can(user, permission, agency=agency) for permission, agency in ways)


def may_edit(owner: Owner, user: Any) -> bool:
    """Whether the person may add and remove files as the owner stands now."""
    if report := report_of(owner):
        return workflow.may_edit(report, user)
    return _holds_a_way(owner, user)


def may_see_original(attachment: Attachment, user: Any) -> bool:
    """Whether the person gets the file as it was sent, with all that it says.

    That is for who verifies the reports of its agency (design 4.14); who sent it has
    it on their phone.
    """
    _permission, agency = ways_to_edit(attachment.owner)[-1]
    return can(user, Permission.REPORT_VERIFY, agency=agency)


# ---- in words ----------------------------------------------------------------------


def position_text(attachment: Attachment) -> str:
    """Where a photo was taken beside its area: `410 m outside the area`."""
    if attachment.kind != AttachmentKind.PHOTO:
        return ""
    if attachment.latitude is None:
        return _("without position")
    text = _distance_text(attachment.distance_m)
    if attachment.position_source == PositionSource.TYPED:
        return _("%(place)s (position written by hand)") % {"place": text}
    return text


def _distance_text(metres: int | None) -> str:
    if metres is None:
        return _("position known, no outline to compare with")
    if metres == 0:
        return _("inside the area")
    if metres < 10_000:
        return _("%(metres)s m outside the outline of the area") % {
            "metres": format_decimal(metres, 0)
        }
    return _("%(kilometres)s km outside the outline of the area") % {
        "kilometres": format_decimal(metres / 1000, 0)
    }


def is_far(attachment: Attachment) -> bool:
    """Whether it was taken so far outside that somebody should look."""
    metres = attachment.distance_m
    return metres is not None and metres > settings.PHOTO_FAR_METRES


def position_chip(attachment: Attachment) -> SafeString | str:
    """`position_text` as a chip; nothing for a document."""
    text = position_text(attachment)
    if not text:
        return ""
    if is_far(attachment):
        return html.chip(text, "warn", "warning")
    known = attachment.distance_m is not None
    return html.chip(text, "ok" if known else "off", "map" if known else "")


def moment_text(attachment: Attachment) -> str:
    """When it was taken, by its camera, or its date as somebody wrote it."""
    if attachment.taken_at:
        return html.moment(attachment.taken_at)
    return html.day(attachment.dated_on) if attachment.dated_on else ""


def described(attachment: Attachment) -> str:
    """What the picture shows, for who does not see it."""
    stage = attachment.get_stage_display()
    words = [_("Photo %(stage)s") % {"stage": stage} if stage else _("Photo")]
    words += [attachment.caption, moment_text(attachment)]
    return ", ".join(word for word in words if word)


# ---- the photos of an activity by stage ---------------------------------------------


@dataclass(frozen=True, slots=True)
class StagePlace:
    """One of 0/50/100/PHO with its photos, the latest first; empty where none is."""

    stage: PhotoStage
    photos: list[Attachment]

    @property
    def label(self) -> str:
        return str(self.stage.label)

    @property
    def photo(self) -> Attachment | None:
        return self.photos[0] if self.photos else None

    @property
    def alt(self) -> str:
        return described(self.photos[0]) if self.photos else ""

    @property
    def day(self) -> str:
        """The day of the photo that is shown."""
        if self.photo is None:
            return ""
        return html.day(self.photo.taken_at or self.photo.dated_on)


@dataclass(frozen=True, slots=True)
class LinePhotos:
    """What a line of a report has: photos by stage, other photos, and documents.

    The stages are those of the activity: a photo that an earlier report brought stands
    in its place. `own` counts the files of this line itself.
    """

    places: list[StagePlace]
    others: int = 0
    documents: int = 0
    own: int = 0

    @property
    def far(self) -> list[Attachment]:
        """The photos taken far outside the area."""
        return [p for place in self.places for p in place.photos if is_far(p)]

    @property
    def warnings(self) -> list[str]:
        return [
            _("Photo %(stage)s was taken %(place)s.")
            % {"stage": photo.get_stage_display(), "place": position_text(photo)}
            for photo in self.far
        ]


def by_stage(photos: Iterable[Attachment]) -> list[StagePlace]:
    """Every stage in its order, also those without a photo."""
    ordered = sorted(photos, key=_when, reverse=True)
    return [StagePlace(s, [p for p in ordered if p.stage == s]) for s in PhotoStage]


def line_photos(
    report: ProgressReport, lines: Collection[ReportLine]
) -> dict[int, LinePhotos]:
    """What each line of the report has, by its key; one query for all of them."""
    found = _of_activities(report, [line.activity_id for line in lines])
    laid_out = {}
    for line in lines:
        rows = found.get(line.activity_id, [])
        own = [row for row in rows if row.line_id == line.pk]
        photos = [row for row in rows if row.kind == AttachmentKind.PHOTO]
        laid_out[line.pk] = LinePhotos(
            places=by_stage(photos),
            others=sum(not row.stage for row in photos if row.line_id == line.pk),
            documents=sum(row.kind == AttachmentKind.DOCUMENT for row in own),
            own=len(own),
        )
    return laid_out


def _of_activities(
    report: ProgressReport, activities: Collection[int]
) -> dict[int, list[Attachment]]:
    """The files of the activities, of their lines up to this report, by activity."""
    rows = Attachment.objects.filter(
        Q(activity__in=activities)
        | Q(
            line__activity__in=activities,
            line__report__agency=report.agency_id,
            line__report__period__starts_on__lte=report.period.starts_on,
        )
    ).select_related("line")
    found: dict[int, list[Attachment]] = {}
    for row in rows:
        key = row.line.activity_id if row.line else row.activity_id
        found.setdefault(key or 0, []).append(row)
    return found


def _when(photo: Attachment) -> Any:
    day = timezone.localtime(photo.taken_at).date() if photo.taken_at else None
    return (day or photo.dated_on or photo.uploaded_at.date(), photo.pk)
