"""Proofs of the ledger: what triggers and services keep, computed anew and compared.

Each of these must be able to find something, and never should.
"""

from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from areas.models import LedgerEntry
from core.tables import Column
from dashboard.health.check import Check, CheckSeverity, Owner
from dashboard.health.columns import FINDING, LINES
from dashboard.health.hectare_checks import lines
from dashboard.health.survey_outcomes import lines_with_surveys, unlike_surveys

# Both sides in one heap, the sums taken off: what does not come to nothing differs.
WRONG_SUMS = """
SELECT decree_line_id FROM (
    SELECT decree_line_id, outcome, effective_on, method, agency_id, source_id,
        hectares, 1 AS entries
    FROM areas_ledgerentry
    UNION ALL
    SELECT decree_line_id, outcome, effective_on, method, agency_id, source_id,
        -hectares, -entries
    FROM areas_linesum
) AS heap
GROUP BY decree_line_id, outcome, effective_on, method, agency_id, source_id
HAVING sum(hectares) <> 0 OR sum(entries) <> 0
"""
WRONG_TOTALS = """
SELECT decree_line_id FROM (
    SELECT decree_line_id,
        coalesce(sum(hectares) FILTER (WHERE outcome = 'handled'), 0) AS handled,
        coalesce(sum(hectares) FILTER (WHERE outcome = 'improved'), 0) AS improved,
        coalesce(sum(hectares) FILTER (WHERE outcome = 'cleared'), 0) AS cleared,
        coalesce(sum(hectares) FILTER (WHERE outcome = 'decreed'), 0) AS corrected,
        max(effective_on) AS last_effective_on
    FROM areas_ledgerentry GROUP BY decree_line_id
) AS entries
FULL JOIN areas_linetotal AS kept USING (decree_line_id)
WHERE (entries.handled, entries.improved, entries.cleared, entries.corrected,
        entries.last_effective_on)
    IS DISTINCT FROM (kept.handled, kept.improved, kept.cleared, kept.corrected,
        kept.last_effective_on)
"""


def _wrong_sums(today: date) -> QuerySet[Any]:
    """Lines whose sums or totals are not what their entries add up to."""
    return lines().filter(
        Q(pk__in=RawSQL(WRONG_SUMS, [])) | Q(pk__in=RawSQL(WRONG_TOTALS, []))
    )


def _wrong_live_credits(today: date) -> QuerySet[Any]:
    """Entries that stand without their key, or that have a key and do not stand.

    A credit stands until an entry takes it back, or until a relapse that itself stands.
    """
    opens = Q(kind=LedgerEntry.Kind.CREDIT) | Q(
        kind=LedgerEntry.Kind.REBASELINE, reverses=None
    )
    relapsed = LedgerEntry.objects.filter(
        kind=LedgerEntry.Kind.RELAPSE, reversed_by=None
    )
    stands = (
        opens
        & Q(reversed_by=None)
        & ~Q(pk__in=relapsed.order_by().values("relapse_of"))
    )
    same_key = Q(
        live__decree_line=F("decree_line"),
        live__outcome=F("outcome"),
        live__footprint=F("footprint"),
        unit_of_key=F("unit"),
    )
    rows = LedgerEntry.objects.annotate(
        unit=Coalesce("neighbourhood", 0),
        unit_of_key=Coalesce("live__neighbourhood", 0),
    )
    wrong = (stands & Q(live=None)) | (Q(live__isnull=False) & ~(stands & same_key))
    return rows.filter(wrong).select_related("decree_line__area", "decree_line__decree")


CHECKS = (
    Check(
        code="stored-sums-differ",
        title=_("Stored sums differ from the entries"),
        why=_(
            "Figures are read from stored sums; where these are not what the entries"
            " add up to, every page that shows them is wrong."
        ),
        todo=_(
            "Build the sums anew from the entries; until then do not quote these"
            " figures."
        ),
        severity=CheckSeverity.SEVERE,
        owner=Owner.ADMINISTRATOR,
        found=_wrong_sums,
        columns=LINES,
        order=("area__name", "pk"),
    ),
    Check(
        code="live-credits-differ",
        title=_("Standing credits differ from the entries"),
        why=_(
            "The key that keeps a unit from being credited twice is missing, or is"
            " held by a credit that no longer stands."
        ),
        todo=_(
            "Build the keys anew from the entries; until then verify nothing in these"
            " areas."
        ),
        severity=CheckSeverity.SEVERE,
        owner=Owner.ADMINISTRATOR,
        found=_wrong_live_credits,
        columns=(
            Column(_("Entry"), lambda entry: f"#{entry.pk}", "pk", link=True),
            Column(
                _("Area"),
                "decree_line.area.name",
                "decree_line__area__name",
                css="half",
            ),
            Column(
                _("Decree"),
                "decree_line.decree.number",
                "decree_line__decree__number",
                css="half",
            ),
            Column(_("Kind"), "get_kind_display", "kind", css="half"),
            Column(_("Outcome"), "get_outcome_display", "outcome", css="half"),
        ),
        order=("pk",),
    ),
    Check(
        code="outcomes-differ-from-surveys",
        title=_("Improved or out of slum differ from the surveys"),
        why=_(
            "Both follow from comparing verified surveys; here the ledger says"
            " something else than the surveys do."
        ),
        todo=_(
            "Settle the outcomes of the area anew; until then do not quote these"
            " figures."
        ),
        severity=CheckSeverity.SEVERE,
        owner=Owner.ADMINISTRATOR,
        found=lines_with_surveys,
        columns=(*LINES, FINDING),
        order=("area__name", "pk"),
        exact=unlike_surveys,
        is_slow=True,
    ),
)
