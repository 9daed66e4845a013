"""Rows of photos whose files nobody looks at; real files come from `attach_file`."""

import factory
from factory.django import DjangoModelFactory

from programs.models import Attachment
from tests.factories import UserFactory


class PhotoFactory(DjangoModelFactory):
    """A photo of whatever owner is named, taken nowhere in particular."""

    class Meta:
        model = Attachment

    kind = Attachment.Kind.PHOTO
    name = factory.Sequence(lambda n: f"IMG_{n}.jpg")
    original = file = thumbnail = factory.LazyAttribute(
        lambda photo: f"berkas/uji/{photo.name}"
    )
    content_type = "image/jpeg"
    size = 1
    sha256 = factory.Sequence(lambda n: f"{n:064d}")
    uploaded_by = factory.SubFactory(UserFactory)
