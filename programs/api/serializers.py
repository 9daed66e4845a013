"""JSON of programmes, activities and reports: hectares and money are exact strings."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from agencies.models import Agency
from areas.models import Neighbourhood, RuleSet, SlumArea
from areas.rules import HandlingPattern
from core.workflow import OfferedStep, closed_reasons, open_names
from programs.api.output_serializers import OutputSerializer
from programs.contracts import contract_of
from programs.models import (
    Activity,
    Programme,
    ProgressReport,
    ReportingPeriod,
    ReportLine,
    ReportLineUnit,
    ReportRound,
)
from programs.programme_steps import steps_for as programme_steps
from programs.sheet import LineSheet, sheet_of
from programs.workflow import steps_for

HECTARES = {"max_digits": 14, "decimal_places": 6}
RUPIAH = {"max_digits": 18, "decimal_places": 2}
PERCENT = {"max_digits": 5, "decimal_places": 2}


def flattened(detail: Any, path: str = "") -> dict[str, list[str]]:
    """DRF's nested errors under the dotted paths that services use."""
    if isinstance(detail, Mapping):
        parts = [(str(key), value) for key, value in detail.items()]
    elif isinstance(detail, list) and any(isinstance(i, Mapping) for i in detail):
        parts = [(str(number), value) for number, value in enumerate(detail)]
    else:
        texts = detail if isinstance(detail, list) else [detail]
        return {path: [str(text) for text in texts]}
    found: dict[str, list[str]] = {}
    for key, value in parts:
        if value:
            found |= flattened(value, f"{path}.{key}" if path else key)
    return found


# ---- programmes and activities -------------------------------------------------


class ProgrammeSerializer(serializers.ModelSerializer):
    """`contracted` is the sum of its activities' values (Rp).

    `budget` (Rp) is that of the newest budget version. It is taken when the programme
    is made; later ones are `budget-versions`.
    The activities of a draft plan (`is_draft`) cannot be reported on, and no sum of
    programmes counts them; the step `activate` makes it a running programme.
    """

    agency = serializers.PrimaryKeyRelatedField(queryset=Agency.objects.all())
    budget = serializers.DecimalField(
        **RUPIAH, source="budget_now", required=False, allow_null=True
    )
    activity_count = serializers.IntegerField(read_only=True)
    contracted = serializers.DecimalField(**RUPIAH, read_only=True)
    open_steps = serializers.SerializerMethodField()
    closed_steps = serializers.SerializerMethodField()

    class Meta:
        model = Programme
        fields = (
            "id",
            "code",
            "name",
            "year",
            "agency",
            "budget",
            "fund",
            "origin",
            "is_draft",
            "is_demo",
            "activity_count",
            "contracted",
            "open_steps",
            "closed_steps",
        )
        read_only_fields = ("is_draft",)
        # Blank: the name of the code in the year's catalogue.
        extra_kwargs = {"name": {"required": False, "allow_blank": True}}
        # The service tells all problems at once, under a lock.
        validators: list[Any] = []

    def get_open_steps(self, programme: Programme) -> list[str]:
        return open_names(self._steps(programme))

    def get_closed_steps(self, programme: Programme) -> dict[str, list[str]]:
        return closed_reasons(self._steps(programme))

    def _steps(self, programme: Programme) -> list[OfferedStep]:
        return programme_steps(programme, self.context["request"].user)


class ActivitySerializer(serializers.ModelSerializer):
    """`neighbourhoods` are the RT where it works; none: the whole area.

    `contract_value_now` (Rp) and `contract_ends_now` are as the addenda have them.
    """

    programme = serializers.PrimaryKeyRelatedField(queryset=Programme.objects.all())
    agency = serializers.PrimaryKeyRelatedField(
        queryset=Agency.objects.all(), required=False
    )
    area = serializers.PrimaryKeyRelatedField(queryset=SlumArea.objects.all())
    area_name = serializers.CharField(source="area.name", read_only=True)
    neighbourhoods = serializers.PrimaryKeyRelatedField(
        queryset=Neighbourhood.objects.all(), many=True, required=False
    )
    rule_set = serializers.SlugRelatedField(
        slug_field="code",
        queryset=RuleSet.objects.published(),
        required=False,
        help_text=(
            "To which the indicator's code belongs; if left out, the one that held in"
            " the programme's year."
        ),
    )
    indicator = serializers.CharField(max_length=4)
    unit = serializers.CharField(max_length=30, required=False, allow_blank=True)
    pattern = serializers.ChoiceField(
        choices=HandlingPattern.choices, required=False, allow_blank=True
    )
    contract_value_now = serializers.SerializerMethodField()
    contract_ends_now = serializers.SerializerMethodField()

    class Meta:
        model = Activity
        fields = (
            "id",
            "programme",
            "agency",
            "area",
            "area_name",
            "neighbourhoods",
            "name",
            "contract_number",
            "contractor",
            "contract_value",
            "contract_signed_on",
            "contract_ends_on",
            "handed_over_on",
            "contract_value_now",
            "contract_ends_now",
            "rule_set",
            "indicator",
            "volume",
            "unit",
            "pattern",
            "budget",
            "is_closed",
        )
        validators: list[Any] = []

    @extend_schema_field(serializers.DecimalField(**RUPIAH, allow_null=True))
    def get_contract_value_now(self, activity: Activity) -> str | None:
        value = contract_of(activity).value
        return None if value is None else f"{value:f}"

    @extend_schema_field(serializers.DateField(allow_null=True))
    def get_contract_ends_now(self, activity: Activity) -> date | None:
        return contract_of(activity).ends_on

    def get_fields(self) -> dict[str, Any]:
        """Only what the person sees can be named; a stranger's record is unknown."""
        fields: dict[str, Any] = super().get_fields()
        view = self.context.get("view")
        if view is None or getattr(view, "swagger_fake_view", False):
            return fields
        user = view.request.user
        fields["programme"].queryset = Programme.objects.visible_to(user)
        fields["area"].queryset = SlumArea.objects.visible_to(user)
        units = fields["neighbourhoods"].child_relation
        units.queryset = Neighbourhood.objects.visible_to(user)
        return fields


class FootprintInputSerializer(serializers.Serializer):
    """`outline` is a GeoJSON Polygon or MultiPolygon (WGS84), or a Feature of it."""

    outline = serializers.JSONField()
    source = serializers.CharField(max_length=300)


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
    progress in points. Where another agency does the work, the line is of money only."""

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


class ReportSerializer(serializers.ModelSerializer):
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
    open_steps = serializers.SerializerMethodField()
    closed_steps = serializers.SerializerMethodField()

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

    def get_open_steps(self, report: ProgressReport) -> list[str]:
        return open_names(self._steps(report))

    def get_closed_steps(self, report: ProgressReport) -> dict[str, list[str]]:
        return closed_reasons(self._steps(report))

    def _steps(self, report: ProgressReport) -> list[OfferedStep]:
        return steps_for(report, self.context["request"].user)


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
