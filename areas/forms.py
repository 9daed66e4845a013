"""The forms of this app. They shape input; the services judge it."""

import json
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.access import agencies_for
from agencies.models import Agency, Region, User
from agencies.roles import Permission
from areas import services
from areas.models import (
    Decree,
    DecreeLine,
    Neighbourhood,
    SlumArea,
)
from areas.outlines import MAX_BYTES, read_outline
from areas.rights import decree_regions
from core.errors import BusinessRuleError
from core.forms import LocalDecimalField, local_formfield

NEW_LINES = 3


class CheckedByService:
    """For a ModelForm whose values go to a service, which checks the locked record."""

    def _post_clean(self) -> None:
        """Nothing: the instance at hand is only what the form was filled from."""


class AreaForm(CheckedByService, forms.ModelForm):
    """An area of one regency; its outline as GeoJSON, typed or as a file."""

    outline = forms.CharField(
        label=gettext_lazy("Outline (GeoJSON)"),
        required=False,
        max_length=MAX_BYTES,
        help_text=gettext_lazy("A Polygon or MultiPolygon in degrees (WGS84)."),
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
    )
    outline_file = forms.FileField(
        label=gettext_lazy("Outline from a file"),
        required=False,
        help_text=gettext_lazy(
            "A GeoJSON file, at most 2 MB; it replaces the text above."
        ),
        widget=forms.FileInput(attrs={"accept": ".geojson,.json"}),
    )

    class Meta:
        model = SlumArea
        fields = (
            "name",
            "agency",
            "villages",
            "typology",
            "latitude",
            "longitude",
        )
        formfield_callback = local_formfield

    field_order = (*Meta.fields, "outline", "outline_file")

    def __init__(self, *args: Any, user: User, regency: Region, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offices = [
            agency
            for agency in agencies_for(user, Permission.AREA_EDIT)
            if agency.region_id and f"{regency.pk}.".startswith(f"{agency.region_id}.")
        ]
        agency = self.fields["agency"]
        assert isinstance(agency, forms.ModelChoiceField)
        agency.queryset = Agency.objects.filter(pk__in=[a.pk for a in offices])
        agency.initial = next((a for a in offices if a.region_id == regency.pk), None)
        villages = self.fields["villages"]
        assert isinstance(villages, forms.ModelMultipleChoiceField)
        _group_villages(villages, villages_of(regency))
        villages.help_text = _("Hold Ctrl to choose more than one.")
        villages.widget.attrs["size"] = 8
        if self.instance.outline:
            self.initial["outline"] = json.dumps(self.instance.outline)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        upload = cleaned.pop("outline_file", None)
        text = cleaned.get("outline", "")
        try:
            if upload is not None:
                text = upload.read(MAX_BYTES + 1).decode("utf-8-sig", "replace")
            cleaned["outline"] = read_outline(text).geometry if text.strip() else None
        except BusinessRuleError as error:
            for sentence in error.errors["outline"]:
                self.add_error("outline", sentence)
        return cleaned


class NeighbourhoodForm(CheckedByService, forms.ModelForm):
    class Meta:
        model = Neighbourhood
        fields = (
            "village",
            "rt_rw",
            "hectares",
            "buildings",
            "population",
            "households",
            "ideal_road_m",
            "ideal_drainage_m",
            "existing_road_m",
        )
        formfield_callback = local_formfield

    def __init__(self, *args: Any, area: SlumArea, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        village = self.fields["village"]
        assert isinstance(village, forms.ModelChoiceField)
        _group_villages(village, villages_of(area.regency))
        own = list(area.villages.all()[:2])
        if len(own) == 1:
            village.initial = own[0]


class DecreeForm(CheckedByService, forms.ModelForm):
    """A draft; once in force, only number and title are asked."""

    class Meta:
        model = Decree
        fields = (
            "number",
            "title",
            "level",
            "region",
            "issued_on",
            "in_force_from",
            "scope",
            "counting_unit",
            "supersedes",
        )
        formfield_callback = local_formfield

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        region = self.fields["region"]
        assert isinstance(region, forms.ModelChoiceField)
        region.queryset = _decree_regions(user)
        if self.instance.pk and not self.instance.is_draft:
            for name in set(self.fields) - services.ALWAYS_OPEN:
                del self.fields[name]
            return
        self.fields["in_force_from"].required = False
        self.fields["in_force_from"].help_text = _("Empty: from its own date.")
        old = self.fields["supersedes"]
        assert isinstance(old, forms.ModelChoiceField)
        old.help_text = _("That decree then holds until this one does.")
        old.queryset = Decree.objects.filter(
            region__in=region.queryset, status=Decree.Status.IN_FORCE
        ).exclude(pk=self.instance.pk)


class DecreeLinesForm(forms.Form):
    """The areas of a decree with their hectares, and room for new ones."""

    def __init__(
        self,
        *args: Any,
        lines: Sequence[DecreeLine],
        candidates: QuerySet[SlumArea],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.lines = list(lines)
        for line in self.lines:
            key = line.area_id
            self.fields[f"hectares_{key}"] = LocalDecimalField(
                label=str(line.area), initial=line.hectares, required=False
            )
            self.fields[f"remove_{key}"] = forms.BooleanField(
                label=_("Leave out"), required=False
            )
        for number in range(NEW_LINES):
            self.fields[f"area_{number}"] = forms.ModelChoiceField(
                candidates, label=_("Area"), required=False
            )
            self.fields[f"new_{number}"] = LocalDecimalField(
                label=_("Decreed area (ha)"), required=False
            )

    def old_rows(self) -> Iterable[tuple[DecreeLine, Any, Any]]:
        for line in self.lines:
            yield (
                line,
                self[f"hectares_{line.area_id}"],
                self[f"remove_{line.area_id}"],
            )

    def new_rows(self) -> Iterable[tuple[Any, Any]]:
        return ((self[f"area_{n}"], self[f"new_{n}"]) for n in range(NEW_LINES))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for line in self.lines:
            name = f"hectares_{line.area_id}"
            blank = cleaned.get(name, 0) is None
            if blank and not cleaned.get(f"remove_{line.area_id}"):
                self.add_error(name, _("Write the hectares, or leave the area out."))
        for number in range(NEW_LINES):
            area, hectares = cleaned.get(f"area_{number}"), cleaned.get(f"new_{number}")
            if area and hectares is None and f"new_{number}" not in self.errors:
                self.add_error(f"new_{number}", _("Write the hectares of this area."))
            elif hectares is not None and not area:
                self.add_error(f"area_{number}", _("Choose the area of this line."))
        return cleaned

    def wanted(self) -> list[tuple[SlumArea, Decimal]]:
        """The lines that the decree shall have."""
        values = self.cleaned_data
        kept = [
            (line.area, values[f"hectares_{line.area_id}"])
            for line in self.lines
            if not values[f"remove_{line.area_id}"]
        ]
        new = [
            (values[f"area_{n}"], values[f"new_{n}"])
            for n in range(NEW_LINES)
            if values[f"area_{n}"]
        ]
        return kept + new

    def field_of(self, area_key: str) -> str | None:
        """The input of an area's hectares, for the errors of the service."""
        if f"hectares_{area_key}" in self.fields:
            return f"hectares_{area_key}"
        for number in range(NEW_LINES):
            area = self.cleaned_data.get(f"area_{number}")
            if area and str(area.pk) == area_key:
                return f"new_{number}"
        return None


def villages_of(regency: Region) -> QuerySet[Region]:
    """The villages of a regency, with their kecamatan."""
    return Region.objects.filter(
        level=Region.Level.VILLAGE, code__startswith=f"{regency.pk}."
    ).select_related("parent")


def _group_villages(field: forms.ModelChoiceField, villages: QuerySet[Region]) -> None:
    """The choices under their kecamatan, as people know them."""
    field.queryset = villages
    groups: dict[str, list[tuple[str, str]]] = {}
    for village in villages:
        groups.setdefault(str(village.parent), []).append((village.pk, village.name))
    choices: list[Any] = list(groups.items())
    if not isinstance(field, forms.ModelMultipleChoiceField):
        choices.insert(0, ("", "---------"))
    field.choices = choices


def _decree_regions(user: User) -> QuerySet[Region]:
    """The province and regencies for which the person may edit decrees."""
    found = Region.objects.none()
    for code in decree_regions(user):
        found |= Region.objects.within(code)
    return found.filter(level__in=[Region.Level.PROVINCE, Region.Level.REGENCY])
