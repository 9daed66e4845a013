"""The endpoint of outreach; writes are the pages' services."""

from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from agencies.models import Agency, Region
from areas.models import SlumArea
from coordination import services
from coordination.models import Commitment, Outreach
from coordination.models.outreach import Topic
from coordination.outreach_filters import OutreachFilter
from coordination.outreach_tables import with_people
from programs.api.views import PartViewSet

REGENCIES = Region.objects.filter(level=Region.Level.REGENCY)
COUNT = {"min_value": 0, "max_value": 100_000}


class OutreachSerializer(serializers.ModelSerializer):
    """`people` are women and men together; `areas` those in sight.

    A commitment that is not in sight is left out.
    """

    agency = serializers.PrimaryKeyRelatedField(queryset=Agency.objects.all())
    regency = serializers.PrimaryKeyRelatedField(queryset=REGENCIES)
    partners = serializers.PrimaryKeyRelatedField(
        queryset=Agency.objects.all(), many=True, required=False
    )
    areas = serializers.PrimaryKeyRelatedField(
        queryset=SlumArea.objects.all(), many=True, required=False
    )
    topics = serializers.ListField(
        child=serializers.ChoiceField(Topic.choices), max_length=100
    )
    women = serializers.IntegerField(**COUNT)
    men = serializers.IntegerField(**COUNT)
    people = serializers.IntegerField(read_only=True)
    commitment: Any = serializers.PrimaryKeyRelatedField(
        queryset=Commitment.objects.all(), required=False, allow_null=True
    )

    class Meta:
        model = Outreach
        fields = (
            "id",
            "title",
            "held_on",
            "agency",
            "partners",
            "regency",
            "place",
            "areas",
            "prevention",
            "topics",
            "women",
            "men",
            "people",
            "material",
            "follow_up",
            "commitment",
            "is_demo",
        )
        # The service tells all problems at once, under a lock.
        validators: list[Any] = []

    def get_fields(self) -> dict[str, Any]:
        """Areas and commitments of strangers are unknown."""
        fields: dict[str, Any] = super().get_fields()
        if "request" in self.context:
            user = self.context["request"].user
            seen = SlumArea.objects.visible_to(user)
            fields["areas"].child_relation.queryset = seen
            fields["commitment"].queryset = Commitment.objects.visible_to(user)
        return fields

    def to_representation(self, outreach: Any) -> dict[str, Any]:
        """The commitment only where the person sees it."""
        shown = super().to_representation(outreach)
        if not outreach.sees_commitment:
            shown["commitment"] = None
        return shown


class OutreachViewSet(PartViewSet):
    """Sosialisasi with the people living there."""

    queryset = Outreach.objects.none()
    serializer_class = OutreachSerializer
    filterset_class = OutreachFilter
    owner = "agency"
    stays = gettext_lazy("Who held it never changes. Record another event.")

    def get_queryset(self) -> QuerySet:
        user = self.request.user
        commitments = Commitment.objects.visible_to(user)
        seen = commitments.filter(pk=OuterRef("commitment"))
        areas = SlumArea.objects.visible_to(user).only("pk")
        events = with_people(Outreach.objects.visible_to(user))
        return (
            events.annotate(sees_commitment=Exists(seen))
            .select_related("agency")
            .prefetch_related(Prefetch("areas", queryset=areas), "partners")
            .order_by("-held_on", "-pk")
        )

    def create_record(self, **values: Any) -> Outreach:
        return services.record_outreach(**values)

    def update_record(self, record: Outreach, **values: Any) -> Outreach:
        return services.change_outreach(record, **self.kept(record, values))

    def remove_record(self, record: Outreach, *, by: Any) -> None:
        services.remove_outreach(record, by=by)
