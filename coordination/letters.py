"""The invitation as a letter (PDF, A4, Indonesian) and as an entry of a calendar."""

from collections.abc import Iterable
from datetime import UTC, datetime

from django.utils import timezone, translation
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from icalendar import Calendar, Event
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, PageBreak, Spacer, Table

from coordination.models import AgendaItem, Invitation, Meeting
from coordination.models.meeting import Phase
from core.pdf import (
    BLANK,
    CELL,
    MIDDLE,
    OFFICE,
    STRONG,
    WIDTH,
    document,
    register_fonts,
    ruled_table,
    style,
    text,
)

BODY = style("body", 10, spaceAfter=2 * mm)
NAMES = 34 * mm
AGENDA = [w * mm for w in (9, 24, 81, 60)]


def letters_pdf(
    meeting: Meeting, invitations: Iterable[Invitation], *, is_packed: bool = True
) -> bytes:
    """A letter to each of these invited, each on a page of its own.

    `is_packed` off leaves the text readable in the file.
    """
    register_fonts()
    story: list[Flowable] = []
    with translation.override("id"):
        for invitation in invitations:
            if story:
                story.append(PageBreak())
            story += _letter(meeting, invitation)
        return document(
            story,
            title=_("Invitation: %(meeting)s") % {"meeting": meeting.title},
            author=meeting.agency.name,
            is_example=meeting.is_demo,
            is_packed=is_packed,
        )


def _letter(meeting: Meeting, invitation: Invitation) -> list[Flowable]:
    gap = Spacer(1, 5 * mm)
    opening = _(
        "We invite you to the meeting “%(meeting)s”, which will be held as follows:"
    )
    closing = _("We ask you to come on time. Thank you for your attention.")
    return [
        text(meeting.agency.name.upper(), OFFICE),
        gap,
        text(_dated(meeting), BODY),
        _pairs(_heading(meeting)),
        gap,
        text(_("To:"), BODY),
        text(_addressee(invitation), BODY),
        gap,
        text(opening % {"meeting": meeting.title}, BODY),
        _pairs(_when_and_where(meeting)),
        gap,
        *_agenda(meeting),
        *_speakers(meeting),
        *([text(meeting.letter_note, BODY)] if meeting.letter_note else []),
        text(closing, BODY),
        gap,
        KeepTogether(_signature(meeting)),
    ]


def _dated(meeting: Meeting) -> str:
    """The day of the letter; a line to fill in where it has none yet."""
    if meeting.letter_on is None:
        return BLANK
    return date_format(meeting.letter_on, "j F Y")


def _heading(meeting: Meeting) -> list[tuple[str, str]]:
    return [
        (_("Number"), meeting.letter_number or BLANK),
        (_("Subject"), _("Invitation to %(kind)s") % {"kind": _kind(meeting)}),
    ]


def _kind(meeting: Meeting) -> str:
    return str(meeting.get_kind_display())


def _addressee(invitation: Invitation) -> str:
    if invitation.person:
        return f"{invitation.person}\n{invitation.agency.name}"
    return invitation.agency.name


def _when_and_where(meeting: Meeting) -> list[tuple[str, str]]:
    begins, ends = (
        timezone.localtime(moment) for moment in (meeting.starts_at, meeting.ends_at)
    )
    day, last = (date_format(moment, "l, j F Y") for moment in (begins, ends))
    found = [
        (_("Day"), day if begins.date() == ends.date() else f"{day} – {last}"),
        (_("Time"), f"{date_format(begins, 'H.i')} – {date_format(ends, 'H.i')} WITA"),
        (_("Place"), meeting.place),
    ]
    if meeting.chair:
        chair = ", ".join(filter(None, [meeting.chair, meeting.chair_position]))
        found.append((_("Chair"), chair))
    return found


def _agenda(meeting: Meeting) -> list[Flowable]:
    items = list(meeting.items.all())
    if not items:
        return []
    head = (_("No."), _("Time"), _("Agenda item"), _("Presented by"))
    rows = [[text(word, STRONG) for word in head]]
    rows += [[text(word, CELL) for word in _item_cells(item)] for item in items]
    table = ruled_table(rows, AGENDA)
    return [text(_("Agenda:"), BODY), table, Spacer(1, 4 * mm)]


def _item_cells(item: AgendaItem) -> tuple[object, ...]:
    begins = time_format(item.starts_at, "H.i") if item.starts_at else ""
    length = _("%(minutes)s minutes") % {"minutes": item.minutes}
    when = "\n".join(filter(None, [begins, length if item.minutes else ""]))
    return item.position, when or "–", item.title, item.presenter or "–"


def _speakers(meeting: Meeting) -> list[Flowable]:
    speakers = list(meeting.speakers.select_related("agency"))
    if not speakers:
        return []
    lines = [
        " – ".join(filter(None, [f"{speaker}", speaker.topic])) for speaker in speakers
    ]
    return [text(_("Resource persons:"), BODY), text("\n".join(lines), BODY)]


def _signature(meeting: Meeting) -> list[Flowable]:
    rows = [
        ["", text(meeting.signer_position or BLANK, MIDDLE)],
        ["", Spacer(1, 20 * mm)],
        ["", text(meeting.signed_by or BLANK, MIDDLE)],
    ]
    return [Table(rows, colWidths=[WIDTH / 2, WIDTH / 2])]


def _pairs(rows: Iterable[tuple[str, str]]) -> Table:
    """Names and values below each other."""
    cells = [[text(name, BODY), text(f": {value}", BODY)] for name, value in rows]
    look = [("VALIGN", (0, 0), (-1, -1), "TOP")]
    return Table(cells, colWidths=[NAMES, WIDTH - NAMES], style=look)


# ---- the calendar --------------------------------------------------------------------
def calendar_file(meeting: Meeting, *, url: str, host: str) -> bytes:
    """The meeting as an iCalendar file in UTC; opened again, it replaces itself.

    `url` is the address of its page, `host` the name of this server.
    """
    event = Event()
    event.add("uid", f"meeting-{meeting.pk}@{host}")
    event.add("sequence", meeting.events.count())  # type: ignore[attr-defined]
    event.add("dtstamp", timezone.now())
    event.add("dtstart", _utc(meeting.starts_at))
    event.add("dtend", _utc(meeting.ends_at))
    event.add("summary", meeting.title)
    event.add("location", meeting.place)
    items = "\n".join(str(item) for item in meeting.items.all())
    event.add("description", f"{meeting.agency.name}\n{items}".strip())
    event.add("url", url)
    is_sure = meeting.phase != Phase.PLANNED
    event.add("status", "CONFIRMED" if is_sure else "TENTATIVE")
    calendar = Calendar()
    calendar.add("prodid", "-//Kawasan Kumuh//Rakor//ID")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)
