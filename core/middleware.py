"""What is known of each request: who, through what, in which language."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from pghistory.middleware import HistoryMiddleware


class TrailMiddleware(HistoryMiddleware):
    """Adds the way in (page, API, admin) to the user and address of each change."""

    def get_context(self, request: HttpRequest) -> dict[str, Any]:
        return super().get_context(request) | {"source": source_of(request.path)}


def source_of(path: str) -> str:
    """Through what a request came: `api`, `admin` or `page`."""
    if path.startswith("/api/"):
        return "api"
    if path.startswith("/admin/"):
        return "admin"
    return "page"


class LanguageMiddleware:
    """Indonesian, unless the person chose another language (a cookie).

    The browser's own wish does not count: an officer with an English phone still works
    in the office's language.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in dict(settings.LANGUAGES) else ""
        with translation.override(language or settings.LANGUAGE_CODE):
            request.LANGUAGE_CODE = translation.get_language()  # type: ignore[attr-defined]
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)  # type: ignore[attr-defined]
        return response
