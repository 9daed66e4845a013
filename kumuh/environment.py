"""Reading variables: a missing or wrong one stops the start with one sentence."""

import os
import re
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
TRUE = ("1", "true", "yes", "on")
FALSE = ("0", "false", "no", "off")

env = environ.Env()
ENV_FILE = env.str("ENV_FILE", default=str(BASE_DIR / ".env"))
if ENV_FILE and Path(ENV_FILE).is_file():
    env.read_env(ENV_FILE)


def check_env_file(name: str | None) -> None:
    """Refuse an ENV_FILE that leads nowhere: other settings would be used silently."""
    if name and not Path(name).is_file():
        raise ImproperlyConfigured(
            f"ENV_FILE bernilai {name!r}: isi dengan nama berkas yang ada."
        )


def unreachable(error: Exception | str) -> str:
    """The sentence for a database that does not answer or does not let us in."""
    reason = str(error).strip().splitlines()[0]
    return (
        "DATABASE_URL tidak dapat dihubungi: periksa alamat, nama, pengguna, dan"
        f" sandinya ({reason})."
    )


def required(name: str, hint: str) -> str:
    """The variable's value; `hint` ends the sentence that says it is missing."""
    check_env_file(os.environ.get("ENV_FILE"))
    value = env.str(name, default="")
    if not value:
        raise ImproperlyConfigured(f"{name} belum diisi: {hint}")
    return value


def flag(name: str, *, default: bool) -> bool:
    """Yes or no. Any other word is refused: a typing error must not turn HTTPS off."""
    value = env.str(name, default="").strip().lower()
    if value and value not in TRUE + FALSE:
        raise ImproperlyConfigured(
            f"{name} bernilai {value!r}: isi dengan 1 (ya) atau 0 (tidak)."
        )
    return value in TRUE if value else default


def number(name: str, *, default: int, low: int = 0, high: int = 2**31) -> int:
    """A whole number from low to high."""
    value = env.str(name, default="").strip() or str(default)
    if not re.fullmatch(r"[0-9]{1,10}", value) or not low <= int(value) <= high:
        raise ImproperlyConfigured(
            f"{name} bernilai {value!r}: isi dengan bilangan bulat {low} sampai {high}."
        )
    return int(value)


def matching(name: str, pattern: str, *, default: str, hint: str) -> str:
    """A text of the given form; `hint` ends the sentence that refuses another one."""
    value = env.str(name, default="").strip() or default
    if not re.fullmatch(pattern, value):
        raise ImproperlyConfigured(f"{name} bernilai {value!r}: {hint}")
    return value


def database(name: str, hint: str) -> dict:
    """Django's settings of the PostgreSQL that the variable's URL names."""
    required(name, hint)
    wrong = ImproperlyConfigured(f"{name} bukan alamat PostgreSQL: {hint}")
    if not re.match(r"(postgres|postgresql|pgsql|psql)://", os.environ[name]):
        raise wrong
    try:
        found = env.db_url(name)
    except ValueError:
        raise wrong from None
    if not found.get("NAME"):
        raise wrong
    # libpq's way to name a socket folder; Django's own tools look into HOST.
    host = found.get("OPTIONS", {}).pop("host", "")
    return {**found, "HOST": found["HOST"] or host}
