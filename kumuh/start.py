"""script/run: everything from an empty folder to a web server, and its orderly end."""

import contextlib
import io
import os
import socket
import sys
import time
from collections.abc import Iterator
from fcntl import LOCK_EX, LOCK_NB

from kumuh.children import HOST, WebServer, Worker
from kumuh.embedded import Lock, Server
from kumuh.environment import VAR_DIR, flag, number, unreachable
from kumuh.local import (
    StartError,
    Stopped,
    database,
    leave_in_peace,
    prepare_variables,
    run_main,
    say,
)
from kumuh.server_user import EmbeddedError

OPTIONS = ("--demo", "--no-demo")
PROVINCE = "63"  # Kalimantan Selatan
WATCH_SECONDS = 0.5


# ---- saying what happens ------------------------------------------------------------
@contextlib.contextmanager
def step(name: str) -> Iterator[None]:
    """One line per step: its name, and its seconds when it is done."""
    start = time.monotonic()
    say(f"{name} … ", end="")
    try:
        yield
    except BaseException:
        say("tidak selesai")
        raise
    say(f"selesai ({time.monotonic() - start:.1f} detik)".replace(".", ","))


class Counter(io.StringIO):
    """Output of `migrate`, of which a person sees every tenth step as a number."""

    applied = 0

    def write(self, text: str) -> int:
        self.applied += text.count("Applying ")
        if "Applying " in text and self.applied % 10 == 0:
            say(f"{self.applied} ", end="")
        return len(text)


# ---- before anything is touched -----------------------------------------------------
def read_options(arguments: list[str]) -> bool | None:
    """Whether demo data are wanted; None: nothing was said."""
    for argument in arguments:
        if argument not in OPTIONS:
            raise StartError(
                f"Pilihan {argument!r} tidak dikenal; yang ada: {', '.join(OPTIONS)}."
            )
    if len(set(arguments)) > 1:
        raise StartError("Pilih salah satu: --demo atau --no-demo.")
    return {"--demo": True, "--no-demo": False}.get(arguments[0]) if arguments else None


def take_port() -> socket.socket:
    """The port, held from the beginning: a second start then stops at once."""
    port = number("PORT", default=8000, low=1, high=65535)
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(256)
    except PermissionError:
        listener.close()
        raise StartError(
            f"Port {port} hanya untuk root: isi PORT dengan bilangan mulai dari 1024."
        ) from None
    except OSError:
        listener.close()
        raise StartError(
            f"Port {port} sedang dipakai: hentikan program yang memakainya, atau isi"
            " PORT dengan bilangan lain, misalnya PORT=8001 script/run."
        ) from None
    return listener


def count_workers() -> None:
    """gunicorn reads this variable too, and trips over an empty or wrong one."""
    workers = number("WEB_CONCURRENCY", default=2, low=1, high=64)
    os.environ["WEB_CONCURRENCY"] = str(workers)


def make_key() -> None:
    """What the settings need; the first start says that it made a key."""
    chosen = bool(os.environ.get("SECRET_KEY"))
    new = not chosen and not (VAR_DIR / "secret_key").exists()
    prepare_variables()
    if new:
        say("Kunci rahasia: dibuat di var/secret_key, hanya untuk pemiliknya")


# ---- data ---------------------------------------------------------------------------
@contextlib.contextmanager
def chosen_database() -> Iterator[Server | None]:
    """`database` as a step; what it has to say stands below the step's line."""
    given = bool(os.environ.get("DATABASE_URL"))
    shown = contextlib.nullcontext() if given else step("Basis data bawaan")
    notes: list[str] = []
    with contextlib.ExitStack() as stack:
        with shown:
            server = stack.enter_context(database(notes.append))
        for note in notes:
            say(note)
        yield server


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Only one start prepares data at a time."""
    with Lock(VAR_DIR / "start.lock") as lock:
        if not lock.take(LOCK_EX | LOCK_NB):
            say("Menunggu script/run lain yang sedang menyiapkan data …")
            lock.take(LOCK_EX)
        yield


@contextlib.contextmanager
def refusals() -> Iterator[None]:
    """What a command or the database refuses, as one sentence."""
    from django.core.management import CommandError
    from django.db import Error
    from psycopg.errors import InsufficientPrivilege

    try:
        yield
    except CommandError as error:
        raise StartError(str(error)) from None
    except Error as error:
        if not any(isinstance(one, InsufficientPrivilege) for one in causes(error)):
            raise
        reason = str(error).strip().splitlines()[0]
        raise StartError(
            "Pengguna di DATABASE_URL tidak boleh membuat tabel: jadikan ia pemilik"
            f" basis data itu ({reason})."
        ) from None


def causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error and those it came from."""
    while error:
        yield error
        error = error.__cause__ or error.__context__


