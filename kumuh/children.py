"""The processes that script/run starts: the web server and the background worker."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence

from kumuh.embedded import Server
from kumuh.environment import BASE_DIR
from kumuh.local import StartError

HOST = "127.0.0.1"
FIRST_PAGE_SECONDS = 120
STOP_SECONDS = 30
RESTART_SECONDS = 5  # a worker that dies at once is not started more often


class Child:
    """A process in a session of its own: Ctrl-C reaches us, and we stop it.

    It ends with us even when we are killed: its lifeline, a pipe, then ends. It holds
    the embedded database for as long as it runs.
    """

    process: subprocess.Popen[bytes] | None = None

    def __init__(self, command: Sequence[str], server: Server | None) -> None:
        self.command = [sys.executable, *command]
        self.server = server

    def start(self, *descriptors: int) -> None:
        lifeline, self.our_end = os.pipe()
        lock = self.server.users_lock if self.server else None
        held = [lock.descriptor] if lock else []
        self.process = subprocess.Popen(
            self.command,
            cwd=BASE_DIR,
            env={**os.environ, "KUMUH_LIFELINE": str(lifeline)},
            stdin=subprocess.DEVNULL,
            pass_fds=[*descriptors, lifeline, *held],
            start_new_session=True,
        )
        os.close(lifeline)

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def code(self) -> int | None:
        """With which code it ended."""
        return self.process.returncode if self.process else None

    def stop(self) -> None:
        if self.process is None:
            return
        if self.is_running():
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self.process.wait()


class WebServer(Child):
    """gunicorn, on the port that was taken at the beginning."""

    def __init__(self, listener: socket.socket, server: Server | None) -> None:
        self.port = listener.getsockname()[1]
        bind = f"fd://{listener.fileno()}"
        options = ["-c", "python:kumuh.web", "--bind", bind, "kumuh.wsgi"]
        super().__init__(["-m", "gunicorn", *options], server)
        self.start(listener.fileno())

    def wait_for_first_page(self) -> None:
        deadline = time.monotonic() + FIRST_PAGE_SECONDS
        while self.is_running() and time.monotonic() < deadline:
            connection = http.client.HTTPConnection(HOST, self.port, timeout=5)
            try:
                connection.request("GET", "/")
                connection.getresponse().read()
            except (OSError, http.client.HTTPException):
                time.sleep(0.05)
            else:
                return
            finally:
                connection.close()
        raise StartError("Server web tidak dapat dimulai; sebabnya ada di atas.")


class Worker(Child):
    """Background work; without it pages work, but nobody is reminded or mailed."""

    started_at = 0.0

    def __init__(self, server: Server | None) -> None:
        super().__init__(["-m", "kumuh.worker"], server)

    def start(self, *descriptors: int) -> None:
        self.started_at = time.monotonic()
        super().start(*descriptors)

    def restart_if_dead(self) -> bool:
        """Start it again when somebody or something killed it; whether it was."""
        young = time.monotonic() - self.started_at < RESTART_SECONDS
        if self.is_running() or young:
            return False
        os.close(self.our_end)
        self.start()
        return True
