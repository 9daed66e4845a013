"""Decisions, commitments and their links as JSON; writes are the pages' services."""

from collections.abc import Callable
from typing import Any, cast

from django.db.models import QuerySet
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from agencies.models import User
from coordination import services
from coordination.api.outcome_serializers import (
    ActivityOfSerializer,
    CheckNoteSerializer,
    CommitmentDetailSerializer,
    CommitmentLinkSerializer,
    CommitmentSerializer,
    MeetingDecisionSerializer,
    NewCommitmentLinkSerializer,
    ProgressTextSerializer,
    StepReasonSerializer,
)
from coordination.api.parts import MeetingPartViewSet
from coordination.commitment_filters import (
    CommitmentFilter,
    CommitmentLinkFilter,
    DecisionFilter,
)
from coordination.commitment_tables import with_chains
from coordination.link_letters import mail_letter
from coordination.links import links_of
from coordination.models import (
    Commitment,
    CommitmentLink,
    Decision,
)
from programs.api.views import cleaned


class DecisionViewSet(MeetingPartViewSet):
    """Information and decisions; what somebody promised is a commitment."""

    queryset = Decision.objects.none()
    serializer_class = MeetingDecisionSerializer
    filterset_class = DecisionFilter

    def get_queryset(self) -> QuerySet:
        decisions = Decision.objects.visible_to(self.request.user)
        return decisions.select_related("meeting__agency").order_by(
            "-meeting__starts_at", "meeting", "number"
        )

    def create_record(self, **values: Any) -> Decision:
        return services.write_decision(values.pop("meeting"), **values)

    def update_part(self, record: Decision, **values: Any) -> None:
        services.change_decision(record, **values)

    def remove_record(self, record: Decision, *, by: Any) -> None:
        services.remove_decision(record, by=by)


class CommitmentViewSet(MeetingPartViewSet):
    """Commitments from the promise to the check; the steps are the pages' own."""

    queryset = Commitment.objects.none()
    filterset_class = CommitmentFilter

    def get_queryset(self) -> QuerySet:
        commitments = Commitment.objects.visible_to(self.request.user)
        related = ["areas", "supporters", "activities"]
        if self.action != "list":
            related.append("updates__by")
        return (
            commitments.select_related("agency", "meeting__agency", "accepted_by")
            .prefetch_related(*related)
            .order_by("due_on", "meeting", "number", "pk")
        )

    def get_serializer_class(self) -> Any:
        is_list = self.action == "list"
        return CommitmentSerializer if is_list else CommitmentDetailSerializer

    def paginate_queryset(self, queryset: Any) -> Any:
        page = super().paginate_queryset(queryset)
        return page if page is None else list(with_chains(page))

    def create_record(self, **values: Any) -> Commitment:
        return services.agree_commitment(values.pop("meeting"), **values)

    def update_part(self, record: Commitment, **values: Any) -> None:
        services.change_commitment(record, **values)

    def remove_record(self, record: Commitment, *, by: Any) -> None:
        services.remove_commitment(record, by=by)

    @extend_schema(request=None, responses=CommitmentDetailSerializer)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str) -> Response:
        """The agency makes the promise its own."""
        return self._taken(services.accept_commitment)

    @extend_schema(request=StepReasonSerializer, responses=CommitmentDetailSerializer)
    @action(detail=True, methods=["post"], url_path="object")
    def object_to(self, request: Request, pk: str) -> Response:
        """The agency does not accept it as it is, and says why."""
        return self._taken(services.object_to_commitment, StepReasonSerializer)

    @extend_schema(request=ProgressTextSerializer, responses=CommitmentDetailSerializer)
    @action(detail=True, methods=["post"])
    def progress(self, request: Request, pk: str) -> Response:
        """Say what was done; the same words again are the same update."""
        return self._taken(services.report_progress, ProgressTextSerializer)

    @extend_schema(request=ProgressTextSerializer, responses=CommitmentDetailSerializer)
    @action(detail=True, methods=["post"])
    def claim(self, request: Request, pk: str) -> Response:
        """Say that it is done, and by what that is seen."""
        return self._taken(services.claim_done, ProgressTextSerializer)

    @extend_schema(request=CheckNoteSerializer, responses=CommitmentDetailSerializer)
    @action(detail=True, methods=["post"])
    def check(self, request: Request, pk: str) -> Response:
        """Confirm that it is done."""
        return self._taken(services.check_done, CheckNoteSerializer)

    @extend_schema(request=StepReasonSerializer, responses=CommitmentDetailSerializer)
    @action(detail=True, methods=["post"], url_path="return")
    def send_back(self, request: Request, pk: str) -> Response:
        """Not done yet: say what is lacking."""
        return self._taken(services.return_commitment, StepReasonSerializer)

    @extend_schema(request=StepReasonSerializer, responses=CommitmentDetailSerializer)
    @action(detail=True, methods=["post"])
    def drop(self, request: Request, pk: str) -> Response:
        """Give it up, with the reason."""
        return self._taken(services.drop_commitment, StepReasonSerializer)

    @extend_schema(request=ActivityOfSerializer, responses=CommitmentDetailSerializer)
    @action(detail=True, methods=["post"])
    def link(self, request: Request, pk: str) -> Response:
        """Name an activity with which it is kept."""
        return self._taken(services.link_activity, ActivityOfSerializer)

    @extend_schema(request=ActivityOfSerializer, responses=CommitmentDetailSerializer)
    @action(detail=True, methods=["post"])
    def unlink(self, request: Request, pk: str) -> Response:
        """Take an activity off it."""
        return self._taken(services.unlink_activity, ActivityOfSerializer)

    def _taken(
        self,
        take: Callable[..., Any],
        kind: type[serializers.Serializer] | None = None,
    ) -> Response:
        record = self.get_object()
        values: dict[str, Any] = {}
        if kind is not None:
            context = self.get_serializer_context()
            values = cleaned(kind(data=self.request.data, context=context))
        take(record, by=self.request.user, **values)
        return Response(self.shown(record))


class CommitmentLinkViewSet(ReadOnlyModelViewSet):
    """Links with which somebody without an account accepts one commitment.

    Sent twice, the second is refused: a recipient has one link that works.
    """

    keeps_answers = False  # the answer has the secret, of which only the hash is kept
    queryset = CommitmentLink.objects.none()
    serializer_class = CommitmentLinkSerializer
    filterset_class = CommitmentLinkFilter

    def get_queryset(self) -> QuerySet:
        return links_of(self.request.user).order_by("-created_at", "-pk")

    @extend_schema(
        request=CommitmentLinkSerializer, responses={201: NewCommitmentLinkSerializer}
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Make a link; its secret is told in this answer and never again.

        With an e-mail address it is mailed to it at once.
        """
        values = cleaned(self.get_serializer(data=request.data))
        user = cast(User, request.user)
        made = services.invite_by_link(values.pop("commitment"), by=user, **values)
        data = dict(self.get_serializer(made.link).data)
        path = reverse("coordination:commitment-link", args=[made.token])
        address = request.build_absolute_uri(path)
        data |= {
            "token": made.token,
            "path": path,
            "is_mailed": mail_letter(made.link, address),
        }
        headers = {"Cache-Control": "no-store"}
        return Response(data, status=status.HTTP_201_CREATED, headers=headers)

    @extend_schema(request=None, responses=CommitmentLinkSerializer)
    @action(detail=True, methods=["post"])
    def revoke(self, request: Request, pk: str) -> Response:
        """The link does not work any more."""
        link = services.revoke_link(self.get_object(), by=cast(User, request.user))
        return Response(self.get_serializer(link).data)
