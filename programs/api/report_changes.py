"""Changes of verified reports as JSON: ask, accept, refuse."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from core.api import WithSteps
from programs import services
from programs.api.report_serializers import LineInputSerializer
from programs.api.serializers import HECTARES
from programs.api.views import cleaned
from programs.calendar import calendar_contact
from programs.filters import lines
from programs.models import ReportChange, ReportLine
from programs.report_change_steps import steps_for
from programs.services import Decision
from programs.talk_filters import ReportChangeFilter


class ReportChangeSerializer(WithSteps, serializers.ModelSerializer):
    """`before` and `values` are all figures of the line, exact, as texts."""

    agency = serializers.IntegerField(source="report.agency_id", read_only=True)
    before = serializers.DictField(read_only=True)
    values = serializers.DictField(read_only=True)
    asked_by = serializers.CharField(source="asked_by.username", read_only=True)
    decided_by = serializers.CharField(
        source="decided_by.username", read_only=True, default=None
    )
    offered = staticmethod(steps_for)

    class Meta:
        model = ReportChange
        fields = (
            "id",
            "report",
            "agency",
            "line",
            "state",
            "reason",
            "before",
            "values",
            "asked_by",
            "asked_at",
            "decided_by",
            "decided_at",
            "decision_reason",
            "open_steps",
            "closed_steps",
        )


class ChangeValuesSerializer(LineInputSerializer):
    """The figures as they should be; what is left out stays."""

    activity = None  # type: ignore[assignment]  # the line names it


class AskChangeSerializer(serializers.Serializer):
    line: Any = serializers.PrimaryKeyRelatedField(queryset=ReportLine.objects.none())
    values = ChangeValuesSerializer()  # type: ignore[assignment]
    reason = serializers.CharField(max_length=300)

    def get_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = super().get_fields()
        fields["line"].queryset = lines(self.context["request"])
        return fields


class UnitDecisionSerializer(serializers.Serializer):
    """By the RT, null for an area without; a reason where less is accepted."""

    neighbourhood = serializers.IntegerField(allow_null=True)
    verified = serializers.DecimalField(**HECTARES)
    reason = serializers.CharField(max_length=300, required=False, allow_blank=True)


class AcceptChangeSerializer(serializers.Serializer):
    """A unit without a decision is accepted as asked."""

    reason = serializers.CharField(
        max_length=300, required=False, allow_blank=True, default=""
    )
    decisions = UnitDecisionSerializer(many=True, required=False, default=list)


class RefuseChangeSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=300)


class ReportChangeViewSet(ReadOnlyModelViewSet):
    """Changes of verified reports; who asked for one never decides on it."""

    queryset = ReportChange.objects.none()
    serializer_class = ReportChangeSerializer
    filterset_class = ReportChangeFilter

    def get_queryset(self) -> QuerySet[ReportChange]:
        changes = ReportChange.objects.visible_to(self.request.user)
        return (
            changes.select_related("report__agency", "asked_by", "decided_by")
            .annotate(calendar_contact=calendar_contact())
            .order_by("-asked_at", "-pk")
        )

    @extend_schema(request=AskChangeSerializer, responses={201: ReportChangeSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        values = self._read(AskChangeSerializer, request)
        change = services.propose_change(values.pop("line"), by=request.user, **values)
        return self._shown(change.pk, status.HTTP_201_CREATED)

    @extend_schema(request=AcceptChangeSerializer, responses=ReportChangeSerializer)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str) -> Response:
        change = self.get_object()
        values = self._read(AcceptChangeSerializer, request)
        decisions = {
            row["neighbourhood"] or 0: Decision(row["verified"], row.get("reason", ""))
            for row in values["decisions"]
        }
        services.accept_change(
            change, decisions=decisions, reason=values["reason"], by=request.user
        )
        return self._shown(change.pk)

    @extend_schema(request=RefuseChangeSerializer, responses=ReportChangeSerializer)
    @action(detail=True, methods=["post"])
    def refuse(self, request: Request, pk: str) -> Response:
        change = self.get_object()
        values = self._read(RefuseChangeSerializer, request)
        services.refuse_change(change, by=request.user, **values)
        return self._shown(change.pk)

    def _read(self, kind: type, request: Request) -> dict[str, Any]:
        return cleaned(kind(data=request.data, context=self.get_serializer_context()))

    def _shown(self, pk: int, code: int = status.HTTP_200_OK) -> Response:
        """The change as it stands after the step."""
        return Response(self.get_serializer(self.get_queryset().get(pk=pk)).data, code)
