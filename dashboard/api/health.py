"""Data health as JSON: the checks, with how many rows each has for who asks."""

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin
from rest_framework.viewsets import GenericViewSet

from dashboard.health.check import Result, run_checks
from dashboard.health.registry import CHECKS


class HealthCheckSerializer(serializers.Serializer):
    """A check. `severity` is severe, warning or info; `owner` can put its rows right.

    `count` is null for a check that is only counted on its page, `rows`. There,
    `?format=csv` gives the rows as a file.
    """

    code = serializers.CharField(source="check.code")
    title = serializers.CharField(source="check.title")
    why = serializers.CharField(source="check.why")
    todo = serializers.CharField(source="check.todo")
    severity = serializers.CharField(source="check.severity.value")
    owner = serializers.CharField(source="check.owner.value")
    count = serializers.IntegerField(allow_null=True)
    rows = serializers.SerializerMethodField()

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_rows(self, result: Result) -> str:
        url = reverse("dashboard:health-check", args=[result.check.code])
        return self.context["request"].build_absolute_uri(url)


class DataHealthViewSet(ListModelMixin, GenericViewSet):
    """Checks of the data, the worst first; each counts what you may see."""

    serializer_class = HealthCheckSerializer
    filter_backends: list[Any] = []

    def get_queryset(self) -> Any:
        return run_checks(CHECKS, self.request.user)
