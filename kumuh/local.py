"""What script/run, script/manage and script/test share on one machine."""

import contextlib
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

from django.core.exceptions import ImproperlyConfigured

from kumuh.embedded import Server
from kumuh.environment import BASE_DIR, VAR_DIR, check_env_file
from kumuh.server_user import EmbeddedError, Say

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
Main = Callable[[list[str]], int]


class StartError(Exception):
    """The start cannot go on; the message is one sentence for the user."""


class Stopped(BaseException):
    """Somebody asked this process to stop."""


def say(text: str, end: str = "\n") -> None:
    # The terminal may be gone while we still have to stop the database.
    with contextlib.suppress(OSError):
        sys.stdout.write(text + end)
        sys.stdout.flush()


def say_aside(text: str) -> None:
    """For script/manage, whose output may be read by another program."""
    with contextlib.suppress(OSError):
        sys.stderr.write(f"{text}\n")


def run_main(main: Main) -> NoReturn:
    """Run a command: what the user can mend is one sentence and exit code 2."""
    obey_stop_signals()
    try:
        check_env_file(os.environ.get("ENV_FILE"))
        sys.exit(main(sys.argv[1:]))
    except Stopped:
        sys.exit(130)
    except (ImproperlyConfigured, EmbeddedError, StartError) as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)
    except PermissionError as error:
        sys.stderr.write(f"{error.filename}: tidak boleh dibaca atau ditulis.\n")
        sys.exit(2)


# ---- being stopped ----------------------------------------------------------------
def _stop(number: int, frame: object) -> NoReturn:
    leave_in_peace()
    raise Stopped


def obey_stop_signals() -> None:
    """Ctrl-C, a closed terminal and SIGTERM all end the `with` blocks in order."""
    for number in STOPPING:
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _stop)


def leave_in_peace() -> None:
    """No second Ctrl-C while the database is being stopped."""
    for number in STOPPING:
        signal.signal(number, signal.SIG_IGN)


# ---- what the settings need ---------------------------------------------------------
def prepare_variables() -> None:
    """Fill in what a start on one machine may leave out."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "kumuh.settings"
    os.environ.setdefault("HTTPS", "0")
    if not os.environ.get("SECRET_KEY"):
        os.environ["SECRET_KEY"] = secret_key(VAR_DIR / "secret_key")


def secret_key(path: Path) -> str:
    """The key in this file, made at the first start: mode 0600, never half-written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f"{path.name}.{os.getpid()}")
    if not path.exists():
        new.unlink(missing_ok=True)
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(64))
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):  # another start was faster
            os.link(new, path)
        new.unlink()
    path.chmod(0o600)
    key = path.read_text().strip()
    if not key:
        raise StartError(f"{path} kosong: hapus berkas itu, atau isi SECRET_KEY.")
    return key


@contextlib.contextmanager
def database(tell: Say = say) -> Iterator[Server | None]:
    """DATABASE_URL as it is set, else that of the embedded server while needed."""
    if os.environ.get("DATABASE_URL"):
        yield None
        return
    forget_libpq_variables()
    server = Server(say=tell)
    os.environ["DATABASE_URL"] = server.acquire()
    try:
        yield server
    finally:
        leave_in_peace()
        server.release()


def forget_libpq_variables() -> None:
    """PGSERVICE and the like would lead away from the embedded database."""
    for name in [name for name in os.environ if name.startswith("PG")]:
        del os.environ[name]


def run_child(command: list[str], server: Server | None, cwd: Path | None) -> int:
    """Run a program to its end; it holds the database too, whatever happens to us."""
    lock = server.users_lock if server else None
    handed_down = [lock.descriptor] if lock else []
    with subprocess.Popen(command, cwd=cwd, pass_fds=handed_down) as child:
        # The terminal sends Ctrl-C to the child as well: that one decides.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda number, _: child.send_signal(number))
        return child.wait()


def django_command(*arguments: str) -> list[str]:
    return [sys.executable, str(BASE_DIR / "manage.py"), *arguments]
