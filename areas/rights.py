"""Who may edit a decree: it belongs to a region, not to an agency."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from agencies.access import memberships_with
from agencies.models import Region
from agencies.roles import Permission
from core.errors import NotAllowedError


def decree_regions(user: Any) -> list[str]:
    """The codes of the regions for which, and below which, `user` may edit decrees."""
    return sorted(
        {
            membership.agency.region_id
            for membership in memberships_with(user, Permission.DECREE_EDIT)
            if membership.agency.region_id
        }
    )


def can_edit_decree(user: Any, region: Region) -> bool:
    """Whether `user` may edit the decrees of this region."""
    return any(
        region.pk == code or region.pk.startswith(f"{code}.")
        for code in decree_regions(user)
    )


def editable_decrees_q(user: Any, prefix: str = "") -> Q:
    """Rows whose decree (at `prefix`) `user` may edit."""
    condition = Q(pk__in=[])
    for code in decree_regions(user):
        condition |= Q(**{f"{prefix}region": code})
        condition |= Q(**{f"{prefix}region__code__startswith": f"{code}."})
    return condition


def require_decree_edit(user: Any, region: Region) -> None:
    """Raise `NotAllowedError`, with a sentence, unless `can_edit_decree`."""
    if not can_edit_decree(user, region):
        raise NotAllowedError(decree_edit_refusal(region))


def decree_edit_refusal(region: Region) -> str:
    """What is said to whom `can_edit_decree` refuses."""
    return _(
        "Your role does not allow decrees of %(region)s. Ask your administrator."
    ) % {"region": region}
