"""Filters of meetings, invitations and attendances: for page, files and API."""

import django_filters
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency
from coordination.models import (
    AgendaItem,
    Attendance,
    Commitment,
    Decision,
    Invitation,
    Meeting,
    MeetingSeries,
    Speaker,
)
from coordination.models.meeting import MeetingKind, Phase
from coordination.models.people import AttendedBy, Gender, Response
from programs.filters import YearFilter


def meetings(request: HttpRequest | None) -> QuerySet[Meeting]:
    """The meetings that the person sees."""
    if request is None:
        return Meeting.objects.none()
    return Meeting.objects.visible_to(request.user)


def hosts(request: HttpRequest | None) -> QuerySet[Agency]:
    """The hosts of the meetings that the person sees."""
    seen = meetings(request).order_by().values("agency")
    return Agency.objects.filter(pk__in=seen)


def series_seen(request: HttpRequest | None) -> QuerySet[MeetingSeries]:
    """The series of the meetings that the person sees."""
    seen = meetings(request).order_by().values("series")
    return MeetingSeries.objects.filter(pk__in=seen)


def guests(request: HttpRequest | None) -> QuerySet[Agency]:
    """The agencies invited to the meetings that the person sees."""
    seen = Invitation.objects.filter(meeting__in=meetings(request))
    return Agency.objects.filter(pk__in=seen.order_by().values("agency"))


def attending(request: HttpRequest | None) -> QuerySet[Agency]:
    """The agencies of the people who came to the meetings that the person sees."""
    seen = Attendance.objects.filter(meeting__in=meetings(request))
    return Agency.objects.filter(pk__in=seen.order_by().values("agency"))


class MeetingFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(
        method="named",
        label=_("Words"),
        help_text=_("In the title, place, number of the minutes or what was agreed."),
    )
    kind = django_filters.ChoiceFilter(
        choices=MeetingKind.choices, label=_("Kind"), empty_label=_("all")
    )
    phase = django_filters.ChoiceFilter(
        choices=Phase.choices, label=_("Phase"), empty_label=_("all")
    )
    year = YearFilter("starts_at__year")
    agency = django_filters.ModelChoiceFilter(
        queryset=hosts, label=_("Host"), empty_label=_("all")
    )
    series = django_filters.ModelChoiceFilter(
        queryset=series_seen, label=_("Series"), empty_label=_("all")
    )

    class Meta:
        model = Meeting
        fields: list[str] = []

    def named(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        agreed = Decision.objects.filter(text__icontains=value).values("meeting")
        promised = Commitment.objects.filter(text__icontains=value).values("meeting")
        return queryset.filter(
            Q(title__icontains=value)
            | Q(place__icontains=value)
            | Q(minutes_number__icontains=value)
            | Q(pk__in=agreed)
            | Q(pk__in=promised)
        )


class SeriesFilter(django_filters.FilterSet):
    agency = django_filters.ModelChoiceFilter(queryset=hosts, label=_("Host"))

    class Meta:
        model = MeetingSeries
        fields: list[str] = []


class OfMeetingFilter(django_filters.FilterSet):
    """What belongs to one meeting."""

    meeting = django_filters.ModelChoiceFilter(
        queryset=meetings, label=_("Meeting"), empty_label=_("all")
    )


class ItemFilter(OfMeetingFilter):
    class Meta:
        model = AgendaItem
        fields: list[str] = []


class SpeakerFilter(OfMeetingFilter):
    class Meta:
        model = Speaker
        fields: list[str] = []


class InvitationFilter(OfMeetingFilter):
    agency = django_filters.ModelChoiceFilter(
        queryset=guests, label=_("Agency"), empty_label=_("all")
    )
    response = django_filters.ChoiceFilter(
        choices=Response.choices, label=_("Answer"), empty_label=_("all")
    )

    class Meta:
        model = Invitation
        fields: list[str] = []


class AttendanceFilter(OfMeetingFilter):
    agency = django_filters.ModelChoiceFilter(
        queryset=attending, label=_("Agency"), empty_label=_("all")
    )
    gender = django_filters.ChoiceFilter(
        choices=Gender.choices, label=_("Woman or man"), empty_label=_("all")
    )
    via = django_filters.ChoiceFilter(
        choices=AttendedBy.choices, label=_("Recorded"), empty_label=_("all")
    )

    class Meta:
        model = Attendance
        fields: list[str] = []
