"""gunicorn's configuration: `gunicorn -c python:kumuh.web kumuh.wsgi`."""

import os
import signal
import threading
from pathlib import Path

worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
threads = 4
timeout = 60
graceful_timeout = 20
preload_app = True  # the application is read once, not once per worker
loglevel = "warning"
control_socket_disable = True
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # no disk, no stall


def on_starting(server: object) -> None:
    """Stop with script/run, also when that is killed: the lifeline then ends."""
    lifeline = os.environ.pop("KUMUH_LIFELINE", "")
    if lifeline:
        threading.Thread(target=_wait, args=(int(lifeline),), daemon=True).start()


def _wait(lifeline: int) -> None:
    os.read(lifeline, 1)
    os.kill(os.getpid(), signal.SIGTERM)
