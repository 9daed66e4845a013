"""Pages of history: one area over the years, and the agreement of all areas."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from areas.models import Assessment
from areas.tables import severity_badge
from areas.views.areas import AreaPart
from core.views import FilteredListView
from programs.history.agreements import Found, agreed, found_by
from programs.history.filters import AgreementFilter
from programs.history.forms import PairForm
from programs.history.presenters import final_context, sections
from programs.history.queries import (
    Survey,
    final_of,
    later_surveys,
    surveys_of,
    works_of,
)
from programs.history.rules import Work
from programs.history.tables import AGREEMENT_COLUMNS, KEYS
from programs.models import ProgressReport

MOST_SURVEYS = 100  # of the table by area and year


class AreaHistoryView(AreaPart):
    """The surveys of an area side by side, what changed, and what caused it."""

    template_name = "programs/history_area.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        surveys = surveys_of(self.area)
        standing = [survey for survey in surveys if survey.correction is None]
        return super().get_context_data(
            surveys=[(row, severity_badge(row.result.severity)) for row in surveys],
            agreement_url=f"{reverse('programs:agreement-list')}?area={self.area.pk}",
            **(self._history(standing) if standing else {}),
            **kwargs,
        )

    def _history(self, standing: list[Survey]) -> dict[str, Any]:
        works = works_of([self.area.pk]).get(self.area.pk, [])
        seen = self._reports_seen(works)
        form = PairForm(self.request.GET, standing)
        base, later = form.pair()
        final = final_of(base, works, later.on if later else timezone.localdate())
        return {
            "form": form,
            "sections": sections(standing, works, seen),
            **final_context(final, later, seen),
        }

    def _reports_seen(self, works: Iterable[Work]) -> set[int]:
        """The reports behind the work that the person may open."""
        reports = ProgressReport.objects.visible_to(self.request.user)
        keys = {work.report for work in works}
        return set(reports.filter(pk__in=keys).values_list("pk", flat=True))


class AgreementListView(FilteredListView):
    """Every indicator of every later survey beside baseline − verified volumes.

    The rows are computed from the surveys in scope, so the time of a page grows with
    these: 16 rows a survey. The number of queries stays the same.
    """

    filterset_class = AgreementFilter
    columns = AGREEMENT_COLUMNS
    template_name = "programs/history_agreements.html"
    export_name = "kecocokan"
    found: Found | None = None

    def get_queryset(self) -> QuerySet[Assessment]:
        return later_surveys(self.request.user)

    def ordered(self, queryset: QuerySet) -> Any:
        """The computed rows instead of the surveys that the filter chose."""
        self.found = found_by(self.filterset)
        rows = list(self.found.rows)
        if order := self.get_order():
            key = KEYS[order.removeprefix("-")]
            rows.sort(key=key, reverse=order.startswith("-"))
        return rows

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = self.found
        surveys = found.surveys if found else []
        return super().get_context_data(
            overall=found.overall if found else agreed("", []),
            years=found.years if found else [],
            by_survey=surveys[:MOST_SURVEYS],
            survey_count=len(surveys),
            crumbs=[(_("Assessments"), reverse("areas:assessment-list"))],
            **kwargs,
        )
