"""Photos and documents: added, described anew, removed.

A file stands by itself: what one of several has wrong keeps the others from nothing.
"""

import hashlib
from datetime import date
from typing import Any, TypedDict, Unpack

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from areas.geodesy import metres_outside
from areas.models import SlumArea
from areas.services.checks import Problems
from core import kept_files
from core.errors import BusinessRuleError, WrongStateError
from core.exif import MICRODEGREE, Position
from core.numbers import format_decimal
from programs.attachments import (
    Owner,
    area_of,
    report_of,
    require_edit,
)
from programs.models import Activity, Attachment, ProgressReport, ReportLine
from programs.models.attachment import AttachmentKind, PositionSource
from programs.models.owned import OWNER_NAMES
from programs.received import content_of, name_of, receive
from programs.services.common import locked, require_open

FOLDER = "berkas"
DESCRIBED = {"stage", "caption", "dated_on"}


class AttachmentValues(TypedDict, total=False):
    """What is said of a file. `stage` is a photo's; a document has none.

    `position` is latitude and longitude in degrees (WGS84), as somebody wrote it; what
    a photo says itself always counts before it.
    """

    stage: str
    caption: str
    dated_on: date | None
    position: Position | None


@transaction.atomic
def attach_file(
    owner: Owner, *, file: UploadedFile, by: Any, **values: Unpack[AttachmentValues]
) -> Attachment:
    """Keep a photo or a PDF with a report, a line, an activity or an area.

    A file that the owner has already comes back as it is: a phone on a weak line sends
    again what it was not told to have arrived. Raises BusinessRuleError, its sentences
    under `file` or the value's name, and WrongStateError where the report is closed.
    """
    require_edit(owner, by)
    content = content_of(file)
    digest = hashlib.sha256(content).hexdigest()
    if found := _same_file(owner, digest):
        return found
    with kept_files.keeping(FOLDER) as keep:
        record = _read(content, file, keep)
        record.sha256, record.uploaded_by = digest, by
        # Only now: whoever fills in the report does not wait for a photo.
        owner = _locked_owner(owner, by)
        if found := _same_file(owner, digest):
            kept_files.delete(_files_of(record))
            return found
        _require_room(owner)
        setattr(record, OWNER_NAMES[type(owner)], owner)
        _describe(record, owner, values)
        record.save()
    return record


@transaction.atomic
def change_attachment(
    attachment: Attachment, *, by: Any, **values: Unpack[AttachmentValues]
) -> Attachment:
    """Say something else of a file; what is not named stays."""
    owner = _locked_owner(attachment.owner, by)
    record = Attachment.objects.select_for_update(of=("self",)).get(pk=attachment.pk)
    _describe(record, owner, values)
    record.save()
    return record


@transaction.atomic
def remove_attachment(attachment: Attachment, *, by: Any) -> None:
    """Take a file away; the trail keeps that it was there."""
    _locked_owner(attachment.owner, by)
    names = _files_of(attachment)
    attachment.delete()
    kept_files.delete_on_commit(names)


def sweep_files() -> int:
    """Delete files that no attachment names, and say how many."""
    return kept_files.sweep(FOLDER, _named_in)


def forget_files(attachments: Any) -> None:
    """Delete the files of these rows once the rows are gone."""
    names = [name for row in attachments for name in _files_of(row)]
    kept_files.delete_on_commit(names)


# ---- the file ------------------------------------------------------------------


def _read(content: bytes, file: UploadedFile, keep: kept_files.Keep) -> Attachment:
    """A record of the file, without owner; what it is, its content says."""
    received = receive(content, keep)
    record = Attachment(
        kind=AttachmentKind.PHOTO if received.is_photo else AttachmentKind.DOCUMENT,
        content_type=received.content_type,
        original=received.original,
        file=received.file,
        thumbnail=received.thumbnail,
        size=len(content),
        name=name_of(file),
        taken_at=received.taken_at,
    )
    if received.position:
        record.latitude, record.longitude = received.position
        record.position_source = PositionSource.EXIF
    return record


def _files_of(record: Attachment) -> set[str]:
    stored = (record.original, record.file, record.thumbnail)
    return {file.name for file in stored if file.name}


