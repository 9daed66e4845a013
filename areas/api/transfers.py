"""Requests to transfer areas as JSON: asked, accepted, refused."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from agencies.models import Agency
from areas import services
from areas.api.serializers import VisibleAreaSerializer
from areas.models import AuthorityTransfer
from areas.transfer_filters import TransferFilter
from areas.transfer_workflow import steps_for, with_steps
from core.api import WithSteps


class AuthorityTransferSerializer(WithSteps, serializers.ModelSerializer):
    """`authority` is the one by size when it was asked; `closed_steps` says why each
    step that is not open is closed."""

    area_name = serializers.CharField(source="area.name", read_only=True)
    to_agency_name = serializers.CharField(source="to_agency.name", read_only=True)
    offered = staticmethod(steps_for)

    class Meta:
        model = AuthorityTransfer
        fields = (
            "id",
            "area",
            "area_name",
            "authority",
            "to_agency",
            "to_agency_name",
            "letter_number",
            "letter_on",
            "reason",
            "status",
            "asked_at",
            "answer_number",
            "answer_on",
            "answer_note",
            "answered_at",
            "open_steps",
            "closed_steps",
        )


class AskSerializer(VisibleAreaSerializer):
    """A request: the agency belongs to another authority than the one by size."""

    to_agency = serializers.PrimaryKeyRelatedField(queryset=Agency.objects.all())
    letter_number = serializers.CharField(max_length=100)
    letter_on = serializers.DateField()
    reason = serializers.CharField(max_length=500)


class AcceptSerializer(serializers.Serializer):
    answer_number = serializers.CharField(max_length=100)
    answer_on = serializers.DateField()
    note = serializers.CharField(max_length=500, required=False, default="")


class RefuseSerializer(AcceptSerializer):
    note = serializers.CharField(max_length=500)


class AuthorityTransferViewSet(mixins.CreateModelMixin, ReadOnlyModelViewSet):
    """Requests about the areas that you see, and those put to your own agency."""

    queryset = AuthorityTransfer.objects.none()
    serializer_class = AuthorityTransferSerializer
    filterset_class = TransferFilter

    def get_queryset(self) -> QuerySet[AuthorityTransfer]:
        found = AuthorityTransfer.objects.visible_to(self.request.user)
        return with_steps(found).order_by("-asked_at", "-pk")

    @extend_schema(request=AskSerializer, responses={201: AuthorityTransferSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        values = self._read(AskSerializer, request)
        transfer = services.ask_transfer(values.pop("area"), by=request.user, **values)
        return self._shown(transfer.pk, status.HTTP_201_CREATED)

    @extend_schema(request=AcceptSerializer, responses=AuthorityTransferSerializer)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str) -> Response:
        """The asked agency takes the area over and acts there from now on."""
        transfer = self.get_object()
        values = self._read(AcceptSerializer, request)
        services.accept_transfer(transfer, by=request.user, **values)
        return self._shown(transfer.pk)

    @extend_schema(request=RefuseSerializer, responses=AuthorityTransferSerializer)
    @action(detail=True, methods=["post"])
    def refuse(self, request: Request, pk: str) -> Response:
        """The asked agency does not; `note` says why."""
        transfer = self.get_object()
        values = self._read(RefuseSerializer, request)
        services.refuse_transfer(transfer, by=request.user, **values)
        return self._shown(transfer.pk)

    def _read(self, kind: type, request: Request) -> dict[str, Any]:
        form = kind(data=request.data, context=self.get_serializer_context())
        form.is_valid(raise_exception=True)
        return form.validated_data

    def _shown(self, pk: int, code: int = status.HTTP_200_OK) -> Response:
        transfer = self.get_queryset().get(pk=pk)
        return Response(self.get_serializer(transfer).data, status=code)
