"""The practice library: what is kept, who is offered it, who adopts it."""

from decimal import Decimal

import pytest
from django.db import IntegrityError
from django.urls import reverse

from coordination import services
from coordination.models import Commitment, Practice
from coordination.services.files import attach_file
from core.errors import BusinessRuleError, NotAllowedError, WrongStateError
from tests.coordination.promises import promise_of
from tests.factories_coordination import meeting_in
from tests.factories_practices import PracticeFactory
from tests.pictures import jpeg, upload

pytestmark = pytest.mark.django_db
LIST = reverse("coordination:practice-list")
CREATE = reverse("coordination:practice-create")
VALUES = {
    "title": "  Drainase   berbasis warga ",
    "place": "Kota Contoh",
    "year": 2023,
    "problem": "Jalan tergenang.\r\nSetiap hujan.",
    "approach": "Saluran dibangun bersama warga.",
    "cost": Decimal(750000),
    "cost_note": "per meter",
    "results": "Genangan surut dalam dua jam.",
    "conditions": "Ada pembuangan ke sungai.",
    "contact": "Dinas contoh",
    "source": "Laporan contoh, 2024",
    "indicators": ["4b", "4a", "4b"],
    "typologies": ["waterside"],
    "patterns": ["rehabilitation"],
}


@pytest.fixture
def practice(province):
    return PracticeFactory(agency=province)


@pytest.fixture
def draft(province):
    return PracticeFactory(agency=province, is_published=False)


@pytest.fixture
def promise(office, province):
    return promise_of(office, host=province)


def posted(**changes):
    """VALUES as a form sends them."""
    sent = VALUES | {"cost": "750.000"} | changes
    return {name: value for name, value in sent.items() if value is not None}


# ---- the library ---------------------------------------------------------------


def test_a_new_practice_is_a_draft_of_its_agency(province, editor, head):
    practice = services.add_practice(agency=province, by=editor, **VALUES)

    practice.refresh_from_db()
    assert practice.title == "Drainase berbasis warga"
    assert practice.problem == "Jalan tergenang.\nSetiap hujan."
    assert practice.indicators == ["4a", "4b"]
    assert not practice.is_published
    assert practice in Practice.objects.visible_to(editor)
    assert practice not in Practice.objects.visible_to(head)


def test_published_it_is_for_everybody_and_can_be_taken_back(draft, editor, head):
    services.publish_practice(draft, by=editor)
    assert draft in Practice.objects.visible_to(head)

    with pytest.raises(WrongStateError):
        services.publish_practice(draft, by=editor)

    services.unpublish_practice(draft, by=editor)
    assert draft not in Practice.objects.visible_to(head)
    with pytest.raises(WrongStateError):
        services.unpublish_practice(draft, by=editor)


@pytest.mark.parametrize("person", ["operator", "head", "viewer", "verifier"])
def test_only_who_keeps_the_library_writes_in_it(request, person, office, practice):
    user = request.getfixturevalue(person)

    with pytest.raises(NotAllowedError):
        services.add_practice(agency=office, by=user, **VALUES)
    for step in (services.publish_practice, services.unpublish_practice):
        with pytest.raises(NotAllowedError):
            step(practice, by=user)
    with pytest.raises(NotAllowedError):
        services.change_practice(practice, by=user, title="Lain")


def test_the_province_writes_only_its_own(editor):
    other = PracticeFactory()

    with pytest.raises(NotAllowedError):
        services.change_practice(other, by=editor, title="Lain")


