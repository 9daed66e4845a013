"""Agencies and regions: read by everyone signed in, changed in the admin only."""

from rest_framework.viewsets import ReadOnlyModelViewSet

from agencies.api.serializers import AgencySerializer, RegionSerializer
from agencies.filters import AgencyFilter, RegionFilter
from agencies.models import Agency, Region


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
