"""The minutes as headings, sentences and tables: one order and wording for all files.

Built from the content alone, so that the same content gives the same documents.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, TypeAlias

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from lokal import terbilang

from coordination.minutes import (
    CommitmentContent,
    Content,
    ItemContent,
    SpeakerContent,
    digest_of,
    people_count,
)
from coordination.models.decision import DecisionKind
from core.numbers import format_decimal

Look = Literal["office", "headline", "middle", "heading", "strong", "text", "small"]


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph; `look` says how it stands on the page."""

    text: str
    look: Look = "text"


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with a head; `widths` are shares of the page's width."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[int]


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs: as what, for which office; a blank name is written by hand."""

    role: str
    name: str
    position: str = ""


@dataclass(frozen=True, slots=True)
class Signatures:
    """Chair and secretary side by side, and the list of the offices below."""

    place_and_day: str
    signers: tuple[Signer, Signer]
    offices: Grid


@dataclass(frozen=True, slots=True)
class NewPage:
    """What follows begins on a page of its own."""


Part: TypeAlias = Words | Grid | Signatures | NewPage


def parts_of(content: Content) -> Iterator[Part]:
    """The whole document in order; to be read with Indonesian switched on."""
    yield from _head(content)
    yield from _facts(content)
    yield from _discussion(content)
    yield from _agreed(content)
    yield from _promised(content)
    yield Words(_("These minutes were made as they stand, to be put into practice."))
    yield _signatures(content)
    yield NewPage()
    yield from _attendance(content)
    hash_line = _("SHA-256 of the content: %(digest)s")
    yield Words(hash_line % {"digest": digest_of(content)}, "small")


def day_words(value: date) -> str:
    """`3 November 2025`."""
    return date_format(value, "j F Y")


def _head(content: Content) -> Iterator[Part]:
    number = content["number"] or "." * 40
    yield Words(content["host"].upper(), "office")
    yield Words(_("MINUTES AND RECORD OF AGREEMENT"), "headline")
    yield Words(content["title"], "middle")
    yield Words(_("Number: %(number)s") % {"number": number}, "middle")
    yield Words(_opening(content))


def _opening(content: Content) -> str:
    begun = datetime.fromisoformat(content["starts_at"])
    women, men = people_count(content)
    return _(
        "On %(weekday)s, the %(day)s of %(month)s of the year %(year)s (%(date)s), at"
        " %(place)s, the meeting “%(title)s” was held by %(host)s, attended by"
        " %(count)s people (%(women)s women, %(men)s men) of %(agencies)s agencies,"
        " with the result below."
    ) % {
        "weekday": date_format(begun, "l"),
        "day": terbilang(begun.day),
        "month": date_format(begun, "F"),
        "year": terbilang(begun.year),
        "date": day_words(begun),
        "place": content["place"],
        "title": content["title"],
        "host": content["host"],
        "count": _count(women + men),
        "women": _count(women),
        "men": _count(men),
        "agencies": _count(len(content["attended"])),
    }


def _facts(content: Content) -> Iterator[Part]:
    begun = datetime.fromisoformat(content["starts_at"])
    ended = datetime.fromisoformat(content["ends_at"])
    chair = ", ".join(filter(None, [content["chair"], content["chair_position"]]))
    facts = [
        (_("Kind"), content["kind"]),
        (_("Series"), content["series"]),
        (_("Pokja or Forum PKP"), content["group"]),
        (_("Time"), _span(begun, ended)),
        (_("Chair"), chair),
        (_("Secretary"), content["secretary"]),
        *((_("Resource person"), _speaker(row)) for row in content["speakers"]),
    ]
    for label, value in facts:
        if value:
            yield Words(f"{label}: {value}")
    if content["summary"]:
        yield Words(_("Summary"), "heading")
        yield Words(content["summary"])


def _span(begun: datetime, ended: datetime) -> str:
    """`9.00–16.00 WITA`; a session over midnight also names its last day."""
    last = date_format(ended, "H.i")
    if ended.date() != begun.date():
        last = f"{day_words(ended)} {last}"
    return f"{date_format(begun, 'H.i')}–{last} WITA"


def _speaker(row: SpeakerContent) -> str:
    who = ", ".join(filter(None, (row["name"], row["position"], row["agency"])))
    return f"{who}: {row['topic']}" if row["topic"] else who


def _discussion(content: Content) -> Iterator[Part]:
    yield Words(_("Agenda and discussion"), "heading")
    for item in content["items"]:
        yield from _item(item)


def _item(item: ItemContent) -> Iterator[Part]:
    yield Words(f"{item['position']}. {item['title']}", "strong")
    if item["presenter"]:
        yield Words(_("Presented by: %(name)s") % {"name": item["presenter"]})
    if item["regions"]:
        yield Words(_("Districts: %(names)s") % {"names": ", ".join(item["regions"])})
    if item["discussion"]:
        yield Words(item["discussion"])
    for row in item["outcomes"]:
        yield Words(f"{row['label']} {row['number']}: {row['text']}")
    if item["commitments"]:
        numbers = ", ".join(map(str, item["commitments"]))
        yield Words(_("Follow-up: number %(numbers)s") % {"numbers": numbers})


def _agreed(content: Content) -> Iterator[Part]:
    """The decisions once more, one after the other: what people look for."""
    yield Words(_("Decisions"), "heading")
    decisions = [
        row
        for item in content["items"]
        for row in item["outcomes"]
        if row["kind"] == DecisionKind.DECISION
    ]
    for row in decisions:
        yield Words(f"{row['number']}. {row['text']}")
    if not decisions:
        yield Words(_("No decision was taken."))


def _promised(content: Content) -> Iterator[Part]:
    yield Words(_("Plan of follow-up"), "heading")
    if not content["commitments"]:
        yield Words(_("No commitment was made."))
        return
    yield Grid(
        head=(
            _("No."),
            _("What will be done"),
            _("Agency, person"),
            _("Due"),
            _("Target"),
            _("Source of funds"),
        ),
        rows=[_promise(row) for row in content["commitments"]],
        widths=(5, 33, 21, 11, 16, 14),
    )


def _promise(row: CommitmentContent) -> tuple[str, ...]:
    what = [row["text"]]
    if row["dropped"]:
        what.append(_("Dropped: %(reason)s") % {"reason": row["dropped"]})
    if row["areas"]:
        what.append(_("Areas: %(names)s") % {"names": ", ".join(row["areas"])})
    if row["proof"]:
        what.append(_("Proof: %(proof)s") % {"proof": row["proof"]})
    who = [row["agency"], *([row["person"]] if row["person"] else [])]
    if row["supporters"]:
        names = ", ".join(row["supporters"])
        who.append(_("Supported by: %(names)s") % {"names": names})
    return (
        str(row["number"]),
        "\n".join(what),
        "\n".join(who),
        date_format(date.fromisoformat(row["due_on"]), "j M Y"),
        "\n".join(_targets(row)) or "–",
        row["fund"] or "–",
    )


def _targets(row: CommitmentContent) -> Iterator[str]:
    if row["hectares"]:
        yield f"{_figure(row['hectares'])} ha"
    if row["volume"]:
        yield f"{_figure(row['volume'])} {row['unit']}"
    if row["rupiah"]:
        yield f"Rp {_figure(row['rupiah'])}"
    if row["document"]:
        yield row["document"]


def _signatures(content: Content) -> Signatures:
    day = datetime.fromisoformat(content.get("closed_at", content["ends_at"]))
    return Signatures(
        place_and_day=f"{'.' * 24}, {day_words(day)}",
        signers=(
            Signer(_("Chair,"), content["chair"], content["chair_position"]),
            Signer(_("Secretary,"), content["secretary"]),
        ),
        offices=Grid(
            head=(_("No."), _("Agency"), _("Name"), _("Signature")),
            rows=[
                (str(number), office, "", "")
                for number, office in enumerate(content["signing"], 1)
            ],
            widths=(6, 42, 28, 24),
        ),
    )


def _attendance(content: Content) -> Iterator[Part]:
    """Everybody by agency, women and men counted, and who did not come."""
    women, men = people_count(content)
    yield Words(_("ATTENDANCE LIST"), "headline")
    said = _("%(count)s people: %(women)s women, %(men)s men.")
    counts = {"count": women + men, "women": women, "men": men}
    yield Words(said % {key: _count(value) for key, value in counts.items()})
    yield Grid(
        head=(_("No."), _("Name"), _("Position"), _("Woman/man"), _("Signature")),
        rows=list(_attended(content)),
        widths=(6, 34, 30, 12, 18),
    )
    if content["absent"]:
        names = "; ".join(content["absent"])
        yield Words(_("Invited, not present: %(names)s.") % {"names": names})


def _attended(content: Content) -> Iterator[tuple[str, ...]]:
    number = 0
    for row in content["attended"]:
        counted = _("%(women)s women, %(men)s men")
        words = {"women": _count(row["women"]), "men": _count(row["men"])}
        yield ("", row["agency"], "", counted % words, "")
        for person in row["people"]:
            number += 1
            gender = _("Woman") if person["gender"] == "f" else _("Man")
            yield (str(number), person["name"], person["position"], gender, "")


def _count(value: int) -> str:
    return format_decimal(value, 0)


def _figure(text: str) -> str:
    return format_decimal(Decimal(text), None)
