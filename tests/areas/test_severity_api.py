"""The public scoring endpoint: exact, every error at once, never a crash."""

import io
import json
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.test import override_settings
from rest_framework.test import APIRequestFactory
from rest_framework.throttling import ScopedRateThrottle

from areas.api.exact_json import MAX_BODY_BYTES
from areas.api.severity import (
    AspectMeanSerializer,
    IndicatorScoreSerializer,
    SeverityChangeSerializer,
    SeverityResultSerializer,
    SeverityScoreView,
)
from areas.models import Intervention
from tests.rules import PERMEN_02_2016, PERMEN_14_2018

pytestmark = pytest.mark.django_db

CODES = PERMEN_14_2018.codes
URL = "/api/v1/severity-scores/"
MEDONO = {
    "rule_set": "permen-14-2018",
    "area_ha": "0.944282",
    "buildings": 34,
    "households": 34,
    "ideal_road_m": 550,
    "ideal_drainage_m": "500.0",
    "volumes": dict.fromkeys(CODES, 0)
    | {"1a": 34, "1c": "10", "2b": 250, "3a": 15, "4a": "0.004282", "4b": 200}
    | {"5b": 33, "6a": 34, "6b": 34, "7b": 34},
}


@pytest.fixture(autouse=True)
def memory_cache():
    """Request rates are counted in memory."""
    backend = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    with override_settings(CACHES={"default": backend}):
        cache.clear()
        yield


def post_raw(body: bytes | str, content_type: str = "application/json", **extra):
    request = APIRequestFactory().generic(
        "POST", URL, body, content_type=content_type, **extra
    )
    response = SeverityScoreView.as_view()(request).render()
    return response.status_code, json.loads(response.content)


def post(**changes):
    """Medono's survey with these fields changed; one that is None is left out."""
    body = {
        name: value for name, value in (MEDONO | changes).items() if value is not None
    }
    return post_raw(json.dumps(body))


def with_volumes(**changes):
    return MEDONO["volumes"] | {
        name.removeprefix("v"): v for name, v in changes.items()
    }


def with_text(field: str, text: str) -> str:
    """Medono's survey with `text` written unquoted as the value of one field."""
    body = json.dumps({**MEDONO, field: "@"})
    return body.replace('"@"', text)


def test_scores_an_area():
    status, answer = post()
    assert status == 200
    assert (answer["total"], answer["severity"]) == (29, "light")
    assert answer["mean_percent"] == "42.8482"
    assert [row["code"] for row in answer["indicators"]] == list(CODES)
    assert answer["indicators"][2] == {
        "code": "1c",
        "volume": "10",
        "denominator": "34",
        "percent": "29.41",
        "score": 1,
    }
    assert answer["indicators"][7]["denominator"] == "0.944282"
    assert answer["aspects"][0] == {"code": "1", "mean_percent": "43.1373"}
    assert len(answer["aspects"]) == 7


def test_answer_has_the_shape_of_the_schema():
    _status, answer = post()
    assert set(answer) == set(SeverityResultSerializer().fields)
    assert set(answer["aspects"][0]) == set(AspectMeanSerializer().fields)
    assert set(answer["indicators"][0]) == set(IndicatorScoreSerializer().fields)


def test_json_numbers_are_never_floats():
    """As a float, 0.10 would be 0.1000000000000000055…, or at best 0.1."""
    body = with_text("area_ha", "0.10").replace('"0.004282"', "0.10")
    status, answer = post_raw(body)
    assert status == 200
    assert answer["indicators"][7]["volume"] == "0.10"
    assert answer["indicators"][7]["denominator"] == "0.10"
    assert answer["indicators"][7]["percent"] == "100.00"


