"""Indonesian unless the person chose otherwise."""

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


def test_the_browsers_wish_does_not_count(client):
    page = client.get(reverse("account_login"), headers={"accept-language": "en"})

    assert "Masuk" in page.content.decode()
    assert page.headers["Content-Language"] == "id"


def test_a_choice_is_kept(client):
    client.post(reverse("set_language"), {"language": "en", "next": "/akun/masuk/"})

    page = client.get(reverse("account_login"))

    assert "Sign in" in page.content.decode()


def test_an_unknown_language_is_ignored(client):
    client.cookies["django_language"] = "xx<script>"

    assert client.get(reverse("account_login")).headers["Content-Language"] == "id"


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("account_login", 200),
        ("account_signup", 200),
        ("account_logout", 302),
        ("account_change_password", 302),
        ("account_reauthenticate", 302),
        ("account_inactive", 200),
    ],
)
def test_account_pages_answer(client, name, status):
    assert client.get(reverse(name)).status_code == status
