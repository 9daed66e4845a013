"""Who, through what: the context that the database triggers write beside each change."""

from typing import Any

from django.http import HttpRequest
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
