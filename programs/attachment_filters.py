"""The filters of photos and documents."""

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from areas.filters import areas
from programs.filters import activities, lines, reports
from programs.models import Attachment
from programs.models.attachment import AttachmentKind, PhotoStage


class AttachmentFilter(django_filters.FilterSet):
    report = django_filters.ModelChoiceFilter(
        queryset=reports,
        method="of_report",
        label=_("Report"),
        help_text=_("Its own files and those of its lines."),
    )
    line = django_filters.ModelChoiceFilter(queryset=lines, label=_("Report line"))
    activity = django_filters.ModelChoiceFilter(
        queryset=activities,
        method="of_activity",
        label=_("Activity"),
        help_text=_("Its own files and those of the lines that report on it."),
    )
    area = django_filters.ModelChoiceFilter(queryset=areas, label=_("Slum area"))
    kind = django_filters.ChoiceFilter(choices=AttachmentKind.choices, label=_("Kind"))
    stage = django_filters.ChoiceFilter(choices=PhotoStage.choices, label=_("Stage"))

    class Meta:
        model = Attachment
        fields: list[str] = []

    def of_report(self, queryset: QuerySet, name: str, value: object) -> QuerySet:
        return queryset.filter(Q(report=value) | Q(line__report=value))

    def of_activity(self, queryset: QuerySet, name: str, value: object) -> QuerySet:
        return queryset.filter(Q(activity=value) | Q(line__activity=value))
