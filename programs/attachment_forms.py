"""Forms of photos and documents: several at once, and what is said of one."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.exif import Position
from core.forms import DateInput
from core.numbers import format_decimal
from core.photos import KINDS, MEGABYTE
from programs.models import Attachment
from programs.models.attachment import AttachmentKind, PhotoStage, PositionSource

# With a PDF among them Android opens its file chooser, which leaves the position in a
# photo; its photo picker takes it out.
ACCEPTED = ",".join(["image/*", *KINDS.values(), "application/pdf"])
STAGES = [("", gettext_lazy("no stage")), *PhotoStage.choices]
DEGREES = re.compile(r"[+-]?\d{1,3}(?:[.,]\d{1,12})?")


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class FilesField(forms.FileField):
    """Several files; the service judges each, so that one does not stop the others."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        files = data if isinstance(data, Sequence) else [data]
        return [
            super(FilesField, self).clean(file, initial) for file in files or [None]
        ]


class PositionField(forms.CharField):
    """`-3,316694; 114,590111` as maps and phones write it: latitude, longitude."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=60, **kwargs)

    def to_python(self, value: Any) -> Position | None:  # type: ignore[override]
        text = (super().to_python(value) or "").replace("−", "-").strip()
        if not text:
            return None
        parts = _parts(text)
        if len(parts) != 2 or not all(DEGREES.fullmatch(part) for part in parts):
            raise ValidationError(
                _("Write latitude and longitude in degrees: -3,316694; 114,590111")
            )
        latitude, longitude = (Decimal(part.replace(",", ".")) for part in parts)
        return latitude, longitude

    def validate(self, value: Any) -> None:
        forms.Field.validate(self, value)

    def run_validators(self, value: Any) -> None:
        """None: the length is that of the text, which is read by now."""

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, tuple):
            return "; ".join(f"{part:f}".replace(".", ",") for part in value)
        return value


def _parts(text: str) -> list[str]:
    """The two numbers of the text, however they are parted."""
    if ";" in text:
        parts = text.split(";")
    elif re.search(r"\s", text):
        parts = [part.removesuffix(",") for part in text.split()]
    else:
        parts = text.split(",")
    return [part.strip() for part in parts]


class UploadForm(forms.Form):
    """Several photos and documents at once; what is said holds for all of them."""

    uploads = FilesField(
        label=gettext_lazy("Photos or PDF"),
        allow_empty_file=True,  # the service says what to do
        widget=FilesInput(attrs={"accept": ACCEPTED}),
    )
    stage = forms.ChoiceField(
        label=gettext_lazy("Stage of the work"),
        choices=STAGES,
        required=False,
        help_text=gettext_lazy("How far the work was; a PDF has none."),
    )
    caption = forms.CharField(
        label=gettext_lazy("Caption"), max_length=200, required=False
    )
    dated_on = forms.DateField(
        label=gettext_lazy("Date"),
        required=False,
        widget=DateInput(),
        help_text=gettext_lazy("Only needed where the photo does not say it itself."),
    )

    def __init__(self, *args: Any, has_stages: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_stages:
            del self.fields["stage"]
        self.fields["uploads"].help_text = _(
            "Choose as many as you like: photos (JPEG, PNG, HEIC, WebP) to"
            " %(photo)s MB, PDF to %(document)s MB each. Position and time are read"
            " from the photo and not shown to others with it."
        ) % {
            "photo": format_decimal(settings.PHOTO_MAX_BYTES / MEGABYTE, None),
            "document": format_decimal(settings.DOCUMENT_MAX_BYTES / MEGABYTE, None),
        }


class AttachmentForm(forms.Form):
    """What is said of one file. A position that the photo has itself stays."""

    stage = forms.ChoiceField(
        label=gettext_lazy("Stage of the work"), choices=STAGES, required=False
    )
    caption = forms.CharField(
        label=gettext_lazy("Caption"), max_length=200, required=False
    )
    dated_on = forms.DateField(
        label=gettext_lazy("Date"), required=False, widget=DateInput()
    )
    position = PositionField(
        label=gettext_lazy("Position (latitude; longitude)"),
        required=False,
        help_text=gettext_lazy(
            "In degrees, such as -3,316694; 114,590111. It is marked as written by"
            " hand."
        ),
    )

    def __init__(self, *args: Any, record: Attachment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["stage"] = record.stage
        self.initial["caption"] = record.caption
        self.initial["dated_on"] = record.dated_on
        if record.latitude is not None:
            self.initial["position"] = (record.latitude, record.longitude)
        if record.kind != AttachmentKind.PHOTO:
            del self.fields["stage"], self.fields["position"]
        elif record.position_source == PositionSource.EXIF:
            del self.fields["position"]
        if record.taken_at:
            del self.fields["dated_on"]
