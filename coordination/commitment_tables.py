"""How commitments stand in lists: their state as a chip, their columns."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import islice

from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.chain import chains
from coordination.models import Commitment
from coordination.models.commitment import CommitmentState
from core import html
from core.tables import Column

TONES: Mapping[str, tuple[str, str]] = {
    CommitmentState.OPEN: ("warn", "hourglass"),
    CommitmentState.ACCEPTED: ("info", "check"),
    CommitmentState.IN_PROGRESS: ("info", "clock"),
    CommitmentState.CLAIMED: ("info", "eye"),
    CommitmentState.DONE: ("ok", "check"),
    CommitmentState.DROPPED: ("off", "return"),
}
ROWS_AT_ONCE = 500


def state_chip(commitment: Commitment) -> SafeString:
    """The state as word, colour and icon; late says by how many days instead."""
    if late := late_words(commitment):
        return html.chip(late, "late", "warning")
    tone, icon = TONES[commitment.state]
    return html.chip(commitment.get_state_display(), tone, icon)


def late_words(commitment: Commitment) -> str:
    days = commitment.days_late()
    return _("%(days)s days overdue") % {"days": days} if days else ""


def due_words(commitment: Commitment, on: date | None = None) -> str:
    """When it is due, and how far that is; when it was done, and whether in time."""
    due_on = commitment.due_on
    words = {"date": html.day(due_on)}
    if commitment.done_on:
        words["done"] = html.day(commitment.done_on)
        if commitment.done_on <= due_on:
            return _("due %(date)s, done %(done)s, in time") % words
        return _("due %(date)s, done %(done)s") % words
    left = (due_on - (on or timezone.localdate())).days
    if left > 0 and commitment.is_pending:
        return _("due %(date)s, %(days)s days left") % {**words, "days": left}
    return _("due %(date)s") % words


def with_chains(commitments: Iterable[Commitment]) -> Iterator[Commitment]:
    """The commitments with `chain`: their hectares from promise to ledger."""
    rows = iter(commitments)
    while some := list(islice(rows, ROWS_AT_ONCE)):
        found = chains(some, timezone.localdate())
        for commitment in some:
            commitment.chain = found[commitment.pk]  # type: ignore[attr-defined]
            yield commitment


def _areas(commitment: Commitment) -> str:
    return ", ".join(area.name for area in commitment.areas.all())


def _state_in_files(commitment: Commitment) -> str:
    state = str(commitment.get_state_display())
    late = late_words(commitment)
    return f"{state}, {late}" if late else state


COLUMNS = (
    Column(
        gettext_lazy("Commitment"),
        lambda row: Truncator(row.text).chars(160),
        link=True,
        note=_areas,
        export="text",
    ),
    Column(gettext_lazy("Number"), "number", only="csv"),
    Column(
        gettext_lazy("Agency"),
        "agency.short_name",
        "agency__short_name",
        note="person",
    ),
    Column(gettext_lazy("Person"), "person", only="csv"),
    Column(
        gettext_lazy("Meeting"),
        "meeting.title",
        "meeting__starts_at",
        link=lambda row: row.meeting.get_absolute_url(),
    ),
    Column(gettext_lazy("Due"), "due_on", "due_on", kind="date"),
    Column(
        gettext_lazy("State"),
        state_chip,
        "state",
        kind="html",
        css="st-cell",
        export=_state_in_files,
    ),
    Column(gettext_lazy("Slum areas"), _areas, only="csv"),
    Column(gettext_lazy("Source of funds"), "get_fund_display", only="csv"),
    Column(
        gettext_lazy("Promised"),
        "target_hectares",
        "target_hectares",
        kind="hectares",
        unit="ha",
    ),
    Column(gettext_lazy("Planned"), "chain.planned", kind="hectares", unit="ha"),
    Column(gettext_lazy("Reported"), "chain.reported", kind="hectares", unit="ha"),
    Column(gettext_lazy("Verified"), "chain.verified", kind="hectares", unit="ha"),
)
