"""The endpoint of Pokja and Forum PKP; writes are the pages' services."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.models import Agency
from coordination import services
from coordination.group_filters import GroupFilter
from coordination.group_tables import with_counts
from coordination.models import GroupMember, GroupPlan, WorkingGroup
from programs.api.views import WrittenByService, cleaned

# The service tells all problems at once, under a lock.
NO_VALIDATORS: list[Any] = []
MEMBER = OpenApiParameter("member", int, OpenApiParameter.PATH)
PLAN = OpenApiParameter("plan", int, OpenApiParameter.PATH)


class MemberSerializer(serializers.ModelSerializer):
    """Somebody of an agency; without a name the agency as such."""

    agency = serializers.PrimaryKeyRelatedField(queryset=Agency.objects.all())

    class Meta:
        model = GroupMember
        fields = ("id", "name", "agency", "team", "role", "gender")
        validators = NO_VALIDATORS


class PlanSerializer(serializers.ModelSerializer):
    """A line of the work plan of a year."""

    year = serializers.IntegerField(min_value=1990, max_value=2100)

    class Meta:
        model = GroupPlan
        fields = ("id", "year", "text", "due_on", "state", "note")
        validators = NO_VALIDATORS


class WorkingGroupSerializer(serializers.ModelSerializer):
    """A group by its decree. `plan_count` and `plan_done` are of the year that runs."""

    agency = serializers.PrimaryKeyRelatedField(queryset=Agency.objects.all())
    members = MemberSerializer(many=True, read_only=True)
    plans = PlanSerializer(many=True, read_only=True)
    session_count = serializers.IntegerField(read_only=True)
    plan_count = serializers.IntegerField(read_only=True)
    plan_done = serializers.IntegerField(read_only=True)

    class Meta:
        model = WorkingGroup
        fields = (
            "id",
            "name",
            "kind",
            "agency",
            "decree_number",
            "decree_on",
            "valid_until",
            "signed_by",
            "members",
            "plans",
            "session_count",
            "plan_count",
            "plan_done",
            "is_demo",
        )
        validators = NO_VALIDATORS


class WorkingGroupViewSet(WrittenByService):
    """Pokja and Forum PKP of your region, and those in which your agency sits."""

    queryset = WorkingGroup.objects.none()
    serializer_class = WorkingGroupSerializer
    filterset_class = GroupFilter
    http_method_names = ["get", "post", "put", "patch", "delete", "head", "options"]
    owner = "agency"
    stays = gettext_lazy("The secretariat of a group never changes.")

    def get_queryset(self) -> QuerySet:
        groups = with_counts(WorkingGroup.objects.visible_to(self.request.user))
        groups = groups.select_related("agency").prefetch_related("members", "plans")
        return groups.order_by("name", "pk")

    def create_record(self, **values: Any) -> WorkingGroup:
        return services.create_group(**values)

    def update_record(self, record: WorkingGroup, **values: Any) -> WorkingGroup:
        return services.change_group(record, **self.kept(record, values))

    @extend_schema(request=MemberSerializer, responses={201: MemberSerializer})
    @action(detail=True, methods=["post"])
    def members(self, request: Request, pk: str) -> Response:
        """Add somebody who sits in the group."""
        group = self.get_object()
        values = cleaned(MemberSerializer(data=request.data))
        member = services.add_member(group, by=request.user, **values)
        return Response(MemberSerializer(member).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        request=MemberSerializer, responses=MemberSerializer, parameters=[MEMBER]
    )
    @action(detail=True, methods=["patch"], url_path=r"members/(?P<member>\d{1,18})")
    def member(self, request: Request, pk: str, member: str) -> Response:
        """Change what is sent of somebody who sits in it."""
        record = get_object_or_404(self.get_object().members, pk=member)
        values = cleaned(MemberSerializer(record, data=request.data, partial=True))
        changed = services.change_member(record, by=request.user, **values)
        return Response(MemberSerializer(changed).data)

    @extend_schema(responses={204: None}, parameters=[MEMBER])
    @member.mapping.delete
    def remove_member(self, request: Request, pk: str, member: str) -> Response:
        """They no longer sit in it."""
        record = get_object_or_404(self.get_object().members, pk=member)
        services.remove_member(record, by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=PlanSerializer, responses={201: PlanSerializer})
    @action(detail=True, methods=["post"])
    def plans(self, request: Request, pk: str) -> Response:
        """Add a line to the work plan."""
        group = self.get_object()
        values = cleaned(PlanSerializer(data=request.data))
        plan = services.add_plan(group, by=request.user, **values)
        return Response(PlanSerializer(plan).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=PlanSerializer, responses=PlanSerializer, parameters=[PLAN])
    @action(detail=True, methods=["patch"], url_path=r"plans/(?P<plan>\d{1,18})")
    def plan(self, request: Request, pk: str, plan: str) -> Response:
        """Change what is sent of a line of the work plan."""
        record = get_object_or_404(self.get_object().plans, pk=plan)
        values = cleaned(PlanSerializer(record, data=request.data, partial=True))
        changed = services.change_plan(record, by=request.user, **values)
        return Response(PlanSerializer(changed).data)

    @extend_schema(responses={204: None}, parameters=[PLAN])
    @plan.mapping.delete
    def remove_plan(self, request: Request, pk: str, plan: str) -> Response:
        """The line was a mistake."""
        record = get_object_or_404(self.get_object().plans, pk=plan)
        services.remove_plan(record, by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)
