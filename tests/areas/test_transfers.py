"""Transfers of areas to another authority, and who acts in an area."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from agencies.roles import Role
from areas import services
from areas.models import ActingAgency, AuthorityTransfer, DecreeLine
from core.errors import BusinessRuleError, NotAllowedError, WrongStateError
from tests.areas.pages import address, said, text_of
from tests.cast import member
from tests.factories import MembershipFactory
from tests.factories_ledger import (
    BaselineDecreeFactory,
    LedgerAreaFactory,
    decreed_area,
)
from tests.factories_programs import activity_in

pytestmark = pytest.mark.django_db

API = "/api/v1/authority-transfers/"
LETTER = {
    "letter_number": "600/12/DPRKP/2024",
    "letter_on": date(2024, 3, 1),
    "reason": "Alat berat hanya ada di provinsi.",
}
ANSWER = {"answer_number": "600/77/PROV/2024", "answer_on": date(2024, 3, 20)}


@pytest.fixture
def area(office):
    """5 ha: the regency's authority by size."""
    return decreed_area("5", agency=office).area


@pytest.fixture
def asked(area, province, head):
    return services.ask_transfer(area, to_agency=province, by=head, **LETTER)


# ---- asking --------------------------------------------------------------------------
def test_the_request_keeps_the_authority_of_its_day(asked, area, head):
    assert (asked.status, asked.authority, asked.asked_by) == (
        "asked",
        "regency",
        head,
    )
    assert not area.acting_agencies.exists()


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"letter_on": "tomorrow"}, "letter_on", "belum tiba"),
        ({"letter_number": " "}, "letter_number", "tidak boleh kosong"),
        ({"reason": ""}, "reason", "tidak boleh kosong"),
    ],
)
def test_a_request_needs_its_letter(area, province, head, change, field, sentence):
    if change.get("letter_on"):
        change = {"letter_on": timezone.localdate() + timedelta(days=1)}

    with pytest.raises(BusinessRuleError) as refused:
        services.ask_transfer(area, to_agency=province, by=head, **LETTER | change)

    assert sentence in refused.value.errors[field][0]


def test_the_own_authority_needs_no_transfer(area, other_office, office, head):
    with pytest.raises(BusinessRuleError) as refused:
        services.ask_transfer(area, to_agency=office, by=head, **LETTER)

    assert "Tidak perlu peralihan" in refused.value.errors["to_agency"][0]


def test_only_governments_of_the_place_are_asked(head, office, other_office):
    """12 ha are the province's; an office of another regency has nothing to say."""
    large = decreed_area("12", agency=office).area

    with pytest.raises(BusinessRuleError, match="tidak berwenang di"):
        services.ask_transfer(large, to_agency=other_office, by=head, **LETTER)


def test_without_a_decree_there_is_no_authority(office, province, head):
    area = LedgerAreaFactory(agency=office)

    with pytest.raises(BusinessRuleError) as refused:
        services.ask_transfer(area, to_agency=province, by=head, **LETTER)

    assert "belum menentukan kewenangan" in refused.value.errors["area"][0]


def test_an_agency_is_asked_once_at_a_time(asked, area, province, head):
    with pytest.raises(BusinessRuleError, match="sudah"):
        services.ask_transfer(area, to_agency=province, by=head, **LETTER)


@pytest.mark.parametrize("person", ["operator", "viewer", "verifier"])
def test_who_may_not_ask(request, area, province, person):
    with pytest.raises(NotAllowedError):
        services.ask_transfer(
            area, to_agency=province, by=request.getfixturevalue(person), **LETTER
        )


# ---- answering -----------------------------------------------------------------------
def test_accepted_the_agency_acts_by_its_letter(asked, area, province, editor):
    services.accept_transfer(asked, by=editor, **ANSWER)

    row = area.acting_agencies.get()
    assert (row.agency, row.document) == (province, ANSWER["answer_number"])
    asked.refresh_from_db()
    assert (asked.status, asked.answered_by) == ("accepted", editor)


def test_accepted_the_letter_of_who_acts_already_is_noted(
    asked, area, province, editor
):
    ActingAgency.objects.create(area=area, agency=province)

    services.accept_transfer(asked, by=editor, **ANSWER)

    assert area.acting_agencies.get().document == ANSWER["answer_number"]


