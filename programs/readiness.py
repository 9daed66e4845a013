"""What an area needs to be ready for DAK PPKT: the criteria, and how many are met.

The criteria are data, in the words of their source; the answers are rows
(`ReadinessCheck`), one per area, budget year and criterion.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _

from programs.models import ReadinessCheck

SOURCE = "Daftar kesiapan (readiness criteria) DAK tematik PPKT, Oktober 2024"


class Stage(models.TextChoices):
    MAIN = "main", "RC utama"
    FIRST = "first", _("Stage 1")
    SECOND = "second", _("Stage 2")


class Criterion(NamedTuple):
    """One thing that the proposal needs; `name` is what its source calls it."""

    code: str
    stage: Stage
    name: str
    source: str = SOURCE


CRITERIA = (
    Criterion("ringkasan", Stage.MAIN, "Ringkasan eksekutif (executive summary)"),
    Criterion("sk_kumuh", Stage.MAIN, "SK kumuh"),
    Criterion("rp2kpkpk", Stage.MAIN, "RP2KPKPK"),
    Criterion("rispam", Stage.MAIN, "RISPAM"),
    Criterion("ssk", Stage.MAIN, "SSK"),
    Criterion("jakstrada", Stage.MAIN, "Jakstrada sampah"),
    Criterion("sosialisasi", Stage.MAIN, "Sosialisasi"),
    Criterion("status_lahan", Stage.MAIN, "Status lahan"),
    Criterion("ba_konsolidasi", Stage.MAIN, "BA konsolidasi"),
    Criterion("peruntukan_lahan", Stage.MAIN, "Peruntukan lahan"),
    Criterion("rtrw", Stage.MAIN, "RTRW"),
    Criterion("baseline", Stage.FIRST, "Baseline"),
    Criterion("profil", Stage.FIRST, "Profil"),
    Criterion("video", Stage.FIRST, "Video"),
    Criterion("komitmen", Stage.FIRST, "Surat komitmen kepala daerah"),
    Criterion("pokja_pkp", Stage.FIRST, "Pokja PKP"),
    Criterion("alur_koordinasi", Stage.FIRST, "Alur koordinasi"),
    Criterion("kinerja_dak", Stage.FIRST, "Kinerja DAK"),
    Criterion("calon_penerima", Stage.FIRST, "SK calon penerima"),
    Criterion("kesepakatan_warga", Stage.FIRST, "Kesepakatan warga"),
    Criterion("tps3r_limbah_air", Stage.FIRST, "TPS3R/limbah/air minum"),
    Criterion("lahan", Stage.FIRST, "Lahan"),
    Criterion("perda_kumuh", Stage.SECOND, "Perda kumuh"),
    Criterion("rencana_sosial", Stage.SECOND, "Rencana sosial"),
    Criterion("timeline", Stage.SECOND, "Timeline"),
    Criterion("konstruksi", Stage.SECOND, "Konstruksi"),
    Criterion("monitoring", Stage.SECOND, "Monitoring"),
    Criterion("serah_terima", Stage.SECOND, "Serah terima aset"),
    Criterion("pengelolaan", Stage.SECOND, "Pengelolaan"),
)
BY_CODE: Mapping[str, Criterion] = {row.code: row for row in CRITERIA}


@dataclass(frozen=True, slots=True)
class StageCount:
    """How far a stage is: of the criteria needed, those met, and what is missing."""

    stage: Stage
    met: int
    needed: int
    missing: tuple[str, ...]

    @property
    def is_ready(self) -> bool:
        return not self.missing


def codes_of(stage: Stage) -> list[str]:
    return [row.code for row in CRITERIA if row.stage == stage]


def counts_of(checks: Iterable[ReadinessCheck]) -> list[StageCount]:
    """The stages in order; what nobody looked at is missing like what is not met."""
    states = {check.criterion: check.state for check in checks}
    return [_count(stage, states) for stage in Stage]


def _count(stage: Stage, states: Mapping[str, str]) -> StageCount:
    kinds = ReadinessCheck.State
    of_stage = [row for row in CRITERIA if row.stage == stage]
    needed = [row for row in of_stage if states.get(row.code) != kinds.NOT_NEEDED]
    missing = [row.name for row in needed if states.get(row.code) != kinds.MET]
    return StageCount(stage, len(needed) - len(missing), len(needed), tuple(missing))
