"""Scoring against golden vectors, a city's published results, edges and properties."""

import re
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from areas.rules import (
    Authority,
    Denominator,
    Denominators,
    HandlingPattern,
    Severity,
    assess,
    authority_of,
    check_volumes,
    percentage,
    score_of,
    severity_of,
    sum_denominators,
    sum_volumes,
)
from areas.severity import Level
from core.errors import BusinessRuleError
from tests.data import read_rows, requires_data
from tests.rules import PERMEN_02_2016, PERMEN_14_2018

CODES = PERMEN_14_2018.codes
CITY_CLASSES = {
    "KB": Severity.HEAVY,
    "KS": Severity.MODERATE,
    "KR": Severity.LIGHT,
    "TK": Severity.NOT_SLUM,
}

MEDONO = "0.944282 34 34 550 500"
TIRTO = "27.040445 861 1130 10644 9093"
BENDAN_KERGON = "2.829455 154 215 1943 1032"
PODOSUGIH = "11.579299 430 596 4106 4772"

# Kota Pekalongan. Hectares, buildings, KK, ideal road and drainage in m; then each
# indicator as code volume→percentage→score (0 where not named); total, class, mean.
GOLDEN = [
    pytest.param(
        MEDONO,
        "1a 34→100→5; 1c 10→29.41→1; 2b 250→45.45→1; 3a 15→44.12→1; 4a 0.004282→0.45→0;"
        " 4b 200→40.00→1; 5b 33→97.06→5; 6a 34→100→5; 6b 34→100→5; 7b 34→100→5",
        (29, "KR", "42.8482"),
        id="Medono 2019",
    ),
    pytest.param(
        MEDONO,
        "1a 34→100→5; 1c 10→29.41→1; 2b 250→45.45→1; 3a 15→44.12→1; 4a 0.004282→0.45→0;"
        " 4b 200→40.00→1; 5b 33→97.06→5; 7b 34→100→5",
        (19, "KR", "28.5625"),
        id="Medono 2021",
    ),
    pytest.param(
        MEDONO,
        "1c 10→29.41→1; 3a 15→44.12→1; 4a 0.004282→0.45→0; 5b 33→97.06→5; 7b 34→100→5",
        (12, "TK", "18.6490"),
        id="Medono 2023",
    ),
    pytest.param(
        TIRTO,
        "1a 428→49.71→1; 1c 131→15.21→0; 2a 1330→12.50→0; 2b 3259→30.62→1;"
        " 3a 106→9.38→0; 3b 48→4.25→0; 4a 15.759445→58.28→3; 4b 2360→25.95→1;"
        " 4c 4803→52.82→3; 5a 37→3.27→0; 5b 47→4.16→0; 6a 860→76.11→5;"
        " 6b 564→49.91→1; 7a 170→19.74→0; 7b 861→100→5",
        (20, "KR", "31.7565"),
        id="Tirto 2019",
    ),
    pytest.param(
        BENDAN_KERGON,
        "1a 111→72.08→3; 1c 5→3.25→0; 2a 200→10.29→0; 2b 893→45.96→1; 3a 11→5.12→0;"
        " 4a 1.164455→41.15→1; 4b 732→70.93→3; 4c 150→14.53→0; 5a 86→40.00→1;"
        " 5b 115→53.49→3; 6a 33→15.35→0; 6b 44→20.47→0; 7a 32→20.78→0; 7b 54→35.06→1",
        (13, "TK", "27.2247"),
        id="Bendan Kergon 2019",
    ),
    pytest.param(
        PODOSUGIH,
        "1a 326→75.81→3; 1c 61→14.19→0; 2b 828→20.17→0; 3a 279→46.81→1;"
        " 4a -0.630701→-5.45→0; 4b 2247→47.09→1; 4c 475→9.95→0; 5a 43→7.21→0;"
        " 5b 8→1.34→0; 6a 458→76.85→5; 6b 116→19.46→0; 7a 125→29.07→1; 7b 356→82.79→5",
        (16, "KR", "27.0072"),
        id="Podosugih 2019, a negative volume and the gap between 75 and 76",
    ),
]


