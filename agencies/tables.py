"""Columns of the lists of agencies, of their other names and of their members."""

from django.utils.translation import gettext_lazy as _

from agencies.models import Agency, Membership
from core.tables import Column


def other_names(agency: Agency) -> str:
    return ", ".join(alias.name for alias in agency.aliases.all())


def username(membership: Membership) -> str:
    """How the person signs in, where the name does not say it already."""
    name = membership.user.get_username()
    return "" if name == str(membership.user) else name


AGENCY_COLUMNS = (
    Column(_("Name"), "name", "name", link=True),
    Column(_("Short name"), "short_name", "short_name", css="half"),
    Column(_("Level"), "get_level_display", "level", css="half"),
    Column(_("Kind"), "get_kind_display", "kind", css="half"),
    Column(_("Region"), "region.name", "region__name", css="half"),
    Column(_("Region code"), "region_id", only="csv"),
    Column(_("Other names"), other_names, full=True),
)

ALIAS_COLUMNS = (
    Column(_("Name"), "name"),
    Column(_("Valid from"), "valid_from", kind="date", css="half"),
    Column(_("Valid until"), "valid_until", kind="date", css="half"),
    Column(_("Note"), "note", full=True),
)

MEMBER_COLUMNS = (
    Column(_("Name"), "user", note=username),
    Column(_("Role"), "get_role_display", css="half"),
    Column(_("Active"), "user.is_active", css="half"),
    Column(_("Valid from"), "valid_from", kind="date", css="half"),
    Column(_("Valid until"), "valid_until", kind="date", css="half"),
)
