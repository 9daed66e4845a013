"""The record that a file or a comment is of, as the API takes it: one of four keys."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from areas.filters import areas
from programs.filters import activities, lines, reports
from programs.models.owned import OWNERS

IN_SIGHT = {"report": reports, "line": lines, "activity": activities, "area": areas}


@extend_schema_field(OpenApiTypes.INT)
class OwnerField(serializers.PrimaryKeyRelatedField):
    """A record that the person sees; another one does not exist."""

    def get_queryset(self) -> QuerySet:
        return IN_SIGHT[str(self.field_name)](self.context["request"])


class OwnedSerializer(serializers.Serializer):
    """Exactly one owner is named; `owner_in` finds it."""

    report = OwnerField(queryset=reports(None), required=False)
    line = OwnerField(queryset=lines(None), required=False)
    activity = OwnerField(queryset=activities(None), required=False)
    area = OwnerField(queryset=areas(None), required=False)


def owner_in(values: dict[str, Any]) -> Any:
    """Take the owner out of the values; None unless exactly one is named."""
    named = [values.pop(name) for name in OWNERS if name in values]
    return named[0] if len(named) == 1 else None
