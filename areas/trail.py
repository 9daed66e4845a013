"""The trail of an area and of a survey: who changed what, when, through what."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db.models import Field, Model
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pghistory.models import Events

from agencies.models import User
from areas.models import Assessment, Decree, DecreeLine, SlumArea
from core import html
from core.numbers import format_decimal

LIMIT = 200
TRACKED = (
    "areas.SlumAreaEvent",
    "areas.AreaVillageEvent",
    "areas.NeighbourhoodEvent",
    "areas.NeighbourhoodSuccessionEvent",
    "areas.AuthorityTransferEvent",
    "areas.ActingAgencyEvent",
    "areas.AssessmentEvent",
    "areas.DecreeLineEvent",
)
# Fields that say nothing to people, or that follow from another one.
SILENT = frozenset(
    {
        "id",
        "area",
        "min_lon",
        "min_lat",
        "max_lon",
        "max_lat",
        "results",
        "is_demo",
        "created_at",
        "recorded_at",
        "submitted_at",
        "verified_at",
    }
)
LONG = frozenset({"outline"})
ACTIONS = {
    "insert": gettext_lazy("added"),
    "update": gettext_lazy("changed"),
    "delete": gettext_lazy("removed"),
}
SOURCES = {
    "page": gettext_lazy("page"),
    "api": gettext_lazy("API"),
    "admin": gettext_lazy("admin"),
    "import": gettext_lazy("import"),
    "command": gettext_lazy("command"),
    "job": gettext_lazy("job"),
    "demo": gettext_lazy("example data"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One field, in words; `old` is empty where there was nothing before."""

    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the trail."""

    at: datetime
    who: str
    source: str
    subject: str
    action: str
    changes: list[Change] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Round:
    """A step that a survey took: its new status, by whom, and the reason if any."""

    at: datetime
    who: str
    status: str
    label: str
    reason: str


def trail_of(area: SlumArea, limit: int = LIMIT) -> list[Entry]:
    """The latest changes of an area, its RT, surveys, decree lines; newest first.

    Lines of a draft are not told: it is seen only by who may edit it.
    """
    rows = Events.objects.references(area).across(*TRACKED)
    events = _told(rows.order_by("-pgh_created_at", "-pgh_id")[:limit])
    people = people_of(event.pgh_context for event in events)
    names = _names(events)
    return [_entry(event, people, names) for event in events]


def rounds_of(assessment: Assessment) -> list[Round]:
    """Every step of the survey, oldest first; none is ever lost."""
    events: Any = apps.get_model("areas.AssessmentEvent").objects
    rows = events.filter(pgh_obj_id=assessment.pk).select_related("pgh_context")
    rounds: list[tuple[Any, Mapping[str, Any]]] = []
    before = None
    for event in rows.order_by("pgh_id"):
        if event.status != before:
            context = event.pgh_context.metadata if event.pgh_context else {}
            rounds.append((event, context))
        before = event.status
    known = {event.submitted_by_id for event, _context in rounds}
    known |= {event.verified_by_id for event, _context in rounds}
    known.add(assessment.created_by_id)
    people = people_of((context for _event, context in rounds), known)
    return [_round(event, context, people) for event, context in rounds]


def volume_changes_of(assessment: Assessment, limit: int = LIMIT) -> list[Entry]:
    """Volumes changed or cleared after they had been entered, newest first."""
    events: Any = apps.get_model("areas.IndicatorValueEvent").objects
    rows = (
        events.filter(unit__assessment=assessment)
        .select_related("pgh_context", "unit__neighbourhood")
        .order_by("pgh_id")
    )
    before: dict[int, Decimal] = {}
    found = []
    for event in rows:
        old = before.get(event.pgh_obj_id)
        if event.pgh_label == "delete" or (old is not None and old != event.volume):
            found.append((event, old))
        before[event.pgh_obj_id] = event.volume
    latest = found[: -limit - 1 : -1]
    contexts = [e.pgh_context.metadata if e.pgh_context else {} for e, _old in latest]
    people = people_of(contexts)
    return [
        _volume_entry(event, old, context, people)
        for (event, old), context in zip(latest, contexts, strict=True)
    ]


def _told(events: Iterable[Events]) -> list[Events]:
    """The events without those of lines of drafts."""
    found = list(events)
    named = {event.pgh_data["decree_id"] for event in found if _is_line(event)}
    drafts = set(
        Decree.objects.filter(pk__in=named, status=Decree.Status.DRAFT).values_list(
            "pk", flat=True
        )
    )
    return [
        event
        for event in found
        if not _is_line(event) or event.pgh_data["decree_id"] not in drafts
    ]


def _is_line(event: Events) -> bool:
    return event.pgh_obj_model == DecreeLine._meta.label


def _round(event: Any, context: Mapping[str, Any], people: Mapping[int, str]) -> Round:
    by = {
        Assessment.Status.DRAFT: event.created_by_id,
        Assessment.Status.SUBMITTED: event.submitted_by_id,
        Assessment.Status.VERIFIED: event.verified_by_id,
    }.get(event.status) or context.get("user")
    returned = event.status == Assessment.Status.RETURNED
    return Round(
        at=event.pgh_created_at,
        who=people.get(by or 0, _("unknown")),
        status=event.status,
        label=str(Assessment.Status(event.status).label),
        reason=event.return_reason if returned else "",
    )


def _volume_entry(
    event: Any,
    old: Decimal | None,
    context: Mapping[str, Any],
    people: Mapping[int, str],
) -> Entry:
    cleared = event.pgh_label == "delete"
    change = Change(
        event.code,
        format_decimal(event.volume if cleared else old or 0, None),
        _("blank") if cleared else format_decimal(event.volume, None),
    )
    return Entry(
        at=event.pgh_created_at,
        who=who(context, people),
        source=source_of(context),
        subject=f"RT {event.unit.neighbourhood}",
        action=str(ACTIONS["update"]),
        changes=[change],
    )


def _entry(
    event: Events, people: Mapping[int, str], names: Mapping[tuple[str, str], str]
) -> Entry:
    model = apps.get_model(event.pgh_obj_model)
    if event.pgh_label == "update":
        pairs = {key: (old, new) for key, (old, new) in (event.pgh_diff or {}).items()}
    else:
        pairs = {key: (None, value) for key, value in event.pgh_data.items()}
    return Entry(
        at=event.pgh_created_at,
        who=who(event.pgh_context, people),
        source=source_of(event.pgh_context),
        subject=_subject(model, event.pgh_data, names),
        action=str(ACTIONS.get(event.pgh_label, event.pgh_label)),
        changes=_changes(model, pairs, names),
    )


def _changes(
    model: type[Model],
    pairs: Mapping[str, tuple[Any, Any]],
    names: Mapping[tuple[str, str], str],
) -> list[Change]:
    found = []
    for column in _columns(model):
        old, new = pairs.get(column.attname, (None, None))
        if column.name in SILENT or (old in (None, "") and new in (None, "")):
            continue
        label = str(column.verbose_name)
        found.append(
            Change(label, _said(column, old, names), _said(column, new, names))
        )
    return found


def _subject(
    model: type[Model],
    data: Mapping[str, Any],
    names: Mapping[tuple[str, str], str],
) -> str:
    """What was changed, by its kind and what people call it."""
    kind = str(model._meta.verbose_name)
    if "rt_rw" in data:
        return f"{kind} {data['rt_rw']}"
    if day := data.get("surveyed_on"):
        return f"{kind} {html.day(parse_date(day))}"
    for key in ("decree_id", "village_id", "agency_id"):
        if key in data and "name" not in data:
            return f"{kind} {names.get((key, str(data[key])), data[key])}"
    return kind


def _said(column: Field, value: Any, names: Mapping[tuple[str, str], str]) -> str:
    """A stored value in words."""
    if value is None or value == "":
        return ""
    if column.name in LONG:
        return _("a drawing")
    if column.is_relation:
        return names.get((column.attname, str(value)), str(value))
    if column.choices:
        return str(dict(column.flatchoices).get(value, value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int | float):
        return format_decimal(Decimal(str(value)), None)
    moment = _moment(column, str(value))
    return (
        html.moment(moment)
        if isinstance(moment, datetime)
        else (html.day(moment) if moment else str(value))
    )


def _moment(column: Field, value: str) -> datetime | date | None:
    kind = column.get_internal_type()
    if kind == "DateTimeField":
        return parse_datetime(value)
    return parse_date(value) if kind == "DateField" else None


def _names(events: Iterable[Events]) -> dict[tuple[str, str], str]:
    """What the records are called to which the events' foreign keys point."""
    wanted: dict[type[Model], set[Any]] = defaultdict(set)
    targets: dict[str, type[Model]] = {}
    for event in events:
        for column in _columns(apps.get_model(event.pgh_obj_model)):
            if not column.is_relation or column.name in SILENT:
                continue
            targets[column.attname] = column.related_model
            pair = (event.pgh_diff or {}).get(column.attname, [])
            keys = [event.pgh_data.get(column.attname), *pair]
            wanted[column.related_model] |= {key for key in keys if key is not None}
    records = {
        model: model._base_manager.in_bulk(keys) for model, keys in wanted.items()
    }
    return {
        (attname, str(pk)): str(record)
        for attname, model in targets.items()
        for pk, record in records[model].items()
    }


def _columns(model: type[Model]) -> list[Any]:
    return list(model._meta.concrete_fields)


def people_of(
    contexts: Iterable[Mapping[str, Any] | None], known: Iterable[int | None] = ()
) -> dict[int, str]:
    keys = {(context or {}).get("user") for context in contexts} | set(known)
    users = User.objects.in_bulk([key for key in keys if key])
    return {pk: str(user) for pk, user in users.items()}


def who(context: Mapping[str, Any] | None, people: Mapping[int, str]) -> str:
    return people.get((context or {}).get("user") or 0, _("the system"))


def source_of(context: Mapping[str, Any] | None) -> str:
    source = (context or {}).get("source", "")
    return str(SOURCES.get(source, source or _("database")))
