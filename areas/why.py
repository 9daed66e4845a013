"""Why a figure is what it is: definition, arithmetic, and what adds up to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet, Sum
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from areas.area_figures import OUTCOMES
from areas.figures import (
    FILTER_OF,
    LABELS,
    OF_AREAS,
    OF_ENTRIES,
    Figure,
    Figures,
    Group,
    Sums,
    entry_rows,
    percent_of,
)
from areas.ledger_filters import LedgerFilter
from areas.models.ledger import Outcome
from areas.rules import Authority
from core import html
from core.numbers import format_decimal
from core.tables import Column

SHARE = "handled_share_10_15"
DEFINITIONS: Mapping[str, Promise] = {
    "decreed": gettext_lazy(
        "The hectares that the decrees in force on that day give to these areas, as"
        " printed, plus the area corrections of the ledger. An area that two decrees"
        " name counts once, under the newer one."
    ),
    "verified": gettext_lazy(
        "The hectares of these areas as the latest verified assessment of each found"
        " them. They need not be those of the decree, and never replace them."
    ),
    "handled": gettext_lazy(
        "The hectares of units on which verified work was done: each unit once under"
        " its decree, whoever reported it and however often. It says nothing about"
        " whether the area is still slum."
    ),
    "improved": gettext_lazy(
        "Whole areas whose later verified assessment has a lower class than the one"
        " that stood when their decree came into force, both under one rule set."
    ),
    "cleared": gettext_lazy(
        "Whole areas that were slum when their decree came into force, and whose later"
        " verified assessment lies below the slum threshold. An area that is slum again"
        " counts no longer."
    ),
    "unhandled": gettext_lazy(
        "The area in decrees less what is handled. Nothing else is subtracted."
    ),
    "uncleared": gettext_lazy(
        "The area in decrees less what is out of slum. Nothing else is subtracted."
    ),
    SHARE: gettext_lazy(
        "Of the areas from 10 to below 15 ha, which are the province's: their handled"
        " hectares in percent of all their hectares in decrees."
    ),
}
DIMENSIONS: Mapping[str, Promise] = {
    "region": gettext_lazy("Regency/city"),
    "authority": gettext_lazy("Authority"),
    "severity": gettext_lazy("Severity"),
    "typology": gettext_lazy("Typology"),
    "decree": gettext_lazy("Decree"),
    "agency": gettext_lazy("Reporting agency"),
    "fund": gettext_lazy("Source of funds"),
    "programme": gettext_lazy("Programme"),
    "year": gettext_lazy("Year of the work"),
    "method": gettext_lazy("Established by"),
}


def why_url(code: str, query: str) -> str:
    """The page that says why this figure is so, under the filters of `query`."""
    return f"{reverse('areas:area-figure', args=[code])}?{query}"


def figure_links(query: str) -> list[tuple[Promise, str]]:
    """The figures of a list of areas, each with the page that says why."""
    return [(LABELS[code], why_url(code, query)) for code in DEFINITIONS]


def areas_behind(code: str, areas: QuerySet[Any]) -> QuerySet[Any]:
    """Those of the filtered areas, with their figures, that the figure is about."""
    if code == SHARE:
        return areas.filter(authority=Authority.PROVINCE)
    return areas


def filters_behind(code: str, filters: Mapping[str, str]) -> Mapping[str, str]:
    """The filters that lead to the rows of `areas_behind`."""
    if code == SHARE:
        return {**filters, "authority": Authority.PROVINCE.value}
    return filters


def dimensions_of(code: str) -> list[str]:
    """By what the figure can be parted; the base does not know who worked."""
    outcomes = [outcome.value for outcome in OUTCOMES]
    return [*OF_AREAS, *(OF_ENTRIES if code in outcomes else ())]


@dataclass(frozen=True, slots=True)
class Part:
    """One group of what adds up to the figure, with the way to its rows."""

    label: str
    url: str
    sums: Sums
    value: Decimal | None


def parts_of(found: Figures, code: str, dimension: str) -> list[Part]:
    """The groups that add up to the figure; those without a share are left out."""
    groups = found.groups_by(dimension)
    return [
        _part(found, code, dimension, group)
        for group in groups
        if group.sums.areas or value_of(group.sums, code)
    ]


def _part(found: Figures, code: str, dimension: str, group: Group) -> Part:
    name = FILTER_OF.get(dimension, dimension)
    url = found.rows_url(**{name: group.key})
    return Part(str(group.label), url, group.sums, value_of(group.sums, code))


def value_of(sums: Sums, code: str) -> Decimal | None:
    if code == SHARE:
        return percent_of(sums.handled, sums.decreed)
    return getattr(sums, code)


def part_columns(code: str, dimension: str) -> list[Column]:
    """The group, its areas where it has any, and its part of the figure."""
    columns = [
        Column(DIMENSIONS[dimension], "label", link="url"),  # type: ignore[arg-type]
    ]
    if dimension in OF_AREAS:
        columns.append(
            Column(gettext_lazy("Areas"), "sums.areas", kind="number", name="areas")
        )
    if code == SHARE:
        columns += [
            _hectares("handled", "sums.handled"),
            _hectares("decreed", "sums.decreed"),
            Column(LABELS[code], "value", kind="percent", name="value"),
        ]
    else:
        columns.append(_hectares(code, "value", name="value"))
    return columns


def _hectares(code: str, getter: str, *, name: str = "") -> Column:
    return Column(LABELS[code], getter, kind="hectares", unit="ha", name=name or code)


def part_totals(found: Figures, code: str) -> dict[str, Any]:
    total = found.total
    return {
        "areas": total.areas,
        "handled": total.handled,
        "decreed": total.decreed,
        "value": value_of(total, code),
    }


def arithmetic(found: Figures, code: str) -> list[str]:
    """How the figure comes about, with its numbers, step by step."""
    total = found.total
    ha = {
        name: format_decimal(getattr(total, name))
        for name in ("decreed", "handled", "improved", "cleared", "verified")
    }
    ha |= {"areas": format_decimal(total.areas, 0)}
    if code == "decreed":
        return [_printed_and_corrected(found), _("Sum of %(areas)s areas.") % ha]
    if code == "verified":
        return [_("Sum of %(areas)s areas: %(verified)s ha.") % ha]
    if code == "unhandled":
        return [f"{ha['decreed']} − {ha['handled']} = {_ha(total.unhandled)}"]
    if code == "uncleared":
        return [f"{ha['decreed']} − {ha['cleared']} = {_ha(total.uncleared)}"]
    part = "handled" if code == SHARE else code
    value = getattr(total, part)
    return [
        _("Sum of the entries of the ledger in %(areas)s areas: %(value)s.")
        % {"areas": ha["areas"], "value": _ha(value)},
        _share(value, total.decreed),
    ]


def _printed_and_corrected(found: Figures) -> str:
    """Corrections are read whichever entries are asked for: the base has them all."""
    if not found.entries.is_all:
        return _ha(found.total.decreed)
    entries = entry_rows(found).filter(outcome=Outcome.DECREED)
    corrected = entries.aggregate(sum=Sum("hectares"))["sum"] or Decimal(0)
    decreed = found.total.decreed
    return _(
        "%(printed)s printed + %(corrected)s of area corrections = %(decreed)s"
    ) % {
        "printed": format_decimal(decreed - corrected),
        "corrected": format_decimal(corrected),
        "decreed": _ha(decreed),
    }


def _share(part: Decimal, whole: Decimal) -> str:
    share = percent_of(part, whole)
    if share is None:
        return _("There are no hectares to divide by.")
    numbers = f"{format_decimal(part)} ÷ {format_decimal(whole)} × 100"
    return f"{numbers} = {html.percent(share)}"


def _ha(value: Decimal) -> str:
    return f"{format_decimal(value)} ha"


def figure_facts(figure: Figure, found: Figures) -> list[Mapping[str, Any]]:
    """All that the figure may never be shown without (design 4.7)."""
    known = figure.known_at
    return [
        {"label": figure.label, "value": figure_value(figure)},
        {
            "label": _("Numerator"),
            "value": format_html("{} ha", html.figure(figure.numerator)),
        },
        {
            "label": _("Denominator"),
            "value": format_html("{} ha", html.figure(figure.denominator))
            if figure.denominator is not None
            else _("none: it is no part of anything"),
        },
        {"label": _("Base"), "value": _decrees(found)},
        {"label": _("State of"), "value": html.day(figure.as_of)},
        {
            "label": _("As known"),
            "value": html.moment(known) if known else _("now"),
        },
    ]


def figure_value(figure: Figure) -> SafeString:
    if figure.unit == "%":
        return format_html(
            '<data value="{}">{}</data>', figure.value, html.percent(figure.value)
        )
    return format_html("{} {}", html.figure(figure.value), figure.unit)


def _decrees(found: Figures) -> Any:
    """The decrees that the figure stands on, each a link."""
    named = sorted({(cell.decree, cell.decree_id) for cell in found.cells})
    links = [
        format_html(
            '<a href="{}">{}</a>', reverse("areas:decree-detail", args=[pk]), number
        )
        for number, pk in named
    ]
    if not links:
        return _("no decree")
    joined = format_html("{}", links[0])
    for link in links[1:]:
        joined = format_html("{}, {}", joined, link)
    return joined


def ledger_url(code: str, query: Mapping[str, str]) -> str:
    """The entries behind an outcome; empty where the ledger has no such filter."""
    outcomes = {outcome.value for outcome in OUTCOMES}
    wanted = {name: value for name, value in query.items() if value}
    shared = set(LedgerFilter.base_filters) - {"q"}
    if code not in outcomes or not set(wanted) <= shared:
        return ""
    asked = urlencode({**wanted, "outcome": code})
    return f"{reverse('areas:ledger-list')}?{asked}"


def tabs_of(code: str, dimension: str, query: str) -> Sequence[Mapping[str, Any]]:
    """The other ways to part the figure."""
    return [
        {
            "label": DIMENSIONS[name],
            "url": f"{why_url(code, query)}&{urlencode({'by': name})}",
            "is_current": name == dimension,
        }
        for name in dimensions_of(code)
    ]
