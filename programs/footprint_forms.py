"""The form by which an office says where its work lay."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from areas.geometry.forms import ACCEPTED
from areas.geometry.reading import MEGABYTE, too_big
from areas.outlines import MAX_BYTES
from core.numbers import format_decimal


class FootprintForm(forms.Form):
    """A map file, or pasted GeoJSON; the service wants one of the two."""

    file = forms.FileField(
        label=gettext_lazy("Map file"),
        required=False,
        allow_empty_file=True,  # the reader says what to do
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
    )
    layer = forms.CharField(
        label=gettext_lazy("Layer"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Only where the file has more than one."),
    )
    text = forms.CharField(
        label=gettext_lazy("Or GeoJSON, pasted"),
        required=False,
        max_length=MAX_BYTES,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
    )
    source = forms.CharField(
        label=gettext_lazy("Source"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("Who measured it, and how. Blank: the file's name."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = _(
            "Shapefile as zip (with its .prj), KML, KMZ, GPKG or GeoJSON, at most"
            " %(megabytes)s MB."
        ) % {"megabytes": format_decimal(settings.GEOMETRY_MAX_BYTES / MEGABYTE, None)}

    def clean_file(self) -> UploadedFile | None:
        file: UploadedFile | None = self.cleaned_data["file"]
        if file is not None and (file.size or 0) > settings.GEOMETRY_MAX_BYTES:
            raise ValidationError(too_big())
        return file
