"""The catalogue of interventions that comes with the application.

Kinds and units as in Kota Pekalongan's list of activities by indicator, with the words
of South Kalimantan (titian, jerambah). No unit cost is among them.
"""

import json
from typing import Any

from areas.rule_seeds import FOLDER

SOURCE = (
    "Katalog kegiatan Kota Pekalongan (kriteria.json) dan sebutan Kalsel; dampak 1:1"
)


def read_interventions() -> list[dict[str, Any]]:
    """Each with `measures`: one unit of it takes one unit off their volumes."""
    rows = json.loads((FOLDER / "interventions.json").read_text(encoding="utf-8"))
    return [{"source": SOURCE, **row} for row in rows]
