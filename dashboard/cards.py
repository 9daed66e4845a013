"""The figures of the home page as cards, each with how it is computed."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from areas.figures import Figure as Computed
from areas.figures import Figures
from areas.why import why_url
from core.figures import Figure
from core.numbers import format_decimal

TONES = {"handled": "handled", "improved": "improved", "cleared": "cleared"}
NUMBERS_SHOWN = 2


def baseline_text(numbers: Sequence[str]) -> str:
    """The decrees by number, or how many where a card has no room for them."""
    if len(numbers) > NUMBERS_SHOWN:
        return _("%(count)s decrees in force") % {"count": len(numbers)}
    return ", ".join(numbers)


def cards_of(figures: Figures) -> list[Figure]:
    """The key figures in their order."""
    how = _explanations(figures)
    query = figures.query()
    return [
        _card(figure, how[code], why_url(code, query))
        for code, figure in figures.key_figures.items()
    ]


def _card(figure: Computed, how: str, why: str) -> Figure:
    return Figure(
        label=str(figure.label),
        value=figure.value,
        url=figure.rows_url if figure.value is not None else "",
        why=why,
        share=figure.share,
        how=how,
        source=baseline_text(figure.baseline),
        as_of=figure.as_of,
        tone=TONES.get(figure.code, ""),
    )


def _explanations(figures: Figures) -> dict[str, str]:
    """How each figure comes about, with its numbers."""
    total = figures.total
    parts = {
        "areas": format_decimal(total.areas, 0),
        "regencies": format_decimal(len(figures.by_regency), 0),
        "decreed": format_decimal(total.decreed),
        "handled": format_decimal(total.handled),
        "improved": format_decimal(total.improved),
        "cleared": format_decimal(total.cleared),
    }
    summed = _("Sum of %(areas)s areas.") % parts
    if len(figures.by_regency) > 1:
        summed = _("Sum of %(areas)s areas in %(regencies)s regencies/cities.") % parts
    return {
        "decreed": summed,
        "handled": _("%(handled)s ÷ %(decreed)s ha. Work that is verified.") % parts,
        "improved": _(
            "%(improved)s ÷ %(decreed)s ha. Whole areas whose later verified survey has"
            " a lower class."
        )
        % parts,
        "cleared": _(
            "%(cleared)s ÷ %(decreed)s ha. Whole areas that are no longer slum by a"
            " later verified survey."
        )
        % parts,
        "unhandled": _("%(decreed)s − %(handled)s ha. Nothing else is subtracted.")
        % parts,
    }
