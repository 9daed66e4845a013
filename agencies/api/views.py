"""Agencies and regions, changed in the admin only; and one's own notices."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from agencies import notices
from agencies.api.serializers import (
    AgencySerializer,
    NoticeSerializer,
    RegionSerializer,
)
from agencies.filters import AgencyFilter, NoticeFilter, RegionFilter
from agencies.models import Agency, Notice, Region


class AgencyViewSet(ReadOnlyModelViewSet):
    """Agencies with their other and former names."""

    queryset = Agency.objects.prefetch_related("aliases").order_by("name", "pk")
    serializer_class = AgencySerializer
    filterset_class = AgencyFilter


class RegionViewSet(ReadOnlyModelViewSet):
    """Regions by their Kemendagri code, such as `63.71.01.1001`."""

    queryset = Region.objects.order_by("code")
    serializer_class = RegionSerializer
    filterset_class = RegionFilter
    lookup_field = "code"
    lookup_value_regex = r"[0-9.]+"


class NoticeViewSet(ReadOnlyModelViewSet):
    """What you were told, the latest first."""

    queryset = Notice.objects.none()
    serializer_class = NoticeSerializer
    filterset_class = NoticeFilter

    def get_queryset(self) -> QuerySet[Notice]:
        user: Any = self.request.user
        own = Notice.objects.filter(user=user)
        return own.order_by("-created_at", "-pk")

    @extend_schema(request=None, responses=NoticeSerializer)
    @action(detail=True, methods=["post"])
    def read(self, request: Request, pk: str) -> Response:
        """You have read it; again is no error."""
        notice = self.get_object()
        notices.read_notices([notice], by=request.user)
        notice.refresh_from_db()
        return Response(self.get_serializer(notice).data)
