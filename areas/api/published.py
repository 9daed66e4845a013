"""Published results as JSON, read-only: scores without volumes, kept apart."""

from django.db.models import Count, QuerySet, Sum
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.viewsets import ReadOnlyModelViewSet

from areas.api.serializers import HECTARES
from areas.models import PublishedResult, PublishedSource
from areas.published.filters import PublishedResultApiFilter, PublishedSourceFilter


class PublishedSourceSerializer(serializers.ModelSerializer):
    """A document; `rows` and `hectares` are the count and the sum of its rows."""

    rule_set = serializers.CharField(source="rule_set.code", read_only=True)
    rows = serializers.IntegerField(source="row_count", read_only=True)
    hectares = serializers.DecimalField(**HECTARES, allow_null=True)
    is_recomputable = serializers.SerializerMethodField()

    class Meta:
        model = PublishedSource
        fields = (
            "id",
            "title",
            "publisher",
            "published_on",
            "url",
            "rule_set",
            "region",
            "region_name",
            "mapping",
            "rows",
            "hectares",
            "is_recomputable",
            "imported_at",
        )

    def get_is_recomputable(self, source: PublishedSource) -> bool:
        """Never: there are no volumes and no denominators."""
        return False


@extend_schema_field({"type": "object", "additionalProperties": {"type": "integer"}})
class ScoresField(serializers.JSONField):
    """Scores by indicator code."""


@extend_schema_field({"type": "object", "additionalProperties": {"type": "string"}})
class NeedsField(serializers.JSONField):
    """Needs by indicator code, as text in the document's own units."""


class PublishedResultSerializer(serializers.ModelSerializer):
    """One RT as published; `computed_total` is the sum of its scores."""

    scores = ScoresField(read_only=True)
    needs = NeedsField(read_only=True)
    is_recomputable = serializers.SerializerMethodField()

    class Meta:
        model = PublishedResult
        fields = (
            "id",
            "source",
            "row",
            "district_name",
            "village_name",
            "hamlet_name",
            "area_name",
            "rt_rw",
            "village",
            "hectares",
            "authority",
            "scores",
            "needs",
            "computed_total",
            "total",
            "severity",
            "is_recomputable",
        )

    def get_is_recomputable(self, result: PublishedResult) -> bool:
        """Never: there are no volumes and no denominators."""
        return False


class PublishedSourceViewSet(ReadOnlyModelViewSet):
    """Documents with scores but without volumes. No figure of ours uses them."""

    queryset = PublishedSource.objects.none()
    serializer_class = PublishedSourceSerializer
    filterset_class = PublishedSourceFilter

    def get_queryset(self) -> QuerySet:
        found = PublishedSource.objects.visible_to(self.request.user)
        return (
            found.select_related("rule_set")
            .annotate(row_count=Count("results"), hectares=Sum("results__hectares"))
            .order_by("-published_on", "-pk")
        )


class PublishedResultViewSet(ReadOnlyModelViewSet):
    """Rows of such documents, one per RT, as published."""

    queryset = PublishedResult.objects.none()
    serializer_class = PublishedResultSerializer
    filterset_class = PublishedResultApiFilter

    def get_queryset(self) -> QuerySet:
        found = PublishedResult.objects.visible_to(self.request.user)
        return found.order_by("source_id", "row")
