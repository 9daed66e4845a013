"""What keeps a draft from being published: a table of broken drafts; no database."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from areas.rule_set_checks import check_rules
from areas.severity import Aspect, Bound, Level, Rules, Severity, Wording
from tests.rules import PERMEN_02_2016, PERMEN_14_2018

Broken = Callable[[Rules], Rules]


def bounds(scale: str, *rows: tuple[object, str]) -> Broken:
    """The same rules with these bounds in one scale; highest first, as `Rules` does."""
    made = sorted(
        (Bound(Decimal(str(lowest)), result) for lowest, result in rows),
        key=lambda bound: bound.lowest,
        reverse=True,
    )
    return lambda rules: replace(rules, scales={**rules.scales, scale: tuple(made)})


def indicator(changed: str, /, **changes: Any) -> Broken:
    return lambda rules: replace(
        rules,
        indicators=tuple(
            replace(row, **changes) if row.code == changed else row
            for row in rules.indicators
        ),
    )


def decision(changed: str, /, **changes: Any) -> Broken:
    return lambda rules: replace(
        rules,
        decisions=tuple(
            replace(row, **changes) if row.code == changed else row
            for row in rules.decisions
        ),
    )


def one_more_aspect(code: str) -> Broken:
    added = Aspect(code, Wording("Ruang terbuka publik", ""))
    return lambda rules: replace(rules, aspects=(*rules.aspects, added))


BROKEN: list[tuple[str, Broken, str, list[str]]] = [
    (
        "aspect without indicators",
        one_more_aspect("8"),
        "aspects",
        [
            "Aspek 8 belum memiliki indikator. Tambahkan indikatornya, atau hapus aspek"
            " itu."
        ],
    ),
    (
        "aspect twice",
        one_more_aspect("7"),
        "aspects",
        ["“7” dipakai dua kali. Beri tiap baris kode atau ukurannya sendiri."],
    ),
    (
        "aspect that is not there",
        indicator("7b", aspect="9"),
        "indicators",
        ["Indikator 7b menyebut aspek “9” yang tidak ada."],
    ),
    (
        "code twice",
        indicator("7b", code="7a"),
        "indicators",
        ["“7a” dipakai dua kali. Beri tiap baris kode atau ukurannya sendiri."],
    ),
    (
        "measure twice",
        indicator("7b", measure="road_surface"),
        "indicators",
        [
            "“road_surface” dipakai dua kali. Beri tiap baris kode atau ukurannya"
            " sendiri."
        ],
    ),
    (
        "no bands",
        bounds("score"),
        "scales.score",
        ["Skala “persentase → nilai” belum memiliki batas."],
    ),
    (
        "score in words",
        bounds("score", (76, "lima"), (51, "3"), (25, "1")),
        "scales.score",
        [
            "Pada “persentase → nilai”, hasil “lima” bukan nilai. Tulis bilangan bulat"
            " 0 atau lebih."
        ],
    ),
    (
        "band above 100",
        bounds("score", ("100.01", "5"), (51, "3")),
        "scales.score",
        ["Pita tertinggi mulai dari 100,01 %, padahal persentase paling tinggi 100 %."],
    ),
    (
        "score that falls",
        bounds("score", (76, "3"), (51, "5"), (25, "1")),
        "scales.score",
        [
            "Mulai 76 nilainya 3, sedangkan mulai 51 nilainya 5: persentase yang lebih"
            " tinggi harus bernilai lebih tinggi."
        ],
    ),
    (
        "score that stays",
        bounds("score", (76, "5"), (51, "5")),
        "scales.score",
        [
            "Mulai 76 nilainya 5, sedangkan mulai 51 nilainya 5: persentase yang lebih"
            " tinggi harus bernilai lebih tinggi."
        ],
    ),
    (
        "the same bound twice",
        bounds("density", (0, "1"), (0, "3")),
        "scales.density",
        ["Skala “jiwa per ha → nilai” memuat batas 0 dua kali."],
    ),
    (
        "classes in the wrong order",
        bounds("severity", (60, "light"), (38, "moderate"), (16, "heavy")),
        "scales.severity",
        [
            "Batas tingkat kekumuhan harus berat (heavy), sedang (moderate), dan ringan"
            " (light), masing-masing satu kali, dari jumlah nilai tertinggi ke bawah."
        ],
    ),
    (
        "class that is not known",
        bounds("severity", (60, "berat"), (38, "moderate"), (16, "light")),
        "scales.severity",
        [
            "Batas tingkat kekumuhan harus berat (heavy), sedang (moderate), dan ringan"
            " (light), masing-masing satu kali, dari jumlah nilai tertinggi ke bawah."
        ],
    ),
    (
        "class out of reach",
        bounds("severity", (81, "heavy"), (38, "moderate"), (16, "light")),
        "scales.severity",
        [
            "Tingkat kekumuhan mulai 81 tidak pernah tercapai: jumlah nilai tertinggi"
            " 80."
        ],
    ),
    (
        "class from half a point on",
        bounds("severity", (60, "heavy"), (38, "moderate"), ("15.5", "light")),
        "scales.severity",
        ["Pada “total → tingkat kekumuhan”, batas 15,5 harus bilangan bulat."],
    ),
    (
        "everything slum",
        bounds("severity", (60, "heavy"), (38, "moderate"), (0, "light")),
        "scales.severity",
        [
            "Tingkat kekumuhan tidak boleh mulai dari 0: tidak akan ada kawasan yang"
            " “tidak kumuh”."
        ],
    ),
    (
        "density in words",
        bounds("density", (0, "rendah")),
        "scales.density",
        [
            "Pada “jiwa per ha → nilai”, hasil “rendah” bukan nilai. Tulis bilangan"
            " bulat 0 atau lebih."
        ],
    ),
    (
        "negative score",
        bounds("social", (1, "5"), (0, "-1")),
        "scales.social",
        [
            "Pada “sosial, ekonomi, budaya (0 tidak, 1 ya) → nilai”, hasil “-1” bukan"
            " nilai. Tulis bilangan bulat 0 atau lebih."
        ],
    ),
    (
        "level that is not bounded",
        bounds("consideration", (11, "high"), (6, "low")),
        "scales.consideration",
        [
            "Batas pertimbangan lain harus tinggi (high) dan sedang (medium),"
            " masing-masing satu kali, dari jumlah tertinggi ke bawah."
        ],
    ),
    (
        "land never legal",
        bounds("legality", (3, "legal")),
        "scales.legality",
        [
            "Legalitas tanah dinilai dari 2 jawaban, sehingga batas legal 3 tidak"
            " pernah tercapai."
        ],
    ),
    (
        "land in other words",
        bounds("legality", (2, "sah")),
        "scales.legality",
        ["Skala legalitas tanah berisi satu batas saja, dengan hasil “legal”."],
    ),
    (
        "row of the table twice, another missing",
        decision("A2", is_legal=True),
        "decisions",
        [
            "Tabel prioritas belum memuat baris “Kumuh berat / Tinggi / tidak legal”.",
            "Tabel prioritas memuat baris “Kumuh berat / Tinggi / legal” dua kali.",
        ],
    ),
    (
        "row for what is no slum",
        decision("C6", severity=Severity.NOT_SLUM),
        "decisions",
        [
            "Tabel prioritas belum memuat baris “Kumuh ringan / Rendah / tidak legal”.",
            "Tabel prioritas memuat baris “Tidak kumuh / Rendah / tidak legal”, padahal"
            " yang tidak kumuh tidak ditangani. Hapus baris itu.",
        ],
    ),
    (
        "letter code twice",
        decision("A2", code="A1"),
        "decisions",
        ["“A1” dipakai dua kali. Beri tiap baris kode atau ukurannya sendiri."],
    ),
]


@pytest.mark.parametrize("rules", [PERMEN_02_2016, PERMEN_14_2018])
def test_seeded_rule_sets_are_whole(rules):
    assert check_rules(rules) == {}


@pytest.mark.parametrize(
    ("change", "field", "sentences"),
    [row[1:] for row in BROKEN],
    ids=[row[0] for row in BROKEN],
)
def test_broken_draft(change, field, sentences):
    assert check_rules(change(PERMEN_14_2018)) == {field: sentences}


def test_everything_is_told_at_once():
    """One fault of each field that no other one hides."""
    rules = PERMEN_14_2018
    for change in (
        one_more_aspect("8"),
        indicator("7b", code="7a"),
        bounds("score", ("100.01", "5"), (51, "3")),
        bounds("severity", (60, "heavy"), (38, "moderate")),
        bounds("density", (0, "rendah")),
        bounds("strategic"),
        bounds("social", (0, "x")),
        bounds("consideration", (6, "high"), (11, "medium")),
        bounds("legality", (3, "legal")),
        decision("A2", is_legal=True),
    ):
        rules = change(rules)

    found = check_rules(rules)

    assert set(found) == {
        "aspects",
        "indicators",
        "decisions",
        *(
            f"scales.{scale}"
            for scale in (
                "score",
                "severity",
                "density",
                "strategic",
                "social",
                "consideration",
                "legality",
            )
        ),
    }
    assert sum(map(len, found.values())) == 11


def test_empty_draft_is_told_row_by_row():
    empty = replace(PERMEN_14_2018, aspects=(), indicators=(), scales={}, decisions=())

    found = check_rules(empty)

    assert found["aspects"] == ["Belum ada aspek. Tambahkan sedikitnya satu."]
    assert found["indicators"] == ["Belum ada indikator. Tambahkan sedikitnya satu."]
    assert len([field for field in found if field.startswith("scales.")]) == 7
    assert len(found["decisions"]) == 3 * len(Level) * 2 == 18
