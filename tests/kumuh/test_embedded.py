"""The embedded PostgreSQL: real servers, killed in the ways in which servers die."""

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from kumuh import embedded
from kumuh.embedded import Server
from kumuh.environment import BASE_DIR
from kumuh.server_user import EmbeddedError, make_readable

needs_linux = pytest.mark.skipif(
    sys.platform != "linux", reason="PR_SET_CHILD_SUBREAPER is Linux's"
)


def ask(url: str, question: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(question.encode()).fetchone()
    return row[0] if row else None


def tell(url: str, *statements: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(
            "SET synchronous_commit TO on"
        )  # a test server leaves it off
        for statement in statements:
            connection.execute(statement.encode())


def postmaster_pid(server: Server) -> int:
    return int((server.data / "postmaster.pid").read_text().split()[0])


def kill_postmaster(server: Server) -> None:
    os.kill(postmaster_pid(server), signal.SIGKILL)
    while server.postmaster.is_alive():
        pass


def another_user(server: Server) -> Server:
    """The same server as a second process sees it."""
    return Server(server.folder, throwaway=True)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One cluster for all tests here: making it takes longer than starting it."""
    path = tmp_path_factory.mktemp("embedded") / "kampung baru's data"
    yield path
    Server(path).remove()


@pytest.fixture
def server(folder: Path) -> Iterator[Server]:
    one = Server(folder, throwaway=True)
    one.acquire()
    yield one
    one.release()


def python(code: str, *arguments: object) -> subprocess.Popen:
    """Another Python process; it says a line when it is as far as the test needs."""
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)],
        cwd=BASE_DIR,
        stdout=subprocess.PIPE,
        text=True,
    )


def line(process: subprocess.Popen) -> str:
    assert process.stdout
    return process.stdout.readline()


# ---- one user, several users --------------------------------------------------------
def test_last_user_stops_it_and_the_data_stay(server: Server):
    tell(server.url, "CREATE TABLE IF NOT EXISTS kept AS SELECT 63 AS code")
    pid = postmaster_pid(server)

    server.release()
    assert not server.postmaster.is_alive()
    assert not psutil.pid_exists(pid) or psutil.Process(pid).status() == "zombie"

    server.acquire()
    assert ask(server.url, "SELECT code FROM kept") == 63


def test_second_user_joins_and_never_stops_it_under_the_first(server: Server):
    second = another_user(server)
    second.acquire()
    second.release()

    assert ask(server.url, "SELECT 1") == 1


def test_first_user_leaves_it_to_the_second(server: Server):
    second = another_user(server)
    second.acquire()

    server.release()
    assert ask(second.url, "SELECT 1") == 1

    second.release()
    assert not second.postmaster.is_alive()


def test_child_that_holds_the_lock_keeps_it_running(server: Server):
    assert server.users_lock
    child = subprocess.Popen(
        ["sleep", "60"], pass_fds=[server.users_lock.descriptor], start_new_session=True
    )
    server.release()
    assert ask(server.url, "SELECT 1") == 1

    child.kill()
    child.wait()
    assert server.is_unused()
    server.acquire()


# ---- who may come in ----------------------------------------------------------------
def test_only_the_owner_comes_in_and_not_over_tcp(server: Server):
    assert server.socket_folder.stat().st_mode & 0o777 == 0o700
    assert ask(server.url, "SHOW listen_addresses") == ""


def test_application_is_an_ordinary_role(server: Server):
    question = "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
    assert ask(server.url, question) is False


def test_data_are_checksummed_and_utf8_on_every_machine(server: Server):
    assert ask(server.url, "SHOW data_checksums") == "on"
    assert ask(server.url, "SELECT upper('é')") == "É"


def test_socket_folder_of_somebody_else_is_refused(tmp_path: Path):
    server = Server(tmp_path / ("jauh" * 30), throwaway=True)
    server.socket_folder.symlink_to(tmp_path)
    try:
        with pytest.raises(EmbeddedError, match="milik pengguna lain"):
            server.acquire()
    finally:
        server.socket_folder.unlink()


# ---- odd places ---------------------------------------------------------------------
def test_path_too_long_for_a_socket_gets_one_elsewhere(tmp_path: Path):
    server = Server(tmp_path / ("jauh" * 30), throwaway=True)
    server.acquire()
    socket_folder = server.socket_folder
    try:
        assert not socket_folder.is_relative_to(tmp_path)
        assert socket_folder.stat().st_mode & 0o777 == 0o700
        assert ask(server.url, "SELECT 1") == 1
    finally:
        server.release()
    assert not socket_folder.exists()


def test_half_made_cluster_is_made_anew(tmp_path: Path):
    server = Server(tmp_path / "postgres", throwaway=True)
    half = server.folder / "data.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    try:
        assert ask(server.acquire(), "SELECT 1") == 1
    finally:
        server.release()
        server.remove()


def test_programs_installed_under_a_strict_umask_become_readable(tmp_path: Path):
    program = tmp_path / "bin" / "postgres"
    program.parent.mkdir(mode=0o700)
    program.touch(mode=0o700)

    make_readable(tmp_path)

    assert program.stat().st_mode & 0o777 == 0o705
    assert program.parent.stat().st_mode & 0o777 == 0o705


# ---- killed -------------------------------------------------------------------------
def test_killed_postmaster_is_started_again_with_its_data(server: Server):
    tell(server.url, "CREATE TABLE IF NOT EXISTS kept AS SELECT 63 AS code")
    kill_postmaster(server)

    assert server.ensure_running()

    assert ask(server.url, "SELECT code FROM kept") == 63
    assert not server.ensure_running()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root lends it a system user")
def test_folder_that_was_closed_to_the_server_is_opened_again(
    server: Server, folder: Path
):
    folder.parent.chmod(0o700)
    kill_postmaster(server)

    assert server.ensure_running()


def test_killed_postmaster_leaves_a_busy_backend_that_is_ended(server: Server):
    busy = "DO $$ BEGIN LOOP END LOOP; END $$"  # never looks whether anybody lives
    code = "import psycopg, sys; psycopg.connect(sys.argv[1]).execute(sys.argv[2])"
    with psycopg.connect(server.url, autocommit=True) as connection:
        child = subprocess.Popen(
            [sys.executable, "-c", code, server.url, busy], stderr=subprocess.DEVNULL
        )
        active = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'DO $$%'"
        while connection.execute(active).fetchone() != (1,):
            pass
    kill_postmaster(server)

    assert server.ensure_running()

    assert ask(server.url, "SELECT 1") == 1
    assert child.wait() != 0


def test_killed_user_leaves_a_server_that_the_next_one_stops(server: Server):
    code = """
        import sys, time
        from pathlib import Path
        from kumuh.embedded import Server
        Server(Path(sys.argv[1])).acquire()
        print("started", flush=True)
        time.sleep(60)
    """
    server.release()
    with python(code, server.folder) as holder:
        assert line(holder) == "started\n"
        holder.kill()
    assert server.postmaster.is_ready()

    server.acquire()
    assert ask(server.url, "SELECT 1") == 1
    server.release()
    assert not server.postmaster.is_alive()


@needs_linux
def test_zombie_is_not_taken_for_a_living_server(server: Server):
    """Where nobody reaps the dead (many containers), PostgreSQL itself is fooled."""
    code = """
        import ctypes, os, signal, sys, psutil
        from pathlib import Path
        from kumuh.embedded import Server
        ctypes.CDLL(None).prctl(36, 1)  # PR_SET_CHILD_SUBREAPER, and then never reap
        server = Server(Path(sys.argv[1]))
        server.acquire()
        pid = int((server.data / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGKILL)
        while psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
            pass
        alive = server.postmaster.is_alive()
        print("zombie", alive, server.ensure_running(), flush=True)
        server.release()
    """
    server.release()
    with python(code, server.folder) as mother:
        assert line(mother) == "zombie False True\n"

    server.acquire()
    assert ask(server.url, "SELECT 1") == 1


def test_pid_of_another_program_is_not_taken_for_the_server(server: Server):
    server.release()
    lines = [str(os.getpid()), str(server.data), "0", "5432", "", "", "", "ready"]
    (server.data / "postmaster.pid").write_text("\n".join(lines))

    server.acquire()
    assert ask(server.url, "SELECT 1") == 1


# ---- for tests ----------------------------------------------------------------------
def test_throwaway_server_disappears(tmp_path: Path):
    with embedded.throwaway(tmp_path) as server:
        assert ask(server.url, "SHOW fsync") == "off"
    assert not list(tmp_path.glob("test-postgres-*/"))


def test_throwaway_server_of_a_killed_run_is_swept_away(tmp_path: Path):
    left = Server(tmp_path / "test-postgres-left", throwaway=True)
    left.acquire()
    assert left.users_lock
    left.users_lock.close()  # as the kernel does for a killed process

    with embedded.throwaway(tmp_path):
        assert not left.folder.exists()