def test_every_error_at_once():
    status, errors = post(
        rule_set="permen-1-1900",
        area_ha="-1",
        buildings=True,
        households=0,
        ideal_road_m=None,
        ideal_drainage_m="1.0000001",
        volumes={
            **with_volumes(v1b="1,5", v1c=None, v2b="-3", v4d=1, v6a="1e3"),
            "7b": ["4"],
        },
    )
    assert status == 400
    sentences = {name: text for name, text in errors.items() if name != "volumes"}
    assert sentences == {
        "rule_set": [
            "Aturan penilaian ini tidak dikenal. Gunakan salah satu dari:"
            " permen-14-2018, permen-02-2016."
        ],
        "area_ha": ["Angka ini negatif. Tulis 0 atau lebih."],
        "buildings": [NOT_A_NUMBER],
        "ideal_road_m": ["Angka ini belum diisi. Isi angkanya, atau tulis 0."],
        "ideal_drainage_m": [
            "Tulis paling banyak 8 angka di depan dan 6 angka di belakang titik"
            " desimal."
        ],
    }
    volumes = {code: text for code, (text,) in errors["volumes"].items()}
    assert set(volumes) == {"1b", "1c", "2b", "3a", "4d", "5b", "6a", "6b", "7b"}
    assert {volumes["1b"], volumes["6a"], volumes["7b"]} == {NOT_A_NUMBER}
    assert volumes["1c"].startswith("Volume 1c belum diisi.")
    assert volumes["2b"].startswith("Volume 2b negatif (-3 m).")
    assert volumes["3a"].startswith("Volume 3a 15 KK, padahal jumlah KK 0.")
    assert volumes["4d"].startswith("Indikator 4d tidak ada dalam Permen PUPR 14")


NOT_A_NUMBER = (
    "Tulis bilangan dengan angka dan titik desimal saja, misalnya 1234.56: tanpa"
    " pemisah ribuan, tanpa eksponen, bukan NaN."
)


def test_volume_above_its_denominator_shows_the_arithmetic():
    status, errors = post(volumes=with_volumes(v1a="40.5"))
    assert status == 400
    assert list(errors) == ["volumes"]
    assert list(errors["volumes"]) == ["1a"]
    assert "(40,5 − 34 = kelebihan 6,5 unit bangunan)" in errors["volumes"]["1a"][0]


def test_nothing_given_names_every_field():
    for body in (b"{}", b""):
        status, errors = post_raw(body)
        assert status == 400
        assert set(errors) == set(MEDONO)


def test_all_volumes_left_out_names_every_indicator():
    _status, errors = post(volumes={})
    assert set(errors["volumes"]) == set(CODES)


@pytest.mark.parametrize(
    "text", ["1e3", "1E3", "1e400", "NaN", "Infinity", "-Infinity"]
)
@pytest.mark.parametrize("written", ["{}", '"{}"'])
def test_exponents_and_non_numbers_are_refused(text, written):
    status, errors = post_raw(with_text("area_ha", written.format(text)))
    assert status == 400
    assert errors == {"area_ha": [NOT_A_NUMBER]}


@pytest.mark.parametrize(
    "text",
    ["true", "false", "[]", "{}", '"1.234,5"', '"+1"', '"١"', '".5"', '"5."', '"0x1"'],
)
def test_what_is_no_figure_is_refused(text):
    status, errors = post_raw(with_text("area_ha", text))
    assert (status, errors) == (400, {"area_ha": [NOT_A_NUMBER]})


@pytest.mark.parametrize(
    "text", ["123456789", "1.0000001", "9" * 5000, "1." + "0" * 5000]
)
def test_digits_are_bounded(text):
    status, errors = post_raw(with_text("area_ha", text))
    assert status == 400
    assert "paling banyak 8 angka" in errors["area_ha"][0]


def test_the_longest_figure_and_a_negative_zero_are_accepted():
    status, answer = post(
        area_ha="99999999.999999", volumes=with_volumes(v4a=" 0.004282 ", v1b="-0")
    )
    assert status == 200
    assert answer["indicators"][1]["volume"] == "0"
    assert Decimal(answer["indicators"][7]["denominator"]) == Decimal("99999999.999999")


def test_zeros_before_and_minus_before_zero_do_not_matter():
    status, answer = post(
        area_ha="-0.0", buildings="00000000034", volumes=with_volumes(v4a="0.000000")
    )
    assert status == 200
    assert answer["indicators"][0]["denominator"] == "34"
    assert answer["indicators"][1]["denominator"] == "0.0"


