"""Comments as JSON: said on a report, a line, an activity or an area."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from core.errors import BusinessRuleError
from programs import services
from programs.api.owners import OwnedSerializer, owner_in
from programs.api.views import cleaned
from programs.models import Comment
from programs.models.owned import OWNERS
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


class CommentInputSerializer(OwnedSerializer):
    """Name one record; `@name` in the text tells a person who sees it."""

    text = serializers.CharField(max_length=4000)


class CommentViewSet(ReadOnlyModelViewSet):
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
        owner = owner_in(values)
        if owner is None:
            sentence = _("Name one of %(names)s.") % {"names": ", ".join(OWNERS)}
            raise BusinessRuleError(errors={"__all__": [sentence]})
        said = services.add_comment(owner, text=values["text"], by=request.user)
        comment = self.get_queryset().get(pk=said.comment.pk)
        comment.untold = said.untold  # type: ignore[attr-defined]
        return Response(SaidSerializer(comment).data, status.HTTP_201_CREATED)
