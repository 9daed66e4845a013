"""What pages show of photos and documents, and the files themselves as answers."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.served_files import CACHED, FETCHED_ANEW, served
from programs.attachments import (
    WITH_OWNER,
    Owner,
    by_stage,
    described,
    may_see_original,
    moment_text,
    position_chip,
)
from programs.models import Activity, Attachment, ProgressReport, ReportLine
from programs.models.attachment import AttachmentKind
from programs.models.owned import OWNER_NAMES

PAGES = {
    "report": "programs:report-files",
    "line": "programs:line-files",
    "activity": "programs:activity-files",
    "area": "programs:area-files",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FileCard:
    """One file as a list shows it; an address is empty where the person may not."""

    record: Attachment
    alt: str
    moment: str
    chip: SafeString | str
    source: str
    original_url: str
    edit_url: str
    remove_url: str

    @property
    def is_photo(self) -> bool:
        return self.record.kind == AttachmentKind.PHOTO


def page_of(owner: Owner) -> str:
    """The page with the owner's files."""
    name = OWNER_NAMES[type(owner)]
    if isinstance(owner, ReportLine):
        return reverse(PAGES[name], args=[owner.report_id, owner.pk])
    return reverse(PAGES[name], args=[owner.pk])


def files_of(owner: Owner, user: Any) -> QuerySet[Attachment]:
    """The owner's files, of a report those of its lines, of an activity all of them."""
    if isinstance(owner, ProgressReport):
        found = Q(report=owner) | Q(line__report=owner)
    elif isinstance(owner, Activity):
        found = Q(activity=owner) | Q(line__activity=owner)
    else:
        found = Q(**{OWNER_NAMES[type(owner)]: owner})
    rows = Attachment.objects.visible_to(user).filter(found)
    return rows.select_related(*WITH_OWNER, "line__report__period", "uploaded_by")


def cards_of(
    owner: Owner, user: Any, *, may_edit: bool
) -> list[tuple[str, list[FileCard]]]:
    """The files under headings: photos by stage, other photos, documents."""
    rows = list(files_of(owner, user))
    photos = [row for row in rows if row.kind == AttachmentKind.PHOTO]
    groups: list[tuple[str, Iterable[Attachment]]] = [
        (_("Photos %(stage)s") % {"stage": place.label}, place.photos)
        for place in by_stage(photos)
    ]
    groups.append((_("Other photos"), [row for row in photos if not row.stage]))
    documents = [row for row in rows if row.kind == AttachmentKind.DOCUMENT]
    groups.append((_("Documents"), documents))
    laid_out = [
        (label, [_card(row, owner, user, may_edit) for row in found])
        for label, found in groups
    ]
    return [(label, cards) for label, cards in laid_out if cards]


def _card(row: Attachment, owner: Owner, user: Any, may_edit: bool) -> FileCard:
    # Files of reports change with their report, not on the page of the activity.
    is_own = not (isinstance(owner, Activity) and row.line_id)
    may_change = may_edit and is_own
    # A document is served as it was sent.
    has_original = row.kind == AttachmentKind.PHOTO and may_see_original(row, user)
    return FileCard(
        record=row,
        alt=described(row),
        moment=moment_text(row),
        chip=position_chip(row),
        source=_source(row, owner),
        original_url=_url("original", row) if has_original else "",
        edit_url=_url("edit", row) if may_change else "",
        remove_url=_url("remove", row) if may_change else "",
    )


def _source(row: Attachment, owner: Owner) -> str:
    """Where it comes from, on a page that gathers files of more than one record."""
    if row.line is None or isinstance(owner, ReportLine):
        return ""
    if isinstance(owner, ProgressReport):
        return str(row.line.activity)
    return str(row.line.report.period)


def _url(name: str, row: Attachment) -> str:
    return reverse(f"programs:attachment-{name}", args=[row.pk])


# ---- the files themselves ----------------------------------------------------------


def file_answer(
    request: HttpRequest, record: Attachment, part: str
) -> HttpResponseBase:
    """The bytes of `file`, `thumbnail` or `original`; the record is in sight.

    Pictures are shown in the page, everything else is downloaded. Raises Http404 where
    the record has no such file, PermissionDenied for an original that is not for them.
    """
    if part == "original" and not may_see_original(record, request.user):
        raise PermissionDenied(
            _("The file as it was sent is for who verifies the report.")
        )
    return served(
        request,
        getattr(record, part),
        name=record.name,
        as_attachment=part == "original" or record.kind == AttachmentKind.DOCUMENT,
        cache=FETCHED_ANEW if part == "original" else CACHED,
    )
