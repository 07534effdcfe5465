"""What holds for every test: no keyring is reached into, a file's tests share a worker, a machine may be slow."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Also for the processes that tests start. The null backend counts as "no keyring here".
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep a file's tests on one worker, for their module's fixtures; and all of `e2e`, for its one Synapse.

    A Synapse takes a minute to start on a machine that has much to do, and some tests start two.
    """
    here = Path(__file__).parent
    for item in items:
        file = item.path.relative_to(here)
        name = file.parts[0] if file.parts[0] == "e2e" else file.as_posix()
        item.add_marker(pytest.mark.xdist_group(name))
        if name == "e2e" and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(400))


# How long an example takes says something of the machine only, not of what is tested.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")