def denominators(text: str = "100 100 100 100 100") -> Denominators:
    return Denominators(*map(Decimal, text.split()))


def volumes(**known: object) -> dict[str, Decimal]:
    """All indicators 0, but for these; `v1a=5` stands for 1a."""
    named = {
        name.removeprefix("v"): Decimal(str(value)) for name, value in known.items()
    }
    return dict.fromkeys(CODES, Decimal(0)) | named


def per_unit(volume: object) -> dict[str, Decimal]:
    return dict.fromkeys(CODES, Decimal(str(volume)))


@pytest.mark.parametrize(("area", "indicators", "whole"), GOLDEN)
def test_golden_vector(area, indicators, whole):
    rows = dict(text.strip().split(" ") for text in indicators.split(";"))
    expected = {code: text.split("→") for code, text in rows.items()}
    given_volumes = volumes(**{code: parts[0] for code, parts in expected.items()})

    result = assess(given_volumes, denominators(area), PERMEN_14_2018)

    for row in result.indicators:
        volume, percent, score = expected.get(row.code, ("0", "0", "0"))
        assert (row.code, row.volume, row.percent, row.score) == (
            row.code,
            Decimal(volume),
            Decimal(percent),
            int(score),
        )
    total, city_class, mean = whole
    assert (result.total, result.severity) == (total, CITY_CLASSES[city_class])
    assert result.mean_percent == Decimal(mean)


def city_results():
    """Area-years of the city: name, year, volumes, denominators, published row."""
    areas = {row["id"]: row for row in read_rows("pekalongan/kawasan.csv")}
    for row in read_rows("pekalongan/hasil_kawasan.csv"):
        area = areas[row["kawasan_id"]]
        yield (
            (area["kawasan"], row["tahun"]),
            {code: Decimal(row[f"{code}_volume"]) for code in CODES},
            Denominators(
                Decimal(area["luas_verifikasi_ha"]),
                Decimal(area["jumlah_bangunan"]),
                Decimal(area["jumlah_kk"]),
                Decimal(area["panjang_jalan_ideal_m"]),
                Decimal(area["panjang_drainase_ideal_m"]),
            ),
            row,
        )


def rounded(text: str, places: str) -> Decimal:
    return (Decimal(text) * 100).quantize(Decimal(places), rounding=ROUND_HALF_UP)


@requires_data
def test_city_results_follow_from_their_volumes():
    other_means = []
    count = 0
    for name, given_volumes, divisors, row in city_results():
        result = assess(given_volumes, divisors, PERMEN_14_2018)
        for found in result.indicators:
            published = rounded(row[f"{found.code}_persen"], "0.01")
            assert found.percent == published, (name, found)
            assert found.score == int(row[f"{found.code}_nilai"]), (name, found)
        assert result.total == int(row["total_nilai"]), name
        assert result.severity == CITY_CLASSES[row["tingkat_kekumuhan"]], name
        if result.mean_percent != rounded(row["rata_rata_kekumuhan"], "0.0001"):
            other_means.append(name)
        count += 1
    assert count == 65
    assert len(other_means) == 4, "four published means use another formula"


@requires_data
def test_city_results_refused_are_the_two_with_a_negative_volume():
    refused = {
        name: problems
        for name, given_volumes, divisors, _row in city_results()
        if (problems := check_volumes(given_volumes, divisors, PERMEN_14_2018))
    }
    assert set(refused) == {("Podosugih", "2019"), ("Podosugih", "2020")}
    assert all(set(problems) == {"4a"} for problems in refused.values())


