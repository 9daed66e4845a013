"""Where the optional real data lies; it is not part of this repository."""

import csv
from pathlib import Path

import pytest

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"

requires_data = pytest.mark.skipif(
    not DATA.is_dir(),
    reason="the optional real data is not there (../shared/data beside the checkout)",
)


def read_rows(name: str) -> list[dict[str, str]]:
    """The rows of a CSV file of the data folder, as text."""
    with (DATA / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
