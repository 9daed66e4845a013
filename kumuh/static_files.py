"""Collects static files for the web server, only when one of them has changed."""

import hashlib
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

from kumuh.environment import VAR_DIR

Step = Callable[[str], AbstractContextManager[None]]


def fingerprint() -> str:
    """What the sources look like: paths, sizes, times."""
    digest = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            found = Path(storage.path(path)).stat()
            digest.update(f"{path} {found.st_size} {found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def collect(step: Step) -> None:
    """Fill STATIC_ROOT. The stamp is written last: an interrupted run starts anew.

    Our own folder is emptied first: collectstatic compares times, and the files of a
    newer package may be older than those that were collected from the one before.
    """
    stamp = Path(f"{settings.STATIC_ROOT}.stamp")
    wanted = fingerprint()
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    with step("Berkas statis"):
        stamp.unlink(missing_ok=True)
        if VAR_DIR in settings.STATIC_ROOT.parents:
            shutil.rmtree(settings.STATIC_ROOT, ignore_errors=True)
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp.write_text(wanted)
