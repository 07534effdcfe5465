#!/bin/sh
# Makes one Python environment from one lock file, or brings it up to date; says and does nothing if it is:
#     scripts/environment.sh .venv requirements.lock [--editable]
# PYTHON names the interpreter (3.11 or newer); else the environment's own, else the first suitable one on the path.
set -eu
directory=$1 lock=$2 editable=${3:-}
own=$directory/bin/python

suitable() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }
version() { "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null; }
fail() { printf '%s\n' "$@" >&2; exit 1; }

if [ -n "${PYTHON:-}" ]; then
    suitable "$PYTHON" || fail "PYTHON=$PYTHON is not a Python 3.11 or newer."
else
    for PYTHON in "$own" python3 python3.13 python3.12 python3.11 ''; do
        [ -z "$PYTHON" ] || ! suitable "$PYTHON" || break
    done
    [ -n "$PYTHON" ] || fail "Python 3.11, 3.12 or 3.13 is needed and none is on the path." \
        "Install one, or name it: make PYTHON=/path/to/python3.12"
fi
wanted=$(version "$PYTHON")
state="Python $wanted, $(cat "$lock" ${editable:+pyproject.toml} "$0" | cksum)"
[ "$(cat "$directory/installed" 2>/dev/null)" != "$state" ] || exit 0

if [ "$(version "$own")" != "$wanted" ]; then
    "$PYTHON" -c 'import ensurepip, venv' 2>/dev/null || fail "This Python can not make environments: a part of it is packaged apart." \
        "On Debian or Ubuntu: apt-get install python$wanted-venv"
    "$PYTHON" -m venv --clear "$directory"
fi

echo "Installing $directory from $lock (Python $wanted); the first time takes a minute or so."
"$own" -m pip --version >/dev/null 2>&1 || "$own" -m ensurepip >/dev/null
pip() { "$own" -m pip --quiet --disable-pip-version-check --no-input "$@"; }
# pip compiles to bytecode as it installs, so the first start is as quick as every other.
pip install --require-hashes --requirement "$lock"
if [ -n "$editable" ]; then
    pip install --no-deps --no-build-isolation --editable .
    "$own" -m compileall -q smartup_tui
fi
echo "$state" >"$directory/installed"
