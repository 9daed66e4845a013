"""How decisions, commitments and their links read and are sent as JSON."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from agencies.models import Agency
from areas.models import SlumArea
from coordination.api.parts import MeetingPartSerializer
from coordination.chain import Chain, chains
from coordination.commitment_steps import steps_for
from coordination.models import (
    AgendaItem,
    Commitment,
    CommitmentLink,
    CommitmentUpdate,
    Decision,
    Meeting,
    Practice,
)
from core.api import ScopedSerializer, WithSteps
from programs.api.serializers import HECTARES
from programs.models import Activity


class OutcomeSerializer(MeetingPartSerializer):
    """What a meeting agreed under an item of its agenda."""

    item = serializers.PrimaryKeyRelatedField(queryset=AgendaItem.objects.all())

    def limit(self, fields: dict[str, Any], user: Any) -> None:
        super().limit(fields, user)
        meetings = Meeting.objects.visible_to(user)
        fields["item"].queryset = AgendaItem.objects.filter(meeting__in=meetings)


class MeetingDecisionSerializer(OutcomeSerializer):
    """`number` is the meeting's next one."""

    class Meta:
        model = Decision
        fields = ("id", "meeting", "item", "kind", "number", "text", "created_at")
        read_only_fields = ("number", "created_at")
        # The service tells all problems at once, under a lock.
        validators: list[Any] = []


class CommitmentSerializer(WithSteps, OutcomeSerializer):
    """What an agency promised, and its hectares from promise to ledger.

    `planned`, `reported` and `verified` (ha) are null where they are not known: no
    activity is linked, or nothing is reported or verified yet.
    """

    agency = serializers.PrimaryKeyRelatedField(queryset=Agency.objects.all())
    supporters = serializers.PrimaryKeyRelatedField(
        queryset=Agency.objects.all(), many=True, required=False
    )
    areas = serializers.PrimaryKeyRelatedField(
        queryset=SlumArea.objects.all(), many=True, required=False
    )
    decision = serializers.PrimaryKeyRelatedField(
        queryset=Decision.objects.all(), required=False, allow_null=True
    )
    practice = serializers.PrimaryKeyRelatedField(
        queryset=Practice.objects.all(), required=False, allow_null=True
    )
    activities: Any = serializers.PrimaryKeyRelatedField(many=True, read_only=True)
    accepted_by = serializers.CharField(
        source="accepted_by.username", read_only=True, default=None
    )
    days_late = serializers.SerializerMethodField()
    planned = serializers.SerializerMethodField()
    reported = serializers.SerializerMethodField()
    verified = serializers.SerializerMethodField()
    offered = staticmethod(steps_for)

    class Meta:
        model = Commitment
        fields: tuple[str, ...] = (
            "id",
            "meeting",
            "item",
            "decision",
            "practice",
            "number",
            "text",
            "agency",
            "person",
            "supporters",
            "due_on",
            "days_late",
            "areas",
            "target_hectares",
            "target_volume",
            "target_unit",
            "target_rupiah",
            "target_document",
            "fund",
            "proof",
            "activities",
            "state",
            "accepted_at",
            "accepted_by",
            "accepted_name",
            "done_on",
            "drop_reason",
            "planned",
            "reported",
            "verified",
            "open_steps",
            "closed_steps",
        )
        read_only_fields = (
            "number",
            "state",
            "accepted_at",
            "accepted_name",
            "done_on",
            "drop_reason",
        )
        validators: list[Any] = []

    def limit(self, fields: dict[str, Any], user: Any) -> None:
        super().limit(fields, user)
        fields["areas"].child_relation.queryset = SlumArea.objects.visible_to(user)
        fields["practice"].queryset = Practice.objects.visible_to(user)
        fields["decision"].queryset = Decision.objects.filter(
            meeting__in=Meeting.objects.visible_to(user)
        )

    def get_days_late(self, commitment: Commitment) -> int:
        return commitment.days_late()

    @extend_schema_field(serializers.DecimalField(**HECTARES, allow_null=True))
    def get_planned(self, commitment: Commitment) -> str | None:
        return _text(_chain_of(commitment).planned)

    @extend_schema_field(serializers.DecimalField(**HECTARES, allow_null=True))
    def get_reported(self, commitment: Commitment) -> str | None:
        return _text(_chain_of(commitment).reported)

    @extend_schema_field(serializers.DecimalField(**HECTARES, allow_null=True))
    def get_verified(self, commitment: Commitment) -> str | None:
        return _text(_chain_of(commitment).verified)


class CommitmentUpdateSerializer(serializers.ModelSerializer):
    by = serializers.CharField(source="by.username", read_only=True, default=None)

    class Meta:
        model = CommitmentUpdate
        fields = ("id", "step", "text", "by", "by_name", "at")


class CommitmentDetailSerializer(CommitmentSerializer):
    """With everything that was said or done about it, in order."""

    updates = CommitmentUpdateSerializer(many=True, read_only=True)

    class Meta(CommitmentSerializer.Meta):
        fields = (*CommitmentSerializer.Meta.fields, "updates")


class ProgressTextSerializer(serializers.Serializer):
    text = serializers.CharField(max_length=4000)


class CheckNoteSerializer(serializers.Serializer):
    text = serializers.CharField(
        max_length=4000, required=False, allow_blank=True, default=""
    )


class StepReasonSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=300)


class ActivityOfSerializer(serializers.Serializer):
    activity: Any = serializers.PrimaryKeyRelatedField(queryset=Activity.objects.none())

    def get_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = super().get_fields()
        if request := self.context.get("request"):
            seen = Activity.objects.visible_to(request.user)
            fields["activity"].queryset = seen
        return fields


class CommitmentLinkSerializer(ScopedSerializer):
    """`token` and `path` stand in the answer that made the link, and nowhere else."""

    commitment = serializers.PrimaryKeyRelatedField(queryset=Commitment.objects.all())

    class Meta:
        model = CommitmentLink
        fields: tuple[str, ...] = (
            "id",
            "commitment",
            "recipient",
            "email",
            "expires_at",
            "created_at",
            "opened_at",
            "used_at",
            "revoked_at",
        )
        read_only_fields = (
            "expires_at",
            "created_at",
            "opened_at",
            "used_at",
            "revoked_at",
        )
        validators: list[Any] = []

    def limit(self, fields: dict[str, Any], user: Any) -> None:
        fields["commitment"].queryset = Commitment.objects.visible_to(user)


class NewCommitmentLinkSerializer(CommitmentLinkSerializer):
    token = serializers.CharField(read_only=True)
    path = serializers.CharField(read_only=True)
    is_mailed = serializers.BooleanField(read_only=True)

    class Meta(CommitmentLinkSerializer.Meta):
        fields = (
            *CommitmentLinkSerializer.Meta.fields,
            "token",
            "path",
            "is_mailed",
        )


def _chain_of(commitment: Commitment) -> Chain:
    """The chain that a list computed for all its rows, or this one's alone."""
    found: Chain | None = getattr(commitment, "chain", None)
    if found is None:
        found = chains([commitment], timezone.localdate())[commitment.pk]
        commitment.chain = found  # type: ignore[attr-defined]
    return found


def _text(value: Any) -> str | None:
    return None if value is None else f"{value:f}"
