"""JSON of areas, RT, decrees and surveys. Hectares are exact strings."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from areas.models import Assessment, Decree, DecreeLine, Neighbourhood, SlumArea
from areas.results import progress_of, result_of
from areas.rules import Authority, Severity
from areas.workflow import steps_for
from core.workflow import closed_reasons, open_names

HECTARES = {"max_digits": 14, "decimal_places": 6, "read_only": True}


class DecreeLineSerializer(serializers.ModelSerializer):
    area_name = serializers.CharField(source="area.name", read_only=True)
    authority = serializers.ChoiceField(choices=Authority.choices, read_only=True)

    class Meta:
        model = DecreeLine
        fields = ("id", "area", "area_name", "hectares", "authority")


class DecreeSerializer(serializers.ModelSerializer):
    """`area_count` and `hectares` are those of the whole decree; `lines` (of one
    decree) are the areas that you may see."""

    area_count = serializers.IntegerField(read_only=True)
    hectares = serializers.DecimalField(**HECTARES)

    class Meta:
        model = Decree
        fields = (
            "id",
            "number",
            "title",
            "level",
            "region",
            "issued_on",
            "in_force_from",
            "in_force_until",
            "area_count",
            "hectares",
        )


class DecreeDetailSerializer(DecreeSerializer):
    lines = serializers.SerializerMethodField()

    class Meta(DecreeSerializer.Meta):
        fields = (*DecreeSerializer.Meta.fields, "lines")

    @extend_schema_field(DecreeLineSerializer(many=True))
    def get_lines(self, decree: Decree) -> Any:
        user = self.context["request"].user
        lines = DecreeLine.objects.visible_to(user).filter(decree=decree)
        return DecreeLineSerializer(lines.select_related("area"), many=True).data


class SlumAreaSerializer(serializers.ModelSerializer):
    """Figures as of `as_of`, today unless asked; null where no decree in force names
    the area, or where no survey is verified."""

    regency_name = serializers.CharField(source="regency.name", read_only=True)
    decree_number = serializers.CharField(read_only=True, allow_null=True)
    decreed = serializers.DecimalField(**HECTARES, allow_null=True)
    handled = serializers.DecimalField(**HECTARES, allow_null=True)
    unhandled = serializers.DecimalField(**HECTARES, allow_null=True)
    authority = serializers.ChoiceField(
        choices=Authority.choices, read_only=True, allow_null=True
    )
    severity = serializers.ChoiceField(
        choices=Severity.choices, read_only=True, allow_null=True
    )
    total = serializers.IntegerField(
        source="severity_total", read_only=True, allow_null=True
    )
    assessed_on = serializers.DateField(read_only=True, allow_null=True)

    class Meta:
        model = SlumArea
        fields = (
            "id",
            "name",
            "agency",
            "regency",
            "regency_name",
            "typology",
            "latitude",
            "longitude",
            "decree_number",
            "decreed",
            "handled",
            "unhandled",
            "authority",
            "severity",
            "total",
            "assessed_on",
        )


class SlumAreaDetailSerializer(SlumAreaSerializer):
    villages: Any = serializers.PrimaryKeyRelatedField(many=True, read_only=True)

    class Meta(SlumAreaSerializer.Meta):
        fields = (*SlumAreaSerializer.Meta.fields, "villages", "outline")


class NeighbourhoodSerializer(serializers.ModelSerializer):
    village_name = serializers.CharField(source="village.name", read_only=True)

    class Meta:
        model = Neighbourhood
        fields = (
            "id",
            "area",
            "village",
            "village_name",
            "rt_rw",
            "hectares",
            "buildings",
            "population",
            "households",
            "ideal_road_m",
            "ideal_drainage_m",
            "existing_road_m",
        )


class CoverageSerializer(serializers.Serializer):
    """RT with all their volumes, of all RT of the area."""

    complete = serializers.IntegerField()
    total = serializers.IntegerField()


class AssessmentSerializer(serializers.ModelSerializer):
    """A survey; `closed_steps` says why each step that is not open is closed."""

    area_name = serializers.CharField(source="area.name", read_only=True)
    rule_set = serializers.SlugRelatedField(slug_field="code", read_only=True)
    coverage = serializers.SerializerMethodField()
    open_steps = serializers.SerializerMethodField()
    closed_steps = serializers.SerializerMethodField()

    class Meta:
        model = Assessment
        fields = (
            "id",
            "area",
            "area_name",
            "rule_set",
            "basis",
            "corrects",
            "surveyed_on",
            "status",
            "submitted_at",
            "return_reason",
            "verified_at",
            "total",
            "severity",
            "coverage",
            "open_steps",
            "closed_steps",
        )

    @extend_schema_field(CoverageSerializer)
    def get_coverage(self, assessment: Assessment) -> dict[str, int]:
        progress = progress_of(assessment)
        return {"complete": progress.complete, "total": progress.total}

    def get_open_steps(self, assessment: Assessment) -> list[str]:
        return open_names(steps_for(assessment, self.context["request"].user))

    def get_closed_steps(self, assessment: Assessment) -> dict[str, list[str]]:
        return closed_reasons(steps_for(assessment, self.context["request"].user))


class AssessmentDetailSerializer(AssessmentSerializer):
    """`result` is that of the complete RT so far, or the stored one once verified."""

    result = serializers.SerializerMethodField()

    class Meta(AssessmentSerializer.Meta):
        fields = (*AssessmentSerializer.Meta.fields, "result")

    @extend_schema_field({"type": "object", "nullable": True})
    def get_result(self, assessment: Assessment) -> dict[str, Any] | None:
        result = result_of(assessment)
        return result.as_dict() if result else None


class ReasonSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=2000)
