"""Columns of outreach, on the page and in its files."""

from typing import Any

from django.db.models import F, Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _

from areas.models import SlumArea
from coordination.models import Commitment, Outreach
from coordination.models.outreach import Topic
from core.tables import Column


def with_people(outreach: QuerySet) -> QuerySet:
    """Add `people`: women and men together."""
    return outreach.annotate(people=F("women") + F("men"))


def with_ties(outreach: QuerySet, user: Any) -> QuerySet:
    """With partners, and with areas and commitment as far as `user` sees them."""
    return outreach.prefetch_related(
        "partners",
        Prefetch("areas", queryset=SlumArea.objects.visible_to(user)),
        Prefetch("commitment", queryset=Commitment.objects.visible_to(user)),
    )


def topic_names(outreach: Outreach) -> list[str]:
    labels = dict(Topic.choices)
    return [str(labels[topic]) for topic in outreach.topics]


def topics_text(outreach: Outreach) -> str:
    return ", ".join(topic_names(outreach))


def areas_text(outreach: Outreach) -> str:
    return ", ".join(area.name for area in outreach.areas.all())


def partners_text(outreach: Outreach) -> str:
    return ", ".join(partner.short_name for partner in outreach.partners.all())


# For events of `with_people`, with their ties.
OUTREACH_COLUMNS = (
    Column(_("Outreach"), "title", "title", link=True, note="place"),
    Column(_("Place"), "place", only="csv"),
    Column(_("Date"), "held_on", "held_on", kind="date"),
    Column(_("Held by"), "agency.short_name", "agency__short_name"),
    Column(_("Regency/city"), "regency.name", "regency__name"),
    Column(_("Topics"), topics_text),
    Column(_("Prevention"), "get_prevention_display", "prevention"),
    Column(_("Women"), "women", "women", kind="number", name="women"),
    Column(_("Men"), "men", "men", kind="number", name="men"),
    Column(_("Participants"), "people", "people", kind="number", name="people"),
    Column(_("Slum areas"), areas_text, only="csv"),
    Column(_("Together with"), partners_text, only="csv"),
    Column(_("Commitment"), "commitment", only="csv"),
    Column(_("Material"), "material", only="csv"),
    Column(_("Follow-up"), "follow_up", only="csv"),
)
