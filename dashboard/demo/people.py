"""The example users: one of each role, and heads who sign the other offices' data."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

import pghistory

from agencies.models import Agency, Membership, User
from agencies.roles import Role
from agencies.services import random_password
from dashboard.demo.plan import BANJARMASIN, HULU_SUNGAI_UTARA, PROVINCE, REGENCIES

SOURCE = "demo"


@dataclass(frozen=True, slots=True)
class Account:
    """An example user who can sign in; the password is known only here, once."""

    user: User
    role: str
    agency: Agency
    password: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Who does what in the example; offices are found by region code."""

    accounts: tuple[Account, ...]
    offices: Mapping[str, Agency]
    operators: Mapping[str, User]
    heads: Mapping[str, User]
    editor: User
    verifier: User


def acting(user: User | None = None) -> Any:
    """The context in which the trail writes down what this person does here."""
    who = {"user": user.pk} if user else {}
    return pghistory.context(source=SOURCE, **who)


def create_cast(offices: Mapping[str, Agency]) -> Cast:
    """The users with their roles; `offices` are the housing offices by region code."""
    with acting():
        province = offices[PROVINCE]
        editor = _account("pengelola", "Pengelola Data", Role.PROVINCE_EDITOR, province)
        verifier = _account("pemeriksa", "Pemeriksa", Role.PROVINCE_VERIFIER, province)
        viewer = _account("pembaca", "Pembaca", Role.VIEWER, province)
        admin = _account(
            "admin",
            "Administrator",
            Role.ADMINISTRATOR,
            province,
            is_staff=True,
            is_superuser=True,
        )
        pairs = {
            BANJARMASIN: _pair(offices[BANJARMASIN], ""),
            HULU_SUNGAI_UTARA: _pair(offices[HULU_SUNGAI_UTARA], ".hsu"),
        }
        heads = {
            code: _silent_head(offices[code], regency.slug)
            for code, regency in REGENCIES.items()
            if code not in pairs
        }
    heads |= {code: head.user for code, (_operator, head) in pairs.items()}
    operators = {code: operator.user for code, (operator, _head) in pairs.items()}
    return Cast(
        accounts=(*chain(*pairs.values()), editor, verifier, viewer, admin),
        offices=offices,
        operators=heads | operators,
        heads=heads,
        editor=editor.user,
        verifier=verifier.user,
    )


def _pair(office: Agency, suffix: str) -> tuple[Account, Account]:
    """Reporter and head of a district office."""
    return (
        _account(f"pelapor{suffix}", "Pelapor", Role.DISTRICT_OPERATOR, office),
        _account(f"kepala{suffix}", "Kepala", Role.DISTRICT_HEAD, office),
    )


def _account(
    name: str, title: str, role: Role, agency: Agency, **flags: bool
) -> Account:
    password = random_password()
    user = _user(name, title, role, agency, password=password, **flags)
    return Account(user, role, agency, password)


def _silent_head(office: Agency, slug: str) -> User:
    """A head without a password: signs the example records, never signs in."""
    return _user(f"kepala.{slug}", "Kepala", Role.DISTRICT_HEAD, office, password=None)


def _user(name: str, title: str, role: Role, agency: Agency, **values: Any) -> User:
    user = User.objects.create_user(
        f"contoh.{name}",
        first_name=title,
        last_name=f"CONTOH {agency.short_name}",
        is_demo=True,
        **values,
    )
    Membership.objects.create(user=user, agency=agency, role=role)
    return user
