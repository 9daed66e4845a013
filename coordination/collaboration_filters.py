"""What is asked of the map of collaboration: one set for page, files and API."""

from datetime import date
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from areas.filters import regencies
from areas.models import SlumArea
from areas.models.ledger import Fund
from coordination.collaboration import Map, Question, map_of
from programs.filters import YearFilter

LISTS = [("gaps", _("Gaps")), ("collisions", _("Collisions"))]
ROWS = [("area", _("Areas"))]


class CollaborationFilter(django_filters.FilterSet):
    """The district limits the areas; the rest is asked of works and commitments."""

    regency = django_filters.ModelChoiceFilter(
        queryset=regencies, label=_("Regency/city"), empty_label=_("all")
    )
    fund = django_filters.ChoiceFilter(
        choices=Fund.choices,
        method="unchanged",
        label=_("Source of funds"),
        empty_label=_("all"),
    )
    year = YearFilter(method="unchanged")
    rows = django_filters.ChoiceFilter(
        choices=ROWS,
        method="unchanged",
        label=_("Row for row"),
        empty_label=_("Districts"),
    )
    show = django_filters.ChoiceFilter(
        choices=LISTS,
        method="unchanged",
        label=_("Show"),
        empty_label=_("Who works where"),
    )

    class Meta:
        model = SlumArea
        fields: list[str] = []

    def unchanged(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        return queryset

    def asked(self, name: str) -> Any:
        """The value of a filter that holds; None where it is blank or unreadable."""
        return getattr(self.form, "cleaned_data", {}).get(name) or None

    @property
    def question(self) -> Question:
        """What is asked of works and commitments."""
        return Question(
            fund=self.asked("fund") or "",
            year=int(self.asked("year")) if self.asked("year") else None,
            by_area=self.asked("rows") == "area",
        )

    def map_on(self, day: date) -> Map:
        """The map of what is asked, as the person of the request sees it."""
        assert self.request is not None
        return map_of(self.qs, self.request.user, day, self.question)
