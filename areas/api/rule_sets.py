"""Rule sets and the catalogue of interventions as JSON, to read only."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.viewsets import ReadOnlyModelViewSet

from areas.api.views import DetailMixin
from areas.models import (
    Intervention,
    InterventionEffect,
    RuleAspect,
    RuleBound,
    RuleDecision,
    RuleIndicator,
    RuleSet,
)
from areas.rule_set_filters import InterventionFilter, RuleSetFilter
from areas.rule_sets import rules_of
from areas.severity import Denominator, Scale, Severity

CODE = "[-a-zA-Z0-9_]+"
TYPED = (Scale.SCORE, Scale.SEVERITY)


class RuleAspectSerializer(serializers.ModelSerializer):
    class Meta:
        model = RuleAspect
        fields = ("code", "name", "name_en")


class RuleIndicatorSerializer(serializers.ModelSerializer):
    """`measure` is what is measured under every rule set, whatever its code there;
    `unit`, in words, is that of the volume and of the denominator."""

    unit = serializers.SerializerMethodField()

    class Meta:
        model = RuleIndicator
        fields = (
            "code",
            "aspect",
            "measure",
            "name",
            "name_en",
            "short_name",
            "short_name_en",
            "unit",
            "denominator",
            "source",
            "is_verified",
        )

    def get_unit(self, indicator: RuleIndicator) -> str:
        return str(Denominator(indicator.denominator).unit)


class BandSerializer(serializers.ModelSerializer):
    """From `lowest` percent on, rounded half up to 2 decimals, the score holds."""

    score = serializers.IntegerField(source="result")

    class Meta:
        model = RuleBound
        fields = ("lowest", "score", "source", "is_verified")


class ClassBoundSerializer(serializers.ModelSerializer):
    """From the total `lowest` on, the class holds; below all of them it is no slum."""

    lowest = serializers.IntegerField()
    severity = serializers.ChoiceField(choices=Severity.choices, source="result")

    class Meta:
        model = RuleBound
        fields = ("lowest", "severity", "source", "is_verified")


class ScaleBoundSerializer(serializers.ModelSerializer):
    """A bound of the other scales; `result` is a score, a level, or “legal”."""

    class Meta:
        model = RuleBound
        fields = ("scale", "lowest", "result", "source", "is_verified")


class RuleDecisionSerializer(serializers.ModelSerializer):
    class Meta:
        model = RuleDecision
        fields = (
            "severity",
            "consideration",
            "is_legal",
            "priority",
            "code",
            "pattern",
            "source",
            "is_verified",
        )


class RuleSetSerializer(serializers.ModelSerializer):
    """A published rule set; `valid_until` is the first day without it."""

    based_on: Any = serializers.SlugRelatedField(slug_field="code", read_only=True)

    class Meta:
        model = RuleSet
        fields = (
            "code",
            "method",
            "version",
            "title",
            "citation",
            "valid_from",
            "valid_until",
            "note",
            "based_on",
            "published_at",
        )


class RuleSetDetailSerializer(RuleSetSerializer):
    """With all its tables. Bounds stand highest first."""

    max_total = serializers.SerializerMethodField()
    aspects = RuleAspectSerializer(many=True, read_only=True)
    indicators = RuleIndicatorSerializer(many=True, read_only=True)
    bands = serializers.SerializerMethodField()
    class_bounds = serializers.SerializerMethodField()
    scales = serializers.SerializerMethodField()
    decisions = RuleDecisionSerializer(many=True, read_only=True)

    class Meta(RuleSetSerializer.Meta):
        fields = (
            *RuleSetSerializer.Meta.fields,
            "max_total",
            "aspects",
            "indicators",
            "bands",
            "class_bounds",
            "scales",
            "decisions",
        )

    def get_max_total(self, rule_set: RuleSet) -> int:
        return rules_of(rule_set.pk).max_total

    @extend_schema_field(BandSerializer(many=True))
    def get_bands(self, rule_set: RuleSet) -> Any:
        return BandSerializer(_bounds(rule_set, Scale.SCORE), many=True).data

    @extend_schema_field(ClassBoundSerializer(many=True))
    def get_class_bounds(self, rule_set: RuleSet) -> Any:
        return ClassBoundSerializer(_bounds(rule_set, Scale.SEVERITY), many=True).data

    @extend_schema_field(ScaleBoundSerializer(many=True))
    def get_scales(self, rule_set: RuleSet) -> Any:
        others = [scale for scale in Scale if scale not in TYPED]
        return ScaleBoundSerializer(_bounds(rule_set, *others), many=True).data


class RuleSetViewSet(DetailMixin, ReadOnlyModelViewSet):
    """The published rule sets, by code: what a survey can be scored with."""

    queryset = RuleSet.objects.none()
    serializer_class = RuleSetSerializer
    detail_serializer_class = RuleSetDetailSerializer
    filterset_class = RuleSetFilter
    lookup_field = "code"
    lookup_value_regex = CODE

    def get_queryset(self) -> QuerySet:
        found = RuleSet.objects.published().select_related("based_on")
        if self.action == "list":
            return found
        return found.prefetch_related("aspects", "indicators", "bounds", "decisions")


class InterventionEffectSerializer(serializers.ModelSerializer):
    """One unit of the intervention takes `factor` off the volume of `measure`."""

    class Meta:
        model = InterventionEffect
        fields = ("measure", "factor")


class InterventionSerializer(serializers.ModelSerializer):
    """A kind of work; `unit_cost` is in rupiah, null where no source tells it."""

    effects = InterventionEffectSerializer(many=True, read_only=True)

    class Meta:
        model = Intervention
        fields = (
            "code",
            "name",
            "name_en",
            "unit",
            "effects",
            "unit_cost",
            "cost_source",
            "source",
        )


class InterventionViewSet(ReadOnlyModelViewSet):
    """The interventions that a plan may use, with what each of them improves."""

    queryset = Intervention.objects.none()
    serializer_class = InterventionSerializer
    filterset_class = InterventionFilter
    lookup_field = "code"
    lookup_value_regex = CODE

    def get_queryset(self) -> QuerySet:
        return Intervention.objects.offered().order_by("code")


def _bounds(rule_set: Any, *scales: Scale) -> list[RuleBound]:
    """The bounds of these scales, out of those read already."""
    return [row for row in rule_set.bounds.all() if row.scale in scales]
