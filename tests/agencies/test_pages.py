"""The pages of the agencies."""

import pytest
from django.urls import reverse

from agencies.models import AgencyAlias
from tests.factories import AgencyFactory, MembershipFactory

pytestmark = pytest.mark.django_db
LIST = "/instansi/"


@pytest.fixture
def pupr(ministry):
    return AgencyAlias.objects.create(
        agency=ministry, name="PUPR", valid_until="2024-10-21", note="Perpres 139/2024"
    )


def names(answer) -> list[str]:
    return [agency.short_name for agency in answer.context["object_list"]]


@pytest.mark.parametrize("page", ["agency-list", "agency-detail"])
def test_nobody_reads_without_signing_in(client, office, page):
    args = [office.pk] if page == "agency-detail" else []

    answer = client.get(reverse(f"agencies:{page}", args=args))

    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_login"))


@pytest.mark.parametrize("person", ["viewer", "stranger", "verifier", "administrator"])
def test_everyone_signed_in_reads_every_agency(
    client, log_in, office, ministry, person
):
    log_in(person)

    assert {office.short_name, ministry.short_name} <= set(names(client.get(LIST)))
    assert client.get(office.get_absolute_url()).status_code == 200


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Disperkim Banjarmasin", "Kementerian PU"]),
        ("q=BANJAR", ["Disperkim Banjarmasin"]),
        ("q=pupr", ["Kementerian PU"]),
        ("level=central", ["Kementerian PU"]),
        ("kind=housing_office", ["Disperkim Banjarmasin"]),
        ("kind=ministry&q=banjar", []),
        ("sort=-name", ["Kementerian PU", "Disperkim Banjarmasin"]),
        ("level=galaxy", []),
    ],
)
def test_list_is_filtered_and_sorted(client, log_in, viewer, pupr, query, found):
    log_in("viewer")

    answer = client.get(f"{LIST}?{query}")

    assert names(answer) == found


def test_csv_has_the_rows_of_the_page(client, log_in, viewer, pupr):
    log_in("viewer")

    answer = client.get(f"{LIST}?q=pupr&format=csv")

    head, *rows = b"".join(answer).decode("utf-8-sig").splitlines()
    columns = "Nama;Nama singkat;Tingkat;Jenis;Wilayah;Kode wilayah;Nama lain"
    assert head == f"{columns};Saringan"
    (row,) = rows
    assert row.startswith(
        "Kementerian Pekerjaan Umum;Kementerian PU;Pemerintah pusat;Kementerian;;;PUPR;"
    )
    assert row.endswith(": pupr")


def test_list_costs_the_same_for_more_agencies(client, log_in, viewer, queries_of):
    log_in("viewer")
    few = queries_of(client.get, LIST)

    for agency in AgencyFactory.create_batch(8):
        AgencyAlias.objects.create(agency=agency, name="Nama lama")

    assert queries_of(client.get, LIST) == few


def test_empty_list_says_what_to_do(client, django_user_model):
    client.force_login(django_user_model.objects.create(username="kosong"))

    assert "seed_agencies" in client.get(LIST).text


def test_detail_shows_former_names_with_dates(client, log_in, viewer, pupr):
    log_in("viewer")

    page = client.get(pupr.agency.get_absolute_url()).text

    assert "PUPR" in page
    assert "21 Okt 2024" in page
    assert "Perpres 139/2024" in page


@pytest.mark.parametrize(
    ("person", "sees"),
    [("operator", False), ("head", False), ("editor", False), ("administrator", True)],
)
def test_only_administrators_see_the_members(client, log_in, office, person, sees):
    MembershipFactory(user__username="rahasia", agency=office)
    log_in(person)

    page = client.get(office.get_absolute_url()).text

    assert ("rahasia" in page) is sees
    assert ("Ubah di admin" in page) is sees


def test_detail_costs_the_same_for_more_members(
    client, log_in, administrator, office, queries_of
):
    log_in("administrator")
    MembershipFactory(agency=office)
    few = queries_of(client.get, office.get_absolute_url())

    MembershipFactory.create_batch(5, agency=office)

    assert queries_of(client.get, office.get_absolute_url()) == few


def test_unknown_agency_is_not_found(client, log_in, viewer):
    log_in("viewer")

    assert client.get(f"{LIST}999999/").status_code == 404
