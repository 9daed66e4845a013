"""Files beside the rows that name them: none without a row, none shared by two rows.

A name is the content's hash and a random part: nobody can guess it, and to remove one
row's file never takes away that of another with the same content.
"""

import hashlib
import secrets
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from functools import partial

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

DAY = 24 * 60 * 60
Keep = Callable[[bytes, str], str]


@contextmanager
def keeping(root: str) -> Iterator[Keep]:
    """`keep(content, ending)` stores a file and gives its name, for one row.

    `root` is the folder of one model: what its rows do not name is swept there.
    What was stored goes away again where the block fails. What an outer transaction
    leaves behind, or a process that was killed, `sweep` finds.
    """
    names: list[str] = []

    def keep(content: bytes, ending: str) -> str:
        digest = hashlib.sha256(content).hexdigest()
        name = f"{root}/{digest[:2]}/{digest}-{secrets.token_hex(8)}.{ending}"
        names.append(name)
        return default_storage.save(name, ContentFile(content))

    try:
        yield keep
    except BaseException:
        delete(names)
        raise


def delete(names: Iterable[str]) -> None:
    for name in {name for name in names if name}:
        default_storage.delete(name)


def delete_on_commit(names: Iterable[str]) -> None:
    """Delete the files once their rows are gone for good."""
    if kept := list(names):
        transaction.on_commit(partial(delete, kept))


def sweep(
    root: str, named: Callable[[str], Collection[str]], *, older_than: int = DAY
) -> int:
    """Delete the files of `root` that no row names, and say how many.

    `named(folder)` gives the names of files in a folder that rows have. A file of the
    last `older_than` seconds stays: its row may not be committed yet.
    """
    latest, count = time.time() - older_than, 0
    for folder in _folders(root):
        _none, files = default_storage.listdir(folder)
        kept = set(named(folder)) if files else set()
        for file in files:
            name = f"{folder}/{file}"
            if name not in kept and _modified(name) < latest:
                default_storage.delete(name)
                count += 1
    return count


def _folders(root: str) -> list[str]:
    try:
        folders, _files = default_storage.listdir(root)
    except FileNotFoundError:
        return []
    return [f"{root}/{folder}" for folder in sorted(folders)]


def _modified(name: str) -> float:
    return default_storage.get_modified_time(name).timestamp()
