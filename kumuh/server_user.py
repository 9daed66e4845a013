"""Who the embedded PostgreSQL runs as: it refuses root, who lends it a system user."""

import os
import pwd
import shutil
import stat
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

NAME = "kumuh-postgres"
CREATORS = (
    ("useradd", "--system", "--no-create-home", "--shell", "/bin/false"),
    ("adduser", "-S", "-D", "-H"),  # busybox
)
Say = Callable[[str], None]


class EmbeddedError(RuntimeError):
    """The embedded database cannot do it; the message is a sentence for the user."""


@dataclass(frozen=True)
class ServerUser:
    uid: int
    gid: int

    @property
    def run_as(self) -> dict:
        """Arguments for `subprocess` that start a program as this user."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    @contextmanager
    def borrowed(self) -> Iterator[None]:
        """Act as this user: in a container root may not look at its processes."""
        os.setegid(self.gid)
        os.seteuid(self.uid)
        try:
            yield
        finally:
            os.seteuid(0)
            os.setegid(0)


def server_user(folder: Path) -> ServerUser | None:
    """The user to start the server as, or None: as whoever runs this (not root)."""
    if os.geteuid() != 0:
        return None
    owner = folder.stat().st_uid if folder.exists() else 0
    try:
        # A database that somebody made as an ordinary user stays that user's.
        entry = pwd.getpwuid(owner) if owner else pwd.getpwnam(NAME)
    except KeyError:
        entry = _created()
    return ServerUser(entry.pw_uid, entry.pw_gid)


def _created() -> pwd.struct_passwd:
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"])
    for command, *options in CREATORS:
        if program := shutil.which(command, path=path):
            subprocess.run([program, *options, NAME], capture_output=True, check=False)
            break
    try:
        return pwd.getpwnam(NAME)
    except KeyError:
        raise EmbeddedError(
            "PostgreSQL tidak mau berjalan sebagai root: jalankan perintah ini sebagai"
            f" pengguna biasa, atau buat dahulu pengguna sistem {NAME}."
        ) from None


def _may_enter(folder: os.stat_result, user: ServerUser) -> bool:
    if folder.st_uid == user.uid:
        return bool(folder.st_mode & stat.S_IXUSR)
    if folder.st_gid == user.gid:
        return bool(folder.st_mode & stat.S_IXGRP)
    return bool(folder.st_mode & stat.S_IXOTH)


def make_reachable(paths: tuple[Path, ...], user: ServerUser, say: Say) -> None:
    """Let the user pass (o+x, not read) the folders above these that stop it."""
    opened = []
    for path in paths:
        for folder in reversed(path.resolve().parents):
            found = folder.stat()
            if not _may_enter(found, user):
                folder.chmod(stat.S_IMODE(found.st_mode) | stat.S_IXOTH)
                opened.append(str(folder))
    if opened:
        name = pwd.getpwuid(user.uid).pw_name
        say(f"Izin lewat (o+x) untuk pengguna {name} ditambah: {', '.join(opened)}.")


def make_readable(tree: Path) -> None:
    """Let everybody read and run the programs, also when installed under umask 077."""
    for folder, _, names in os.walk(tree):
        for path in (Path(folder), *(Path(folder, name) for name in names)):
            mode = stat.S_IMODE(path.stat().st_mode)
            wanted = mode | stat.S_IROTH | (stat.S_IXOTH if mode & 0o100 else 0)
            if wanted != mode:
                path.chmod(wanted)
