"""The session's Synapse."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from smartup_tui.lab.synapse import Synapse, find_python
from tests.support.users import free_port


@pytest.fixture(scope="session")
def synapse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Synapse]:
    """A running Synapse. Without one the tests are skipped on a developer's machine and fail in CI."""
    if find_python() is None:
        reason = "no Synapse: run `make env`, or name its Python in SYNAPSE_PYTHON"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    server = Synapse(tmp_path_factory.mktemp("synapse"), free_port())
    server.write_config()
    server.start()
    yield server
    server.stop()
