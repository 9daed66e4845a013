"""Pages of the agencies. Everyone signed in may read them; the admin changes them."""

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import DetailView

from agencies.access import can
from agencies.filters import AgencyFilter
from agencies.models import Agency, Membership
from agencies.roles import Permission
from agencies.tables import AGENCY_COLUMNS, ALIAS_COLUMNS, MEMBER_COLUMNS
from core import html
from core.views import FilteredListView


class AgencyListView(FilteredListView):
    filterset_class = AgencyFilter
    columns = AGENCY_COLUMNS
    default_order = ("name", "pk")
    template_name = "agencies/agency_list.html"
    export_name = "instansi"

    def get_queryset(self) -> QuerySet[Agency]:
        return Agency.objects.select_related("region").prefetch_related("aliases")


class AgencyDetailView(LoginRequiredMixin, DetailView):
    queryset = Agency.objects.select_related("region").prefetch_related("aliases")
    template_name = "agencies/agency_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        agency = self.object
        return super().get_context_data(
            crumbs=[
                (_("Agencies"), reverse("agencies:agency-list")),
                (agency.short_name, ""),
            ],
            actions=self.actions(agency),
            facts=facts_of(agency),
            alias_columns=ALIAS_COLUMNS,
            member_columns=MEMBER_COLUMNS,
            members=self.members(agency),
            **kwargs,
        )

    def actions(self, agency: Agency) -> list[dict[str, str]]:
        """The way to the admin, for those who may change the agency there."""
        user = self.request.user
        if not user.is_staff or not user.has_perm("agencies.change_agency"):
            return []
        url = reverse("admin:agencies_agency_change", args=[agency.pk])
        return [{"label": _("Change in the admin"), "url": url}]

    def members(self, agency: Agency) -> QuerySet[Membership] | None:
        """Who works here, for administrators only; None for everybody else."""
        if not can(self.request.user, Permission.ADMINISTER, agency=agency):
            return None
        members = agency.memberships.select_related("user")
        return members.order_by("user__username", "role")


def facts_of(agency: Agency) -> list[dict[str, str]]:
    region = str(agency.region) if agency.region else "–"
    facts = [
        {"label": _("Short name"), "value": agency.short_name},
        {"label": _("Level"), "value": agency.get_level_display()},
        {"label": _("Kind"), "value": agency.get_kind_display()},
        {"label": _("Region"), "value": region, "note": agency.region_id or ""},
    ]
    if agency.valid_from:
        facts.append({"label": _("Exists since"), "value": html.day(agency.valid_from)})
    if agency.valid_until:
        ended = html.day(agency.valid_until)
        facts.append({"label": _("Existed until"), "value": ended})
    return facts
