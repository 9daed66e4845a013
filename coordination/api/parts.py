"""What the endpoints of a meeting's parts share."""

from typing import Any

from django.utils.translation import gettext_lazy
from rest_framework import serializers

from coordination.models import Meeting
from core.api import ScopedSerializer
from programs.api.views import PartViewSet


class MeetingPartSerializer(ScopedSerializer):
    """Only a meeting that the person sees can be named."""

    meeting = serializers.PrimaryKeyRelatedField(queryset=Meeting.objects.all())

    def limit(self, fields: dict[str, Any], user: Any) -> None:
        fields["meeting"].queryset = Meeting.objects.visible_to(user)


class MeetingPartViewSet(PartViewSet):
    """A part is written through services, stays with its meeting, can be removed."""

    owner = "meeting"
    stays = gettext_lazy("It stays with its meeting.")

    def update_record(self, record: Any, **values: Any) -> None:
        self.update_part(record, **self.kept(record, values))

    def update_part(self, record: Any, **values: Any) -> None:
        raise NotImplementedError
