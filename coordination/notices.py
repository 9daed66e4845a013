"""Telling people of meetings and commitments: whom, and in which words."""

from collections.abc import Iterable

from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.models import Agency, Membership, User
from agencies.notices import in_indonesian, settle, tell
from agencies.roles import Permission
from coordination.models import Commitment, Invitation, Meeting
from core import html
from programs.notices import members_with


def people_of(agencies: Iterable[Agency], *permissions: Permission) -> list[User]:
    """The members of these agencies who hold one of the permissions, each once."""
    found = {
        user.pk: user
        for agency in agencies
        for permission in permissions
        for user in members_with(agency, permission)
    }
    return list(found.values())


def tell_commitment(
    commitment: Commitment, users: Iterable[User], *, event: str, text: str
) -> int:
    """Tell them once of this event of the commitment, such as `accepted`."""
    return tell(
        users,
        kind="commitment",
        key=f"commitment:{commitment.pk}:{event}",
        text=text,
        url=commitment.get_absolute_url(),
    )


def members_of(agency: Agency) -> list[User]:
    """Everybody of the agency today, whatever their role."""
    memberships = Membership.objects.current(timezone.localdate()).filter(agency=agency)
    people = User.objects.filter(pk__in=memberships.values("user"), is_active=True)
    return list(people.order_by("pk"))


def invited_key(meeting: Meeting, agency: Agency) -> str:
    """How the keys of notices begin that one agency gets of one invitation."""
    return f"invited:{meeting.pk}:{agency.pk}"


def this_moment() -> str:
    """The end of a key that no notice had before."""
    return f"{timezone.now():%Y%m%d%H%M%S%f}"


def tell_invited(
    meeting: Meeting, invitations: Iterable[Invitation], *, has_moved: bool = False
) -> None:
    """The people of the invited agencies are told when and where; again if it moved."""
    with in_indonesian():
        text = (
            _("The meeting “%(meeting)s” has moved: %(when)s, %(place)s.")
            if has_moved
            else _("You are invited: “%(meeting)s”, %(when)s, %(place)s.")
        )
        text %= {
            "meeting": meeting.title,
            "when": html.moment(meeting.starts_at),
            "place": meeting.place,
        }
    # An agency with several invitations is told once, one invited anew once more.
    first = dict(
        meeting.invitations.order_by()
        .values_list("agency")
        .annotate(first=Min("pk"))
        .values_list("agency", "first")
    )
    for agency in {invitation.agency for invitation in invitations}:
        begun = f"{invited_key(meeting, agency)}:"
        if has_moved:
            settle(begun)  # the earlier hour is no longer true
        tell(
            members_of(agency),
            kind="invited",
            key=f"{begun}{this_moment() if has_moved else first[agency.pk]}",
            text=text,
            url=meeting.get_absolute_url(),
        )
