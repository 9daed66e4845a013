"""script/*, the lock files, .env.example and the variables that the settings read."""

import importlib.util
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest
from django.core.exceptions import ImproperlyConfigured

from kumuh import environment, testdb
from kumuh.environment import BASE_DIR

LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-browser.lock")
VARIABLE = re.compile(
    r"""(?:env\.\w+|required|flag|number|matching|database|environ\.get)\(\s*["'](\w+)"""
)
# Set by one of our programs for another, never by a person.
INTERNAL = {"KUMUH_LIFELINE", "DJANGO_SETTINGS_MODULE", "PATH"}


def pins(lock: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    text = (BASE_DIR / lock).read_text()
    for name, version in re.findall(r"^([A-Za-z0-9_.-]+)==([^ ;\\]+)", text, re.M):
        found.setdefault(name.lower(), set()).add(version)
    return found


def own_python(name: str) -> str:
    """The code of the project package, where every variable is read."""
    return (BASE_DIR / "kumuh" / name).read_text()


# ---- .env.example -------------------------------------------------------------------
def test_env_example_lists_every_variable_and_no_other():
    read: set[str] = set()
    for path in (BASE_DIR / "kumuh").glob("*.py"):
        read |= set(VARIABLE.findall(path.read_text()))
    lines = (BASE_DIR / ".env.example").read_text()

    assert set(re.findall(r"^#([A-Z_]+)=", lines, re.M)) == read - INTERNAL


def test_env_example_as_it_is_sets_nothing():
    """A copy of it must not shadow what script/run fills in."""
    lines = (BASE_DIR / ".env.example").read_text().splitlines()
    assert [line for line in lines if line and not line.startswith("#")] == []


# ---- lock files ---------------------------------------------------------------------
@pytest.mark.parametrize("lock", LOCKS[1:])
def test_every_lock_file_has_the_versions_of_the_first(lock: str):
    other = pins(lock)
    assert {name: other.get(name) for name in pins(LOCKS[0])} == pins(LOCKS[0])


def test_lock_files_name_every_dependency():
    project = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())
    groups = project["dependency-groups"]
    for lock, wanted in (
        (LOCKS[0], project["project"]["dependencies"]),
        (LOCKS[1], groups["dev"]),
        (LOCKS[2], groups["browser"]),
    ):
        names = {re.match(r"[A-Za-z0-9-]+", line)[0].lower() for line in wanted}  # type: ignore[index]
        assert names - set(pins(lock)) == set(), f"run script/lock: {lock}"


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_a_hash_and_no_host_is_named(lock: str):
    text = (BASE_DIR / lock).read_text()
    for block in re.split(r"\n(?=[A-Za-z0-9])", text):
        if "==" in block:
            assert "--hash=sha256:" in block, block.splitlines()[0]
    assert "://" not in text


