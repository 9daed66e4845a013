"""The ledger as JSON; verified reports, surveys and corrections post its entries."""

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.viewsets import ReadOnlyModelViewSet

from areas.ledger_filters import LedgerFilter
from areas.models import LedgerEntry


class LedgerEntrySerializer(serializers.ModelSerializer):
    decree = serializers.IntegerField(source="decree_line.decree_id", read_only=True)
    decree_number = serializers.CharField(
        source="decree_line.decree.number", read_only=True
    )
    area = serializers.IntegerField(source="decree_line.area_id", read_only=True)
    reversed_by = serializers.IntegerField(
        source="reversed_by.pk", read_only=True, default=None
    )
    activity = serializers.CharField(
        source="source.activity", read_only=True, default=None
    )
    programme = serializers.CharField(
        source="source.programme", read_only=True, default=None
    )
    fund = serializers.CharField(source="source.fund", read_only=True, default=None)

    class Meta:
        model = LedgerEntry
        fields = [
            "id",
            "decree",
            "decree_number",
            "area",
            "neighbourhood",
            "footprint",
            "outcome",
            "kind",
            "hectares",
            "reverses",
            "reversed_by",
            "relapse_of",
            "moved_from",
            "assessment",
            "method",
            "document",
            "activity",
            "programme",
            "fund",
            "reason",
            "agency",
            "cause",
            "period",
            "effective_on",
            "recorded_at",
        ]


class LedgerEntryViewSet(ReadOnlyModelViewSet):
    """Hectares credited and taken back, one row per unit, outcome and decree.

    With `as_of`, the rows behind the figures of that day. The three outcomes are
    never added to each other.
    """

    serializer_class = LedgerEntrySerializer
    filterset_class = LedgerFilter
    queryset = LedgerEntry.objects.none()

    def get_queryset(self) -> QuerySet[LedgerEntry]:
        return (
            LedgerEntry.objects.visible_to(self.request.user)
            .select_related("decree_line__decree", "reversed_by", "source")
            .order_by("-recorded_at", "-pk")
        )
