"""script/run whole, in a copy of the project: first start, faults, later starts."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from kumuh.embedded import Server
from kumuh.environment import BASE_DIR

pytestmark = pytest.mark.drill

LEFT_OUT = (".git", ".venv", "var", ".env", "__pycache__", ".*_cache", ".hypothesis")
PATIENCE_SECONDS = 120


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


started: list["Run"] = []


class Run:
    """One script/run, called from elsewhere with next to nothing in its environment."""

    def __init__(self, project: Path, *options: str) -> None:
        self.port = free_port()
        self.output = project.parent / f"output-{self.port}"
        home = {"PATH": os.environ["PATH"], "HOME": str(project.parent)}
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [project / "script" / "run", *options],
                env={**home, "PORT": str(self.port)},
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        started.append(self)

    def said(self) -> str:
        return self.output.read_text()

    def wait_for(self, text: str) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while text not in self.said():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.05)

    def answers(self) -> bool:
        """Whether an address that counts its visitors in the database answers."""
        address = f"http://127.0.0.1:{self.port}/api/v1/severity-scores/"
        try:
            urllib.request.urlopen(address, data=b"{}", timeout=10).close()
        except urllib.error.HTTPError as error:
            with error:
                return error.code < 500
        except OSError:
            return False
        return True

    def wait_for_answer(self) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self.answers():
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.1)

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(PATIENCE_SECONDS)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Path]:
    """A copy of the project without data, in a folder with a space in its name."""
    copy = tmp_path / "proyek kumuh"
    shutil.copytree(BASE_DIR, copy, ignore=shutil.ignore_patterns(*LEFT_OUT))
    (copy / ".venv").symlink_to(Path(sys.prefix))
    yield copy
    while started:  # a test that failed leaves some running
        started.pop().stop(signal.SIGKILL)
    server = Server(copy / "var" / "postgres")
    server.acquire()
    server.release()


def database_runs(project: Path) -> bool:
    return (project / "var" / "postgres" / "data" / "postmaster.pid").exists()


def test_first_start_stop_and_second_start(project: Path):
    first = Run(project, "--no-demo")
    first.wait_for("Buka http://127.0.0.1:")
    assert first.answers()
    assert "admin" in first.said()
    for line in ("Kunci rahasia: dibuat", "Basis data bawaan … selesai", "Tabel: "):
        assert first.said().count(line) == 1
    assert first.stop() == 0
    assert not database_runs(project)
    assert (project / "var" / "secret_key").stat().st_mode & 0o777 == 0o600

    second = Run(project)
    second.wait_for("Buka http://127.0.0.1:")
    assert "admin" not in second.said()
    assert "Data contoh" not in second.said()
    assert "Kunci rahasia" not in second.said()
    assert second.stop(signal.SIGINT) == 0
    assert not database_runs(project)


def test_start_killed_in_the_middle_is_repeated(project: Path):
    for text in ("Tabel", "Pengguna pertama"):
        killed = Run(project)
        killed.wait_for(text)
        killed.stop(signal.SIGKILL)

    whole = Run(project)
    whole.wait_for("Buka http://127.0.0.1:")
    assert "admin" in whole.said()
    assert "Data contoh" in whole.said()
    assert whole.answers()
    assert whole.stop() == 0
    assert not database_runs(project)


def test_pages_come_back_after_the_database_was_killed(project: Path):
    run = Run(project, "--no-demo")
    run.wait_for("Buka http://127.0.0.1:")
    pid_file = project / "var" / "postgres" / "data" / "postmaster.pid"
    os.kill(int(pid_file.read_text().split()[0]), signal.SIGKILL)

    run.wait_for("Basis data berhenti tak terduga; sudah dijalankan kembali.")
    run.wait_for_answer()
    manage = [project / "script" / "manage", "check", "--database", "default"]
    done = subprocess.run(manage, capture_output=True, text=True, cwd="/", check=False)
    assert done.returncode == 0, done.stderr
    assert run.answers(), "script/manage stopped the database of script/run"
    assert run.stop() == 0


def workers_of(run: Run) -> list[psutil.Process]:
    """The processes of this start that do background work."""
    children = psutil.Process(run.process.pid).children(recursive=True)
    return [one for one in children if "kumuh.worker" in one.cmdline()]


def test_background_worker_comes_back_and_ends_with_its_start(project: Path):
    run = Run(project, "--no-demo")
    run.wait_for("Pekerja latar belakang: berjalan")
    run.wait_for("Buka http://127.0.0.1:")
    [first] = workers_of(run)
    first.kill()

    run.wait_for("Pekerja latar belakang berhenti; sudah dijalankan kembali.")
    [second] = workers_of(run)
    assert run.answers()
    assert run.stop() == 0, run.said()
    assert not second.is_running()
    assert not database_runs(project)


def test_killed_start_takes_its_children_along(project: Path):
    killed = Run(project, "--no-demo")
    killed.wait_for("Buka http://127.0.0.1:")
    [worker] = workers_of(killed)
    killed.stop(signal.SIGKILL)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while killed.answers() or worker.is_running():
        assert time.monotonic() < deadline
        time.sleep(0.1)

    again = Run(project)
    again.wait_for("Buka http://127.0.0.1:")
    assert again.answers()
    assert again.stop() == 0
    assert not database_runs(project)