@pytest.mark.parametrize(
    ("percent", "score"),
    [
        ("-5.45", 0),
        ("0", 0),
        ("24.99", 0),
        ("24.994999", 0),
        ("24.995", 1),
        ("25.00", 1),
        ("50.00", 1),
        ("50.74", 1),
        ("50.994999", 1),
        ("50.995", 3),
        ("51.00", 3),
        ("75.00", 3),
        ("75.994999", 3),
        ("75.995", 5),
        ("76.00", 5),
        ("100", 5),
    ],
)
def test_score_of_each_side_of_a_band(percent, score):
    assert score_of(Decimal(percent), PERMEN_14_2018) == score


@pytest.mark.parametrize(
    ("total", "severity"),
    [
        (0, Severity.NOT_SLUM),
        (15, Severity.NOT_SLUM),
        (16, Severity.LIGHT),
        (37, Severity.LIGHT),
        (38, Severity.MODERATE),
        (59, Severity.MODERATE),
        (60, Severity.HEAVY),
        (80, Severity.HEAVY),
    ],
)
def test_severity_of_each_side_of_a_bound(total, severity):
    assert severity_of(total, PERMEN_14_2018) == severity


@pytest.mark.parametrize(
    ("volume", "denominator", "percent"),
    [
        ("1", "3", "33.33"),
        ("2", "3", "66.67"),
        ("24994", "100000", "24.99"),
        ("24995", "100000", "25.00"),
        ("1", "16", "6.25"),
        ("1", "800", "0.13"),
        ("-1", "800", "-0.13"),
        ("-1", "100000000", "0.00"),
        ("0.000001", "99999999.999999", "0.00"),
        ("99999999.999998", "99999999.999999", "100.00"),
        ("0", "0", "0.00"),
    ],
)
def test_percentage_is_exact_and_rounds_half_up(volume, denominator, percent):
    found = percentage(Decimal(volume), Decimal(denominator))
    assert str(found) == percent


def test_percentage_of_nothing_is_refused():
    with pytest.raises(BusinessRuleError, match="penyebutnya 0"):
        percentage(Decimal(1), Decimal(0))


def test_means_use_unrounded_percentages():
    """One ninth: from 11.11 % the means would be 3.7033 and 0.5290."""
    ninths = denominators("3 9 9 9 9")
    result = assess(volumes(v1a=1), ninths, PERMEN_14_2018)
    assert result.indicators[0].percent == Decimal("11.11")
    assert result.aspects[0].mean_percent == Decimal("3.7037")
    assert result.mean_percent == Decimal("0.5291")


def test_every_aspect_weighs_the_same_however_many_indicators():
    result = assess(volumes(v1a=100, v2a=100), denominators(), PERMEN_14_2018)
    means = {row.code: str(row.mean_percent) for row in result.aspects}
    assert means == {"1": "33.3333", "2": "50.0000"} | dict.fromkeys("34567", "0.0000")
    assert str(result.mean_percent) == "11.9048"


def test_all_full_is_the_maximum():
    result = assess(per_unit(100), denominators(), PERMEN_14_2018)
    assert (result.total, result.severity) == (80, Severity.HEAVY)
    assert PERMEN_14_2018.max_total == 80


def test_each_volume_is_divided_by_its_own_denominator():
    result = assess(per_unit(0), denominators("1 2 3 4 5"), PERMEN_14_2018)
    found = {row.code: int(row.denominator) for row in result.indicators}
    assert found == {
        **dict.fromkeys(["1b", "4a"], 1),
        **dict.fromkeys(["1a", "1c", "7a", "7b"], 2),
        **dict.fromkeys(["3a", "3b", "5a", "5b", "6a", "6b"], 3),
        **dict.fromkeys(["2a", "2b"], 4),
        **dict.fromkeys(["4b", "4c"], 5),
    }


def test_result_as_json_has_text_for_all_but_scores():
    found = assess(volumes(v4a="0.000001"), denominators("1 1 1 1 1"), PERMEN_14_2018)
    data = found.as_dict()
    assert data["indicators"][7] == {
        "code": "4a",
        "volume": "0.000001",
        "denominator": "1",
        "percent": "0.00",
        "score": 0,
    }
    assert data["aspects"][3] == {"code": "4", "mean_percent": "0.0000"}
    assert (data["total"], data["severity"]) == (0, "not_slum")


