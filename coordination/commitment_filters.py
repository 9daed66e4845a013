"""Filters of commitments and their links: one set for page, files and API."""

import django_filters
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency, Region
from areas.filters import areas, regencies
from areas.models.ledger import Fund
from coordination.models import (
    Commitment,
    CommitmentArea,
    CommitmentLink,
    CommitmentSupporter,
    Decision,
    Meeting,
    Practice,
)
from coordination.models.commitment import CommitmentState
from coordination.models.decision import DecisionKind
from programs.filters import YearFilter, activities

LATE, PENDING = "late", "pending"
RESPONSIBLE, SUPPORTING = "responsible", "supporting"
PARTS = (
    (RESPONSIBLE, _("Responsible")),
    (SUPPORTING, _("Supporting")),
)
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
    """The agencies that promise or support a commitment that the person sees."""
    seen = commitments(request).order_by()
    helped = CommitmentSupporter.objects.filter(commitment__in=seen.values("pk"))
    return Agency.objects.filter(
        Q(pk__in=seen.values("agency")) | Q(pk__in=helped.values("agency"))
    )


def practices(request: HttpRequest | None) -> QuerySet[Practice]:
    """The practices that the person sees."""
    if request is None:
        return Practice.objects.none()
    return Practice.objects.visible_to(request.user)


class CommitmentFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="named", label=_("Words or person"))
    agency = django_filters.ModelChoiceFilter(
        queryset=promising_agencies,
        method="of_agency",
        label=_("Agency"),
        empty_label=_("all"),
    )
    part = django_filters.ChoiceFilter(
        choices=PARTS,
        method="unchanged",
        label=_("Part of the agency"),
        empty_label=_("both"),
    )
    state = django_filters.ChoiceFilter(
        choices=STATES, method="in_state", label=_("State"), empty_label=_("all")
    )
    meeting = django_filters.ModelChoiceFilter(
        queryset=meetings, label=_("Meeting"), empty_label=_("all")
    )
    regency = django_filters.ModelChoiceFilter(
        queryset=regencies,
        method="in_regency",
        label=_("Regency/city"),
        empty_label=_("all"),
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
    practice = django_filters.ModelChoiceFilter(
        queryset=practices, label=_("Practice adopted"), empty_label=_("all")
    )
    fund = django_filters.ChoiceFilter(
        choices=Fund.choices, label=_("Source of funds"), empty_label=_("all")
    )
    year = YearFilter(field_name="due_on__year", label=_("Due in the year"))

    # In a part of their own on the page, open once one is used.
    advanced = ("part", "area", "activity", "practice", "fund", "year")

    class Meta:
        model = Commitment
        fields: list[str] = []

    @property
    def uses_advanced(self) -> bool:
        return any(self.data.get(name) for name in self.advanced)

    def named(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(Q(text__icontains=value) | Q(person__icontains=value))

    def unchanged(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset

    def of_agency(self, queryset: QuerySet, name: str, value: Agency) -> QuerySet:
        """What it promised and what it supports; `part` asks for one of both."""
        part = self.form.cleaned_data["part"]
        if part == RESPONSIBLE:
            return queryset.filter(agency=value)
        if part == SUPPORTING:
            return queryset.supported_by([value])  # type: ignore[attr-defined]
        return queryset.of_agencies([value])  # type: ignore[attr-defined]

    def in_regency(self, queryset: QuerySet, name: str, value: Region) -> QuerySet:
        """Those about an area there that the person sees."""
        there = CommitmentArea.objects.filter(
            area__in=areas(self.request).filter(regency=value)
        )
        return queryset.filter(pk__in=there.values("commitment"))

    def in_state(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        if value == LATE:
            return queryset.late(timezone.localdate())  # type: ignore[attr-defined]
        if value == PENDING:
            return queryset.pending()  # type: ignore[attr-defined]
        return queryset.filter(state=value)


class DecisionFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(
        field_name="text", lookup_expr="icontains", label=_("Words")
    )
    meeting = django_filters.ModelChoiceFilter(
        queryset=meetings, label=_("Meeting"), empty_label=_("all")
    )
    kind = django_filters.ChoiceFilter(
        choices=DecisionKind.choices, label=_("Kind"), empty_label=_("all")
    )
    year = YearFilter(field_name="meeting__starts_at__year", label=_("Year"))

    class Meta:
        model = Decision
        fields: list[str] = []


class CommitmentLinkFilter(django_filters.FilterSet):
    commitment = django_filters.ModelChoiceFilter(queryset=commitments)

    class Meta:
        model = CommitmentLink
        fields: list[str] = []
