"""Corrections of the ledger as JSON: propose, approve, reject."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from areas import services
from areas.ledger_change_filters import LedgerChangeFilter
from areas.ledger_change_steps import steps_for
from areas.ledger_change_tables import after_of, before_of, with_names
from areas.models import DecreeLine, LedgerChange, LedgerEntry
from core.api import WithSteps

HECTARES = {"max_digits": 14, "decimal_places": 6}


class LedgerChangeSerializer(WithSteps, serializers.ModelSerializer):
    """`before` and `after` are the hectares of the entry or of the decree line."""

    area = serializers.IntegerField(source="decree_line.area_id", read_only=True)
    before = serializers.SerializerMethodField()
    after = serializers.SerializerMethodField()
    offered = staticmethod(steps_for)

    class Meta:
        model = LedgerChange
        fields = (
            "id",
            "kind",
            "status",
            "decree_line",
            "area",
            "entry",
            "before",
            "after",
            "reason",
            "document",
            "proposed_at",
            "proposed_by",
            "decided_at",
            "decided_by",
            "decision_note",
            "posted",
            "open_steps",
            "closed_steps",
        )

    def get_before(self, change: LedgerChange) -> str:
        return f"{before_of(change):f}"

    def get_after(self, change: LedgerChange) -> str:
        return f"{after_of(change):f}"


class ProposeSerializer(serializers.Serializer):
    """`entry` to take it back or give it other hectares; `decree_line` for its area."""

    kind = serializers.ChoiceField(choices=LedgerChange.Kind.choices)
    entry: Any = serializers.PrimaryKeyRelatedField(
        queryset=LedgerEntry.objects.none(), required=False
    )
    decree_line: Any = serializers.PrimaryKeyRelatedField(
        queryset=DecreeLine.objects.none(), required=False
    )
    hectares = serializers.DecimalField(**HECTARES, required=False)
    reason = serializers.CharField(max_length=300)
    document = serializers.CharField(max_length=100, required=False, default="")

    def get_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = super().get_fields()
        user = self.context["request"].user
        fields["entry"].queryset = LedgerEntry.objects.visible_to(user)
        fields["decree_line"].queryset = DecreeLine.objects.visible_to(user)
        return fields


class ApproveSerializer(serializers.Serializer):
    note = serializers.CharField(max_length=300, required=False, default="")


class RejectSerializer(serializers.Serializer):
    note = serializers.CharField(max_length=300)


class LedgerChangeViewSet(ReadOnlyModelViewSet):
    """Corrections of the ledger; who proposed one never decides on it."""

    queryset = LedgerChange.objects.none()
    serializer_class = LedgerChangeSerializer
    filterset_class = LedgerChangeFilter

    def get_queryset(self) -> QuerySet[LedgerChange]:
        changes = LedgerChange.objects.visible_to(self.request.user)
        return with_names(changes).order_by("-proposed_at", "-pk")

    @extend_schema(request=ProposeSerializer, responses={201: LedgerChangeSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        values = self._read(ProposeSerializer, request)
        change = services.propose_change(by=request.user, **values)
        return self._shown(change.pk, status.HTTP_201_CREATED)

    @extend_schema(request=ApproveSerializer, responses=LedgerChangeSerializer)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: str) -> Response:
        change = self.get_object()
        values = self._read(ApproveSerializer, request)
        services.approve_change(change, by=request.user, **values)
        return self._shown(change.pk)

    @extend_schema(request=RejectSerializer, responses=LedgerChangeSerializer)
    @action(detail=True, methods=["post"])
    def reject(self, request: Request, pk: str) -> Response:
        change = self.get_object()
        values = self._read(RejectSerializer, request)
        services.reject_change(change, by=request.user, **values)
        return self._shown(change.pk)

    def _read(self, kind: type, request: Request) -> dict[str, Any]:
        form = kind(data=request.data, context=self.get_serializer_context())
        form.is_valid(raise_exception=True)
        return dict(form.validated_data)

    def _shown(self, pk: int, code: int = status.HTTP_200_OK) -> Response:
        """The correction as it stands after the step."""
        return Response(self.get_serializer(self.get_queryset().get(pk=pk)).data, code)
