"""The support desk: who gets in, and what may be changed there."""

from datetime import date

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.urls import reverse

from agencies.models import (
    Agency,
    ApiToken,
    Membership,
    Region,
    RegionBoundary,
    User,
)
from agencies.services import issue_token
from tests.factories import PASSWORD, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
INDEX = "/admin/"
TOKENS = "/admin/agencies/apitoken/"


@pytest.fixture
def helper(db):
    """Staff with the rights to change people and memberships, but no superuser."""
    user = UserFactory(username="helper", is_staff=True)
    rights = Permission.objects.filter(
        content_type__app_label="agencies",
        content_type__model__in=["user", "membership"],
    )
    user.user_permissions.set(rights)
    return user


@pytest.mark.parametrize("path", [INDEX, "/admin/login/"])
def test_signing_in_goes_through_the_page_that_limits_attempts(client, path):
    answer = client.get(path, follow=True)

    assert answer.request["PATH_INFO"] == reverse("account_login")


def test_admin_login_itself_takes_no_password(client, administrator):
    values = {"username": "administrator", "password": PASSWORD}

    client.post("/admin/login/", values)

    assert "_auth_user_id" not in client.session


def test_guessing_is_stopped_after_five_attempts(client, administrator):
    url = f"{reverse('account_login')}?next={INDEX}"
    for _attempt in range(5):
        client.post(url, {"login": "administrator", "password": "salah"})

    client.post(url, {"login": "administrator", "password": PASSWORD})

    assert "_auth_user_id" not in client.session


def test_role_of_administrator_alone_opens_no_admin(client, province):
    user = MembershipFactory(agency=province, role="administrator").user
    client.force_login(user)

    assert client.get(INDEX).status_code == 302
    assert client.get(INDEX, follow=True).status_code == 403


def test_giving_the_role_in_the_admin_sets_nothing_else(
    client, log_in, administrator, province
):
    user = UserFactory()
    log_in("administrator")

    client.post(
        "/admin/agencies/membership/add/",
        {"user": user.pk, "agency": province.pk, "role": "administrator"},
    )

    user.refresh_from_db()
    assert user.memberships.get().role == "administrator"
    assert not user.is_staff
    assert not user.is_superuser


@pytest.mark.parametrize(
    "model", ["user", "agency", "membership", "region", "regionboundary", "apitoken"]
)
def test_every_list_opens(client, log_in, administrator, model):
    issue_token("administrator")
    boundary()
    log_in("administrator")

    assert client.get(f"/admin/agencies/{model}/?q=a").status_code == 200


def boundary() -> RegionBoundary:
    return RegionBoundary.objects.create(
        region_id="63.71", geometry={}, min_lon=0, min_lat=0, max_lon=1, max_lat=1
    )


@pytest.mark.parametrize("model", ["user", "agency", "membership"])
def test_change_pages_open(client, log_in, administrator, model):
    record = {"user": User, "agency": Agency, "membership": Membership}[model]
    log_in("administrator")

    url = reverse(f"admin:agencies_{model}_change", args=[record.objects.first().pk])

    assert client.get(url).status_code == 200


def test_new_person_gets_a_hashed_password(client, log_in, administrator):
    log_in("administrator")

    client.post(
        "/admin/agencies/user/add/",
        {
            "username": "baru",
            "usable_password": "true",
            "password1": "kertas-hijau-88",
            "password2": "kertas-hijau-88",
            "memberships-TOTAL_FORMS": "0",
            "memberships-INITIAL_FORMS": "0",
        },
    )

    assert User.objects.get(username="baru").check_password("kertas-hijau-88")


@pytest.mark.parametrize(
    ("model", "page"),
    [
        ("region", "add"),
        ("region", "delete"),
        ("regionboundary", "add"),
        ("regionboundary", "change"),
        ("regionboundary", "delete"),
    ],
)
def test_regions_are_only_looked_at(client, log_in, administrator, model, page):
    boundary()
    log_in("administrator")
    args = [] if page == "add" else ["63.71"]
    url = reverse(f"admin:agencies_{model}_{page}", args=args)

    looked = client.get(url).status_code
    changed = client.post(url, {"name": "Lain", "post": "yes"}).status_code

    assert looked == (200 if page == "change" else 403)
    assert changed == 403


def test_people_are_not_deleted(client, log_in, administrator, operator):
    log_in("administrator")

    answer = client.post(f"/admin/agencies/user/{operator.pk}/delete/", {"post": "yes"})

    assert answer.status_code == 403
    assert User.objects.filter(pk=operator.pk).exists()


