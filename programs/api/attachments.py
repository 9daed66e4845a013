"""Photos and documents by API: uploaded, described, removed, and their bytes."""

from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from core.errors import BusinessRuleError
from programs import services
from programs.api.files import BYTES, FileViewSet
from programs.api.owners import OwnedSerializer, owner_in
from programs.api.views import cleaned
from programs.attachment_filters import AttachmentFilter
from programs.attachment_pages import file_answer
from programs.attachments import WITH_OWNER, may_see_original, position_text
from programs.models import Attachment
from programs.models.attachment import PhotoStage

DEGREES = {"max_digits": 9, "decimal_places": 6}


class AttachmentSerializer(serializers.ModelSerializer):
    """Exactly one of `report`, `line`, `activity`, `area` is its owner.

    `content_type` is that of `file_url`, whose pictures carry no EXIF; `sha256` and
    `size` (bytes) are those of the file as it was sent. `distance_m` is how far outside
    the area's outline a photo was taken (m): 0 is inside, null not known.
    `original_url` is null unless you verify its report.
    """

    place = serializers.SerializerMethodField(help_text="Where it was taken, in words.")
    file_url = serializers.SerializerMethodField()
    thumbnail_url = serializers.SerializerMethodField()
    original_url = serializers.SerializerMethodField()

    class Meta:
        model = Attachment
        fields = (
            "id",
            "report",
            "line",
            "activity",
            "area",
            "kind",
            "stage",
            "caption",
            "name",
            "content_type",
            "size",
            "sha256",
            "taken_at",
            "dated_on",
            "latitude",
            "longitude",
            "position_source",
            "distance_m",
            "place",
            "file_url",
            "thumbnail_url",
            "original_url",
            "uploaded_by",
            "uploaded_at",
        )
        read_only_fields = fields

    def get_place(self, record: Attachment) -> str:
        return position_text(record)

    def get_file_url(self, record: Attachment) -> str:
        return self._url("file", record)

    def get_thumbnail_url(self, record: Attachment) -> str | None:
        return self._url("thumbnail", record) if record.thumbnail else None

    def get_original_url(self, record: Attachment) -> str | None:
        user = self.context["request"].user
        if not may_see_original(record, user):
            return None
        return self._url("original", record)

    def _url(self, part: str, record: Attachment) -> str:
        return reverse(f"attachments-{part}", args=[record.pk])


class DescriptionSerializer(serializers.Serializer):
    """What is said of a file; what is left out stays. A document has no stage.

    A position that the photo says itself stays; null takes a written one away.
    """

    stage = serializers.ChoiceField(
        choices=PhotoStage.choices, required=False, allow_blank=True
    )
    caption = serializers.CharField(max_length=200, required=False, allow_blank=True)
    dated_on = serializers.DateField(required=False, allow_null=True)
    latitude = serializers.DecimalField(**DEGREES, required=False, allow_null=True)
    longitude = serializers.DecimalField(**DEGREES, required=False, allow_null=True)

    def as_values(self) -> dict[str, Any]:
        """As the services take them: both parts of the position, or none."""
        values = cleaned(self)
        if "latitude" not in values and "longitude" not in values:
            return values
        position = (values.pop("latitude", None), values.pop("longitude", None))
        if (position[0] is None) != (position[1] is None):
            raise BusinessRuleError(
                errors={"position": [_("Send latitude and longitude, or neither.")]}
            )
        return values | {"position": None if position[0] is None else position}


class UploadSerializer(OwnedSerializer, DescriptionSerializer):
    """A photo or PDF, and exactly one owner."""

    file = serializers.FileField(allow_empty_file=True)

    def as_values(self) -> dict[str, Any]:
        values = super().as_values()
        owner = owner_in(values)
        if owner is None:
            raise BusinessRuleError(
                errors={
                    "owner": [_("Name one report, line, activity or area it is of.")]
                }
            )
        return values | {"owner": owner}


class AttachmentViewSet(FileViewSet):
    """Photos and documents of reports, lines, activities and areas.

    A file that its owner has already is not stored twice: sending it again answers 200
    with the record that is there.
    """

    queryset = Attachment.objects.none()
    serializer_class = AttachmentSerializer
    filterset_class = AttachmentFilter
    http_method_names = ["get", "post", "patch", "delete", "head", "options"]

    def get_queryset(self) -> QuerySet:
        rows = Attachment.objects.visible_to(self.request.user)
        return rows.select_related(*WITH_OWNER).order_by("-uploaded_at", "-pk")

    @extend_schema(
        request={"multipart/form-data": UploadSerializer},
        responses={200: AttachmentSerializer, 201: AttachmentSerializer},
    )
    def create(self, request: Request) -> Response:
        context = self.get_serializer_context()
        values = UploadSerializer(data=request.data, context=context).as_values()
        owner = values.pop("owner")
        store = partial(services.attach_file, owner, by=request.user, **values)
        return self.stored(owner.attachments.all(), store)

    @extend_schema(request=DescriptionSerializer, responses=AttachmentSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        record = self.get_object()
        values = DescriptionSerializer(data=request.data).as_values()
        services.change_attachment(record, by=request.user, **values)
        return self.shown(record)

    @extend_schema(responses=BYTES)
    @action(detail=True)
    def original(self, request: Request, pk: str) -> HttpResponseBase:
        """The file as it was sent, for who verifies the report."""
        return self.file_answer(self.get_object(), "original")

    def remove_file(self, record: Attachment, *, by: Any) -> None:
        services.remove_attachment(record, by=by)

    def file_answer(self, record: Attachment, part: str) -> HttpResponseBase:
        return file_answer(self.request, record, part)
