"""A kept file as an answer: with its ETag, its type, and no guessing by the browser."""

from pathlib import PurePosixPath

from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _

from core.photos import KINDS

# A phone on a weak line fetches a picture once a day; nobody else may keep it.
CACHED, FETCHED_ANEW = "private, max-age=86400", "private, no-store"


def served(
    request: HttpRequest,
    stored: FieldFile,
    *,
    name: str,
    as_attachment: bool,
    cache: str = CACHED,
) -> HttpResponseBase:
    """The bytes of a file whose record the person may see; Http404 without a file.

    `name` is what the record calls it; the ending is that of what is stored.
    """
    if not stored:
        raise Http404(_("A document has no thumbnail."))
    etag = f'"{PurePosixPath(stored.name or "").stem}"'
    unchanged = get_conditional_response(request, etag=etag)
    response = unchanged or _opened(stored, name, as_attachment=as_attachment)
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = cache
    return response


def _opened(stored: FieldFile, name: str, *, as_attachment: bool) -> HttpResponseBase:
    try:
        content = stored.open("rb")
    except FileNotFoundError as error:
        raise Http404(_("The file is missing.")) from error
    ending = PurePosixPath(stored.name or "").suffix
    return FileResponse(
        content,
        as_attachment=as_attachment,
        filename=PurePosixPath(name).stem + ending,
        content_type=KINDS.get(ending.removeprefix("."), "application/pdf"),
        headers={
            "X-Content-Type-Options": "nosniff",
            "Content-Encoding": "identity",  # pictures do not get smaller by gzip
        },
    )
