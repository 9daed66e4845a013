"""The filters of files of the coordination."""

from functools import reduce
from operator import or_
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from coordination.models import File
from coordination.models.file import OWNER_NAMES, OWNERS, FileKind

LARGEST_KEY = 2**63 - 1
PLACE_CHOICES = [
    (name, model._meta.verbose_name) for model, name in OWNER_NAMES.items()
]


class RecordFilter(django_filters.NumberFilter):
    """The number of a record."""

    field_class = forms.IntegerField


class FileFilter(django_filters.FilterSet):
    """`record` is the number of what the file belongs to; say the place as well."""

    place = django_filters.ChoiceFilter(
        choices=PLACE_CHOICES, method="of_place", label=_("Belongs to")
    )
    record = RecordFilter(
        method="of_record",
        label=_("Number of the record"),
        min_value=1,
        max_value=LARGEST_KEY,
    )
    kind = django_filters.ChoiceFilter(choices=FileKind.choices, label=_("Kind"))

    class Meta:
        model = File
        fields: list[str] = []

    def of_place(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(**{f"{value}__isnull": False})

    def of_record(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        return queryset.filter(reduce(or_, (Q(**{owner: value}) for owner in OWNERS)))
