"""How commitments stand in lists: their state as a chip, their columns."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import islice

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.chain import chains
from coordination.models import Commitment, CommitmentUpdate
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


def _supporters(commitment: Commitment) -> str:
    return ", ".join(agency.short_name for agency in commitment.supporters.all())


def with_what_files_say(commitments: QuerySet[Commitment]) -> QuerySet[Commitment]:
    """The commitments with what only the columns of files need, `news` among it.

    `news` is what was said last about it, and `news_at` when.
    """
    said = CommitmentUpdate.objects.filter(commitment=OuterRef("pk")).exclude(text="")
    latest = said.order_by("-at", "-pk")
    return (
        commitments.select_related(
            "agency", "meeting", "item", "decision", "accepted_by"
        )
        .prefetch_related("areas", "supporters")
        .annotate(
            news=Subquery(latest.values("text")[:1]),
            news_at=Subquery(latest.values("at")[:1]),
        )
    )


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
        link="doors.meeting",
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
    Column(gettext_lazy("Promised volume"), "target_volume", kind="number", only="csv"),
    Column(gettext_lazy("Unit"), "target_unit", only="csv"),
    Column(gettext_lazy("Promised money"), "target_rupiah", kind="rupiah", only="csv"),
    Column(gettext_lazy("Promised document"), "target_document", only="csv"),
    Column(gettext_lazy("Proof that it is done"), "proof", only="csv"),
    Column(gettext_lazy("Supported by"), _supporters, only="csv"),
    Column(gettext_lazy("Agenda item"), "item", only="csv"),
    Column(gettext_lazy("Decision"), "decision.text", only="csv"),
    Column(
        gettext_lazy("Accepted by"),
        lambda row: row.accepted_name or row.accepted_by,
        only="csv",
    ),
    Column(gettext_lazy("Accepted on"), "accepted_at", kind="datetime", only="csv"),
    Column(gettext_lazy("Done on"), "done_on", kind="date", only="csv"),
    Column(gettext_lazy("Reason of dropping it"), "drop_reason", only="csv"),
    Column(gettext_lazy("Latest news"), "news", only="csv"),
    Column(gettext_lazy("Latest news on"), "news_at", kind="datetime", only="csv"),
)
