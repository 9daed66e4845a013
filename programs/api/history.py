"""History as JSON: the surveys of an area with their causes, and the agreements."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django_filters.rest_framework import DjangoFilterBackend
from django_filters.utils import translate_validation
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from areas.models import Assessment, SlumArea
from areas.severity import Severity
from core.errors import BusinessRuleError
from programs.history.agreements import Found, found_by
from programs.history.filters import AgreementFilter
from programs.history.forms import PairForm
from programs.history.presenters import LeftRow, left_rows
from programs.history.queries import (
    Final,
    Survey,
    final_of,
    later_surveys,
    surveys_of,
    works_of,
)


class FigureField(serializers.DecimalField):
    """An exact figure as a string of up to 6 decimals."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=20, decimal_places=6, **kwargs)


class WorkSerializer(serializers.Serializer):
    """Verified work: an activity as one verified report says."""

    activity = serializers.IntegerField()
    name = serializers.CharField()
    neighbourhood = serializers.IntegerField(source="place", allow_null=True)
    volume = FigureField()
    unit = serializers.CharField()
    report = serializers.IntegerField()
    period = serializers.CharField()
    effective_on = serializers.DateField(source="last_day")


class RefusedWorkSerializer(serializers.Serializer):
    work = WorkSerializer()
    reason = serializers.CharField()


class HistoryIndicatorSerializer(serializers.Serializer):
    """One indicator as a survey has it."""

    code = serializers.CharField()
    volume = FigureField()
    denominator = FigureField()
    percent = serializers.DecimalField(max_digits=9, decimal_places=2)
    score = serializers.IntegerField()


class HistorySurveySerializer(serializers.Serializer):
    """A verified assessment; one with `corrected_by` no longer counts."""

    id = serializers.IntegerField(source="key")
    surveyed_on = serializers.DateField(source="on")
    rule_set = serializers.CharField(source="rules.code")
    basis = serializers.ChoiceField(
        source="assessment.basis", choices=Assessment.Basis.choices
    )
    corrected_by = serializers.IntegerField(
        source="correction.pk", allow_null=True, default=None
    )
    total = serializers.IntegerField(source="result.total")
    severity = serializers.ChoiceField(
        source="result.severity", choices=Severity.choices
    )
    indicators = HistoryIndicatorSerializer(source="result.indicators", many=True)


class LeftSerializer(serializers.Serializer):
    """One indicator: baseline − verified volumes, beside the later survey.

    `left` is counted per RT, `left_by_area` takes all off the sum of the area;
    `difference` is surveyed − left, null without a later survey.
    """

    code = serializers.CharField(source="indicator.code")
    baseline = FigureField(source="left.baseline")
    verified = FigureField(source="left.verified")
    excess = FigureField(source="left.excess")
    left = FigureField(source="left.volume")
    left_by_area = FigureField(source="left.by_area")
    percent = serializers.DecimalField(
        source="now.percent", max_digits=9, decimal_places=2
    )
    score = serializers.IntegerField(source="now.score")
    surveyed = FigureField(source="surveyed.volume", allow_null=True, default=None)
    difference = FigureField(
        source="comparison.difference", allow_null=True, default=None
    )
    works = WorkSerializer(source="left.works", many=True)


class FinalSerializer(serializers.Serializer):
    """Kumuh akhir of a baseline on a day."""

    base = serializers.IntegerField()
    compared = serializers.IntegerField(allow_null=True)
    until = serializers.DateField()
    total = serializers.IntegerField()
    severity = serializers.ChoiceField(choices=Severity.choices)
    indicators = LeftSerializer(many=True)
    not_counted = RefusedWorkSerializer(many=True)


class AssessmentHistorySerializer(serializers.Serializer):
    """`final` is null while the area has no verified assessment."""

    area = serializers.IntegerField()
    surveys = HistorySurveySerializer(many=True)
    final = FinalSerializer(allow_null=True)


