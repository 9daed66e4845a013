"""What script/run does before the web server: port, key, first people, static files."""

import contextlib
import os
import socket
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError
from django.db import ProgrammingError, connections
from django.db.migrations.exceptions import MigrationSchemaMissing
from psycopg.errors import InsufficientPrivilege

from kumuh import start, static_files
from kumuh.local import StartError, secret_key

User = get_user_model()


# ---- secret key ---------------------------------------------------------------------
def test_secret_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path):
    path = tmp_path / "var" / "secret_key"
    key = secret_key(path)

    assert len(key) >= 50
    assert path.stat().st_mode & 0o777 == 0o600
    assert secret_key(path) == key
    assert os.listdir(path.parent) == ["secret_key"]


def test_secret_key_that_others_can_read_is_closed_again(tmp_path: Path):
    path = tmp_path / "secret_key"
    secret_key(path)
    path.chmod(0o644)

    secret_key(path)

    assert path.stat().st_mode & 0o777 == 0o600


def test_secret_key_of_a_faster_start_is_kept(tmp_path: Path, monkeypatch):
    path = tmp_path / "secret_key"
    link = os.link

    def other_start_first(source: Path, target: Path) -> None:
        path.write_text("of the other start")
        link(source, target)

    monkeypatch.setattr(os, "link", other_start_first)
    assert secret_key(path) == "of the other start"


def test_empty_secret_key_is_refused(tmp_path: Path):
    (tmp_path / "secret_key").touch()
    with pytest.raises(StartError, match="hapus berkas itu, atau isi SECRET_KEY"):
        secret_key(tmp_path / "secret_key")


# ---- port ---------------------------------------------------------------------------
def test_port_in_use_is_one_sentence(monkeypatch):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))
        with pytest.raises(StartError, match=f"Port {port} sedang dipakai"):
            start.take_port()


# ---- first people -------------------------------------------------------------------
@pytest.fixture
def commands(monkeypatch) -> list[str]:
    """The commands that were called; each makes a user, as the real ones do."""
    called: list[str] = []

    def call_command(name: str) -> None:
        called.append(name)
        User.objects.create_user(f"by_{name}")

    monkeypatch.setattr("django.core.management.call_command", call_command)
    return called


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("demo", "embedded", "expected"),
    [
        (None, True, ["create_admin", "load_demo"]),
        (False, True, ["create_admin"]),
        (None, False, ["create_admin"]),
        (True, False, ["create_admin", "load_demo"]),
    ],
)
def test_first_start_makes_admin_and_demo_where_wanted(
    commands: list[str], demo, embedded, expected
):
    start.make_first_people(demo, embedded=embedded)
    assert commands == expected


@pytest.mark.django_db
def test_later_starts_make_nobody_and_leave_removed_demo_data_removed(
    commands: list[str],
):
    User.objects.create_user("somebody")
    start.make_first_people(None, embedded=True)
    assert commands == []


@pytest.mark.django_db
def test_interrupted_first_start_leaves_nobody_and_is_repeated(monkeypatch):
    def call_command(name: str) -> None:
        if name == "load_demo":
            raise KeyboardInterrupt
        User.objects.create_user(name)

    monkeypatch.setattr("django.core.management.call_command", call_command)
    with contextlib.suppress(KeyboardInterrupt):
        start.make_first_people(None, embedded=True)

    assert not User.objects.exists()


# ---- refusals -----------------------------------------------------------------------
def test_refusal_of_a_command_is_one_sentence():
    with pytest.raises(StartError, match="Berkas tidak ada"), start.refusals():
        raise CommandError("Berkas tidak ada.")


def test_refusal_of_the_database_says_what_to_do():
    refused = ProgrammingError("permission denied")
    refused.__cause__ = InsufficientPrivilege()
    by_migrate = MigrationSchemaMissing("Unable to create the django_migrations table")
    by_migrate.__context__ = refused  # as Django raises it

    with pytest.raises(StartError, match="jadikan ia pemilik"), start.refusals():
        raise by_migrate


def test_mistake_of_ours_keeps_its_traceback():
    with pytest.raises(ProgrammingError), start.refusals():
        raise ProgrammingError("syntax error")


@pytest.mark.django_db
def test_too_old_postgresql_is_refused(monkeypatch):
    monkeypatch.setattr(connections["default"], "pg_version", 140_012)
    with pytest.raises(StartError, match="versi 15 atau lebih baru"):
        start.check_database()


# ---- static files -------------------------------------------------------------------
@pytest.fixture
def site(tmp_path: Path, settings, monkeypatch) -> Path:
    source = tmp_path / "source"
    source.mkdir()
    (source / "kumuh.css").write_text("a {}")
    settings.STATICFILES_DIRS = [source]
    settings.STATICFILES_FINDERS = [
        "django.contrib.staticfiles.finders.FileSystemFinder"
    ]
    settings.STATIC_ROOT = tmp_path / "static"
    monkeypatch.setattr(static_files, "VAR_DIR", tmp_path)
    return tmp_path


def collect() -> bool:
    """Whether files were collected."""
    steps: list[str] = []

    def step(name: str):
        steps.append(name)
        return contextlib.nullcontext()

    static_files.collect(step)
    return bool(steps)


def test_static_files_are_collected_only_when_one_has_changed(site: Path):
    assert collect()
    assert (site / "static" / "kumuh.css").read_text() == "a {}"
    assert not collect()

    (site / "source" / "kumuh.css").write_text("a { color: red }")
    assert collect()
    assert "red" in (site / "static" / "kumuh.css").read_text()


def test_interrupted_collection_is_done_again(site: Path, monkeypatch):
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, contextlib.suppress(KeyboardInterrupt):
        patch.setattr(static_files, "call_command", interrupted)
        collect()
    assert collect()


# ---- lines on the screen ------------------------------------------------------------
@pytest.fixture
def chosen(monkeypatch):
    """`start.chosen_database` around a database that has something to say."""

    @contextlib.contextmanager
    def database(tell):
        tell("Izin lewat ditambah.")
        yield None

    monkeypatch.setattr(start, "database", database)
    return start.chosen_database


def test_embedded_database_has_a_line_and_its_remarks_stand_below(
    chosen, monkeypatch, capsys
):
    monkeypatch.delenv("DATABASE_URL")
    with chosen():
        lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("Basis data bawaan … selesai (")
    assert lines[1:] == ["Izin lewat ditambah."]


def test_a_given_database_is_not_called_the_embedded_one(chosen, monkeypatch, capsys):
    monkeypatch.setenv("DATABASE_URL", "postgresql://h/d")
    with chosen():
        assert "bawaan" not in capsys.readouterr().out


@pytest.mark.parametrize(("text", "workers"), [("", "2"), ("3", "3")])
def test_gunicorn_gets_a_number_of_workers(monkeypatch, text: str, workers: str):
    monkeypatch.setenv("WEB_CONCURRENCY", text)
    start.count_workers()
    assert os.environ["WEB_CONCURRENCY"] == workers
