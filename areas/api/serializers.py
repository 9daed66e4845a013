"""JSON of areas, RT, decrees and surveys. Hectares are exact strings."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from areas.models import Decree, DecreeLine, Neighbourhood, SlumArea
from areas.rules import Authority, Severity

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


class DetailMixin:
    """A record alone is shown with more than in a list."""

    action: str
    detail_serializer_class: type[serializers.BaseSerializer]

    def get_serializer_class(self) -> type[serializers.BaseSerializer]:
        if self.action == "list":
            return super().get_serializer_class()  # type: ignore[misc]
        return self.detail_serializer_class


class ReasonSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=2000)
