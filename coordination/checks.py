"""Whether what was closed is still what it was: asked by data health."""

from django.db.models import F, Func, Q, QuerySet

from coordination.models import Meeting, Minutes


class _Sha256(Func):
    """The SHA-256 of bytes, in hexadecimal, computed by the database."""

    template = "encode(sha256(%(expressions)s), 'hex')"


def altered_minutes() -> QuerySet[Minutes]:
    """Minutes whose stored files no longer have the hash they were closed with."""
    pdf = Q(pdf_sha256=_Sha256(F("pdf")))
    docx = Q(docx_sha256=_Sha256(F("docx")))
    return Minutes.objects.exclude(pdf & docx)


def closed_without_minutes() -> QuerySet[Meeting]:
    """Closed meetings whose minutes are gone."""
    return Meeting.objects.filter(phase=Meeting.Phase.CLOSED, minutes=None)
