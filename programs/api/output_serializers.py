"""JSON of what report lines built."""

from typing import Any

from rest_framework import serializers

from programs.models import PhysicalOutput, ReportLine

VOLUME = {"max_digits": 14, "decimal_places": 6}


class OutputSerializer(serializers.ModelSerializer):
    """What a period added in one RT (null: the area has none): m, KK, units."""

    rt_rw = serializers.CharField(
        source="neighbourhood.rt_rw", read_only=True, default=None
    )

    class Meta:
        model = PhysicalOutput
        fields = (
            "id",
            "line",
            "neighbourhood",
            "rt_rw",
            "indicator",
            "length",
            "width",
            "households",
            "units",
            "note",
        )


class OutputRowSerializer(serializers.Serializer):
    """One row; what is left out is blank."""

    neighbourhood = serializers.IntegerField(required=False, allow_null=True)
    indicator = serializers.CharField(max_length=4)
    length = serializers.DecimalField(**VOLUME, required=False, allow_null=True)
    width = serializers.DecimalField(**VOLUME, required=False, allow_null=True)
    households = serializers.IntegerField(required=False, allow_null=True)
    units = serializers.IntegerField(required=False, allow_null=True)
    note = serializers.CharField(max_length=300, required=False, allow_blank=True)


class OutputsInputSerializer(serializers.Serializer):
    """All rows of a line: they replace those that it has."""

    line = serializers.PrimaryKeyRelatedField(queryset=ReportLine.objects.all())
    rows = OutputRowSerializer(many=True)

    def get_fields(self) -> dict[str, Any]:
        """Only a line of a report in sight can be named."""
        fields: dict[str, Any] = super().get_fields()
        if "lines" in self.context:
            fields["line"].queryset = self.context["lines"]
        return fields
