"""Uploaded files with published results, between upload and confirmation."""

from dataclasses import dataclass, field

from core.uploads import KeptFile, Uploads


@dataclass(frozen=True, slots=True)
class PublishedUpload(KeptFile):
    """A file with what was typed for it, and the columns chosen so far."""

    head: dict[str, str]
    mapping: dict[str, str] = field(default_factory=dict)


PUBLISHED = Uploads(PublishedUpload, "published_uploads")
