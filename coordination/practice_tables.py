"""Columns of the practice library, on the page and in its files."""

from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from coordination.models import Practice
from coordination.practice_steps import LABELS, state_of
from coordination.practice_tags import pattern_names, typology_names
from core import html
from core.tables import Column


def practice_chip(practice: Practice) -> SafeString:
    """Whether it is offered to everybody: word, colour and icon."""
    tone, icon = ("ok", "check") if practice.is_published else ("warn", "edit")
    return html.chip(practice_state(practice), tone, icon)


def practice_state(practice: Practice) -> str:
    return str(LABELS[state_of(practice)])


def codes_text(practice: Practice) -> str:
    return ", ".join(practice.indicators)


def typologies_text(practice: Practice) -> str:
    return ", ".join(typology_names(practice.typologies))


def patterns_text(practice: Practice) -> str:
    return ", ".join(pattern_names(practice.patterns))


# For practices of `adoption.with_adoptions`.
PRACTICE_COLUMNS = (
    Column(_("Practice"), "title", "title", link=True, note="place"),
    Column(_("Place"), "place", "place", only="csv"),
    Column(_("Year"), "year", "year", css="num"),
    Column(_("Indicators"), codes_text),
    Column(_("Typologies"), typologies_text),
    Column(_("Patterns of handling"), patterns_text),
    Column(_("Cost"), "cost", "cost", kind="rupiah", note="cost_note"),
    Column(_("Cost is for"), "cost_note", only="csv"),
    Column(_("Commitments"), "adoptions", "adoptions", kind="number"),
    Column(
        _("State"),
        practice_chip,
        "is_published",
        kind="html",
        css="st-cell",
        export=practice_state,
    ),
    Column(_("Kept by"), "agency.short_name", "agency__short_name"),
    Column(_("Problem"), "problem", only="csv"),
    Column(_("Approach"), "approach", only="csv"),
    Column(_("Results"), "results", only="csv"),
    Column(_("Conditions"), "conditions", only="csv"),
    Column(_("Contact"), "contact", only="csv"),
    Column(_("Source"), "source", only="csv"),
)