def test_assess_names_all_it_cannot_compute():
    broken = volumes(v1a=5, v9z=1)
    del broken["7b"]
    with pytest.raises(BusinessRuleError) as caught:
        assess(broken, denominators("100 0 100 100 100"), PERMEN_14_2018)
    assert set(caught.value.errors) == {"1a", "7b", "9z"}


def test_check_volumes_accepts_nothing_of_nothing_and_all_of_all():
    assert check_volumes(per_unit(0), denominators("0 0 0 0 0"), PERMEN_14_2018) == {}
    assert check_volumes(per_unit(100), denominators(), PERMEN_14_2018) == {}


def test_check_volumes_tells_every_problem_at_once():
    broken = volumes(v1a="1234.5", v3a=7, v4a="-0.630701", v4d=1) | {"2a": None}
    del broken["7b"]
    problems = check_volumes(broken, denominators("1 34 0 100 -2"), PERMEN_14_2018)
    assert {code: text for code, (text,) in problems.items()} == {
        "1a": "Volume 1a sebesar 1.234,5 unit bangunan melebihi jumlah bangunan, yaitu"
        " 34 unit bangunan (1.234,5 − 34 = kelebihan 1.200,5 unit bangunan). Turunkan"
        " volumenya, atau perbaiki jumlah bangunan bila itu yang keliru.",
        "2a": "Volume 2a belum diisi. Isi dalam m, atau tulis 0 bila tidak ada.",
        "3a": "Volume 3a 7 KK, padahal jumlah KK 0. Tulis 0 sebagai volume, atau isi"
        " jumlah KK lebih dahulu.",
        "4a": "Volume 4a negatif (-0,630701 ha). Tulis 0 atau volume hasil pengukuran.",
        "4d": "Indikator 4d tidak ada dalam Permen PUPR 14/PRT/M/2018. Gunakan salah"
        f" satu kode ini: {', '.join(CODES)}.",
        "7b": "Volume 7b belum diisi. Isi dalam unit bangunan, atau tulis 0 bila tidak"
        " ada.",
        "ideal_drainage_m": "Isian panjang drainase ideal negatif (-2 m). Tulis 0 atau"
        " lebih.",
    }


def test_check_volumes_says_what_it_can_without_a_denominator():
    known = {kind.value: None for kind in Denominator}
    broken = volumes(v1a=500, v3a=-1)
    assert set(check_volumes(broken, known, PERMEN_14_2018)) == {"3a"}


def test_area_is_the_sum_of_its_units():
    units = [denominators("1.5 10 12 100 50"), denominators("0.25 5 6 0 30")]
    rows = [volumes(v1a=10, v4a="0.5"), volumes(v1a=2, v4a="0.125")]
    whole = assess(
        sum_volumes(rows, PERMEN_14_2018), sum_denominators(units), PERMEN_14_2018
    )
    by_code = {row.code: row for row in whole.indicators}
    assert by_code["1a"].percent == Decimal(
        "80.00"
    )  # 12 of 15, not the mean of 100, 40
    assert by_code["4a"].volume == Decimal("0.625")
    assert by_code["4a"].denominator == Decimal("1.75")


def test_a_blank_in_one_unit_leaves_the_area_blank():
    rows = [volumes(v1a=10), volumes() | {"1a": None}]
    assert "1a" not in sum_volumes(rows, PERMEN_14_2018)
    assert sum_volumes([], PERMEN_14_2018) == per_unit(0)


def test_denominators_of_a_record():
    class Record:
        hectares, ideal_road_m, ideal_drainage_m = (
            Decimal("1.5"),
            Decimal(4),
            Decimal(5),
        )
        buildings, households, existing_road_m = 2, 3, None

    assert Denominators.of(Record()) == denominators("1.5 2 3 4 5")


