"""Invitations, resource persons and the attendance list as JSON."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import UserRateThrottle

from agencies.models import Agency
from coordination import services
from coordination.api.parts import MeetingPartSerializer, MeetingPartViewSet
from coordination.meeting_filters import (
    AttendanceFilter,
    InvitationFilter,
    SpeakerFilter,
)
from coordination.meeting_forms import ANSWERS
from coordination.models import AgendaItem, Attendance, Invitation, Meeting, Speaker
from programs.api.views import cleaned


class PartSerializer(MeetingPartSerializer):
    """Part of a meeting, of an agency."""

    agency = serializers.PrimaryKeyRelatedField(queryset=Agency.objects.all())
    agency_name = serializers.CharField(source="agency.short_name", read_only=True)


class InvitationSerializer(PartSerializer):
    """An agency that is asked to come, or one `person` of it; answered by `answer`."""

    class Meta:
        model = Invitation
        fields = (
            "id",
            "meeting",
            "agency",
            "agency_name",
            "person",
            "response",
            "response_note",
            "responded_at",
        )
        read_only_fields = ("response", "response_note", "responded_at")
        # The service tells all problems at once, under a lock.
        validators: list[Any] = []


class InvitationAnswerSerializer(serializers.Serializer):
    response = serializers.ChoiceField(choices=ANSWERS)
    note = serializers.CharField(max_length=300, required=False, allow_blank=True)


class OfficesSerializer(MeetingPartSerializer):
    """The meeting to which the district offices are asked."""

    class Meta:
        model = Invitation
        fields = ("meeting",)


class SpeakerSerializer(PartSerializer):
    """A resource person with the item at which they speak."""

    item = serializers.PrimaryKeyRelatedField(
        queryset=AgendaItem.objects.all(), required=False, allow_null=True
    )

    def limit(self, fields: dict[str, Any], user: Any) -> None:
        super().limit(fields, user)
        meetings = Meeting.objects.visible_to(user)
        fields["item"].queryset = AgendaItem.objects.filter(meeting__in=meetings)

    class Meta:
        model = Speaker
        fields = (
            "id",
            "meeting",
            "name",
            "agency",
            "agency_name",
            "position",
            "topic",
            "item",
        )
        validators: list[Any] = []


class AttendanceSerializer(PartSerializer):
    """Somebody who came; written down by hand unless `via` says `code`."""

    class Meta:
        model = Attendance
        fields = (
            "id",
            "meeting",
            "name",
            "agency",
            "agency_name",
            "position",
            "gender",
            "via",
            "at",
        )
        read_only_fields = ("via", "at")
        validators: list[Any] = []


class SignSerializer(serializers.Serializer):
    """Signing for oneself with the code that the room sees."""

    code = serializers.CharField(max_length=12)
    name = serializers.CharField(max_length=200)
    agency = serializers.PrimaryKeyRelatedField(queryset=Agency.objects.all())
    position = serializers.CharField(max_length=200, required=False, allow_blank=True)
    gender = serializers.ChoiceField(choices=Attendance.Gender.choices)


class InvitationViewSet(MeetingPartViewSet):
    """Who is asked to come, with the answers."""

    queryset = Invitation.objects.none()
    serializer_class = InvitationSerializer
    filterset_class = InvitationFilter
    http_method_names = ["get", "post", "delete", "head", "options"]

    def get_queryset(self) -> QuerySet:
        invitations = Invitation.objects.visible_to(self.request.user)
        return invitations.select_related("meeting__agency", "agency").order_by(
            "meeting", "agency__name", "person", "pk"
        )

    def create_record(self, **values: Any) -> Invitation:
        return services.invite_agency(values.pop("meeting"), **values)

    def remove_record(self, record: Invitation, *, by: Any) -> None:
        services.withdraw_invitation(record, by=by)

    @extend_schema(
        request=OfficesSerializer, responses={201: InvitationSerializer(many=True)}
    )
    @action(detail=False, methods=["post"], pagination_class=None, filterset_class=None)
    def offices(self, request: Request) -> Response:
        """Ask every housing office of the host's region that is not asked yet."""
        context = self.get_serializer_context()
        sent = cleaned(OfficesSerializer(data=request.data, context=context))
        made = services.invite_district_offices(sent["meeting"], by=request.user)
        rows = self.get_queryset().filter(pk__in=[row.pk for row in made])
        data = self.get_serializer(rows, many=True).data
        return Response(data, status=status.HTTP_201_CREATED)

    @extend_schema(request=InvitationAnswerSerializer, responses=InvitationSerializer)
    @action(detail=True, methods=["post"])
    def answer(self, request: Request, pk: str) -> Response:
        """Say whether one comes."""
        invitation = self.get_object()
        values = cleaned(InvitationAnswerSerializer(data=request.data))
        services.answer_invitation(invitation, by=request.user, **values)
        return Response(self.shown(invitation))


class SpeakerViewSet(MeetingPartViewSet):
    """Resource persons of meetings."""

    queryset = Speaker.objects.none()
    serializer_class = SpeakerSerializer
    filterset_class = SpeakerFilter

    def get_queryset(self) -> QuerySet:
        speakers = Speaker.objects.visible_to(self.request.user)
        return speakers.select_related("meeting__agency", "agency", "item").order_by(
            "meeting", "name", "pk"
        )

    def create_record(self, **values: Any) -> Speaker:
        return services.add_speaker(values.pop("meeting"), **values)

    def update_part(self, record: Speaker, **values: Any) -> None:
        services.change_speaker(record, **values)

    def remove_record(self, record: Speaker, *, by: Any) -> None:
        services.remove_speaker(record, by=by)


class CodeThrottle(UserRateThrottle):
    """No code is found by trying."""

    scope = "attendance-codes"


class AttendanceViewSet(MeetingPartViewSet):
    """Who came."""

    queryset = Attendance.objects.none()
    serializer_class = AttendanceSerializer
    filterset_class = AttendanceFilter
    http_method_names = ["get", "post", "delete", "head", "options"]

    def get_queryset(self) -> QuerySet:
        attendances = Attendance.objects.visible_to(self.request.user)
        return attendances.select_related("meeting__agency", "agency").order_by(
            "meeting", "at", "pk"
        )

    def create_record(self, **values: Any) -> Attendance:
        return services.record_attendance(values.pop("meeting"), **values)

    def remove_record(self, record: Attendance, *, by: Any) -> None:
        services.remove_attendance(record, by=by)

    @extend_schema(request=SignSerializer, responses={201: AttendanceSerializer})
    @action(detail=False, methods=["post"], throttle_classes=[CodeThrottle])
    def sign(self, request: Request) -> Response:
        """Sign the list of the meeting in session that has this code."""
        values = cleaned(SignSerializer(data=request.data))
        attendance = services.sign_attendance(by=request.user, **values)
        data = self.get_serializer(attendance).data
        return Response(data, status=status.HTTP_201_CREATED)
