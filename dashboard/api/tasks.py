"""“Tugas saya” as JSON: the same tasks as on the page, in the badge and in the mail."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from dashboard.tasks import tasks_of
from dashboard.tasks.forms import TaskForm
from dashboard.tasks.task import Task, TaskKind, TaskState


class TaskSerializer(serializers.Serializer):
    """`state` says how near `due_on` is; `url` is the page where the task is done."""

    kind = serializers.ChoiceField(choices=TaskKind.choices)
    title = serializers.CharField()
    place = serializers.CharField()
    note = serializers.CharField()
    due_on = serializers.DateField(allow_null=True)
    since = serializers.DateField(allow_null=True)
    state = serializers.ChoiceField(choices=[state.value for state in TaskState])
    url = serializers.SerializerMethodField()

    def get_url(self, task: Task) -> str:
        return self.context["request"].build_absolute_uri(task.url)


class TaskViewSet(ListModelMixin, GenericViewSet):
    """What you can do now, the most pressing first."""

    serializer_class = TaskSerializer
    filter_backends: list[Any] = []

    def get_queryset(self) -> Any:
        form = TaskForm(self.request.query_params)
        if not form.is_valid():
            raise ValidationError(dict(form.errors))
        today = timezone.localdate()
        return tasks_of(self.request.user, today, kinds=form.kinds()).rows

    @extend_schema(
        parameters=[OpenApiParameter("kind", str, enum=TaskKind.values)],
    )
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().list(request, *args, **kwargs)
