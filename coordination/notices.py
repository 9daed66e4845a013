"""Telling people of meetings and commitments: whom, and in which words."""

from collections.abc import Iterable

from agencies.models import Agency, User
from agencies.notices import tell
from agencies.roles import Permission
from coordination.models import Commitment
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
        key=f"{event}:commitment:{commitment.pk}",
        text=text,
        url=commitment.get_absolute_url(),
    )
