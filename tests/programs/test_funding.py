"""Who pays for an activity, its contract with addenda, and all works on one area."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from core.errors import BusinessRuleError, NotAllowedError
from programs import services
from programs.area_programmes import area_works
from programs.contracts import contract_of
from programs.models import Activity, ContractAddendum, FundingLeg
from tests.factories_budgets import AddendumFactory, FundingLegFactory
from tests.factories_programs import (
    ActivityFactory,
    PeriodFactory,
    ProgrammeFactory,
    activity_in,
    drafted,
)

API = "/api/v1"
LEG = {"fund": "apbn", "directorate": "sanitation", "amount": Decimal(300)}


@pytest.fixture
def leg(activity, operator):
    return services.add_funding_leg(activity, by=operator, **LEG)


@pytest.fixture
def contracted(activity, operator):
    """A contract of 1,000 rupiah from 1 March to 31 August 2021."""
    return services.update_activity(
        activity,
        contract_number="SPK 1",
        contractor="CV  Sungai",
        contract_value=Decimal(1_000),
        contract_signed_on=date(2021, 3, 1),
        contract_ends_on=date(2021, 8, 31),
        by=operator,
    )


def send(client, method, path, data=None):
    return getattr(client, method)(
        f"{API}/{path}/", data or {}, content_type="application/json"
    )


# ---- sources of money ----------------------------------------------------------------


def test_a_source_is_reported_by_who_carries_the_work_out(leg, activity):
    assert leg.agency == activity.agency
    assert str(leg) == "APBN Sanitasi"


def test_a_source_is_changed_and_removed(leg, activity, operator, province):
    services.set_funding_leg(leg, agency=province, amount=Decimal(400), by=operator)

    leg.refresh_from_db()
    assert (leg.agency, leg.amount, leg.fund) == (province, 400, "apbn")
    services.remove_funding_leg(leg, by=operator)
    assert not activity.funding_legs.exists()


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"amount": Decimal(0)}, "Jumlahnya harus di atas 0."),
        ({"fund": "dak"}, "Hanya dana APBN yang menyebut direktorat."),
        ({"fund": "emas", "directorate": ""}, "bukan pilihan yang valid"),
    ],
)
def test_what_a_source_may_not_be(activity, operator, values, sentence):
    with pytest.raises(BusinessRuleError) as refused:
        services.add_funding_leg(activity, by=operator, **LEG | values)

    told = " ".join(text for texts in refused.value.errors.values() for text in texts)
    assert sentence in told
    assert not FundingLeg.objects.exists()


def test_the_same_source_stands_once(leg, activity, operator):
    with pytest.raises(BusinessRuleError) as refused:
        services.add_funding_leg(activity, by=operator, **LEG)

    assert ["Kegiatan ini sudah punya sumber dana itu."] in list(
        refused.value.errors.values()
    )


@pytest.mark.parametrize("person", ["viewer", "stranger", "verifier"])
def test_who_may_not(request, activity, leg, contracted, person):
    by = request.getfixturevalue(person)
    addendum = AddendumFactory(activity=activity)

    for call in (
        lambda: services.add_funding_leg(activity, by=by, **LEG),
        lambda: services.set_funding_leg(leg, amount=Decimal(1), by=by),
        lambda: services.remove_funding_leg(leg, by=by),
        lambda: services.add_addendum(activity, number="x", by=by),
        lambda: services.set_addendum(addendum, number="x", by=by),
        lambda: services.remove_addendum(addendum, by=by),
    ):
        with pytest.raises(NotAllowedError):
            call()


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("funding_leg_positive", {"amount": 0}),
        ("funding_leg_fund_known", {"fund": "emas"}),
        ("funding_leg_directorate_of_apbn", {"directorate": "water"}),
    ],
)
def test_the_database_refuses_a_source(activity, constraint, values):
    leg = FundingLegFactory(activity=activity)

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        FundingLeg.objects.filter(pk=leg.pk).update(**values)


# ---- the contract --------------------------------------------------------------------


def test_a_contract_without_addenda_is_its_own(contracted):
    contract = contract_of(contracted)

    assert (contract.value, contract.ends_on) == (1_000, date(2021, 8, 31))
    assert (contract.value_by, contract.ends_by) == (None, None)
    assert contracted.contractor == "CV Sungai"


def test_the_last_addendum_to_change_it_holds(contracted, operator):
    services.add_addendum(
        contracted,
        number="ADD 2",
        signed_on=date(2021, 7, 1),
        ends_on=date(2021, 10, 31),
        by=operator,
    )
    services.add_addendum(
        contracted,
        number="ADD 1",
        signed_on=date(2021, 6, 1),
        value=Decimal(1_200),
        ends_on=date(2021, 9, 30),
        by=operator,
    )

    contract = contract_of(Activity.objects.get())

    assert (contract.value, str(contract.value_by)) == (1_200, "ADD 1")
    assert (contract.ends_on, str(contract.ends_by)) == (date(2021, 10, 31), "ADD 2")


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({}, {"value"}),
        ({"value": Decimal(-1)}, {"__all__"}),
        ({"value": Decimal(1), "signed_on": date(2021, 2, 28)}, {"signed_on"}),
        ({"ends_on": date(2021, 5, 31)}, {"__all__"}),
        ({"value": Decimal(1), "number": ""}, {"number"}),
    ],
)
def test_what_an_addendum_may_not_be(contracted, operator, values, fields):
    given = {"number": "ADD 1", "signed_on": date(2021, 6, 1)} | values

    with pytest.raises(BusinessRuleError) as refused:
        services.add_addendum(contracted, by=operator, **given)

    assert set(refused.value.errors) == fields


def test_dates_of_a_contract_follow_one_another(contracted, operator):
    with pytest.raises(BusinessRuleError) as refused:
        services.update_activity(
            contracted,
            contract_value=Decimal(-1),
            contract_ends_on=date(2021, 2, 1),
            handed_over_on=date(2021, 2, 1),
            by=operator,
        )

    early = "Tanggal ini sebelum tanggal SPK, 1 Mar 2021."
    assert refused.value.errors == {
        "contract_value": ["Nilai kontrak tidak boleh negatif."],
        "contract_ends_on": [early],
        "handed_over_on": [early],
    }


# ---- pages ---------------------------------------------------------------------------


def test_the_page_holds_sources_beside_value_and_contract(
    client, log_in, leg, contracted
):
    Activity.objects.update(budget=250)
    AddendumFactory(activity=contracted, number="ADD 7", value=Decimal(1_500))
    log_in("operator")

    text = client.get(contracted.get_absolute_url()).content.decode()

    assert "Jumlah sumber dana Rp 300, sedangkan nilai kegiatan Rp 250." in text
    assert "Kontrak Rp 1.500 melebihi jumlah sumber dana Rp 300." in text
    assert "menurut adendum ADD 7" in text
    assert "CV Sungai" in text
    assert reverse("programs:funding-edit", args=[leg.pk]) in text


def test_a_source_by_form(client, log_in, activity):
    log_in("operator")
    url = reverse("programs:funding-create", args=[activity.pk])
    values = {"fund": "dak", "amount": "1.500.000", "agency": activity.agency_id}

    refused = client.post(url, values | {"amount": "0"})
    client.post(url, values)
    leg = activity.funding_legs.get()
    edit = reverse("programs:funding-edit", args=[leg.pk])
    client.post(edit, values | {"fund": "csr", "note": "PT Tambang"})

    assert "Jumlahnya harus di atas 0." in refused.content.decode()
    leg.refresh_from_db()
    assert (leg.fund, leg.amount, leg.note) == ("csr", 1_500_000, "PT Tambang")
    remove = reverse("programs:funding-remove", args=[leg.pk])
    assert "Hapus sumber dana" in client.get(remove).content.decode()
    client.post(remove)
    assert not activity.funding_legs.exists()


def test_an_addendum_by_form(client, log_in, contracted):
    log_in("operator")
    url = reverse("programs:addendum-create", args=[contracted.pk])

    refused = client.post(url, {"number": "ADD 1", "signed_on": "2021-06-01"})
    client.post(
        url, {"number": "ADD 1", "signed_on": "2021-06-01", "value": "1.250,50"}
    )
    addendum = contracted.addenda.get()
    edit = reverse("programs:addendum-edit", args=[addendum.pk])
    client.post(edit, {"number": "ADD 1", "signed_on": "2021-06-02", "value": "1.300"})

    assert "Tulis yang berubah" in refused.content.decode()
    addendum.refresh_from_db()
    assert (addendum.value, addendum.signed_on) == (1_300, date(2021, 6, 2))
    client.post(reverse("programs:addendum-remove", args=[addendum.pk]))
    assert not ContractAddendum.objects.exists()


def test_the_contract_is_part_of_the_activitys_form(client, log_in, activity):
    log_in("operator")
    page = client.get(reverse("programs:activity-edit", args=[activity.pk]))

    assert 'name="handed_over_on"' in page.content.decode()


# ---- the API -------------------------------------------------------------------------


def test_sources_over_the_api(client, log_in, activity, area):
    log_in("operator")

    made = send(
        client,
        "post",
        "funding-legs",
        {"activity": activity.pk, "fund": "dak_ppkt", "amount": "700.00"},
    )
    path = f"funding-legs/{made.json()['id']}"
    changed = send(client, "patch", path, {"amount": "800.00"})

    assert (made.status_code, made.json()["agency"]) == (201, activity.agency_id)
    assert changed.json()["amount"] == "800.00"
    for query, count in (
        ({"area": area.pk, "fund": "dak_ppkt", "year": 2021}, 1),
        ({"activity": activity.pk, "agency": activity.agency_id}, 1),
        ({"fund": "dak"}, 0),
        ({"year": 2022}, 0),
    ):
        assert client.get(f"{API}/funding-legs/", query).json()["count"] == count
    assert send(client, "delete", path).status_code == 204


def test_addenda_over_the_api_change_what_the_contract_says(client, log_in, contracted):
    log_in("operator")

    made = send(
        client,
        "post",
        "contract-addenda",
        {
            "activity": contracted.pk,
            "number": "ADD 1",
            "signed_on": "2021-06-01",
            "value": "1200.00",
        },
    )
    shown = client.get(f"{API}/activities/{contracted.pk}/").json()

    assert made.status_code == 201
    assert (shown["contract_value"], shown["contract_value_now"]) == (
        "1000.00",
        "1200.00",
    )
    assert shown["contract_ends_now"] == "2021-08-31"


@pytest.mark.parametrize("path", ["funding-legs", "contract-addenda"])
def test_a_stranger_finds_nothing(client, log_in, activity, leg, path):
    AddendumFactory(activity=activity)
    log_in("stranger")

    assert client.get(f"{API}/{path}/").json()["count"] == 0


@pytest.mark.parametrize("path", ["funding-legs", "contract-addenda", "activities"])
def test_lists_cost_the_same_for_more_rows(client, log_in, office, queries_of, path):
    def add(count):
        for _number in range(count):
            programme = ProgrammeFactory(agency=office)
            activity = ActivityFactory(programme=programme)
            FundingLegFactory(activity=activity)
            AddendumFactory(activity=activity)

    log_in("operator")
    add(2)
    few = queries_of(client.get, f"{API}/{path}/")
    add(6)

    assert queries_of(client.get, f"{API}/{path}/") == few


# ---- all works on one area -----------------------------------------------------------


@pytest.fixture
def shared(activity, leg, province, operator):
    """300 of the APBN reported by the office, 200 of the province's own."""
    FundingLegFactory(
        activity=activity, fund="apbd_province", agency=province, amount=Decimal(200)
    )
    return activity


