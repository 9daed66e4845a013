"""Support desk of the background work: what runs, what failed, and trying it again."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Max, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateEvent, ProcrastinateJob

from core.admin import ReadOnlyAdmin, ReadOnlyInline

STATUSES = {
    "todo": gettext_lazy("waiting"),
    "doing": gettext_lazy("running"),
    "succeeded": gettext_lazy("done"),
    "failed": gettext_lazy("failed"),
    "cancelled": gettext_lazy("cancelled"),
    "aborted": gettext_lazy("broken off"),
}

admin.site.unregister(ProcrastinateJob)


class EventInline(ReadOnlyInline):
    model = ProcrastinateEvent
    fields = readonly_fields = ("type", "at")
    ordering = ("at",)


@admin.register(ProcrastinateJob)
class JobAdmin(ReadOnlyAdmin):
    """Jobs are looked at by staff; superusers have a failed one tried again."""

    list_display = ("id", "job", "state", "attempts", "starts_at", "changed_at")
    list_filter = ("status", "task_name")
    search_fields = ("task_name",)
    fields = readonly_fields = ("id", "job", "state", "attempts", "args", "starts_at")
    inlines = (EventInline,)
    actions = ("try_again",)
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        jobs = super().get_queryset(request)
        return jobs.annotate(changed_at=Max("procrastinateevent__at"))

    def has_try_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)

    @admin.display(description=gettext_lazy("background job"), ordering="task_name")
    def job(self, job: ProcrastinateJob) -> str:
        return job.task_name

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def state(self, job: ProcrastinateJob) -> str:
        return str(STATUSES[job.status])

    @admin.display(description=gettext_lazy("not before"), ordering="scheduled_at")
    def starts_at(self, job: ProcrastinateJob) -> Any:
        return job.scheduled_at

    @admin.display(description=gettext_lazy("last step"), ordering="changed_at")
    def changed_at(self, job: Any) -> Any:
        return job.changed_at

    @admin.action(
        description=gettext_lazy("Try failed jobs again now"), permissions=["try"]
    )
    def try_again(self, request: HttpRequest, jobs: QuerySet[ProcrastinateJob]) -> None:
        failed = list(jobs.filter(status="failed").values_list("pk", flat=True))
        for key in failed:
            app.job_manager.retry_job_by_id(key, timezone.now())
        self.message_user(
            request,
            _("%(count)s failed jobs are tried again.") % {"count": len(failed)},
            messages.SUCCESS,
        )
