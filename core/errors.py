"""What the domain raises; `core.api` and `core.views` turn it into answers.

Outside one's scope is not an error of these: the queryset has no such row (404).
"""

from collections.abc import Mapping, Sequence


class BusinessRuleError(Exception):
    """A rule refuses the step (400). Says what to do, all problems at once.

    `errors` maps a field (or a dotted path such as ``lines.3.volume``) to its
    sentences; without it the message stands for the whole record.
    """

    def __init__(
        self, message: str = "", *, errors: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        self.errors = {key: list(value) for key, value in (errors or {}).items()}
        sentences = [text for texts in self.errors.values() for text in texts]
        super().__init__(message or " ".join(sentences))


class WrongStateError(BusinessRuleError):
    """The record is not in a state from which this step starts (409)."""


class StaleError(WrongStateError):
    """Somebody else changed the record since it was read (409, code `stale`)."""


class NotAllowedError(Exception):
    """In scope, but the person lacks the right (403)."""
