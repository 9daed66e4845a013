"""Tables and triggers in one operation: the same state, rendered once."""

from unittest.mock import patch

from django.db import models
from django.db.migrations.operations import CreateModel
from django.db.migrations.state import ProjectState, StateApps

from core.one_step import InOneStep


def tables() -> list[CreateModel]:
    """Two tables that refer to each other, the first to one that is made later."""
    key = ("id", models.BigAutoField(primary_key=True))
    other = models.ForeignKey("core.Meeting", models.CASCADE, related_name="items")
    current = models.ForeignKey("core.Item", models.SET_NULL, null=True)
    return [
        CreateModel("Item", [key, ("meeting", other)]),
        CreateModel("Meeting", [key, ("current", current)]),
    ]


def test_the_state_is_that_of_the_operations_one_by_one():
    together, one_by_one = ProjectState(), ProjectState()

    InOneStep(tables()).state_forwards("core", together)
    for table in tables():
        table.state_forwards("core", one_by_one)

    assert together == one_by_one
    item = together.apps.get_model("core", "Item")
    assert item._meta.get_field("meeting").related_model.__name__ == "Meeting"


def test_models_are_rendered_once_and_only_when_asked_for():
    state = ProjectState()
    assert state.apps  # as the migration command has them

    with patch.object(StateApps, "render_multiple", autospec=True) as render:
        InOneStep(tables()).state_forwards("core", state)
        assert render.call_count == 0
        assert state.apps
    assert render.call_count == 1
