"""Filters of Pokja and Forum PKP: one set for page, files and API."""

import django_filters
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency
from coordination.models import GroupMember, WorkingGroup
from coordination.models.group import GroupKind

IN_FORCE = [("yes", _("in force")), ("no", _("expired"))]


def secretariats(request: HttpRequest | None) -> QuerySet[Agency]:
    """The secretariats of the groups that the person sees."""
    if request is None:
        return Agency.objects.none()
    seen = WorkingGroup.objects.visible_to(request.user)
    return Agency.objects.filter(pk__in=seen.order_by().values("agency"))


class GroupFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="named", label=_("Name, decree or member"))
    kind = django_filters.ChoiceFilter(
        choices=GroupKind.choices, label=_("Kind"), empty_label=_("all")
    )
    agency = django_filters.ModelChoiceFilter(
        queryset=secretariats, label=_("Secretariat"), empty_label=_("all")
    )
    current = django_filters.ChoiceFilter(
        choices=IN_FORCE, method="in_force", label=_("Decree"), empty_label=_("all")
    )

    class Meta:
        model = WorkingGroup
        fields: list[str] = []

    def named(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        sits = GroupMember.objects.filter(
            Q(name__icontains=value) | Q(agency__name__icontains=value)
        )
        return queryset.filter(
            Q(name__icontains=value)
            | Q(decree_number__icontains=value)
            | Q(pk__in=sits.values("group"))
        )

    def in_force(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        today = timezone.localdate()
        current = Q(decree_on__lte=today) & (
            Q(valid_until=None) | Q(valid_until__gt=today)
        )
        return queryset.filter(current if value == "yes" else ~current)
