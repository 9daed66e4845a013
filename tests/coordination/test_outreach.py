"""Outreach: what is written down, who sees it, what its list sums up."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone

from coordination import services
from coordination.models import Outreach
from coordination.services.files import attach_file, remove_file
from core.errors import BusinessRuleError, NotAllowedError, WrongStateError
from tests.coordination.promises import promise_of
from tests.factories import AgencyFactory
from tests.factories_areas import SlumAreaFactory
from tests.factories_practices import OutreachFactory
from tests.pictures import pdf, upload

pytestmark = pytest.mark.django_db
LIST = reverse("coordination:outreach-list")
CREATE = reverse("coordination:outreach-create")


@pytest.fixture
def area(office):
    return SlumAreaFactory(agency=office)


@pytest.fixture
def far_area(other_office):
    return SlumAreaFactory(agency=other_office)


@pytest.fixture
def pkk(province):
    return AgencyFactory(name="TP PKK", short_name="TP PKK", region=province.region)


@pytest.fixture
def values(office, area, pkk):
    return {
        "title": " Rumah  sehat di tepi sungai ",
        "held_on": date(2025, 5, 5),
        "regency": office.region,
        "place": "Balai kelurahan",
        "areas": [area],
        "partners": [pkk],
        "prevention": "information",
        "topics": ["riverbank", "healthy_home"],
        "women": 30,
        "men": 20,
        "material": "Leaflet.\r\nPoster.",
        "follow_up": "",
    }


def posted(values, **changes):
    """The values as a form sends them."""
    sent = values | {"regency": values["regency"].pk} | changes
    for name in ("areas", "partners"):
        sent[name] = [row.pk for row in values[name]]
    return sent


def test_an_office_writes_down_what_it_held(values, office, operator, area, pkk):
    promise = promise_of(office, host=office)

    event = services.record_outreach(
        agency=office, commitment=promise, by=operator, **values
    )

    event.refresh_from_db()
    assert event.title == "Rumah sehat di tepi sungai"
    assert event.material == "Leaflet.\nPoster."
    assert event.topics == ["healthy_home", "riverbank"]
    assert list(event.areas.all()) == [area]
    assert list(event.partners.all()) == [pkk]
    assert event.commitment == promise
    assert event.created_by == operator


def test_every_problem_is_told_at_once(values, office, operator, far_area):
    hidden = promise_of(far_area.agency, host=far_area.agency)
    wrong = {
        "title": "",
        "held_on": timezone.localdate() + timedelta(days=1),
        "topics": [],
        "women": 0,
        "men": 0,
        "areas": [far_area],
        "partners": [office],
        "prevention": "magic",
        "commitment": hidden,
    }

    with pytest.raises(BusinessRuleError) as refused:
        services.record_outreach(agency=office, by=operator, **values | wrong)

    errors = refused.value.errors
    assert set(errors) == {
        "title",
        "held_on",
        "topics",
        "women",
        "areas",
        "partners",
        "prevention",
        "commitment",
    }
    assert errors["held_on"] == [
        "Hari ini belum tiba. Catat setelah sosialisasi dilaksanakan."
    ]
    assert errors["women"] == [
        "Paling sedikit satu orang hadir: hitung perempuan dan laki-laki."
    ]
    assert not Outreach.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"held_on": date(25, 5, 5)}, "held_on"),
        ({"topics": ["moon"]}, "topics"),
        ({"women": 100_001}, "__all__"),
        ({"women": None}, "women"),
        ({"place": ""}, "place"),
    ],
)
def test_a_change_is_judged_like_a_new_one(office, operator, changes, field):
    event = OutreachFactory(agency=office)

    with pytest.raises(BusinessRuleError) as refused:
        services.change_outreach(event, by=operator, **changes)

    assert field in refused.value.errors


def test_today_is_in_time(values, office, operator):
    values["held_on"] = timezone.localdate()

    assert services.record_outreach(agency=office, by=operator, **values).pk


def test_an_area_lies_in_the_regency_of_the_event(values, province, editor, far_area):
    with pytest.raises(BusinessRuleError) as refused:
        services.record_outreach(
            agency=province, by=editor, **values | {"areas": [far_area]}
        )

    assert refused.value.errors == {
        "areas": [f"{far_area} tidak terletak di Kota Banjarmasin."]
    }


def test_moving_an_event_away_from_its_areas_is_refused(
    values, office, operator, region_tree
):
    event = services.record_outreach(agency=office, by=operator, **values)

    with pytest.raises(BusinessRuleError, match="tidak terletak"):
        services.change_outreach(event, by=operator, regency=region_tree["63.72"])


def test_what_is_not_named_stays(values, office, operator, area, pkk):
    event = services.record_outreach(agency=office, by=operator, **values)

    services.change_outreach(event, by=operator, women=31)
    event.refresh_from_db()
    assert (event.women, event.men) == (31, 20)
    assert list(event.areas.all()) == [area]

    services.change_outreach(event, by=operator, areas=[], partners=[])
    assert not event.areas.exists()
    assert not event.partners.exists()


def test_the_same_event_stands_once(values, office, operator):
    services.record_outreach(agency=office, by=operator, **values)

    with pytest.raises(BusinessRuleError, match="sudah tercatat"):
        services.record_outreach(agency=office, by=operator, **values)


def test_the_database_bounds_the_people():
    event = OutreachFactory()

    with pytest.raises(IntegrityError, match="outreach_people_bounded"):
        Outreach.objects.filter(pk=event.pk).update(men=100_001)


@pytest.mark.parametrize("person", ["viewer", "verifier", "stranger", "editor"])
def test_only_the_office_itself_writes(request, person, values, office):
    user = request.getfixturevalue(person)
    event = OutreachFactory(agency=office)

    with pytest.raises(NotAllowedError):
        services.record_outreach(agency=office, by=user, **values)
    with pytest.raises(NotAllowedError):
        services.change_outreach(event, by=user, women=1)


def test_who_sees_it(office, operator, stranger, editor, other_office):
    event = OutreachFactory(agency=office)

    def seen():
        return [u.username for u in (operator, stranger, editor) if _sees(u, event)]

    assert seen() == ["operator", "editor"]
    event.partners.add(other_office)
    assert seen() == ["operator", "stranger", "editor"]


def _sees(user, event):
    return Outreach.objects.visible_to(user).filter(pk=event.pk).exists()


# ---- pages ---------------------------------------------------------------------


def test_the_page_takes_it(client, operator, office, values):
    client.force_login(operator)

    page = client.post(CREATE, posted(values, agency=office.pk), follow=True)

    event = Outreach.objects.get()
    assert page.redirect_chain[-1][0] == event.get_absolute_url()
    text = page.content.decode()
    assert "30 perempuan, 20 laki-laki" in text
    assert "TP PKK" in text
    assert reverse("coordination:files", args=["sosialisasi", event.pk]) in text


def test_the_form_offers_only_what_is_in_sight(
    client, operator, office, area, far_area
):
    mine = promise_of(office, host=office)
    promise_of(far_area.agency, host=far_area.agency)
    client.force_login(operator)

    form = client.get(CREATE).context["form"]

    assert list(form.fields["areas"].queryset) == [area]
    assert list(form.fields["commitment"].queryset) == [mine]
    assert list(form.fields["agency"].queryset) == [office]
    assert form["regency"].value() == office.region_id


def test_what_is_wrong_stands_at_its_field(client, operator, office, values):
    client.force_login(operator)
    sent = posted(values, agency=office.pk, women="0", men="0", held_on="2999-01-01")

    page = client.post(CREATE, sent).content.decode()

    assert "belum tiba" in page
    assert "Paling sedikit satu orang" in page
    assert not Outreach.objects.exists()


def test_it_is_changed_on_its_page(client, operator, office, values, area):
    event = services.record_outreach(agency=office, by=operator, **values)
    client.force_login(operator)
    url = reverse("coordination:outreach-edit", args=[event.pk])
    assert client.get(url).context["form"]["areas"].value() == [area.pk]

    client.post(url, posted(values, women="1.234"))

    event.refresh_from_db()
    assert event.women == 1234


def test_areas_out_of_sight_are_counted_only(
    client, office, operator, other_office, stranger, area
):
    event = OutreachFactory(agency=office)
    event.areas.add(area)
    event.partners.add(other_office)
    client.force_login(stranger)

    page = client.get(event.get_absolute_url()).content.decode()

    assert area.name not in page
    assert ">1</data> kawasan lain" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "sampah"}, ["Sampah"]),
        ({"year": "2024"}, ["Sampah"]),
        ({"topic": "riverbank"}, ["Tepian"]),
        ({"prevention": "mentoring"}, ["Sampah"]),
        ({"regency": "63.71"}, ["Tepian", "Sampah"]),
        ({"year": "2023"}, []),
    ],
)
def test_filters_and_the_sums_of_what_they_leave(
    client, operator, office, query, found
):
    OutreachFactory(agency=office, title="Tepian", topics=["riverbank"])
    OutreachFactory(
        agency=office,
        title="Sampah",
        topics=["waste"],
        held_on=date(2024, 2, 2),
        prevention="mentoring",
        women=7,
        men=0,
    )
    client.force_login(operator)

    context = client.get(LIST, query).context

    assert [row.title for row in context["object_list"]] == found
    people = {"Tepian": (30, 20), "Sampah": (7, 0)}
    women = sum(people[title][0] for title in found)
    men = sum(people[title][1] for title in found)
    totals = context["totals"]
    assert [n or 0 for n in totals.values()] == [women, men, women + men]


def test_sums_are_over_all_pages(client, operator, office):
    OutreachFactory.create_batch(51, agency=office, women=1, men=2)
    client.force_login(operator)

    context = client.get(LIST).context

    assert len(context["object_list"]) == 50
    assert context["totals"] == {"women": 51, "men": 102, "people": 153}


def test_the_list_of_an_area(client, operator, office, area):
    here, _there = OutreachFactory.create_batch(2, agency=office)
    here.areas.add(area)
    client.force_login(operator)

    assert list(client.get(LIST, {"area": area.pk}).context["object_list"]) == [here]


def test_the_list_costs_the_same_for_more(client, operator, office, area, queries_of):
    OutreachFactory(agency=office).areas.add(area)
    client.force_login(operator)
    few = queries_of(client.get, LIST)

    for event in OutreachFactory.create_batch(5, agency=office):
        event.areas.add(area)

    assert queries_of(client.get, LIST) == few


def test_an_office_holds_it_in_its_own_region(values, office, operator, region_tree):
    elsewhere = region_tree["63.72"]

    with pytest.raises(BusinessRuleError, match="tidak bertugas di Kota Banjarbaru"):
        services.record_outreach(
            agency=office, by=operator, **values | {"regency": elsewhere}
        )


def exported(client):
    """The rows of the CSV by its headings."""
    answer = client.get(LIST, {"format": "csv"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def test_the_file_names_areas_partners_and_commitment_in_sight(
    client, operator, stranger, office, other_office, area, values
):
    promise = promise_of(office, host=office)
    event = services.record_outreach(
        agency=office, commitment=promise, by=operator, **values
    )
    event.partners.add(other_office)

    client.force_login(operator)
    (found,) = exported(client)
    assert found["Kawasan kumuh"] == area.name
    assert "TP PKK" in found["Bersama"]
    assert found["Komitmen"] == str(promise)
    client.force_login(stranger)
    (found,) = exported(client)
    assert (found["Kawasan kumuh"], found["Komitmen"]) == ("", "")
    assert "TP PKK" in found["Bersama"]


def test_the_file_costs_the_same_for_more(client, operator, office, area, queries_of):
    def fill(count):
        promise = promise_of(office, host=office)
        for event in OutreachFactory.create_batch(
            count, agency=office, commitment=promise
        ):
            event.areas.add(area)
            event.partners.add(AgencyFactory())

    fill(1)
    client.force_login(operator)
    exported(client)
    few = queries_of(exported, client)
    fill(5)
    assert queries_of(exported, client) == few


# ---- removing ------------------------------------------------------------------
def test_what_was_written_down_by_mistake_is_removed(
    client, operator, viewer, office, values
):
    event = services.record_outreach(agency=office, by=operator, **values)
    url = reverse("coordination:outreach-remove", args=[event.pk])
    with pytest.raises(NotAllowedError):
        services.remove_outreach(event, by=viewer)
    client.force_login(operator)
    assert url in client.get(event.get_absolute_url()).content.decode()

    assert "Hapus sosialisasi" in client.get(url).content.decode()
    assert Outreach.objects.exists()
    page = client.post(url, follow=True)

    assert page.redirect_chain[-1][0] == LIST
    assert "Sosialisasi dihapus." in page.content.decode()
    assert not Outreach.objects.exists()
    with pytest.raises(WrongStateError):
        services.remove_outreach(event, by=operator)


def test_what_shows_something_stays(client, operator, office, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    promise = promise_of(office, host=office)
    event = OutreachFactory(agency=office, commitment=promise)
    attach_file(event, file=upload(pdf(), "a.pdf"), by=operator)
    client.force_login(operator)

    page = client.post(reverse("coordination:outreach-remove", args=[event.pk]))
    refused = client.delete(f"/api/v1/outreach/{event.pk}/")

    assert "Hapus dahulu berkasnya." in page.content.decode()
    assert f"bukti komitmen “{promise}”" in refused.json()["__all__"][0]
    remove_file(event.files.get(), by=operator)
    services.change_outreach(event, commitment=None, by=operator)
    assert client.delete(f"/api/v1/outreach/{event.pk}/").status_code == 204