def test_refused_nobody_acts(asked, area, editor):
    services.refuse_transfer(asked, by=editor, note="Anggaran tidak ada.", **ANSWER)

    assert not area.acting_agencies.exists()
    assert AuthorityTransfer.objects.get().answer_note == "Anggaran tidak ada."


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"answer_number": " "}, "answer_number", "Isi nomor"),
        ({"answer_on": date(2024, 2, 29)}, "answer_on", "1 Mar 2024"),
        ({"answer_on": date(2999, 1, 1)}, "answer_on", "belum tiba"),
    ],
)
def test_an_answer_needs_its_letter(asked, editor, change, field, sentence):
    with pytest.raises(BusinessRuleError) as refused:
        services.accept_transfer(asked, by=editor, **ANSWER | change)

    assert sentence in refused.value.errors[field][0]
    asked.refresh_from_db()
    assert asked.status == "asked"


def test_a_refusal_says_why(asked, editor):
    with pytest.raises(BusinessRuleError) as refused:
        services.refuse_transfer(asked, by=editor, note=" ", **ANSWER)

    assert refused.value.errors["note"] == ["Tulis alasan penolakan."]


def test_answered_once(asked, editor):
    services.accept_transfer(asked, by=editor, **ANSWER)

    with pytest.raises(WrongStateError):
        services.refuse_transfer(asked, by=editor, note="Batal.", **ANSWER)


def test_who_asked_never_answers(area, province, editor):
    asked = services.ask_transfer(area, to_agency=province, by=editor, **LETTER)

    with pytest.raises(BusinessRuleError, match="Orang lain yang harus menjawab"):
        services.accept_transfer(asked, by=editor, **ANSWER)


@pytest.mark.parametrize("person", ["operator", "verifier", "province_viewer"])
def test_who_may_not_answer(request, asked, person):
    with pytest.raises(NotAllowedError):
        services.accept_transfer(asked, by=request.getfixturevalue(person), **ANSWER)


def test_a_ministry_without_accounts_answers_through_the_province(
    area, ministry, head, editor
):
    asked = services.ask_transfer(area, to_agency=ministry, by=head, **LETTER)

    services.accept_transfer(asked, by=editor, **ANSWER)

    assert area.acting_agencies.get().agency == ministry


def test_a_ministry_with_accounts_answers_itself(area, ministry, head, editor):
    asked = services.ask_transfer(area, to_agency=ministry, by=head, **LETTER)
    minister = member("minister", ministry, Role.DISTRICT_HEAD)

    with pytest.raises(NotAllowedError):
        services.accept_transfer(asked, by=editor, **ANSWER)
    services.accept_transfer(asked, by=minister, **ANSWER)

    assert area.acting_agencies.get().agency == ministry


# ---- who acts ------------------------------------------------------------------------
def test_another_authority_acts_by_letter_only(area, province, operator):
    with pytest.raises(BusinessRuleError) as refused:
        services.add_acting_agency(area, agency=province, document=" ", by=operator)

    assert "Isi nomor surat" in refused.value.errors["document"][0]
    services.add_acting_agency(area, agency=province, document="S-1", by=operator)
    assert area.acting_agencies.get().document == "S-1"


def test_corrected_hectares_decide(office, province, operator):
    """What the decree counts per village lies together above 10 ha."""
    decree = BaselineDecreeFactory(
        number="SK-DESA", scope="regency", counting_unit="village"
    )
    one, two = LedgerAreaFactory(agency=office), LedgerAreaFactory(agency=office)
    for area in (one, two):
        DecreeLine.objects.create(
            decree=decree, area=area, hectares=Decimal(6), village_id="63.71.01.1001"
        )

    services.add_acting_agency(one, agency=province, document="", by=operator)

    assert one.acting_agencies.get().document == ""


def test_the_letter_is_changed_and_the_agency_ends(area, province, operator):
    services.add_acting_agency(area, agency=province, document="S-1", by=operator)
    row = services.add_acting_agency(area, agency=province, document="S-2", by=operator)
    assert area.acting_agencies.get().document == "S-2"

    services.end_acting_agency(row, by=operator)

    assert not area.acting_agencies.exists()


def test_who_carries_out_an_activity_acts_without_a_letter(
    client, area, province, head
):
    """Still possible; the page says that the letter is missing."""
    from programs import services as program_services

    line = area.decree_lines.get()
    activity = activity_in(line, agency=area.agency)
    program_services.update_activity(activity, agency=province, by=head)

    client.force_login(head)
    page = text_of(client.get(address("area-detail", area)))

    assert area.acting_agencies.get(agency=province).document == ""
    assert "belum ada surat yang dicatat" in page


# ---- pages and API -------------------------------------------------------------------
def test_area_page_says_whose_authority_it_is(client, area, head):
    client.force_login(head)

    page = text_of(client.get(address("area-detail", area)))

    assert "dihitung per kawasan" in page
    assert "Ajukan peralihan" in page