def test_works_of_all_agencies_with_sums(
    decree_line, area, shared, verified, office, province
):
    other = activity_in(decree_line, agency=province, name="Titian", budget=Decimal(50))
    ProgrammeFactory._meta.model.objects.filter(pk=other.programme_id).update(
        year=2022, fund="grant"
    )
    plan = ProgrammeFactory(agency=office, is_draft=True, year=2022)
    ActivityFactory(programme=plan, area=area, budget=Decimal(9))

    works = area_works(area)

    assert [(part.year, len(part.works)) for part in works.years] == [
        (2022, 2),
        (2021, 1),
    ]
    assert works.years[0].total.value == 50  # the draft is shown, not summed
    funds = {row.name: (row.count, row.value, row.spent) for row in works.by_fund}
    assert funds == {
        "APBN": (1, 300, 450_000_000),
        "APBD Provinsi": (1, 200, 0),
        "APBD Kabupaten/Kota": (0, 0, 0),
        "Hibah": (1, 50, 0),
    }
    by_fund = {row.name: row.verified for row in works.by_fund}
    assert by_fund["APBD Kabupaten/Kota"] == Decimal("2.348808")
    agencies = {row.name: row for row in works.by_agency}
    assert agencies["Disperkim Banjarmasin"].spent == 450_000_000
    assert agencies["Disperkim Kalsel"].value == 250
    assert (works.total.count, works.total.value) == (2, 550)
    for name in ("value", "spent", "verified"):
        total = getattr(works.total, name)
        assert sum(getattr(row, name) for row in works.by_fund) == total
        assert sum(getattr(row, name) for row in works.by_agency) == total


