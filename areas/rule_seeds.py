"""The rule sets that come with the application, from the files of `rule_data/`."""

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from areas.rule_sets import rules_from
from areas.severity import Rules

FOLDER = Path(__file__).parent / "rule_data"
CODES = ("permen-02-2016", "permen-14-2018")


def read_seed(code: str) -> dict[str, Any]:
    """The file of one rule set: its head and its rows, dates as dates."""
    data = json.loads((FOLDER / f"{code}.json").read_text(encoding="utf-8"))
    for name in ("valid_from", "valid_until"):
        data[name] = date.fromisoformat(data[name]) if data[name] else None
    return data


@cache
def seeded_rules(code: str) -> Rules:
    """The rule set of that file as values, without a database."""
    data = read_seed(code)
    return rules_from(
        data,
        aspects=data["aspects"],
        indicators=data["indicators"],
        bounds=data["bounds"],
        decisions=data["decisions"],
    )
