"""Surveys as JSON: the whole of one, its volumes, its answers, its steps."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from areas import services
from areas.api.serializers import (
    DetailMixin,
    ReasonSerializer,
    VisibleAreaSerializer,
)
from areas.filters import AssessmentApiFilter
from areas.models import (
    Assessment,
    IndicatorValue,
    Neighbourhood,
    RuleSet,
    SurveyedUnit,
)
from areas.results import conclusions_of, progress_of, result_of, totals_of
from areas.services.volumes import WHOLE_AREA
from areas.workflow import steps_for
from core.api import WithSteps
from core.errors import BusinessRuleError

VOLUME = {"max_digits": 14, "decimal_places": 6}


class CoverageSerializer(serializers.Serializer):
    """RT with all their volumes, of all RT of the area."""

    complete = serializers.IntegerField()
    total = serializers.IntegerField()


class AssessmentSerializer(WithSteps, serializers.ModelSerializer):
    """A survey; `closed_steps` says why each step that is not open is closed.

    `basis` is `rt`, or `area` where only the area as a whole was surveyed (weaker);
    `corrects` names the verified survey in whose place this one comes.
    """

    area_name = serializers.CharField(source="area.name", read_only=True)
    rule_set: Any = serializers.SlugRelatedField(slug_field="code", read_only=True)
    coverage = serializers.SerializerMethodField()
    offered = staticmethod(steps_for)

    class Meta:
        model = Assessment
        fields: tuple[str, ...] = (
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


SITE_FIELDS = (
    "is_strategic",
    "strategic_basis",
    "has_social_need",
    "social_basis",
    "land_status",
    "land_basis",
    "conforms_to_plan",
    "plan_basis",
)


class AssessmentDetailSerializer(AssessmentSerializer):
    """`result` is that of the complete RT so far, or the stored one once verified.

    `totals` are what the volumes are divided by; `conclusions` what follows beside the
    class, each finding with its values, its rule and its citation.
    """

    result = serializers.SerializerMethodField()
    totals = serializers.SerializerMethodField()
    conclusions = serializers.SerializerMethodField()

    class Meta(AssessmentSerializer.Meta):
        fields = (
            *AssessmentSerializer.Meta.fields,
            "correction_reason",
            *SITE_FIELDS,
            "result",
            "totals",
            "conclusions",
        )

    @extend_schema_field({"type": "object", "nullable": True})
    def get_result(self, assessment: Assessment) -> dict[str, Any] | None:
        result = result_of(assessment)
        return result.as_dict() if result else None

    @extend_schema_field({"type": "object", "nullable": True})
    def get_totals(self, assessment: Assessment) -> dict[str, Any] | None:
        totals = totals_of(assessment)
        if totals is None:
            return None
        figures = totals.denominators.as_mapping() | {
            "open_space_m2": totals.open_space_m2
        }
        return {
            name: None if value is None else f"{value:f}"
            for name, value in figures.items()
        } | {"population": totals.population}

    @extend_schema_field({"type": "object", "nullable": True})
    def get_conclusions(self, assessment: Assessment) -> dict[str, Any] | None:
        found = conclusions_of(assessment)
        return found.as_dict() if found else None


class StartAssessmentSerializer(VisibleAreaSerializer):
    """A new draft. Without `rule_set` it is the one that holds on the survey's day."""

    surveyed_on = serializers.DateField()
    rule_set = serializers.SlugRelatedField(
        slug_field="code", queryset=RuleSet.objects.published(), required=False
    )
    basis = serializers.ChoiceField(choices=Assessment.Basis.choices, required=False)


class SiteSerializer(serializers.ModelSerializer):
    """Considerations and legality, each answer with what it rests on."""

    class Meta:
        model = Assessment
        fields = SITE_FIELDS


class SurveyedUnitSerializer(serializers.ModelSerializer):
    """One surveyed RT (`neighbourhood` null: the area as a whole) with its volumes."""

    volumes = serializers.SerializerMethodField()

    class Meta:
        model = SurveyedUnit
        fields = (
            "neighbourhood",
            "surveyed_on",
            "hectares",
            "buildings",
            "households",
            "ideal_road_m",
            "ideal_drainage_m",
            "existing_road_m",
            "population",
            "open_space_m2",
            "volumes",
        )

    @extend_schema_field({"type": "object", "additionalProperties": {"type": "string"}})
    def get_volumes(self, unit: SurveyedUnit) -> dict[str, str]:
        return {value.code: f"{value.volume:f}" for value in unit.values.all()}


class FiguresSerializer(serializers.Serializer):
    """The denominators and people of an area without a survey per RT."""

    hectares = serializers.DecimalField(**VOLUME)
    buildings = serializers.IntegerField(min_value=0)
    households = serializers.IntegerField(min_value=0)
    ideal_road_m = serializers.DecimalField(**VOLUME)
    ideal_drainage_m = serializers.DecimalField(**VOLUME)
    existing_road_m = serializers.DecimalField(
        **VOLUME, required=False, allow_null=True
    )
    population = serializers.IntegerField(min_value=0, required=False, allow_null=True)


class UnitEntrySerializer(serializers.Serializer):
    """The volumes of one RT, or of the whole area with its `figures`.

    A volume of null clears it; a code that is not there stays as it is.
    """

    neighbourhood: Any = serializers.PrimaryKeyRelatedField(
        queryset=Neighbourhood.objects.none(), allow_null=True, default=None
    )
    surveyed_on = serializers.DateField(required=False)
    volumes = serializers.DictField(
        child=serializers.DecimalField(**VOLUME, allow_null=True)
    )
    figures = FiguresSerializer(required=False)
    open_space_m2 = serializers.DecimalField(**VOLUME, required=False)

    def get_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = super().get_fields()
        if "area" in self.context:
            units = Neighbourhood.every.filter(area=self.context["area"])
            fields["neighbourhood"].queryset = units
        return fields


