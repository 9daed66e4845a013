"""JSON of areas and RT. Hectares are exact strings."""

from typing import Any

from rest_framework import serializers

from areas.models import Neighbourhood, SlumArea
from areas.rules import Authority, Severity

HECTARES = {"max_digits": 14, "decimal_places": 6, "read_only": True}


class SlumAreaSerializer(serializers.ModelSerializer):
    """Figures as of `as_of`, today unless asked; null where no decree in force names
    the area, or where no survey is verified.

    `agency`, `fund`, `programme`, `year` and `method` limit `handled`, `improved` and
    `cleared`; `unhandled` and `uncleared` are then null. `verified` are the hectares of
    the latest verified survey.
    """

    regency_name = serializers.CharField(source="regency.name", read_only=True)
    decree_number = serializers.CharField(read_only=True, allow_null=True)
    decreed = serializers.DecimalField(**HECTARES, allow_null=True)
    handled = serializers.DecimalField(**HECTARES, allow_null=True)
    improved = serializers.DecimalField(**HECTARES, allow_null=True)
    cleared = serializers.DecimalField(**HECTARES, allow_null=True)
    unhandled = serializers.DecimalField(**HECTARES, allow_null=True)
    uncleared = serializers.DecimalField(**HECTARES, allow_null=True)
    verified = serializers.DecimalField(**HECTARES, allow_null=True)
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
            "improved",
            "cleared",
            "unhandled",
            "uncleared",
            "verified",
            "authority",
            "severity",
            "total",
            "assessed_on",
        )


class SlumAreaDetailSerializer(SlumAreaSerializer):
    villages: Any = serializers.PrimaryKeyRelatedField(many=True, read_only=True)

    class Meta(SlumAreaSerializer.Meta):
        fields = (
            *SlumAreaSerializer.Meta.fields,
            "villages",
            "outline",
            "outline_hectares",
        )
        read_only_fields = ("outline_hectares",)


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
            "outline_hectares",
        )


class DetailMixin:
    """A record alone is shown with more than in a list."""

    action: str
    detail_serializer_class: type[serializers.BaseSerializer]

    def get_serializer_class(self) -> type[serializers.BaseSerializer]:
        if self.action == "list":
            return super().get_serializer_class()  # type: ignore[misc]
        return self.detail_serializer_class


class VisibleAreaSerializer(serializers.Serializer):
    """What is sent about one area of those that the person may see."""

    area: Any = serializers.PrimaryKeyRelatedField(queryset=SlumArea.objects.none())

    def get_fields(self) -> dict[str, Any]:
        """A stranger's area is unknown."""
        fields: dict[str, Any] = super().get_fields()
        if "request" in self.context:
            user = self.context["request"].user
            fields["area"].queryset = SlumArea.objects.visible_to(user)
        return fields


class ReasonSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=2000)