def test_a_request_from_page_to_page(client, area, province, head, editor):
    client.force_login(head)
    asked = client.post(
        address("transfer-ask", area), LETTER | {"to_agency": province.pk}
    )
    transfer = AuthorityTransfer.objects.get()
    assert asked.url == transfer.get_absolute_url()

    page = text_of(client.get(asked.url))
    assert "Hanya Disperkim Kalsel yang menjawab" in page
    client.force_login(editor)
    answered = client.post(address("transfer-accept", transfer), ANSWER)

    assert said(answered) == ["Diterima. Instansi itu kini menangani kawasan ini."]
    page = text_of(client.get(transfer.get_absolute_url()))
    assert ANSWER["answer_number"] in page


def test_a_wrong_answer_comes_back_with_its_sentence(client, asked, editor):
    client.force_login(editor)

    page = client.post(
        address("transfer-refuse", asked),
        ANSWER | {"answer_on": "2024-02-01", "note": "Tidak."},
    )

    assert "tidak mungkin lebih lama" in text_of(page)


def test_the_form_offers_only_who_can_be_asked(client, area, province, office, head):
    client.force_login(head)

    form = client.get(address("transfer-ask", area)).context["form"]

    assert list(form.fields["to_agency"].queryset) == [province]


def test_acting_agency_from_page_to_page(client, area, province, operator):
    client.force_login(operator)
    url = address("acting-agency", area)
    refused = client.post(url, {"agency": province.pk, "document": ""})
    assert "Isi nomor surat" in text_of(refused)

    client.post(url, {"agency": province.pk, "document": "S-1"})
    row = area.acting_agencies.get()
    form = client.get(f"{url}?agency={province.pk}").context["form"]
    assert form.initial == {"agency": province.pk, "document": "S-1"}
    end = address("acting-agency-end", row)
    assert "Akhiri" in text_of(client.get(end))
    client.post(end)

    assert not area.acting_agencies.exists()


def test_list_is_filtered_and_exported(client, asked, editor):
    client.force_login(editor)
    url = reverse("areas:transfer-list")

    assert asked.area.name in text_of(client.get(url, {"status": "asked"}))
    assert asked.area.name not in text_of(client.get(url, {"status": "refused"}))
    rows = b"".join(client.get(url, {"format": "csv"}).streaming_content).decode()
    assert LETTER["letter_number"] in rows


def test_lists_cost_the_same_for_more(
    client, office, province, head, editor, queries_of
):
    def ask(count):
        for _number in range(count):
            area = decreed_area("5", agency=office).area
            services.ask_transfer(area, to_agency=province, by=head, **LETTER)

    client.force_login(editor)
    urls = [reverse("areas:transfer-list"), API]
    ask(2)
    few = [queries_of(client.get, url) for url in urls]

    ask(6)

    assert [queries_of(client.get, url) for url in urls] == few


def test_api_asks_and_answers(client, area, province, head, editor):
    client.force_login(head)
    values = LETTER | {
        "area": area.pk,
        "to_agency": province.pk,
        "letter_on": "2024-03-01",
    }
    made = client.post(API, values, content_type="application/json")
    assert made.status_code == 201
    assert made.json()["open_steps"] == []
    assert set(made.json()["closed_steps"]) == {"accept", "refuse"}

    client.force_login(editor)
    url = f"{API}{made.json()['id']}/"
    assert client.get(url).json()["open_steps"] == ["accept", "refuse"]
    answer = ANSWER | {"answer_on": "2024-03-20"}
    done = client.post(f"{url}accept/", answer, content_type="application/json")
    again = client.post(f"{url}accept/", answer, content_type="application/json")

    assert (done.status_code, done.json()["status"]) == (200, "accepted")
    assert again.status_code == 409


def test_asked_agency_sees_the_request_but_not_the_area(client, asked, ministry):
    asked.to_agency = ministry
    asked.save()
    person = member("minister", ministry, Role.DISTRICT_HEAD)
    client.force_login(person)

    page = client.get(asked.get_absolute_url())

    assert page.status_code == 200
    assert asked.area.get_absolute_url() not in text_of(page)


def test_membership_that_ended_does_not_answer(area, ministry, head, editor):
    asked = services.ask_transfer(area, to_agency=ministry, by=head, **LETTER)
    MembershipFactory(
        agency=ministry, role=Role.DISTRICT_HEAD, valid_until=date(2024, 1, 1)
    )

    services.accept_transfer(asked, by=editor, **ANSWER)

    assert area.acting_agencies.get().agency == ministry
