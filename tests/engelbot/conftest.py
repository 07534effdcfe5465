"""The stage on which Engelbot is watched."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.engelbot.fakes import Stage


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """A fresh stage; what runs on it ends with the test."""
    made = Stage.make(tmp_path)
    yield made
    await made.close()