@pytest.mark.parametrize(
    ("hectares", "authority"),
    [
        ("0.01", Authority.REGENCY),
        ("9.994", Authority.REGENCY),
        ("9.994999", Authority.REGENCY),
        ("9.995", Authority.PROVINCE),
        ("9.99974", Authority.PROVINCE),
        ("10", Authority.PROVINCE),
        ("14.994999", Authority.PROVINCE),
        ("14.995", Authority.CENTRAL),
        ("15", Authority.CENTRAL),
        ("573.04", Authority.CENTRAL),
    ],
)
def test_authority_of_hectares_rounded_to_two_decimals(hectares, authority):
    assert authority_of(Decimal(hectares)) == authority


@pytest.mark.parametrize(
    ("severity", "legal", "pattern"),
    [
        (Severity.HEAVY, True, HandlingPattern.RENEWAL),
        (Severity.HEAVY, False, HandlingPattern.RESETTLEMENT),
        (Severity.MODERATE, True, HandlingPattern.RENEWAL),
        (Severity.MODERATE, False, HandlingPattern.RESETTLEMENT),
        (Severity.LIGHT, True, HandlingPattern.REHABILITATION),
        (Severity.LIGHT, False, HandlingPattern.RESETTLEMENT),
        (Severity.NOT_SLUM, True, None),
        (Severity.NOT_SLUM, False, None),
    ],
)
def test_pattern_of_handling_in_the_decision_table(severity, legal, pattern):
    for rules in (PERMEN_02_2016, PERMEN_14_2018):
        for level in Level:
            row = rules.decision(severity, level, is_legal=legal)
            assert (row.pattern if row else None) == pattern


def test_rule_set_is_whole():
    assert len(CODES) == len(set(CODES)) == 16
    assert len(PERMEN_14_2018.aspects) == 7
    assert all(re.fullmatch(rf"{row.aspect}[abc]", row.code) for row in indicators())
    assert str(PERMEN_14_2018.by_code["4c"].name) == (
        "Kualitas konstruksi drainase lingkungan buruk"
    )
    assert [severity.letter for severity in Severity] == ["B", "S", "R", "T"]


def indicators():
    return PERMEN_14_2018.indicators


figures = st.decimals(min_value=0, max_value=10_000, places=6)
positive = st.decimals(min_value="0.000001", max_value=10_000, places=6)
surveys = st.fixed_dictionaries(dict.fromkeys(CODES, figures))
areas = st.builds(Denominators, *[positive] * 5)


@given(surveys, areas)
def test_total_is_the_sum_of_scores_of_0_1_3_5(given_volumes, divisors):
    result = assess(given_volumes, divisors, PERMEN_14_2018)
    scores = [row.score for row in result.indicators]
    assert set(scores) <= {0, 1, 3, 5}
    assert result.total == sum(scores)
    assert result.severity == severity_of(result.total, PERMEN_14_2018)


@given(figures, figures, positive)
def test_more_volume_never_scores_less(one, other, divisor):
    low, high = (
        score_of(percentage(volume, divisor), PERMEN_14_2018)
        for volume in sorted([one, other])
    )
    assert low <= high


@given(figures, positive, st.integers(min_value=1, max_value=1_000_000))
def test_percentage_does_not_depend_on_the_unit(volume, divisor, factor):
    assert percentage(volume, divisor) == percentage(volume * factor, divisor * factor)


@given(surveys, areas)
def test_checked_volumes_have_percentages_from_0_to_100(given_volumes, divisors):
    problems = check_volumes(given_volumes, divisors, PERMEN_14_2018)
    result = assess(given_volumes, divisors, PERMEN_14_2018)
    above = {row.code for row in result.indicators if row.volume > row.denominator}
    assert set(problems) == above
    assert all(
        0 <= row.percent <= 100 for row in result.indicators if row.code not in problems
    )