def test_a_name_written_twice_is_refused():
    body = json.dumps(MEDONO)
    body = body.replace('"1b": 0', '"1b": 0, "1b": 0')
    body = body.replace('"households": 34', '"households": 34, "households": 35')
    status, errors = post_raw(body)
    assert status == 400
    assert errors == {
        "households": ["households ditulis dua kali. Sisakan satu."],
        "volumes": {"1b": ["1b ditulis dua kali. Sisakan satu."]},
    }


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"\xff\xfe",
        b"\x00",
        "ｅ".encode("utf-16"),
        b"[" * 60_000,
        b'{"volumes":' * 5_000 + b"1" + b"}" * 5_000,
        b'{"rule_set": "\\ud800"}',
        b'{"volumes": {"\\udfff": 1}}',
        b'{"area_ha": 01}',
        b"{'area_ha': 1}",
    ],
)
def test_broken_json_is_one_sentence(body):
    status, errors = post_raw(body)
    assert status == 400
    assert errors["detail"].startswith("Isi permintaan bukan JSON yang sah")


@pytest.mark.parametrize("body", ["[]", "1", '"a"', "null", "true", "1e999", "NaN"])
def test_json_that_is_not_an_object_is_refused(body):
    status, errors = post_raw(body)
    assert status == 400
    assert errors["detail"].startswith("Isi permintaan harus berupa satu objek JSON")


@pytest.mark.parametrize("volumes", [[1], "1", 5, True, dict.fromkeys(range(101), 1)])
def test_volumes_of_another_shape_are_refused(volumes):
    status, errors = post(volumes=volumes)
    assert status == 400
    assert [*errors] == ["volumes"]
    assert len(errors["volumes"]) == 1


def test_long_unknown_code_is_cut_in_the_sentence():
    _status, errors = post(volumes=with_volumes(**{"x" * 500: 1}))
    assert len(errors["volumes"]["x" * 500][0]) < 250


def test_body_over_the_limit_is_refused():
    filler = " " * MAX_BODY_BYTES
    status, errors = post_raw(json.dumps(MEDONO) + filler)
    assert status == 413
    assert errors["detail"].startswith("Isi permintaan lebih besar dari 64 KB.")
    assert errors["code"] == "body_too_large"


def test_body_of_the_limit_is_accepted():
    body = json.dumps(MEDONO)
    status, _answer = post_raw(body + " " * (MAX_BODY_BYTES - len(body)))
    assert status == 200


class Body(io.BytesIO):
    """A request body that remembers how much of it was read."""

    def __init__(self, text: bytes) -> None:
        super().__init__(text)
        self.taken = 0

    def read(self, size: int | None = -1) -> bytes:
        data = super().read(size)
        self.taken += len(data)
        return data


@pytest.mark.parametrize(
    ("declared", "most_read"),
    [(5_000_000, 0), (10**30, 0), (1000, MAX_BODY_BYTES + 1)],
)
def test_no_more_of_a_large_body_is_read_than_the_limit(declared, most_read):
    """The second guard holds where a server's declared length is not the true one."""
    body = Body(b" " * 5_000_000)
    request = APIRequestFactory().generic("POST", URL, content_type="application/json")
    request.META["CONTENT_LENGTH"] = str(declared)
    request._stream = body
    assert SeverityScoreView.as_view()(request).status_code == 413
    assert body.taken == most_read


@pytest.mark.parametrize(
    "content_type",
    ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data"],
)
def test_only_json_is_read(content_type):
    status, _errors = post_raw("area_ha=1", content_type=content_type)
    assert status == 415


def test_get_is_not_offered():
    request = APIRequestFactory().get(URL)
    assert SeverityScoreView.as_view()(request).status_code == 405


def test_a_wrong_token_does_not_matter():
    status, _answer = post_raw(json.dumps(MEDONO), HTTP_AUTHORIZATION="Token wrong")
    assert status == 200


