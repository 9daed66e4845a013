"""The forms of this app. They shape input; the services judge it."""

import json
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.access import agencies_for
from agencies.models import Agency, Region, User
from agencies.roles import Permission
from areas.models import Neighbourhood, SlumArea
from areas.outlines import MAX_BYTES, read_outline
from core.errors import BusinessRuleError
from core.forms import local_formfield


class CheckedByService:
    """For a ModelForm whose values go to a service, which checks the locked record."""

    def _post_clean(self) -> None:
        """Nothing: the instance at hand is only what the form was filled from."""


class AreasField(forms.ModelMultipleChoiceField):
    """Areas with their regency, because names repeat."""

    def label_from_instance(self, obj: SlumArea) -> str:
        return f"{obj.name} ({obj.regency.name})"


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
        had = self.instance.villages.values("pk") if self.instance.pk else []
        _group_villages(villages, villages_of(regency, had))
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
        had = [self.instance.village_id] if self.instance.pk else []
        _group_villages(village, villages_of(area.regency, had))
        own = list(area.villages.all()[:2])
        if len(own) == 1:
            village.initial = own[0]


def villages_of(regency: Region, had: Any = ()) -> QuerySet[Region]:
    """The villages of a regency with their kecamatan, as their codes hold today.

    Codes that the record `had` stay in the choice.
    """
    valid = Region.objects.valid(timezone.localdate()) | Region.objects.filter(
        pk__in=had
    )
    return valid.filter(
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