def test_every_problem_is_told_at_once(province, editor):
    wrong = {
        "title": "",
        "source": " ",
        "year": 2999,
        "cost": Decimal(5),
        "cost_note": "",
        "indicators": ["4b", "9z"],
        "typologies": ["moon"],
    }

    with pytest.raises(BusinessRuleError) as refused:
        services.add_practice(agency=province, by=editor, **VALUES | wrong)

    errors = refused.value.errors
    assert set(errors) == {
        "title",
        "source",
        "year",
        "cost_note",
        "indicators",
        "typologies",
    }
    assert errors["year"] == ["Tahun ini belum datang."]
    assert "9z" in errors["indicators"][0]
    assert not Practice.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"indicators": []}, "indicators"),
        ({"cost": None}, "cost"),
        ({"cost": Decimal(0)}, "__all__"),
        ({"year": 1989}, "__all__"),
    ],
)
def test_a_change_is_judged_like_a_new_one(practice, editor, changes, field):
    changes = {"cost": Decimal(1), "cost_note": "per rumah"} | changes

    with pytest.raises(BusinessRuleError) as refused:
        services.change_practice(practice, by=editor, **changes)

    assert set(refused.value.errors) == {field}


def test_the_same_practice_of_the_same_place_stands_once(practice, province, editor):
    values = VALUES | {"title": practice.title, "place": practice.place}

    with pytest.raises(BusinessRuleError, match="sudah ada"):
        services.add_practice(agency=province, by=editor, **values)
    with pytest.raises(IntegrityError, match="practice_once"):
        PracticeFactory(
            agency=practice.agency, title=practice.title, place=practice.place
        )


# ---- adoption ------------------------------------------------------------------


def test_an_office_adopts_it_in_its_own_commitment(practice, promise, operator):
    services.adopt_practice(practice, commitment=promise, by=operator)

    promise.refresh_from_db()
    assert promise.practice == practice

    services.adopt_practice(practice, commitment=promise, by=operator)  # no harm


def test_another_practice_takes_its_place(practice, promise, operator, province):
    services.adopt_practice(practice, commitment=promise, by=operator)
    newer = PracticeFactory(agency=province)

    services.adopt_practice(newer, commitment=promise, by=operator)

    promise.refresh_from_db()
    assert promise.practice == newer


@pytest.mark.parametrize("person", ["stranger", "viewer", "editor", "verifier"])
def test_nobody_adopts_for_another_office(request, practice, promise, person):
    user = request.getfixturevalue(person)

    with pytest.raises(NotAllowedError):
        services.adopt_practice(practice, commitment=promise, by=user)


def test_a_draft_cannot_be_adopted(draft, promise, operator):
    with pytest.raises(BusinessRuleError) as refused:
        services.adopt_practice(draft, commitment=promise, by=operator)

    assert refused.value.errors == {
        "practice": ["Praktik ini masih draf. Praktik harus diterbitkan dulu."]
    }


def test_an_ended_commitment_adopts_nothing(practice, promise, operator):
    Commitment.objects.update(state="dropped", drop_reason="Tidak ada anggaran.")

    with pytest.raises(WrongStateError, match="tidak dapat lagi"):
        services.adopt_practice(practice, commitment=promise, by=operator)


# ---- pages ---------------------------------------------------------------------


def test_the_page_takes_it_and_publishes_it(client, editor, province):
    client.force_login(editor)

    page = client.post(CREATE, posted(agency=province.pk), follow=True)

    practice = Practice.objects.get()
    assert page.redirect_chain[-1][0] == practice.get_absolute_url()
    assert practice.cost == 750000
    assert b"Praktik tersimpan" in page.content

    url = reverse("coordination:practice-publish", args=[practice.pk])
    page = client.post(url, follow=True)
    assert "semua instansi" in page.content.decode()
    practice.refresh_from_db()
    assert practice.is_published


def test_the_form_says_what_is_wrong_at_its_fields(client, editor, province):
    client.force_login(editor)
    sent = posted(agency=province.pk, indicators=[], cost="1.000", cost_note="")

    page = client.post(CREATE, sent).content.decode()

    assert "Centang indikator yang diperbaikinya" in page
    assert not Practice.objects.exists()

    page = client.post(CREATE, sent | {"indicators": ["4b"]}).content.decode()
    assert "Tuliskan biaya itu untuk apa" in page


def test_the_form_of_a_practice_shows_what_it_has(client, editor, practice):
    client.force_login(editor)

    page = client.get(reverse("coordination:practice-edit", args=[practice.pk]))

    form = page.context["form"]
    assert form["indicators"].value() == ["4b"]
    assert "agency" not in form.fields
    text = page.content.decode()
    assert "4 Drainase lingkungan" in text or "Drainase" in text


