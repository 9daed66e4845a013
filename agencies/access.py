"""Scope first, then capability: what a person sees, and what they may do there.

A record's owner is an agency. Reading follows the region of one's own agency (and the
areas where it acts); writing needs the permission in the owning agency, or a role that
holds it for the whole scope (`roles.SCOPE_WIDE`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.models import Agency, Membership
from agencies.roles import ROLE_PERMISSIONS, SCOPE_WIDE, Permission, Role
from core.errors import NotAllowedError


@dataclass(frozen=True, slots=True)
class Scope:
    """What a person may see: everything, or these regions and agencies."""

    everything: bool = False
    regions: frozenset[str] = frozenset()
    agencies: frozenset[int] = frozenset()

    def regions_q(self, path: str) -> Q:
        """Rows whose region code at `path` lies in the scope's regions."""
        if self.everything:
            return Q(pk__isnull=False)  # not Q(): "nothing or this" would be just this
        condition = Q(pk__in=[])
        below = f"{path.removesuffix('_id')}__code__startswith"
        for code in sorted(self.regions):
            condition |= Q(**{path: code}) | Q(**{below: f"{code}."})
        return condition

    def covers(self, agency: Agency) -> bool:
        """Whether this agency's own records lie in the scope."""
        if self.everything or agency.pk in self.agencies:
            return True
        code = agency.region_id or ""
        return any(
            code == region or code.startswith(f"{region}.") for region in self.regions
        )


def scope_of(user: Any) -> Scope:
    """What `user` may see. An administrator sees everything, a stranger nothing."""
    memberships = current_memberships(user)
    return Scope(
        everything=any(m.role == Role.ADMINISTRATOR for m in memberships),
        regions=frozenset(
            m.agency.region_id for m in memberships if m.agency.region_id
        ),
        agencies=frozenset(m.agency_id for m in memberships),
    )


def can(user: Any, permission: Permission, *, agency: Agency) -> bool:
    """Whether `user` holds `permission` for records owned by `agency`."""
    return any(
        membership.agency_id == agency.pk
        or (_is_wide(permission, membership) and _reach(membership).covers(agency))
        for membership in memberships_with(user, permission)
    )


def agencies_q(user: Any, permission: Permission, path: str = "agency") -> Q:
    """`can` as a condition: rows whose agency at `path` is one for which it holds."""
    condition = Q(pk__in=[])
    for membership in memberships_with(user, permission):
        condition |= Q(**{path: membership.agency_id})
        if _is_wide(permission, membership):
            condition |= _reach(membership).regions_q(f"{path}__region_id")
    return condition


def memberships_with(user: Any, permission: Permission) -> list[Membership]:
    """The memberships of today whose role holds the permission."""
    return [
        membership
        for membership in current_memberships(user)
        if permission in ROLE_PERMISSIONS[membership.role]
    ]


def _is_wide(permission: Permission, membership: Membership) -> bool:
    """Whether the role holds it for other agencies of its scope too."""
    return permission in SCOPE_WIDE.get(membership.role, frozenset())


def _reach(membership: Membership) -> Scope:
    """The scope of a permission that is held scope-wide."""
    return Scope(
        everything=membership.role == Role.ADMINISTRATOR,
        regions=frozenset({membership.agency.region_id or "-"}),
    )


def holds(user: Any, permission: Permission) -> bool:
    """Whether `user` holds `permission` for any agency: for menus and empty forms."""
    return bool(memberships_with(user, permission))


def require(user: Any, permission: Permission, *, agency: Agency) -> None:
    """Raise `NotAllowedError`, with a sentence, unless `can`."""
    if not can(user, permission, agency=agency):
        raise NotAllowedError(
            _("Your role does not allow this for %(agency)s. Ask your administrator.")
            % {"agency": agency.short_name}
        )


def require_any(user: Any, permission: Permission) -> None:
    """Raise `NotAllowedError`, with a sentence, unless `holds`."""
    if not holds(user, permission):
        raise NotAllowedError(
            _("Your role does not allow this. Ask your administrator.")
        )


def agencies_for(user: Any, permission: Permission) -> list[Agency]:
    """The agencies for whose records `user` holds `permission`, for pick-lists."""
    candidates = Agency.objects.select_related("region")
    return [a for a in candidates if can(user, permission, agency=a)]


def current_memberships(user: Any) -> list[Membership]:
    """The memberships in force today, fetched once per user object (once a request)."""
    if not user.is_authenticated or not user.is_active:
        return []
    prefetch_related_objects([user], "memberships__agency")
    today = timezone.localdate()
    memberships: Iterable[Membership] = user.memberships.all()
    return [membership for membership in memberships if membership.is_current(today)]
