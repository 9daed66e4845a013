"""The endpoint of the practice library; writes are the pages' services."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.models import Agency
from areas.models.area import AreaTypology
from areas.rules import HandlingPattern
from coordination import services
from coordination.adoption import with_adoptions
from coordination.models import Commitment, Practice
from coordination.practice_filters import PracticeFilter
from coordination.practice_steps import steps_for
from core.api import WithSteps
from programs.api.serializers import RUPIAH
from programs.api.views import WrittenByService, cleaned


class PracticeSerializer(WithSteps, serializers.ModelSerializer):
    """`indicators` are codes of the newest published rule set that has them.

    `cost` is in Rp, for what `cost_note` says. `adoptions` counts the commitments in
    sight that adopted it. A draft is seen by the agency that keeps it.
    """

    agency = serializers.PrimaryKeyRelatedField(queryset=Agency.objects.all())
    cost = serializers.DecimalField(**RUPIAH, required=False, allow_null=True)
    year = serializers.IntegerField(
        required=False, allow_null=True, min_value=0, max_value=9999
    )
    indicators = serializers.ListField(
        child=serializers.CharField(max_length=4), max_length=100
    )
    typologies = serializers.ListField(
        child=serializers.ChoiceField(AreaTypology.choices),
        required=False,
        max_length=100,
    )
    patterns = serializers.ListField(
        child=serializers.ChoiceField(HandlingPattern.choices),
        required=False,
        max_length=100,
    )
    adoptions = serializers.IntegerField(read_only=True)
    offered = staticmethod(steps_for)

    class Meta:
        model = Practice
        fields = (
            "id",
            "title",
            "agency",
            "place",
            "year",
            "problem",
            "approach",
            "cost",
            "cost_note",
            "results",
            "conditions",
            "contact",
            "source",
            "indicators",
            "typologies",
            "patterns",
            "is_published",
            "is_demo",
            "adoptions",
            "open_steps",
            "closed_steps",
        )
        read_only_fields = ("is_published",)
        # The service tells all problems at once, under a lock.
        validators: list[Any] = []


class AdoptSerializer(serializers.Serializer):
    """The commitment that adopts the practice, one of those in sight."""

    commitment: Any = serializers.PrimaryKeyRelatedField(
        queryset=Commitment.objects.none()
    )

    def get_fields(self) -> dict[str, Any]:
        """A stranger's commitment is unknown."""
        fields: dict[str, Any] = super().get_fields()
        if "request" in self.context:
            user = self.context["request"].user
            fields["commitment"].queryset = Commitment.objects.visible_to(user)
        return fields


class PracticeViewSet(WrittenByService):
    """What worked elsewhere: published for all agencies, or a draft of one."""

    queryset = Practice.objects.none()
    serializer_class = PracticeSerializer
    filterset_class = PracticeFilter
    owner = "agency"
    stays = gettext_lazy("A practice never changes the agency that keeps it.")

    def get_queryset(self) -> QuerySet:
        user = self.request.user
        practices = Practice.objects.visible_to(user).select_related("agency")
        return with_adoptions(practices, user).order_by("title", "pk")

    def create_record(self, **values: Any) -> Practice:
        return services.add_practice(**values)

    def update_record(self, record: Practice, **values: Any) -> Practice:
        return services.change_practice(record, **self.kept(record, values))

    @extend_schema(request=None, responses=PracticeSerializer)
    @action(detail=True, methods=["post"])
    def publish(self, request: Request, pk: str) -> Response:
        """Offer it to all agencies."""
        practice = services.publish_practice(self.get_object(), by=request.user)
        return Response(self.shown(practice))

    @extend_schema(request=None, responses=PracticeSerializer)
    @action(detail=True, methods=["post"])
    def unpublish(self, request: Request, pk: str) -> Response:
        """Make it a draft again."""
        practice = services.unpublish_practice(self.get_object(), by=request.user)
        return Response(self.shown(practice))

    @extend_schema(request=AdoptSerializer, responses=PracticeSerializer)
    @action(detail=True, methods=["post"])
    def adopt(self, request: Request, pk: str) -> Response:
        """Tie it to a pending commitment of the own agency."""
        practice = self.get_object()
        sent = AdoptSerializer(data=request.data, context={"request": request})
        services.adopt_practice(practice, by=request.user, **cleaned(sent))
        return Response(self.shown(practice))
