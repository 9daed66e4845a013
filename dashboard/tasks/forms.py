"""Which tasks are asked for."""

from django import forms

from dashboard.tasks import EVERY_KIND
from dashboard.tasks.task import TaskKind


class TaskForm(forms.Form):
    """Which kind of task is asked for; page and API alike."""

    kind = forms.ChoiceField(choices=TaskKind.choices, required=False)

    def kinds(self) -> frozenset[TaskKind]:
        """All of them unless one is asked for; what cannot be read asks for none."""
        if not self.is_valid():
            return frozenset()
        wanted = self.cleaned_data["kind"]
        return frozenset({TaskKind(wanted)}) if wanted else EVERY_KIND
