"""Whether demo data is there: what the badge DATA CONTOH asks (design 4.15).

`core` knows no record. The app that owns the demo data registers the question in its
`AppConfig.ready()`.
"""

from collections.abc import Callable

_questions: list[Callable[[], bool]] = []


def register(question: Callable[[], bool]) -> None:
    """Add a question; it is asked once per page and must be cheap."""
    if question not in _questions:
        _questions.append(question)


def demo_present() -> bool:
    """Whether any registered question says that demo data is stored."""
    return any(question() for question in _questions)