def test_the_page_offers_the_own_commitments_only(
    client, operator, practice, promise, other_office, province
):
    promise_of(other_office, host=province)
    client.force_login(operator)
    url = reverse("coordination:practice-adopt", args=[practice.pk])
    assert url in client.get(practice.get_absolute_url()).content.decode()

    form = client.get(url).context["form"]
    assert list(form.fields["commitment"].queryset) == [promise]

    page = client.post(url, {"commitment": promise.pk}, follow=True).content.decode()
    promise.refresh_from_db()
    assert promise.practice == practice
    assert promise.text in page


def test_who_has_no_commitment_is_offered_none(client, stranger, practice, promise):
    client.force_login(stranger)

    page = client.get(practice.get_absolute_url()).content.decode()

    url = reverse("coordination:practice-adopt", args=[practice.pk])
    assert url not in page
    refused = client.post(url, {"commitment": promise.pk}).content.decode()
    assert "yang masih berjalan" in refused


def test_a_secretary_in_session_can_use_it(client, editor, practice, province):
    meeting = meeting_in("in_session", agency=province)
    client.force_login(editor)

    page = client.get(practice.get_absolute_url()).content.decode()

    assert f"Pakai dalam rapat “{meeting.title}”" in page
    url = reverse("coordination:meeting-screen", args=[meeting.pk])
    assert f"{url}?practice={practice.pk}" in page
    form = client.get(url, {"practice": practice.pk}).context["form"]
    assert str(form["practice"].value()) == str(practice.pk)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "genang"}, ["Drainase"]),
        ({"indicator": "2a"}, ["Jalan"]),
        ({"typology": "waterside"}, ["Drainase"]),
        ({"pattern": "renewal"}, ["Jalan"]),
        ({"place": "bandung"}, ["Drainase"]),
        ({"published": "no"}, ["Konsep"]),
        ({"indicator": "9z"}, []),
    ],
)
def test_filters(client, editor, province, query, found):
    PracticeFactory(
        title="Drainase",
        problem="Genangan",
        place="Kota Bandung",
        typologies=["waterside"],
    )
    rest = {"problem": "-", "approach": "-", "agency": province}
    PracticeFactory(title="Jalan", indicators=["2a"], patterns=["renewal"], **rest)
    PracticeFactory(title="Konsep", is_published=False, indicators=["1a"], **rest)
    client.force_login(editor)

    page = client.get(LIST, query)

    assert [row.title for row in page.context["object_list"]] == found


def test_the_file_has_every_text(client, head, practice):
    client.force_login(head)

    text = b"".join(client.get(LIST, {"format": "csv"})).decode()

    assert practice.results in text
    assert practice.source in text


def test_adoptions_are_counted_in_ones_own_sight(
    client, operator, stranger, practice, promise
):
    services.adopt_practice(practice, commitment=promise, by=operator)
    counted = {}
    for person in (operator, stranger):
        client.force_login(person)
        (row,) = client.get(LIST).context["object_list"]
        counted[person.username] = row.adoptions

    assert counted == {"operator": 1, "stranger": 0}


def test_the_list_costs_the_same_for_more_practices(
    client, operator, practice, promise, queries_of
):
    services.adopt_practice(practice, commitment=promise, by=operator)
    client.force_login(operator)
    few = queries_of(client.get, LIST)

    PracticeFactory.create_batch(6, typologies=["waterside"], patterns=["renewal"])

    assert queries_of(client.get, LIST) == few


def test_its_documents_stand_on_its_page_at_the_same_cost(
    client, editor, practice, queries_of
):
    attach_file(practice, file=upload(jpeg(seed=1)), by=editor)
    client.force_login(editor)
    url = practice.get_absolute_url()
    few = queries_of(client.get, url)

    for seed in (2, 3):
        attach_file(practice, file=upload(jpeg(seed=seed)), by=editor)

    assert queries_of(client.get, url) == few
    assert "Foto dan dokumen (" in client.get(url).content.decode()
