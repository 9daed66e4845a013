"""Bootstrap without the rules that no page uses: a third of its weight.

`script/css` writes `static/vendor/bootstrap.used.css` from the published file, and a
test says when that has to be done again. A rule stays when every class and data
attribute that it names is a word somewhere in our templates, code or scripts.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "static" / "vendor"
PUBLISHED, USED = VENDOR / "bootstrap.min.css", VENDOR / "bootstrap.used.css"
APPS = ("agencies", "areas", "core", "coordination", "dashboard", "kumuh", "programs")
SOURCES = (
    ("templates", "*.html"),
    ("static/js", "*.js"),
    *((app, "*.py") for app in APPS),
)
WORD = re.compile(r"[A-Za-z][\w-]*")
CLASS = re.compile(r"\.(-?[A-Za-z_][\w-]*)")
NESTED = ("@media", "@supports", "@layer")


def words() -> set[str]:
    """Every word in our sources: a class that a page can have is one of them."""
    found: set[str] = set()
    for folder, pattern in SOURCES:
        for path in sorted((ROOT / folder).rglob(pattern)):
            found.update(WORD.findall(path.read_text(encoding="utf-8")))
    return found


def trimmed(css: str, known: set[str]) -> str:
    """The style sheet with the rules of which every selector's classes are known."""
    return "".join(_kept(css, known))


def _kept(css: str, known: set[str]) -> Iterator[str]:
    for head, body in _blocks(css):
        if body is None:
            yield head
        elif head.startswith(NESTED):
            if inner := trimmed(body, known):
                yield f"{head}{{{inner}}}"
        elif head.startswith("@"):
            yield f"{head}{{{body}}}"
        else:
            selectors = _split(head)
            kept = [one for one in selectors if set(CLASS.findall(one)) <= known]
            if kept:
                yield f"{','.join(kept)}{{{body}}}"


def _blocks(css: str) -> Iterator[tuple[str, str | None]]:
    """Head and body of each block; comments and lone statements have no body."""
    at = 0
    while at < len(css):
        if css.startswith("/*", at):
            end = css.index("*/", at) + 2
            yield css[at:end], None
            at = end
            continue
        brace, semicolon = css.find("{", at), css.find(";", at)
        if brace < 0 or 0 <= semicolon < brace:
            end = semicolon + 1 if semicolon >= 0 else len(css)
            yield css[at:end], None
            at = end
            continue
        end = _closing(css, brace)
        yield css[at:brace], css[brace + 1 : end]
        at = end + 1


def _closing(css: str, brace: int) -> int:
    """Where the block that opens there closes; braces in quotes do not count."""
    depth, quote = 0, ""
    for at in range(brace, len(css)):
        letter = css[at]
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'":
            quote = letter
        elif letter == "{":
            depth += 1
        elif letter == "}":
            depth -= 1
            if not depth:
                return at
    raise ValueError("a block of the style sheet does not close")


def _split(head: str) -> list[str]:
    """The selectors of a rule: at commas outside brackets."""
    parts, depth, start = [], 0, 0
    for at, letter in enumerate(head):
        depth += (letter in "([") - (letter in ")]")
        if letter == "," and not depth:
            parts.append(head[start:at])
            start = at + 1
    return [*parts, head[start:]]


def main() -> None:
    """Write the trimmed file anew."""
    text = trimmed(PUBLISHED.read_text(encoding="utf-8"), words())
    USED.write_text(text, encoding="utf-8")
    sys.stdout.write(f"{USED.relative_to(ROOT)}: {len(text)} bita\n")


if __name__ == "__main__":
    main()
