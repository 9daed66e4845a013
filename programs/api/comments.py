"""Comments as JSON: said on a report, a line, an activity or an area."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from areas.models import SlumArea
from core.api import AnsweredOnce
from core.errors import BusinessRuleError
from programs import services
from programs.api.views import cleaned
from programs.comments import PLACES, in_sight_of
from programs.models import Activity, Comment, ProgressReport, ReportLine
from programs.models.attachment import OWNERS
from programs.talk_filters import CommentFilter


class CommentSerializer(serializers.ModelSerializer):
    """One of `report`, `line`, `activity` and `area` is set: what it is about."""

    by = serializers.CharField(source="by.username", read_only=True)
    mentioned: Any = serializers.SlugRelatedField(
        slug_field="username", many=True, read_only=True
    )

    class Meta:
        model = Comment
        fields = ("id", *OWNERS, "text", "by", "at", "mentioned")


class SaidSerializer(CommentSerializer):
    """`untold` are names after an @ that nobody who sees the record has."""

    untold = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta(CommentSerializer.Meta):
        fields = (*CommentSerializer.Meta.fields, "untold")


class CommentInputSerializer(serializers.Serializer):
    """Name one record; `@name` in the text tells a person who sees it."""

    report: Any = serializers.PrimaryKeyRelatedField(
        queryset=ProgressReport.objects.none(), required=False
    )
    line: Any = serializers.PrimaryKeyRelatedField(
        queryset=ReportLine.objects.none(), required=False
    )
    activity: Any = serializers.PrimaryKeyRelatedField(
        queryset=Activity.objects.none(), required=False
    )
    area: Any = serializers.PrimaryKeyRelatedField(
        queryset=SlumArea.objects.none(), required=False
    )
    text = serializers.CharField(max_length=4000)

    def get_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = super().get_fields()
        user = self.context["request"].user
        for place, (_model, name) in PLACES.items():
            fields[name].queryset = in_sight_of(user, place)
        return fields


class CommentViewSet(AnsweredOnce, ReadOnlyModelViewSet):
    """What people say to each other; it stays as it was said."""

    queryset = Comment.objects.none()
    serializer_class = CommentSerializer
    filterset_class = CommentFilter

    def get_queryset(self) -> QuerySet[Comment]:
        comments = Comment.objects.visible_to(self.request.user).select_related("by")
        return comments.prefetch_related("mentioned").order_by("-at", "-pk")

    @extend_schema(request=CommentInputSerializer, responses={201: SaidSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        context = self.get_serializer_context()
        values = cleaned(CommentInputSerializer(data=request.data, context=context))
        said = services.add_comment(
            _owner(values), text=values["text"], by=request.user
        )
        comment = self.get_queryset().get(pk=said.comment.pk)
        comment.untold = said.untold  # type: ignore[attr-defined]
        return Response(SaidSerializer(comment).data, status.HTTP_201_CREATED)


def _owner(values: dict[str, Any]) -> Any:
    named = [values[name] for name in OWNERS if name in values]
    if len(named) != 1:
        sentence = _("Name one of %(names)s.") % {"names": ", ".join(OWNERS)}
        raise BusinessRuleError(errors={"__all__": [sentence]})
    return named[0]