class AgreementSerializer(serializers.Serializer):
    """One indicator of a later survey beside what is computed from its baseline."""

    area = serializers.IntegerField(source="survey.area_id")
    area_name = serializers.CharField(source="area.name")
    regency = serializers.CharField(source="area.regency_id")
    base = serializers.IntegerField(source="base.pk")
    survey = serializers.IntegerField(source="survey.pk")
    surveyed_on = serializers.DateField(source="survey.surveyed_on")
    rule_set = serializers.CharField(source="survey.rules.code")
    code = serializers.CharField(source="indicator.code")
    baseline = FigureField(source="comparison.left.baseline")
    verified = FigureField(source="comparison.left.verified")
    computed = FigureField(source="comparison.left.volume")
    computed_by_area = FigureField(source="comparison.left.by_area")
    surveyed = FigureField(source="comparison.surveyed")
    difference = FigureField(source="comparison.difference")
    is_same = serializers.BooleanField(source="comparison.is_same")
    is_same_by_area = serializers.BooleanField(source="comparison.is_same_by_area")


class TallySerializer(serializers.Serializer):
    same = serializers.IntegerField()
    total = serializers.IntegerField()


class AgreedSerializer(serializers.Serializer):
    """How many indicators are the same; `touched`: those with verified volumes."""

    label = serializers.CharField()
    per_rt = TallySerializer()
    by_area = TallySerializer()
    touched_per_rt = TallySerializer()
    touched_by_area = TallySerializer()


class AgreementSummarySerializer(serializers.Serializer):
    overall = AgreedSerializer()
    years = AgreedSerializer(many=True)


class AssessmentHistoryViewSet(GenericViewSet):
    """The verified assessments of one area, and what is left of its baseline."""

    queryset = SlumArea.objects.none()
    serializer_class = AssessmentHistorySerializer
    pagination_class = None

    def get_queryset(self) -> QuerySet[SlumArea]:
        return SlumArea.objects.visible_to(self.request.user)

    @extend_schema(
        parameters=[
            OpenApiParameter("base", OpenApiTypes.INT, description="The baseline."),
            OpenApiParameter(
                "compared",
                OpenApiTypes.STR,
                description="A later assessment, or `today` for none.",
            ),
        ]
    )
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        area = self.get_object()
        surveys = surveys_of(area)
        standing = [survey for survey in surveys if survey.correction is None]
        data = {
            "area": area.pk,
            "surveys": surveys,
            "final": _final(area, standing, request) if standing else None,
        }
        return Response(self.get_serializer(data).data)


def _final(area: SlumArea, standing: list[Survey], request: Request) -> dict[str, Any]:
    form = PairForm(request.query_params, standing)
    if not form.is_valid():
        raise BusinessRuleError(
            errors={name: list(texts) for name, texts in form.errors.items()}
        )
    base, later = form.pair()
    works = works_of([area.pk]).get(area.pk, [])
    final: Final = final_of(base, works, later.on if later else timezone.localdate())
    rows: list[LeftRow] = left_rows(final, later)
    return {
        "base": base.key,
        "compared": later.key if later else None,
        "until": final.until,
        "total": final.result.total,
        "severity": final.result.severity,
        "indicators": rows,
        "not_counted": final.remainder.refused,
    }


class AgreementViewSet(GenericViewSet):
    """Later assessments beside baseline − verified volumes, indicator by indicator."""

    queryset = Assessment.objects.none()
    serializer_class = AgreementSerializer
    filterset_class = AgreementFilter

    def get_queryset(self) -> QuerySet[Assessment]:
        return later_surveys(self.request.user)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        page = self.paginate_queryset(self._found().rows)  # type: ignore[arg-type]
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(filters=True, responses=AgreementSummarySerializer)
    @action(detail=False, pagination_class=None)
    def summary(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """How many indicators are the same, overall and by year of the survey."""
        found = self._found()
        data: Mapping[str, Any] = {"overall": found.overall, "years": found.years}
        return Response(AgreementSummarySerializer(data).data)

    def _found(self) -> Found:
        """What the filter finds; an unreadable filter is refused (400)."""
        backend = DjangoFilterBackend()
        filterset = backend.get_filterset(self.request, self.get_queryset(), self)
        assert filterset is not None
        if not filterset.is_valid():
            raise translate_validation(filterset.errors)
        return found_by(filterset)