def _named_in(folder: str) -> set[str]:
    names: set[str] = set()
    for field in ("original", "file", "thumbnail"):
        rows = Attachment.objects.filter(**{f"{field}__startswith": f"{folder}/"})
        names.update(rows.values_list(field, flat=True))
    return names


# ---- the record it belongs to ----------------------------------------------------


def _locked_owner(owner: Owner, by: Any) -> Owner:
    """The owner under its lock, after right and state were asked of it.

    The files of a report can change as long as its figures can.
    """
    if report := report_of(owner):
        report = locked(report)
        require_edit(report, by)
        require_open(report)
        return report if isinstance(owner, ProgressReport) else _line(owner, report)
    owner = _locked_row(owner)
    require_edit(owner, by)
    return owner


def _line(owner: Owner, report: ProgressReport) -> ReportLine:
    lines = report.lines.select_related("activity__area")
    line: ReportLine | None = lines.filter(pk=owner.pk).first()
    if line is None:
        raise WrongStateError(_("This activity is not in the report any more."))
    line.report = report
    return line


def _locked_row(owner: Owner) -> Owner:
    if isinstance(owner, Activity):
        rows = Activity.objects.select_for_update(of=("self",))
        related = ("programme__agency", "agency", "area")
        return rows.select_related(*related).get(pk=owner.pk)
    areas = SlumArea.objects.select_for_update(of=("self",))
    return areas.select_related("agency").get(pk=owner.pk)


def _same_file(owner: Owner, digest: str) -> Attachment | None:
    return owner.attachments.filter(sha256=digest).first()


def _require_room(owner: Owner) -> None:
    most = settings.ATTACHMENTS_MAX
    if owner.attachments.count() >= most:
        sentence = _(
            "There are %(most)s files here already, which is the most. Remove some that"
            " nobody needs."
        ) % {"most": format_decimal(most, 0)}
        raise BusinessRuleError(errors={"file": [sentence]})


# ---- what is said of it ------------------------------------------------------------


def _describe(record: Attachment, owner: Owner, values: AttachmentValues) -> None:
    """Put the values on the record; raise BusinessRuleError with all that is wrong."""
    problems = Problems()
    if "stage" in values:
        is_photo = record.kind == AttachmentKind.PHOTO
        record.stage = values["stage"] if is_photo else ""
    if "caption" in values:
        record.caption = values["caption"].strip()
    if "dated_on" in values:
        record.dated_on = values["dated_on"]
        if record.dated_on and record.dated_on > timezone.localdate():
            problems["dated_on"].append(
                _("The date lies in the future. Write the day of the photo or letter.")
            )
    if "position" in values:
        _place(record, values["position"], problems)
    record.distance_m = None if problems else _distance(record, owner)
    _check(record, problems)
    problems.raise_any()


def _check(record: Attachment, problems: Problems) -> None:
    """The fields that somebody wrote; the others are the service's own."""
    others = {field.name for field in record._meta.fields} - DESCRIBED
    try:
        record.clean_fields(exclude=others | set(problems))
    except ValidationError as error:
        problems.add_all(error)


def _place(record: Attachment, position: Position | None, problems: Problems) -> None:
    """Write down a typed position, unless the photo has one of its own."""
    if record.position_source == PositionSource.EXIF:
        if position not in (None, (record.latitude, record.longitude)) and record.pk:
            problems["position"].append(
                _("The photo says itself where it was taken; that stays.")
            )
        return
    record.latitude = record.longitude = None
    record.position_source = ""
    if position is None:
        return
    latitude, longitude = position
    if abs(latitude) > 90:
        problems["position"].append(
            _("Latitude lies between -90 and 90 degrees, such as -3.316694.")
        )
    if abs(longitude) > 180:
        problems["position"].append(
            _("Longitude lies between -180 and 180 degrees, such as 114.590111.")
        )
    if "position" not in problems:
        record.latitude = latitude.quantize(MICRODEGREE)
        record.longitude = longitude.quantize(MICRODEGREE)
        record.position_source = PositionSource.TYPED


def _distance(record: Attachment, owner: Owner) -> int | None:
    """Metres outside the area's outline; None where one of the two is not known."""
    area = area_of(owner)
    if record.latitude is None or record.longitude is None:
        return None
    if area is None or not area.outline:
        return None
    return metres_outside(
        area.outline, latitude=record.latitude, longitude=record.longitude
    )
