"""Rule sets and interventions in the Django admin: drafts change, nothing else."""

from decimal import Decimal

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from areas import services
from areas.models import Intervention, RuleSet
from tests.areas.pages import said, text_of
from tests.factories import UserFactory
from tests.factories_areas import rule_set

pytestmark = pytest.mark.django_db
LIST = "/admin/areas/ruleset/"


@pytest.fixture(autouse=True)
def _signed_in(log_in):
    log_in("administrator")


@pytest.fixture
def draft(administrator) -> RuleSet:
    return services.revise_rule_set(rule_set(), by=administrator)


def change_url(record) -> str:
    name = record._meta.model_name
    return reverse(f"admin:areas_{name}_change", args=[record.pk])


def typed(page, **changes) -> dict:
    """The form as a browser sends it back, with these inputs filled otherwise."""
    forms = [page.context["adminform"].form]
    for inline in page.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    values = {
        bound.html_name: bound.value()
        for form in forms
        for bound in form
        if bound.value() is not None and bound.value() is not False
    }
    return values | changes


def act(client, action: str, *chosen: RuleSet):
    keys = [row.pk for row in chosen]
    return client.post(LIST, {"action": action, "_selected_action": keys})


@pytest.mark.parametrize(
    "model", ["ruleset", "intervention", "publishedsource", "publishedresult"]
)
def test_every_list_opens(client, model):
    url = reverse(f"admin:areas_{model}_changelist")
    assert client.get(url, {"q": "a"}).status_code == 200


def test_a_draft_is_changed_row_by_row(client, draft):
    page = client.get(change_url(draft))
    bound = draft.bounds.get(scale="severity", result="heavy")
    number = list(draft.bounds.all()).index(bound)
    values = typed(page, title="Permen PUPR 14/2018 (koreksi)")
    assert values[f"bounds-{number}-id"] == bound.pk
    values[f"bounds-{number}-lowest"] = "58"

    response = client.post(change_url(draft), values)

    assert response.status_code == 302, response.context["errors"]
    draft.refresh_from_db()
    bound.refresh_from_db()
    assert (draft.title, bound.lowest) == (
        "Permen PUPR 14/2018 (koreksi)",
        Decimal(58),
    )
    event = type(bound).pgh_event_model.objects.filter(pgh_obj=bound).last()
    assert event.pgh_context.metadata["source"] == "admin"


def test_what_names_a_version_is_not_typed(client, draft):
    values = typed(client.get(change_url(draft)), code="lain", version="9")

    client.post(change_url(draft), values)

    draft.refresh_from_db()
    assert (draft.code, draft.version) == ("permen-14-2018-v2", 2)


def test_published_one_is_only_looked_at(client):
    published = rule_set()
    page = client.get(change_url(published))

    assert page.status_code == 200
    assert 'name="_save"' not in text_of(page)
    assert client.post(change_url(published), {"title": "x"}).status_code == 403


@pytest.mark.parametrize("page", ["add", "delete"])
def test_nothing_is_added_or_deleted_here(client, draft, page):
    args = [] if page == "add" else [draft.pk]
    url = reverse(f"admin:areas_ruleset_{page}", args=args)
    assert client.post(url, {"post": "yes"}).status_code == 403


def test_actions_make_and_publish_a_version(client):
    response = act(client, "make_version", rule_set())
    assert said(response) == ["permen-14-2018-v2: draf dibuat."]
    draft = RuleSet.objects.get(status="draft")

    response = act(client, "publish", draft)

    assert said(response)[1:] == ["permen-14-2018-v2: diterbitkan."]
    draft.refresh_from_db()
    assert draft.status == "published"


def test_what_an_action_refuses_is_told(client, draft):
    draft.bounds.filter(scale="legality").delete()

    response = act(client, "publish", draft, rule_set())

    assert sorted(said(response)) == [
        "permen-14-2018-v2: Skala “jawaban positif tentang tanah → legal” belum"
        " memiliki batas.",
        "permen-14-2018: “Terbitkan” tidak dapat dilakukan sekarang: statusnya"
        " “Terbit”.",
    ]


def test_staff_without_the_role_publish_nothing(client, draft):
    """Keys of the admin open the form; publishing needs the role as well."""
    staff = UserFactory(is_staff=True)
    staff.user_permissions.set(Permission.objects.filter(content_type__model="ruleset"))
    client.force_login(staff)

    response = act(client, "publish", draft)

    assert "Peran Anda tidak mengizinkan" in said(response)[0]
    draft.refresh_from_db()
    assert draft.status == "draft"


# ---- interventions -----------------------------------------------------------


def test_cost_is_stored_with_its_source_only(client):
    row = Intervention.objects.get(code="titian-kayu")
    page = client.get(change_url(row))

    refused = client.post(change_url(row), typed(page, unit_cost="1250000"))
    assert "Biaya per satuan memerlukan sumbernya" in text_of(refused)
    row.refresh_from_db()
    assert row.unit_cost is None
    client.post(
        change_url(row),
        typed(page, unit_cost="1250000", cost_source="HSPK contoh untuk uji"),
    )

    row.refresh_from_db()
    assert row.unit_cost == Decimal(1_250_000)


def test_interventions_are_withdrawn_not_deleted(client):
    row = Intervention.objects.get(code="titian-kayu")
    url = reverse("admin:areas_intervention_delete", args=[row.pk])
    assert client.post(url, {"post": "yes"}).status_code == 403
