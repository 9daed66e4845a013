"""Who is asked to come, who speaks, and what the invited answer."""

from typing import Any, TypedDict, Unpack

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.access import current_memberships
from agencies.models import Agency, User
from agencies.notices import settle
from areas.services.checks import (
    Problems,
    check_and_save,
    put_values,
)
from coordination import workflow
from coordination.models import AgendaItem, Invitation, Meeting, Speaker
from coordination.models.meeting import Phase
from coordination.models.people import Response
from coordination.notices import invited_key, tell_invited
from coordination.services.common import editable_meeting, fresh, locked_meeting
from core.errors import BusinessRuleError, NotAllowedError, WrongStateError


@transaction.atomic
def invite_agency(
    meeting: Meeting, *, agency: Agency, person: str = "", by: User
) -> Invitation:
    """Ask an agency to come, or one person of it; every problem by field.

    Once the invitations are out, its people are told at once.
    """
    meeting = editable_meeting(meeting, by)
    invitation = Invitation(meeting=meeting, agency=agency)
    put_values(invitation, {"person": person})
    _save(invitation)
    _tell_late(meeting, [invitation])
    return invitation


@transaction.atomic
def invite_district_offices(meeting: Meeting, *, by: User) -> list[Invitation]:
    """Ask every housing office below the host's region that is not asked yet.

    Raises BusinessRuleError where there is none left to ask.
    """
    meeting = editable_meeting(meeting, by)
    asked = meeting.invitations.values("agency")
    offices = district_offices(meeting).exclude(pk__in=asked)
    found = [Invitation(meeting=meeting, agency=office) for office in offices]
    if not found:
        raise BusinessRuleError(_("Every district office is invited already."))
    for invitation in found:
        _save(invitation)
    _tell_late(meeting, found)
    return found


def district_offices(meeting: Meeting) -> Any:
    """The housing offices of the regencies and cities in the host's region, today.

    A host without a region, such as a ministry, has those of all regions.
    """
    code = meeting.agency.region_id
    below = {"region__code__startswith": f"{code}."} if code else {}
    offices = Agency.objects.filter(
        kind=Agency.Kind.HOUSING_OFFICE, level=Agency.Level.REGENCY, **below
    )
    today = timezone.localdate()
    return offices.exclude(valid_until__lte=today).exclude(valid_from__gt=today)


@transaction.atomic
def withdraw_invitation(invitation: Invitation, *, by: User) -> None:
    """Take an invitation back, and the notice of it.

    Raises BusinessRuleError where the agency has promised something in the meeting:
    who promises has to be invited.
    """
    meeting = editable_meeting(invitation.meeting, by)
    agency = invitation.agency
    same = meeting.invitations.filter(agency=agency)
    if same.exclude(pk=invitation.pk).exists():
        same.filter(pk=invitation.pk).delete()
        return
    if meeting.commitments.filter(agency=agency).exists():
        text = _("%(agency)s has promised something here, so it stays invited.")
        raise BusinessRuleError(text % {"agency": agency.short_name})
    same.filter(pk=invitation.pk).delete()
    settle(f"{invited_key(meeting, agency)}:")


@transaction.atomic
def answer_invitation(
    invitation: Invitation, *, response: str, note: str = "", by: User
) -> Invitation:
    """Say whether one comes: a member of the invited agency, or the secretariat.

    Raises NotAllowedError for others, WrongStateError unless invitations are out and
    the session has not begun.
    """
    meeting = locked_meeting(invitation.meeting)
    invitation = fresh(Invitation.objects.select_related("agency"), invitation)
    invitation.meeting = meeting
    require_answer(invitation, by)
    problems = Problems()
    if response == Response.NONE:
        problems["response"].append(_("Say whether you come or not."))
    invitation.response = Response(response) if response in Response else response  # type: ignore[assignment]
    put_values(invitation, {"response_note": note})
    invitation.responded_by, invitation.responded_at = by, timezone.now()
    _save(invitation, problems)
    return invitation


def require_answer(invitation: Invitation, by: Any) -> None:
    """Raise unless `by` may answer now; for rows with agency and meeting fetched."""
    if not is_guest(invitation, by) and not workflow.may_edit(invitation.meeting, by):
        text = _("This is for the people of %(agency)s.")
        raise NotAllowedError(text % {"agency": invitation.agency.short_name})
    if invitation.meeting.phase != Phase.INVITED:
        raise WrongStateError(
            _("An invitation is answered after it is sent and before the session.")
        )


def may_answer(invitation: Invitation, user: Any) -> bool:
    """Whether `require_answer` lets them; for rows with agency and meeting fetched."""
    return invitation.meeting.phase == Phase.INVITED and (
        is_guest(invitation, user) or workflow.may_edit(invitation.meeting, user)
    )


def is_guest(invitation: Invitation, user: Any) -> bool:
    """Whether they are a member of the invited agency today."""
    return any(
        membership.agency_id == invitation.agency_id
        for membership in current_memberships(user)
    )


# ---- resource persons ---------------------------------------------------------------
class SpeakerValues(TypedDict, total=False):
    """A resource person of an agency, with a topic and the item they speak at."""

    name: str
    agency: Agency
    position: str
    topic: str
    item: AgendaItem | None


@transaction.atomic
def add_speaker(
    meeting: Meeting, *, by: User, **values: Unpack[SpeakerValues]
) -> Speaker:
    """Name a resource person; every problem by field.

    Of an agency that nobody asked to come, they are invited by it.
    """
    speaker = Speaker(meeting=editable_meeting(meeting, by))
    return _speaker_stored(speaker, values)


@transaction.atomic
def change_speaker(
    speaker: Speaker, *, by: User, **values: Unpack[SpeakerValues]
) -> Speaker:
    """Change what is named in `values`; another agency is invited as by a new one."""
    meeting = editable_meeting(speaker.meeting, by)
    speaker = fresh(Speaker.objects.all(), speaker)
    speaker.meeting = meeting
    return _speaker_stored(speaker, values)


@transaction.atomic
def remove_speaker(speaker: Speaker, *, by: User) -> None:
    """Take a resource person off; BusinessRuleError while materials hang on them.

    Their invitation stays until it is withdrawn.
    """
    editable_meeting(speaker.meeting, by)
    if speaker.files.exists():
        text = _("Materials of %(speaker)s are attached. Remove them first.")
        raise BusinessRuleError(text % {"speaker": speaker.name})
    Speaker.objects.filter(pk=speaker.pk).delete()


def _speaker_stored(speaker: Speaker, values: Any) -> Speaker:
    put_values(speaker, values)
    problems = Problems()
    if speaker.item and speaker.item.meeting_id != speaker.meeting_id:
        problems["item"].append(_("This item is on the agenda of another meeting."))
    _save(speaker, problems)
    _invite_speaker(speaker)
    return speaker


def _invite_speaker(speaker: Speaker) -> None:
    """Ask them to come, by name, where their agency is neither invited nor the host."""
    meeting, agency = speaker.meeting, speaker.agency
    if agency == meeting.agency or meeting.invitations.filter(agency=agency).exists():
        return
    invitation = Invitation(meeting=meeting, agency=agency, person=speaker.name)
    _save(invitation)
    _tell_late(meeting, [invitation])


def _save(record: Invitation | Speaker, problems: Problems | None = None) -> None:
    problems = Problems() if problems is None else problems
    check_and_save(record, problems)


def _tell_late(meeting: Meeting, invitations: list[Invitation]) -> None:
    """Who is invited after the invitations are out is told now."""
    if meeting.phase in (Phase.INVITED, Phase.IN_SESSION):
        tell_invited(meeting, invitations)
