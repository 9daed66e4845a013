"""Meetings as JSON, with their agenda and steps; writes are the pages' services."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from agencies.access import scope_of
from agencies.models import Agency, Region, User
from coordination import services
from coordination.api.minutes import ClosingActions
from coordination.api.parts import MeetingPartSerializer, MeetingPartViewSet
from coordination.meeting_filters import ItemFilter, MeetingFilter, SeriesFilter
from coordination.meeting_queries import with_counts
from coordination.models import AgendaItem, Meeting, MeetingSeries, WorkingGroup
from coordination.workflow import steps_for
from core.api import ScopedSerializer, WithSteps
from programs.api.views import WrittenByService


class ItemSerializer(MeetingPartSerializer):
    """An agenda item. `regions` are the codes of the districts it is about.

    A new one comes last; `position`, sent to change it, moves it there.
    """

    position = serializers.IntegerField(min_value=1, max_value=1000, required=False)
    minutes = serializers.IntegerField(
        min_value=1, max_value=720, required=False, allow_null=True
    )
    regions = serializers.PrimaryKeyRelatedField(
        queryset=Region.objects.filter(level=Region.Level.REGENCY),
        many=True,
        required=False,
    )

    class Meta:
        model = AgendaItem
        fields = (
            "id",
            "meeting",
            "position",
            "title",
            "starts_at",
            "minutes",
            "presenter",
            "regions",
            "notes",
            "done_at",
        )
        read_only_fields = ("done_at",)
        # The service tells all problems at once, under a lock.
        validators: list[Any] = []


class MeetingSerializer(ScopedSerializer):
    """`invited` counts agencies, `attended` people, `pending` commitments still open.

    Who makes a meeting is its secretary unless `secretary` (a username) says otherwise;
    `new_series` begins a series of the host.
    """

    agency = serializers.PrimaryKeyRelatedField(queryset=Agency.objects.all())
    series = serializers.PrimaryKeyRelatedField(
        queryset=MeetingSeries.objects.all(), required=False, allow_null=True
    )
    new_series = serializers.CharField(
        max_length=200, required=False, allow_blank=True, write_only=True
    )
    group = serializers.PrimaryKeyRelatedField(
        queryset=WorkingGroup.objects.all(), required=False, allow_null=True
    )
    secretary = serializers.SlugRelatedField(
        slug_field="username", queryset=User.objects.all(), required=False
    )
    invited = serializers.IntegerField(read_only=True)
    attended = serializers.IntegerField(read_only=True)
    pending = serializers.IntegerField(read_only=True)

    class Meta:
        model = Meeting
        fields: tuple[str, ...] = (
            "id",
            "title",
            "kind",
            "phase",
            "agency",
            "series",
            "new_series",
            "group",
            "place",
            "starts_at",
            "ends_at",
            "chair",
            "chair_position",
            "secretary",
            "letter_number",
            "letter_on",
            "letter_note",
            "signed_by",
            "signer_position",
            "summary",
            "minutes_number",
            "invited_at",
            "opened_at",
            "ended_at",
            "closed_at",
            "invited",
            "attended",
            "pending",
            "is_demo",
        )
        read_only_fields: tuple[str, ...] = (
            "phase",
            "invited_at",
            "opened_at",
            "ended_at",
            "closed_at",
            "is_demo",
        )
        validators: list[Any] = []

    def limit(self, fields: dict[str, Any], user: Any) -> None:
        fields["group"].queryset = WorkingGroup.objects.visible_to(user)
        scope = scope_of(user)
        if not scope.everything:
            series = MeetingSeries.objects.filter(agency__in=scope.agencies)
            people = User.objects.filter(memberships__agency__in=scope.agencies)
            fields["series"].queryset = series
            fields["secretary"].queryset = people.distinct()


class MeetingDetailSerializer(WithSteps, MeetingSerializer):
    """With its agenda, and why each closed step is closed."""

    items = ItemSerializer(many=True, read_only=True)
    offered = staticmethod(steps_for)

    class Meta(MeetingSerializer.Meta):
        fields = (
            *MeetingSerializer.Meta.fields,
            "current_item",
            "items",
            "open_steps",
            "closed_steps",
        )
        read_only_fields = (*MeetingSerializer.Meta.read_only_fields, "current_item")


class MeetingViewSet(ClosingActions, WrittenByService):
    """Meetings from the plan to the closed minutes."""

    queryset = Meeting.objects.none()
    serializer_class = MeetingSerializer
    filterset_class = MeetingFilter
    owner = "agency"
    stays = gettext_lazy("A meeting never changes its host.")

    def get_queryset(self) -> QuerySet:
        meetings = Meeting.objects.visible_to(self.request.user)
        return (
            with_counts(meetings)
            .select_related("agency", "secretary", "series")
            .order_by("-starts_at", "-pk")
        )

    def get_serializer_class(self) -> Any:
        return MeetingSerializer if self.action == "list" else MeetingDetailSerializer

    def create_record(self, **values: Any) -> Meeting:
        return services.plan_meeting(**values)

    def update_record(self, record: Meeting, **values: Any) -> Meeting:
        return services.update_meeting(record, **self.kept(record, values))

    @extend_schema(request=None, responses=MeetingDetailSerializer)
    @action(detail=True, methods=["post"])
    def invite(self, request: Request, pk: str) -> Response:
        """Send the invitations: the people of the invited agencies are told."""
        return self._taken(services.send_invitations)

    @extend_schema(request=None, responses=MeetingDetailSerializer)
    @action(detail=True, methods=["post"])
    def open(self, request: Request, pk: str) -> Response:
        """Open the session."""
        return self._taken(services.open_session)

    @extend_schema(request=None, responses=MeetingDetailSerializer)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: str) -> Response:
        """End the session; the minutes are in draft."""
        return self._taken(services.end_session)

    @extend_schema(request=None, responses=MeetingDetailSerializer)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, pk: str) -> Response:
        """Go on with the session."""
        return self._taken(services.reopen_session)

    def _taken(self, step: Callable[..., Meeting]) -> Response:
        meeting = step(self.get_object(), by=self.request.user)
        return Response(self.shown(meeting), status=status.HTTP_200_OK)


class MeetingSeriesSerializer(serializers.ModelSerializer):
    """Meetings that follow on each other; a new one is named with its first meeting."""

    agency_name = serializers.CharField(source="agency.short_name", read_only=True)

    class Meta:
        model = MeetingSeries
        fields = ("id", "name", "agency", "agency_name")
        read_only_fields = fields


class MeetingSeriesViewSet(ReadOnlyModelViewSet):
    """The series of the meetings that you see."""

    queryset = MeetingSeries.objects.none()
    serializer_class = MeetingSeriesSerializer
    filterset_class = SeriesFilter

    def get_queryset(self) -> QuerySet:
        seen = Meeting.objects.visible_to(self.request.user).order_by()
        rows = MeetingSeries.objects.filter(pk__in=seen.values("series"))
        return rows.select_related("agency").order_by("name", "pk")


class AgendaItemViewSet(MeetingPartViewSet):
    """The items of the agendas, in order."""

    queryset = AgendaItem.objects.none()
    serializer_class = ItemSerializer
    filterset_class = ItemFilter

    def get_queryset(self) -> QuerySet:
        seen = Meeting.objects.visible_to(self.request.user)
        items = AgendaItem.objects.filter(meeting__in=seen)
        return (
            items.select_related("meeting__agency")
            .prefetch_related("regions")
            .order_by("meeting", "position", "pk")
        )

    def create_record(self, **values: Any) -> AgendaItem:
        values.pop("position", None)
        return services.add_item(values.pop("meeting"), **values)

    def update_part(self, record: AgendaItem, **values: Any) -> None:
        by, position = values.pop("by"), values.pop("position", None)
        services.change_item(record, by=by, **values)
        if position is not None:
            services.move_item(record, to=position, by=by)

    def remove_record(self, record: AgendaItem, *, by: Any) -> None:
        services.remove_item(record, by=by)

    @extend_schema(request=None, responses=ItemSerializer)
    @action(detail=True, methods=["post"])
    def done(self, request: Request, pk: str) -> Response:
        """The item is talked through."""
        item = services.finish_item(self.get_object(), by=request.user)
        return Response(self.shown(item))

    @extend_schema(request=None, responses=ItemSerializer)
    @action(detail=True, methods=["post"])
    def undone(self, request: Request, pk: str) -> Response:
        """The item is open again."""
        item = self.get_object()
        services.finish_item(item, is_done=False, by=request.user)
        return Response(self.shown(item))

    @extend_schema(request=None, responses=ItemSerializer)
    @action(detail=True, methods=["post"])
    def current(self, request: Request, pk: str) -> Response:
        """The talk is at this item now."""
        item = services.set_current_item(self.get_object(), by=request.user)
        return Response(self.shown(item))