def test_too_many_requests_are_held_back(monkeypatch):
    monkeypatch.setattr(
        ScopedRateThrottle, "THROTTLE_RATES", {"severity-scores": "2/min"}
    )
    assert [post()[0] for _ in range(3)] == [200, 200, 429]


# ---- what-if -------------------------------------------------------------------------


def what_if(interventions, **changes):
    return post(interventions=interventions, **changes)


def test_medono_before_and_after_its_waste_was_handled():
    """29 → 19; from plain means (42.8482 − 28.5625) ÷ 42.8482, not the file's."""
    status, answer = what_if({"6a": 34, "6b": "34"})

    assert status == 200
    assert (answer["before"]["total"], answer["after"]["total"]) == (29, 19)
    assert answer["after"]["mean_percent"] == "28.5625"
    assert answer["contribution"] == "33.3403"
    assert answer["before"] == post()[1]


def test_the_answer_with_interventions_has_the_shape_of_the_schema():
    _status, answer = what_if({"6a": 1})

    assert set(answer) == set(SeverityChangeSerializer().fields)
    assert set(answer["after"]) == set(SeverityResultSerializer().fields)


def test_what_if_of_nothing_changes_nothing():
    for nothing in ({}, {"6a": 0, "tps3r": "0"}):
        status, answer = what_if(nothing)
        assert status == 200
        assert answer["after"] == answer["before"] == post()[1]
        assert answer["contribution"] == "0.0000"


def test_an_intervention_of_the_catalogue_works_by_its_effects():
    """A TPS 3R improves both waste indicators; more than there is improves no more."""
    by_codes = what_if({"6a": 34, "6b": 34})[1]
    assert what_if({"tps3r": 34})[1] == by_codes
    assert what_if({"tps3r": 5000})[1]["after"]["total"] == 19


def test_both_rule_sets_take_interventions():
    volumes = dict.fromkeys(PERMEN_02_2016.codes, 0) | {"1a": 34, "4c": 500, "6c": 34}
    status, answer = what_if(
        {"4c": 500, "pemeliharaan-sampah": 34},
        rule_set="permen-02-2016",
        volumes=volumes,
    )
    assert status == 200
    assert (answer["before"]["total"], answer["after"]["total"]) == (15, 5)


def test_every_bad_intervention_is_told_with_all_other_errors():
    Intervention.objects.filter(code="mck").update(is_active=False)
    status, errors = what_if(
        {
            "6a": "-1",
            "6b": None,
            "7a": "banyak",
            "6c": 3,
            "mck": 3,
            "jembatan-emas": 1,
            "drainase-sambungan": 1,
        },
        buildings="-2",
        volumes=with_volumes(v5a="-1"),
    )
    assert status == 400
    assert set(errors) == {"buildings", "volumes", "interventions"}
    told = {code: text for code, (text,) in errors["interventions"].items()}
    assert told["6a"] == "Volume rencana negatif. Tulis 0 atau lebih."
    assert told["6b"] == "Volume rencana belum diisi. Isi angkanya, atau tulis 0."
    assert told["7a"] == NOT_A_NUMBER
    for code in ("6c", "mck", "jembatan-emas"):
        assert told[code].startswith(f"“{code}” bukan indikator Permen PUPR 14")
    assert told["drainase-sambungan"].startswith(
        "Penyambungan ke drainase perkotaan tidak memperbaiki indikator mana pun"
    )


@pytest.mark.parametrize("value", [[], "6a", 5, True, None, dict.fromkeys(range(101))])
def test_interventions_of_another_shape_are_refused(value):
    body = json.dumps(MEDONO | {"interventions": value})
    status, errors = post_raw(body)
    assert status == 400
    assert [*errors] == ["interventions"]


def test_an_intervention_written_twice_is_refused():
    body = json.dumps(MEDONO | {"interventions": {"6a": 1}})
    status, errors = post_raw(body.replace('{"6a": 1}', '{"6a": 1, "6a": 2}'))
    assert status == 400
    assert errors == {"interventions": {"6a": ["6a ditulis dua kali. Sisakan satu."]}}