def prepare_data(demo: bool | None, *, embedded: bool) -> None:
    """Tables, regions, agencies, first people, static files; what is there stays."""
    import django
    from django.db import connections

    django.setup()
    from kumuh.static_files import collect

    check_database()
    if not embedded:
        say("Basis data: yang ada di DATABASE_URL")
    migrate()
    load_reference_data()
    make_first_people(demo, embedded=embedded)
    collect(step)
    connections.close_all()


def check_database() -> None:
    from django.db import Error, connection
    from django.db.utils import NotSupportedError

    try:
        connection.ensure_connection()
    except NotSupportedError:
        version = 0
    except Error as error:
        raise StartError(unreachable(error)) from None
    else:
        version = connection.pg_version  # type: ignore[attr-defined]
    if version < 150_000:
        raise StartError(
            "DATABASE_URL harus menunjuk PostgreSQL versi 15 atau lebih baru."
        )


def migrate() -> None:
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        with step(f"Tabel: {len(plan)} perubahan"):
            call_command("migrate", interactive=False, stdout=Counter())
    call_command("createcachetable", verbosity=0)


def load_reference_data() -> None:
    from django.core.management import call_command
    from django.db.transaction import atomic

    from agencies.models import Agency, Region

    if not Region.objects.filter(code=PROVINCE).exists():
        with step(f"Wilayah: Provinsi Kalimantan Selatan ({PROVINCE})"), atomic():
            call_command("load_regions", "--province", PROVINCE, stdout=io.StringIO())
    if Agency.objects.exists():
        call_command("seed_agencies", stdout=io.StringIO())
    else:
        with step("Instansi"):
            call_command("seed_agencies", stdout=io.StringIO())


def make_first_people(demo: bool | None, *, embedded: bool) -> None:
    """`admin` at the very first start, and the demo data; passwords are printed once.

    One transaction: a start that is interrupted before its end leaves nothing, and the
    next one does all of it again. Later starts leave removed demo data removed.
    """
    from django.contrib.auth import get_user_model
    from django.core.management import call_command
    from django.db import transaction

    first = not get_user_model().objects.exists()
    with transaction.atomic():
        if first:
            say("Pengguna pertama:")
            call_command("create_admin")
        if demo or (demo is None and first and embedded):
            say("Data contoh (tanpa ini: script/run --no-demo):")
            call_command("load_demo")
        sys.stdout.flush()


# ---- what runs ---------------------------------------------------------------------
def serve(listener: socket.socket, server: Server | None) -> int:
    web = WebServer(listener, server)
    worker = Worker(server) if flag("WORKER", default=True) else None
    try:
        listener.close()  # gunicorn has its own; when that ends, nobody listens
        with step("Server web"):
            web.wait_for_first_page()
        if worker:
            worker.start()
            say("Pekerja latar belakang: berjalan")
        say(f"Buka http://{HOST}:{web.port} (berhenti: Ctrl-C)")
        while web.is_running():
            time.sleep(WATCH_SECONDS)
            keep_running(server)
            if worker and worker.restart_if_dead():
                say("Pekerja latar belakang berhenti; sudah dijalankan kembali.")
        raise StartError(f"Server web berhenti (kode {web.code}).")
    finally:
        leave_in_peace()
        if worker:
            worker.stop()
        web.stop()


def keep_running(server: Server | None) -> None:
    """Start the embedded database again when somebody or something killed it."""
    try:
        if server and server.ensure_running():
            say("Basis data berhenti tak terduga; sudah dijalankan kembali.")
    except EmbeddedError as error:
        say(str(error))
        time.sleep(5)


def main(arguments: list[str]) -> int:
    demo = read_options(arguments)
    count_workers()
    listener = take_port()
    try:
        make_key()
        with chosen_database() as server:
            with alone(), refusals():
                prepare_data(demo, embedded=server is not None)
            return serve(listener, server)
    except Stopped:
        say("Berhenti.")
        return 0


if __name__ == "__main__":
    run_main(main)
