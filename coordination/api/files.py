"""Photos and documents of the coordination by API, and their bytes."""

from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from coordination.file_filters import LARGEST_KEY, PLACE_CHOICES, FileFilter
from coordination.files import PLACES, in_sight_of
from coordination.models import File
from coordination.models.file import OWNER_NAMES, OWNERS
from coordination.services.files import attach_file, remove_file
from coordination.views.files import file_answer
from programs.api.files import FileViewSet
from programs.api.views import cleaned

# What the API calls a place is the name of the record; addresses of pages have a word.
WORDS = {OWNER_NAMES[model]: word for word, (model, _related) in PLACES.items()}


class CoordinationFileSerializer(serializers.ModelSerializer):
    """A photo without EXIF or a PDF, of the `record` of this number at `place`.

    `is_after_closing`: it came after the minutes of its meeting were closed.
    """

    place = serializers.SerializerMethodField()
    record = serializers.SerializerMethodField()
    is_after_closing = serializers.BooleanField(read_only=True)
    file_url = serializers.SerializerMethodField()
    thumbnail_url = serializers.SerializerMethodField()

    class Meta:
        model = File
        fields = (
            "id",
            "place",
            "record",
            "kind",
            "caption",
            "name",
            "content_type",
            "size",
            "sha256",
            "is_after_closing",
            "file_url",
            "thumbnail_url",
            "uploaded_by",
            "uploaded_at",
        )
        read_only_fields = fields

    def get_place(self, record: File) -> str:
        return next(owner for owner in OWNERS if getattr(record, f"{owner}_id"))

    def get_record(self, record: File) -> int:
        return int(getattr(record, f"{self.get_place(record)}_id"))

    def get_file_url(self, record: File) -> str:
        return reverse("coordination-files-file", args=[record.pk])

    def get_thumbnail_url(self, record: File) -> str | None:
        if not record.thumbnail:
            return None
        return reverse("coordination-files-thumbnail", args=[record.pk])


class CoordinationUploadSerializer(serializers.Serializer):
    """A photo or PDF, and the record in sight that it belongs to."""

    place = serializers.ChoiceField(choices=PLACE_CHOICES)
    record = serializers.IntegerField(min_value=1, max_value=LARGEST_KEY)
    file = serializers.FileField(allow_empty_file=True)
    caption = serializers.CharField(max_length=200, required=False, allow_blank=True)

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        seen = in_sight_of(self.context["request"].user, WORDS[values.pop("place")])
        owner = seen.filter(pk=values.pop("record")).first()
        if owner is None:
            sentence = _("There is no such record that you see.")
            raise serializers.ValidationError({"record": [sentence]})
        return values | {"owner": owner}


class CoordinationFileViewSet(FileViewSet):
    """Files of meetings, resource persons, updates, groups, outreach and practices.

    A file that its record has already is not stored twice: sending it again answers 200
    with the one that is there.
    """

    queryset = File.objects.none()
    serializer_class = CoordinationFileSerializer
    filterset_class = FileFilter
    http_method_names = ["get", "post", "delete", "head", "options"]

    def get_queryset(self) -> QuerySet:
        rows = File.objects.visible_to(self.request.user)
        rows = rows.select_related("meeting", "speaker__meeting")
        return rows.order_by("-uploaded_at", "-pk")

    @extend_schema(
        request={"multipart/form-data": CoordinationUploadSerializer},
        responses={200: CoordinationFileSerializer, 201: CoordinationFileSerializer},
    )
    def create(self, request: Request) -> Response:
        context = self.get_serializer_context()
        sent = CoordinationUploadSerializer(data=request.data, context=context)
        values = cleaned(sent)
        owner = values.pop("owner")
        store = partial(attach_file, owner, by=request.user, **values)
        return self.stored(owner.files.all(), store)

    def remove_file(self, record: File, *, by: Any) -> None:
        remove_file(record, by=by)

    def file_answer(self, record: File, part: str) -> HttpResponseBase:
        return file_answer(self.request, record, part)
