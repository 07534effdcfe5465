#!/bin/sh
# Makes the lock files: exact versions with hashes, for every supported Python on Linux and macOS. `--upgrade` takes newer versions.
set -eu
PYTHON=${PYTHON:-python3}
tool=build/lock-tool
[ -x $tool/bin/uv ] || { "$PYTHON" -m venv --clear $tool && $tool/bin/pip install --quiet uv; }

compile() {
    output=$1; shift
    "$tool/bin/uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
        --annotation-style line --custom-compile-command 'make lock' --output-file "$output" "$@"
}
compile requirements.lock --all-extras --group build pyproject.toml "$@"
compile requirements-synapse.lock requirements-synapse.in "$@"
! grep -n '://' requirements*.lock