def test_agency_with_members_is_protected(client, log_in, administrator, province):
    log_in("administrator")

    client.post(f"/admin/agencies/agency/{province.pk}/delete/", {"post": "yes"})

    assert Agency.objects.filter(pk=province.pk).exists()


# ---- tokens -------------------------------------------------------------------------
def test_tokens_are_listed_without_their_hash(client, log_in, administrator):
    issue_token("administrator")
    token = ApiToken.objects.get()
    log_in("administrator")

    listed = client.get(TOKENS).text
    asked = client.get(f"{TOKENS}{token.token_key}/delete/").text

    for page in (listed, asked):
        assert token.token_key in page
        assert token.digest not in page


def test_deleting_a_token_revokes_it_and_logs_no_hash(
    client, log_in, administrator, operator
):
    text = issue_token("operator")
    token = ApiToken.objects.get()
    log_in("administrator")

    client.post(f"{TOKENS}{token.token_key}/delete/", {"post": "yes"})

    headers = {"authorization": f"Token {text}"}
    client.logout()
    assert client.get("/api/v1/agencies/", headers=headers).status_code == 401
    assert not LogEntry.objects.filter(object_id=token.digest).exists()
    event = ApiToken.pgh_event_model.objects.get(pgh_label="delete")
    assert event.user_id == operator.pk
    assert event.pgh_context.metadata["user"] == administrator.pk
    assert event.pgh_context.metadata["source"] == "admin"


@pytest.mark.parametrize("page", ["add/", "{digest}/", "{digest}/delete/", "{key}/"])
def test_tokens_have_no_other_page(client, log_in, administrator, page):
    issue_token("administrator")
    token = ApiToken.objects.get()
    log_in("administrator")

    url = TOKENS + page.format(digest=token.digest, key=token.token_key)
    client.post(url, {"post": "yes"})

    assert client.get(url, follow=True).request["PATH_INFO"] in (url, INDEX)
    assert ApiToken.objects.count() == 1


# ---- staff that is no superuser -----------------------------------------------------
def test_staff_cannot_make_themselves_superuser(client, log_in, helper):
    log_in("helper")

    client.post(
        f"/admin/agencies/user/{helper.pk}/change/",
        {
            "username": "helper",
            "first_name": "Ani",
            "is_active": "on",
            "is_staff": "on",
            "is_superuser": "on",
            "memberships-TOTAL_FORMS": "0",
            "memberships-INITIAL_FORMS": "0",
        },
    )

    helper.refresh_from_db()
    assert (helper.first_name, helper.is_superuser) == ("Ani", False)


@pytest.mark.parametrize("page", ["change", "password"])
def test_staff_cannot_touch_a_superuser(client, log_in, helper, administrator, page):
    before = administrator.password
    log_in("helper")

    values = {"password1": "kertas-hijau-88", "password2": "kertas-hijau-88"}
    answer = client.post(f"/admin/agencies/user/{administrator.pk}/{page}/", values)

    administrator.refresh_from_db()
    assert answer.status_code == 403
    assert administrator.password == before


REGION = "/admin/agencies/region/63.71.01.1001/change/"


def test_only_how_long_a_code_holds_is_edited(client, log_in, administrator):
    log_in("administrator")

    client.post(
        REGION,
        {
            "name": "Lain",
            "valid_until": "2024-01-01",
            "replaced_by": "63.71.01.1002",
        },
    )

    region = Region.objects.get(pk="63.71.01.1001")
    assert (region.name, region.valid_until, region.replaced_by_id) == (
        "Mantuil",
        date(2024, 1, 1),
        "63.71.01.1002",
    )


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"valid_until": ""}, "valid_until", "Isi tanggal mulai kode pengganti"),
        ({"valid_from": "2025-01-01"}, None, "mendahului tanggal awal"),
        ({"replaced_by": "63.71"}, "replaced_by", "pilih kode setingkat"),
        ({"replaced_by": "63.71.01.1001"}, "replaced_by", "justru digantikan"),
        ({"valid_until": "2019-01-01"}, "replaced_by", "tidak berlaku pada 1 Jan 2019"),
    ],
)
def test_an_end_that_cannot_be_is_told(
    client, log_in, administrator, change, field, sentence
):
    log_in("administrator")
    Region.objects.filter(pk="63.71.01.1002").update(valid_from=date(2020, 1, 1))
    sent = {"valid_until": "2024-01-01", "replaced_by": "63.71.01.1002"} | change

    form = client.post(REGION, sent).context["adminform"].form

    assert sentence in form.errors[field or "__all__"][0]
    assert Region.objects.get(pk="63.71.01.1001").replaced_by is None