class VolumesSerializer(serializers.Serializer):
    units = UnitEntrySerializer(many=True, allow_empty=False)


class AssessmentViewSet(DetailMixin, mixins.CreateModelMixin, ReadOnlyModelViewSet):
    """Surveys with their steps; the volumes go in per RT, or for the whole area."""

    queryset = Assessment.objects.none()
    serializer_class = AssessmentSerializer
    detail_serializer_class = AssessmentDetailSerializer
    filterset_class = AssessmentApiFilter

    def get_queryset(self) -> QuerySet:
        found = Assessment.objects.visible_to(self.request.user).with_progress()
        return found.select_related("area__agency", "rule_set").order_by(
            "-surveyed_on", "-pk"
        )

    @extend_schema(
        request=StartAssessmentSerializer, responses={201: AssessmentDetailSerializer}
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        values = self._read(StartAssessmentSerializer, request)
        draft = services.start_assessment(values.pop("area"), by=request.user, **values)
        return self._shown(draft.pk, status.HTTP_201_CREATED)

    @extend_schema(responses=SurveyedUnitSerializer(many=True), filters=False)
    @action(detail=True, methods=["get"], pagination_class=None)
    def units(self, request: Request, pk: str) -> Response:
        """Its surveyed RT with their volumes, in the order of the RT."""
        values = Prefetch("values", IndicatorValue.objects.order_by("code"))
        rows = self.get_object().units.prefetch_related(values)
        return Response(SurveyedUnitSerializer(rows, many=True).data)

    @extend_schema(request=VolumesSerializer, responses=AssessmentDetailSerializer)
    @action(detail=True, methods=["post"])
    def volumes(self, request: Request, pk: str) -> Response:
        """Store volumes; errors stand under {"units": {RT or "area": {code: […]}}}."""
        assessment = self.get_object()
        values = self._read(VolumesSerializer, request, area=assessment.area_id)
        entries = [
            services.UnitEntry(
                neighbourhood=unit["neighbourhood"],
                surveyed_on=unit.get("surveyed_on", assessment.surveyed_on),
                volumes=unit["volumes"],
                figures=unit.get("figures"),
                open_space_m2=unit.get("open_space_m2"),
            )
            for unit in values["units"]
        ]
        try:
            services.save_volumes(assessment, entries, by=request.user)
        except BusinessRuleError as error:
            if not error.errors:
                raise
            raise serializers.ValidationError(_by_unit(error.errors)) from error
        return self._shown(assessment.pk)

    @extend_schema(request=SiteSerializer, responses=AssessmentDetailSerializer)
    @action(detail=True, methods=["post"])
    def site(self, request: Request, pk: str) -> Response:
        """Record considerations and legality; what is not named stays."""
        assessment = self.get_object()
        values = self._read(SiteSerializer, request)
        services.record_site(assessment, by=request.user, **values)
        return self._shown(assessment.pk)

    @extend_schema(
        request=ReasonSerializer, responses={201: AssessmentDetailSerializer}
    )
    @action(detail=True, methods=["post"])
    def correct(self, request: Request, pk: str) -> Response:
        """A new draft in the place of this verified survey, which stays as it is."""
        assessment = self.get_object()
        values = self._read(ReasonSerializer, request)
        draft = services.correct_assessment(assessment, by=request.user, **values)
        return self._shown(draft.pk, status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=AssessmentDetailSerializer)
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, pk: str) -> Response:
        assessment = services.submit_assessment(self.get_object(), by=request.user)
        return self._shown(assessment.pk)

    @extend_schema(request=ReasonSerializer, responses=AssessmentDetailSerializer)
    @action(detail=True, methods=["post"], url_path="return")
    def send_back(self, request: Request, pk: str) -> Response:
        assessment = self.get_object()
        values = self._read(ReasonSerializer, request)
        services.return_assessment(assessment, by=request.user, **values)
        return self._shown(assessment.pk)

    @extend_schema(request=None, responses=AssessmentDetailSerializer)
    @action(detail=True, methods=["post"])
    def verify(self, request: Request, pk: str) -> Response:
        assessment = services.verify_assessment(self.get_object(), by=request.user)
        return self._shown(assessment.pk)

    def _read(self, kind: type, request: Request, **context: Any) -> dict[str, Any]:
        context |= self.get_serializer_context()
        form = kind(data=request.data, context=context)
        form.is_valid(raise_exception=True)
        return dict(form.validated_data)

    def _shown(self, pk: int, code: int = status.HTTP_200_OK) -> Response:
        """The survey as it stands after the step."""
        row = self.get_queryset().get(pk=pk)
        shown = AssessmentDetailSerializer(row, context=self.get_serializer_context())
        return Response(shown.data, code)


def _by_unit(errors: Mapping[str, list[str]]) -> dict[str, Any]:
    """The errors of `<RT>.<code>` nested under `units`; the others as they are."""
    found: dict[str, Any] = {}
    for path, sentences in errors.items():
        unit, _point, name = path.partition(".")
        if name and (unit.isdecimal() or unit == WHOLE_AREA):
            found.setdefault("units", {}).setdefault(unit, {})[name] = sentences
        else:
            found[path] = sentences
    return found
