"""The list of what meetings decided or were told, to be found again."""

from django.db.models import QuerySet

from coordination.commitment_filters import DecisionFilter
from coordination.decision_tables import DECISION_COLUMNS
from coordination.models import Decision
from core.views import FilteredListView


class DecisionListView(FilteredListView):
    filterset_class = DecisionFilter
    columns = DECISION_COLUMNS
    default_order = ("-meeting__starts_at", "meeting", "number", "pk")
    template_name = "coordination/decision_list.html"
    export_name = "kesepakatan-rakor"

    def get_queryset(self) -> QuerySet:
        decisions = Decision.objects.visible_to(self.request.user)
        return decisions.select_related("item", "meeting__agency")
