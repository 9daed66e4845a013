"""The trimmed Bootstrap: what pages use of it, no more and no less."""

import re

from kumuh.trim_css import CLASS, PUBLISHED, USED, trimmed, words

SHEET = (
    '@charset "UTF-8";/*! kept */:root{--a:"}"}.btn,.card:not(.off){color:red}'
    ".gone{x:y}@media (min-width:1px){.gone{x:y}.btn{a:b}}"
    "@media print{.gone{x:y}}@keyframes k{to{x:y}}.btn:hover{a:b}"
)


def test_rules_of_unknown_classes_go():
    assert trimmed(SHEET, {"btn", "card"}) == (
        '@charset "UTF-8";/*! kept */:root{--a:"}"}.btn{color:red}'
        "@media (min-width:1px){.btn{a:b}}@keyframes k{to{x:y}}"
        ".btn:hover{a:b}"
    )


def test_everything_known_stays_as_published():
    css = PUBLISHED.read_text()
    assert trimmed(css, set(CLASS.findall(css))) == css


def test_the_file_is_what_our_sources_use():
    """If this fails, run script/css."""
    assert trimmed(PUBLISHED.read_text(), words()) == USED.read_text()


def test_a_class_that_templates_name_is_there():
    shown = set(
        re.findall(
            r"\.(btn-primary|form-control|visually-hidden|pagination)", USED.read_text()
        )
    )
    assert len(shown) == 4
