"""The ledger as files, with the decrees, the day and the moment that it stands on."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.utils.translation import gettext as _

from areas.filters import asked_filters, known_at, stand_in_files
from areas.geojson import entry_collection
from core.exports import Note
from core.views import FilteredListView

# What no page and no table of entries shows, and what is heavy.
OUTLINES = ("neighbourhood__outline", "decree_line__area__outline")


class LedgerExportView(FilteredListView):
    """A list of entries; `get_sums` gives their hectares by decree and outcome."""

    export_name = "buku-besar"
    export_formats = ("csv", "xlsx", "geojson")

    def get_sums(self) -> list[dict[str, Any]]:
        raise NotImplementedError

    def ordered(self, queryset: QuerySet) -> QuerySet:
        found = super().ordered(queryset).defer("assessment__results")
        return found if self.get_format() == "geojson" else found.defer(*OUTLINES)

    def get_export_meta(self) -> Mapping[str, str]:
        """The day, where one is asked, and what had been recorded until when."""
        return stand_in_files(self._day(), known_at(self.request))

    def get_export_notes(self) -> list[Note]:
        sums = self.get_sums()
        added = [
            (f"{_('Hectares')}: {row['label']}, {row['decree']}", row["hectares"])
            for row in sums
        ]
        base = (_("Decrees"), ", ".join(_decrees(sums)))
        return [base, *super().get_export_notes(), *added]

    def export_geojson(self) -> HttpResponseBase:
        sums, day, known = self.get_sums(), self._day(), known_at(self.request)
        members = {
            "as_of": day and day.isoformat(),
            "known_at": known and known.isoformat(),
            "baseline": _decrees(sums),
            "filters": asked_filters(self.request.GET, self.filterset),
            "totals": [
                {
                    "decree_number": row["decree"],
                    "outcome": row["outcome"],
                    "hectares": f"{row['hectares']:f}",
                }
                for row in sums
            ],
        }
        return entry_collection(
            self.get_export_rows(), members=members, filename=self.export_name
        )

    def _day(self) -> date | None:
        return self.filterset.form.cleaned_data.get("as_of")


def _decrees(sums: list[dict[str, Any]]) -> list[str]:
    """The numbers of the decrees, each once."""
    return list(dict.fromkeys(row["decree"] for row in sums))
