"""The first administrator, and API tokens, through their commands."""

import io
import re
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from agencies.models import ApiToken, Membership, User
from agencies.services import ensure_admin, issue_token, random_password, revoke_tokens
from core.errors import BusinessRuleError
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
GROUPS = re.compile(r"[a-z2-9]{4}(-[a-z2-9]{4}){3}")


def told(command: str, *arguments: str) -> str:
    output = io.StringIO()
    call_command(command, *arguments, stdout=output)
    return output.getvalue()


# ---- create_admin -------------------------------------------------------------------
def test_first_admin_can_sign_in_with_the_password_that_was_printed(province, client):
    printed = told("create_admin")

    password = GROUPS.search(printed).group()
    values = {"login": "admin", "password": password}
    answer = client.post(reverse("account_login"), values)

    assert printed.count(password) == 1
    assert answer.status_code == 302
    assert client.session["_auth_user_id"] == str(User.objects.get().pk)


def test_first_admin_is_administrator_at_the_province(province):
    ensure_admin()

    admin = User.objects.get(username="admin")
    membership = Membership.objects.get()
    assert (admin.is_staff, admin.is_superuser) == (True, True)
    assert (membership.user, membership.agency) == (admin, province)
    assert membership.role == "administrator"


def test_existing_admin_is_left_alone(province):
    admin = UserFactory(username="admin", is_active=False)
    before = admin.password

    assert told("create_admin") == ""

    admin.refresh_from_db()
    assert admin.password == before
    assert not admin.is_active
    assert not admin.memberships.exists()


def test_admin_needs_the_office_of_the_province(office):
    with pytest.raises(CommandError, match="seed_agencies"):
        told("create_admin")

    assert not User.objects.exists()


def test_passwords_differ_and_avoid_letters_that_look_alike():
    passwords = {random_password() for _number in range(50)}

    assert len(passwords) == 50
    assert all(GROUPS.fullmatch(password) for password in passwords)
    assert not set("".join(passwords)) & set("01ilo")


# ---- api_token ----------------------------------------------------------------------
def api(client, token: str) -> int:
    headers = {"authorization": f"Token {token}"}
    return client.get("/api/v1/agencies/", headers=headers).status_code


def test_token_opens_the_api_for_30_days(operator, client):
    token = told("api_token", "operator").strip()

    stored = ApiToken.objects.get()
    assert api(client, token) == 200
    assert stored.user == operator
    left = stored.expiry - timezone.now()
    assert timedelta(days=29, hours=23) < left <= timedelta(days=30)


def test_token_is_stored_hashed_and_its_hash_is_not_in_the_trail(operator):
    token = issue_token("operator")

    stored = ApiToken.objects.get()
    event = ApiToken.pgh_event_model.objects.get()
    assert token not in (stored.digest, stored.token_key)
    kept = {str(value) for value in vars(event).values()}
    assert not {token, stored.digest} & kept
    assert str(stored) == f"{token[:15]}…"


def test_token_and_its_end_are_in_the_trail_with_the_way_in(operator):
    told("api_token", "operator")
    told("api_token", "operator", "--revoke")

    events = ApiToken.pgh_event_model.objects.order_by("pgh_id")
    assert [event.pgh_label for event in events] == ["insert", "delete"]
    for event in events:
        assert event.user_id == operator.pk
        assert event.pgh_context.metadata == {"source": "command"}


def test_revoke_ends_all_tokens_of_that_person_only(operator, stranger, client):
    mine = [issue_token("operator"), issue_token("operator")]
    other = issue_token("stranger")

    assert told("api_token", "operator", "--revoke") == "2 token dicabut.\n"

    assert [api(client, token) for token in (*mine, other)] == [401, 401, 200]


def test_token_of_a_deactivated_person_opens_nothing_and_can_be_revoked(
    operator, client
):
    token = issue_token("operator")
    User.objects.update(is_active=False)

    assert api(client, token) == 401
    assert revoke_tokens("operator") == 1


def test_token_after_its_end_opens_nothing(operator, client):
    token = issue_token("operator")
    ApiToken.objects.update(expiry=timezone.now() - timedelta(seconds=1))

    assert api(client, token) == 401


@pytest.mark.parametrize(
    ("username", "sentence"),
    [("nobody", "Tidak ada pengguna nobody"), ("asleep", "asleep dinonaktifkan")],
)
def test_no_token_for_who_cannot_use_it(username, sentence):
    UserFactory(username="asleep", is_active=False)

    with pytest.raises(CommandError, match=sentence) as refusal:
        told("api_token", username)

    assert refusal.value.returncode == 1
    assert "\n" not in str(refusal.value)
    assert not ApiToken.objects.exists()


def test_revoke_for_nobody_is_refused():
    with pytest.raises(BusinessRuleError):
        revoke_tokens("nobody")
