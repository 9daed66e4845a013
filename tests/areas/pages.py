"""Small helpers of the page tests: addresses, texts, messages."""

from typing import Any

from django.contrib.messages import get_messages
from django.urls import reverse


def address(name: str, *args: Any) -> str:
    """The address of a page of `areas`, for records or keys."""
    return reverse(f"areas:{name}", args=[getattr(a, "pk", a) for a in args])


def text_of(response: Any) -> str:
    return response.content.decode()


def said(response: Any) -> list[str]:
    """The messages that the next page shows."""
    return [str(message) for message in get_messages(response.wsgi_request)]
