"""Comments as pages have them: where they stand, who sees them, whom they name."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext as _

from areas.models import SlumArea
from programs.models import Activity, Comment, ProgressReport, ReportLine
from programs.models.owned import OWNER_NAMES

# What can be commented on, by its name in addresses.
PLACES: Mapping[str, type] = {
    "laporan": ProgressReport,
    "baris": ReportLine,
    "kegiatan": Activity,
    "kawasan": SlumArea,
}
MENTION = re.compile(r"(?<![\w.@])@([\w.@+-]+)")
MOST_MENTIONS = 20


def place_of(owner: Any) -> str:
    """The name of this kind of record in addresses."""
    return next(name for name, model in PLACES.items() if isinstance(owner, model))


def in_sight_of(user: Any, place: str) -> Any:
    """The records of this kind that the person sees: those they may comment on."""
    model = PLACES[place]
    if model is ReportLine:
        reports = ProgressReport.objects.visible_to(user)
        return ReportLine.objects.filter(report__in=reports)
    return model._default_manager.visible_to(user)  # type: ignore[attr-defined]


def sees(user: Any, owner: Any) -> bool:
    return in_sight_of(user, place_of(owner)).filter(pk=owner.pk).exists()


def page_of(owner: Any) -> str:
    """The page on which the comments of the record stand."""
    if isinstance(owner, SlumArea):
        return reverse("programs:area-comments", args=[owner.pk])
    if isinstance(owner, ReportLine):
        return owner.report.get_absolute_url()
    return owner.get_absolute_url()


def address_of(comment: Comment) -> str:
    """The comment on its page."""
    return f"{page_of(comment.owner)}#komentar-{comment.pk}"


def title_of(owner: Any) -> str:
    """The record in words, for a notice or the head of a page."""
    if isinstance(owner, ReportLine):
        return f"{owner.report}, {owner.activity.name}"
    if isinstance(owner, ProgressReport):
        return _("the report %(report)s") % {"report": owner}
    return str(owner)


def mentioned_in(text: str) -> list[str]:
    """The names after an @, each once, in order; a final full stop is none of them."""
    found = (name.rstrip(".+-@") for name in MENTION.findall(text))
    return [name for name in dict.fromkeys(found) if name][:MOST_MENTIONS]


def comments_on(owner: Any) -> QuerySet[Comment]:
    """The comments on one record, in order, with who said them."""
    comments = Comment.objects.filter(**{OWNER_NAMES[type(owner)]: owner})
    return comments.select_related("by").order_by("at", "pk")


def load_comments(lines: Iterable[ReportLine]) -> None:
    """Fetch the comments on all these lines for `line.comments.all`; one query."""
    prefetch_related_objects(
        list(lines), Prefetch("comments", Comment.objects.select_related("by"))
    )
