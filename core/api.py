"""The only place where a broken rule becomes a status code; pagination."""

from typing import Any

from rest_framework import status
from rest_framework.pagination import PageNumberPagination
from rest_framework.response import Response
from rest_framework.views import exception_handler as drf_exception_handler

from core.errors import (
    BusinessRuleError,
    NotAllowedError,
    StaleError,
    WrongStateError,
)


class Pagination(PageNumberPagination):
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 500


def exception_handler(exc: Exception, context: dict[str, Any]) -> Response | None:
    """Domain errors to 400, 403 and 409; the rest as DRF does.

    The body is the field errors where there are any, else `{"detail", "code"}`.
    """
    if isinstance(exc, StaleError):
        return _answer(exc, "stale", status.HTTP_409_CONFLICT)
    if isinstance(exc, WrongStateError):
        return _answer(exc, "wrong_state", status.HTTP_409_CONFLICT)
    if isinstance(exc, BusinessRuleError):
        if exc.errors:
            return Response(exc.errors, status=status.HTTP_400_BAD_REQUEST)
        return _answer(exc, "rule_broken", status.HTTP_400_BAD_REQUEST)
    if isinstance(exc, NotAllowedError):
        return _answer(exc, "not_allowed", status.HTTP_403_FORBIDDEN)
    response = drf_exception_handler(exc, context)
    if response is not None and isinstance(response.data, dict):
        code = getattr(response.data.get("detail"), "code", None)
        if code:
            response.data["code"] = code
    return response


def _answer(exc: Exception, code: str, status_code: int) -> Response:
    return Response({"detail": str(exc), "code": code}, status=status_code)
