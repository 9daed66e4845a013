"""Forms and steps of the agenda."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from coordination import services
from coordination.meeting_forms import ItemForm
from coordination.models import AgendaItem
from coordination.views.common import MeetingPartForm, MeetingPartStep


class ItemFormView(MeetingPartForm):
    form_class = ItemForm
    anchor = "agenda"
    done_message = _("The agenda is stored.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {
            "meeting": self.meeting,
            "instance": self.part,
        }


class ItemCreateView(ItemFormView):
    title = _("New agenda item")

    def call_service(self, form: Any) -> AgendaItem:
        return services.add_item(self.meeting, by=self.user, **form.cleaned_data)


class ItemEditView(ItemFormView):
    model = AgendaItem
    title = _("Edit the agenda item")

    def call_service(self, form: Any) -> AgendaItem:
        return services.change_item(self.part, by=self.user, **form.cleaned_data)


class ItemStep(MeetingPartStep):
    model = AgendaItem
    anchor = "agenda"


class ItemMoveView(ItemStep):
    """One place up (`by` is -1) or down (1)."""

    by = 1
    done_message = _("The agenda is in the new order.")

    def take_step(self, record: AgendaItem, **values: Any) -> None:
        services.move_item(record, to=record.position + self.by, by=self.user)


class ItemRemoveView(ItemStep):
    done_message = _("The item is off the agenda.")

    def take_step(self, record: AgendaItem, **values: Any) -> None:
        services.remove_item(record, by=self.user)


class ItemDoneView(ItemStep):
    """Talked through, or with `is_done` off: not after all."""

    is_done = True
    done_message = _("The agenda is stored.")

    def take_step(self, record: AgendaItem, **values: Any) -> None:
        services.finish_item(record, is_done=self.is_done, by=self.user)


class ItemCurrentView(ItemStep):
    done_message = _("The room sees this item now.")

    def take_step(self, record: AgendaItem, **values: Any) -> None:
        services.set_current_item(record, by=self.user)
