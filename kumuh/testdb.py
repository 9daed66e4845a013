"""script/test: pytest with a throw-away database, or with the one of DATABASE_URL."""

import contextlib
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import environ
import psycopg

ENV_FILE = os.environ.get("ENV_FILE")
os.environ["ENV_FILE"] = ""  # what a developer has in .env must not change a test

from kumuh import local  # noqa: E402  (only now: it reads the variables)
from kumuh.embedded import Server, throwaway  # noqa: E402
from kumuh.environment import (  # noqa: E402
    BASE_DIR,
    VAR_DIR,
    check_env_file,
    database,
    unreachable,
)

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# Options that choose tests or need one process: with them no second one is started.
SINGLE = ("-n", "-p", "-s", "-k", "--numprocesses", "--lf", "--ff", "--pdb", "--co")


class EnvFile(environ.Env):
    """Reads a .env file without touching the environment."""

    ENVIRON: dict[str, str] = {}


def find_chromium() -> str | None:
    """The browser that the browser tests drive, or None: then they are skipped."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def pytest_arguments(arguments: list[str]) -> list[str]:
    """Both cores for the whole suite; drills only where asked for."""
    chosen = any(Path(argument.split("::")[0]).exists() for argument in arguments)
    single = any(argument.startswith(SINGLE) for argument in arguments)
    named = any("::" in argument for argument in arguments)
    marked = any(argument.startswith("-m") for argument in arguments)
    return [
        *([] if chosen or single else ["-n", "2"]),
        *([] if marked or named else ["-m", "not drill"]),
        *arguments,
    ]


def database_url() -> str:
    """DATABASE_URL from the environment or .env; empty: make a database."""
    check_env_file(ENV_FILE)
    file = Path(ENV_FILE or BASE_DIR / ".env")
    if file.is_file():
        EnvFile.read_env(str(file))
    return os.environ.get("DATABASE_URL") or EnvFile.ENVIRON.get("DATABASE_URL", "")


def check_server() -> None:
    """Refuse a DATABASE_URL that leads to no PostgreSQL, before any test fails by it.

    The tests make a database of their own there: the named one need not exist.
    """
    found = database(
        "DATABASE_URL",
        "isi dengan postgresql://pengguna:sandi@host:5432/nama, atau kosongkan:"
        " script/test membuat basis datanya sendiri.",
    )
    names = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
    address = {name: found[key] for name, key in names.items() if found[key]}
    reason = ""
    for name in (found["NAME"], "postgres"):
        try:
            psycopg.connect(dbname=name, connect_timeout=10, **address).close()
        except psycopg.Error as error:
            reason = reason or str(error)
        else:
            return
    raise local.StartError(unreachable(reason))


@contextlib.contextmanager
def test_database() -> Iterator[Server | None]:
    if url := database_url():
        os.environ["DATABASE_URL"] = url
        check_server()
        yield None
        return
    local.forget_libpq_variables()
    with throwaway(VAR_DIR, say=local.say) as server:
        os.environ["DATABASE_URL"] = server.url
        try:
            yield server
        finally:
            local.leave_in_peace()


def main(arguments: list[str]) -> int:
    os.environ.update(SECRET_KEY="only-for-tests", HTTPS="0")
    command = [sys.executable, "-m", "pytest", *pytest_arguments(arguments)]
    with test_database() as server:
        return local.run_child(command, server, cwd=BASE_DIR)


if __name__ == "__main__":
    local.run_main(main)
