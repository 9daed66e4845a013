"""Versions of a budget: murni, then perubahan; their targets, pages and endpoints."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from core.errors import BusinessRuleError, NotAllowedError, WrongStateError
from programs import services
from programs.budgets import budget_rows, over_budget, versions_of
from programs.models import BudgetVersion, Programme, Target
from tests.factories_budgets import BudgetVersionFactory, TargetFactory
from tests.factories_programs import ActivityFactory, ProgrammeFactory

API = "/api/v1"


@pytest.fixture
def programme(office):
    return ProgrammeFactory(agency=office, name="Penataan")


@pytest.fixture
def murni(programme, operator):
    return services.add_budget(
        programme,
        amount=Decimal(1_000),
        decided_on=date(2026, 1, 5),
        document_number="  DPA   1 ",
        targets={"hectares": Decimal("2.5"), "length": Decimal(300)},
        by=operator,
    )


@pytest.fixture
def perubahan(programme, murni, operator):
    return services.add_budget(
        programme,
        amount=Decimal(1_250),
        decided_on=date(2026, 9, 1),
        targets={"hectares": Decimal(3)},
        by=operator,
    )


# ---- services ------------------------------------------------------------------------


def test_murni_first_then_each_perubahan(programme, murni, perubahan, operator):
    third = services.add_budget(programme, amount=Decimal(900), by=operator)

    versions = versions_of(programme)
    assert [str(version) for version in versions] == [
        "Murni",
        "Perubahan 1",
        "Perubahan 2",
    ]
    assert [version.kind for version in versions] == ["original", "amended", "amended"]
    assert murni.document_number == "DPA 1"
    assert programme.budget == third.amount
    assert Programme.objects.with_sums().get().budget_now == 900


def test_a_version_is_corrected_in_its_place(murni, perubahan, operator):
    services.set_budget(
        murni,
        amount=Decimal(1_100),
        targets={"hectares": None, "houses": Decimal(4)},
        by=operator,
    )

    murni.refresh_from_db()
    assert (murni.number, murni.amount) == (1, 1_100)
    assert dict(murni.targets.values_list("measure", "value")) == {
        "houses": 4,
        "length": 300,
    }


def test_all_problems_are_told_at_once(programme, operator):
    with pytest.raises(BusinessRuleError) as refused:
        services.add_budget(
            programme,
            targets={"hectares": Decimal(0), "smiles": Decimal(1)},
            by=operator,
        )

    assert refused.value.errors == {
        "amount": ["Tulis anggarannya dalam rupiah; 0 bila tidak ada."],
        "targets.hectares": ["Target harus di atas 0."],
        "targets.smiles": ["Target seperti itu tidak ada."],
    }
    assert not BudgetVersion.objects.exists()


def test_a_budget_is_not_negative(programme, operator):
    with pytest.raises(BusinessRuleError) as refused:
        services.add_budget(programme, amount=Decimal(-1), by=operator)

    sentences = [text for texts in refused.value.errors.values() for text in texts]
    assert sentences == ["Pagu tidak boleh negatif."]


def test_versions_are_decided_one_after_the_other(programme, murni, operator):
    early = date(2026, 1, 4)
    with pytest.raises(BusinessRuleError, match="Murni") as refused:
        services.add_budget(programme, amount=Decimal(1), decided_on=early, by=operator)
    later = services.add_budget(
        programme, amount=Decimal(1), decided_on=date(2026, 1, 5), by=operator
    )

    assert refused.value.errors["decided_on"] == [
        "“Murni” ditetapkan lebih akhir, pada 5 Jan 2026. Periksa kedua tanggal."
    ]
    with pytest.raises(BusinessRuleError, match="Perubahan 1"):
        services.set_budget(murni, decided_on=date(2026, 1, 6), by=operator)
    assert later.number == 2


def test_only_the_newest_version_is_removed(programme, murni, perubahan, operator):
    with pytest.raises(WrongStateError, match="versi terbaru"):
        services.remove_budget(murni, by=operator)

    services.remove_budget(perubahan, by=operator)

    assert [version.pk for version in versions_of(programme)] == [murni.pk]
    assert Target.objects.count() == 2


def test_targets_one_by_one(murni, operator):
    target = services.add_target(murni, measure="houses", value=Decimal(5), by=operator)
    services.set_target(target, value=Decimal(6), by=operator)

    with pytest.raises(BusinessRuleError, match="sudah punya target"):
        services.add_target(murni, measure="houses", value=Decimal(1), by=operator)
    with pytest.raises(BusinessRuleError, match="di atas 0"):
        services.set_target(target, value=Decimal(0), by=operator)
    target.refresh_from_db()
    assert target.value == 6
    services.remove_target(target, by=operator)
    assert not murni.targets.filter(measure="houses").exists()


@pytest.mark.parametrize("person", ["viewer", "stranger", "verifier"])
def test_who_may_not(request, programme, murni, person):
    by = request.getfixturevalue(person)

    for call in (
        lambda: services.add_budget(programme, amount=Decimal(1), by=by),
        lambda: services.set_budget(murni, amount=Decimal(1), by=by),
        lambda: services.remove_budget(murni, by=by),
        lambda: services.add_target(murni, measure="houses", value=Decimal(1), by=by),
    ):
        with pytest.raises(NotAllowedError):
            call()


def test_a_new_programme_has_its_murni(office, operator):
    made = services.create_programme(
        agency=office,
        code="1.04.03",
        name="Penataan",
        year=2026,
        fund="dak",
        budget=Decimal(5),
        by=operator,
    )

    assert str(made.budgets.get()) == "Murni"


# ---- constraints ---------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("budget_version_not_negative", {"amount": -1}),
        ("budget_version_murni_first", {"number": 2}),
        ("budget_version_murni_first", {"kind": "amended"}),
    ],
)
def test_the_database_refuses_a_version(constraint, values):
    version = BudgetVersionFactory()

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        BudgetVersion.objects.filter(pk=version.pk).update(**values)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("constraint", "values"),
    [("target_positive", {"value": 0}), ("target_measure_known", {"measure": "x"})],
)
def test_the_database_refuses_a_target(constraint, values):
    target = TargetFactory()

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Target.objects.filter(pk=target.pk).update(**values)


# ---- the table and the warning -------------------------------------------------------


def test_versions_stand_side_by_side(programme, murni, perubahan):
    rows = {row.label: row for row in budget_rows(versions_of(programme))}

    assert [str(cell) for _version, cell in rows["Pagu"].cells] == [
        'Rp\xa0<data value="1000.00">1.000</data>',
        'Rp\xa0<data value="1250.00">1.250</data>',
    ]
    assert "250" in rows["Pagu"].difference
    assert "0,5" in rows["Hektare ditangani (ha)"].difference
    assert "–" in rows["Panjang (m)"].difference  # the perubahan does not name it


@pytest.mark.parametrize(("value", "warns"), [(1_000, False), (1_001, True)])
def test_activities_above_the_budget_are_told(programme, murni, value, warns):
    ActivityFactory(programme=programme, budget=Decimal(value))

    said = over_budget(Programme.objects.with_sums().get())

    if not warns:
        assert said == ""
        return
    assert "Rp 1.001, melebihi pagu Rp 1.000 (lebih Rp 1)" in said


# ---- pages ---------------------------------------------------------------------------


def test_the_page_shows_versions_and_the_warning(
    client, log_in, programme, murni, perubahan
):
    ActivityFactory(programme=programme, budget=Decimal(1_300))
    log_in("operator")

    text = client.get(programme.get_absolute_url()).content.decode()

    assert "Perubahan 1" in text
    assert "Rp 1.300, melebihi pagu Rp 1.250" in text
    assert reverse("programs:budget-create", args=[programme.pk]) in text
    assert reverse("programs:budget-remove", args=[perubahan.pk]) in text
    assert reverse("programs:budget-remove", args=[murni.pk]) not in text


def test_a_viewer_sees_no_way_to_change(client, log_in, programme, murni):
    log_in("viewer")

    text = client.get(programme.get_absolute_url()).content.decode()

    assert "Anggaran dan target" in text
    assert reverse("programs:budget-edit", args=[murni.pk]) not in text


def test_a_perubahan_by_form_begins_with_what_holds(client, log_in, programme, murni):
    log_in("operator")
    url = reverse("programs:budget-create", args=[programme.pk])

    page = client.get(url)
    answer = client.post(
        url,
        {
            "amount": "1.250",
            "decided_on": "2026-09-01",
            "document_number": "DPPA 2",
            "targets.hectares": "3,5",
        },
    )

    assert 'value="2,5"' in page.content.decode()
    assert answer["Location"] == programme.get_absolute_url()
    newest = programme.budgets.get(number=2)
    assert (newest.amount, newest.targets.get().value) == (1_250, Decimal("3.5"))


def test_a_wrong_form_keeps_what_was_typed(client, log_in, programme):
    log_in("operator")
    url = reverse("programs:budget-create", args=[programme.pk])

    page = client.post(url, {"amount": "", "targets.hectares": "0"})

    text = page.content.decode()
    assert "Tulis anggarannya dalam rupiah" in text
    assert "Target harus di atas 0." in text
    assert not programme.budgets.exists()


def test_removal_asks_first(client, log_in, programme, murni):
    log_in("operator")
    url = reverse("programs:budget-remove", args=[murni.pk])

    assert "Hapus versi anggaran terbaru" in client.get(url).content.decode()
    client.post(url)

    assert not programme.budgets.exists()


def test_origin_is_chosen_filtered_and_shown(client, log_in, office):
    ProgrammeFactory(agency=office, origin="pokir", name="Usulan dewan")
    ProgrammeFactory(agency=office, origin="rkpd", name="Rencana kerja")
    log_in("operator")

    page = client.get(reverse("programs:programme-list"), {"origin": "pokir"})

    text = page.content.decode()
    assert "Usulan dewan" in text
    assert "Rencana kerja" not in text
    assert "Pokir DPRD" in text


# ---- the API -------------------------------------------------------------------------


def send(client, method, path, data=None):
    return getattr(client, method)(
        f"{API}/{path}/", data or {}, content_type="application/json"
    )


def test_versions_and_targets_over_the_api(client, log_in, programme):
    log_in("operator")

    made = send(
        client,
        "post",
        "budget-versions",
        {"programme": programme.pk, "amount": "1000.00", "decided_on": "2026-01-05"},
    )
    key = made.json()["id"]
    target = send(
        client,
        "post",
        "targets",
        {"version": key, "measure": "hectares", "value": "2.5"},
    )
    path = f"targets/{target.json()['id']}"
    changed = send(client, "patch", path, {"value": "3"})
    listed = client.get(f"{API}/targets/", {"programme": programme.pk}).json()

    assert (made.status_code, target.status_code) == (201, 201)
    assert (made.json()["number"], made.json()["kind"]) == (1, "original")
    assert changed.json()["value"] == "3.000000"
    assert listed["count"] == 1
    assert send(client, "delete", path).status_code == 204
    assert send(client, "delete", f"budget-versions/{key}").status_code == 204
    assert not programme.budgets.exists()


def test_a_version_never_changes_its_programme(client, log_in, murni, office):
    other = ProgrammeFactory(agency=office)
    log_in("operator")

    answer = send(
        client, "patch", f"budget-versions/{murni.pk}", {"programme": other.pk}
    )

    assert answer.status_code == 400
    assert set(answer.json()) == {"programme"}


def test_an_old_version_is_not_removed(client, log_in, murni, perubahan):
    log_in("operator")

    answer = send(client, "delete", f"budget-versions/{murni.pk}")

    assert answer.status_code == 409


@pytest.mark.parametrize("path", ["budget-versions", "targets"])
def test_a_stranger_finds_nothing(client, log_in, murni, path):
    key = murni.pk if path == "budget-versions" else murni.targets.first().pk
    log_in("stranger")

    assert client.get(f"{API}/{path}/").json()["count"] == 0
    assert client.get(f"{API}/{path}/{key}/").status_code == 404
    answer = send(
        client,
        "post",
        "budget-versions",
        {"programme": murni.programme_id, "amount": "1"},
    )
    assert answer.status_code == 400  # what one does not see cannot be named


@pytest.mark.parametrize("path", ["budget-versions", "targets"])
def test_lists_cost_the_same_for_more_rows(client, log_in, office, queries_of, path):
    def add(count):
        for _number in range(count):
            version = BudgetVersionFactory(programme=ProgrammeFactory(agency=office))
            TargetFactory(version=version)

    log_in("operator")
    add(2)
    few = queries_of(client.get, f"{API}/{path}/")
    add(6)

    assert queries_of(client.get, f"{API}/{path}/") == few
