"""Filters of commitments and their links: one set for page, files and API."""

import django_filters
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency
from areas.filters import areas
from areas.models.ledger import Fund
from coordination.models import Commitment, CommitmentLink, Decision, Meeting
from coordination.models.commitment import CommitmentState
from coordination.models.decision import DecisionKind
from programs.filters import YearFilter, activities

LATE, PENDING = "late", "pending"
STATES = (
    (PENDING, _("Neither done nor dropped")),
    (LATE, _("Late")),
    *CommitmentState.choices,
)


def meetings(request: HttpRequest | None) -> QuerySet[Meeting]:
    """The meetings that the person sees."""
    if request is None:
        return Meeting.objects.none()
    return Meeting.objects.visible_to(request.user)


def commitments(request: HttpRequest | None) -> QuerySet[Commitment]:
    """The commitments that the person sees."""
    if request is None:
        return Commitment.objects.none()
    return Commitment.objects.visible_to(request.user)


def promising_agencies(request: HttpRequest | None) -> QuerySet[Agency]:
    """The agencies whose commitments the person sees."""
    seen = commitments(request).order_by().values("agency")
    return Agency.objects.filter(pk__in=seen)


class CommitmentFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="named", label=_("Words or person"))
    agency = django_filters.ModelChoiceFilter(
        queryset=promising_agencies, label=_("Agency"), empty_label=_("all")
    )
    state = django_filters.ChoiceFilter(
        choices=STATES, method="in_state", label=_("State"), empty_label=_("all")
    )
    meeting = django_filters.ModelChoiceFilter(
        queryset=meetings, label=_("Meeting"), empty_label=_("all")
    )
    area = django_filters.ModelChoiceFilter(
        queryset=areas,
        field_name="areas",
        label=_("Slum area"),
        empty_label=_("all"),
    )
    activity = django_filters.ModelChoiceFilter(
        queryset=activities,
        field_name="activities",
        label=_("Activity"),
        empty_label=_("all"),
    )
    fund = django_filters.ChoiceFilter(
        choices=Fund.choices, label=_("Source of funds"), empty_label=_("all")
    )
    year = YearFilter(field_name="due_on__year", label=_("Due in the year"))

    class Meta:
        model = Commitment
        fields: list[str] = []

    def named(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(Q(text__icontains=value) | Q(person__icontains=value))

    def in_state(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        if value == LATE:
            return queryset.late(timezone.localdate())  # type: ignore[attr-defined]
        if value == PENDING:
            return queryset.pending()  # type: ignore[attr-defined]
        return queryset.filter(state=value)


class DecisionFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(field_name="text", lookup_expr="icontains")
    meeting = django_filters.ModelChoiceFilter(queryset=meetings)
    kind = django_filters.ChoiceFilter(choices=DecisionKind.choices)

    class Meta:
        model = Decision
        fields: list[str] = []


class CommitmentLinkFilter(django_filters.FilterSet):
    commitment = django_filters.ModelChoiceFilter(queryset=commitments)

    class Meta:
        model = CommitmentLink
        fields: list[str] = []