def test_money_of_several_sources_of_one_agency_is_not_told_apart(
    area, shared, submitted, office
):
    FundingLegFactory(activity=shared, fund="csr", agency=office, amount=Decimal(1))

    rows = {row.name: row.spent for row in area_works(area).by_fund}

    assert rows["Beberapa sumber, tidak dipisahkan"] == 450_000_000
    assert rows["APBN"] == 0


def test_the_areas_page_of_works(client, log_in, area, shared, verified):
    log_in("operator")
    url = reverse("programs:area-programmes", args=[area.pk])

    text = client.get(url).content.decode()
    profile = client.get(area.get_absolute_url()).content.decode()

    assert "Jumlah menurut sumber dana" in text
    assert "APBN Sanitasi" in text
    assert 'value="2.348808"' in text
    assert url in profile


def test_an_area_without_works_says_so(client, log_in, area):
    log_in("operator")

    page = client.get(reverse("programs:area-programmes", args=[area.pk]))

    assert "Belum ada kegiatan di kawasan ini" in page.content.decode()


def test_the_areas_page_costs_the_same_for_more_works(
    client, log_in, decree_line, office, operator, queries_of
):
    def add(first, count):
        for number in range(first, first + count):
            activity = activity_in(decree_line, agency=office)
            FundingLegFactory(activity=activity)
            AddendumFactory(activity=activity)
            period = PeriodFactory(
                starts_on=date(2000 + number, 1, 1),
                ends_before=date(2000 + number, 4, 1),
            )
            report = drafted(office, by=operator, lines=[], period=period)
            report.lines.create(activity=activity, spent=Decimal(5))
            type(report).objects.filter(pk=report.pk).update(
                status="returned", return_reason="x", mend_by=date(2030, 1, 1)
            )

    log_in("operator")
    url = reverse("programs:area-programmes", args=[decree_line.area_id])
    add(2, 2)
    few = queries_of(client.get, url)
    add(4, 6)

    assert queries_of(client.get, url) == few
