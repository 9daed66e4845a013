"""Forms and steps of invitations and resource persons."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from coordination import services
from coordination.meeting_forms import AnswerForm, InvitationForm, SpeakerForm
from coordination.models import Invitation, Meeting, Speaker
from coordination.services.guests import require_answer
from coordination.views.common import MeetingPartForm, MeetingPartStep, MeetingScope
from core.views import StepView


class InvitationCreateView(MeetingPartForm):
    form_class = InvitationForm
    anchor = "undangan"
    title = _("Invite an agency")
    done_message = _("The agency is on the list of the invited.")

    def call_service(self, form: Any) -> Invitation:
        return services.invite_agency(self.meeting, by=self.user, **form.cleaned_data)


class InviteOfficesView(MeetingScope, StepView):
    """Every district office that is not invited yet."""

    done_message = _("Every district office is on the list of the invited.")

    def take_step(self, record: Meeting, **values: Any) -> None:
        services.invite_district_offices(record, by=self.user)

    def get_done_url(self, record: Meeting) -> str:
        return f"{record.get_absolute_url()}#undangan"


class InvitationRemoveView(MeetingPartStep):
    model = Invitation
    anchor = "undangan"
    done_message = _("The invitation is withdrawn.")

    def take_step(self, record: Invitation, **values: Any) -> None:
        services.withdraw_invitation(record, by=self.user)


class InvitationAnswerView(MeetingPartForm):
    """The answer of an invited agency, by its own people or taken down by the host."""

    model = Invitation
    form_class = AnswerForm
    anchor = "undangan"
    title = _("Answer the invitation")
    done_message = _("The answer is stored.")

    def require(self) -> None:
        require_answer(self.part, self.user)

    def get_initial(self) -> dict[str, Any]:
        return {"response": self.part.response, "note": self.part.response_note}

    def call_service(self, form: Any) -> Invitation:
        return services.answer_invitation(self.part, by=self.user, **form.cleaned_data)


class SpeakerFormView(MeetingPartForm):
    form_class = SpeakerForm
    anchor = "narasumber"
    done_message = _("The resource person is stored.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {
            "meeting": self.meeting,
            "instance": self.part,
        }


class SpeakerCreateView(SpeakerFormView):
    title = _("New resource person")

    def call_service(self, form: Any) -> Speaker:
        return services.add_speaker(self.meeting, by=self.user, **form.cleaned_data)


class SpeakerEditView(SpeakerFormView):
    model = Speaker
    title = _("Edit the resource person")

    def call_service(self, form: Any) -> Speaker:
        return services.change_speaker(self.part, by=self.user, **form.cleaned_data)


class SpeakerRemoveView(MeetingPartStep):
    model = Speaker
    anchor = "narasumber"
    done_message = _("The resource person is taken off.")

    def take_step(self, record: Speaker, **values: Any) -> None:
        services.remove_speaker(record, by=self.user)
