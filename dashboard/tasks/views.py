"""The page “Tugas saya”: what the person can do now, by due date."""

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from core import html
from dashboard.tasks import EVERY_KIND, tasks_of
from dashboard.tasks.around import finished_by, waiting_of
from dashboard.tasks.forms import TaskForm
from dashboard.tasks.task import Task, TaskKind, TaskList, TaskState

MOST_OF_A_KIND = 50
GROUPS = (
    (TaskState.OVERDUE, gettext_lazy("Overdue")),
    (TaskState.SOON, gettext_lazy("Within seven days")),
    (TaskState.LATER, gettext_lazy("Later")),
    (TaskState.UNDATED, gettext_lazy("Without a due date")),
)
# Icon and what the button says, by kind.
LOOKS = {
    TaskKind.RETURNED: ("return", gettext_lazy("Mend")),
    TaskKind.OVERDUE: ("document", gettext_lazy("Fill in")),
    TaskKind.REPORT: ("document", gettext_lazy("Fill in")),
    TaskKind.VERIFY: ("eye", gettext_lazy("Check the report")),
    TaskKind.CHANGE: ("edit", gettext_lazy("Decide")),
    TaskKind.SURVEY_RETURNED: ("return", gettext_lazy("Mend")),
    TaskKind.SURVEY_VERIFY: ("eye", gettext_lazy("Verify")),
    TaskKind.LEDGER: ("edit", gettext_lazy("Decide")),
    TaskKind.TRANSFER: ("people", gettext_lazy("Give the answer")),
    TaskKind.ACCEPT: ("check", gettext_lazy("Accept")),
    TaskKind.PROMISE: ("send", gettext_lazy("Report progress")),
    TaskKind.PROMISE_CHECK: ("eye", gettext_lazy("Check it")),
    TaskKind.INVITATION: ("send", gettext_lazy("Give the answer")),
    TaskKind.MINUTES: ("lock", gettext_lazy("Close the minutes")),
}


class TaskListView(LoginRequiredMixin, TemplateView):
    template_name = "dashboard/tasks.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, today = self.request.user, timezone.localdate()
        form = TaskForm(self.request.GET)
        kinds = form.kinds() or EVERY_KIND
        tasks = tasks_of(user, today, kinds=kinds, limit=MOST_OF_A_KIND)
        return super().get_context_data(
            total=tasks.total,
            today=today,
            tabs=_tabs(tasks, kinds),
            groups=_groups(tasks),
            more=_more(tasks.of(kinds)),
            waiting=waiting_of(user),
            finished=finished_by(user),
            **kwargs,
        )


def _tabs(tasks: TaskList, kinds: frozenset[TaskKind]) -> list[dict[str, Any]]:
    """All, and each kind that has tasks or is asked for."""
    url = reverse("dashboard:tasks")
    every = {
        "label": _("All"),
        "url": url,
        "count": tasks.total,
        "is_current": kinds == EVERY_KIND,
    }
    some = [
        {
            "label": kind.label,
            "url": f"{url}?kind={kind}",
            "count": count,
            "is_current": kinds == {kind},
        }
        for kind, count in tasks.counts.items()
        if count or kinds == {kind}
    ]
    return [every, *some]


def _groups(tasks: TaskList) -> list[dict[str, Any]]:
    found = []
    for state, label in GROUPS:
        rows = [task for task in tasks.rows if task.state == state]
        if rows:
            is_late = state == TaskState.OVERDUE
            shown = [_shown(task, is_late=is_late) for task in rows]
            found.append({"state": state, "label": label, "rows": shown})
    return found


def _shown(task: Task, *, is_late: bool) -> dict[str, Any]:
    icon, action = LOOKS[task.kind]
    tone = {TaskState.OVERDUE: "late", TaskState.SOON: "warn"}.get(task.state, "")
    day = html.day(task.due_on)
    text = _("since %(date)s") if is_late else _("by %(date)s")
    return {
        "task": task,
        "icon": icon,
        "action": action,
        "css": "is-late" if is_late else "",
        "due": html.chip(text % {"date": day}, tone, "clock") if task.due_on else "",
    }


def _more(tasks: TaskList) -> int:
    """How many tasks the limit of a kind leaves out."""
    return tasks.total - len(tasks.rows)
