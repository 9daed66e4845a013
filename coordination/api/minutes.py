"""Closing a meeting, its minutes and their addenda: steps of the meetings' endpoint."""

from typing import Any

from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from coordination import services
from coordination.minutes import digest_of
from coordination.models import Addendum, Minutes
from coordination.views.minutes import stored_response
from core.api import AnyAccept
from core.errors import WrongStateError
from programs.api.files import BYTES
from programs.api.views import cleaned


class MinutesSerializer(serializers.ModelSerializer):
    """Closed minutes. `content` is all that they say, `content_sha256` its hash.

    The files themselves are at `minutes/pdf/` and `minutes/docx/`.
    """

    content = serializers.JSONField(read_only=True)
    content_sha256 = serializers.SerializerMethodField()

    class Meta:
        model = Minutes
        fields = (
            "number",
            "content",
            "content_sha256",
            "pdf_sha256",
            "docx_sha256",
            "made_by",
            "made_at",
        )
        read_only_fields = fields

    def get_content_sha256(self, minutes: Minutes) -> str:
        return digest_of(minutes.content)


class MinutesAddendumSerializer(serializers.ModelSerializer):
    """A correction of closed minutes, with its reason."""

    class Meta:
        model = Addendum
        fields = ("id", "number", "text", "reason", "by", "at")
        read_only_fields = ("number", "by", "at")


class ClosingActions(AnyAccept):
    """For the viewset of meetings."""

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: str) -> Response:
        """Make the minutes and freeze the meeting; for ever."""
        view: Any = self
        meeting = services.close_meeting(view.get_object(), by=request.user)
        return Response(view.shown(meeting))

    @extend_schema(responses=MinutesSerializer)
    @action(detail=True, pagination_class=None, filterset_class=None)
    def minutes(self, request: Request, pk: str) -> Response:
        """What the closed minutes say; before that there are none (409)."""
        return Response(MinutesSerializer(self._kept()).data)

    @extend_schema(responses=BYTES)
    @action(
        detail=True,
        url_path="minutes/pdf",
        url_name="minutes-pdf",
        pagination_class=None,
        filterset_class=None,
    )
    def minutes_pdf(self, request: Request, pk: str) -> HttpResponseBase:
        """The closed minutes as PDF, byte for byte; before that none (409)."""
        return stored_response(request, self._kept().meeting, "pdf")

    @extend_schema(responses=BYTES)
    @action(
        detail=True,
        url_path="minutes/docx",
        url_name="minutes-docx",
        pagination_class=None,
        filterset_class=None,
    )
    def minutes_docx(self, request: Request, pk: str) -> HttpResponseBase:
        """The closed minutes as DOCX, byte for byte; before that none (409)."""
        return stored_response(request, self._kept().meeting, "docx")

    def _kept(self) -> Minutes:
        """The closed minutes of the meeting that is asked for, without their files."""
        view: Any = self
        meeting = view.get_object()
        kept = Minutes.objects.filter(meeting=meeting).defer("pdf", "docx").first()
        if kept is None:
            raise WrongStateError(_("The minutes are not closed yet."))
        kept.meeting = meeting
        return kept

    @extend_schema(responses=MinutesAddendumSerializer(many=True))
    @action(detail=True, pagination_class=None, filterset_class=None)
    def addenda(self, request: Request, pk: str) -> Response:
        """The corrections of closed minutes, in order."""
        view: Any = self
        rows = view.get_object().addenda.order_by("number")
        return Response(MinutesAddendumSerializer(rows, many=True).data)

    @extend_schema(
        request=MinutesAddendumSerializer, responses={201: MinutesAddendumSerializer}
    )
    @addenda.mapping.post
    def add_addendum(self, request: Request, pk: str) -> Response:
        """Write what is to be read differently, and why."""
        view: Any = self
        meeting = view.get_object()
        values = cleaned(MinutesAddendumSerializer(data=request.data))
        addendum = services.add_addendum(meeting, by=request.user, **values)
        answer = MinutesAddendumSerializer(addendum).data
        return Response(answer, status=status.HTTP_201_CREATED)
