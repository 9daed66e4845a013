# Read by script/*: where the project is, and its Python environment. POSIX sh.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
python=$root/.venv/bin/python
unset PYTHONPATH PYTHONHOME PYTHONSTARTUP
export DJANGO_SETTINGS_MODULE=kumuh.settings

find_python() {
    for name in python3.13 python3.12 python3.11 python3; do
        if "$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' \
            >/dev/null 2>&1; then
            echo "$name"
            return
        fi
    done
    echo 'Python 3.11, 3.12, atau 3.13 tidak ditemukan; pasang dahulu (Debian/Ubuntu: apt install python3 python3-venv).' >&2
    exit 2
}

# prepare run|dev|browser …: the environment holds exactly what those lock files name.
prepare() {
    if "$python" -I -S "$root/script/_env.py" --check "$@" 2>/dev/null; then
        return
    fi
    base=$(find_python)
    "$base" -I "$root/script/_env.py" "$@"
}

chromium_here() {
    command -v chromium || command -v chromium-browser || command -v google-chrome
} >/dev/null
