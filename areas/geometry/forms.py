"""The upload form of outlines."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from areas.geometry.choices import Choices, Holds
from areas.geometry.reading import MEGABYTE, too_big
from areas.models import SlumArea
from core.numbers import format_decimal

ACCEPTED = ".zip,.kml,.kmz,.gpkg,.geojson,.json"
NAME = 200


class OutlineUploadForm(forms.Form):
    """The file and what it holds: outlines of one area, or of many by a column."""

    file = forms.FileField(
        label=gettext_lazy("Map file"),
        allow_empty_file=True,  # the reader says what to do
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
    )
    holds = forms.ChoiceField(
        label=gettext_lazy("What the file holds"),
        choices=Holds.choices,
        initial=Holds.AREAS,
        widget=forms.RadioSelect,
    )
    merge = forms.BooleanField(
        label=gettext_lazy("Merge all outlines of the file into that of the area"),
        required=False,
    )
    area_column = forms.CharField(
        label=gettext_lazy("Column with the name of the area"),
        required=False,
        max_length=NAME,
        help_text=gettext_lazy(
            "Leave blank where it is called KAWASAN, NAMA or the like."
        ),
    )
    unit_column = forms.CharField(
        label=gettext_lazy("Column with the RT"),
        required=False,
        max_length=NAME,
        help_text=gettext_lazy(
            "Only for RT. Leave blank where it is called RT, RT_RW or the like; the"
            " columns RW and DESA are read as well."
        ),
    )
    layer = forms.CharField(
        label=gettext_lazy("Layer"),
        required=False,
        max_length=NAME,
        help_text=gettext_lazy("Only where the file has more than one."),
    )

    def __init__(self, *args: Any, area: SlumArea | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.area = area
        del self.fields["merge" if area is None else "area_column"]
        self.fields["file"].help_text = _(
            "Shapefile as zip (with its .prj), KML, KMZ, GPKG or GeoJSON, at most"
            " %(megabytes)s MB."
        ) % {"megabytes": format_decimal(settings.GEOMETRY_MAX_BYTES / MEGABYTE, None)}

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > settings.GEOMETRY_MAX_BYTES:
            raise ValidationError(too_big())
        return file

    def choices(self) -> Choices:
        """What was chosen, of a valid form."""
        values = self.cleaned_data
        chosen = {name: values[name] for name in self.fields if name != "file"}
        return Choices(area=self.area, **chosen)
