"""The endpoint of readiness for DAK PPKT: read by answer, written area by area."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from areas.models import SlumArea
from programs import services
from programs.api.outputs import WrittenAtOnceViewSet
from programs.api.views import cleaned
from programs.models import ReadinessCheck
from programs.readiness import BY_CODE
from programs.readiness_filters import ReadinessCheckFilter


class ReadinessCheckSerializer(serializers.ModelSerializer):
    """The answer to one criterion; no row says that nobody looked at it."""

    criterion_name = serializers.SerializerMethodField()
    stage = serializers.SerializerMethodField()
    updated_by = serializers.CharField(source="updated_by.username", read_only=True)

    class Meta:
        model = ReadinessCheck
        fields = (
            "id",
            "area",
            "year",
            "criterion",
            "criterion_name",
            "stage",
            "state",
            "document_number",
            "dated_on",
            "note",
            "updated_by",
            "updated_at",
        )

    def get_criterion_name(self, check: ReadinessCheck) -> str:
        known = BY_CODE.get(check.criterion)
        return known.name if known else check.criterion

    def get_stage(self, check: ReadinessCheck) -> str:
        known = BY_CODE.get(check.criterion)
        return str(known.stage) if known else ""


class AnswerSerializer(serializers.Serializer):
    """An answer; a blank `state` takes it back."""

    criterion = serializers.CharField(max_length=40)
    state = serializers.CharField(max_length=12, allow_blank=True)
    document_number = serializers.CharField(
        max_length=100, required=False, allow_blank=True
    )
    dated_on = serializers.DateField(required=False, allow_null=True)
    note = serializers.CharField(max_length=300, required=False, allow_blank=True)


class AnswersSerializer(serializers.Serializer):
    """The answers of one area and budget year; criteria left out stay."""

    area = serializers.PrimaryKeyRelatedField(queryset=SlumArea.objects.all())
    year = serializers.IntegerField(min_value=2000, max_value=2100)
    answers = AnswerSerializer(many=True)

    def get_fields(self) -> dict[str, Any]:
        """Only an area in sight can be named."""
        fields: dict[str, Any] = super().get_fields()
        if "areas" in self.context:
            fields["area"].queryset = self.context["areas"]
        return fields


class ReadinessCheckViewSet(WrittenAtOnceViewSet):
    """Readiness of areas for DAK PPKT: answers by criterion and budget year.

    POST writes the answers named of one area and year, and answers with all of them.
    """

    queryset = ReadinessCheck.objects.none()
    serializer_class = ReadinessCheckSerializer
    filterset_class = ReadinessCheckFilter

    def get_queryset(self) -> QuerySet:
        checks = ReadinessCheck.objects.visible_to(self.request.user)
        return checks.select_related("updated_by").order_by("area", "-year", "pk")

    @extend_schema(
        request=AnswersSerializer, responses=ReadinessCheckSerializer(many=True)
    )
    def create(self, request: Request) -> Response:
        seen = SlumArea.objects.visible_to(request.user)
        values = cleaned(AnswersSerializer(data=request.data, context={"areas": seen}))
        answers = {row.pop("criterion"): row for row in values["answers"]}
        checks = services.set_readiness(
            values["area"], year=values["year"], answers=answers, by=request.user
        )
        return Response(ReadinessCheckSerializer(checks, many=True).data)
