"""The minutes of a meeting in values: what PDF and DOCX say, and what is kept of it.

Plain JSON (days and moments in ISO, numbers as text): kept with the closed minutes, it
gives the same documents again. Words are those of the day, in Indonesian.
"""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NotRequired, TypedDict

from django.utils import timezone, translation

from agencies.models import Agency
from coordination.models import AgendaItem, Attendance, Commitment, Decision, Meeting
from coordination.models.people import Gender


class OutcomeContent(TypedDict):
    """An information or a decision; `kind` is its value, `label` its word."""

    number: int
    kind: str
    label: str
    text: str


class ItemContent(TypedDict):
    """An agenda item; `commitments` are the numbers of those agreed under it."""

    position: int
    title: str
    presenter: str
    regions: list[str]
    discussion: str
    outcomes: list[OutcomeContent]
    commitments: list[int]


class PersonContent(TypedDict):
    name: str
    position: str
    gender: str


class AttendedContent(TypedDict):
    """The people of one agency who came."""

    agency: str
    women: int
    men: int
    people: list[PersonContent]


class SpeakerContent(TypedDict):
    name: str
    position: str
    agency: str
    topic: str


class CommitmentContent(TypedDict):
    """What an agency promised: hectares (ha), volume and money (Rp) as exact texts.

    `dropped` is why it was given up in the meeting itself; empty: it holds.
    """

    number: int
    text: str
    agency: str
    person: str
    supporters: list[str]
    due_on: str
    areas: list[str]
    hectares: str
    volume: str
    unit: str
    rupiah: str
    document: str
    fund: str
    proof: str
    dropped: str


class Content(TypedDict):
    """All that the minutes say."""

    number: str
    title: str
    kind: str
    series: str
    group: str
    host: str
    place: str
    starts_at: str
    ends_at: str
    chair: str
    chair_position: str
    secretary: str
    summary: str
    items: list[ItemContent]
    speakers: list[SpeakerContent]
    attended: list[AttendedContent]
    absent: list[str]
    commitments: list[CommitmentContent]
    signing: list[str]
    is_example: bool
    closed_at: NotRequired[str]


def content_of(meeting: Meeting) -> Content:
    """What the minutes of this meeting say as it stands; a fixed number of queries."""
    with translation.override("id"):
        commitments = _commitments(meeting)
        came = _attendances(meeting)
        invited = _invited(meeting)
        content = Content(
            number=meeting.minutes_number,
            title=meeting.title,
            kind=str(meeting.get_kind_display()),
            series=str(meeting.series or ""),
            group=str(meeting.group or ""),
            host=meeting.agency.name,
            place=meeting.place,
            starts_at=_moment(meeting.opened_at or meeting.starts_at),
            ends_at=_moment(meeting.ended_at or meeting.ends_at),
            chair=meeting.chair,
            chair_position=meeting.chair_position,
            secretary=str(meeting.secretary),
            summary=meeting.summary,
            items=_items(meeting, commitments),
            speakers=_speakers(meeting),
            attended=_attended(came),
            absent=_absent(invited, came),
            commitments=[_commitment(row) for row in commitments],
            signing=_signing(meeting, came, commitments),
            is_example=meeting.is_demo,
        )
        if meeting.closed_at:
            content["closed_at"] = _moment(meeting.closed_at)
    return content


