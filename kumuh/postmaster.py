"""Which processes of a PostgreSQL data folder live; ending what a killed one left."""

import os
import signal
import time
from contextlib import nullcontext, suppress
from pathlib import Path

import psutil

from kumuh.server_user import EmbeddedError, ServerUser

START_SECONDS = 300  # recovery after a power cut reads the whole log again
BACKEND_SECONDS = 2  # backends end by themselves when their postmaster is gone
STEP_SECONDS = 0.05


class Postmaster:
    """The main process of the server of one data folder."""

    def __init__(self, data: Path, user: ServerUser | None) -> None:
        self.data = data
        self.user = user

    def is_alive(self) -> bool:
        lines = self._pid_file()
        if not lines or not lines[0].strip().isdigit():
            return False
        with self._as_user(), suppress(psutil.Error):
            return self._is_ours(psutil.Process(int(lines[0])))
        return False

    def is_ready(self) -> bool:
        lines = self._pid_file()
        says_ready = len(lines) > 7 and lines[7].strip() == "ready"
        return says_ready and self.is_alive()

    def settle(self) -> bool:
        """Wait out a start or stop that is under way; True when the server answers."""
        deadline = time.monotonic() + START_SECONDS
        while self.is_alive():
            if self.is_ready():
                return True
            if time.monotonic() > deadline:
                raise EmbeddedError(
                    "Basis data bawaan tidak kunjung siap; penyebabnya ada di"
                    f" {self.data.parent / 'server.log'}."
                )
            time.sleep(STEP_SECONDS)
        return False

    def end_remains(self) -> None:
        """End the backends of a killed postmaster and forget its pid.

        PostgreSQL takes a zombie for a living postmaster and would refuse to start.
        """
        for number in (0, signal.SIGQUIT, signal.SIGKILL):
            for process in self._processes():
                with suppress(psutil.Error):
                    process.send_signal(number)
            if self._are_gone():
                break
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _are_gone(self) -> bool:
        deadline = time.monotonic() + BACKEND_SECONDS
        while self._processes():
            if time.monotonic() > deadline:
                return False
            time.sleep(STEP_SECONDS)
        return True

    def _processes(self) -> list[psutil.Process]:
        with self._as_user():
            return [one for one in psutil.process_iter() if self._is_ours(one)]

    def _is_ours(self, process: psutil.Process) -> bool:
        """A living postgres process of this folder; a zombie has no folder any more."""
        with suppress(psutil.Error, OSError):
            return (
                process.name() == "postgres"
                and process.status() != psutil.STATUS_ZOMBIE
                and os.path.realpath(process.cwd()) == os.path.realpath(self.data)
            )
        return False

    def _pid_file(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return []

    def _as_user(self):
        return self.user.borrowed() if self.user else nullcontext()
