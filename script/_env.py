"""Makes .venv and installs what the lock files name. Standard library only.

    _env.py [--check] run|dev|browser …

A stamp per lock file inside .venv tells what is installed; an interrupted install
leaves none and is done again.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOG = ROOT / "var" / "install.log"
LOCKS = {
    "run": "requirements.lock",
    "dev": "requirements-dev.lock",
    "browser": "requirements-browser.lock",
}
NAMES = ("python3.13", "python3.12", "python3.11", "python3")
VERSION_TEST = "import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))"


def say(text: str, end: str = "\n") -> None:
    sys.stdout.write(text + end)
    sys.stdout.flush()


def succeeds(*command: str | Path) -> bool:
    try:
        done = subprocess.run(command, capture_output=True, check=False)
    except OSError:
        return False
    return done.returncode == 0


# ---- what is installed ----------------------------------------------------------
def stamp(group: str) -> Path:
    return VENV / f".installed-{group}"


def wanted(group: str) -> str:
    """The lock file's content and the Python it was installed for, as one word."""
    library = sorted(path.name for path in (VENV / "lib").glob("python3.*"))
    content = (ROOT / LOCKS[group]).read_bytes()
    return hashlib.sha256(content + repr(library).encode()).hexdigest()


def is_installed(group: str) -> bool:
    try:
        return stamp(group).read_text() == wanted(group)
    except OSError:
        return False


# ---- the environment ------------------------------------------------------------
def pythons() -> Iterator[str]:
    for name in NAMES:
        path = shutil.which(name)
        if path and succeeds(path, "-c", VERSION_TEST):
            yield path


def has_installer() -> bool:
    return bool(shutil.which("uv")) or succeeds(PYTHON, "-m", "pip", "--version")


def make_environment() -> None:
    if succeeds(PYTHON, "-c", VERSION_TEST) and has_installer():
        return
    start = time.monotonic()
    say("Lingkungan Python: membuat .venv … ", end="")
    found = list(pythons())
    for path in found:
        if succeeds(path, "-m", "venv", "--clear", VENV):
            break
    else:
        make_environment_with_uv(found[0] if found else sys.executable)
    say(f"selesai ({seconds(start)})")


def make_environment_with_uv(path: str) -> None:
    command = ("uv", "venv", "--quiet", "--no-python-downloads", "--python", path, VENV)
    shutil.rmtree(VENV, ignore_errors=True)
    if not succeeds(*command):
        version = f"python3.{sys.version_info.minor}-venv"
        say("gagal")
        sys.exit(
            "Python ini tanpa modul venv: pasang paketnya (Debian/Ubuntu:"
            f" apt install {version}), atau pasang uv, lalu ulangi."
        )


# ---- the packages ---------------------------------------------------------------
def installer(lock: Path) -> list[str]:
    options = [
        "--require-hashes",
        "--no-deps",
        "--only-binary",
        ":all:",
        "-r",
        str(lock),
    ]
    if succeeds(PYTHON, "-m", "pip", "--version"):
        pip = [str(PYTHON), "-m", "pip", "install", "--no-input"]
        return [*pip, "--disable-pip-version-check", "--progress-bar", "off", *options]
    return ["uv", "pip", "install", "--python", str(PYTHON), *options]


def install(group: str) -> None:
    start = time.monotonic()
    lock = ROOT / LOCKS[group]
    stamp(group).unlink(missing_ok=True)
    total = sum("==" in line for line in lock.read_text().splitlines())
    say(f"Lingkungan Python: memasang {total} paket dari {lock.name} …")
    if follow(installer(lock), total) != 0:
        sys.exit(
            f"Pemasangan paket gagal (catatan lengkap: {LOG}). Periksa sambungan ke"
            " registri paket Python, lalu ulangi perintah ini."
        )
    for name in {group, "run"}:  # the other lock files contain the pins of the first
        stamp(name).write_text(wanted(name))
    say(f"Lingkungan Python: selesai ({seconds(start)})")


def follow(command: list[str], total: int) -> int:
    """Run the installer; its output goes to the log, its progress to the screen."""
    environment = {
        "UV_SYSTEM_CERTS": "1",  # pip trusts the system's certificates as well
        "UV_NATIVE_TLS": "1",  # its older name
        **os.environ,
        "PIP_USER": "0",
        "PYTHONUNBUFFERED": "1",
    }
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    seen = 0
    with (
        LOG.open("w") as log,
        subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        ) as process,
    ):
        for line in process.stdout or ():
            log.write(line)
            if line.startswith(("Collecting ", "Requirement already", " + ")):
                seen += 1
                if seen % 10 == 0:
                    say(f"  {min(seen, total)} dari {total} paket")
            elif line.startswith("Installing collected"):
                say("  menulis berkas")
    return process.returncode


def seconds(start: float) -> str:
    return f"{time.monotonic() - start:.1f} detik".replace(".", ",")


def main(arguments: list[str]) -> int:
    groups = [name for name in arguments if name != "--check"]
    if "--check" in arguments:
        return 0 if all(is_installed(group) for group in groups) else 1
    LOG.parent.mkdir(exist_ok=True)
    with (ROOT / "var" / "install.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        make_environment()
        for group in groups:
            if not is_installed(group):
                install(group)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except PermissionError as error:
        sys.exit(f"Tidak boleh menulis {error.filename}: periksa pemilik folder ini.")
    except KeyboardInterrupt:
        sys.exit(130)
