"""What every endpoint of photos and documents has: uploads, removal, bytes."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from core.api import AnyAccept
from core.parsers import JSONParser, MultiPartParser

BYTES = {
    200: OpenApiResponse(OpenApiTypes.BINARY, description="The file itself"),
}


class FileViewSet(AnyAccept, ReadOnlyModelViewSet):
    """Files of records; `remove_file` and `file_answer` are those of the app."""

    parser_classes = [MultiPartParser, JSONParser]

    def remove_file(self, record: Any, *, by: Any) -> None:
        raise NotImplementedError

    def file_answer(self, record: Any, part: str) -> HttpResponseBase:
        raise NotImplementedError

    def stored(self, files: QuerySet, store: Callable[[], Any]) -> Response:
        """The answer to an upload: 201, or 200 where its owner has the file already.

        `files` are those that the owner had before `store` was called.
        """
        before = set(files.values_list("pk", flat=True))
        record = store()
        is_new = record.pk not in before
        code = status.HTTP_201_CREATED if is_new else status.HTTP_200_OK
        return self.shown(record, code)

    def shown(self, record: Any, code: int = status.HTTP_200_OK) -> Response:
        fresh = self.get_queryset().get(pk=record.pk)
        return Response(self.get_serializer(fresh).data, status=code)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        self.remove_file(self.get_object(), by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(responses=BYTES)
    @action(detail=True)
    def file(self, request: Request, pk: str) -> HttpResponseBase:
        """The picture without EXIF, or the document."""
        return self.file_answer(self.get_object(), "file")

    @extend_schema(responses=BYTES)
    @action(detail=True)
    def thumbnail(self, request: Request, pk: str) -> HttpResponseBase:
        """The picture at most 320 px wide or high."""
        return self.file_answer(self.get_object(), "thumbnail")
