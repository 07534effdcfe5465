"""What holds for every test: nothing reaches into a keyring, and a file's tests share a worker."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

# Also for the processes that tests start. The null backend counts as "no keyring here".
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep a file's tests on one worker, for their module's fixtures; and all of `e2e`, for its one Synapse."""
    here = Path(__file__).parent
    for item in items:
        file = item.path.relative_to(here)
        name = file.parts[0] if file.parts[0] == "e2e" else file.as_posix()
        item.add_marker(pytest.mark.xdist_group(name))
