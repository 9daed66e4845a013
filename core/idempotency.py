"""A request that is sent again is answered again, not carried out again.

A phone on a weak line does not know whether its request arrived. It sends it once more
under the same key (`Idempotency-Key`), and gets the first answer.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import BusinessRuleError
from core.models import IdempotencyKey

HEADER = "Idempotency-Key"
KEY = re.compile(r"[A-Za-z0-9._:-]{8,100}")
KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered: status, body as text (JSON), and the address made, if any."""

    status: int
    body: str
    location: str = ""
    is_repeat: bool = False


def fingerprint(method: str, path: str, body: bytes) -> str:
    """What tells a repeated request from another one under the same key."""
    return hashlib.sha256(
        b"\0".join([method.encode(), path.encode(), body])
    ).hexdigest()


def answer_once(
    *, key: str, by: Any, print_of_request: str, produce: Callable[[], Answer]
) -> Answer:
    """The answer of `produce`, or that of the first request under this key.

    Key and effect are stored in one transaction: of requests that come at once, the
    others wait for the first. What `produce` raises undoes both, so that a refused
    request can be mended and sent again. Raises BusinessRuleError for a malformed key
    and for another request under a key that was used.
    """
    if not KEY.fullmatch(key):
        raise BusinessRuleError(
            _(
                "%(header)s must be 8 to 100 letters, digits or . _ : - characters, a"
                " new one for each request."
            )
            % {"header": HEADER}
        )
    with transaction.atomic():
        row, is_new = IdempotencyKey.objects.select_for_update().get_or_create(
            user=by, key=key, defaults={"fingerprint": print_of_request}
        )
        if not is_new:
            return _repeated(row, print_of_request)
        answer = produce()
        row.status, row.body, row.location = (
            answer.status,
            answer.body,
            answer.location,
        )
        row.save(update_fields=["status", "body", "location"])
        return answer


def forget_old_keys(*, now: datetime | None = None) -> int:
    """Delete the keys that nobody can be sending again; how many."""
    before = (now or timezone.now()) - KEPT
    gone, _rows = IdempotencyKey.objects.filter(created_at__lt=before).delete()
    return gone


def _repeated(row: IdempotencyKey, print_of_request: str) -> Answer:
    if row.fingerprint != print_of_request:
        raise BusinessRuleError(
            _("This %(header)s was used for another request. Send a new one.")
            % {"header": HEADER}
        )
    return Answer(row.status or 200, row.body, row.location, is_repeat=True)
