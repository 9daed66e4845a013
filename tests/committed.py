"""A database of its own for tests that really commit: several connections at once.

The ledger refuses TRUNCATE, so what such a test stores cannot be flushed away. Instead
the whole test database is copied (PostgreSQL copies a template in a tenth of a second)
and the copy is dropped afterwards.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.db.backends.base.creation import TEST_DATABASE_PREFIX
from psycopg import sql


@pytest.fixture
def committed_db(_template: str, django_db_blocker: Any) -> Iterator[str]:
    """`connection` and every new thread use an empty copy of the test database.

    Not together with `db`: that one holds the original open in a transaction.
    """
    copy = f"{_template[:40]}_{uuid4().hex[:8]}"
    with django_db_blocker.unblock():
        connection.close()
        with _maintenance() as run:
            run("CREATE DATABASE {} TEMPLATE {}", copy, _template)
        connection.settings_dict["NAME"] = copy
        try:
            yield copy
        finally:
            connection.close()
            connection.settings_dict["NAME"] = _template
            with _maintenance() as run:
                run("DROP DATABASE {} WITH (FORCE)", copy)


@pytest.fixture(scope="session")
def _template(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """The test database; pytest-django makes it only if some test asks for `db`."""
    name = connection.settings_dict["NAME"]
    if name.startswith(TEST_DATABASE_PREFIX):
        yield name
        return
    creation = connection.creation
    with django_db_blocker.unblock():
        test_name = creation.create_test_db(0, autoclobber=True, serialize=False)
    yield test_name
    with django_db_blocker.unblock():
        creation.destroy_test_db(name, verbosity=0)


@contextmanager
def _maintenance() -> Iterator[Callable[..., None]]:
    """Statements that cannot run inside the database that they are about."""
    with connection._nodb_cursor() as cursor:

        def run(statement: str, *names: str) -> None:
            cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

        yield run


def at_once(calls: list[Callable[[], Any]]) -> list[Any]:
    """The results of `calls`, run at the same moment with a connection each.

    An exception is a result too: the caller says which ones it expects.
    """
    barrier = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=60)
            return call()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))