# ---- script/_env.py -----------------------------------------------------------------
@pytest.fixture
def maker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """script/_env.py, on a project of its own with nothing installed."""
    spec = importlib.util.spec_from_file_location("_env", BASE_DIR / "script/_env.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(module, "LOG", tmp_path / "var" / "install.log")
    monkeypatch.setattr(module, "make_environment", lambda: None)
    monkeypatch.setattr(module, "installer", lambda lock: ["true"])
    (tmp_path / ".venv" / "lib" / "python3.11").mkdir(parents=True)
    for lock in LOCKS:
        (tmp_path / lock).write_text("a==1 --hash=sha256:0\n")
    return module


def test_installs_once_and_again_when_the_lock_file_changes(maker: ModuleType):
    assert maker.main(["--check", "run"]) == 1
    assert maker.main(["run"]) == 0
    assert maker.main(["--check", "run"]) == 0

    (maker.ROOT / "requirements.lock").write_text("a==2 --hash=sha256:1\n")
    assert maker.main(["--check", "run"]) == 1


def test_installs_again_for_another_python(maker: ModuleType):
    maker.main(["run"])
    library = maker.VENV / "lib" / "python3.11"
    library.rename(library.with_name("python3.13"))

    assert maker.main(["--check", "run"]) == 1


def test_dev_lock_file_covers_the_first(maker: ModuleType):
    maker.main(["dev"])
    assert maker.main(["--check", "run"]) == 0
    assert maker.main(["--check", "dev", "browser"]) == 1


def test_failed_install_is_done_again(maker: ModuleType, monkeypatch):
    maker.main(["run"])
    (maker.ROOT / "requirements.lock").write_text("a==2 --hash=sha256:1\n")
    monkeypatch.setattr(maker, "installer", lambda lock: ["false"])

    with pytest.raises(SystemExit, match="Pemasangan paket gagal"):
        maker.main(["run"])
    assert maker.main(["--check", "run"]) == 1


# ---- variables ----------------------------------------------------------------------
@pytest.mark.parametrize(("text", "value"), [("1", True), ("off", False), ("", True)])
def test_flag_reads_yes_no_and_its_default(monkeypatch, text: str, value: bool):
    monkeypatch.setenv("HTTPS", text)
    assert environment.flag("HTTPS", default=True) is value


def test_flag_refuses_a_typing_error_instead_of_turning_https_off(monkeypatch):
    monkeypatch.setenv("HTTPS", "tidka")
    with pytest.raises(ImproperlyConfigured, match="isi dengan 1"):
        environment.flag("HTTPS", default=True)


@pytest.mark.parametrize("text", ["abc", "-1", "1.5", "65536", "１２"])
def test_number_refuses_what_is_not_one_in_range(monkeypatch, text: str):
    monkeypatch.setenv("PORT", text)
    with pytest.raises(ImproperlyConfigured, match="bilangan bulat 1 sampai 65535"):
        environment.number("PORT", default=8000, low=1, high=65535)


@pytest.mark.parametrize(
    "url", ["kumuh", "sqlite:///x", "postgresql://h:x/kumuh", "postgresql://host"]
)
def test_database_refuses_what_is_not_a_postgresql_url(monkeypatch, url: str):
    monkeypatch.setenv("DATABASE_URL", url)
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL bukan alamat"):
        environment.database("DATABASE_URL", "isi dengan …")


def test_database_finds_the_socket_folder_whatever_its_name(monkeypatch):
    url = "postgresql://kumuh@/kumuh?host=%2Ftmp%2FKampung%20Baru%2Fsocket"
    monkeypatch.setenv("DATABASE_URL", url)
    found = environment.database("DATABASE_URL", "")
    assert (found["HOST"], found["NAME"]) == ("/tmp/Kampung Baru/socket", "kumuh")


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY belum diisi"),
        ({"DATABASE_URL": ""}, "DATABASE_URL belum diisi"),
        ({"LEDGER_ROUNDING_HA": "0,005"}, "LEDGER_ROUNDING_HA bernilai '0,005'"),
    ],
)
def test_settings_stop_with_a_sentence(variables: dict[str, str], sentence: str):
    done = subprocess.run(
        [sys.executable, "-c", "import kumuh.settings"],
        env={**os.environ, "ENV_FILE": "", **variables},
        cwd=BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    assert sentence in done.stderr.splitlines()[-1]


# ---- script/test --------------------------------------------------------------------
@pytest.mark.parametrize(
    ("given", "added"),
    [
        ([], ["-n", "2", "-m", "not drill"]),
        (["-q"], ["-n", "2", "-m", "not drill"]),
        (["-n0"], ["-m", "not drill"]),
        (["-m", "drill"], ["-n", "2"]),
        (["manage.py"], ["-m", "not drill"]),
        (["manage.py::test_it"], []),
    ],
)
def test_suite_uses_both_cores_and_leaves_drills_out(given, added, monkeypatch):
    monkeypatch.chdir(BASE_DIR)
    assert testdb.pytest_arguments(given) == [*added, *given]


def test_env_file_may_name_the_database_of_the_tests_and_nothing_else(
    tmp_path: Path, monkeypatch
):
    (tmp_path / ".env").write_text("DATABASE_URL=postgresql://h/d\nKUMUH_ODD=1\n")
    monkeypatch.setattr(testdb, "ENV_FILE", str(tmp_path / ".env"))
    monkeypatch.setattr(testdb.EnvFile, "ENVIRON", {})
    monkeypatch.delenv("DATABASE_URL")

    assert testdb.database_url() == "postgresql://h/d"
    assert "KUMUH_ODD" not in os.environ


# ---- the scripts themselves ---------------------------------------------------------
@pytest.mark.parametrize("name", ["run", "test", "manage", "lock"])
def test_script_is_posix_sh_and_executable(name: str):
    path = BASE_DIR / "script" / name
    subprocess.run(["sh", "-n", str(path)], check=True)
    assert os.access(path, os.X_OK)


UNREACHABLE = "postgresql://kumuh:sandi@127.0.0.1:1/kumuh"


def run_python(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        env={**os.environ, "ENV_FILE": "", **variables},
        cwd=BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("command", "variables", "sentence"),
    [
        (["manage.py", "check"], {"SECRET_KEY": ""}, "SECRET_KEY belum diisi"),
        (
            ["manage.py", "check"],
            {"DATABASE_URL": "kumuh"},
            "DATABASE_URL bukan alamat",
        ),
        (
            ["manage.py", "showmigrations"],
            {"DATABASE_URL": UNREACHABLE},
            "DATABASE_URL tidak dapat dihubungi",
        ),
        (
            ["manage.py", "check"],
            {"ENV_FILE": "tak/ada"},
            "ENV_FILE bernilai 'tak/ada'",
        ),
        (["-m", "kumuh.start"], {"ENV_FILE": "tak/ada"}, "ENV_FILE bernilai 'tak/ada'"),
        (
            ["-m", "kumuh.start"],
            {"WEB_CONCURRENCY": "0"},
            "WEB_CONCURRENCY bernilai '0'",
        ),
        (
            ["-m", "kumuh.testdb"],
            {"ENV_FILE": "tak/ada"},
            "ENV_FILE bernilai 'tak/ada'",
        ),
        (
            ["-m", "kumuh.testdb"],
            {"DATABASE_URL": "kumuh"},
            "DATABASE_URL bukan alamat",
        ),
        (
            ["-m", "kumuh.testdb"],
            {"DATABASE_URL": UNREACHABLE},
            "DATABASE_URL tidak dapat dihubungi",
        ),
    ],
)
def test_every_command_refuses_a_wrong_setting_with_one_sentence(
    command: list[str], variables: dict[str, str], sentence: str
):
    done = run_python(*command, **variables)
    assert done.returncode != 0
    assert done.stdout == ""
    assert done.stderr.startswith(sentence)
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "variables", "sentence"),
    [
        (
            ["--dmeo"],
            {},
            "Pilihan '--dmeo' tidak dikenal; yang ada: --demo, --no-demo.",
        ),
        (["--demo", "--no-demo"], {}, "Pilih salah satu: --demo atau --no-demo."),
        ([], {"PORT": "web"}, "PORT bernilai 'web': isi dengan bilangan bulat"),
    ],
)
def test_start_refuses_with_one_sentence(arguments, variables, sentence: str):
    done = run_python("-m", "kumuh.start", *arguments, **variables)
    assert done.returncode == 2
    assert done.stderr.startswith(sentence)
    assert len(done.stderr.splitlines()) == 1
