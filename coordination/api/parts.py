"""What the endpoints of a meeting's parts share."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from coordination.models import Meeting
from core.errors import BusinessRuleError
from programs.api.views import WrittenByService


class PartViewSet(WrittenByService):
    """A part is written through services, stays with its meeting, and can be removed.

    Only a meeting that the person sees can be named.
    """

    http_method_names = ["get", "post", "put", "patch", "delete", "head", "options"]

    def get_serializer(self, *args: Any, **kwargs: Any) -> BaseSerializer:
        serializer = super().get_serializer(*args, **kwargs)
        fields = getattr(serializer, "fields", {})
        if "meeting" in fields and not getattr(self, "swagger_fake_view", False):
            seen = Meeting.objects.visible_to(self.request.user)
            fields["meeting"].queryset = seen
        return serializer

    def update_record(self, record: Any, **values: Any) -> None:
        if values.pop("meeting", record.meeting) != record.meeting:
            sentence = _("It stays with its meeting.")
            raise BusinessRuleError(errors={"meeting": [sentence]})
        self.update_part(record, **values)

    def update_part(self, record: Any, **values: Any) -> None:
        raise NotImplementedError

    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        self.remove(self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)

    def remove(self, record: Any) -> None:
        raise NotImplementedError