def canonical(content: Mapping[str, Any]) -> bytes:
    """The content as bytes, the same wherever it was read from."""
    text = json.dumps(
        content, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    return text.encode()


def digest_of(content: Mapping[str, Any]) -> str:
    """The SHA-256 of the content, as it stands in the documents."""
    return hashlib.sha256(canonical(content)).hexdigest()


def people_count(content: Content) -> tuple[int, int]:
    """How many women and how many men came."""
    women = sum(row["women"] for row in content["attended"])
    return women, sum(row["men"] for row in content["attended"])


def _moment(at: Any) -> str:
    return timezone.localtime(at).isoformat(timespec="minutes")


def _items(meeting: Meeting, commitments: Sequence[Commitment]) -> list[ItemContent]:
    outcomes: dict[int, list[Decision]] = defaultdict(list)
    for decision in meeting.decisions.order_by("number"):
        outcomes[decision.item_id].append(decision)
    promised: dict[int, list[int]] = defaultdict(list)
    for row in commitments:
        promised[row.item_id].append(row.number)
    items = meeting.items.prefetch_related("regions").order_by("position", "pk")
    return [_item(row, outcomes[row.pk], promised[row.pk]) for row in items]


def _item(
    item: AgendaItem, outcomes: Iterable[Decision], commitments: list[int]
) -> ItemContent:
    return ItemContent(
        position=item.position,
        title=item.title,
        presenter=item.presenter,
        regions=sorted(str(region) for region in item.regions.all()),
        discussion=item.notes,
        outcomes=[
            OutcomeContent(
                number=row.number,
                kind=row.kind,
                label=str(row.get_kind_display()),
                text=row.text,
            )
            for row in outcomes
        ],
        commitments=commitments,
    )


def _attendances(meeting: Meeting) -> list[Attendance]:
    rows = meeting.attendances.select_related("agency")
    return list(rows.order_by("agency__name", "agency", "name", "pk"))


def _invited(meeting: Meeting) -> dict[int, str]:
    """The invited agencies and their names."""
    rows = meeting.invitations.order_by("agency__name", "agency")
    return dict(rows.values_list("agency", "agency__name"))


def _attended(came: Iterable[Attendance]) -> list[AttendedContent]:
    by_agency: dict[int, list[Attendance]] = defaultdict(list)
    for row in came:
        by_agency[row.agency_id].append(row)
    return [_agency_list(rows) for rows in by_agency.values()]


def _agency_list(rows: list[Attendance]) -> AttendedContent:
    counts = Counter(row.gender for row in rows)
    return AttendedContent(
        agency=rows[0].agency.name,
        women=counts[Gender.WOMAN],
        men=counts[Gender.MAN],
        people=[
            PersonContent(name=row.name, position=row.position, gender=row.gender)
            for row in rows
        ],
    )


def _absent(invited: Mapping[int, str], came: Iterable[Attendance]) -> list[str]:
    """The agencies that were invited and from which nobody came."""
    present = {row.agency_id for row in came}
    return [name for key, name in invited.items() if key not in present]


def _speakers(meeting: Meeting) -> list[SpeakerContent]:
    rows = meeting.speakers.select_related("agency").order_by("name", "pk")
    return [
        SpeakerContent(
            name=row.name,
            position=row.position,
            agency=row.agency.name,
            topic=row.topic,
        )
        for row in rows
    ]


def _commitments(meeting: Meeting) -> list[Commitment]:
    rows = meeting.commitments.select_related("agency")
    return list(rows.prefetch_related("areas", "supporters").order_by("number"))


def _commitment(row: Commitment) -> CommitmentContent:
    return CommitmentContent(
        number=row.number,
        text=row.text,
        agency=row.agency.name,
        person=row.person,
        supporters=sorted(agency.name for agency in row.supporters.all()),
        due_on=row.due_on.isoformat(),
        areas=sorted(str(area) for area in row.areas.all()),
        hectares=_exact(row.target_hectares),
        volume=_exact(row.target_volume),
        unit=row.target_unit,
        rupiah=_exact(row.target_rupiah),
        document=row.target_document,
        fund=str(row.get_fund_display()) if row.fund else "",
        proof=row.proof,
        dropped=row.drop_reason,
    )


def _exact(value: Decimal | None) -> str:
    """Every digit without closing zeros; empty where there is no target."""
    if value is None:
        return ""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _signing(
    meeting: Meeting, came: Iterable[Attendance], commitments: Iterable[Commitment]
) -> list[str]:
    """Who signs besides chair and secretary, each once: the host, the district offices
    that came, and whoever promised something."""
    offices = [row.agency for row in came if row.agency.level == Agency.Level.REGENCY]
    promised = [row.agency for row in commitments if not row.drop_reason]
    names = {agency.pk: agency.name for agency in (meeting.agency, *offices, *promised)}
    return list(names.values())
