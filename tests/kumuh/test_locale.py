"""The Indonesian catalogue: complete, compiled, and fitting what the code says."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from django.utils.translation.template import templatize

from kumuh.environment import BASE_DIR

PO = BASE_DIR / "locale" / "id" / "LC_MESSAGES" / "django.po"
APPS = ("agencies", "areas", "core", "coordination", "dashboard", "kumuh", "programs")
CALLS = {"_", "gettext", "gettext_lazy", "gettext_noop"}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}")


@pytest.fixture(scope="module")
def catalogue() -> polib.POFile:
    return polib.pofile(str(PO))


def text_of(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) else None  # type: ignore[return-value]


def messages_in(tree: ast.AST) -> Iterator[str]:
    """The texts given to gettext under one of its names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args:
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            text = text_of(node.args[0])
            if name in CALLS and isinstance(text, str):
                yield text


def messages_of_template(path: Path) -> Iterator[str]:
    """Django's own extraction: what is no message comes out as X or as a comment."""
    source = templatize(path.read_text(), origin=str(path))
    for call in re.finditer(r"\b(?:_|gettext)\(", source):
        literal = re.match(
            r"""\s*u?("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\"{3}.*?\"{3})""",
            source[call.end() :],
            re.S,
        )
        if literal:
            yield ast.literal_eval(literal[1])


def used() -> dict[str, Path]:
    found: dict[str, Path] = {}
    for app in APPS:
        for path in (BASE_DIR / app).rglob("*.py"):
            if "migrations" not in path.parts:
                for text in messages_in(ast.parse(path.read_text())):
                    found.setdefault(text, path)
    for ending in ("html", "txt"):
        for path in (BASE_DIR / "templates").rglob(f"*.{ending}"):
            for text in messages_of_template(path):
                found.setdefault(text, path)
    return found


def test_every_message_of_the_code_is_in_the_catalogue(catalogue: polib.POFile):
    known = {entry.msgid for entry in catalogue}
    missing = [
        f"{path.relative_to(BASE_DIR)}: {text!r}"
        for text, path in used().items()
        if text and text not in known
    ]
    assert missing == [], "\n".join(sorted(missing))


def test_every_message_is_translated(catalogue: polib.POFile):
    assert [entry.msgid for entry in catalogue.untranslated_entries()] == []
    assert [entry.msgid for entry in catalogue.fuzzy_entries()] == []


def test_translations_keep_the_placeholders(catalogue: polib.POFile):
    odd = [
        entry.msgid
        for entry in catalogue
        if set(PLACEHOLDER.findall(entry.msgid))
        != set(PLACEHOLDER.findall(entry.msgstr))
    ]
    assert odd == []


def test_compiled_catalogue_is_that_of_the_source(catalogue: polib.POFile):
    compiled = polib.mofile(str(PO.with_suffix(".mo")))
    assert {entry.msgid: entry.msgstr for entry in compiled} == {
        entry.msgid: entry.msgstr for entry in catalogue if entry.translated()
    }
