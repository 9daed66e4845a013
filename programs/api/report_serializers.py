"""JSON of reports: what they say, and what is sent to fill them in and judge them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from agencies.models import Agency
from core.api import WithSteps
from programs.api.output_serializers import OutputSerializer
from programs.api.serializers import HECTARES, PERCENT, RUPIAH
from programs.models import (
    ProgressReport,
    ReportingPeriod,
    ReportLine,
    ReportLineUnit,
    ReportRound,
)
from programs.sheet import LineSheet, sheet_of
from programs.workflow import steps_for

# ---- reports, read -------------------------------------------------------------


class UnitSerializer(serializers.ModelSerializer):
    """An RT that a line touched; `entry` is the credit it caused, `counted_in` the
    credit of other work that stood for it already. `standing` are the entries that
    count it now: others once that entry was corrected, none once it was taken back."""

    standing = serializers.SerializerMethodField()
    hectares = serializers.DecimalField(**HECTARES, source="reported", read_only=True)
    rt_rw = serializers.CharField(
        source="neighbourhood.rt_rw", read_only=True, default=None
    )

    class Meta:
        model = ReportLineUnit
        fields = (
            "id",
            "neighbourhood",
            "rt_rw",
            "hectares",
            "reason",
            "verified",
            "verifier_reason",
            "entry",
            "counted_in",
            "standing",
        )

    def get_standing(self, unit: ReportLineUnit) -> list[int]:
        return [entry.pk for entry in self.context["standing"].get(unit.pk, ())]


class RoundSerializer(serializers.ModelSerializer):
    by = serializers.CharField(source="by.username", read_only=True)

    class Meta:
        model = ReportRound
        fields = ("step", "at", "by", "reason", "hectares")


class LineSerializer(serializers.Serializer):
    """A line as it stands. `before` is what earlier reports said; `missing` keeps the
    report from being submitted, `warnings` do not. `deviation` is actual less planned
    progress in points. A line is of money only where another agency does the work."""

    id = serializers.IntegerField(source="line.id")
    activity = serializers.IntegerField(source="line.activity_id")
    activity_name = serializers.CharField(source="line.activity.name")
    area = serializers.IntegerField(source="line.activity.area_id")
    unit = serializers.CharField(source="limits.unit")
    physical_percent = serializers.DecimalField(
        **PERCENT, source="line.physical_percent"
    )
    planned_percent = serializers.DecimalField(**PERCENT, source="line.planned_percent")
    deviation = serializers.DecimalField(**PERCENT)
    spent = serializers.DecimalField(**RUPIAH, source="line.spent")
    volume = serializers.DecimalField(**HECTARES, source="line.volume")
    volume_before = serializers.DecimalField(**HECTARES, source="before.volume")
    spent_before = serializers.DecimalField(**RUPIAH, source="before.spent")
    is_money_only = serializers.BooleanField()
    is_nil = serializers.BooleanField(source="line.is_nil")
    obstacle = serializers.CharField(source="line.obstacle")
    help_needed = serializers.CharField(source="line.help_needed")
    note = serializers.CharField(source="line.note")
    units = serializers.SerializerMethodField()
    outputs = OutputSerializer(many=True, source="line.outputs")
    missing = serializers.SerializerMethodField()
    warnings = serializers.ListField(child=serializers.CharField())

    @extend_schema_field(UnitSerializer(many=True))
    def get_units(self, line: LineSheet) -> Any:
        standing = {row.stored.pk: row.standing for row in line.touched if row.stored}
        context = {**self.context, "standing": standing}
        rows = [row.stored for row in line.touched]
        return UnitSerializer(rows, many=True, context=context).data

    def get_missing(self, line: LineSheet) -> dict[str, str]:
        return {name: str(text) for name, text in line.missing.items()}


class ReportSerializer(WithSteps, serializers.ModelSerializer):
    """`reported` and `verified` in hectares; `verified` is null until it is verified.
    `closed_steps` says why each step that is not open is closed. `has_drifted`: figures
    were changed behind the steps since the verification, and have to be verified again.
    """

    period = serializers.CharField(source="period.name", read_only=True)
    due_on = serializers.DateField(source="period.due_on", read_only=True)
    closes_on = serializers.DateField(source="period.closes_on", read_only=True)
    effective_on = serializers.DateField(source="period.last_day", read_only=True)
    line_count = serializers.IntegerField(read_only=True)
    reported = serializers.DecimalField(**HECTARES, read_only=True)
    verified = serializers.DecimalField(**HECTARES, read_only=True)
    has_drifted = serializers.BooleanField(read_only=True)
    offered = staticmethod(steps_for)

    class Meta:
        model = ProgressReport
        fields = (
            "id",
            "agency",
            "period",
            "effective_on",
            "due_on",
            "closes_on",
            "mend_by",
            "status",
            "version",
            "nil_reason",
            "line_count",
            "reported",
            "verified",
            "submitted_at",
            "return_reason",
            "verified_at",
            "has_drifted",
            "method",
            "visited_on",
            "officers",
            "minutes_number",
            "open_steps",
            "closed_steps",
        )


class ReportDetailSerializer(ReportSerializer):
    lines = serializers.SerializerMethodField()
    rounds = RoundSerializer(many=True, read_only=True)

    class Meta(ReportSerializer.Meta):
        fields = (*ReportSerializer.Meta.fields, "note", "lines", "rounds")

    @extend_schema_field(LineSerializer(many=True))
    def get_lines(self, report: ProgressReport) -> Any:
        return LineSerializer(sheet_of(report).lines, many=True).data


# ---- reports, written ----------------------------------------------------------


class StartSerializer(serializers.Serializer):
    """`period` by its name, such as "TW II 2026"."""

    agency = serializers.PrimaryKeyRelatedField(queryset=Agency.objects.all())
    period = serializers.SlugRelatedField(
        slug_field="name", queryset=ReportingPeriod.objects.all()
    )


class UnitInputSerializer(serializers.Serializer):
    """`neighbourhood` is null where the area has no RT; hectares null: not finished."""

    neighbourhood = serializers.IntegerField(allow_null=True)
    hectares = serializers.DecimalField(**HECTARES, allow_null=True)
    reason = serializers.CharField(max_length=300, required=False, allow_blank=True)


class LineInputSerializer(serializers.Serializer):
    """A line; what is left out stays. `units`, if given, replace those of the line."""

    activity = serializers.IntegerField()
    physical_percent = serializers.DecimalField(
        **PERCENT, required=False, allow_null=True
    )
    planned_percent = serializers.DecimalField(
        **PERCENT, required=False, allow_null=True
    )
    spent = serializers.DecimalField(**RUPIAH, required=False, allow_null=True)
    volume = serializers.DecimalField(**HECTARES, required=False, allow_null=True)
    is_nil = serializers.BooleanField(required=False)
    obstacle = serializers.ChoiceField(
        choices=ReportLine.Obstacle.choices, required=False, allow_blank=True
    )
    help_needed = serializers.ChoiceField(
        choices=ReportLine.Help.choices, required=False, allow_blank=True
    )
    note = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    units = UnitInputSerializer(many=True, required=False)


class ReportInputSerializer(serializers.Serializer):
    """PATCH changes the lines named; PUT removes the others as well.

    `version` is that of the report as it was read: if somebody saved since, the answer
    is 409 with the code `stale`. `nil_reason` says that the whole period was nil.
    """

    version = serializers.IntegerField(required=False, min_value=0)
    note = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    nil_reason = serializers.CharField(
        max_length=2000, required=False, allow_blank=True
    )
    lines = LineInputSerializer(many=True, required=False)


class ReturnSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=2000)


class DecisionSerializer(serializers.Serializer):
    """`unit` is the key of a line's unit; a reason where less is verified."""

    unit = serializers.IntegerField()
    verified = serializers.DecimalField(**HECTARES)
    reason = serializers.CharField(max_length=300, required=False, allow_blank=True)


class VerifySerializer(serializers.Serializer):
    """A unit without a decision follows the mark that is kept of its line; without one
    it is accepted as reported."""

    method = serializers.CharField()
    visited_on = serializers.DateField(required=False, allow_null=True)
    officers = serializers.CharField(max_length=300, required=False, allow_blank=True)
    minutes_number = serializers.CharField(
        max_length=100, required=False, allow_blank=True
    )
    decisions = DecisionSerializer(many=True, required=False)
