"""The only place where a broken rule becomes a status code; pagination."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any

from rest_framework import serializers, status
from rest_framework.pagination import PageNumberPagination
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import DefaultRouter
from rest_framework.views import exception_handler as drf_exception_handler

from core.errors import (
    BusinessRuleError,
    NotAllowedError,
    StaleError,
    WrongStateError,
)
from core.idempotency import HEADER, Answer, answer_once, fingerprint
from core.workflow import OfferedStep, closed_reasons, open_names


class Pagination(PageNumberPagination):
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 500


class WithSteps(serializers.Serializer):
    """A record with its open steps, and why each closed one is closed.

    `offered` is the app's `steps_for(record, user)`, asked once for both.
    """

    offered: Callable[[Any, Any], list[OfferedStep]]
    open_steps = serializers.SerializerMethodField()
    closed_steps = serializers.SerializerMethodField()
    _last: tuple[Any, list[OfferedStep]] = (None, [])

    def get_open_steps(self, record: Any) -> list[str]:
        return open_names(self._steps_of(record))

    def get_closed_steps(self, record: Any) -> dict[str, list[str]]:
        return closed_reasons(self._steps_of(record))

    def _steps_of(self, record: Any) -> list[OfferedStep]:
        if self._last[0] is not record:
            self._last = (record, self.offered(record, self.context["request"].user))
        return self._last[1]


class ScopedSerializer(serializers.ModelSerializer):
    """Its fields can only name what the person sees: a stranger's record is unknown."""

    def get_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = super().get_fields()
        view = self.context.get("view")
        if view is not None and not getattr(view, "swagger_fake_view", False):
            self.limit(fields, view.request.user)
        return fields

    def limit(self, fields: dict[str, Any], user: Any) -> None:
        """Give each field that names records the ones that `user` may name."""
        raise NotImplementedError


class AnyAccept:
    """Who fetches files says `Accept: image/*`; errors are JSON all the same."""

    def perform_content_negotiation(
        self, request: Request, force: bool = False
    ) -> tuple[Any, str]:
        view: Any = super()
        return view.perform_content_negotiation(request, force=True)


class Router(DefaultRouter):
    """The POSTs of every endpoint may carry an `Idempotency-Key`."""

    def register(self, prefix: str, viewset: Any, basename: str | None = None) -> None:
        body = {"__doc__": viewset.__doc__, "__module__": viewset.__module__}
        body["keeps_answers"] = getattr(viewset, "keeps_answers", True)
        once = type(viewset.__name__, (AnsweredOnce, viewset), body)
        super().register(prefix, once, basename)


class AnsweredOnce:
    """A view whose POSTs, sent again under their key, are done once.

    The answer is kept for that; a view whose answer is a secret says `keeps_answers`
    = False, and guards itself against doing it twice.
    """

    keeps_answers = True

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)  # type: ignore[misc]
        key = request.headers.get(HEADER, "")
        handler = getattr(self, "post", None)
        if request.method == "POST" and key and handler and self.keeps_answers:
            self.post = partial(self._once, handler, key, _body_of(request))

    def _once(
        self,
        handler: Callable[..., Response],
        key: str,
        body: bytes,
        request: Request,
        *args: Any,
        **kwargs: Any,
    ) -> Response:
        def produce() -> Answer:
            response = handler(request, *args, **kwargs)
            text = JSONRenderer().render(response.data).decode()
            return Answer(response.status_code, text, response.get("Location", ""))

        answer = answer_once(
            key=key,
            by=request.user,
            print_of_request=fingerprint("POST", request.path, body),
            produce=produce,
        )
        headers = {"Idempotent-Replayed": "true"} if answer.is_repeat else {}
        data = json.loads(answer.body) if answer.body else None
        return Response(data, status=answer.status, headers=headers)


def _body_of(request: Request) -> bytes:
    """What was sent; of files their names and sizes, for the stream is read once."""
    sent: Any = request.data
    files = [f"{name}:{file.name}:{file.size}" for name, file in request.FILES.items()]
    if files:
        sent = {key: str(value) for key, value in sent.items()}
    return bytes(JSONRenderer().render(sent)) + "|".join(files).encode()


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
