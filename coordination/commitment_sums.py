"""What filtered commitments come to: how many, in which state, how many hectares."""

from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.chain import Chain, chains, joined
from coordination.commitment_filters import LATE
from coordination.models import Commitment
from coordination.models.commitment import CommitmentState
from core.figures import Figure

# The states that a leader asks for first, by their value in the filter.
STATES: tuple[tuple[str, str | Promise, str], ...] = (
    (CommitmentState.DONE, gettext_lazy("Done"), "handled"),
    (LATE, gettext_lazy("Late"), "late"),
    (CommitmentState.OPEN, gettext_lazy("Not accepted yet"), ""),
)


def cards_of(rows: QuerySet[Commitment], query: QueryDict) -> list[Figure]:
    """The sums of the filtered commitments, each with its rows.

    A fixed number of queries. By state only where the filter asks for no state.
    """
    cards = [_counted(_("Commitments"), rows, _url(query))]
    if not query.get("state"):
        cards += [
            _counted(str(label), _in_state(rows, state), _url(query, state), tone)
            for state, label, tone in STATES
        ]
    return [*cards, *_hectares_of(rows, query)]


def _counted(
    label: str, rows: QuerySet[Commitment], url: str, tone: str = ""
) -> Figure:
    count = rows.count()
    return Figure(
        label=label,
        value=count,
        unit=_("commitments"),
        url=url,
        tone=tone if count else "",
        places=0,
    )


def _hectares_of(rows: QuerySet[Commitment], query: QueryDict) -> list[Figure]:
    """Promised and verified; of an RT that several share, once."""
    chain = _chain_of_all(rows)
    promised = _("Targets in hectares, added up.")
    verified = _("An RT that several commitments share counts once.")
    if chain.promised is None:
        promised = _("No commitment has a target in hectares.")
    if chain.verified is None:
        verified = _("Nothing is verified yet.")
    by_target = _url(query, sort="-target_hectares")
    return [
        Figure(label=_("Promised"), value=chain.promised, url=by_target, how=promised),
        Figure(
            label=_("Verified"), value=chain.verified, url=_url(query), how=verified
        ),
    ]


def _url(query: QueryDict, state: str = "", sort: str = "") -> str:
    """The list under the same filters, also in this state, sorted by this column."""
    kept = query.copy()
    for name in ("page", "sort", "format"):
        kept.pop(name, None)
    for name, value in (("state", state), ("sort", sort)):
        if value:
            kept[name] = value
    return f"{reverse('coordination:commitment-list')}?{kept.urlencode()}"


def _in_state(rows: QuerySet[Commitment], state: str) -> QuerySet[Commitment]:
    """Those that the filter of states shows for this value."""
    if state == LATE:
        return rows.late(timezone.localdate())  # type: ignore[attr-defined]
    return rows.filter(state=state)


def _chain_of_all(rows: QuerySet[Commitment]) -> Chain:
    """Their hectares as one chain."""
    bare = rows.select_related(None).prefetch_related(None).order_by()
    found = list(bare.only("target_hectares"))
    return joined(chains(found, timezone.localdate()).values())
