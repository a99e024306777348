#!/bin/sh
# Fills .venv with exactly what requirements.lock names. `make setup` calls it from the checkout's root.
set -eu
python=${PYTHON:-python3}

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "Нужен Python 3.11 или новее, «$python» не подходит. Укажите другой: make setup PYTHON=python3.12" >&2
    exit 1
}

if [ -e .venv/.ready ] && [ "$(cat .venv/.ready)" != "$(pwd)" ]; then
    rm -rf .venv
fi
rm -f .venv/.ready
"$python" -m venv .venv

# uv itself is pinned with hashes in the same lock.
awk '/^uv==/ { found = 1 } found { print; if (!/\\$/) exit }' requirements.lock >.venv/uv.txt
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-cache-dir \
    --no-deps --require-hashes --requirement .venv/uv.txt

# uv does not read pip's configuration; on a machine that names its package index only there, pass it on.
if [ -z "${UV_DEFAULT_INDEX:-}" ]; then
    index=${PIP_INDEX_URL:-$(.venv/bin/python -m pip config get global.index-url 2>/dev/null || true)}
    [ -z "$index" ] || export UV_DEFAULT_INDEX="$index"
fi
.venv/bin/uv pip sync --quiet --python .venv/bin/python --require-hashes --compile-bytecode requirements.lock
.venv/bin/uv pip install --quiet --python .venv/bin/python \
    --no-deps --no-build-isolation --offline --editable .
pwd >.venv/.ready
